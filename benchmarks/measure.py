"""Timing of whole processes: wall and CPU seconds, and the memory of a process with its children.

Memory is the largest sum seen of the proportional set sizes (each shared page counted once) of
all processes of the command, sampled; where the system has no such figure, of resident sizes.
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

_INTERVAL = 0.1


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command. `peak_bytes` is of all its processes together."""

    wall: float
    cpu: float
    peak_bytes: int
    code: int
    output: str


def run(command: Sequence[str], *, env: dict[str, str] | None = None) -> Run:
    """Run `command` to its end and measure it."""
    before = os.times()
    started = time.perf_counter()
    # Not a pipe: nobody reads while the process runs, and a full pipe would stop it.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            list(command),
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUTF8": "1", **(env or {})},
        )
        watched = psutil.Process(process.pid)
        peak = 0
        while process.poll() is None:
            peak = max(peak, _memory(watched))
            time.sleep(_INTERVAL)
        wall = time.perf_counter() - started
        said.seek(0)
        output = said.read().decode("utf-8", "replace")
    after = os.times()
    cpu = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return Run(wall, cpu, peak, process.returncode, output)


def _memory(process: psutil.Process) -> int:
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    for member in family:
        try:
            info = member.memory_full_info()
        except psutil.Error:
            continue
        total += getattr(info, "pss", info.rss)
    return total


def checked(command: Sequence[str], *, env: dict[str, str] | None = None) -> Run:
    """Run `command`; end the benchmark with its output if it fails."""
    result = run(command, env=env)
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
