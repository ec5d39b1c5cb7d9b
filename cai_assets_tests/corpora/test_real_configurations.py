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
