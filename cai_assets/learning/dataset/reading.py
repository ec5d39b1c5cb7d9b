"""All modules of an upload, read once each by worker processes: the bodies of its routines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.pool import worker_count
from cai_assets.knowledge.worker import peak_memory, prepare_worker
from cai_assets.knowledge.working import Working, grouped, without_collection
from cai_assets.learning.dataset.bodies import Place
from cai_assets.learning.dataset.worker import (
    BODY_SCHEMA,
    Outcome,
    Unit,
    read_group,
    read_units,
)
from cai_assets.onec.disk import extended

Progress = Callable[[int, int], None]
"""Called with the number of files done and the number of all files."""

_INLINE_BYTES = 1_000_000
"""Below this a pool costs more than it saves."""
_GROUP_BYTES = 2_000_000
_PER_FILE = 2_000
"""What a file costs beside its bytes, in bytes."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """`rows` is a table of `worker.BODY_SCHEMA`, in the order of the table `routines`."""

    rows: pa.Table
    problems: tuple[tuple[str, str], ...]
    """Files that could not be read, and why; their routines have an empty body."""
    workers: int
    workers_bytes: int
    """Peaks of the worker processes together."""

    def peak_of_all(self) -> int:
        """The peaks of all processes together, up to now."""
        return self.workers_bytes + peak_memory()


def read_all(
    root: Path,
    routines: pa.Table,
    source_files: pa.Table,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Bodies:
    """Read the modules below `root` in which `routines` stand.

    No fault in a file raises.
    """
    units, order = _units(routines, source_files)
    groups = grouped(units, _weight, _GROUP_BYTES)
    count = worker_count(workers)
    if sum(map(_weight, units)) < _INLINE_BYTES:
        count = 1
    base = extended(os.fspath(root))
    results: list[pa.Table | None] = [None] * len(groups)
    problems: list[tuple[str, str]] = []
    peaks: dict[int, int] = {}
    done = 0
    working: Working[Unit, Outcome] = Working(
        groups, partial(read_group, base), workers=count, weigh=_weight,
        here=partial(read_units, base), initializer=prepare_worker,
    )  # fmt: skip
    with working, without_collection():
        for number, outcome in working.results():
            results[number] = pa.ipc.open_stream(pa.py_buffer(outcome.rows)).read_all()
            problems += outcome.problems
            peaks[outcome.process] = max(peaks.get(outcome.process, 0), outcome.peak_bytes)
            done += outcome.units
            if progress:
                progress(done, len(units))
    peaks.pop(os.getpid(), None)
    found = [table for table in results if table is not None]
    rows = pa.concat_tables(found) if found else BODY_SCHEMA.empty_table()
    if order is not None:
        rows = rows.take(order)
    return Bodies(rows, tuple(sorted(problems)), max(len(peaks), 1), sum(peaks.values()))


def _weight(unit: Unit) -> float:
    return unit.size + _PER_FILE


def _units(routines: pa.Table, source_files: pa.Table) -> tuple[list[Unit], pa.Array | None]:
    """Modules with their routines by place, and how to bring rows into the order of `routines`.

    The order is None where it is that already, as with tables from `knowledge.extract`.
    """
    sizes = dict(
        zip(
            source_files.column("path").to_pylist(),
            source_files.column("size").to_pylist(),
            strict=True,
        )
    )
    keys = pa.table(
        {
            "file": pa.array(Coded.of(routines, "file").texts(), pa.string()),
            **{name: routines.column(name) for name in ("line", "column", "end_line")},
        }
    )
    indices = pc.sort_indices(
        keys, sort_keys=[("file", "ascending"), ("line", "ascending"), ("column", "ascending")]
    )
    in_order = bool(pc.all(pc.equal(indices, pa.array(range(len(indices))))).as_py())
    units = list(_by_file(keys if in_order else keys.take(indices), sizes))
    return units, None if in_order else pc.sort_indices(indices)


def _by_file(keys: pa.Table, sizes: dict[str, int]) -> Iterator[Unit]:
    places: dict[str, list[Place]] = {}
    for file, *place in zip(*(column.to_pylist() for column in keys.columns), strict=True):
        places.setdefault(file, []).append(Place(*place))
    for file, found in places.items():
        yield Unit(file, sizes.get(file) or 0, tuple(found))
