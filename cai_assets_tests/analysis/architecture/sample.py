"""The sample configuration and small projects, analysed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from cai_assets.analysis.architecture import analyse, read_contract
from cai_assets.knowledge.extract import extract

TRADE = Path(__file__).parents[3] / "examples" / "trade"


@cache
def tables(layout: str = "edt") -> dict[str, pa.Table]:
    """The tables of the sample."""
    return dict(extract(TRADE / layout, workers=1).tables)


@cache
def result(layout: str = "edt") -> dict[str, pa.Table]:
    """The analysis of the sample, with its contract."""
    contract = read_contract(TRADE / layout / "architecture.toml")
    return analyse(tables(layout), contract, upload="1", published="2026-01-02T03:04:05+00:00")


def rows(analysed: dict[str, pa.Table], table: str, **wanted: Any) -> list[dict[str, Any]]:
    """The rows of a table that have these values."""
    return [
        row
        for row in analysed[table].to_pylist()
        if all(row[name] == value for name, value in wanted.items())
    ]


def row(analysed: dict[str, pa.Table], table: str, **wanted: Any) -> dict[str, Any]:
    """The one row that has these values."""
    (found,) = rows(analysed, table, **wanted)
    return found


def project_tables(root: Path) -> dict[str, pa.Table]:
    """The tables of a project that a test wrote."""
    return dict(extract(root, workers=1).tables)
