"""Checks of the dataset: each passes on what is right and fails on what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cai_assets.learning.dataset.checks import (
    CHECKS,
    bodies_present,
    categories_shared,
    counts_kept,
    jsonl_loads,
    no_leakage,
    run_checks,
)
from cai_assets.learning.dataset.jsonl import write
from cai_assets.learning.dataset.leaks import leaks
from cai_assets_tests.learning.dataset.making import figures, routines, tasks

LONG = "Процедура П()\n" + "".join(f" Вызов{n}(Знач{n}, {n});\n" for n in range(40))


def _near(body: str) -> str:
    return body.replace("Вызов7(", "ДругойВызов(")


def test_a_near_copy_of_a_training_routine_is_a_leak() -> None:
    table = routines({"body": LONG}, {"body": _near(LONG), "split": "test"})
    result = no_leakage(table)
    assert not result.passed
    assert result.figures == {"equal": 0, "near": 1, "routines": 2}
    assert result.rows is not None
    assert result.rows.column("routine").to_pylist() == ["CommonModule.М.Р1"]


def test_a_copy_under_another_name_is_a_leak() -> None:
    other = LONG.replace("П()", "СовсемДругая()")
    assert not no_leakage(routines({"body": LONG}, {"body": other, "split": "validation"})).passed


def test_equal_digests_in_two_splits_are_a_leak_whatever_the_texts() -> None:
    table = routines({"body_digest": "x"}, {"body_digest": "x", "split": "test"})
    assert no_leakage(table).figures["equal"] == 1


@pytest.mark.parametrize(
    "rows",
    [
        ({"body": LONG}, {"body": _near(LONG)}),
        ({"body": LONG, "split": "test"}, {"body": _near(LONG), "split": "validation"}),
        ({"body": LONG}, {"body": _near(LONG), "split": "test", "dropped": "twin"}),
        ({"body": LONG}, {"body": LONG.replace("Вызов", "Иное"), "split": "test"}),
        ({"body": LONG},),
        (),
    ],
)
def test_copies_within_a_split_or_left_out_are_none(rows: tuple[dict[str, Any], ...]) -> None:
    assert no_leakage(routines(*rows)).passed


def test_the_closest_training_routine_is_told() -> None:
    further = _near(LONG).replace("Вызов9(", "Р(")
    table = routines(
        {"body": further}, {"body": _near(LONG)}, {"body": LONG, "split": "test"}
    )  # fmt: skip
    (leak,) = leaks(table, [0, 1, 2])
    assert (leak.held_out, leak.trained) == (2, 1)
    assert 0.9 < leak.alike < 1


def test_a_routine_without_text_fails() -> None:
    assert bodies_present(routines({}, {})).passed
    result = bodies_present(routines({}, {"body": "", "dropped": "empty"}))
    assert not result.passed
    assert result.figures["missing"] == 1


def _categories(**counts: int) -> list[dict[str, Any]]:
    return [{"category": name} for name, count in counts.items() for _ in range(count)]


def test_too_much_of_one_category_fails() -> None:
    assert categories_shared(routines(*_categories(query=50, other=30, validation=40))).passed
    assert not categories_shared(routines(*_categories(query=60, other=60))).passed
    assert not categories_shared(routines(*_categories(query=90, other=20))).passed


def test_a_few_routines_say_nothing_of_shares() -> None:
    assert categories_shared(routines(*_categories(other=99))).passed
    assert categories_shared(routines()).passed


def test_dropped_routines_have_no_part_in_shares() -> None:
    rows = [*_categories(query=60, validation=60)]
    rows += [row | {"dropped": "twin"} for row in _categories(other=500)]
    assert categories_shared(routines(*rows)).passed


def test_counts_that_fall_by_half_fail() -> None:
    now, before = figures(routines=100, kept=40, examples=90), figures(routines=120, kept=90)
    result = counts_kept(now, before)
    assert not result.passed
    assert "kept: 90 → 40" in result.message
    assert counts_kept(now, None).passed
    assert counts_kept(now, figures(routines=150, kept=60, examples=100)).passed


def test_a_line_that_does_not_load_is_named(tmp_path: Path) -> None:
    write(tasks({}, {"task": "completion", "suffix": ""}), tmp_path)
    assert jsonl_loads(tmp_path, 2).passed
    write(tasks({}, {"completion": " "}), tmp_path)
    result = jsonl_loads(tmp_path, 2)
    assert not result.passed
    assert "instruction.train.jsonl:2: empty content" in result.message


def test_lines_that_are_missing_fail(tmp_path: Path) -> None:
    write(tasks({}), tmp_path)
    assert not jsonl_loads(tmp_path, 2).passed


def test_all_checks_run_in_their_order(tmp_path: Path) -> None:
    tables = {"routines": routines({}), "tasks": tasks({}), "figures": figures(routines=1)}
    write(tables["tasks"], tmp_path)
    results = run_checks(tables, tmp_path, tables)
    assert [result.check for result in results] == list(CHECKS)
    assert all(result.passed for result in results)
    assert {check.group for check in CHECKS} == {"ml_dataset"}
