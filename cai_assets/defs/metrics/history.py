"""What Dagster has recorded of a run, as plain facts; and which runs made what is there now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import dagster as dg

from cai_assets.defs.metrics.facts import Attempt, Checked, Materialized, RunFacts
from cai_assets.defs.partitions import PARTITION_TAG

_BEGINNINGS = {dg.DagsterEventType.STEP_START, dg.DagsterEventType.STEP_RESTARTED}
_ENDS = {
    dg.DagsterEventType.STEP_SUCCESS: "success",
    dg.DagsterEventType.STEP_FAILURE: "failure",
    dg.DagsterEventType.STEP_UP_FOR_RETRY: "retry",
}
_WANTED = {
    *_BEGINNINGS,
    *_ENDS,
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
}
_MOST_EVENTS = 2000
_PAGE = 500

_SEVERITIES = {dg.AssetCheckSeverity.ERROR: "error", dg.AssetCheckSeverity.WARN: "warning"}


def facts_of(instance: dg.DagsterInstance, run_id: str) -> RunFacts | None:
    """The facts of a run that ended; None if it was removed since."""
    record = instance.get_run_record_by_id(run_id)
    if record is None:
        return None
    events = list(_events(instance, run_id))
    configuration = record.dagster_run.tags.get(PARTITION_TAG, "")
    return RunFacts(
        record.dagster_run.job_name,
        _between(record.create_timestamp.timestamp(), record.start_time),
        _between(record.start_time, record.end_time),
        tuple(attempts_of(events)),
        tuple(_materialized(events, configuration)),
        tuple(_checked(events, configuration)),
    )


def _events(instance: dg.DagsterInstance, run_id: str) -> Iterator[dg.EventLogEntry]:
    cursor = None
    for _ in range(_MOST_EVENTS // _PAGE):
        page = instance.get_records_for_run(run_id, cursor, of_type=set(_WANTED), limit=_PAGE)
        for record in page.records:
            yield record.event_log_entry
        if not page.has_more:
            return
        cursor = page.cursor


def attempts_of(events: Iterable[dg.EventLogEntry]) -> Iterator[Attempt]:
    """The attempts at the steps of a run, in the order in which they ended."""
    begun: dict[str, float] = {}
    for entry in events:
        event, step = entry.dagster_event, entry.step_key
        if event is None or step is None:
            continue
        if event.event_type in _BEGINNINGS:
            begun[step] = entry.timestamp
        elif event.event_type in _ENDS:
            since = begun.pop(step, None)
            yield Attempt(step, _ENDS[event.event_type], _between(since, entry.timestamp))


def _materialized(events: Iterable[dg.EventLogEntry], of_run: str) -> Iterator[Materialized]:
    for entry in events:
        made = entry.asset_materialization
        configuration = (made.partition if made else None) or of_run
        if made is not None and configuration:
            group, table = made.asset_key.path[0], made.asset_key.path[-1]
            yield Materialized(
                configuration, group, table, entry.timestamp, _figures(made.metadata)
            )


def _figures(metadata: Mapping[str, dg.MetadataValue]) -> dict[str, float]:
    return {
        name: float(value.value)
        for name, value in metadata.items()
        if isinstance(value, dg.IntMetadataValue | dg.FloatMetadataValue)
        and value.value is not None
    }


def _checked(events: Iterable[dg.EventLogEntry], of_run: str) -> Iterator[Checked]:
    for entry in events:
        check = entry.asset_check_evaluation
        configuration = (check.partition if check else None) or of_run
        if check is not None and configuration:
            yield Checked(
                configuration,
                "/".join(check.asset_key.path),
                check.check_name,
                check.passed,
                _SEVERITIES[check.severity],
                bool(check.blocking),
                entry.timestamp,
            )


def _between(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else max(0.0, end - start)


def makers(instance: dg.DagsterInstance, configurations: Iterable[str]) -> set[str]:
    """The runs that made the newest tables of each group of these configurations.

    One look at the index per group and configuration, however long the history is.
    """
    newest = _newest_key_of_groups(instance)
    found: set[str] = set()
    for configuration in configurations:
        for key in newest:
            made = instance.fetch_materializations(
                dg.AssetRecordsFilter(asset_key=key, asset_partitions=[configuration]), limit=1
            )
            found.update(record.event_log_entry.run_id for record in made.records)
    return found


def _newest_key_of_groups(instance: dg.DagsterInstance) -> list[dg.AssetKey]:
    """One table of each group: that of the latest materialization, so none that has gone."""
    newest: dict[str, tuple[float, dg.AssetKey]] = {}
    latest = instance.get_latest_materialization_events(instance.get_asset_keys())
    for key, entry in latest.items():
        if entry is not None:
            group = key.path[0]
            newest[group] = max(newest.get(group, (0.0, key)), (entry.timestamp, key))
    return [key for _, key in newest.values()]
