"""The two pipelines that every orchestrator runs, and what no orchestrator could do faster.

Only Python's own library: each tool imports this in an environment of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A step that takes `seconds` of CPU once the steps in `after` are done."""

    name: str
    seconds: float
    after: tuple[str, ...] = ()


MODELS = ("classification", "regression", "clustering", "ranking", "recommendation")

EIGHT = (
    Step("dataset", 1.0),
    *(Step(name, 4.0, ("dataset",)) for name in MODELS),
    Step("evaluation", 0.5, MODELS),
    Step("cleanup", 0.1, ("evaluation",)),
)
"""Training: a dataset, five models side by side, their evaluation, clean-up."""

SIX = (
    Step("parsing", 2.0),
    Step("dependencies", 1.0, ("parsing",)),
    Step("architecture", 1.0, ("parsing",)),
    Step("practices", 2.0, ("parsing",)),
    Step("changes", 0.5, ("practices",)),
    Step("documentation", 1.0, ("dependencies", "architecture", "changes")),
)
"""The six scripts of a build, what is independent side by side."""

SHAPES = {"eight": EIGHT, "six": SIX}
CORES = 2


def burn(seconds: float) -> None:
    """Use `seconds` of this process's CPU."""
    end = time.process_time() + seconds
    number = 1
    while time.process_time() < end:
        number = number * 1103515245 % 2147483647 + 12345


def critical_path(steps: Sequence[Step], cores: int = CORES) -> float:
    """Seconds on `cores` cores that start every step at once, the longest first."""
    ends: dict[str, float] = {}
    free = [0.0] * cores
    waiting = list(steps)
    while waiting:
        ready = [step for step in waiting if all(name in ends for name in step.after)]
        # The step that may start first, of those the longest.
        step = min(ready, key=lambda one: (_may_start(one, ends, free), -one.seconds))
        start = _may_start(step, ends, free)
        core = min(range(cores), key=free.__getitem__)
        ends[step.name] = free[core] = start + step.seconds
        waiting.remove(step)
    return max(ends.values())


def bare(steps: Sequence[Step], cores: int = CORES) -> float:
    """Seconds that a plain pool of processes takes: what this machine can do today."""
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        pool.map(burn, [0.01] * cores)
        began = time.perf_counter()
        done: set[str] = set()
        running: dict[str, multiprocessing.pool.AsyncResult[None]] = {}
        while len(done) < len(steps):
            for step in steps:
                if step.name not in done | running.keys() and done >= set(step.after):
                    running[step.name] = pool.apply_async(burn, (step.seconds,))
            for name in [name for name, result in running.items() if result.ready()]:
                running.pop(name).get()
                done.add(name)
            time.sleep(0.005)
        return time.perf_counter() - began


def _may_start(step: Step, ends: dict[str, float], free: list[float]) -> float:
    return max(min(free), max((ends[name] for name in step.after), default=0.0))


if __name__ == "__main__":
    for name, shape in SHAPES.items():
        load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        print(f"{name}: ideal {critical_path(shape):.1f} s, bare {bare(shape):.1f} s{load}")
