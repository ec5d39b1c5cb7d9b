"""The inbox sensor: accepts what has arrived, then asks for the runs that are missing.

Accepting moves files and asks nothing of Dagster; asking for runs looks only at what was
accepted and at what Dagster has recorded. Between the two, and within each, a tick may be cut
off at any point: the next one goes on from what is on disk.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.events import RunFailureReason
from dagster._core.storage.tags import RUN_FAILURE_REASON_TAG
from dagster_shared.error import SerializableErrorInfo

from cai_assets.defs.assets.parsed_configuration import LAST_TABLE
from cai_assets.defs.keys import table_key
from cai_assets.defs.names import TRAIN_MODELS
from cai_assets.defs.origins import origin_tags
from cai_assets.defs.partitions import (
    ATTEMPT_TAG,
    CONFIGURATIONS,
    PARTITION_TAG,
    UPLOAD_METADATA,
    UPLOAD_TAG,
)
from cai_assets.defs.resources import Uploads
from cai_assets.defs.sensors.reconcile import (
    GivenUp,
    Launch,
    RunRecord,
    RunState,
    UploadRecord,
    Waiting,
    news,
    plan,
    settled,
)
from cai_assets.intake.errors import Postponed
from cai_assets.intake.inbox import Arrival, Scan, scan
from cai_assets.intake.uploads import Origin, Quarantined, Upload
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.onec.disk import shown
from cai_assets.settings import Settings

INBOX_SENSOR = "inbox"
INTERVAL_SECONDS = 3
"""Less than the 5 s after which the daemon looks again: with 5, a look that comes some milliseconds
sooner than the one before finds the sensor not due, and the inbox waits for 10."""
WATCH_SECONDS = 4.0
"""How long a tick looks for something to take in: the daemon looks at sensors every 5 s at most,
and who dropped a file should not wait for that."""

RUNS_PER_TICK = 10
ACCEPT_SECONDS = 20.0
"""No further entry is begun after this; Dagster gives a tick 60 s. An entry that takes longer
is finished all the same, and the next tick finds it accepted."""

_LOOK_SECONDS = 0.5
LOST_SECONDS = 600.0
"""A run that was recorded this long ago and never launched was cut off by a crash in between."""

_MATERIALIZATIONS = 50
"""Latest materializations of a configuration that are looked at: far more than uploads are kept."""

_LOST = frozenset({
    "ChildProcessCrashException", "BrokenProcessPool",
    "DagsterPostgresException", "OperationalError", "InterfaceError",
})  # fmt: skip
"""What a step fails with when a process of it dies, or when Dagster's storage does."""

_STATES = {
    dg.DagsterRunStatus.SUCCESS: RunState.SUCCEEDED,
    dg.DagsterRunStatus.FAILURE: RunState.FAILED,
    dg.DagsterRunStatus.CANCELED: RunState.CANCELED,
}


@dataclass(slots=True)
class Cursor:
    """What the sensor remembers: the inbox as it was, and the uploads that need no more looks."""

    inbox: str | None = None
    settled: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None) -> Cursor:
        """An unreadable cursor counts as none: everything is looked at afresh."""
        try:
            data = json.loads(text or "{}")
            return cls(data.get("inbox"), dict(data.get("settled", {})))
        except (ValueError, AttributeError, TypeError):
            return cls()

    def text(self) -> str:
        """The cursor as Dagster keeps it."""
        return json.dumps({"inbox": self.inbox, "settled": self.settled}, ensure_ascii=False)


def inbox_sensor(job: Any) -> dg.SensorDefinition:
    """The sensor that launches `job` for each new upload. It is on unless somebody stops it."""

    @dg.sensor(
        name=INBOX_SENSOR,
        job=job,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Takes folders, .zip and .tar.gz from the inbox and builds their configuration. "
            "What cannot be taken goes to the quarantine with the reason."
        ),
    )
    def inbox(
        context: dg.SensorEvaluationContext,
        settings: dg.ResourceParam[Settings],
        uploads: dg.ResourceParam[Uploads],
        snapshots: dg.ResourceParam[Snapshots],
    ) -> dg.SensorResult:
        cursor = Cursor.parse(context.cursor)
        root = uploads.root
        root.prepare()
        # An inbox that cannot be listed raises: the tick fails, where an empty one would pass.
        found = watch(root.inbox, cursor.inbox, settings.settle_seconds)
        messages = take_in(uploads, found.ready, context.log.info)

        kept = uploads.since(cursor.settled)
        records = upload_records(context.instance, snapshots, kept, cursor.settled)
        decisions = plan(records, max_attempts=settings.attempts, cap=RUNS_PER_TICK)
        messages += [_say(decision) for decision in news(decisions)]
        if found.waiting:
            messages.append(f"waiting: {', '.join(found.waiting)}")

        origins = {(upload.slug, upload.id): upload.origin for upload in kept}
        requests = [
            _request(decision, origins[decision.partition, decision.upload])
            for decision in decisions
            if isinstance(decision, Launch)
        ]
        cursor = Cursor(found.cursor, settled(decisions))
        return dg.SensorResult(
            run_requests=requests,
            skip_reason=None if requests else "; ".join(messages) or "the inbox is empty",
            cursor=cursor.text(),
            dynamic_partitions_requests=_new_partitions(context.instance, requests),
        )

    return inbox


def watch(inbox: Path, cursor: str | None, settle_seconds: float) -> Scan:
    """Look at the inbox until something is ready, for `WATCH_SECONDS` at most."""
    deadline = time.monotonic() + WATCH_SECONDS
    while True:
        began = time.monotonic()
        found = scan(inbox, cursor, settle_seconds=settle_seconds)
        cursor = found.cursor
        # A look at a large folder takes a while: rest longer than that.
        pause = max(_LOOK_SECONDS, 3 * (time.monotonic() - began))
        if found.ready or time.monotonic() + pause > deadline:
            return found
        time.sleep(pause)


def take_in(
    uploads: Uploads,
    arrivals: Sequence[Arrival],
    log: Callable[[str], object],
    seconds: float = ACCEPT_SECONDS,
) -> list[str]:
    """Accept `arrivals` one by one while there is time; one sentence on each."""
    messages: list[str] = []
    deadline = time.monotonic() + seconds
    for arrival in arrivals:
        if messages and time.monotonic() > deadline:
            messages.append(f"{arrival.name}: its turn comes in a later tick")
            continue
        try:
            outcome = uploads.accept(arrival)
        except Postponed as reason:
            messages.append(reason.text("en"))
        else:
            messages.append(_outcome(outcome))
        log(messages[-1])
    return messages


def _outcome(outcome: Upload | Quarantined) -> str:
    if isinstance(outcome, Quarantined):
        return f"quarantined: {outcome.english} See {shown(outcome.reason_path)}"
    if outcome.status == "duplicate":
        return f"{outcome.slug}: upload {outcome.id} has the same content, nothing to do"
    return f"{outcome.slug}: accepted upload {outcome.id}, {outcome.files} files"


def upload_records(
    instance: dg.DagsterInstance,
    snapshots: Snapshots,
    uploads: Iterable[Upload],
    done: Mapping[str, str],
) -> Iterator[UploadRecord]:
    """What is known of each upload; Dagster is not asked again for those in `done`."""
    for partition, own in groupby(uploads, lambda upload: upload.slug):
        finished: set[str] | None = None
        for upload in own:
            if done.get(partition) == upload.id:
                yield UploadRecord(partition, upload.id, upload.digest, materialized=True)
                continue
            if finished is None:
                finished = finished_uploads(instance, snapshots, partition)
            runs = _runs(instance, upload)
            yield UploadRecord(partition, upload.id, upload.digest, upload.id in finished, runs)


def finished_uploads(
    instance: dg.DagsterInstance, snapshots: Snapshots, partition: str
) -> set[str]:
    """The uploads of the latest materializations of `partition` whose tables readers may see.

    They may not after a failed blocking check, or if the process died between the last table
    and the manifest.
    """
    uploads = materialized_uploads(instance, partition)
    return {upload for upload in uploads if snapshots.is_complete(partition, upload)}


def materialized_uploads(instance: dg.DagsterInstance, partition: str) -> set[str]:
    """The uploads that the latest materializations of `partition` were made from."""
    found = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=table_key(LAST_TABLE), asset_partitions=[partition]),
        limit=_MATERIALIZATIONS,
    )
    made = (record.asset_materialization for record in found.records)
    values = (one.metadata.get(UPLOAD_METADATA) for one in made if one is not None)
    return {str(value.value) for value in values if value is not None}


def _runs(instance: dg.DagsterInstance, upload: Upload) -> tuple[RunRecord, ...]:
    """All runs that build `upload`, the latest first. Learning from it is no attempt at it."""
    records = instance.get_run_records(
        dg.RunsFilter(tags={UPLOAD_TAG: upload.id, PARTITION_TAG: upload.slug})
    )
    return tuple(
        RunRecord(record.dagster_run.run_id, _state(instance, record))
        for record in records
        if record.dagster_run.job_name != TRAIN_MODELS
    )


def _state(instance: dg.DagsterInstance, record: dg.RunRecord) -> RunState:
    status = record.dagster_run.status
    if status is dg.DagsterRunStatus.NOT_STARTED and (
        time.time() - record.create_timestamp.timestamp() > LOST_SECONDS
    ):
        return RunState.LOST
    if status is dg.DagsterRunStatus.FAILURE and _was_lost(instance, record.dagster_run):
        return RunState.LOST
    return _STATES.get(status, RunState.ACTIVE)


def _was_lost(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether a run failed because a process died or Dagster's storage was away.

    Only a run whose steps raised ends with that reason; whoever finds a run's process dead gives
    none, or another.
    """
    if run.tags.get(RUN_FAILURE_REASON_TAG) != RunFailureReason.STEP_FAILURE.value:
        return True
    failures = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    events = (entry.dagster_event for entry in failures)
    return any(
        name in _LOST
        for event in events
        if event is not None
        for name in _names(event.step_failure_data.error)
    )


def _names(error: SerializableErrorInfo | None) -> Iterator[str]:
    """Class names of an error and of what led to it."""
    while error is not None:
        yield (error.cls_name or "").rpartition(".")[2]
        error = error.cause or error.context


def _request(launch: Launch, origin: Origin | None) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=launch.run_key,
        partition_key=launch.partition,
        tags={
            UPLOAD_TAG: launch.upload,
            ATTEMPT_TAG: str(launch.attempt),
            **origin_tags(origin),
        },
    )


def _new_partitions(
    instance: dg.DagsterInstance, requests: Sequence[dg.RunRequest]
) -> list[dg.AddDynamicPartitionsRequest]:
    wanted = {request.partition_key for request in requests if request.partition_key}
    missing = sorted(wanted - set(instance.get_dynamic_partitions(_partitions_name())))
    return [CONFIGURATIONS.build_add_request(missing)] if missing else []


def _partitions_name() -> str:
    assert CONFIGURATIONS.name is not None
    return CONFIGURATIONS.name


def _say(decision: Waiting | GivenUp) -> str:
    if isinstance(decision, GivenUp):
        return f"{decision.partition}: gave up on upload {decision.upload}: {decision.reason}"
    return f"{decision.partition}: {decision.reason}"
