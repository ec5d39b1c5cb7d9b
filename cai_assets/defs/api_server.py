"""Dagster's code server, changed: its runs are forks, and it outlives that the storage is away."""

from __future__ import annotations

import logging
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from typing import Any

from cai_assets.defs.executors import PRELOAD, work_on_run
from cai_assets.defs.forks import fork_server

_SERVER = "dagster._grpc.server"
_log = logging.getLogger(__name__)


def outlive_storage() -> None:
    """Let the code server of this process, if it is one, go on looking after its runs.

    Each second it looks for runs whose process has ended, and tells the storage. Dagster's own
    look ends for good with the first error: a database that is restarted just then would leave
    all later dead runs "started". Does nothing where no code server is loaded; may be called
    again.
    """
    module = sys.modules.get(_SERVER)
    server: Any = getattr(module, "DagsterApiServer", None)
    look = getattr(server, "_check_for_orphaned_runs", None)
    if look is None or hasattr(look, "patient"):
        return

    def patient(self: Any) -> None:
        try:
            look(self)
        except Exception as error:
            _log.warning("Runs cannot be looked after now, next try in a second: %s", error)

    patient.patient = True  # type: ignore[attr-defined]
    server._check_for_orphaned_runs = patient


class RunProcesses:
    """What Dagster's code server asks a context of `multiprocessing` for, with runs as forks."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")

    def Queue(self) -> Any:
        """What a run tells the server through."""
        return self._context.Queue()

    def Event(self) -> Any:
        """What the server asks a run to end with."""
        return self._context.Event()

    def Process(self, target: Callable[..., None], args: Sequence[Any]) -> Any:
        """The process of a run."""
        return self._context.Process(target=work_on_run, args=(target, *args))


def fork_runs() -> None:
    """Let the code server that this process becomes fork its runs; call it before any thread.

    A process that loads all that runs and steps need is forked off; each run is a fork of that
    one and begins in milliseconds, where Dagster's own code server starts an interpreter that
    imports for seconds. Where no fork is possible nothing changes. May be called again.
    """
    from dagster._grpc.server import DagsterApiServer

    server: Any = DagsterApiServer
    if hasattr(server, "_mp_ctx") or not fork_server([PRELOAD]):
        return
    processes = RunProcesses()
    # Its constructor sets a context that spawns; nothing else names it.
    server._mp_ctx = property(lambda _: processes, lambda _, __: None)
