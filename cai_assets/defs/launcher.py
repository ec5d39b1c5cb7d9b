"""A run launcher that notices when a run's process is gone.

Dagster's own launcher starts each run as a child of the code server and has no health check:
after a crash of both a run stays "started", with its slots, until its longest time is over. Named
in `dagster.yaml`; the daemon's run monitoring asks `check_run_worker_health` at each poll.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

if TYPE_CHECKING:
    from dagster._grpc.client import DagsterGrpcClient

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
_PATIENCE_SECONDS = 180.0
"""How long a code server on another machine may be away before its runs count as lost."""

_CLOCK_SECONDS = 2.0
"""A process whose number was taken over began later than the run's; clocks are not finer."""


@dataclass(frozen=True, slots=True)
class Worker:
    """The process of a run: its number, and when it said so, in seconds since the epoch."""

    pid: int
    told: float

    def alive(self) -> bool:
        """Whether this very process still works."""
        return self.process() is not None

    def ended(self) -> bool:
        """Whether no process has this number, or only a dead one that nobody has asked about."""
        import psutil

        try:
            return bool(psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return True

    def process(self) -> Any | None:
        """The process, unless it has ended or its number belongs to another by now."""
        import psutil

        try:
            if self.ended():
                return None
            process = psutil.Process(self.pid)
            # The clock may have been set since; then ten years of difference prove nothing,
            # but a process that began before it spoke is certainly the one.
            return process if process.create_time() <= self.told + _CLOCK_SECONDS else None
        except psutil.NoSuchProcess:
            return None


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's launcher, with a health check and with a way to stop what a code server left."""

    def __init__(self, inst_data: Any = None) -> None:
        super().__init__(inst_data)
        self._away_since: dict[str, float] = {}

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Run monitoring asks only launchers that say so."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Ask the code server; if it does not know the run, look for the process itself."""
        client = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if client is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING)  # finished, or not launched yet
        known = _works_on(client, run.run_id)
        worker = worker_of(self._instance, run.run_id) if _is_local(run) else None
        if known:
            self._away_since.pop(run.run_id, None)
            if worker is None or not worker.ended():
                return CheckRunHealthResult(WorkerStatus.RUNNING)
            return CheckRunHealthResult(
                WorkerStatus.FAILED,
                "the process of the run has ended, unnoticed by its code server",
            )
        if _is_local(run):
            if worker is not None and worker.alive():
                return CheckRunHealthResult(WorkerStatus.RUNNING)
            return CheckRunHealthResult(WorkerStatus.FAILED, "the process of the run has ended")
        if known is None:
            since = self._away_since.setdefault(run.run_id, time.monotonic())
            if time.monotonic() - since < _PATIENCE_SECONDS:
                return CheckRunHealthResult(WorkerStatus.RUNNING, "the code server is away")
            return CheckRunHealthResult(
                WorkerStatus.FAILED,
                f"the code server has not answered for {_PATIENCE_SECONDS:.0f} s",
            )
        return CheckRunHealthResult(
            WorkerStatus.FAILED, "the code server was started anew and does not know the run"
        )

    def terminate(self, run_id: str) -> bool:
        """End the run through the code server, or its process where that server is gone."""
        run = self._instance.get_run_by_id(run_id)
        try:
            ended = bool(super().terminate(run_id))  # type: ignore[no-untyped-call]
        except dg.DagsterError:
            ended = False
        if ended or run is None or not _is_local(run):
            return ended
        worker = worker_of(self._instance, run_id)
        process = None if worker is None else worker.process()
        if process is None:
            return False
        # Dagster ends a run at this signal in good order; Windows has none for one process.
        process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)
        return True


def worker_of(instance: dg.DagsterInstance, run_id: str) -> Worker | None:
    """The process that said it works on the run; None before it has said so."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        event = entry.dagster_event
        if event is None or event.step_key is not None:
            continue
        pid = event.engine_event_data.metadata.get("pid")
        if pid is not None and (event.message or "").startswith("Started process for run"):
            return Worker(int(str(pid.value)), entry.timestamp)
    return None


def _works_on(client: DagsterGrpcClient, run_id: str) -> bool | None:
    """Whether the code server has the run among its own; None if it does not answer."""
    try:
        answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run_id), timeout=5)
    except dg.DagsterError:
        return None
    return deserialize_value(answer, CanCancelExecutionResult).can_cancel


def _is_local(run: dg.DagsterRun) -> bool:
    """Whether the code server that launched the run shares our processes' numbers.

    Servers of containers have names of their own, so loopback means the same machine.
    """
    place = json.loads(run.tags.get(GRPC_INFO_TAG, "{}"))
    return bool(place.get("socket")) or place.get("host") in _LOCAL
