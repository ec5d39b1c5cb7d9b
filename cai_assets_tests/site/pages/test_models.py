"""Pages of models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from cai_assets.knowledge.store import staged
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.registry import Card, Champion, Registry
from cai_assets.learning.report import DECISION_NAMES
from cai_assets.learning.scores import Interval
from cai_assets.site.derived.models import TABLES
from cai_assets.site.model import Context, Page
from cai_assets.site.pages.models import Figure, ModelPages, Models, ModelsView, ModelView
from cai_assets.site.pages.parts.model_answers import answers_of
from cai_assets.site.tables import Place, StoredSource
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered

NAME = "ranking_model"
LIST, PAGE = Page("", "models", "models", "index"), Page(NAME, f"model:{NAME}", "models", NAME)
CARD = Card(
    NAME, "000001-abc", "Trade", "000001-upload", "trained", "d1gest", "1", 7, {"ridge": 0.5},
    {"numpy": "2.4"}, "2026-05-04T03:02:01+00:00", 12.5, 3 * 1024 * 1024,
    {"train": 100, "test": 20},
    {"model": {"mrr_10": Interval(0.5, 0.4, 0.6)}, "bm25": {"mrr_10": Interval(0.3, 0.2, 0.4)}},
    {"stems": 1234},
)  # fmt: skip


def stored(card: Card = CARD, **traits: Any) -> Mapping[str, Any]:
    return {
        "since": "2026-05-05T00:00:00", "card": json.dumps(card.to_json()), "weights": ""
    } | traits  # fmt: skip


def decided(**traits: Any) -> Mapping[str, Any]:
    row = {
        "model": NAME, "decision": "first", "metric": "mrr_10", "value": 0.5, "low": 0.4,
        "high": 0.6, "baseline": "bm25", "baseline_value": 0.3, "baseline_low": 0.2,
        "baseline_high": 0.4, "over_baseline": 0.2, "over_baseline_low": 0.1,
        "over_baseline_high": 0.3, "note_ru": "лучше", "note_en": "better",
    }  # fmt: skip
    return row | traits


def score(contender: str, value: float, metric: str = "mrr_10") -> Mapping[str, Any]:
    return {
        "contender": contender, "role": "", "metric": metric, "value": value,
        "low": value - 0.1, "high": value + 0.1,
    }  # fmt: skip


def view(context: Context = RUSSIAN, **tables: Any) -> ModelView:
    rows = given(ModelPages(), **({"models": [stored()]} | tables))
    found = ModelPages().view(PAGE, rows, context)
    assert isinstance(found, ModelView)
    return found


def html(context: Context = RUSSIAN, **tables: Any) -> str:
    rows = given(ModelPages(), **({"models": [stored()]} | tables))
    return rendered(ModelPages(), PAGE, rows, context).files[f"{NAME}.html"]


def test_scores_of_the_newest_upload_go_before_those_of_the_card() -> None:
    assert [c.figures[0] for c in view().contenders] == [
        Figure(0.5, 0.4, 0.6),
        Figure(0.3, 0.2, 0.4),
    ]
    measured = view(scores=[score("model", 0.75)])
    assert [(c.name, c.figures[0].value) for c in measured.contenders if c.figures[0]] == [
        ("модель", 0.75)
    ]


def test_the_model_comes_first_then_the_champion_then_the_best_of_the_rest() -> None:
    found = view(scores=[score("zero", 0.1), score("bm25", 0.9), score("champion", 0.2),
                         score("model", 0.3)])  # fmt: skip
    assert [c.name for c in found.contenders] == [
        "модель",
        "прежняя лучшая модель",
        "BM25",
        "zero",
    ]
    assert [c.own for c in found.contenders] == [True, False, False, False]


def test_a_metric_that_was_not_measured_is_left_open() -> None:
    found = view(scores=[score("model", 0.5, "hits_5")])
    assert [figure is None for figure in found.contenders[0].figures] == [True, True, False, True]


def test_the_page_says_which_experiment_is_used_and_by_how_much_it_is_better() -> None:
    page = html(decisions=[decided()])
    assert "Используется" in page
    assert "000001-abc" in page
    assert "+0,200 (0,100 … 0,300)" in page
    assert "+0.200 (0.100 … 0.300)" in html(ENGLISH, decisions=[decided()])


def test_a_model_that_is_not_used_is_said_so_with_the_reason() -> None:
    page = html(models=[stored(since="")], decisions=[decided(note_ru="хуже, чем BM25")])
    assert "Не используется" in page
    assert "хуже, чем BM25" in page


def test_an_experiment_that_trained_nothing_has_a_page() -> None:
    untrained = replace(
        CARD, status="untrained", scores={}, notes={}, parameters={}, versions={},
        reason=type(CARD.reason)("мало примеров: 5 из 100", "too few examples: 5 of 100"),
    )  # fmt: skip
    page = html(models=[stored(untrained, since="")])
    assert "мало примеров: 5 из 100" in page
    assert "<figure" not in page


def test_what_counts_most_is_drawn_with_its_sign_or_share() -> None:
    linear = json.dumps(["linear", [["translated", 1.5], ["missing", -0.25]]])
    page = html(models=[stored(weights=linear)])
    assert "translated" in page
    assert "+1,50" in page
    assert "−0,25" in page
    trees = json.dumps(["trees", [["words", 0.125]]])
    assert "12.5\u202f%" in html(ENGLISH, models=[stored(weights=trees)])


def test_a_trend_is_shown_from_the_second_experiment_on() -> None:
    def past(day: int, value: float, contender: str = "model") -> Mapping[str, Any]:
        return {
            "experiment": f"{day}", "trained": f"2026-05-{day:02}T01:00:00", "metric": "mrr_10",
            "contender": contender, "value": value,
        }  # fmt: skip

    assert "trend" not in html(history=[past(1, 0.5), past(2, 0.6, "bm25")])
    rows = [past(2, 0.6), past(1, 0.5)]
    assert [point.value for point in view(history=rows).trend] == [0.5, 0.6]
    assert 'id="trend"' in html(history=rows)


def answer(**traits: Any) -> SimpleNamespace:
    row = {
        "rank": 0, "total": 40, "subject": "Catalog.Товары", "figure": 0.625,
        "answer": "Subsystem.Учёт.Subsystem.Склад", "why_ru": "слова", "why_en": "words",
    }  # fmt: skip
    return SimpleNamespace(**(row | traits))


def test_answers_come_in_their_order_with_what_their_figure_means() -> None:
    found = answers_of(
        "classification_model", [answer(rank=1, figure=0.5), answer()], RUSSIAN
    )  # fmt: skip
    assert found is not None
    assert found.total == 40
    assert [one.figure for one in found.rows] == ["62 %", "50 %"]
    first = found.rows[0]
    assert (first.subject.label, first.why) == ("Справочник.Товары", "слова")
    assert first.answer is not None
    assert first.answer.label == "Учёт / Склад"


def test_complexity_is_a_number_and_needs_no_second_column() -> None:
    row = answer(subject="CommonModule.Цены.Цена", answer=None, figure=204.0)
    found = answers_of("regression_model", [row], ENGLISH)
    assert found is not None
    assert found.heads[1] == ""
    assert (found.rows[0].subject.label, found.rows[0].figure) == ("Цены.Цена", "204")


def test_an_area_has_a_name_and_its_leading_object() -> None:
    row = answer(subject="склад, остатки", figure=32.0, why_ru="Catalog.Склады")
    found = answers_of("clustering_model", [row], RUSSIAN)
    assert found is not None
    assert (found.rows[0].subject.id, found.rows[0].subject.label) == ("", "склад, остатки")
    assert found.rows[0].leader is not None
    assert found.rows[0].leader.id == "Catalog.Склады"


def test_a_model_that_is_asked_questions_has_no_answers_ready() -> None:
    assert answers_of(NAME, [answer()], RUSSIAN) is None
    assert answers_of("regression_model", [], RUSSIAN) is None


def test_names_in_cards_are_escaped() -> None:
    evil = "<script>alert(1)</script>"
    card = replace(CARD, upload=evil, notes={evil: evil}, parameters={evil: evil})
    page = html(models=[stored(card, weights=json.dumps(["trees", [[evil, 1.0]]]))],
                decisions=[decided(note_ru=evil)])  # fmt: skip
    assert "<script>alert" not in page


def compared(*rows: Mapping[str, Any], context: Context = RUSSIAN) -> ModelsView:
    tried = [{"model": model.name, "since": ""} for model in MODELS]
    found = Models().view(LIST, given(Models(), models=tried, decisions=rows), context)
    assert isinstance(found, ModelsView)
    return found


def test_models_are_compared_in_the_order_of_the_catalogue() -> None:
    found = compared(decided())
    assert [line.model for line in found.lines] == [model.name for model in MODELS]
    line = next(line for line in found.lines if line.model == NAME)
    assert line.figure == Figure(0.5, 0.4, 0.6)
    assert line.baseline_figure == Figure(0.3, 0.2, 0.4)
    assert line.gain == Figure(0.2, 0.1, 0.3)
    assert line.baseline == "BM25"


@pytest.mark.parametrize("decision", sorted(DECISION_NAMES))
def test_every_decision_has_words(decision: str) -> None:
    found = compared(decided(decision=decision, value=None, baseline=None, over_baseline=None))
    line = next(line for line in found.lines if line.model == NAME)
    assert line.decision == DECISION_NAMES[decision].ru
    assert line.figure is None
    assert line.gain is None


def test_the_comparison_is_drawn_only_if_something_was_measured() -> None:
    rows = given(Models(), models=[{"model": NAME, "since": ""}])
    assert "<figure" not in rendered(Models(), LIST, rows).files["index.html"]
    rows = given(Models(), models=[{"model": NAME, "since": ""}], decisions=[decided()])
    assert "<figure" in rendered(Models(), LIST, rows).files["index.html"]


def test_every_model_says_what_it_is_not_for() -> None:
    for model in MODELS:
        assert model.limits.ru, model.name
        assert model.limits.en, model.name


# --- Tables -------------------------------------------------------------------------------


def source(tmp_path: Path) -> StoredSource:
    return StoredSource(Place(tmp_path / "upload", (), tmp_path / "models" / "Trade"))


def table(made: StoredSource, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = TABLES[name](made).to_pylist()
    return rows


def test_without_trained_models_there_are_no_pages(tmp_path: Path) -> None:
    for made in (source(tmp_path), StoredSource(Place(tmp_path))):
        assert list(Models().pages(made)) == []
        assert list(ModelPages().pages(made)) == []
        assert table(made, "model_scores") == []


def test_the_champion_is_told_not_the_newest_experiment(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    registry.save(CARD, {"weights": 1})
    registry.save(replace(CARD, experiment="000002-new", trained="2026-06-01"), {"weights": 2})
    (row,) = table(source(tmp_path), "models")
    assert (row["since"], json.loads(row["card"])["experiment"]) == ("", "000002-new")
    registry.promote("Trade", NAME, Champion("000001-abc", "2026-05-05", "first"))
    (row,) = table(source(tmp_path), "models")
    assert (row["since"], json.loads(row["card"])["experiment"]) == ("2026-05-05", "000001-abc")
    assert row["weights"] == ""
    assert [page.id for page in ModelPages().pages(source(tmp_path))] == [f"model:{NAME}"]


def test_a_champion_whose_card_is_gone_gives_way_to_the_newest(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    registry.save(CARD, {"weights": 1})
    registry.promote("Trade", NAME, Champion("gone", "2026-05-05", "first"))
    (row,) = table(source(tmp_path), "models")
    assert (row["since"], json.loads(row["card"])["experiment"]) == ("", "000001-abc")


def test_only_the_champion_answers_and_the_surest_come_first(tmp_path: Path) -> None:
    name = "recommendation_model"
    registry = Registry(tmp_path / "models")
    registry.save(replace(CARD, model=name), {"weights": 1})

    def texts(*values: str) -> pa.Array:
        return pa.array(values, pa.string()).dictionary_encode()

    with staged(tmp_path / "upload" / name) as files:
        files.tables(
            {
                "suggestions": pa.table(
                    {
                        "experiment": texts("000001-abc", "000001-abc", "other"),
                        "module": texts("CommonModule.А.Module", "CommonModule.Б.Module", "В"),
                        "item": texts("Catalog.А", "Catalog.Б", "Catalog.В"),
                        "rank": pa.array([1, 1, 1], pa.int32()),
                        "score": [0.25, 0.75, 0.9],
                        "why_ru": ["раз", "два", "три"],
                        "why_en": ["one", "two", "three"],
                    }
                )
            }
        )
        files.publish()
    assert table(source(tmp_path), "model_answers") == []
    registry.promote("Trade", name, Champion("000001-abc", "2026-05-05", "first"))
    rows = table(source(tmp_path), "model_answers")
    assert [(row["model"], row["subject"], row["answer"], row["total"]) for row in rows] == [
        (name, "CommonModule.Б.Module", "Catalog.Б", 2),
        (name, "CommonModule.А.Module", "Catalog.А", 2),
    ]


def test_scores_of_models_stand_in_one_table(tmp_path: Path) -> None:
    rows = pa.table(
        {
            **{
                name: pa.array([text], pa.string()).dictionary_encode()
                for name, text in {"contender": "model", "role": "model", "metric": "m"}.items()
            },
            **{name: [0.5] for name in ("value", "low", "high")},
            **{name: pa.array([3], pa.int32()) for name in ("units", "groups")},
        }
    )
    for model in MODELS[:2]:
        with staged(tmp_path / "upload" / model.name) as files:
            files.tables({"scores": rows})
            files.publish()
    found = table(source(tmp_path), "model_scores")
    assert [row["model"] for row in found] == [model.name for model in MODELS[:2]]
