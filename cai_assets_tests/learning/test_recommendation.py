"""Suggestions for modules on an upload in which it is known who uses what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from skops.io import dumps, get_untrusted_types, loads

from cai_assets.learning import splits
from cai_assets.learning.features.modules.leaving_out import leave_out
from cai_assets.learning.model import State
from cai_assets.learning.models.recommendation import MODEL, SUGGESTIONS, Examples
from cai_assets_tests.learning.used import Upload, two_families

SEED = 5
PARAMETERS = {**MODEL.parameters, "rounds": 20}


@pytest.fixture(scope="module")
def examples() -> Examples:
    return MODEL.prepare(two_families().inputs(), SEED)


@pytest.fixture(scope="module")
def state(examples: Examples) -> State:
    return MODEL.train(examples, PARAMETERS, SEED)


def rows(table: Any, module: str) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if row["module"] == module]


def test_what_the_family_uses_is_found_again_among_the_first(
    state: State, examples: Examples
) -> None:
    values = MODEL.apply(state, examples).values
    kinds = [examples.uses.items.ids[item].partition(".")[0] for item in examples.cases.item]
    routine = np.array([kind == "CommonModule" for kind in kinds])
    assert routine.any()
    assert values["hit"][routine].all()
    assert values["reciprocal"][routine].mean() > 0.7


def test_a_link_of_the_description_suggests_what_nobody_else_uses(
    state: State, examples: Examples
) -> None:
    values = MODEL.apply(state, examples).values
    kinds = [examples.uses.items.ids[item].partition(".")[0] for item in examples.cases.item]
    enum = np.array([kind == "Enum" for kind in kinds])
    assert enum.any()
    assert values["hit"][enum].all()
    near = MODEL.baselines(examples)["item_neighbours"].values
    assert not near["hit"][enum].any()


def test_baselines_are_measured_on_the_same_units(state: State, examples: Examples) -> None:
    units = MODEL.apply(state, examples)
    baselines = MODEL.baselines(examples)
    assert set(baselines) == set(MODEL.baseline_titles)
    for other in baselines.values():
        assert np.array_equal(units.groups, other.groups)
        assert set(other.values) == set(units.values)


def test_held_out_modules_are_those_of_held_out_objects(examples: Examples) -> None:
    uses = examples.uses
    owners = [uses.nodes.ids[node] for node in uses.modules.owner[examples.test].tolist()]
    assert splits.is_test(owners).all()
    learned = [uses.nodes.ids[node] for node in uses.modules.owner[examples.learned].tolist()]
    assert not splits.is_test(learned).any()


def test_cases_leave_the_item_out_of_what_is_asked(examples: Examples) -> None:
    cases = leave_out(examples.uses, examples.train, 3)
    again = leave_out(examples.uses, examples.train, 3)
    assert np.array_equal(cases.item, again.item)
    matrix = examples.uses.matrix
    assert all(matrix[m, i] == 1 for m, i in zip(cases.module, cases.item, strict=True))
    _, counts = np.unique(cases.module, return_counts=True)
    assert counts.max() == 3


def test_the_same_data_and_seed_give_the_same_state(state: State, examples: Examples) -> None:
    again = MODEL.train(MODEL.prepare(two_families().inputs(), SEED), PARAMETERS, SEED)
    assert np.array_equal(again["judge"]["value"], state["judge"]["value"])
    units, others = MODEL.apply(state, examples), MODEL.apply(again, examples)
    assert all(np.array_equal(units.values[name], others.values[name]) for name in units.values)


def test_the_order_of_rows_does_not_matter(state: State, examples: Examples) -> None:
    upload = two_families()
    upload.references.reverse()
    again = MODEL.prepare(upload.inputs(), SEED)
    assert (again.uses.matrix != examples.uses.matrix).nnz == 0
    assert np.array_equal(again.cases.item, examples.cases.item)


def test_a_state_is_trusted_by_skops_and_says_the_same(state: State, examples: Examples) -> None:
    data = dumps(state)
    assert get_untrusted_types(data=data) == []
    found = MODEL.apply(loads(data), examples).values
    assert all(
        np.array_equal(values, found[name])
        for name, values in MODEL.apply(state, examples).values.items()
    )


def test_a_state_of_an_earlier_upload_with_other_names_still_answers(examples: Examples) -> None:
    earlier = two_families(40)
    earlier.object("Sequence.Gone", "Gone")
    module = earlier.module("Sequence.Gone", "RecordSetModule")
    earlier.object("CommonModule.Old")
    earlier.module("CommonModule.Old", "CommonModule", ["OldRoutine"])
    earlier.uses(module, "CommonModule.Old.OldRoutine")
    earlier.uses(module, "CommonModule.Money.MoneyRoutine1", line=2)
    old = MODEL.train(MODEL.prepare(earlier.inputs(), SEED), PARAMETERS, SEED)
    units = MODEL.apply(old, examples)
    assert len(units) == len(examples.cases)
    assert units.values["hit"].mean() > 0.7
    assert MODEL.suggest(old, examples, "Catalog.Item0.ObjectModule").num_rows


def test_a_module_that_lacks_one_routine_is_told_so_with_its_reason() -> None:
    upload = two_families()
    module = "Catalog.Item0.ObjectModule"
    missing = "CommonModule.Money.MoneyRoutine3"
    upload.references = [
        row
        for row in upload.references
        if not (row["file"] == f"{module}.bsl" and row["target"] == missing)
    ]
    examples = MODEL.prepare(upload.inputs(), SEED)
    state = MODEL.train(examples, PARAMETERS, SEED)
    table = MODEL.answer(state, examples)[SUGGESTIONS.name]
    assert table.column_names == [c.name for c in SUGGESTIONS.columns[1:]]
    first = rows(table, module)[0]
    assert first["item"] == missing
    assert first["item_kind"] == "Method"
    assert first["rank"] == 1
    assert set(first["goes_with"]) <= {f"CommonModule.Money.MoneyRoutine{n}" for n in range(6)}
    assert "modules that use CommonModule.Money.MoneyRoutine" in first["why_en"]
    assert "модулей, где используется CommonModule.Money.MoneyRoutine" in first["why_ru"]


def test_no_module_is_told_what_it_uses_or_owns(state: State, examples: Examples) -> None:
    uses = examples.uses
    for row in MODEL.answer(state, examples)[SUGGESTIONS.name].to_pylist():
        module = uses.modules.ids.index(row["module"])
        item = uses.items.ids.index(row["item"])
        assert uses.matrix[module, item] == 0
        assert uses.items.node[item] != uses.modules.owner[module]


def test_a_module_can_be_asked_about_as_if_it_used_more(state: State) -> None:
    upload = two_families()
    module = upload.module(upload.object("Catalog.New"))
    examples = MODEL.prepare(upload.inputs(), SEED)
    added = [f"commonmodule.stock.stockroutine{number}" for number in range(4)]
    found = MODEL.suggest(state, examples, module.upper(), [*added, "Catalog.Nothing"]).to_pylist()
    assert {row["module"] for row in found} == {module}
    assert [row["rank"] for row in found] == list(range(1, len(found) + 1))
    assert {row["item"] for row in found[:2]} == {
        "CommonModule.Stock.StockRoutine4",
        "CommonModule.Stock.StockRoutine5",
    }
    assert not {row["item"].casefold() for row in found} & set(added)
    assert found[0]["goes_with"]
    with pytest.raises(KeyError):
        MODEL.suggest(state, examples, "Report.Missing.ObjectModule")


def test_an_empty_upload_has_nothing_to_learn_from() -> None:
    examples = MODEL.prepare(Upload().inputs(), SEED)
    assert MODEL.counts(examples) == (0, 0)


def test_one_module_with_one_use_is_too_little_and_no_error() -> None:
    upload = Upload()
    upload.object("CommonModule.A")
    upload.module("CommonModule.A", "CommonModule", ["R"])
    upload.object("Catalog.Ё_1")
    module = upload.module("Catalog.Ё_1")
    upload.uses(module, "CommonModule.A.R")
    examples = MODEL.prepare(upload.inputs(), SEED)
    learned, tests = MODEL.counts(examples)
    assert learned <= 1
    assert tests == 0


def test_the_chart_counts_every_case(state: State, examples: Examples) -> None:
    for language in ("ru", "en"):
        chart = MODEL.charts(state, examples, MODEL.apply(state, examples), language)
        assert chart[0].startswith("![")
