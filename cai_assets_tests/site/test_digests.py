"""Digests of rows: different rows differ, the same rows do not, whatever their encoding."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from cai_assets.site.digests import row_hashes, sums

WORD = pa.dictionary(pa.int32(), pa.string())
TEXTS = pa.map_(pa.string(), pa.string())


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (["а", "б", "", None], pa.string()),
        (["а", "б", "", None], WORD),
        ([0, 1, -1, None], pa.int32()),
        ([0.0, 1.5, -1.5, None], pa.float64()),
        ([True, False, None], pa.bool_()),
        ([[], ["а"], ["а", "б"], ["б", "а"], ["аб"], ["а", ""], None], pa.list_(pa.string())),
        ([[], [1], [1, 0], [0, 1], None], pa.list_(pa.int32())),
        ([[], [("а", "б")], [("б", "а")], [("а", "б"), ("в", "г")], None], TEXTS),
    ],
)
def test_different_values_have_different_hashes(values: list[Any], type_: pa.DataType) -> None:
    hashes = row_hashes(pa.table({"x": pa.array(values, type=type_)}))
    assert len(set(hashes.tolist())) == len(values)


def test_a_value_counts_in_the_column_it_stands_in() -> None:
    table = pa.table({"x": ["а", "б"], "y": ["б", "а"]})
    first, second = row_hashes(table).tolist()
    assert first != second


def test_the_encoding_of_a_column_does_not_matter() -> None:
    values = ["б", "а", None, "б"]
    plain = pa.table({"x": pa.array(values, type=pa.string())})
    coded = pa.table({"x": pa.array(values, type=WORD)})
    chunked = pa.concat_tables([coded.slice(0, 1), coded.slice(1)])
    sliced = pa.concat_tables([coded, coded]).slice(4)
    assert (
        row_hashes(plain).tolist()
        == row_hashes(coded).tolist()
        == row_hashes(chunked).tolist()
        == row_hashes(sliced).tolist()
    )


def test_slices_of_lists_hash_as_lists_of_their_own() -> None:
    lists = pa.table({"x": pa.array([["а"], ["б", "в"], [], ["г"]])})
    assert row_hashes(lists.slice(1, 2)).tolist() == row_hashes(lists).tolist()[1:3]


def test_sums_are_by_owner_and_see_no_order() -> None:
    hashes = np.array([5, 7, 11, 13], dtype=np.uint64)
    owners = np.array([1, 0, 1, -1])
    assert sums(hashes, owners, 3).tolist() == [7, 16, 0]
    assert sums(hashes[::-1].copy(), owners[::-1].copy(), 3).tolist() == [7, 16, 0]


def test_other_processes_come_to_the_same() -> None:
    code = (
        "import pyarrow as pa; from cai_assets.site.digests import row_hashes;"
        "print(row_hashes(pa.table({'x': ['а', 'б'], 'y': [1, 2]})).tolist())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert said.strip() == str(row_hashes(pa.table({"x": ["а", "б"], "y": [1, 2]})).tolist())
