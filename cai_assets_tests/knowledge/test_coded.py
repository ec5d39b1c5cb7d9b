"""Columns as codes: chunks with dictionaries of their own, nulls, dictionaries too long."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from cai_assets.knowledge.coded import Coded


def _table(*chunks: pa.Array) -> pa.Table:
    return pa.table({"name": pa.chunked_array(list(chunks))})


def test_chunks_with_different_dictionaries_have_one_list_of_values() -> None:
    first = pa.array(["б", None, "а"]).dictionary_encode()
    second = pa.array(["а", "в", "б"]).dictionary_encode()
    coded = Coded.of(_table(first, second), "name")
    assert coded.texts() == ["б", None, "а", "а", "в", "б"]
    assert len(coded.values) == len(set(coded.values))


def test_plain_text_is_encoded() -> None:
    coded = Coded.of(_table(pa.array(["а", None, "а"])), "name")
    assert coded.values == ["а"]
    assert coded.codes.tolist() == [0, -1, 0]


@pytest.mark.parametrize("rows", [[], [7], [97, None, 3, 97], [None]])
def test_few_rows_have_the_values_that_they_use(rows: list[int | None]) -> None:
    """A row or two of a large table would otherwise decode its whole dictionary."""
    names = pa.array([f"Имя{number}" for number in range(100)])
    column = pa.DictionaryArray.from_arrays(pa.array(rows, pa.int32()), names)
    coded = Coded.of(_table(column), "name")
    assert coded.texts() == column.to_pylist()
    assert len(coded.values) == len({row for row in rows if row is not None})
    assert coded.codes.dtype == np.int64
