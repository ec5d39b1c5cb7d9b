"""Forkservers that are forks: what they share, what they leave, and who ends with whom."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import psutil
import pytest

from cai_assets.defs.executors import PRELOAD_LEARNING, work_on_run
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


# --- scenes, each in an interpreter of its own ----------------------------------------------


def scene_shares(_: str) -> object:
    KNOWN.append("before the fork")
    with open(__file__, encoding="utf-8"):
        assert fork_server(["cai_assets.defs.keys"])
        first = ask()
    server = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    return [first, server, os.getpid()]


def scene_dies(_: str) -> object:
    KNOWN.append("before the fork")
    fork_server([])
    first = ask()
    os.kill(first["server"], signal.SIGKILL)
    time.sleep(0.5)
    return [first, ask()]


def scene_run(executor: str) -> object:
    fork_server([])
    context = multiprocessing.get_context("forkserver")
    here, there = context.Pipe()
    run = context.Process(target=work_on_run, args=(begin_run, "", Job(executor), there))
    run.start()
    assert here.poll(120)
    told = [here.recv(), here.recv(), run.pid, os.getpid()]
    run.join(60)
    return [*told, run.exitcode]


def scene_killed(argument: str) -> object:
    victim, _, folder = argument.partition(":")
    fork_server([])
    context = multiprocessing.get_context("forkserver")
    job = Job("step_processes")
    run = context.Process(target=work_on_run, args=(begin_endless, "", job, folder))
    run.start()
    assert run.pid is not None
    deadline = time.monotonic() + 120
    while not list(Path(folder).glob("step-*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (name,) = os.listdir(folder)
    step = psutil.Process(int(name.partition("-")[2]))
    line = {"run": psutil.Process(run.pid), "step": step}
    for one in ("run", "step"):
        server = line[one].parent()
        assert server is not None
        line[f"server of {one}"] = server
    time.sleep(0.5)
    line[victim].kill()
    run.join(20)
    below = [one for name, one in line.items() if name != "server of run"]
    _, alive = psutil.wait_procs(below, timeout=20)
    return [run.exitcode, len(alive)]


SCENES: dict[str, Callable[[str], object]] = {
    one.__name__: one for one in (scene_shares, scene_dies, scene_run, scene_killed)
}


def play(scene: Callable[[str], object], home: Path, argument: str = "") -> Any:
    """What the scene returns; all its processes have ended then."""
    code = (
        "import json, sys\n"
        "from cai_assets_tests.defs.test_forks import SCENES\n"
        f"print(json.dumps(SCENES[{scene.__name__!r}](sys.argv[1])))\n"
    )
    variables = {**os.environ, "CAI_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:cai_assets", "-c", code, argument],
        capture_output=True, text=True, cwd=REPOSITORY, env=variables, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# --- what holds -----------------------------------------------------------------------------


def test_processes_have_what_their_parent_had_loaded_but_not_its_files(tmp_path: Path) -> None:
    told, server, me = play(scene_shares, tmp_path)
    assert told["known"] == ["before the fork"]
    assert told["files"] == []
    assert (told["server"], told["parent"]) == (server, me)


def test_a_server_that_died_is_followed_by_one_of_the_library(tmp_path: Path) -> None:
    first, second = play(scene_dies, tmp_path)
    assert first["known"] == ["before the fork"]
    assert second["known"] == []
    assert second["server"] != first["server"]


@pytest.mark.parametrize(
    ("executor", "learns"), [("step_processes", False), ("learning_processes", True)]
)
def test_a_run_has_a_server_for_its_steps(executor: str, learns: bool, tmp_path: Path) -> None:
    run, step, pid, me, exitcode = play(scene_run, tmp_path, executor)
    assert exitcode == 0
    assert (run["name"], run["parent"]) == (RUN, me)
    assert (step["name"], step["parent"]) == (STEP, pid)
    assert run["server"] != step["server"]
    assert step["learning"] is learns
    assert run["learning"] is False


@pytest.mark.parametrize(
    ("victim", "exitcode"), [("run", -9), ("server of run", 255), ("server of step", 0)]
)
def test_steps_end_with_their_run_and_all_with_their_server(
    victim: str, exitcode: int, tmp_path: Path
) -> None:
    folder = tmp_path / "steps"
    folder.mkdir()
    assert play(scene_killed, tmp_path, f"{victim}:{folder}") == [exitcode, 0]
