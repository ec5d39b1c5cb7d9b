"""Digests of rows: what a page was made from, as one number per page.

Rows are hashed column by column, each distinct text once, and summed per page, so that digests
cost far less than pages. The sum does not see the order of rows; pages do not show it
either, they sort what they show.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Codes

Hashes = npt.NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_NULL = np.uint64(0xD6E8FEB86659FD93)


def row_hashes(table: pa.Table) -> Hashes:
    """A hash of each row over all columns; the same in every process."""
    return combined(table.num_rows, [value_hashes(column) for column in table.columns])


def value_hashes(column: pa.ChunkedArray) -> Hashes:
    """A hash of each value of a column."""
    return _hashes(_whole(column))


def combined(rows: int, columns: Iterable[Hashes]) -> Hashes:
    """A hash of each row from those of its values, column by column."""
    total: Hashes = np.full(rows, 0x2545F4914F6CDD1D, dtype=np.uint64)
    for hashes in columns:
        total = _mixed(total * _STEP + hashes)
    return total


def sums(hashes: Hashes, owners: Codes, count: int) -> Hashes:
    """The sum of the hashes of each owner's rows; `owners` are codes below `count`, or -1."""
    found: Hashes = np.zeros(count, dtype=np.uint64)
    known = owners >= 0
    np.add.at(found, owners[known], hashes[known])
    return found


def _whole(column: pa.ChunkedArray) -> pa.Array:
    array = column.combine_chunks()
    return array.chunk(0) if isinstance(array, pa.ChunkedArray) else array


def _hashes(array: pa.Array) -> Hashes:
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _of_codes(array)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _of_codes(array.dictionary_encode())
    if pa.types.is_map(kind):
        entries = _mixed(_hashes(array.keys) * _STEP + _hashes(array.items))
        return _of_lists(array, entries)
    if pa.types.is_list(kind):
        return _of_lists(array, _hashes(array.values))
    if pa.types.is_struct(kind):
        total = np.zeros(len(array), dtype=np.uint64)
        for child in array.flatten():
            total = _mixed(total * _STEP + _hashes(child))
        return total
    return _of_numbers(array)


def _of_codes(array: Any) -> Hashes:
    values = np.array(array.dictionary.to_pylist(), dtype=object)
    from pandas.util import hash_array

    hashes = hash_array(values, categorize=False) if len(values) else np.empty(0, dtype=np.uint64)
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    found: Hashes = np.append(hashes, _NULL)[codes]
    return found


def _of_numbers(array: Any) -> Hashes:
    missing = array.is_null().to_numpy(zero_copy_only=False)
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    numbers = array.fill_null(0).to_numpy(zero_copy_only=False)
    if numbers.dtype.kind == "f":
        bits = (numbers.astype(np.float64) + 0.0).view(np.uint64)
    else:
        bits = numbers.astype(np.int64).view(np.uint64)
    return np.where(missing, _NULL, _mixed(bits + _STEP))


def _of_lists(array: Any, values: Hashes) -> Hashes:
    """Lists: the sum of their values, each weighted by its place, and the length."""
    offsets = array.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
    lengths = np.diff(offsets)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    places = np.arange(offsets[0], offsets[-1]) - np.repeat(offsets[:-1], lengths)
    weighted = _mixed(values[offsets[0] : offsets[-1]] + places.astype(np.uint64) * _STEP)
    total = sums(weighted, owners.astype(np.int64), len(lengths))
    missing = array.is_null().to_numpy(zero_copy_only=False)
    return np.where(missing, _NULL, _mixed(total + lengths.astype(np.uint64) * _STEP))


def _mixed(values: Hashes) -> Hashes:
    """The bits stirred (the finaliser of splitmix64), so that sums do not cancel out."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
