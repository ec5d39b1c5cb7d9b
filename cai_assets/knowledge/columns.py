"""Building Arrow tables column by column, cheaply, from what files say.

A column either has a value per row, or one value for all rows of a file (project, file,
module …); the latter is kept as runs and becomes a dictionary array without touching rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.schema import TABLES, Table


class TableBuilder:
    """Collects the rows of one table; `extend` must name the same columns at every call."""

    def __init__(self, table: Table) -> None:
        self._fields = {name: table.arrow_schema.field(name) for name in table.stored_names}
        self._values: dict[str, list[Any]] = {}
        self._runs: dict[str, list[Any]] = {}
        self._counts: list[int] = []

    def extend(
        self, count: int, same: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]
    ) -> None:
        """Add `count` rows: one value of each column in `same`, `count` of each in `columns`."""
        if not count:
            return
        self._counts.append(count)
        for name, value in same.items():
            self._runs.setdefault(name, []).append(value)
        for name, values in columns.items():
            self._values.setdefault(name, []).extend(values)

    def finish(self) -> pa.Table:
        """The rows so far as a table of the stored columns."""
        arrays = [self._array(name, field.type) for name, field in self._fields.items()]
        return pa.Table.from_arrays(arrays, schema=pa.schema(self._fields.values()))

    def _array(self, name: str, type_: pa.DataType) -> pa.Array:
        if not self._counts:
            return pa.array([], type=type_)
        if name in self._values:
            return pa.array(self._values[name], type=type_)
        return _repeat(self._runs[name], self._counts, type_)


def _repeat(values: list[Any], counts: list[int], type_: pa.DataType) -> pa.Array:
    """The array in which `values[i]` stands `counts[i]` times."""
    if not pa.types.is_dictionary(type_):
        positions = np.repeat(np.arange(len(values), dtype=np.int32), counts)
        return pa.array(values, type=type_).take(pa.array(positions))
    codes: dict[Any, int] = {}
    positions = np.repeat(
        np.array([codes.setdefault(value, len(codes)) for value in values], dtype=np.int32),
        counts,
    )
    mask = None
    if None in codes:
        mask = positions == codes[None]
    dictionary = pa.array(["" if key is None else key for key in codes], type=pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(positions, mask=mask), dictionary)


class Batch:
    """The tables under construction for a group of files."""

    def __init__(self) -> None:
        self._builders = {name: TableBuilder(table) for name, table in TABLES.items()}

    def __getitem__(self, table: str) -> TableBuilder:
        return self._builders[table]

    def finish(self) -> dict[str, pa.Table]:
        """All tables that have rows."""
        tables = {name: builder.finish() for name, builder in self._builders.items()}
        return {name: table for name, table in tables.items() if table.num_rows}
