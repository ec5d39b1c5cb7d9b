"""Joining rows that were read now with rows taken from an earlier upload, ordered by file.

Tables are runs of rows by file, sorted by path. Replacing one file is cutting its run out and
putting the new one in: slices of the old table, no copy of what stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.edge_rows import DERIVED_FROM
from cai_assets.knowledge.schema import TABLES, Table

CARRIED = {
    "routines": ("inferred_types",),
    "calls": ("callee", "resolution"),
    "references": ("resolved", "reason"),
}
"""Derived columns that reused rows keep; new rows have nulls there, for `resolve` to fill."""

_MOST_PIECES = 64
"""With more slices than this a table is copied into one piece."""


class _Run(NamedTuple):
    path: str
    origin: int
    start: int
    end: int


def splice_tables(
    previous: Mapping[str, pa.Table] | None,
    kept: frozenset[str],
    fragments: Iterable[Mapping[str, pa.Table]],
) -> dict[str, pa.Table]:
    """The stored columns of all tables that have files: kept rows and new ones, by path.

    Tables of `CARRIED` have these columns too, if there are previous tables.

    `fragments` hold the rows of new files, in the order of their paths inside each.
    """
    fresh: dict[str, list[pa.Table]] = {name: [] for name in TABLES}
    for fragment in fragments:
        for name, rows in fragment.items():
            fresh[name].append(rows)
    return {
        name: _splice(table, previous[name] if previous is not None else None, kept, fresh[name])
        for name, table in TABLES.items()
    }


def _splice(
    table: Table, previous: pa.Table | None, kept: frozenset[str], fresh: list[pa.Table]
) -> pa.Table:
    names = list(table.stored_names)
    path_column = "path" if table.name == "source_files" else "file"
    carried = CARRIED.get(table.name, ()) if previous is not None else ()
    schema = pa.schema([table.arrow_schema.field(name) for name in (*names, *carried)])
    if path_column not in names:
        return schema.empty_table()
    origins = [_with_nulls(rows, schema) for rows in fresh]
    if previous is not None:
        origins.append(_stated(table, previous).select(schema.names).cast(schema))
    if not origins:
        return schema.empty_table()
    runs: list[_Run] = []
    for origin, rows in enumerate(origins):
        own = _runs(rows.column(path_column), origin)
        if previous is not None and origin == len(origins) - 1:
            own = [run for run in own if run.path in kept]
        runs += own
    runs.sort()
    pieces = [origins[origin].slice(start, end - start) for origin, start, end in _coalesced(runs)]
    if not pieces:
        return schema.empty_table()
    joined = pa.concat_tables(pieces).unify_dictionaries()
    return joined.combine_chunks() if len(pieces) > _MOST_PIECES else joined


def _stated(table: Table, previous: pa.Table) -> pa.Table:
    """The rows that files state, without those derived from other tables, which stand behind."""
    if table.name != "references":
        return previous
    extractor = Coded.of(previous, "extractor")
    derived = extractor.map(lambda text: int(text in DERIVED_FROM))
    return previous.slice(0, len(derived) - int(derived.sum()))


def _with_nulls(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """`rows` with all columns of `schema`; those that it lacks are null."""
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field.name, pa.nulls(rows.num_rows, field.type))
    return rows.cast(schema) if rows.schema != schema else rows


def _runs(paths: pa.ChunkedArray, origin: int) -> list[_Run]:
    """The runs of equal paths."""
    runs: list[_Run] = []
    offset = 0
    for chunk in paths.chunks:
        if not len(chunk):
            continue
        encoded = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        codes = encoded.indices.to_numpy(zero_copy_only=False)
        values = encoded.dictionary.to_pylist()
        starts = np.concatenate(([0], np.flatnonzero(np.diff(codes)) + 1, [len(codes)])).tolist()
        for start, end in zip(starts, starts[1:], strict=False):
            path = values[codes[start]]
            if runs and runs[-1].path == path:
                runs[-1] = _Run(path, origin, runs[-1].start, offset + end)
            else:
                runs.append(_Run(path, origin, offset + start, offset + end))
        offset += len(chunk)
    return runs


def _coalesced(runs: list[_Run]) -> Iterable[tuple[int, int, int]]:
    """Join neighbouring runs that are also neighbours where they come from."""
    current: tuple[int, int, int] | None = None
    for _, origin, start, end in runs:
        if current and current[0] == origin and current[2] == start:
            current = (origin, current[1], end)
        else:
            if current:
                yield current
            current = (origin, start, end)
    if current:
        yield current
