"""Steps on two Celery workers: one killed with -9 while it works costs time and nothing else.

`CAI_TEST_SCALING=10` uploads ten configurations at once; by default it is two.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from dagster._serdes import serialize_value

from cai_assets.defs.jobs import GROUPS
from cai_assets.defs.names import BUILD_CONFIGURATION
from cai_assets.defs.partitions import PARTITION_TAG
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.knowledge.storage import folders
from cai_assets.site.schema import GROUP as DOCUMENTATION
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.integration.stack import PYTHON, Stack, needs, wait

pytest.importorskip("dagster_celery")
pytestmark = needs("initdb", "postgres", "redis-server")

COUNT = int(os.environ.get("CAI_TEST_SCALING", "2"))
WORKERS = ("one", "two")
LEASE_SECONDS = 5
PATIENCE_SECONDS = 180 + 120 * COUNT
PASSWORD = "planted-in-the-broker"
APP = "cai_assets.defs.scaling.celery_worker"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An installation whose steps run on two workers."""
    folder = tmp_path_factory.mktemp("scaling")
    made = Stack(folder, postgres=True)
    made.settings = {
        "CAI_EXECUTOR": "celery",
        "CAI_CELERY_BROKER": f"redis://:{PASSWORD}@127.0.0.1:{made.port('redis')}/0",
        "CAI_CELERY_LEASE": str(LEASE_SECONDS),
        "CAI_WORKERS": "1",
        "CAI_STEPS": "1",
    }
    with made:
        made.start("redis")
        require_password(made.port("redis"))
        for name in WORKERS:
            start_worker(made, name)
        made.start("code")
        stop_training(made)
        made.start("daemon")
        for name in WORKERS:
            ready = f"{name}@here ready."
            wait(lambda: ready in log_of(made, name), 90, f"worker {name}")  # noqa: B023
        yield made


def require_password(port: int) -> None:
    """From now on this Redis wants the password."""
    from redis import Redis

    with Redis(host="127.0.0.1", port=port) as client:
        client.config_set("requirepass", PASSWORD)


def start_worker(stack: Stack, name: str) -> None:
    """Start a worker, without waiting until it takes steps."""
    command = [PYTHON, "-m", "celery", "-A", APP, "worker", "-n", f"{name}@here", "-l", "INFO"]
    stack.add(name, command)


def stop_training(stack: Stack) -> None:
    """Let nothing be learned here: what is asked is whether builds end."""
    command = [
        PYTHON, "-m", "dagster", "sensor", "stop", "retrain_when_changed",
        "-w", str(stack.workspace),
    ]  # fmt: skip
    done = subprocess.run(
        command, env=stack.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def log_of(stack: Stack, worker: str) -> str:
    """What a worker has said."""
    return (stack.logs / f"{worker}.log").read_text(encoding="utf-8")


def steps_of(stack: Stack, worker: str, *what: str) -> set[str]:
    """Ids of the steps of which a worker says one of these words."""
    words = "|".join(what)
    return set(re.findall(rf"Task execute_plan\[([^\]]+)\] (?:{words})", log_of(stack, worker)))


def configuration(folder: Path, name: str) -> Path:
    """A project called `name`, with something for every analysis to look at."""
    project = EdtProject(folder / name, name)
    project.object("Catalog", "Товары")
    project.common_module(f"Работа{name}", "Процедура Начать() Экспорт\nКонецПроцедуры\n")
    return project.root


def test_all_builds_end_complete_though_a_worker_is_killed(stack: Stack, tmp_path: Path) -> None:
    names = [f"Проверка{number}" for number in range(COUNT)]
    sources = [configuration(tmp_path, name) for name in names]
    began = time.monotonic()
    for source in sources:
        stack.upload(source)

    def at_work() -> set[str]:
        return steps_of(stack, "one", "received") - steps_of(stack, "one", "succeeded", "raised")

    held = wait(at_work, PATIENCE_SECONDS, "a step on a worker", every=0.05)
    victim = stack.programs["one"].process
    assert victim is not None
    helpers = psutil.Process(victim.pid).children(recursive=True)
    stack.kill("one")
    _, alive = psutil.wait_procs(helpers, timeout=30)
    assert not alive, "processes of a killed worker go on working"

    def ended() -> bool:
        runs = stack.runs(job_name=BUILD_CONFIGURATION)
        done = {run.tags[PARTITION_TAG] for run in runs if run.is_success}
        return len(done) == COUNT and all(run.is_finished for run in runs)

    wait(ended, PATIENCE_SECONDS, "all builds to end green", every=1)
    print(f"{COUNT} builds in {time.monotonic() - began:.0f} s, a worker killed on the way")

    assert held <= steps_of(stack, "two", "succeeded"), "what it held was given to the other one"
    snapshots = Snapshots(stack.cai_settings().tables)
    assert len(snapshots.configurations()) == COUNT
    for name in snapshots.configurations():
        current = snapshots.current(name)
        assert current is not None
        assert set(folders(current.folder)) == {*GROUPS, DOCUMENTATION}


def test_the_password_of_the_broker_is_nowhere_to_be_read(stack: Stack) -> None:
    runs = stack.runs(job_name=BUILD_CONFIGURATION)
    with stack.instance() as instance:
        for run in runs:
            assert PASSWORD not in str(run.tags) + str(run.run_config)
            told = instance.all_logs(run.run_id)
            assert told
            assert not [entry for entry in told if PASSWORD in serialize_value(entry)]
    for log in stack.logs.iterdir():
        assert PASSWORD not in log.read_text(encoding="utf-8", errors="replace"), log.name
