"""Forkservers that are forks: what they share, what they leave, and who ends with whom."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import subprocess
import sys
import time
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import psutil
import pytest

from cai_assets.defs.executors import PRELOAD, PRELOAD_LEARNING, work_on_run
from cai_assets.defs.forks import RUN, STEP, can_fork, fork_server

REPOSITORY = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not can_fork(), reason="processes are not forked on this system")

KNOWN: list[str] = []
"""What a process was told before it forked."""


# --- what the processes of these tests do ---------------------------------------------------


def tell(pipe: Any) -> None:
    """A process that tells about itself."""
    me = psutil.Process()
    server = me.parent()
    parent = multiprocessing.parent_process()
    pipe.send(
        {
            "known": KNOWN,
            "name": me.name(),
            "server": None if server is None else server.pid,
            "parent": None if parent is None else parent.pid,
            "files": sorted(file.path for file in me.open_files()),
            "learning": PRELOAD_LEARNING in sys.modules,
        }
    )


def ask() -> dict[str, Any]:
    """What a new process of this process's forkserver tells."""
    context = multiprocessing.get_context("forkserver")
    here, there = context.Pipe()
    process = context.Process(target=tell, args=(there,))
    process.start()
    there.close()
    assert here.poll(60)
    told: dict[str, Any] = here.recv()
    process.join(60)
    assert process.exitcode == 0
    return told


def begin_run(_: object, job: object, pipe: Any) -> None:
    """A run that starts a step."""
    assert job is not None
    step = ask()
    tell(pipe)
    pipe.send(step)


class Job:
    """As much of Dagster's reconstructable job as is asked."""

    def __init__(self, executor: str) -> None:
        self.executor = executor

    def get_definition(self) -> Job:
        return self

    @property
    def executor_def(self) -> Job:
        return self

    @property
    def name(self) -> str:
        return self.executor


def sleep_for_ever(folder: str) -> None:
    """A step that would never end by itself."""
    Path(folder, f"step-{os.getpid()}").touch()
    time.sleep(600)


def begin_endless(_: object, __: object, folder: str) -> None:
    """A run whose step never ends."""
    context = multiprocessing.get_context("forkserver")
    step = context.Process(target=sleep_for_ever, args=(folder,))
    step.start()
    step.join()


# --- the scene, in an interpreter of its own -------------------------------------------------


def main(folder: str) -> dict[str, Any]:
    """What happens, in the order in which it can happen in one process."""
    importlib.import_module(PRELOAD)
    KNOWN.append("before the fork")
    with open(__file__, encoding="utf-8"):
        assert fork_server([])
        told: dict[str, Any] = {"me": os.getpid(), "shares": ask()}
    told["server"] = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    for executor in ("step_processes", "learning_processes"):
        told[executor] = run_and_step(executor)
    address = forkserver._forkserver._forkserver_address  # type: ignore[attr-defined]
    told["sockets"] = os.listdir(Path(address).parent)
    for victim in ("run", "server of step", "server of run"):
        told[f"{victim} killed"] = left_after(victim, Path(folder, victim))
    told["afterwards"] = ask()
    return told


def run_and_step(executor: str) -> dict[str, Any]:
    """What a run and its step tell."""
    context = multiprocessing.get_context("forkserver")
    here, there = context.Pipe()
    run = context.Process(target=work_on_run, args=(begin_run, "", Job(executor), there))
    run.start()
    assert here.poll(120)
    told = {"run": here.recv(), "step": here.recv(), "pid": run.pid}
    run.join(60)
    return {**told, "exitcode": run.exitcode}


def left_after(victim: str, folder: Path) -> list[str]:
    """Who still lives after `victim` of a run with a step was killed."""
    folder.mkdir()
    context = multiprocessing.get_context("forkserver")
    job = Job("step_processes")
    run = context.Process(target=work_on_run, args=(begin_endless, "", job, str(folder)))
    run.start()
    assert run.pid is not None
    deadline = time.monotonic() + 120
    while not list(folder.glob("step-*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (name,) = os.listdir(folder)
    line = {
        "run": psutil.Process(run.pid),
        "step": psutil.Process(int(name.partition("-")[2])),
    }
    for one in ("run", "step"):
        server = line[one].parent()
        assert server is not None
        line[f"server of {one}"] = server
    time.sleep(0.5)
    line[victim].kill()
    run.join(30)
    assert run.exitcode is not None
    if victim != "server of run":
        del line["server of run"]  # it serves the next run
    deadline = time.monotonic() + 20
    while (left := [name for name in line if lives(line[name])]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def lives(process: psutil.Process) -> bool:
    """Asked without taking note of its end, which is for the library to do."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the scene tells; all its processes have ended then."""
    home = tmp_path_factory.mktemp("forks")
    code = (
        "import json, sys\n"
        "from cai_assets_tests.defs.test_forks import main\n"
        "print(json.dumps(main(sys.argv[1])))\n"
    )
    variables = {**os.environ, "CAI_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        # From 3.12 on Python warns when a process with threads forks.
        [sys.executable, "-W", "error::DeprecationWarning:cai_assets", "-c", code, str(home)],
        capture_output=True, text=True, cwd=REPOSITORY, env=variables, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


# --- what holds -----------------------------------------------------------------------------


def test_processes_have_what_their_parent_had_loaded_but_not_its_files(told: Any) -> None:
    assert told["shares"]["known"] == ["before the fork"]
    assert told["shares"]["files"] == []
    assert told["shares"]["server"] == told["server"]
    assert told["shares"]["parent"] == told["me"]


@pytest.mark.parametrize(
    ("executor", "learns"), [("step_processes", False), ("learning_processes", True)]
)
def test_a_run_has_a_server_for_its_steps(executor: str, learns: bool, told: Any) -> None:
    run, step = told[executor]["run"], told[executor]["step"]
    assert told[executor]["exitcode"] == 0
    assert (run["name"], run["parent"], run["server"]) == (RUN, told["me"], told["server"])
    assert (step["name"], step["parent"]) == (STEP, told[executor]["pid"])
    assert run["server"] != step["server"]
    assert step["known"] == run["known"] == ["before the fork"]
    assert step["learning"] is learns
    assert run["learning"] is False


def test_a_run_leaves_no_socket(told: Any) -> None:
    assert len(told["sockets"]) == 1, told["sockets"]


@pytest.mark.parametrize("victim", ["run", "server of step", "server of run"])
def test_steps_end_with_their_run_and_all_with_their_server(victim: str, told: Any) -> None:
    assert told[f"{victim} killed"] == []


def test_a_server_that_died_is_followed_by_one_of_the_library(told: Any) -> None:
    assert told["afterwards"]["known"] == []
    assert told["afterwards"]["server"] != told["server"]
