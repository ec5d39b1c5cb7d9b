"""Models speak only where they have something to say, and say how sure they are."""

from __future__ import annotations

from typing import Any

from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.parts import hints
from cai_assets.site.pages.parts.hints import OUTLIERS, SUGGESTIONS, HintsView
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, rendered
from cai_assets_tests.site.pages.parts.rows import ID, PAGE, rows_of

_WHY = {"why_ru": "потому", "why_en": "because"}


def _subsystem(**columns: Any) -> dict[str, Any]:
    return {
        "project": "Торговля",
        "declared": "Subsystem.А",
        "declared_probability": 0.0004,
        "suggested": "Subsystem.Б.Subsystem.В",
        "probability": 0.9996,
        **_WHY,
        **columns,
    }


def _outlier(name: str, priority: float) -> dict[str, Any]:
    return {
        "routine": f"{ID}.ObjectModule.{name}",
        "line": 1,
        "cognitive": 50,
        "expected": 7.4,
        "upper": 20.6,
        "priority": priority,
        **_WHY,
    }


def _suggestion(item: str, score: float, module: str = "ObjectModule") -> dict[str, Any]:
    return {"module": f"{ID}.{module}", "rank": 1, "item": item, "score": score, **_WHY}


def _view(**tables: list[dict[str, Any]]) -> HintsView:
    view = hints.read(PAGE, rows_of(**tables), RUSSIAN)
    assert view is not None
    return view


def test_silent_models_have_no_part() -> None:
    assert hints.read(PAGE, rows_of(), RUSSIAN) is None
    unlikely = [_suggestion("Catalog.А", 0.05)]
    assert hints.read(PAGE, rows_of(suggestions=unlikely), RUSSIAN) is None


def test_a_subsystem_is_suggested_without_saying_that_it_is_certain() -> None:
    rows = rows_of(suggested_subsystems=[_subsystem()])
    html = rendered(Objects(), PAGE, rows).files["Товары.html"]
    assert "Б / В" in html
    assert "100" not in html.partition('id="part-hints"')[2]
    assert "&gt; 99" in html
    english = rendered(Objects(), PAGE, rows, ENGLISH).files["Товары.html"]
    assert "because" in english


def test_the_outliers_that_matter_most_are_shown() -> None:
    view = _view(outliers=[_outlier(f"П{place:02}", place) for place in range(OUTLIERS + 3)])
    assert [one.label for one in view.outliers][:2] == [
        "модуль объекта · П12",
        "модуль объекта · П11",
    ]
    assert (len(view.outliers), view.more_outliers) == (OUTLIERS, 3)
    assert (view.outliers[0].expected, view.outliers[0].upper) == (7, 21)


def test_an_item_is_suggested_once_to_the_module_that_wants_it_most() -> None:
    rows = [
        _suggestion("Catalog.А", 0.2),
        _suggestion("Catalog.А", 0.4, "ManagerModule"),
        *(_suggestion(f"Catalog.Б{place}", 0.15) for place in range(20)),
    ]
    view = _view(suggestions=rows)
    assert len(view.suggestions) == SUGGESTIONS
    first = view.suggestions[0]
    assert (first.item, first.module_label, first.chance) == ("Catalog.А", "модуль менеджера", 0.4)
