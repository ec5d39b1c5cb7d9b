"""The first page, and how it judges a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import html5lib
import pytest

from cai_assets.site.health import MEASURES, Health, judge
from cai_assets.site.markup import read_markup
from cai_assets.site.model import Context, Page
from cai_assets.site.names import plural
from cai_assets.site.pages.overview import Overview, OverviewView
from cai_assets.site.render import Rendered
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered
from cai_assets_tests.site.uploads import AFTER, TwoUploads

PAGE = Page("", "index", "", "index")
EVIL = "<script>alert('1')</script>"


def viewed(two_uploads: TwoUploads, context: Context = RUSSIAN) -> OverviewView:
    return Overview().view(PAGE, two_uploads.rows(Overview(), PAGE), context)


def shown(two_uploads: TwoUploads, context: Context = RUSSIAN) -> Rendered:
    rows = two_uploads.rows(Overview(), PAGE)
    return rendered(
        Overview(), PAGE, rows, context,
        subsystems="subsystems.html", types="objects.html", completeness="completeness.html",
        architecture="architecture.html", cycles="cycles.html", findings="findings.html",
        unused="unused.html", releases="releases.html",
    )  # fmt: skip


def project(**traits: Any) -> Mapping[str, Any]:
    return {"project": "П", "kind": "configuration", **traits}


FIGURES = [
    {"name": name, "value": 0.0}
    for name in ("subsystems", "cycles.subsystems", "cycles.subsystem.largest")
]


def test_it_says_what_the_configuration_is_in_sentences(two_uploads: TwoUploads) -> None:
    page = shown(two_uploads)
    text = " ".join(page.files[page.path].replace("\u202f", " ").split())
    assert "Конфигурация 1С:Предприятия ТорговаяКомпания версии 1.1.0.1" in text
    assert "режим совместимости 8.3.27. В ней" in text
    view = viewed(two_uploads)
    assert view.objects > 100
    assert view.lines > 5000


def test_states_are_said_in_words_with_their_thresholds_and_lead_to_their_pages(
    two_uploads: TwoUploads,
) -> None:
    page = shown(two_uploads)
    text, links = page.files[page.path], read_markup(page.files[page.path], page.path).links
    assert {"completeness.html", "findings.html", "cycles.html", "unused.html"} <= set(links)
    assert {"architecture.html#complexity", "architecture.html#contract"} <= set(links)
    assert text.count('class="state ') == len(MEASURES)
    assert "хорошо до 3 %, плохо от 8 %" in text
    states = {one.measure.key: one.state for one in viewed(two_uploads).health}
    assert (states["contract"], states["cycles"], states["parsed"]) == ("bad", "bad", "watch")


@pytest.mark.parametrize(
    ("key", "value", "state"),
    [
        ("parsed", 1.0, "good"), ("parsed", 0.99, "watch"), ("parsed", 0.5, "bad"),
        ("complex", 0.03, "good"), ("complex", 0.05, "watch"), ("complex", 0.08, "bad"),
        ("contract", 0.0, "good"), ("contract", 1.0, "bad"), ("contract", None, "unknown"),
        ("described", 0.8, "good"), ("described", 0.5, "watch"), ("described", 0.49, "bad"),
    ],
)  # fmt: skip
def test_a_value_is_judged_by_its_thresholds(key: str, value: float | None, state: str) -> None:
    judged: dict[str, Health] = {one.measure.key: one for one in judge({key: value})}
    assert judged[key].state == state


def test_what_changed_is_counted_and_leads_to_the_release_notes(two_uploads: TwoUploads) -> None:
    view = viewed(two_uploads)
    changes = two_uploads.changes()
    assert sum(change.count for change in view.changes) == len(changes)
    assert view.upload == AFTER
    assert view.count("object", "removed") == 1


def test_there_is_a_trend_from_two_uploads_on(two_uploads: TwoUploads) -> None:
    view = viewed(two_uploads)
    assert view.uploads == ("1.0.1.1", "1.1.0.1")
    assert all(len(trend.values) == 2 for trend in view.trends)
    rows = given(Overview(), projects=[project()], figures=FIGURES, trend=[{"upload": "1"}])
    assert Overview().view(PAGE, rows, RUSSIAN).trends == ()


def test_it_says_where_to_begin(two_uploads: TwoUploads) -> None:
    view = viewed(two_uploads)
    users = [used.users for used in view.modules_used]
    assert users == sorted(users, reverse=True)
    assert all(used.object.startswith("CommonModule.") for used in view.modules_used)
    assert view.data_used
    assert view.hot_spots[0].routine == "CommonModule.ПродажиСервер.РассчитатьСкидку"


@pytest.mark.parametrize("context", [RUSSIAN, ENGLISH])
def test_a_configuration_of_nothing_has_a_first_page(context: Context) -> None:
    rows = given(Overview(), projects=[project(synonym=EVIL, vendor=EVIL)], figures=FIGURES)
    made = rendered(Overview(), PAGE, rows, context)
    page = made.files[made.path]
    assert "<script>alert" not in page
    assert 'class="state state-unknown"' in page
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    assert parser.errors == []


def test_extensions_and_external_objects_are_named() -> None:
    rows = given(
        Overview(),
        projects=[
            project(project="Доп", kind="extension", synonym="Дополнение", version="2.0"),
            project(project="Осн", synonym="Основная"),
        ],
        figures=FIGURES,
    )
    view = Overview().view(PAGE, rows, RUSSIAN)
    assert view.project.project == "Осн"
    assert [other.synonym for other in view.others] == ["Дополнение"]


def test_findings_that_were_not_looked_for_are_not_said_to_be_none() -> None:
    rows = given(Overview(), projects=[project()], figures=FIGURES)
    view = Overview().view(PAGE, rows, RUSSIAN)
    assert view.findings is None
    assert {one.state for one in view.health if one.measure.key == "findings"} == {"unknown"}


@pytest.mark.parametrize(
    ("count", "noun"),
    [(1, "объект"), (2, "объекта"), (5, "объектов"), (11, "объектов"), (14, "объектов"),
     (21, "объект"), (112, "объектов"), (1003, "объекта"), (0, "объектов")],
)  # fmt: skip
def test_russian_nouns_agree_with_their_number(count: int, noun: str) -> None:
    assert plural(count, "объект", "объекта", "объектов") == noun
