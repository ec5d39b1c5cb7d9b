"""Homes of objects in a configuration in which it is known what belongs where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from skops.io import dumps, get_untrusted_types, loads

from cai_assets.learning.features.objects.choice import Choice
from cai_assets.learning.features.objects.evidence import Evidence
from cai_assets.learning.model import State
from cai_assets.learning.models.classification import FOLDS, MODEL, SUGGESTED, Examples
from cai_assets_tests.learning.areas import Configuration, four_areas

SEED = 5
PARAMETERS = {"ridge": 3.0}
"""The configuration is small and clear-cut: the ridge for real ones would leave all in doubt."""


def with_strangers() -> Configuration:
    """An object without a home, one at home in the wrong place, one alone in its subsystem."""
    made = four_areas()
    stray = made.object("Report.ОстаткиПартий", synonym="Склад: остатки партий")
    made.links(stray, "Catalog.ОстатокОстаток")
    made.links("Document.ПартияОстаток", stray)
    wrong = made.object("Document.ПлатежВыписка", "Subsystem.Почта", synonym="Банк: платеж")
    made.links(wrong, "Catalog.ПлатежПлатеж")
    made.links(wrong, "Document.СчетПлатеж")
    made.object("Subsystem.Прочее")
    made.object("Enum.Ставки", "Subsystem.Прочее")
    made.object("Language.Русский")
    return made


@pytest.fixture(scope="module")
def examples() -> Examples:
    return MODEL.prepare(with_strangers().inputs(), SEED)


@pytest.fixture(scope="module")
def state(examples: Examples) -> State:
    return MODEL.train(examples, PARAMETERS, SEED)


def suggested(state: State, examples: Examples) -> dict[str, dict[str, Any]]:
    table = MODEL.answer(state, examples)[SUGGESTED.name]
    return {row["object"]: row for row in table.to_pylist()}


def test_objects_are_put_where_their_words_and_links_are(state: State, examples: Examples) -> None:
    units = MODEL.apply(state, examples)
    right = dict(
        zip([examples.objects.ids[at] for at in units.groups], units.values["hit"], strict=True)
    )
    assert not right.pop("Document.ПлатежВыписка")
    assert np.mean(list(right.values())) > 0.95


def test_an_object_without_a_home_is_suggested_one_with_reasons(
    state: State, examples: Examples
) -> None:
    row = suggested(state, examples)["Report.ОстаткиПартий"]
    assert (row["declared"], row["suggested"]) == (None, "Subsystem.Склад")
    assert row["declared_probability"] is None
    assert row["probability"] > 0.5 > row["second_probability"]
    assert "склад" in row["words"]
    assert set(row["linked"]) == {"Catalog.ОстатокОстаток", "Document.ПартияОстаток"}
    assert f"связаны: {', '.join(row['linked'])}" in row["why_ru"]
    assert f"linked: {', '.join(row['linked'])}" in row["why_en"]


def test_a_home_that_nothing_speaks_for_is_doubted_and_stands_first(
    state: State, examples: Examples
) -> None:
    table = MODEL.answer(state, examples)[SUGGESTED.name]
    row = table.to_pylist()[0]
    assert row["object"] == "Document.ПлатежВыписка"
    assert (row["declared"], row["suggested"]) == ("Subsystem.Почта", "Subsystem.Банк")
    assert row["declared_probability"] < 0.05


def test_an_object_that_fits_its_home_is_not_listed(state: State, examples: Examples) -> None:
    assert "Catalog.ОстатокОстаток" not in suggested(state, examples)


def test_languages_and_subsystems_belong_nowhere(state: State, examples: Examples) -> None:
    assert not {"Language.Русский", "Subsystem.Склад"} & set(suggested(state, examples))


def test_the_only_object_of_a_subsystem_is_neither_learned_from_nor_tested(
    state: State, examples: Examples
) -> None:
    alone = examples.objects.ids.index("Enum.Ставки")
    assert alone not in MODEL.apply(state, examples).groups
    assert MODEL.notes(state, examples)["objects_alone_in_their_home"] == 1


def test_the_home_of_an_object_does_not_speak_for_itself(state: State, examples: Examples) -> None:
    id_ = "Catalog.ОстатокОстаток"
    moved = with_strangers()
    moved.homes[id_] = "Subsystem.Почта"
    after = MODEL.prepare(moved.inputs(), SEED)

    def evidence(of: Examples) -> dict[str, list[float]]:
        mine = np.flatnonzero(of.whole.row == of.objects.ids.index(id_))
        names = [of.objects.homes[at] for at in of.whole.home[mine]]
        return dict(zip(names, of.whole.features[mine].tolist(), strict=True))

    before, now = evidence(examples), evidence(after)
    assert before.keys() == now.keys()
    for home, figures in before.items():
        assert now[home] == pytest.approx(figures, abs=1e-6)


def test_weights_for_a_fold_have_not_seen_the_homes_of_the_fold(
    state: State, examples: Examples
) -> None:
    fold = int(np.bincount(examples.fold[examples.known]).argmax())
    made = with_strangers()
    names = [f"Subsystem.{name}" for name in ("Склад", "Зарплата", "Банк", "Почта")]
    for place, at in enumerate(examples.known[examples.fold[examples.known] == fold].tolist()):
        made.homes[examples.objects.ids[at]] = names[place % 4]
    other = MODEL.train(MODEL.prepare(made.inputs(), SEED), PARAMETERS, SEED)
    assert other["weights"][fold] == pytest.approx(state["weights"][fold], abs=1e-6)
    assert other["weights"][FOLDS] != pytest.approx(state["weights"][FOLDS], abs=1e-3)


def test_the_same_tables_give_the_same_state(state: State, examples: Examples) -> None:
    shuffled = with_strangers()
    for rows in shuffled.rows.values():
        rows.reverse()
    again = MODEL.train(MODEL.prepare(shuffled.inputs(), SEED), PARAMETERS, SEED)
    assert again["weights"] == pytest.approx(state["weights"], abs=1e-4)
    same = MODEL.train(MODEL.prepare(with_strangers().inputs(), SEED), PARAMETERS, SEED)
    assert np.array_equal(same["weights"], state["weights"])


def test_a_stored_state_tells_the_same(state: State, examples: Examples) -> None:
    stored = dumps(state)
    assert get_untrusted_types(data=stored) == []
    units = MODEL.apply(loads(stored), examples)
    for column, values in MODEL.apply(state, examples).values.items():
        assert np.array_equal(units.values[column], values)


def test_a_state_of_an_earlier_upload_with_other_evidence_is_applied(
    state: State, examples: Examples
) -> None:
    older = {
        "features": np.append(state["features"][5:], "evidence_of_yore"),
        **{
            part: np.concatenate([state[part][:, 5:], np.ones((FOLDS + 1, 1))], axis=1)
            for part in Choice._fields
        },
    }
    grown = with_strangers()
    grown.object("Subsystem.Новая")
    for number in range(3):
        grown.object(f"Catalog.Закупка{number}", "Subsystem.Новая")
    units = MODEL.apply(older, MODEL.prepare(grown.inputs(), SEED))
    assert len(units) == len(examples.known) + 3
    assert units.values["hit"].mean() > 0.9


def test_baselines_are_measured_on_the_same_units(state: State, examples: Examples) -> None:
    units = MODEL.apply(state, examples)
    baselines = MODEL.baselines(examples)
    assert set(baselines) == {"majority", "nearest_one", "nearest", "graph_neighbours"}
    for other in baselines.values():
        assert np.array_equal(other.groups, units.groups)
    assert baselines["nearest"].values["hit"].mean() > 0.8
    assert baselines["majority"].values["hit"].mean() < 0.5


def test_charts_name_the_subsystems_that_are_mixed_up(state: State, examples: Examples) -> None:
    units = MODEL.apply(state, examples)
    assert len(MODEL.charts(state, examples, units, "ru")) == 2
    assert len(MODEL.charts(state, examples, units, "en")) == 2


@pytest.mark.parametrize("objects", [0, 1, 3])
def test_without_subsystems_nothing_is_told(objects: int) -> None:
    made = Configuration()
    for number in range(objects):
        made.object(f"Catalog.Товар{number}")
    examples = MODEL.prepare(made.inputs(), SEED)
    assert MODEL.counts(examples) == (0, 0)
    state = MODEL.train(examples, PARAMETERS, SEED)
    units = MODEL.apply(state, examples)
    assert len(units) == 0
    assert [metric.of(units.values, np.ones(0)) for metric in MODEL.metrics] == [0, 0, 0]
    assert MODEL.answer(state, examples)[SUGGESTED.name].num_rows == 0
    assert all(len(other) == 0 for other in MODEL.baselines(examples).values())
    assert MODEL.notes(state, examples)["homes"] == 0


def test_objects_of_no_words_and_no_links_are_no_trouble() -> None:
    made = four_areas()
    for number in range(3):
        made.object(f"Catalog._{number}", "Subsystem.Банк", name="___", synonym=None)
    examples = MODEL.prepare(made.inputs(), SEED)
    state = MODEL.train(examples, PARAMETERS, SEED)
    assert MODEL.apply(state, examples).values["hit"].mean() > 0.9


def test_macro_accuracy_counts_each_subsystem_once() -> None:
    macro = MODEL.metrics[1]
    values = {"home": np.array([0.0, 0, 0, 1]), "hit": np.array([1.0, 1, 1, 0])}
    assert macro.of(values, np.ones(4)) == 0.5
    assert macro.of(values, np.array([1.0, 1, 1, 0])) == 1.0


def test_evidence_of_a_fold_left_out_names_no_home_of_it(examples: Examples) -> None:
    fold = int(examples.fold[examples.known[0]])
    only = replace(examples, known=examples.known[examples.fold[examples.known] == fold])
    evidence = Evidence(only.objects, only.known, only.fold, SEED)
    assert len(evidence.pairs(fold, only.asked).row) == 0
