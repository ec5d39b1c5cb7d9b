"""Keeping the programs up: start in order, start again what has ended, stop all in good order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cai_assets.defs.serving.programs import CODE, Program

_LOOK_SECONDS = 0.5
_START_SECONDS = 180.0
_STEADY_SECONDS = 60.0
"""A program that was up this long had no trouble in starting."""

_LONGEST_PAUSE = 30.0
_GRACE_SECONDS = 10.0
"""What a program is given to end; the code server waits for its runs, which this cuts short:
the next start finds them lost and tries them again."""


@dataclass(slots=True)
class Running:
    """A program and its process: a fork, known by its number, or a child where none is forked."""

    program: Program
    process: int | subprocess.Popen[bytes] = 0
    began: float = 0.0
    failures: int = 0
    again: float = 0.0
    """When to start it again, on the monotonic clock; 0 while it runs."""

    def ended(self) -> bool:
        """Whether the process is gone; takes note of it so that it leaves no zombie."""
        if not isinstance(self.process, int):
            return self.process.poll() is not None
        with contextlib.suppress(ChildProcessError):
            return os.waitpid(self.process, os.WNOHANG)[0] != 0
        return True

    def tell(self, number: int) -> None:
        """Send a signal, unless there is nobody any more."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if isinstance(self.process, int):
                os.kill(self.process, number)
            else:
                self.process.send_signal(number)

    def below(self) -> list[Any]:
        """All processes that it has started, directly or not: the runs of a code server."""
        import psutil

        number = self.process if isinstance(self.process, int) else self.process.pid
        try:
            return list(psutil.Process(number).children(recursive=True))
        except psutil.Error:
            return []


@dataclass(slots=True)
class Supervisor:
    """The programs of a stack. `start` makes a process of a program; `say` tells what happens."""

    programs: Sequence[Program]
    start: Callable[[Program], int | subprocess.Popen[bytes]]
    say: Callable[[str, str], None]
    running: list[Running] = field(default_factory=list)
    stopping: bool = False

    def begin(self) -> bool:
        """Start all, each once the one before answers. False if stopped meanwhile.

        Raises TimeoutError if a program does not answer in three minutes.
        """
        for program in self.programs:
            one = Running(program)
            self.running.append(one)
            self._launch(one)
            deadline = time.monotonic() + _START_SECONDS
            while not program.up():
                if self.stopping:
                    return False
                if time.monotonic() > deadline:
                    raise TimeoutError(program.name)
                self.look()
                time.sleep(_LOOK_SECONDS)
        return True

    def keep(self) -> None:
        """Start again what has ended, until `stop` was asked for."""
        while not self.stopping:
            self.look()
            time.sleep(_LOOK_SECONDS)

    def look(self) -> None:
        """One look at every program: note what has ended, start what is due."""
        now = time.monotonic()
        for one in self.running:
            if one.again:
                if now >= one.again and not self.stopping:
                    self._launch(one)
            elif one.ended():
                steady = now - one.began > _STEADY_SECONDS
                one.failures = 1 if steady else one.failures + 1
                pause = min(2.0 ** (one.failures - 1), _LONGEST_PAUSE)
                one.again = now + pause
                self.say(one.program.name, f"{pause:.0f}")

    def request_stop(self, *_: Any) -> None:
        """A signal handler: `begin` and `keep` return soon."""
        self.stopping = True

    def end(self) -> None:
        """Stop everything: who asks first, who is asked last, then what is left of their runs."""
        self.stopping = True
        alive = [one for one in reversed(self.running) if not one.again and not one.ended()]
        families = [one.below() for one in alive]
        others_first = sorted(alive, key=lambda one: one.program.name == CODE)
        for one in others_first:
            one.tell(signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_SECONDS
        while alive and time.monotonic() < deadline:
            alive = [one for one in alive if not one.ended()]
            time.sleep(0.1)
        for one in alive:
            one.tell(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        for process in (process for family in families for process in family):
            with contextlib.suppress(Exception):
                process.kill()

    def _launch(self, one: Running) -> None:
        one.again = 0.0
        one.began = time.monotonic()
        one.process = self.start(one.program)
