"""Real configurations, where `CAI_CORPORA` names a folder that holds them.

`ssl_3_1_edt` is the standard subsystems library 3.1.10.441 as an EDT project and `ssl_3_1` the same
as a Designer dump; the others are named as their repositories.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from cai_assets.knowledge import checks
from cai_assets.knowledge.edges import EDGE_KIND
from cai_assets.knowledge.extract import extract
from cai_assets_tests.twins import compared_rows, differing_rows

_FOLDER = os.environ.get("CAI_CORPORA", "")

pytestmark = pytest.mark.skipif(
    not _FOLDER, reason="CAI_CORPORA does not name a folder with real configurations"
)

NAMES = ("ssl_3_1_edt", "ssl_3_1", "IRP", "yaxunit", "dt-demo-configuration", "FoxyLink")


def _root(name: str) -> Path:
    root = Path(_FOLDER) / name
    if not root.is_dir():
        pytest.skip(f"CAI_CORPORA has no {name}")
    return root


@cache
def _tables(root: Path) -> dict[str, pa.Table]:
    return extract(root).tables


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_accounted_for_and_none_fails(name: str) -> None:
    root = _root(name)
    ledger = _tables(root)["source_files"]
    assert checks.ledger_complete(ledger, checks.files_below(root)).passed
    failed = [row for row in ledger.to_pylist() if row["status"] == "failed"]
    assert failed == []


_FLOORS = {
    "ssl_3_1_edt": {
        "call": (80_000, 1.0),
        "manager": (14_000, 0.9),
        "routine_name": (2_500, 1.0),
        "notification": (2_800, 0.98),
        "open_form": (900, 0.99),
        "doc_type": (3_500, 0.98),
        "query_table": (2_800, 0.99),
        "query_field": (15_000, 0.99),
        "query_value": (1_000, 0.99),
        "handler": (7_600, 1.0),
        "right": (1_650, 1.0),
    },
    "IRP": {
        "call": (30_000, 1.0),
        "manager": (4_300, 0.95),
        "movement": (590, 1.0),
        "register_record": (1_014, 1.0),
        "query_field": (19_000, 0.99),
        "extends": (140, 1.0),
    },
}
"""By configuration and kind of edge: how many there are at least, and the share resolved."""


@pytest.mark.parametrize("name", _FLOORS)
def test_edges_of_every_kind_are_found_and_resolved(name: str) -> None:
    references = _tables(_root(name))["references"]
    counts = references.select(["kind", "resolved"]).to_pylist()
    for kind, (floor, share) in _FLOORS[name].items():
        resolved = [row["resolved"] for row in counts if row["kind"] == kind]
        assert len(resolved) >= floor, kind
        assert sum(resolved) >= share * len(resolved), kind
    assert {row["kind"] for row in counts} <= set(EDGE_KIND)


def test_every_posting_document_of_irp_has_edges_to_its_registers() -> None:
    tables = _tables(_root("IRP"))
    posting = {
        row["object"]
        for row in tables["objects"].to_pylist()
        if row["type"] == "Document" and ("Posting", "Allow") in row["properties"]
    }
    edges = tables["references"].to_pylist()
    recorded = {row["source"] for row in edges if row["kind"] == "register_record"}
    moved = {row["source_object"] for row in edges if row["kind"] == "movement"}
    assert len(posting) >= 87
    assert posting <= recorded
    assert len(posting & moved) >= 80


@pytest.mark.parametrize("name", NAMES)
def test_no_module_has_a_syntax_error(name: str) -> None:
    modules = _tables(_root(name))["modules"].to_pylist()
    assert [row["file"] for row in modules if row["syntax_errors"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_unique_and_links_are_whole(name: str) -> None:
    tables = _tables(_root(name))
    results = checks.run_checks(tables, files=checks.files_below(_root(name)))
    assert [
        (result.check.name, result.check.table, result.message)
        for result in results
        if not result.passed and result.check.error
    ] == []


def test_no_routine_is_lost() -> None:
    assert _tables(_root("ssl_3_1_edt"))["routines"].num_rows == 35_693


def test_both_layouts_give_the_same_rows() -> None:
    edt, designer = _tables(_root("ssl_3_1_edt")), _tables(_root("ssl_3_1"))
    assert compared_rows(edt) == compared_rows(designer) > 500_000
    assert differing_rows(edt, designer) == {}


def test_what_was_reused_equals_what_is_read() -> None:
    root = _root("dt-demo-configuration")
    fresh = extract(root, workers=1).tables
    again = extract(root, previous=fresh, workers=2)
    assert again.stats.read == 0
    for name, table in fresh.items():
        assert again.tables[name].equals(table) or (
            again.tables[name].to_pylist() == table.to_pylist()
        ), name
