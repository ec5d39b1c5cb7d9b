"""Parquet files: written under a temporary name, then published, so that nobody meets half a file.

In a local folder the temporary file lies beside the final one and is renamed; for an object
store it lies in the temporary folder of the system and is put there in one piece.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cai_assets.knowledge.storage import make_folder, move_in, on_disk, opened
from cai_assets.onec.disk import extended

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath

_THREADS, _REMOTE_THREADS = 2, 8


class Staged:
    """Files written under temporary names for one folder; `publish` gives them their own.

    What needs room on the disk happens before: if it fails, the earlier files are as they were.
    """

    def __init__(self, folder: StoredPath) -> None:
        self._folder = on_disk(folder)
        self._mark = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._drafts = self._folder if isinstance(self._folder, Path) else None
        self._names: list[str] = []
        self._pool = ThreadPoolExecutor(_THREADS)
        self._writing: dict[str, Future[None]] = {}

    def begin(self, tables: Mapping[str, pa.Table]) -> None:
        """Begin to stage each table as `<name>.parquet`; `finish` tells whether it went well."""
        self._make_folder()
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
        with self.open_text(name) as file:
            file.write(text)

    @contextlib.contextmanager
    def open_text(self, name: str) -> Iterator[TextIO]:
        """A UTF-8 text file to write; it is staged once it is closed."""
        self._make_folder()
        with open(self._temporary(name), "w", encoding="utf-8", newline="\n") as file:
            yield file
        self._names.append(name)

    def size(self) -> int:
        """Bytes of what is staged and not published yet."""
        return sum(self._temporary(name).stat().st_size for name in self._names)

    def publish(self) -> None:
        """Give all files their names: the tables, then the texts in the order they were staged."""
        self.finish()
        while self._names:
            name = self._names[0]
            move_in(self._temporary(name), self._folder / name)
            self._names.pop(0)

    def discard(self) -> None:
        """Remove what was not published."""
        self._pool.shutdown()
        if self._drafts is None:
            return
        for leftover in self._drafts.glob(f".*.{self._mark}"):
            leftover.unlink(missing_ok=True)
        if self._drafts is not self._folder:
            shutil.rmtree(self._drafts, ignore_errors=True)

    def _make_folder(self) -> None:
        if self._drafts is None:
            self._drafts = Path(tempfile.mkdtemp(prefix="cai-"))
        make_folder(self._folder)

    def _table(self, name: str, table: pa.Table) -> None:
        with pa.OSFile(os.fspath(self._temporary(name)), "wb") as sink:
            pq.write_table(table, sink, compression="zstd", compression_level=1)

    def _temporary(self, name: str) -> Path:
        assert self._drafts is not None, "nothing is staged before the folder is made"
        return self._drafts / f".{name}.{self._mark}"


@contextlib.contextmanager
def staged(folder: StoredPath) -> Iterator[Staged]:
    """Files for `folder`, made when needed; what is not published at the end is removed."""
    files = Staged(folder)
    try:
        yield files
    finally:
        files.discard()


def write_table(table: pa.Table, path: StoredPath) -> int:
    """Write `table` to `path` so that a reader sees the old file or the whole new one.

    Returns its size in bytes.
    """
    with staged(path.parent) as files:
        files.tables({path.stem: table})
        size = files.size()
        files.publish()
    return size


def read_table(
    path: StoredPath, columns: list[str] | None = None, where: pc.Expression | None = None
) -> pa.Table:
    """Read all columns of `path`, or those named; all rows, or those for which `where` holds."""
    with _source(path) as source:
        if where is None:
            # Not through the dataset module: it takes half a second to import.
            with pq.ParquetFile(source, pre_buffer=not isinstance(path, Path)) as file:
                return file.read(columns=columns)
        return pq.read_table(source, columns=columns, filters=where, partitioning=None)


def column_names(path: StoredPath) -> list[str]:
    """The columns of the table in `path`. Raises FileNotFoundError."""
    with _source(path) as source:
        names: list[str] = pq.read_schema(source).names
    return names


@contextlib.contextmanager
def _source(path: StoredPath) -> Iterator[pa.NativeFile]:
    if isinstance(path, Path):
        with pa.OSFile(extended(os.fspath(path))) as local:
            yield local
        return
    with opened(path) as remote, pa.PythonFile(remote, "r") as file:
        yield file


class EarlierTables(Mapping[str, pa.Table]):
    """Tables of a folder, read in the background from the moment this is made.

    A table that is missing or damaged counts as absent: it is only a cache.
    """

    def __init__(self, folder: StoredPath, names: Iterable[str]) -> None:
        pool = ThreadPoolExecutor(_THREADS if isinstance(folder, Path) else _REMOTE_THREADS)
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

    def __init__(
        self, folder: StoredPath, names: Iterable[str] | Mapping[str, Iterable[str]]
    ) -> None:
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
                set(columns or ()) <= set(column_names(self._path(name)))
                for name, columns in self._names.items()
            )
        except (OSError, pa.ArrowException):
            return False

    def _path(self, name: str) -> StoredPath:
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
