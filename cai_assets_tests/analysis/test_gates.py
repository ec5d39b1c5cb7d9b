"""Gates over the analyses: told by themselves, without a run."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from cai_assets.analysis import architecture, changes, dependencies
from cai_assets.analysis.gates import api_kept, contract_kept, cycles_kept, new_rows
from cai_assets.knowledge.schema import Table


def rows_of(table: Table, *rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=table.arrow_schema)


def cycles(*sizes: tuple[str, int], edges: tuple[tuple[str, str], ...] = ()) -> dict[str, pa.Table]:
    tables = dependencies.TABLES
    return {
        "cycles": rows_of(
            tables["cycles"], *({"level": level, "size": size} for level, size in sizes)
        ),
        "cycle_edges": rows_of(
            tables["cycle_edges"],
            *(
                {"level": "object", "source_object": source, "target_object": target}
                for source, target in edges
            ),
        ),
    }


def violations(*uses: tuple[str, str, str]) -> pa.Table:
    names = ("rule", "source_object", "target_object")
    table = architecture.TABLES["contract_violations"]
    return rows_of(table, *(dict(zip(names, use, strict=True)) for use in uses))


def test_cycles_without_an_upload_before_pass() -> None:
    result = cycles_kept(cycles(("object", 3)), None, 0)
    assert result.passed
    assert result.figures == {"objects_in_cycles": 3, "subsystems_in_cycles": 0}


def test_cycles_may_grow_by_what_is_allowed_on_each_level() -> None:
    before, now = cycles(("object", 2)), cycles(("object", 2), ("object", 2), ("subsystem", 3))
    assert not cycles_kept(now, before, 2).passed
    assert cycles_kept(now, before, 3).passed


def test_fewer_objects_do_not_pay_for_more_subsystems() -> None:
    before, now = cycles(("object", 9)), cycles(("object", 2), ("subsystem", 2))
    assert not cycles_kept(now, before, 0).passed


def test_new_edges_are_the_evidence_of_grown_cycles() -> None:
    before = cycles(("object", 2), edges=(("А", "Б"), ("Б", "А")))
    now = cycles(("object", 3), edges=(("А", "Б"), ("Б", "В"), ("В", "А")))
    result = cycles_kept(now, before, 0)
    assert result.rows is not None
    pairs = zip(
        result.rows["source_object"].to_pylist(),
        result.rows["target_object"].to_pylist(),
        strict=True,
    )
    assert set(pairs) == {("Б", "В"), ("В", "А")}


def test_without_a_contract_nothing_is_violated() -> None:
    result = contract_kept(violations(), None, stated=False)
    assert result.passed
    assert "no architecture.toml" in result.message


def test_kept_contract_passes() -> None:
    assert contract_kept(violations(), None, stated=True).passed


def test_violations_are_an_error_only_if_one_is_new() -> None:
    old, new = ("Слои", "А", "Б"), ("Слои", "А", "В")
    first = contract_kept(violations(old), None, stated=True)
    kept = contract_kept(violations(old), violations(old), stated=True)
    worse = contract_kept(violations(old, new), violations(old), stated=True)
    assert [r.check.error for r in (first, kept, worse)] == [False, False, True]
    assert not any(r.passed for r in (first, kept, worse))
    assert worse.rows is not None
    assert worse.rows["target_object"].to_pylist() == ["В"]


def test_breaking_changes_warn_and_are_the_evidence() -> None:
    table = rows_of(
        changes.TABLES["changes"], {"id": "А", "breaking": True}, {"id": "Б", "breaking": False}
    )
    result = api_kept(table)
    assert (result.passed, result.check.error) == (False, False)
    assert result.rows is not None
    assert result.rows["id"].to_pylist() == ["А"]


def test_changes_whose_effect_is_not_known_do_not_break() -> None:
    assert api_kept(rows_of(changes.TABLES["changes"], {"id": "А", "breaking": None})).passed


def test_new_rows_are_those_whose_whole_key_is_new() -> None:
    now, before = violations(("Р", "А", "Б"), ("Р", "А", "В")), violations(("Р", "А", "Б"))
    found = new_rows(now, before, ("rule", "source_object", "target_object"))
    assert found["target_object"].to_pylist() == ["В"]
