"""Columns of Arrow as arrays of NumPy without a copy, and without pandas.

`to_numpy`, `fill_null` and `pa.array` of PyArrow import pandas if it is installed, which takes
longer than a whole search. What is read here has no nulls; a column with nulls takes the long way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.learning.model import Codes


def numbers_of(column: pa.ChunkedArray | pa.Array) -> npt.NDArray[Any]:
    """A column of numbers or flags; a null is 0, a flag 0 or 1."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    array = whole(column)
    if array.null_count:
        array = array.fill_null(0)
    return np.from_dlpack(array) if len(array) else np.empty(0, array.type.to_pandas_dtype())


def lists_of(column: pa.ChunkedArray) -> tuple[npt.NDArray[Any], Codes]:
    """The numbers of all lists one after another, and where each list begins, and the last ends."""
    array = whole(column)
    offsets = numbers_of(array.offsets).astype(np.int64)
    values = numbers_of(array.values)
    if not len(offsets):
        return values[:0], np.zeros(1, dtype=np.int64)
    return values[offsets[0] : offsets[-1]], offsets - offsets[0]


def codes_of(table: pa.Table, name: str) -> Coded:
    """A repeating text column as `Coded.of` has it."""
    column = table.column(name)
    if pa.types.is_dictionary(column.type) and not column.null_count and column.num_chunks == 1:
        array = column.chunk(0)
        return Coded(numbers_of(array.indices).astype(np.int64), array.dictionary.to_pylist())
    return Coded.of(table, name)


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The column in one piece."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
