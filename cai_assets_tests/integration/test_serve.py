"""`cai serve`: one command starts the stack, keeps it up and stops it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest

from cai_assets.intake.inbox import put
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.integration.stack import REPOSITORY, Turn, http, spare_port, wait

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends programs by POSIX signals")

PROGRAMS = 3
"""Code server, daemon, web server."""

BUILD_SECONDS = 240.0


class Served:
    """A `cai serve` on a data root of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = spare_port()
        self.log = home.parent / "serve.log"
        self.variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CAI_", "DAGSTER_"))
        } | {"CAI_LANG": "en", "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(self.port), stdout=log, stderr=log, env=self.variables,
                cwd=home.parent, start_new_session=True,
            )  # fmt: skip

    def command(self, port: int) -> list[str]:
        """How it is called."""
        return [
            sys.executable, "-m", "cai_assets.cli", "--data", str(self.home),
            "serve", "--port", str(port),
        ]  # fmt: skip

    def said(self) -> str:
        """All that it and its programs printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def ready(self) -> bool:
        """Whether it has said so."""
        assert self.process.poll() is None, self.said()
        return "Ready: " in self.said()

    def programs(self) -> list[psutil.Process]:
        """The processes that it keeps up."""
        return list(psutil.Process(self.process.pid).children())

    def statuses(self) -> list[dg.DagsterRunStatus]:
        """Of the runs in its history, the newest first."""
        with dg.DagsterInstance.from_config(str(self.home / "dagster")) as instance:
            return [run.status for run in instance.get_runs()]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    turn = Turn()
    turn.take()
    stack = Served(tmp_path_factory.mktemp("serve") / "home")
    try:
        wait(stack.ready, 120, "cai serve to be ready")
        yield stack
    finally:
        below = psutil.Process(stack.process.pid).children(recursive=True)
        stack.process.send_signal(signal.SIGTERM)
        stack.process.wait(60)
        _, alive = psutil.wait_procs(below, timeout=30)
        for one in alive:
            one.kill()
        turn.give_back()
        assert alive == [], f"left behind: {[one.cmdline() for one in alive]}"
        assert stack.process.returncode == 0, stack.said()


def test_an_upload_is_built_and_the_web_page_is_there(served: Served, tmp_path: Path) -> None:
    EdtProject(tmp_path / "trade", "Trade").common_module("Продажи", "// пусто")
    put(tmp_path / "trade", Settings(home=served.home).inbox)
    wait(
        lambda: served.statuses()[:1] == [dg.DagsterRunStatus.SUCCESS],
        BUILD_SECONDS,
        "a green run",
        every=1,
    )
    assert http(f"http://127.0.0.1:{served.port}/server_info")[0] == 200


def test_it_listens_on_this_machine_alone(served: Served) -> None:
    places = {
        connection.laddr.ip
        for process in [psutil.Process(served.process.pid), *served.programs()]
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert places == {"127.0.0.1"}


def test_a_program_that_was_killed_is_started_again(served: Served) -> None:
    before = {one.pid for one in served.programs()}
    assert len(before) == PROGRAMS
    victim = max(before)
    os.kill(victim, signal.SIGKILL)

    def again() -> bool:
        now = {one.pid for one in served.programs()}
        return victim not in now and len(now) == PROGRAMS

    wait(again, 30, "another process in its place")
    assert re.search(r"The [\w ]+ has ended; it is started again in 1 s", served.said())


def test_a_second_one_on_the_same_folder_refuses(served: Served) -> None:
    second = subprocess.run(
        served.command(spare_port()), capture_output=True, text=True, env=served.variables,
        cwd=served.home.parent, timeout=120, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert "a `cai serve` works in" in second.stderr


def test_a_port_that_is_taken_is_named(served: Served, tmp_path: Path) -> None:
    command = served.command(served.port)
    command[command.index("--data") + 1] = str(tmp_path / "other")
    refused = subprocess.run(
        command, capture_output=True, text=True, env=served.variables, cwd=tmp_path,
        timeout=60, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert f"port {served.port} is taken" in refused.stderr
