"""Reading what sections declare: whole columns for digests, rows of some pages for views."""

from __future__ import annotations

import contextlib
from collections import namedtuple
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import Snapshot, Snapshots
from cai_assets.knowledge.store import read_table
from cai_assets.site.derived import DERIVED, GROUP
from cai_assets.site.digests import Hashes, combined, sums, value_hashes
from cai_assets.site.model import Input, Row, Rows, Section, Source

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath

_THREADS, _REMOTE_THREADS = 2, 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where an upload's tables lie, and those of the uploads before; can be sent to workers."""

    folder: StoredPath
    uploads: tuple[tuple[str, str, StoredPath], ...] = ()
    models: Path | None = None

    @classmethod
    def of(cls, snapshots: Snapshots, snapshot: Snapshot, models: Path) -> Place:
        """That of an upload; `models` is the folder of the models of all configurations."""
        known = [
            snapshots.read(snapshot.configuration, upload)
            for upload in snapshots.uploads(snapshot.configuration)
            if upload <= snapshot.upload
        ]
        return cls(
            snapshot.folder,
            tuple((one.upload, str(one.info.get("published", "")), one.folder) for one in known),
            models / snapshot.configuration,
        )


class StoredSource(Source):
    """Tables from Parquet files, columns read once; derived tables made when asked for."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._columns: dict[tuple[str, str], dict[str, pa.ChunkedArray]] = {}
        self._derived: dict[str, pa.Table] = {}
        self._ahead: dict[tuple[str, str], Future[pa.Table]] = {}

    def read_ahead(self, inputs: Iterable[Input]) -> None:
        """Begin to read the columns of these inputs, while other work is done."""
        wanted: dict[tuple[str, str], dict[str, None]] = {}
        for input_ in inputs:
            if input_.group != GROUP:
                columns = wanted.setdefault((input_.group, input_.table), {})
                columns.update(dict.fromkeys((*input_.columns, *filter(None, (input_.by,)))))
        local = isinstance(self._place.folder, Path)
        pool = ThreadPoolExecutor(_THREADS if local else _REMOTE_THREADS)
        for (group, name), columns in wanted.items():
            path = self._place.folder / group / f"{name}.parquet"
            self._ahead[group, name] = pool.submit(read_table, path, list(columns))
        pool.shutdown(wait=False)

    def forget(self) -> None:
        """Give back the memory of what was read; it is read again when asked for."""
        self._columns.clear()
        self._derived.clear()
        pa.default_memory_pool().release_unused()

    @property
    def uploads(self) -> Sequence[tuple[str, str, StoredPath]]:
        return self._place.uploads

    @property
    def models(self) -> Path | None:
        return self._place.models

    def table(self, group: str, name: str, columns: Sequence[str]) -> pa.Table | None:
        if group == GROUP:
            if name not in self._derived:
                self._derived[name] = DERIVED[name](self)
            return self._derived[name].select(list(columns))
        known = self._columns.setdefault((group, name), {})
        if (ahead := self._ahead.pop((group, name), None)) is not None:
            # What cannot be read ahead is read, and complained of, where it is asked for.
            with contextlib.suppress(OSError, KeyError, pa.ArrowException):
                table = ahead.result()
                known.update(zip(table.column_names, table.columns, strict=True))
        missing = [column for column in columns if column not in known]
        if missing:
            try:
                read = read_table(self._place.folder / group / f"{name}.parquet", missing)
            except FileNotFoundError:
                return None
            known.update((column, read.column(column)) for column in missing)
        return pa.table({column: known[column] for column in columns})

    def latest(self, group: str, name: str, columns: Sequence[str]) -> pa.Table | None:
        found = self.table(group, name, columns)
        if found is not None or group == GROUP:
            return found
        for _, _, folder in reversed(self._place.uploads):
            try:
                return read_table(folder / group / f"{name}.parquet", list(columns))
            except (FileNotFoundError, KeyError, pa.ArrowException):
                continue
        return None


class Digests:
    """Digests of the inputs of pages; each input is hashed once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[Input, Mapping[str, int] | int] = {}
        self._columns: dict[tuple[str, str, str], Hashes] = {}

    def of(self, section: Section, keys: Iterable[str]) -> Iterator[tuple[int, ...]]:
        """For each key a number for each input of the section: that of the rows the page reads."""
        known = []
        for input_ in section.inputs.values():
            if input_ not in self._known:
                self._known[input_] = self._digest(input_)
            known.append(self._known[input_])
        for key in keys:
            yield tuple([one if isinstance(one, int) else one.get(key, 0) for one in known])

    def _digest(self, input_: Input) -> Mapping[str, int] | int:
        table = _read(self._source, input_)
        if table is None:
            return 0
        hashes = combined(
            table.num_rows, [self._hashes(input_, name, table) for name in input_.columns]
        )
        if input_.by is None:
            return _number(hashes)
        owners = Coded.of(table, input_.by)
        totals = sums(hashes, owners.codes, len(owners.values)).tolist()
        return dict(zip(owners.values, totals, strict=True))

    def _hashes(self, input_: Input, column: str, table: pa.Table) -> Hashes:
        key = (input_.group, input_.table, column)
        if key not in self._columns:
            self._columns[key] = value_hashes(table.column(column))
        return self._columns[key]


def _number(hashes: Hashes) -> int:
    return int(hashes.sum(dtype=np.uint64)) ^ len(hashes)


class Reader:
    """Rows of pages as named tuples."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._shared: dict[Input, Sequence[Row]] = {}

    def read(self, section: Section, keys: Collection[str]) -> dict[str, Rows]:
        """The rows of each of the pages."""
        found: dict[str, dict[str, Sequence[Row]]] = {key: {} for key in keys}
        for name, input_ in section.inputs.items():
            if input_.by is None:
                shared = self._all(input_)
                for rows in found.values():
                    rows[name] = shared
            else:
                mine = self._some(input_, keys)
                for key, rows in found.items():
                    rows[name] = mine.get(key, ())
        return {key: Rows(rows) for key, rows in found.items()}

    def _all(self, input_: Input) -> Sequence[Row]:
        if input_ not in self._shared:
            table = _read(self._source, input_)
            self._shared[input_] = [] if table is None else _rows(input_, table)
        return self._shared[input_]

    def _some(self, input_: Input, keys: Collection[str]) -> dict[str, list[Row]]:
        table = _read(self._source, input_)
        if table is None:
            return {}
        assert input_.by is not None
        owners = Coded.of(table, input_.by)
        wanted = set(keys)
        chosen = owners.map(lambda value: value in wanted) > 0
        codes = owners.codes[chosen]
        rows = _rows(input_, table.filter(pa.array(chosen)))
        grouped: dict[str, list[Row]] = {}
        for code, row in zip(codes.tolist(), rows, strict=True):
            grouped.setdefault(owners.values[code], []).append(row)
        return grouped


def _read(source: Source, input_: Input) -> pa.Table | None:
    wanted = input_.columns
    if input_.by is not None and input_.by not in wanted:
        wanted = (*wanted, input_.by)
    if input_.optional:
        return source.latest(input_.group, input_.table, wanted)
    return source.needed(input_.group, input_.table, wanted)


def _rows(input_: Input, table: pa.Table) -> list[Row]:
    make = _row_type(input_.columns)._make
    columns = [_values(table, column) for column in input_.columns]
    return [make(values) for values in zip(*columns, strict=True)]


_ROW_TYPES: dict[tuple[str, ...], Any] = {}


def _row_type(columns: tuple[str, ...]) -> Any:
    if columns not in _ROW_TYPES:
        _ROW_TYPES[columns] = namedtuple("Row", columns)
    return _ROW_TYPES[columns]


def _values(table: pa.Table, column: str) -> list[Any]:
    data = table.column(column)
    if pa.types.is_dictionary(data.type):
        return Coded.of(table, column).texts()
    values: list[Any] = data.to_pylist()
    return values
