"""Rows of `references` that are derived from other tables, under construction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.schema import TABLES

DERIVED_FROM = frozenset({"calls", "mentions", "queries", "parameters", "routines", "objects"})
"""What stands in the column `extractor` of derived rows: the table that they come from."""

COLUMNS = tuple(
    name
    for name in TABLES["references"].column_names
    if name not in ("source_object", "target_object")
)
"""The columns of a derived row; the objects at both ends are found for all rows at once."""


class EdgeRows:
    """Derived rows of one extractor, each once."""

    def __init__(self, extractor: str) -> None:
        self._extractor = extractor
        self._rows: dict[tuple[str | None, ...], tuple[int, str]] = {}

    def add(
        self,
        project: str | None,
        source: str | None,
        target: str,
        kind: str,
        file: str | None,
        line: int,
        *,
        note: str = "",
        reason: str = "",
    ) -> None:
        """One edge; the first of several that are the same counts."""
        key = (project, source, target, kind, note, file, str(line))
        self._rows.setdefault(key, (line, reason))

    def table(self) -> pa.Table:
        """The rows in the order in which they came."""
        schema = pa.schema([TABLES["references"].arrow_schema.field(name) for name in COLUMNS])
        columns = list(zip(*self._rows, strict=True)) or [()] * 7
        values = list(self._rows.values())
        data: dict[str, Sequence[object]] = {
            "project": columns[0],
            "source": columns[1],
            "target": columns[2],
            "kind": columns[3],
            "note": columns[4],
            "extractor": [self._extractor] * len(values),
            "resolved": [not reason for _, reason in values],
            "reason": [reason for _, reason in values],
            "file": columns[5],
            "line": [line for line, _ in values],
        }
        return pa.table([_array(data[name], schema.field(name).type) for name in COLUMNS], schema)


def _array(values: Sequence[object], type_: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(type_):
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, type_)


def constant(text: str, count: int) -> pa.DictionaryArray:
    """A column that holds one text."""
    return Coded(np.zeros(count, dtype=np.int64), [text]).column()
