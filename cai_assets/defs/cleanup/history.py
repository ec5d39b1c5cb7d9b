"""Old runs with their events and logs, removed from Dagster's history.

Dagster keeps them for ever. `delete_run` is its own way to remove one; what it leaves behind goes
too: the results of its checks, its logs, and with SQLite the file of its events.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from cai_assets.defs.partitions import PARTITION_TAG, UPLOAD_TAG

_ENDED = [
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
]
_MOST_RUNS = 2000
"""Runs removed in one night; the rest follows in the next."""

_PAGE, _MOST_PAGES = 200, 100
_CHUNK = 500
_LOG_SUFFIXES = (".out", ".err", ".complete", ".partial")


def remove_runs(
    instance: dg.DagsterInstance,
    before: float,
    needed: Collection[tuple[str, str]],
    deadline: float,
) -> int:
    """Remove runs that ended before a moment, in epoch seconds; how many.

    Kept is whatever made the latest materialization of an asset for a partition, and runs about
    the uploads in `needed` (configuration, upload): they tell how often these were tried. Nothing
    is begun after `deadline`, a monotonic time.
    """
    kept = makers(instance)
    removed = 0
    # All are listed before any is removed: a page is asked for by the last run of the one before.
    for run in list(_old_runs(instance, before)):
        about = (run.tags.get(PARTITION_TAG, ""), run.tags.get(UPLOAD_TAG, ""))
        if run.run_id in kept or about in needed:
            continue
        if removed >= _MOST_RUNS or time.monotonic() > deadline:
            break
        remove_run(instance, run.run_id)
        removed += 1
    return removed


def _old_runs(instance: dg.DagsterInstance, before: float) -> Iterator[dg.DagsterRun]:
    """Runs that ended, and were last touched before a moment; the oldest first."""
    moment = datetime.fromtimestamp(before, UTC)
    wanted = dg.RunsFilter(statuses=_ENDED, updated_before=moment)
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = instance.get_run_records(wanted, limit=_PAGE, cursor=cursor, ascending=True)
        for record in page:
            yield record.dagster_run
        if len(page) < _PAGE:
            return
        cursor = page[-1].dagster_run.run_id


def remove_run(instance: dg.DagsterInstance, run_id: str) -> None:
    """Remove a run with its events, checks and logs."""
    instance.delete_run(run_id)
    storage = instance.event_log_storage
    if hasattr(storage, "index_connection"):
        # Here: it brings SQLAlchemy along, which nothing else needs to load the definitions.
        from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable as table

        with storage.index_connection() as connection:
            connection.execute(table.delete().where(table.c.run_id == run_id))
    if hasattr(storage, "path_for_shard"):
        # SQLite gives each run a file, which stays when it is empty.
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                os.unlink(storage.path_for_shard(run_id) + suffix)
    # Logs of a manager that cannot remove them, or not now, stay: they have a term of their own.
    with contextlib.suppress(OSError, NotImplementedError):
        instance.compute_log_manager.delete_logs(prefix=[run_id])


def makers(instance: dg.DagsterInstance) -> set[str]:
    """The runs that made the latest materialization of each asset and partition."""
    keys = instance.get_asset_keys()
    latest = instance.get_latest_materialization_events(keys)
    found = {entry.run_id for entry in latest.values() if entry is not None}
    for key in keys:
        ids = instance.event_log_storage.get_latest_storage_id_by_partition(
            key, dg.DagsterEventType.ASSET_MATERIALIZATION
        )
        found.update(_runs_of(instance, key, ids))
    return found


def _runs_of(
    instance: dg.DagsterInstance, key: dg.AssetKey, ids: Mapping[str, int]
) -> Iterator[str]:
    for chunk in _chunks(sorted(ids.values())):
        wanted = dg.AssetRecordsFilter(asset_key=key, storage_ids=chunk)
        for record in instance.fetch_materializations(wanted, limit=len(chunk)).records:
            yield record.run_id


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def remove_logs(instance: dg.DagsterInstance, before: float, kept: Collection[str]) -> int:
    """Remove local logs last written before a moment, ticks' above all; how many files.

    Those of the runs in `kept` stay.
    """
    base = getattr(instance.compute_log_manager, "_base_dir", None)
    if base is None:
        return 0
    removed = 0
    for folder, folders, names in os.walk(base):
        if Path(folder) == Path(base):
            folders[:] = [name for name in folders if name not in kept]
        for name in names:
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):
                if name.endswith(_LOG_SUFFIXES) and os.stat(path).st_mtime < before:
                    os.unlink(path)
                    removed += 1
    _remove_empty_folders(Path(base), before)
    return removed


def _remove_empty_folders(base: Path, before: float) -> None:
    for folder, _, _ in os.walk(base, topdown=False):
        with contextlib.suppress(OSError):  # it is not empty
            if Path(folder) != base and os.stat(folder).st_mtime < before:
                os.rmdir(folder)
