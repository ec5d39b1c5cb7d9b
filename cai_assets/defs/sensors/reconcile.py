"""Which partition needs a run: accepted uploads compared with what Dagster has recorded.

Pure decisions. The sensor asks for a run whenever an accepted upload is neither materialized nor
being worked on, so it does not matter at which point a daemon, a run or the sensor itself was cut
off: the next tick sees the same difference again. Uploads of one configuration go one after
another, in the order they came, since each is compared with the one before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class RunState(StrEnum):
    """What became of a run, as far as the decision needs it."""

    ACTIVE = "active"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    LOST = "lost"
    """Failed, but not by what it worked on: its process or that of a step died, or Dagster's
    storage was away."""
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run that was about the upload in question."""

    run_id: str
    state: RunState


@dataclass(frozen=True, slots=True)
class UploadRecord:
    """An accepted upload of a configuration, and what Dagster knows of it.

    `materialized` tells whether its tables are there; `runs` are all runs tagged with it, the
    latest first.
    """

    partition: str
    upload: str
    digest: str
    materialized: bool
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
    """The upload is materialized, and nothing works on it; it needs no more looks."""

    partition: str
    upload: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run is under way, an earlier upload comes first, or this tick has asked for enough."""

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


def decide(record: UploadRecord, max_attempts: int) -> Decision:
    """What one upload needs."""
    active = [run.run_id for run in record.runs if run.state is RunState.ACTIVE]
    if active:
        return Waiting(record.partition, f"run {active[0]} is under way")
    if record.materialized and not _cut_off(record):
        return Settled(record.partition, record.upload)
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


def _cut_off(record: UploadRecord) -> bool:
    """Whether the tables are there but what follows from them was lost with its process.

    A step that failed by itself would fail again; it is left to a person.
    """
    return bool(record.runs) and record.runs[0].state is RunState.LOST


def plan(records: Iterable[UploadRecord], *, max_attempts: int, cap: int) -> list[Decision]:
    """Decide for all uploads; `records` has those of a configuration together, oldest first.

    An upload that is not done yet holds up the later ones of its configuration; launches beyond
    `cap` wait for the next tick.
    """
    decisions: list[Decision] = []
    launched = 0
    for partition, own in groupby(records, lambda record: record.partition):
        for record in own:
            decision = decide(record, max_attempts)
            if isinstance(decision, Launch) and launched >= cap:
                decision = Waiting(partition, "its turn comes in a later tick")
            launched += isinstance(decision, Launch)
            decisions.append(decision)
            if isinstance(decision, Launch | Waiting):
                break  # those behind it come into question once it is done
    return decisions


def settled(decisions: Iterable[Decision]) -> dict[str, str]:
    """By configuration the newest upload that needs no more looks, nor do those before it."""
    return {item.partition: item.upload for item in decisions if isinstance(item, Settled)}


def news(decisions: Iterable[Decision]) -> list[Waiting | GivenUp]:
    """What a person may want to know: not what was given up before a later upload went through."""
    found: list[Waiting | GivenUp] = []
    for decision in decisions:
        if isinstance(decision, Settled):
            found = [item for item in found if item.partition != decision.partition]
        elif isinstance(decision, Waiting | GivenUp):
            found.append(decision)
    return found
