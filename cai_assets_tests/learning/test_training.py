"""Training, promotion and clean-up as a user sees them, on a model that is checked by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pytest

from cai_assets.learning import evaluation
from cai_assets.learning.cleanup import clean_up
from cai_assets.learning.evaluation import FIRST, NO_BETTER, PROMOTED, SAME, UNTRAINED, WORSE
from cai_assets.learning.gates import beats_baseline, promotions_kept, trained
from cai_assets.learning.model import Inputs
from cai_assets.learning.registry import Registry
from cai_assets.learning.report import comparison, metadata_of, model_card
from cai_assets.learning.schema import DECISIONS, HISTORY, RESULTS, SCORES
from cai_assets.learning.training import Place, Training, train_model, units_of
from cai_assets_tests.learning.toy import Toy, inputs

SHOP = "Shop"


class Lab:
    """One registry, and uploads numbered as they are learned from."""

    def __init__(self, base: Path) -> None:
        self.registry = Registry(base / "models")
        self.day = 0
        self.history: pa.Table | None = None

    def train(self, model: Toy, data: Inputs | None = None, upload: str = "000001-x") -> Training:
        self.day += 1
        return train_model(
            model,
            inputs() if data is None else data,
            self.registry,
            Place(SHOP, upload),
            language="ru",
            clock=lambda: datetime(2026, 1, self.day, tzinfo=UTC),
        )

    def evaluate(self, model: Toy, training: Training, upload: str = "000001-x") -> dict[str, Any]:
        tables = {model.name: training.tables}
        found = evaluation.evaluate([model], tables, self.registry, SHOP, upload, self.history)
        self.history = found[HISTORY.name]
        self.decisions = found[DECISIONS.name]
        (row,) = self.decisions.to_pylist()
        return dict(row)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_a_first_model_that_beats_its_baseline_is_promoted(lab: Lab) -> None:
    model = Toy()
    training = lab.train(model)
    row = lab.evaluate(model, training)
    assert row["decision"] == FIRST
    assert row["champion"] == training.card.experiment
    assert row["over_baseline_low"] > 0
    champion = lab.registry.champion(SHOP, model.name)
    assert champion is not None
    assert lab.registry.load(SHOP, model.name, champion.experiment)["skill"] == 1.0


def test_a_model_no_better_than_its_baseline_is_not_promoted_and_a_check_says_so(lab: Lab) -> None:
    model = Toy(skill=0.0)
    row = lab.evaluate(model, lab.train(model))
    assert row["decision"] == NO_BETTER
    assert row["champion"] is None
    assert lab.registry.champion(SHOP, model.name) is None
    check = beats_baseline(lab.decisions)
    assert not check.passed
    assert "constant" in check.message


def test_a_worse_model_leaves_the_champion_in_its_place(lab: Lab) -> None:
    best = Toy()
    first = lab.train(best)
    lab.evaluate(best, first)
    worse = Toy(skill=0.7)
    training = lab.train(worse)
    row = lab.evaluate(worse, training)
    assert row["decision"] == WORSE
    assert row["champion"] == first.card.experiment
    assert not promotions_kept(lab.decisions).passed
    assert set(training.tables[SCORES.name].column("contender").to_pylist()) == {
        "model", "champion", "constant",
    }  # fmt: skip


def test_a_model_not_worse_is_promoted_and_both_were_measured_on_the_same_units(lab: Lab) -> None:
    model = Toy()
    lab.evaluate(model, lab.train(model))
    fresh = lab.train(model, inputs(offset=11.0), upload="000002-y")
    row = lab.evaluate(model, fresh, upload="000002-y")
    assert row["decision"] == PROMOTED
    new = units_of(fresh.tables[RESULTS.name], "model")
    old = units_of(fresh.tables[RESULTS.name], "champion")
    assert new is not None
    assert old is not None
    assert np.array_equal(new.groups, old.groups)


def test_too_few_examples_are_recorded_not_raised(lab: Lab) -> None:
    model = Toy()
    training = lab.train(model, inputs("abc"))
    assert training.card.status == "untrained"
    assert training.card.reason.en == "not trained: 1 examples of 4 needed"
    assert training.tables[SCORES.name].num_rows == 0
    assert training.tables["guesses"].num_rows == 0
    assert lab.evaluate(model, training)["decision"] == UNTRAINED
    check = trained(training.card)
    assert not check.passed
    assert not check.check.error
    assert "1 examples of 4" in check.message


def test_too_few_examples_leave_the_champion_in_its_place(lab: Lab) -> None:
    model = Toy()
    first = lab.train(model)
    lab.evaluate(model, first)
    row = lab.evaluate(model, lab.train(model, inputs("abc"), "000002-y"), "000002-y")
    assert row["decision"] == UNTRAINED
    assert row["champion"] == first.card.experiment


def test_same_data_same_seed_same_scores(lab: Lab, tmp_path: Path) -> None:
    one, two = lab.train(Toy()), Lab(tmp_path / "elsewhere").train(Toy())
    assert one.card.experiment == two.card.experiment
    assert one.card.data == two.card.data
    assert one.tables[SCORES.name].equals(two.tables[SCORES.name])
    assert one.tables[RESULTS.name].equals(two.tables[RESULTS.name])


def test_the_same_data_is_not_learned_twice(lab: Lab) -> None:
    model = Toy()
    first = lab.train(model)
    assert lab.evaluate(model, first)["decision"] == FIRST
    again = train_model(
        model, inputs(), lab.registry, Place(SHOP, "000001-x"), earlier=first.tables
    )
    assert again.reused
    assert again.card.trained == first.card.trained
    assert lab.evaluate(model, again)["decision"] == SAME


def test_it_is_learned_again_when_asked_for_or_when_the_model_on_disk_is_damaged(lab: Lab) -> None:
    model = Toy()
    first = lab.train(model)
    place = Place(SHOP, "000001-x")
    asked = train_model(model, inputs(), lab.registry, place, earlier=first.tables, anew=True)
    assert not asked.reused
    folder = lab.registry.folder(SHOP, model.name, asked.card.experiment)
    (folder / asked.card.file).write_bytes(b"torn")
    mended = train_model(model, inputs(), lab.registry, place, earlier=first.tables)
    assert not mended.reused
    assert lab.registry.load(SHOP, model.name, mended.card.experiment)


def test_a_damaged_champion_does_not_stand_in_the_way(lab: Lab) -> None:
    model = Toy()
    first = lab.train(model)
    lab.evaluate(model, first)
    folder = lab.registry.folder(SHOP, model.name, first.card.experiment)
    (folder / first.card.file).write_bytes(b"torn")
    fresh = lab.train(model, inputs(offset=11.0), "000002-y")
    assert "damaged" in fresh.notes[0].en
    row = lab.evaluate(model, fresh, "000002-y")
    assert row["decision"] == PROMOTED
    assert row["champion"] == fresh.card.experiment


def test_a_champion_of_other_code_is_not_compared(lab: Lab) -> None:
    old = Toy()
    lab.evaluate(old, lab.train(old))
    new = Toy(version="2")
    training = lab.train(new)
    assert "another version of the code" in training.notes[0].en
    assert "champion" not in training.tables[SCORES.name].column("contender").to_pylist()


def test_answers_of_champion_and_new_model_are_told_apart(lab: Lab) -> None:
    model = Toy()
    first = lab.train(model)
    lab.evaluate(model, first)
    fresh = lab.train(model, inputs(offset=12.0), "000002-y")
    experiments = fresh.tables["guesses"].column("experiment").to_pylist()
    assert experiments == [fresh.card.experiment] * 16 + [first.card.experiment] * 16


def test_clean_up_keeps_the_champion_and_the_last_ones(lab: Lab) -> None:
    model = Toy()
    cards = [lab.train(model).card]
    lab.evaluate(model, lab.train(model))
    for number in range(2, 6):
        data = inputs(offset=10.0 + number)
        cards.append(lab.train(model, data, upload=f"{number:06}-z").card)
    (lab.registry.folder(SHOP, model.name, "torn")).mkdir()
    rows = clean_up(lab.registry, SHOP, [model.name], keep=2).to_pylist()
    status = {row["experiment"]: row["status"] for row in rows}
    assert status.pop("torn") == "removed"
    assert [status[card.experiment] for card in cards] == [
        "champion", "removed", "removed", "kept", "kept",
    ]  # fmt: skip
    left = lab.registry.experiments(SHOP, model.name)
    assert sorted(left) == sorted(card.experiment for card in (cards[0], *cards[3:]))


def test_history_remembers_experiments_that_were_removed(lab: Lab) -> None:
    model = Toy()
    for number in range(1, 4):
        upload = f"{number:06}-z"
        lab.evaluate(model, lab.train(model, inputs(offset=10.0 + number), upload), upload)
        clean_up(lab.registry, SHOP, [model.name], keep=1)
    assert lab.history is not None
    rows = [row for row in lab.history.to_pylist() if row["contender"] == "model"]
    assert [row["upload"] for row in rows] == ["000001-z", "000002-z", "000003-z"]
    assert all(row["promoted"] for row in rows)


@pytest.mark.parametrize(
    ("language", "words", "baseline"),
    [("ru", "новая модель", "постоянная"), ("en", "new model", "constant")],
)
def test_cards_and_comparison_say_all_in_both_languages(
    lab: Lab, language: Literal["ru", "en"], words: str, baseline: str
) -> None:
    model = Toy()
    training = lab.train(model)
    lab.evaluate(model, training)
    assert lab.history is not None
    card = model_card(model, training, language)
    assert words in card
    assert baseline in card
    assert training.card.data in card
    page = comparison([model], lab.decisions, lab.history, language)
    assert baseline in page


def test_figures_for_the_trend_in_the_web_page(lab: Lab) -> None:
    found = metadata_of(lab.train(Toy()))
    assert found["train_examples"] == 8
    assert 0 < float(found["constant_nearness"]) < float(found["nearness"]) <= 1
    assert float(found["nearness_low"]) <= float(found["nearness"]) <= float(found["nearness_high"])
