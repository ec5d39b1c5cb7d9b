"""Timing of whole processes: wall and CPU seconds, and the memory of a process with its children.

Memory is the largest sum seen of the proportional set sizes (each shared page counted once) of
all processes of the command, sampled; where the system has no such figure, of resident sizes.
Looking takes time itself, so it is asked for in a run of its own. CPU seconds are those of each
process when it was last seen.
"""

from __future__ import annotations

import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

_INTERVAL, _OFTEN = 0.2, 0.05
"""Seconds between two looks at CPU seconds, and at memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command. `peak_bytes` is of all its processes together, 0 if not looked at."""

    wall: float
    cpu: float
    peak_bytes: int
    code: int
    output: str


def run(command: Sequence[str], *, env: dict[str, str] | None = None, memory: bool = False) -> Run:
    """Run `command` to its end and measure it; with `memory`, its memory rather than its time."""
    started = time.perf_counter()
    # Not a pipe: nobody reads while the process runs, and a full pipe would stop it.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            list(command),
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUTF8": "1", **(env or {})},
        )
        family = _Family(process.pid, memory)
        ended = None
        while ended is None:
            family.look()
            try:
                ended = process.wait(_OFTEN if memory else _INTERVAL)
            except subprocess.TimeoutExpired:
                continue
        wall = time.perf_counter() - started
        said.seek(0)
        output = said.read().decode("utf-8", "replace")
    return Run(wall, family.cpu, family.peak_bytes, process.returncode, output)


class _Family:
    """A process and what it started: the most memory seen at once, and CPU seconds by process."""

    def __init__(self, pid: int, memory: bool) -> None:
        self._root = psutil.Process(pid)
        self._memory = memory
        self._seconds: dict[int, float] = {}
        self.peak_bytes = 0

    @property
    def cpu(self) -> float:
        """CPU seconds of all processes seen."""
        return sum(self._seconds.values())

    def look(self) -> None:
        """Take a sample."""
        total = 0
        try:
            members = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return
        for member in members:
            try:
                times = member.cpu_times()
                self._seconds[member.pid] = times.user + times.system
                if self._memory:
                    size = member.memory_full_info()
                    total += getattr(size, "pss", size.rss)
            except psutil.Error:
                continue
        self.peak_bytes = max(self.peak_bytes, total)


def checked(
    command: Sequence[str], *, env: dict[str, str] | None = None, memory: bool = False
) -> Run:
    """Run `command`; end the benchmark with its output if it fails."""
    result = run(command, env=env, memory=memory)
    if result.code:
        sys.exit(f"{shlex.join(command)} ended with {result.code}:\n{result.output[-4000:]}")
    return result


def machine() -> str:
    """The machine in a line, for the head of a report."""
    memory = psutil.virtual_memory().total / 2**30
    name = platform.processor() or platform.machine()
    if sys.platform == "linux":
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
        name = models[0] if models else name
    return (
        f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median with minimum and maximum."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"
