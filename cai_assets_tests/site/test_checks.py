"""Checks of a site over its manifest."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from cai_assets.site.checks import (
    CHECKS,
    clicks,
    links_whole,
    no_orphans,
    pages_titled,
    run_checks,
    site_size,
    subjects_of,
)
from cai_assets.site.manifest import Manifest, PageRecord


def page(path: str, *links: str, **traits: object) -> PageRecord:
    values: dict[str, object] = {
        "path": path,
        "section": "objects",
        "id": path.removesuffix(".html").replace("/", "."),
        "title": "A title",
        "digest": "",
        "files": (path,),
        "bytes": 10,
        "headings": 1,
        "anchors": (),
        "duplicates": (),
        "links": links,
        "mentions": (),
    }
    return PageRecord(**(values | traits))  # type: ignore[arg-type]


def site(*pages: PageRecord) -> Manifest:
    return Manifest.of(pages)


def chain(length: int) -> Manifest:
    """The first page, and each next page linked from the one before."""
    names = ["index.html", *(f"Catalog/К{step}.html" for step in range(1, length + 1))]
    return site(*(page(name, *names[at + 1 : at + 2]) for at, name in enumerate(names)))


def faults(result_rows: pa.Table | None) -> set[tuple[str, str]]:
    assert result_rows is not None
    return {(row["target"], row["fault"]) for row in result_rows.to_pylist()}


def test_links_to_pages_anchors_and_shared_files_are_whole() -> None:
    manifest = site(
        page("index.html", "Catalog/А.html#Attribute.Код", "static/style.css", "Catalog/А.md"),
        page("Catalog/А.html", "index.html", anchors=("Attribute.Код",)),
    )
    files = {"index.html", "Catalog/А.html", "Catalog/А.md", "static/style.css"}
    result = links_whole(manifest, files)
    assert result.passed
    assert result.figures["links"] == 4


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("Catalog/Нет.html", "no such file"),
        ("catalog/а.html", "no such file"),
        ("Catalog/А.html#Attribute.Нет", "no such anchor"),
        ("../other.html", "above the site"),
        ("..", "above the site"),
        ("/etc/hosts", "above the site"),
        ("https://example.com/", "outside the site"),
        ("javascript:alert(1)", "outside the site"),
    ],
)
def test_a_broken_link_is_shown_with_its_fault(target: str, fault: str) -> None:
    manifest = site(page("index.html", target), page("Catalog/А.html", anchors=("Attribute.Код",)))
    result = links_whole(manifest, {"index.html", "Catalog/А.html"})
    assert not result.passed
    assert faults(result.rows) == {(target, fault)}


def test_the_standards_of_1c_may_be_linked() -> None:
    manifest = site(page("index.html", "https://its.1c.ru/db/v8std/content/456/hdoc"))
    assert links_whole(manifest, {"index.html"}).passed


def test_a_page_of_the_manifest_that_is_not_on_disk_breaks_its_links() -> None:
    manifest = site(page("index.html", "Catalog/А.html"), page("Catalog/А.html"))
    assert not links_whole(manifest, {"index.html"}).passed


def test_one_target_that_every_page_links_does_not_hide_another() -> None:
    pages = [page(f"Catalog/К{number:03}.html", "missing.css") for number in range(100)]
    result = links_whole(
        site(*pages, page("index.html", "search.html")), {p.path for p in pages} | {"index.html"}
    )
    assert faults(result.rows) >= {
        ("missing.css", "no such file"),
        ("search.html", "no such file"),
    }
    assert result.figures["broken"] == 101


def test_titles_headings_and_anchors_are_counted_apart() -> None:
    result = pages_titled(
        site(
            page("a.html", title=" "),
            page("b.html", headings=0),
            page("c.html", headings=2),
            page("d.html", duplicates=("x", "y")),
            page("index.html"),
        )
    )
    assert not result.passed
    assert result.figures == {"pages": 5, "untitled": 1, "headings": 2, "repeated_anchors": 1}
    assert result.rows is not None
    assert {(r["path"], r["fault"], r["detail"]) for r in result.rows.to_pylist()} == {
        ("a.html", "no title", " "),
        ("b.html", "headings", "0"),
        ("c.html", "headings", "2"),
        ("d.html", "anchor twice", "x, y"),
    }


def test_clicks_follow_the_shortest_way_and_anchors_lead_to_their_page() -> None:
    manifest = site(
        page("index.html", "a.html", "b.html"),
        page("a.html", "c.html"),
        page("b.html", "a.html", "c.html#x"),
        page("c.html", "index.html"),
        page("d.html", "c.html"),
    )
    assert clicks(manifest) == {
        "index.html": 0,
        "a.html": 1,
        "b.html": 1,
        "c.html": 2,
        "d.html": -1,
    }


def test_pages_that_link_only_each_other_are_orphans() -> None:
    manifest = site(page("index.html"), page("a.html", "b.html"), page("b.html", "a.html"))
    result = no_orphans(manifest, {})
    assert not result.passed
    assert result.figures["orphans"] == 2


def test_four_clicks_pass_and_five_do_not() -> None:
    subjects = {"objects": [f"Catalog.К{step}" for step in range(1, 6)]}
    assert no_orphans(chain(4), {"objects": subjects["objects"][:4]}).passed
    result = no_orphans(chain(5), subjects)
    assert not result.passed
    assert (result.figures["objects_too_deep"], result.figures["most_clicks"]) == (1, 5)
    assert result.rows is not None
    assert result.rows.to_pylist() == [
        {"what": "objects", "id": "Catalog.К5", "place": "Catalog/К5.html"}
    ]


def test_an_exported_routine_needs_its_anchor() -> None:
    found = {"exported_routines": ["Catalog.А.ObjectModule.Да", "Catalog.А.ObjectModule.Нет"]}
    manifest = site(
        page("index.html", "Catalog/А.html"),
        page("Catalog/А.html", anchors=("ObjectModule.Да",)),
    )
    result = no_orphans(manifest, found)
    assert not result.passed
    assert result.rows is not None
    assert result.rows.column("id").to_pylist() == ["Catalog.А.ObjectModule.Нет"]


def test_an_object_without_a_page_has_no_place() -> None:
    result = no_orphans(site(page("index.html")), {"objects": ["Catalog.Нет"]})
    assert not result.passed


def test_subjects_are_distinct_ids_by_type() -> None:
    objects = pa.table(
        {
            "object": ["CommonModule.М", "CommonModule.М", "Role.Р", "Subsystem.П", "Catalog.К"],
            "type": pa.array(
                ["CommonModule", "CommonModule", "Role", "Subsystem", "Catalog"]
            ).dictionary_encode(),
        }
    )
    routines = pa.table(
        {"routine": ["CommonModule.М.Module.А", "CommonModule.М.Module.Б"], "export": [True, False]}
    )
    assert subjects_of(objects, routines) == {
        "objects": ["Catalog.К", "CommonModule.М", "Role.Р", "Subsystem.П"],
        "common_modules": ["CommonModule.М"],
        "roles": ["Role.Р"],
        "subsystems": ["Subsystem.П"],
        "exported_routines": ["CommonModule.М.Module.А"],
    }


def test_the_size_is_held_against_the_limit_and_told_by_section() -> None:
    manifest = site(page("index.html", bytes=5, section="overview"), page("a.html", bytes=7))
    assert site_size(manifest, 12, 12).passed
    result = site_size(manifest, 13, 12)
    assert not result.passed
    assert (result.figures["bytes_overview"], result.figures["bytes_objects"]) == (5, 7)
    assert result.rows is not None
    assert result.rows.column("path").to_pylist() == ["a.html", "index.html"]


def test_an_empty_site_is_checked_without_error() -> None:
    results = list(run_checks(Manifest.empty(), files=set(), subjects={}, size=0, limit=1))
    assert [result.check for result in results] == list(CHECKS)
    assert all(result.passed for result in results)


def test_three_hundred_thousand_links_are_checked_in_half_a_second() -> None:
    names = [f"Catalog/К{number}.html" for number in range(3000)]
    pages = [
        page(name, *(f"{names[(at * 7 + step) % 3000]}#p{step % 20}" for step in range(100)),
             anchors=tuple(f"p{step}" for step in range(100)))
        for at, name in enumerate(names)
    ]  # fmt: skip
    manifest = site(page("index.html", *names), *pages)
    files = {*names, "index.html"}
    times = []
    for _ in range(3):
        start = time.process_time()
        results = [links_whole(manifest, files), pages_titled(manifest), no_orphans(manifest, {})]
        times.append(time.process_time() - start)
    assert all(result.passed for result in results)
    assert min(times) < 0.5
