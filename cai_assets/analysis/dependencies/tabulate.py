"""From integer arrays to Arrow tables in the order and types of a schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.schema import Table


def named(codes: npt.NDArray[np.int64], names: Sequence[str]) -> pa.DictionaryArray:
    """A repeating text column: `names[code]` in each row, null for a code below 0.

    Only the names that occur are kept, in their order.
    """
    used, inverse = np.unique(codes, return_inverse=True)
    skipped = int(np.searchsorted(used, 0))
    values = [names[code] for code in used[skipped:].tolist()]
    return Coded((inverse - skipped).astype(np.int64), values).column()


def nullable(values: npt.NDArray[Any], missing: npt.NDArray[np.bool_]) -> pa.Array:
    """Numbers with nulls."""
    return pa.array(values, mask=missing)


def build(table: Table, columns: Mapping[str, Any]) -> pa.Table:
    """The columns, which are arrays or lists, as a table of the schema."""
    schema = table.arrow_schema
    arrays = [_cast(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _cast(values: Any, type_: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array):
        return values if values.type == type_ else values.cast(type_)
    if isinstance(values, np.ndarray):
        return pa.array(values).cast(type_)
    return pa.array(values, type=type_)
