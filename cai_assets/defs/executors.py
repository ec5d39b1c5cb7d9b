"""Where steps run. By default a process per step, started fast: from a forkserver that has done
a step's imports already. Windows has no forkserver and spawns. See `docs/dagster.md` for how these
processes begin, `docs/scaling.md` for steps on other machines.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import dagster as dg

from cai_assets.defs.forks import RUN, call_this_process, end_with_server, fork_server

if TYPE_CHECKING:
    from cai_assets.settings import Settings

PRELOAD = "cai_assets.defs.preload"
PRELOAD_STEPS = "cai_assets.defs.preload_steps"
PRELOAD_LEARNING = "cai_assets.defs.preload_learning"

_STEPS, _LEARNING = "step_processes", "learning_processes"
_PRELOADS = {_STEPS: (PRELOAD_STEPS,), _LEARNING: (PRELOAD_STEPS, PRELOAD_LEARNING)}
"""Modules that the forkserver of a run imports, by the executor of the run's job."""

_DAGSTERS = "dagster._core.executor.multiprocess"
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


def step_processes(max_concurrent: int) -> dg.ExecutorDefinition:
    """An executor that runs up to `max_concurrent` steps at a time, each in its own process."""
    return _executor(_STEPS, max_concurrent)


def learning_processes(max_concurrent: int) -> dg.ExecutorDefinition:
    """The same for steps that learn: scikit-learn takes each of them a second to import."""
    return _executor(_LEARNING, max_concurrent)


def start_method(executor: str) -> dict[str, Any]:
    """The run config of an executor's `start_method` for this platform."""
    if _has_forkserver():
        return {"forkserver": {"preload_modules": list(_PRELOADS[executor])}}
    return {"spawn": {}}


def _executor(name: str, max_concurrent: int) -> dg.ExecutorDefinition:
    return dg.multiprocess_executor.configured(
        {"max_concurrent": max_concurrent, "start_method": start_method(name)}, name=name
    )


def work_on_run(target: Callable[..., None], arguments: Any, job: Any, *more: Any) -> None:
    """In the process of a run, which is a fork: start the forkserver of its steps, call `target`.

    `job` is Dagster's reconstructable job. The server is a fork too, made before the run has its
    first thread; it loads what is special to these steps while the run plans them.
    """
    call_this_process(RUN)
    end_with_server()
    # A fault in the definitions is for Dagster to report.
    with contextlib.suppress(Exception):
        modules = _PRELOADS.get(job.get_definition().executor_def.name)
        if modules is not None:
            fork_server([_DAGSTERS, *modules])
    target(arguments, job, *more)


def warm_up() -> None:
    """Start the forkserver now if this process is about to run a job and has not loaded it all.

    Its preload then passes while this process still loads definitions and makes its plan. The
    executor finds the server running and takes it.
    """
    # The settings are not read for this: they take as long as a part of what passes meanwhile.
    elsewhere = os.environ.get("CAI_EXECUTOR", _HERE) not in ("", _HERE)
    # Forks of what has loaded it all would import it once more, beside the work.
    is_fork = PRELOAD in sys.modules
    if elsewhere or is_fork or not (_has_forkserver() and _runs_a_job()):
        return
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload([_DAGSTERS, PRELOAD_STEPS])
    forkserver.ensure_running()


def _has_forkserver() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


def _runs_a_job() -> bool:
    """Whether Dagster made this process for a run: a code server spawns one for each."""
    if multiprocessing.parent_process() is not None:
        return True
    program = PurePath(sys.argv[0]) if sys.argv else PurePath()
    return "dagster" in (program.name, program.parent.name) and bool(_RUNS & set(sys.argv[1:3]))
