"""What must hold of the tables: each check passes on sound rows and names the faulty ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cai_assets.knowledge.checks import (
    CHECKS,
    CheckResult,
    Limits,
    files_below,
    files_parsed,
    keys_unique,
    ledger_complete,
    links_whole,
    routines_parsed,
    rows_kept,
    run_checks,
)
from cai_assets.knowledge.schema import TABLES


def tables(**rows: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """Tables of the schema; those not named are empty, columns not named are null."""
    return {
        name: pa.Table.from_pylist(rows.get(name, []), schema=table.arrow_schema)
        for name, table in TABLES.items()
    }


def ledger(*rows: tuple[str, str, str]) -> pa.Table:
    """A ledger of (path, status, reason)."""
    files = [{"path": path, "status": status, "reason": why} for path, status, why in rows]
    return tables(source_files=files)["source_files"]


def evidence(result: CheckResult) -> list[dict[str, Any]]:
    assert result.rows is not None
    found: list[dict[str, Any]] = result.rows.to_pylist()
    return found


def test_ledger_with_every_file_passes() -> None:
    rows = ledger(("a", "parsed", ""), ("b", "unsupported", "a picture"))
    assert ledger_complete(rows, {"a", "b"}).passed


@pytest.mark.parametrize(
    ("rows", "files", "path", "fault"),
    [
        ([], {"a"}, "a", "not in the ledger"),
        ([("a", "parsed", "")], set(), "a", "not on disk"),
        ([("a", "failed", "")], {"a"}, "a", "without status or reason"),
        ([("a", "guessed", "why")], {"a"}, "a", "without status or reason"),
        ([("a", "parsed", ""), ("a", "parsed", "")], {"a"}, "a", "in the ledger twice"),
    ],
)
def test_ledger_fault_is_named_with_its_file(
    rows: list[tuple[str, str, str]], files: set[str], path: str, fault: str
) -> None:
    result = ledger_complete(ledger(*rows), files)
    assert not result.passed
    assert evidence(result) == [{"path": path, "fault": fault}]
    assert fault in result.message


def test_unsupported_files_do_not_count_in_the_share_of_parsed() -> None:
    rows = ledger(("a", "parsed", ""), ("b", "failed", "cut off"), ("c", "unsupported", "help"))
    result = files_parsed(rows, 0.6)
    assert not result.passed
    assert result.figures["share"] == 0.5
    assert [row["path"] for row in evidence(result)] == ["b"]
    assert files_parsed(rows, 0.5).passed


def test_share_of_routines_without_syntax_errors() -> None:
    rows = tables(
        routines=[
            {"routine": f"CommonModule.M.R{number}", "has_errors": number == 3, "line": number}
            for number in range(4)
        ]
    )["routines"]
    result = routines_parsed(rows, 0.8)
    assert not result.passed
    assert result.figures["share"] == 0.75
    assert [row["routine"] for row in evidence(result)] == ["CommonModule.M.R3"]


def test_shares_of_nothing_are_whole() -> None:
    empty = tables()
    assert files_parsed(empty["source_files"], 1.0).passed
    assert routines_parsed(empty["routines"], 1.0).passed


def test_repeated_key_is_shown_with_its_table() -> None:
    row = {"project": "P", "object": "Catalog.A", "file": "f"}
    result = keys_unique(tables(objects=[row, row, {**row, "object": "Catalog.B"}]))
    assert not result.passed
    assert evidence(result) == [
        {"table": "objects", "columns": "project, object", "key": "P, Catalog.A", "rows": 2}
    ]


def test_same_id_in_two_projects_is_no_repetition() -> None:
    rows = [{"project": name, "object": "Catalog.A", "file": "f"} for name in ("P", "Q")]
    assert keys_unique(tables(objects=rows)).passed


def test_dictionaries_that_differ_between_chunks_do_not_disturb_the_checks() -> None:
    schema = TABLES["objects"].arrow_schema
    chunks = [
        pa.Table.from_pylist([{"project": name, "object": "Catalog.A", "file": name}], schema)
        for name in ("P", "Q", "P")
    ]
    found = {**tables(), "objects": pa.concat_tables(chunks)}
    assert keys_unique(found).figures["surplus_rows"] == 1
    assert links_whole(found).figures["broken_values"] == 2


def test_value_that_refers_to_nothing_is_shown_once_with_its_link() -> None:
    files = [{"path": "f", "status": "parsed", "reason": ""}]
    objects = [{"project": "P", "object": "Catalog.A", "file": "f"}]
    members = [
        {"project": "P", "member": f"Catalog.B.Attribute.{n}", "object": "Catalog.B", "file": "f"}
        for n in range(3)
    ]
    result = links_whole(tables(source_files=files, objects=objects, members=members))
    assert not result.passed
    assert evidence(result) == [
        {
            "table": "members",
            "columns": "project, object",
            "value": "P, Catalog.B",
            "missing_in": "objects",
        }
    ]


def test_what_belongs_to_a_file_that_could_not_be_read_is_the_ledgers_matter() -> None:
    files = [
        {"path": "f", "status": "parsed", "reason": ""},
        {
            "path": "b",
            "project": "P",
            "owner": "Catalog.B",
            "status": "failed",
            "reason": "damaged",
        },
    ]
    forms = [
        {"project": "P", "form": f"Catalog.{name}.Form.F", "object": f"Catalog.{name}", "file": "f"}
        for name in ("B", "BB")
    ]
    result = links_whole(tables(source_files=files, forms=forms))
    assert [row["value"] for row in evidence(result)] == ["P, Catalog.BB"]


def test_null_refers_to_nothing_and_breaks_nothing() -> None:
    files = [{"path": "f", "status": "parsed", "reason": ""}]
    objects = [{"project": "P", "object": "Subsystem.A", "parent": None, "file": "f"}]
    assert links_whole(tables(source_files=files, objects=objects)).passed


def test_collapse_of_rows_is_told_by_table() -> None:
    before = {"objects": 100, "routines": 1000, "problems": 500, "roles": 4}
    result = rows_kept({"objects": 40, "routines": 900, "problems": 0, "roles": 0}, before, 0.5)
    assert not result.passed
    assert evidence(result) == [{"table": "objects", "rows_before": 100, "rows_now": 40}]


def test_first_upload_has_nothing_to_be_compared_with() -> None:
    assert rows_kept({"objects": 0}, None, 0.5).passed


def test_all_checks_run_in_their_order() -> None:
    results = run_checks(tables(), files=set(), limits=Limits())
    assert [result.check for result in results] == list(CHECKS)
    assert [check.name for check in CHECKS if check.blocking] == ["ledger_complete"]


def test_files_below_walks_everything_but_version_control(tmp_path: Path) -> None:
    for path in ("src/a.bsl", ".git/config", "src/.hidden", "Каталог/б.xml"):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    assert files_below(tmp_path) == {"src/a.bsl", "src/.hidden", "Каталог/б.xml"}
