"""Parquet files: written to a temporary name, then renamed, so that nobody meets half a file."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cai_assets.intake.files import replace
from cai_assets.onec.disk import extended

_THREADS = 2


class Staged:
    """Files written under temporary names in one folder; `publish` gives them their own.

    What needs room on the disk happens before: if it fails, the earlier files are as they were.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = Path(extended(os.fspath(folder)))
        self._mark = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._names: list[str] = []
        self._pool = ThreadPoolExecutor(_THREADS)
        self._writing: dict[str, Future[None]] = {}

    def begin(self, tables: Mapping[str, pa.Table]) -> None:
        """Begin to stage each table as `<name>.parquet`; `finish` tells whether it went well."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            file = f"{name}.parquet"
            self._writing[file] = self._pool.submit(self._table, file, table)

    def finish(self) -> None:
        """Wait until all tables are staged; raises what failed."""
        for file, written in list(self._writing.items()):
            written.result()
            del self._writing[file]
            self._names.append(file)

    def tables(self, tables: Mapping[str, pa.Table]) -> None:
        """Stage each table as `<name>.parquet`."""
        self.begin(tables)
        self.finish()

    def text(self, name: str, text: str) -> None:
        """Stage a UTF-8 text file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._temporary(name).write_text(text, encoding="utf-8", newline="\n")
        self._names.append(name)

    def publish(self) -> None:
        """Rename all files: the tables, then the texts in the order they were staged."""
        self.finish()
        while self._names:
            name = self._names[0]
            replace(self._temporary(name), self._folder / name)
            self._names.pop(0)

    def discard(self) -> None:
        """Remove what was not published."""
        self._pool.shutdown()
        for leftover in self._folder.glob(f".*.{self._mark}"):
            leftover.unlink(missing_ok=True)

    def _table(self, name: str, table: pa.Table) -> None:
        with pa.OSFile(os.fspath(self._temporary(name)), "wb") as sink:
            pq.write_table(table, sink, compression="zstd", compression_level=1)

    def _temporary(self, name: str) -> Path:
        return self._folder / f".{name}.{self._mark}"


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Staged]:
    """Files for `folder`, made when needed; what is not published at the end is removed."""
    files = Staged(folder)
    try:
        yield files
    finally:
        files.discard()


def write_table(table: pa.Table, path: Path) -> None:
    """Write `table` to `path` so that a reader sees the old file or the whole new one."""
    with staged(path.parent) as files:
        files.tables({path.stem: table})
        files.publish()


def read_table(
    path: Path, columns: list[str] | None = None, where: pc.Expression | None = None
) -> pa.Table:
    """Read all columns of `path`, or those named; all rows, or those for which `where` holds."""
    with pa.OSFile(extended(os.fspath(path))) as source:
        if where is None:
            # Not through the dataset module: it takes half a second to import.
            with pq.ParquetFile(source) as file:
                return file.read(columns=columns)
        return pq.read_table(source, columns=columns, filters=where, partitioning=None)


class EarlierTables(Mapping[str, pa.Table]):
    """Tables of a folder, read in the background from the moment this is made.

    A table that is missing or damaged counts as absent: it is only a cache.
    """

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        pool = ThreadPoolExecutor(_THREADS)
        self._waiting = {
            name: pool.submit(read_table, folder / f"{name}.parquet") for name in names
        }
        pool.shutdown(wait=False)

    def __getitem__(self, name: str) -> pa.Table:
        try:
            return self._waiting[name].result()
        except (OSError, pa.ArrowException) as error:
            raise KeyError(name) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)


class StoredTables(Mapping[str, pa.Table]):
    """The tables of a folder by name, each read when it is first asked for.

    `names` may say which columns of a table are read; else all are. Raises KeyError for a table
    that is not among `names`, FileNotFoundError for one that is not there.
    """

    def __init__(self, folder: Path, names: Iterable[str] | Mapping[str, Iterable[str]]) -> None:
        self._folder = folder
        self._names: dict[str, list[str] | None] = (
            {name: list(columns) for name, columns in names.items()}
            if isinstance(names, Mapping)
            else dict.fromkeys(names)
        )
        self._read: dict[str, pa.Table] = {}

    def whole(self) -> bool:
        """Whether every table is there with the columns asked for, as far as their heads tell.

        An upload whose tables an earlier version wrote may lack some.
        """
        try:
            return all(
                set(columns or ()) <= set(self._columns(name))
                for name, columns in self._names.items()
            )
        except (OSError, pa.ArrowException):
            return False

    def _columns(self, name: str) -> list[str]:
        with pa.OSFile(extended(os.fspath(self._path(name)))) as file:
            found: list[str] = pq.read_schema(file).names
        return found

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = read_table(self._path(name), self._names[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def changed_tables(
    tables: Mapping[str, pa.Table], known: Mapping[str, pa.Table] | None
) -> dict[str, pa.Table]:
    """Those of `tables` that differ from `known`, the tables of the same names that exist."""
    if known is None:
        return dict(tables)
    return {
        name: table
        for name, table in tables.items()
        if (before := known.get(name)) is None or not _same(table, before)
    }


def _same(table: pa.Table, known: pa.Table) -> bool:
    if table.schema.metadata != known.schema.metadata or table.num_rows != known.num_rows:
        return False
    return all(
        left is right or left.equals(right)
        for left, right in zip(table.columns, known.columns, strict=True)
    )
