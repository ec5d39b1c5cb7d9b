"""Where steps run. By default a process per step, started fast: from a forkserver that has done
a step's imports already. Windows has no forkserver and spawns. See `docs/dagster.md` for the
measured difference, `docs/scaling.md` for steps on other machines.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    from cai_assets.settings import Settings

PRELOAD = "cai_assets.defs.preload"
PRELOAD_LEARNING = "cai_assets.defs.preload_learning"

_HERE = "processes"
_RUNS = frozenset({"execute", "execute_run"})
"""`dagster job execute`, and `dagster api execute_run` of run launchers."""


def executors(settings: Settings) -> tuple[dg.ExecutorDefinition, dg.ExecutorDefinition]:
    """What runs the steps of builds, and those that learn.

    Raises NotPrepared if what `CAI_EXECUTOR` names is not installed or not set.
    """
    match settings.executor:
        case "celery":
            from cai_assets.defs.scaling.celery_app import celery_steps

            executor = celery_steps(settings)
            return executor, executor
        case "kubernetes":
            from cai_assets.defs.scaling.kubernetes import pod_steps

            executor = pod_steps(settings)
            return executor, executor
    return step_processes(settings.steps), learning_processes(settings.steps)


def start_method(*more: str) -> dict[str, Any]:
    """The run config of the executor's `start_method` for this platform.

    `more` are modules that the forkserver imports beside `PRELOAD`.
    """
    if _has_forkserver():
        return {"forkserver": {"preload_modules": [PRELOAD, *more]}}
    return {"spawn": {}}


def step_processes(max_concurrent: int) -> dg.ExecutorDefinition:
    """An executor that runs up to `max_concurrent` steps at a time, each in its own process."""
    return _executor("step_processes", max_concurrent)


def learning_processes(max_concurrent: int) -> dg.ExecutorDefinition:
    """The same for steps that learn: scikit-learn takes each of them a second to import."""
    return _executor("learning_processes", max_concurrent, PRELOAD_LEARNING)


def _executor(name: str, max_concurrent: int, *more: str) -> dg.ExecutorDefinition:
    return dg.multiprocess_executor.configured(
        {"max_concurrent": max_concurrent, "start_method": start_method(*more)}, name=name
    )


def warm_up() -> None:
    """Start the forkserver now if this process is about to run a job.

    Its preload then passes while this process still loads definitions and makes its plan. The
    executor finds the server running and takes it.
    """
    # The settings are not read for this: they take as long as a part of what passes meanwhile.
    elsewhere = os.environ.get("CAI_EXECUTOR", _HERE) not in ("", _HERE)
    # A step is a fork of such a server: another one would import all of it beside the step's work.
    is_step = PRELOAD in sys.modules
    if elsewhere or is_step or not (_has_forkserver() and _runs_a_job()):
        return
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(["dagster._core.executor.multiprocess", PRELOAD])
    forkserver.ensure_running()


def _has_forkserver() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


def _runs_a_job() -> bool:
    """Whether Dagster made this process for a run: a code server spawns one for each."""
    if multiprocessing.parent_process() is not None:
        return True
    program = PurePath(sys.argv[0]) if sys.argv else PurePath()
    return "dagster" in (program.name, program.parent.name) and bool(_RUNS & set(sys.argv[1:3]))
