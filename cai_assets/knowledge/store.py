"""Parquet files of single tables: written to a temporary name, then renamed."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def write_table(table: pa.Table, path: Path) -> None:
    """Write `table` to `path` so that a reader sees the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}")
    try:
        pq.write_table(table, temporary, compression="zstd", compression_level=1)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_table(
    path: Path, columns: list[str] | None = None, where: pc.Expression | None = None
) -> pa.Table:
    """Read all columns of `path`, or those named; all rows, or those for which `where` holds."""
    return pq.read_table(path, columns=columns, filters=where, partitioning=None)
