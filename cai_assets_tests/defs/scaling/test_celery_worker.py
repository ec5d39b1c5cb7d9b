"""A worker: no step is lost with it, none is begun for a run that is over or without end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from pydantic import SecretStr

from cai_assets.settings import Settings

pytest.importorskip("dagster_celery")
if sys.platform == "win32":
    pytest.skip("workers of Celery need Linux or macOS", allow_module_level=True)

from celery.exceptions import Ignore

from cai_assets.defs.scaling.celery_app import app_arguments

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def worker() -> Iterator[Any]:
    """The module of workers, as a worker with a broker in its environment imports it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAI_CELERY_BROKER", "redis://127.0.0.1:9/0")
        from cai_assets.defs.scaling import celery_worker

        yield celery_worker


def test_a_step_is_acknowledged_when_it_is_done_and_none_is_taken_ahead(worker: Any) -> None:
    made = worker.worker_app(Settings(celery_broker=SecretStr("redis://127.0.0.1:9/0"), steps=3))
    task = made.tasks["execute_plan"]
    assert task.acks_late
    assert task.reject_on_worker_lost
    assert made.conf.worker_prefetch_multiplier == 1
    assert made.conf.worker_concurrency == 3
    assert made.conf.worker_pool == "prefork"
    assert made.conf.accept_content == ["json"]
    assert {queue.name for queue in made.conf.task_queues} == {"dagster", "training"}


def test_a_lease_is_as_long_as_the_setting_says() -> None:
    given = Settings(celery_broker=SecretStr("redis://127.0.0.1:9/0"), celery_lease=30)
    options = app_arguments(given)["config_source"]["broker_transport_options"]
    assert options["visibility_timeout"] == 30
    assert options["unacked_restore_interval"] == 5
    assert options["unacked_restore_throttle"] == 1


def test_leases_of_unacknowledged_steps_are_renewed_and_of_no_others(worker: Any) -> None:
    renewed: list[tuple[str, set[str], bool]] = []

    class Client:
        def zadd(self, key: str, leases: dict[str, float], *, xx: bool) -> None:
            renewed.append((key, set(leases), xx))

        def __enter__(self) -> Client:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    channel = SimpleNamespace(conn_or_acquire=Client, connection_errors=(OSError,))
    held = SimpleNamespace(_delivered={"a": 1, "b": 2}, unacked_index_key="index", channel=channel)
    worker.renew(held)
    worker.renew(SimpleNamespace(**{**vars(held), "_delivered": {}}))
    assert renewed == [("index", {"a", "b"}, True)]


@dg.op
def work() -> None:
    pass


@dg.job
def some_job() -> None:
    work()


@pytest.fixture
def begin(
    worker: Any, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """Deliver a step of a run of this history; the second argument: not for the first time."""
    home = tmp_path_factory.mktemp("history")
    with dg.DagsterInstance.local_temp(str(home)) as instance:
        step = SimpleNamespace(
            run_id="", step_keys_to_execute=["work"], instance_ref=instance.get_ref()
        )
        monkeypatch.setattr(worker, "unpack_value", lambda *_, **__: step)

        def deliver(run: dg.DagsterRun, redelivered: bool) -> None:
            step.run_id = run.run_id
            task = SimpleNamespace(
                request=SimpleNamespace(delivery_info={"redelivered": redelivered})
            )
            worker.StepTask.before_start(task, "id", (), {"execute_step_args_packed": {}})

        yield SimpleNamespace(deliver=deliver, instance=instance)


def _run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    return instance.create_run_for_job(some_job, status=status)


def test_a_step_of_a_run_that_is_over_is_left_alone(begin: Any) -> None:
    begin.deliver(_run(begin.instance, dg.DagsterRunStatus.STARTED), False)
    with pytest.raises(Ignore, match="is over"):
        begin.deliver(_run(begin.instance, dg.DagsterRunStatus.FAILURE), False)


def test_a_step_that_kills_its_workers_is_given_up(begin: Any, worker: Any) -> None:
    run = _run(begin.instance, dg.DagsterRunStatus.STARTED)
    for times in range(worker.MOST_BEGINNINGS):
        begin.deliver(run, True)
        event = dg.DagsterEvent(
            event_type_value=dg.DagsterEventType.STEP_START.value,
            job_name=run.job_name,
            step_key="work",
            message=f"begun {times}",
        )
        begin.instance.report_dagster_event(event, run.run_id)
    with pytest.raises(worker.StepLost, match="begun 3 times"):
        begin.deliver(run, True)


def test_a_process_of_a_worker_may_have_processes_of_its_own(tmp_path: Path) -> None:
    code = (
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from billiard.pool import Pool\n"
        "from cai_assets.defs.scaling.celery_worker import _begin_process\n"
        "from cai_assets.knowledge.pool import context\n"
        "def step():\n"
        "    with ProcessPoolExecutor(2, mp_context=context()) as pool:\n"
        "        return list(pool.map(abs, [-1, -2]))\n"
        "if __name__ == '__main__':\n"
        "    with Pool(1, initializer=_begin_process) as pool:\n"
        "        print(pool.apply_async(step).get(timeout=60))\n"
    )
    (tmp_path / "worker.py").write_text(code, encoding="utf-8")
    variables = {"PYTHONPATH": str(REPOSITORY), "CAI_CELERY_BROKER": "redis://127.0.0.1:9/0"}
    done = subprocess.run(
        [sys.executable, "worker.py"], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, **variables},
    )  # fmt: skip
    assert done.stdout.strip() == "[1, 2]", done.stderr
