"""Pages of subsystems, and the derived tables behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import html5lib
import pytest

from cai_assets.analysis.architecture.check import matches_subsystem
from cai_assets.site.markup import read_markup
from cai_assets.site.model import Page
from cai_assets.site.pages.subsystem import Subsystem
from cai_assets.site.pages.subsystem_map import areas_of
from cai_assets.site.pages.subsystem_view import SubsystemView
from cai_assets.site.pages.subsystems import Subsystems, SubsystemsView
from cai_assets.site.subsystem_paths import enclosing, parted, seen_by
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered
from cai_assets_tests.site.uploads import TwoUploads

EVIL = "<script>alert('1')</script>"
A, B, C = "Subsystem.А", "Subsystem.А.Subsystem.Б", "Subsystem.В"
LIST = Page("Subsystem", "subsystems", "", "subsystems")


def page_of(id_: str) -> Page:
    return Page(id_, id_, "Subsystem", id_.partition(".")[2])


def viewed(two_uploads: TwoUploads, id_: str) -> SubsystemView:
    page = page_of(id_)
    return Subsystem().view(page, two_uploads.rows(Subsystem(), page), RUSSIAN)


@pytest.fixture(scope="module")
def sales(two_uploads: TwoUploads) -> SubsystemView:
    return viewed(two_uploads, "Subsystem.Продажи")


def about(**traits: Any) -> Mapping[str, Any]:
    return {"project": "П", "name": "А", "synonym": "", "comment": "", **traits}


def test_ways_part_where_they_first_differ() -> None:
    assert enclosing(B) == [A, B]
    assert parted(B, C) == ("", A, C)
    assert parted(B, f"{A}.Subsystem.Г") == (A, B, f"{A}.Subsystem.Г")
    assert parted(A, B) == (A, A, B)


def test_a_dependency_is_seen_from_every_height_below_the_parting() -> None:
    assert list(seen_by(B, C)) == [(A, C), (B, C)]
    assert list(seen_by(B, A)) == [(B, A)]
    assert list(seen_by(A, B)) == []


def test_a_subsystem_has_its_objects_by_type_and_what_is_nested(sales: SubsystemView) -> None:
    documents = next(group for group in sales.types if group.type == "Document")
    assert "Document.РеализацияТоваров" in {line.object for line in documents.objects}
    assert {line.name for line in sales.nested} == {
        "ЗаказыПокупателей", "ИнтернетМагазин", "Ценообразование",
    }  # fmt: skip
    assert sales.objects > sales.listed > 0
    assert sales.in_interface


def test_a_synonym_is_told_if_it_says_more_than_the_name(
    sales: SubsystemView, two_uploads: TwoUploads
) -> None:
    assert sales.synonym == ""
    assert viewed(two_uploads, "Subsystem.Склад").synonym == "Склад и закупки"


def test_dependencies_are_told_with_the_strongest_pairs_and_their_places(
    sales: SubsystemView, two_uploads: TwoUploads
) -> None:
    stock = next(partner for partner in sales.uses if partner.subsystem == "Subsystem.Склад")
    assert stock.pairs >= len(stock.evidence) > 0
    assert stock.links >= sum(pair.links for pair in stock.evidence)
    back = viewed(two_uploads, "Subsystem.Склад")
    mirrored = next(p for p in back.users if p.subsystem == "Subsystem.Продажи")
    assert (mirrored.pairs, mirrored.links, mirrored.back) == (
        stock.pairs,
        stock.links,
        stock.back,
    )
    for pair in stock.evidence:
        assert pair.file.startswith("trading-company/src/")
        assert pair.line > 0


def test_what_the_contract_forbids_is_marked_on_both_sides(two_uploads: TwoUploads) -> None:
    stock = viewed(two_uploads, "Subsystem.Склад")
    assert [partner.subsystem for partner in stock.uses if partner.forbidden] == [
        "Subsystem.Продажи"
    ]
    out = [line for line in stock.violations if line.direction == "out"]
    assert {line.rule for line in out} == {"Склад не вызывает продажи"}
    assert "Склад не вызывает продажи" in {rule.rule for rule in stock.rules}
    assert any(
        line.direction == "in" for line in viewed(two_uploads, "Subsystem.Продажи").violations
    )


def test_a_cycle_is_told_with_what_to_cut_and_where(two_uploads: TwoUploads) -> None:
    stock = viewed(two_uploads, "Subsystem.Склад")
    assert stock.cycles[0].size >= 2
    assert stock.cuts
    assert all(cut.evidence and cut.evidence[0].line for cut in stock.cuts)


def test_the_interface_is_what_others_use(two_uploads: TwoUploads) -> None:
    stock = viewed(two_uploads, "Subsystem.Склад")
    routines = {line.routine: line for line in stock.interface}
    assert routines["CommonModule.ЗапасыСервер.СвободныйОстаток"].users >= 1
    assert stock.interface_total >= len(stock.interface)
    assert all(line.subsystems >= 1 for line in stock.interface)


def test_a_subsystem_without_anything_is_a_page_all_the_same() -> None:
    page = page_of(A)
    made = rendered(Subsystem(), page, given(Subsystem(), about=[about()]))
    assert "А" in made.files[made.path]
    assert "<svg" not in made.files[made.path]


def test_names_and_texts_are_escaped_and_the_page_is_valid() -> None:
    id_ = f"Subsystem.{EVIL}"
    row = about(
        name=EVIL,
        synonym=EVIL,
        comment=EVIL,
        properties=[("Explanation.ru", EVIL)],
        synonyms=[("ru", EVIL)],
    )
    rows = given(
        Subsystem(),
        about=[row],
        objects=[
            {
                "object": f"Catalog.{EVIL}", "type": "Catalog", "name": EVIL, "synonym": EVIL,
                "lines": 1, "cognitive": 1, "users": 1, "uses": 1, "findings": None,
            }
        ],
        links=[
            {
                "direction": "out", "partner": C, "pairs": 1, "links": 1, "back": 0,
                "forbidden": 1, "cut": True,
            }
        ],
        interface=[
            {
                "routine": f"CommonModule.{EVIL}.{EVIL}", "description": EVIL, "users": 1,
                "subsystems": 1, "total": 1,
            }
        ],
    )  # fmt: skip
    for context in (RUSSIAN, ENGLISH):
        made = rendered(Subsystem(), page_of(id_), rows, context)
        page = made.files[made.path]
        assert "<script>alert" not in page
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(page)
        assert parser.errors == []


def test_the_sentence_of_a_routine_is_short() -> None:
    rows = given(
        Subsystem(),
        about=[about()],
        interface=[
            {"routine": "CommonModule.М.П", "description": text, "users": 1, "subsystems": 1,
             "total": 3}
            for text in ("См. Другой.Модуль и ещё слова", "Первое предложение. Второе.", "х" * 900)
        ],
    )  # fmt: skip
    view = Subsystem().view(page_of(A), rows, RUSSIAN)
    assert sorted(len(line.description) for line in view.interface) == [19, 29, 160]


def home(subsystem: str, objects: int) -> Mapping[str, Any]:
    return {
        "subsystem": subsystem, "objects": objects, "lines": objects * 10, "cognitive": objects,
        "routines": objects,
    }  # fmt: skip


def test_a_subsystem_that_holds_almost_everything_is_opened_on_the_map() -> None:
    nested = [home(f"{A}.Subsystem.П{number:02}", 10) for number in range(60)]
    rows = given(Subsystems(), homes=[*nested, home(A, 1), home(C, 5), home("", 7)])
    areas, outside = areas_of(rows["homes"])
    names = [area.subsystem for area in areas]
    assert names == [A, *(row["subsystem"] for row in nested), C]
    assert areas[0].size.objects == 1
    assert outside.objects == 7


def test_small_maps_are_opened_and_sizes_add_up() -> None:
    rows = given(Subsystems(), homes=[home(B, 3), home(C, 5)])
    areas, outside = areas_of(rows["homes"])
    assert [area.subsystem for area in areas] == [B, C]
    assert sum(area.size.objects for area in areas) == 8
    assert outside.objects == 0


@pytest.fixture(scope="module")
def listed(two_uploads: TwoUploads) -> SubsystemsView:
    return Subsystems().view(LIST, two_uploads.rows(Subsystems(), LIST), RUSSIAN)


def test_the_list_has_every_subsystem_in_the_order_of_its_hierarchy(
    listed: SubsystemsView,
) -> None:
    names = [line.subsystem for line in listed.lines]
    assert names[names.index("Subsystem.Продажи") + 1].startswith("Subsystem.Продажи.Subsystem.")
    assert listed.forbidden == 1
    forbidden = {line.subsystem for line in listed.lines if line.forbidden}
    assert forbidden == {"Subsystem.Продажи", "Subsystem.Склад"}


def test_maps_and_matrix_lead_to_the_pages_of_subsystems(two_uploads: TwoUploads) -> None:
    rows = two_uploads.rows(Subsystems(), LIST)
    made = rendered(Subsystems(), LIST, rows, RUSSIAN, Subsystem__Склад="Subsystem/Склад.html")
    page = made.files[made.path]
    assert page.count("<svg") == 3
    assert page.count("Subsystem/") >= 3
    assert "Subsystem/Склад.html" in read_markup(page, made.path).links


def test_a_configuration_without_subsystems_has_no_such_page(two_uploads: TwoUploads) -> None:
    assert [page.id for page in Subsystems().pages(two_uploads.source)] == ["subsystems"]


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [("А", True), ("А.Б", True), ("А.*", True), ("*", True), ("а", True), ("Б", False),
     ("Catalog.*", False), ("Subsystem.А", True)],
)  # fmt: skip
def test_patterns_of_the_contract_name_subsystems_with_what_is_nested(
    pattern: str, matches: bool
) -> None:
    assert matches_subsystem(pattern, B) == matches
