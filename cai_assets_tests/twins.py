"""Comparing the tables of one configuration in two layouts.

What may differ: paths of files, lines in XML, which file a fact stands in, and what has no
counterpart (the ledger, the list of projects). Everything else must be the same rows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from cai_assets.knowledge.schema import TABLES

_NOT_COMPARED = frozenset({"source_files", "projects", "problems"})
_PLACES_IN_BSL = frozenset(
    {"modules", "routines", "parameters", "variables", "blocks", "suppressions", "calls"}
)


def differing_rows(
    left: Mapping[str, pa.Table], right: Mapping[str, pa.Table]
) -> dict[str, list[tuple[str, int]]]:
    """By table: rows as JSON with how many more `left` has than `right`; equal tables left out."""
    found = {}
    for name in TABLES:
        if name in _NOT_COMPARED:
            continue
        counter = _rows(left[name], name)
        counter.subtract(_rows(right[name], name))
        different = sorted((row, count) for row, count in counter.items() if count)
        if different:
            found[name] = different
    return found


def compared_rows(tables: Mapping[str, pa.Table]) -> int:
    """How many rows a comparison looks at."""
    return sum(tables[name].num_rows for name in TABLES if name not in _NOT_COMPARED)


def _rows(table: pa.Table, name: str) -> Counter[str]:
    dropped = {"file", "extractor"}
    if name not in _PLACES_IN_BSL:
        dropped |= {"line", "column"}
    if name == "queries":
        return Counter(_query(row) for row in table.to_pylist())
    kept = [column for column in table.column_names if column not in dropped]
    return Counter(_as_text(row) for row in table.select(kept).to_pylist())


def _query(row: dict[str, Any]) -> str:
    """A literal has its place in BSL; other queries stand in XML."""
    del row["file"]
    if row["origin"] != "literal":
        del row["line"], row["column"], row["error_line"], row["error_column"]
    return _as_text(row)


def _as_text(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
