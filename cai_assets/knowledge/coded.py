"""Columns as integer codes into a list of distinct values: look up each value once, not per row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int64]
_FEW = 4
"""A dictionary so many times as long as the column is cut down to what the column uses."""


class Coded:
    """A column of texts: `codes[row]` is a position in `values`, -1 for null."""

    __slots__ = ("codes", "values")

    def __init__(self, codes: Codes, values: list[str]) -> None:
        self.codes = codes
        self.values = values

    @classmethod
    def of(cls, table: pa.Table, column: str) -> Coded:
        """The column of a table; plain text is encoded first."""
        data = table.column(column)
        if not pa.types.is_dictionary(data.type):
            data = data.dictionary_encode()
        if data.num_chunks == 0:
            return cls(np.empty(0, dtype=np.int64), [])
        array = data.combine_chunks()  # which makes one dictionary of several
        if isinstance(array, pa.ChunkedArray):
            array = array.chunk(0)
        codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        if len(codes) * _FEW < len(array.dictionary):
            used, codes = _renumbered(codes)
            return cls(codes, array.dictionary.take(pa.array(used)).to_pylist())
        return cls(codes, array.dictionary.to_pylist())

    def map(self, function: Callable[[str], int]) -> Codes:
        """`function` of each row's value as integers; -1 for null."""
        mapped = np.array([function(value) for value in self.values] + [-1], dtype=np.int64)
        return mapped[self.codes]

    def texts(self) -> list[str | None]:
        """The values row by row."""
        values: list[str | None] = [*self.values, None]
        return [values[code] for code in self.codes.tolist()]

    def replaced(self, rows: Codes, other: Coded) -> Coded:
        """This column with the values of `other` in `rows`, which are as many as `other` has."""
        position = {value: code for code, value in enumerate(self.values)}
        values = list(self.values)
        for code in np.unique(other.codes[other.codes >= 0]).tolist():
            value = other.values[code]
            if value not in position:
                position[value] = len(values)
                values.append(value)
        codes = self.codes.copy()
        codes[rows] = other.map(lambda value: position.get(value, -1))
        return Coded(codes, values)

    def column(self) -> pa.DictionaryArray:
        """A repeating text column."""
        missing = self.codes < 0
        mask: Any = missing if missing.any() else None
        return pa.DictionaryArray.from_arrays(
            pa.array(self.codes.astype(np.int32), mask=mask),
            pa.array(self.values, type=pa.string()),
        )


def _renumbered(codes: Codes) -> tuple[Codes, Codes]:
    """The codes in use, and each row's position among them; -1 stays."""
    used = np.unique(codes[codes >= 0])
    return used, np.where(codes < 0, -1, np.searchsorted(used, codes))
