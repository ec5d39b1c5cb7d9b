"""All files of an upload to tables: in parallel, reusing what did not change.

The tables of the previous upload are the cache. Rows of a file whose digest, project and
meaning are the same are taken from them; every other file is read. What depends on several
files is derived afresh each time, from the joined tables.

Rows are ordered by file path, so that the same upload gives the same tables whatever the
number of workers and whatever was reused.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from cai_assets.knowledge.columns import Batch
from cai_assets.knowledge.pool import begin, context, warm_up, worker_count
from cai_assets.knowledge.resolve import derive
from cai_assets.knowledge.schema import PARSER_VERSION, TABLES
from cai_assets.knowledge.splice import splice_tables
from cai_assets.knowledge.worker import (
    FAILED,
    MAX_FILE_BYTES,
    Fragment,
    add_ledger_row,
    digest_of,
    peak_memory,
    prepare_worker,
    read_group,
    read_tables,
)
from cai_assets.onec.disk import below, extended
from cai_assets.onec.projects import list_sources
from cai_assets.onec.readers import reader_for
from cai_assets.onec.sources import FileKind, Layout, Listing, SourceFile

Progress = Callable[[int, int], None]
"""Called with the number of files done and the number of all files."""

_LEDGER = "source_files"
_VERSION_KEY = b"cai.parser_version"
_INLINE_BYTES = 1_500_000
"""Below this a pool costs more than it saves."""
_GROUP_BYTES = 4_000_000
_HASHED_TOGETHER = 200
_UNREAD_WEIGHT = 0.02
"""Share of its size that a file costs which is only hashed."""


@dataclass(slots=True)
class Stats:
    """What an extraction did. Seconds by stage; `peak_bytes` adds up all processes' peaks."""

    files: int = 0
    bytes: int = 0
    read: int = 0
    reused: int = 0
    workers: int = 1
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    peak_bytes: int = 0


@dataclass(slots=True, frozen=True)
class Extraction:
    """The tables of an upload, by name and in the order of `schema.TABLES`."""

    tables: dict[str, pa.Table]
    stats: Stats


def extract(
    root: Path,
    *,
    previous: Mapping[str, pa.Table] | None = None,
    workers: int | Callable[[], int | None] | None = None,
    progress: Progress | None = None,
    ready: Callable[[dict[str, pa.Table]], None] | None = None,
) -> Extraction:
    """Turn the upload at `root` into tables.

    `previous` are the tables of an earlier upload of the same configuration; those of another
    parser version are ignored. `workers` defaults to the number of cores; a function that tells
    it is asked only when files have to be read. `ready` is called once, early, with the tables
    that are final before names are resolved, so that they can be written meanwhile.

    Raises `NoProjects` if the folder holds no 1C project; no fault inside a file raises.
    """
    clock = _Clock()
    if previous is None and workers != 1:
        warm_up()
    base = extended(os.fspath(root))
    listing = list_sources(root)
    stats = Stats(files=len(listing.files), bytes=sum(file.size for file in listing.files))
    clock.lap("list")
    changed, kept = listing.files, frozenset[str]()
    if previous is not None and _is_current(previous, _LEDGER):
        changed, kept = _compare(base, listing.files, previous)
        clock.lap("compare")
        # Only now: the other tables may be read in the background meanwhile.
        if not all(_is_current(previous, name) for name in TABLES):
            changed, kept = listing.files, frozenset()
    stats.read, stats.reused = len(changed), len(kept)
    fragments = list(_read(base, changed, workers, progress, stats))
    fragments.append(_unreadable(listing))
    clock.lap("read")
    reused = previous if kept else None
    stored = splice_tables(reused, kept, fragments)
    clock.lap("join")
    if ready:
        ready({name: _stamp(stored[name]) for name in TABLES if not _has_derived(name)})
    tables = derive(stored, listing.projects, reused)
    clock.lap("resolve")
    stats.seconds, stats.stages = clock.total(), clock.laps
    return Extraction({name: _stamp(tables[name]) for name in TABLES}, stats)


class _Clock:
    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 4)
        self._last = now

    def total(self) -> float:
        return round(self._last - self._start, 4)


def resolved_tables(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Those of `tables` that were not final before names were resolved."""
    return {name: table for name, table in tables.items() if _has_derived(name)}


def _has_derived(name: str) -> bool:
    return any(column.derived for column in TABLES[name].columns)


def _stamp(table: pa.Table) -> pa.Table:
    metadata = {**(table.schema.metadata or {}), _VERSION_KEY: PARSER_VERSION.encode()}
    return table.replace_schema_metadata(metadata)


def _is_current(previous: Mapping[str, pa.Table], name: str) -> bool:
    """Whether this table is there, of this parser version and of today's columns."""
    known = previous.get(name)
    return (
        known is not None
        and tuple(known.column_names) == TABLES[name].column_names
        and (known.schema.metadata or {}).get(_VERSION_KEY) == PARSER_VERSION.encode()
    )


def _compare(
    root: str, files: Iterable[SourceFile], previous: Mapping[str, pa.Table]
) -> tuple[tuple[SourceFile, ...], frozenset[str]]:
    """Split `files` into those to read and the paths of those whose rows are reused."""
    ledger = previous[_LEDGER].select(["path", "project", "kind", "owner", "size", "digest"])
    known = {row[0]: row[1:] for row in zip(*ledger.to_pydict().values(), strict=True)}
    candidates: list[SourceFile] = []
    changed: list[SourceFile] = []
    for file in files:
        before = known.get(file.path)
        same = before and before[:4] == (file.project, str(file.kind), file.owner, file.size)
        (candidates if same else changed).append(file)
    kept = set()
    groups = _every(candidates, _HASHED_TOGETHER)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for group, digests in zip(
            groups, pool.map(lambda group: _digests(root, group), groups), strict=True
        ):
            for file, digest in zip(group, digests, strict=True):
                if digest is not None and digest == known[file.path][4]:
                    kept.add(file.path)
                else:
                    changed.append(file)
    return tuple(sorted(changed, key=lambda file: file.path)), frozenset(kept)


def _every(files: list[SourceFile], count: int) -> list[list[SourceFile]]:
    return [files[start : start + count] for start in range(0, len(files), count)]


def _digests(root: str, files: list[SourceFile]) -> list[str | None]:
    return [_digest_file(below(root, file.path)) for file in files]


def _digest_file(path: str) -> str | None:
    """The digest of a file that was found by listing; None if it cannot be read whole now."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        size = os.fstat(descriptor).st_size
        if size > MAX_FILE_BYTES:
            return None
        data = os.read(descriptor, size)
        return digest_of(data) if len(data) == size else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _read(
    root: str,
    files: tuple[SourceFile, ...],
    workers: int | Callable[[], int | None] | None,
    progress: Progress | None,
    stats: Stats,
) -> Iterable[dict[str, pa.Table]]:
    """Yield the tables of groups of files, in the order of their paths."""
    if sum(_weight(file) for file in files) < _INLINE_BYTES:
        yield from _read_here(root, files, progress, stats)
        return
    count = worker_count(workers() if callable(workers) else workers)
    if count == 1:
        yield from _read_here(root, files, progress, stats)
        return
    stats.workers = count
    yield from _read_in_pool(root, _groups(files), count, progress, stats)


def _read_here(
    root: str, files: tuple[SourceFile, ...], progress: Progress | None, stats: Stats
) -> Iterable[dict[str, pa.Table]]:
    was_enabled = gc.isenabled()
    gc.disable()
    done = stats.reused
    try:
        for group in _groups(files):
            yield read_tables(root, group)
            done += len(group)
            if progress:
                progress(done, stats.files)
    finally:
        if was_enabled:
            gc.enable()
    stats.peak_bytes = peak_memory()


def _read_in_pool(
    root: str,
    groups: list[list[SourceFile]],
    workers: int,
    progress: Progress | None,
    stats: Stats,
) -> Iterable[dict[str, pa.Table]]:
    heaviest_first = sorted(
        range(len(groups)), key=lambda i: sum(map(_weight, groups[i])), reverse=True
    )
    results: list[dict[str, pa.Table] | None] = [None] * len(groups)
    peaks: dict[int, int] = {}
    done = stats.reused
    with ProcessPoolExecutor(
        min(workers, len(groups)),
        mp_context=context(),
        initializer=begin,
        initargs=(prepare_worker,),
    ) as pool:
        futures = {pool.submit(read_group, root, groups[i]): i for i in heaviest_first}
        try:
            for future in as_completed(futures):
                fragment: Fragment = future.result()
                results[futures[future]] = fragment.tables()
                peaks[fragment.process] = max(peaks.get(fragment.process, 0), fragment.peak_bytes)
                done += fragment.files
                if progress:
                    progress(done, stats.files)
        except BrokenProcessPool as error:
            raise RuntimeError(
                "a worker process ended while reading; the machine may lack memory: "
                "use fewer workers (CAI_WORKERS)"
            ) from error
        except BaseException:
            # Wait for the groups at work: who leaves at once would leave the workers behind.
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    stats.peak_bytes = sum(peaks.values()) + peak_memory()
    yield from (tables for tables in results if tables is not None)


def _weight(file: SourceFile) -> float:
    return file.size if reader_for(file) else file.size * _UNREAD_WEIGHT


def _groups(files: tuple[SourceFile, ...]) -> list[list[SourceFile]]:
    """Cut `files`, which are sorted by path, into groups of about the same work."""
    groups: list[list[SourceFile]] = []
    weight = 0.0
    for file in files:
        own = _weight(file)
        if not groups or weight + own > _GROUP_BYTES:
            groups.append([])
            weight = 0.0
        groups[-1].append(file)
        weight += own + 200
    return groups


def _unreadable(listing: Listing) -> dict[str, pa.Table]:
    """Ledger rows of what could not even be listed."""
    batch = Batch()
    for path, reason in listing.unreadable:
        source = SourceFile(path, "", Layout.EDT, FileKind.OUTSIDE, "", "", 0)
        add_ledger_row(batch, source, None, FAILED, reason)
    return batch.finish()
