"""Expectations of complexity on an upload in which names tell it."""

from __future__ import annotations

import numpy as np
import pytest
from skops.io import dumps, get_untrusted_types, loads

from cai_assets.learning import splits
from cai_assets.learning.features.routines.expectations import Examples, explained
from cai_assets.learning.model import State
from cai_assets.learning.models.regression import MODEL, OUTLIERS
from cai_assets_tests.learning.written import Code, names_that_tell

SEED = 3
PARAMETERS = {**MODEL.parameters, "rounds": 30, "upper_rounds": 30, "rate": 0.15, "least_leaf": 20}
EXPLAINED = MODEL.metrics[0]


@pytest.fixture(scope="module")
def examples() -> Examples:
    return MODEL.prepare(names_that_tell().inputs(), SEED)


@pytest.fixture(scope="module")
def state(examples: Examples) -> State:
    return MODEL.train(examples, PARAMETERS, SEED)


def test_what_names_tell_is_learned_and_the_median_does_not_know_it(
    state: State, examples: Examples
) -> None:
    units = MODEL.apply(state, examples)
    ones = np.ones(len(units))
    assert EXPLAINED.of(units.values, ones) > 0.9
    baselines = MODEL.baselines(examples)
    assert EXPLAINED.of(baselines["median_of_kind"].values, ones) == 0
    assert EXPLAINED.of(baselines["namesakes"].values, ones) > 0.8
    assert set(baselines) == set(MODEL.baseline_titles)
    for other in baselines.values():
        assert np.array_equal(other.groups, units.groups)


def test_the_upper_bound_holds_for_about_nine_of_ten(state: State, examples: Examples) -> None:
    notes = MODEL.notes(state, examples)
    assert 0.75 <= float(notes["held_by_upper"]) <= 1
    assert float(notes["mean_error_points"]) < 4
    assert int(notes["twins"]) > 0
    assert 0.9 < float(notes["twin_ceiling"]) < 1


def test_held_out_routines_are_those_of_held_out_objects(examples: Examples) -> None:
    objects = examples.routines.objects
    assert splits.is_test([objects[row] for row in examples.test.tolist()]).all()
    assert not splits.is_test([objects[row] for row in examples.learned.tolist()]).any()


def test_a_routine_far_above_those_like_it_comes_first_with_its_reason() -> None:
    code = names_that_tell()
    module = code.module("CommonModule.Другой")
    far = code.routine(module, "ПолучитьСклады", 60, ("Ссылка",), export=True)
    caller = code.routine(module, "ВернутьЦены", 0)
    code.call(caller, far)
    examples = MODEL.prepare(code.inputs(), SEED)
    table = MODEL.answer(MODEL.train(examples, PARAMETERS, SEED), examples)[OUTLIERS.name]
    assert table.column_names == [column.name for column in OUTLIERS.columns[1:]]
    first = table.to_pylist()[0]
    assert first["routine"] == far
    assert first["cognitive"] == 60
    assert first["expected"] < 4
    assert first["expected"] <= first["upper"] < 60
    assert first["excess"] == pytest.approx(60 - first["upper"], abs=1e-3)
    assert first["callers"] == 1
    assert first["comparable"]
    assert all(name.endswith(".ПолучитьСклады") for name in first["comparable"])
    assert "экспортная процедура, параметров 1" in first["why_ru"]
    assert "exported procedure with 1 parameters" in first["why_en"]
    assert first["comparable"][0] in first["why_en"]


def test_the_same_complexity_is_no_outlier_where_it_is_usual(
    state: State, examples: Examples
) -> None:
    rows = MODEL.answer(state, examples)[OUTLIERS.name].to_pylist()
    assert not rows


def test_callers_make_it_more_urgent() -> None:
    code = names_that_tell()
    module = code.module("CommonModule.Другой")
    for name in ("ПолучитьСклады", "ПолучитьДолги"):
        code.routine(module, name, 60, ("Ссылка",))
    for number in range(5):
        caller = code.routine(module, f"Вернуть{number}", 0)
        code.call(caller, "CommonModule.Другой.ПолучитьДолги")
    examples = MODEL.prepare(code.inputs(), SEED)
    rows = MODEL.answer(MODEL.train(examples, PARAMETERS, SEED), examples)[
        OUTLIERS.name
    ].to_pylist()
    assert [row["routine"].rpartition(".")[2] for row in rows[:2]] == [
        "ПолучитьДолги",
        "ПолучитьСклады",
    ]


def test_the_same_data_and_seed_give_the_same_answer(state: State, examples: Examples) -> None:
    again = MODEL.train(MODEL.prepare(names_that_tell().inputs(), SEED), PARAMETERS, SEED)
    values, others = MODEL.apply(state, examples).values, MODEL.apply(again, examples).values
    assert all(np.array_equal(values[name], others[name]) for name in values)


def test_a_state_is_trusted_by_skops_and_says_the_same(state: State, examples: Examples) -> None:
    data = dumps(state)
    assert get_untrusted_types(data=data) == []
    found = MODEL.apply(loads(data), examples).values
    values = MODEL.apply(state, examples).values
    assert all(np.array_equal(values[name], found[name]) for name in values)


def test_a_state_of_an_earlier_upload_with_other_names_still_answers(examples: Examples) -> None:
    earlier = names_that_tell(60)
    module = earlier.module("DataProcessor.Прежняя", "ObjectModule")
    for number in range(5):
        earlier.routine(module, f"Прежний{number}", 3, (f"Старое{number}",))
    old = MODEL.train(MODEL.prepare(earlier.inputs(), SEED), PARAMETERS, SEED)
    units = MODEL.apply(old, examples)
    assert EXPLAINED.of(units.values, np.ones(len(units))) > 0.8
    assert MODEL.answer(old, examples)[OUTLIERS.name].num_rows == 0


def test_copies_of_learned_routines_are_told_apart() -> None:
    code = names_that_tell()
    for row in code.rows["routines"]:
        if row["name"] == "ПолучитьТовары":
            row["body_digest"] = "same"
    examples = MODEL.prepare(code.inputs(), SEED)
    values = MODEL.baselines(examples)["median_of_kind"].values
    names = examples.routines.categories["name"]
    copies = [names[row] == "получитьтовары" for row in examples.test.tolist()]
    assert any(copies)
    assert np.array_equal(values["original"], 1.0 - np.array(copies))


def test_a_share_of_nothing_is_nothing() -> None:
    nothing = {"error": np.zeros(0), "reference": np.zeros(0)}
    assert explained("error", "reference")(nothing, np.zeros(0)) == 0


def test_an_empty_upload_has_nothing_to_learn_from() -> None:
    examples = MODEL.prepare(Code().inputs(), SEED)
    assert MODEL.counts(examples) == (0, 0)


def test_one_routine_is_too_little_and_no_error() -> None:
    code = Code()
    code.routine(code.module("CommonModule.Один"), "Ёж_1", 1)
    assert sum(MODEL.counts(MODEL.prepare(code.inputs(), SEED))) == 1


def test_the_chart_is_a_picture_in_both_languages(state: State, examples: Examples) -> None:
    for language in ("ru", "en"):
        chart = MODEL.charts(state, examples, MODEL.apply(state, examples), language)
        assert chart[0].startswith("![")
