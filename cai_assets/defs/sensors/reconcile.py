"""Which partition needs a run: accepted uploads compared with what Dagster has recorded.

Pure decisions. The sensor asks for a run whenever the latest accepted upload of a configuration
is neither materialized nor being worked on, so it does not matter at which point a daemon,
a run or the sensor itself was cut off: the next tick sees the same difference again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class RunState(StrEnum):
    """What became of a run, as far as the decision needs it."""

    ACTIVE = "active"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run that was about the upload in question."""

    run_id: str
    state: RunState


@dataclass(frozen=True, slots=True)
class PartitionRecord:
    """A configuration: its latest accepted upload and what Dagster knows of it.

    `materialized` is the upload of the partition's latest materialization, None without one;
    `runs` are all runs tagged with `upload`.
    """

    partition: str
    upload: str
    digest: str
    materialized: str | None
    runs: tuple[RunRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Launch:
    """Ask for a run. `attempt` counts from 1 for each upload."""

    partition: str
    upload: str
    run_key: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Settled:
    """The latest upload is materialized; nothing to do until there is another."""

    partition: str
    upload: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run is under way, or this tick has asked for enough runs already."""

    partition: str
    reason: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Runs failed or were cancelled; a person has to look. `reason` says what to do."""

    partition: str
    upload: str
    reason: str


Decision = Launch | Settled | Waiting | GivenUp


def run_key(partition: str, digest: str, upload: str, attempt: int) -> str:
    """The key by which Dagster launches each attempt at an upload once and never again.

    The digest alone would not do: content that comes back after other content is a new upload.
    """
    return f"{partition}:{digest}:{upload}:{attempt}"


def decide(record: PartitionRecord, max_attempts: int) -> Decision:
    """What one configuration needs."""
    if record.materialized == record.upload:
        return Settled(record.partition, record.upload)
    active = [run.run_id for run in record.runs if run.state is RunState.ACTIVE]
    if active:
        return Waiting(record.partition, f"run {active[0]} is under way")
    canceled = [run.run_id for run in record.runs if run.state is RunState.CANCELED]
    if canceled:
        return GivenUp(
            record.partition,
            record.upload,
            f"run {canceled[0]} was cancelled; materialize the partition when it should run",
        )
    if len(record.runs) >= max_attempts:
        return GivenUp(
            record.partition,
            record.upload,
            f"{len(record.runs)} runs ended without a result, the last is {record.runs[0].run_id}; "
            "mend the cause, then materialize the partition or upload again",
        )
    attempt = len(record.runs) + 1
    return Launch(
        record.partition,
        record.upload,
        run_key(record.partition, record.digest, record.upload, attempt),
        attempt,
    )


def plan(records: Iterable[PartitionRecord], *, max_attempts: int, cap: int) -> list[Decision]:
    """Decide for all configurations; launches beyond `cap` wait for the next tick."""
    decisions: list[Decision] = []
    launched = 0
    for record in records:
        decision = decide(record, max_attempts)
        if isinstance(decision, Launch):
            if launched >= cap:
                decision = Waiting(record.partition, "its turn comes in a later tick")
            else:
                launched += 1
        decisions.append(decision)
    return decisions
