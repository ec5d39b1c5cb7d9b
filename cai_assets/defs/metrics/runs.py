"""Runs: which are active, which have ended since the last look.

Ends are found by a cursor in the storage of events, never by going through the history.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg

from cai_assets.defs.metrics.catalogue import (
    QUEUED_SINCE,
    RUNS,
    RUNS_ACTIVE,
    RUNS_ENDED,
    STARTED_SINCE,
)
from cai_assets.defs.metrics.samples import QUICK, Gauges, Growing, Named
from cai_assets.defs.names import JOBS

_ENDS = {
    dg.DagsterEventType.RUN_SUCCESS: "success",
    dg.DagsterEventType.RUN_FAILURE: "failure",
    dg.DagsterEventType.RUN_CANCELED: "canceled",
}
STATES = tuple(_ENDS.values())

ACTIVE = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
_BATCH = 100
_MOST_ACTIVE = 1000
_MOST_ENDS = 2000
"""More ends than this between two looks are read at the next look."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that ended; its events are still to be read."""

    run_id: str
    job: str


class Runs:
    """The part `runs`. What has ended is also put into `ended`, for those who read its events."""

    name, lane, every = RUNS, QUICK, 5.0

    def __init__(self, instance: Callable[[], dg.DagsterInstance], jobs: Named) -> None:
        self.growing = Growing(RUNS)
        self.ended: deque[Ended] = deque()
        self.begun = threading.Event()
        """Set once every end of a run from now on is noticed."""
        self._instance = instance
        self._jobs = jobs
        self._cursors: dict[dg.DagsterEventType, str] = {}
        for job in JOBS:
            self._begin(job)

    def read(self) -> Gauges:
        """Count what has ended, then look at what has not."""
        instance = self._instance()
        for kind, state in _ENDS.items():
            self._read_ends(instance, kind, state)
        self.begun.set()
        return self._active(instance)

    def _read_ends(
        self, instance: dg.DagsterInstance, kind: dg.DagsterEventType, state: str
    ) -> None:
        cursor = self._cursors.get(kind)
        if cursor is None:
            # Only what ends from now on is counted: a counter that began with the history would
            # shrink at a restart after a clean-up, which reads as a reset and as growth.
            newest = instance.fetch_run_status_changes(kind, limit=1)
            self._cursors[kind] = newest.cursor
            return
        for _ in range(_MOST_ENDS // _BATCH):
            found = instance.fetch_run_status_changes(
                kind, limit=_BATCH, cursor=cursor, ascending=True
            )
            # Nothing here can fail half way, so each end is counted once.
            for record in found.records:
                job = self._begin(record.event_log_entry.job_name or "")
                self.growing.add(RUNS_ENDED, job, state)
                self.ended.append(Ended(record.event_log_entry.run_id, job))
            cursor = self._cursors[kind] = found.cursor
            if not found.has_more:
                break

    def _begin(self, job: str) -> str:
        """Its label; its series begin at zero, so that the first failure is seen as growth."""
        name = self._jobs(job)
        for state in STATES:
            self.growing.add(RUNS_ENDED, name, state, amount=0)
        return name

    def _active(self, instance: dg.DagsterInstance) -> Gauges:
        gauges = Gauges()
        for job in self._jobs.given:
            for status in ACTIVE:
                gauges.set(RUNS_ACTIVE, 0, job, status.value.lower())
        records = instance.get_run_records(dg.RunsFilter(statuses=list(ACTIVE)), limit=_MOST_ACTIVE)
        for record in records:
            job = self._begin(record.dagster_run.job_name)
            state = record.dagster_run.status.value.lower()
            gauges.set(RUNS_ACTIVE, (gauges.get(RUNS_ACTIVE, job, state) or 0) + 1, job, state)
            if record.dagster_run.status is dg.DagsterRunStatus.QUEUED:
                _keep_oldest(gauges, record.create_timestamp.timestamp())
            elif record.start_time is not None:
                earlier = gauges.get(STARTED_SINCE, job)
                since = record.start_time if earlier is None else min(earlier, record.start_time)
                gauges.set(STARTED_SINCE, since, job)
        return gauges


def _keep_oldest(gauges: Gauges, moment: float) -> None:
    earlier = gauges.get(QUEUED_SINCE)
    gauges.set(QUEUED_SINCE, moment if earlier is None else min(earlier, moment))
