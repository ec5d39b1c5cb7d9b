"""The stack of one machine from beginning to end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from cai_assets.defs.forks import can_fork
from cai_assets.defs.resources import data_root
from cai_assets.defs.serving import forking, home
from cai_assets.defs.serving.programs import Program, Wanted, programs
from cai_assets.defs.serving.supervisor import Supervisor
from cai_assets.settings import Settings


class HistoryInUse(Exception):
    """Another stack works on this history; the text is its folder."""


class Stack:
    """Code server, daemon and web server on the data root of `settings`."""

    def __init__(self, settings: Settings, wanted: Wanted) -> None:
        self._settings = settings
        self._wanted = wanted

    def run(self, ready: Callable[[], None], ended: Callable[[str, str], None]) -> None:
        """Start everything, call `ready`, keep it up until SIGINT or SIGTERM, then stop it.

        `ended` is told the name of a program that has ended and the seconds until it starts
        again. Raises HistoryInUse, TimeoutError (the name of what does not start), OSError or
        RuntimeError.
        """
        # Programs take the same folder also if this one came by an option.
        os.environ["CAI_HOME"] = str(self._settings.root)
        data_root(self._settings).prepare()
        history = home.prepare(self._settings)
        held = home.lock(history)
        if held is None:
            raise HistoryInUse(str(history))
        work = Path(tempfile.mkdtemp(prefix="cai-"))
        supervisor = Supervisor(programs(self._wanted, work), _starter(), ended)
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, supervisor.request_stop)
            if supervisor.begin():
                ready()
                supervisor.keep()
        finally:
            supervisor.end()
            shutil.rmtree(work, ignore_errors=True)
            held.release()


def _starter() -> Callable[[Program], int | subprocess.Popen[bytes]]:
    if can_fork():
        forking.preload()
        lifeline = forking.Lifeline()
        return lambda program: forking.fork(program, lifeline)
    return _spawn


def _spawn(program: Program) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", program.module, *program.arguments]
    # Ctrl+C in a terminal reaches the first process alone, which ends the others in order.
    if sys.platform == "win32":
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, creationflags=subprocess.CREATE_NEW_PROCESS_GROUP
        )
    else:  # noqa: RET505 - a type checker for one platform must not call this unreachable
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
