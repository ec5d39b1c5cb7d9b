"""The application of a Celery worker: `celery -A cai_assets.defs.scaling.celery_worker worker`.

`cai worker` starts the same. The worker's main process imports what steps need once and forks
the processes that run them. It is not imported by anything that only hands steps out.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import multiprocessing.process
import os
import threading
import time
from typing import Any

import dagster as dg
from celery import Celery, Task, bootsteps, signals
from celery.exceptions import Ignore
from dagster._grpc.types import ExecuteStepArgs
from dagster._serdes import unpack_value
from dagster_celery.config import DEFAULT_CONFIG, dict_wrapper
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task
from kombu.entity import Queue

from cai_assets.defs.executors import PRELOAD, PRELOAD_LEARNING
from cai_assets.defs.scaling.celery_app import app_arguments
from cai_assets.defs.scaling.places import QUEUES, TRAINING_QUEUE
from cai_assets.settings import Settings

MOST_BEGINNINGS = 3
"""Times a step is begun whose worker dies each time, before its run fails."""

_RENEWALS = 4
"""Renewals within a lease."""

_log = logging.getLogger(__name__)


class StepTask(Task):  # type: ignore[misc]
    """A step of a run, as far as it still makes sense to run it."""

    resultrepr_maxsize = 60
    """Characters of what a step returned that the log shows: it is events that Dagster has."""

    def before_start(self, task_id: str, args: tuple[object, ...], kwargs: dict[str, Any]) -> None:
        """Leave a step alone whose run is over; give up one that kills its workers.

        A delivery may come late: after its run was cancelled, or was given up and repeated.
        """
        step = unpack_value(kwargs["execute_step_args_packed"], as_type=ExecuteStepArgs)
        (key,) = step.step_keys_to_execute or ("",)
        assert step.instance_ref is not None
        with dg.DagsterInstance.from_ref(step.instance_ref) as instance:
            run = instance.get_run_by_id(step.run_id)
            if run is None or run.is_finished:
                raise Ignore(f"run {step.run_id} is over")
            if self.request.delivery_info.get("redelivered"):
                begun = beginnings(instance, step.run_id, key)
                _log.warning("Step %s of run %s is begun again", key, step.run_id)
                if begun >= MOST_BEGINNINGS:
                    raise StepLost(key, begun)


class StepLost(Exception):
    """A step was begun several times, and each time its process or worker died."""

    def __init__(self, step: str, begun: int) -> None:
        super().__init__(
            f"{step} was begun {begun} times and its process died each time, most often for "
            "want of memory; look at the log of the worker and of the kernel, give the worker "
            "more memory or lower CAI_STEPS and CAI_WORKERS there"
        )


def beginnings(instance: dg.DagsterInstance, run_id: str, step: str) -> int:
    """How often a step of a run has been begun."""
    started = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_START)
    return sum(entry.step_key == step for entry in started)


class Leases(bootsteps.StartStopStep):  # type: ignore[misc]
    """Renews the leases of the steps that this worker holds, where the broker is Redis.

    A lease is short, so that a dead worker's steps are soon given to another; without renewal
    every step that takes longer would be given away too.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        """Renew from now on, several times within a lease."""
        held = consumer.task_consumer.channel.qos
        self._timer = None
        if hasattr(held, "unacked_index_key"):
            seconds = held.visibility_timeout / _RENEWALS
            self._timer = consumer.timer.call_repeatedly(seconds, renew, (held,))

    def stop(self, consumer: Any) -> None:
        """Renew no longer: steps that are still held go to other workers in time."""
        if self._timer is not None:
            self._timer.cancel()


def renew(held: Any) -> None:
    """Renew the leases in `held`, the unacknowledged messages of a channel to Redis."""
    now = time.time()
    leases = dict.fromkeys(list(held._delivered), now)
    if not leases:
        return
    try:
        with held.channel.conn_or_acquire() as client:
            # Only those that are still ours: what was acknowledged must not come back.
            client.zadd(held.unacked_index_key, leases, xx=True)
    except held.channel.connection_errors as error:
        _log.warning("Leases are not renewed now: %s", error)


def worker_app(settings: Settings) -> Celery:
    """The application for these settings. Raises NotPrepared that says what is missing."""
    arguments = app_arguments(settings)
    configuration = {**DEFAULT_CONFIG, **arguments.pop("config_source")}
    made = make_app({**arguments, "config_source": dict_wrapper(configuration)})
    made.conf.task_queues = [*made.conf.task_queues, Queue(
        TRAINING_QUEUE, routing_key=f"{TRAINING_QUEUE}.#", queue_arguments={"x-max-priority": 10}
    )]  # fmt: skip
    assert {queue.name for queue in made.conf.task_queues} == set(QUEUES)
    made.steps["consumer"].add(Leases)
    create_task(made, base=StepTask)
    return made


@signals.worker_init.connect  # type: ignore[untyped-decorator]
def _import_for_steps(**_: object) -> None:
    """Import once what each step would import; the processes are forked from this one."""
    for name in (PRELOAD, PRELOAD_LEARNING):
        importlib.import_module(name)


_MAIN_PROCESS: Any = multiprocessing.current_process()


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]
def _begin_process(**_: object) -> None:
    """Let a process of the worker have children, and end at once with its worker."""
    # Celery's own multiprocessing puts a process there that may start none and whose key the
    # standard library cannot pass on; steps parse and render in processes of their own.
    multiprocessing.process._current_process = _MAIN_PROCESS  # type: ignore[attr-defined]
    worker = os.getppid()

    def watch() -> None:
        while os.getppid() == worker:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, name="ends with its worker", daemon=True).start()


app = worker_app(Settings())
