"""Groups of work given to worker processes, and what belongs to that: weights, laps, collection.

For work that finds rows in files: units are cut into groups of about the same weight, the
heaviest first, and results are asked for while the caller may do something else in between.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from cai_assets.knowledge.pool import begin, context

U = TypeVar("U")
"""A unit of work; has to be picklable, as has the result."""
R = TypeVar("R")
"""The result of a group."""


class Working(Generic[U, R]):
    """Groups of units being worked on. A context manager: inside it, workers are at work.

    With one worker nothing is started: the work is done when results are asked for.
    """

    def __init__(
        self,
        groups: list[list[U]],
        run: Callable[[list[U]], R],
        *,
        workers: int,
        weigh: Callable[[U], float],
        here: Callable[[list[U]], R] | None = None,
        initializer: Callable[..., None] | None = None,
        arguments: tuple[Any, ...] = (),
    ) -> None:
        self._groups = groups
        self._run = run
        self._here = here or run
        self._weigh = weigh
        self._pool: ProcessPoolExecutor | None = None
        self._futures: dict[Future[R], int] = {}
        if workers > 1 and groups:
            self._pool = ProcessPoolExecutor(
                min(workers, len(groups)), mp_context=context(),
                initializer=begin, initargs=(initializer, *arguments),
            )  # fmt: skip

    def __enter__(self) -> Working[U, R]:
        if self._pool is not None:
            weights = [sum(map(self._weigh, group)) for group in self._groups]
            for number in sorted(range(len(weights)), key=weights.__getitem__, reverse=True):
                self._futures[self._pool.submit(self._run, self._groups[number])] = number
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            # Wait for the groups at work: who leaves at once would leave the workers behind.
            self._pool.shutdown(wait=True, cancel_futures=True)

    def results(self) -> Iterator[tuple[int, R]]:
        """Each group's number and result, in the order of finishing.

        Raises RuntimeError if a worker process ended before its work.
        """
        if self._pool is None:
            yield from ((number, self._here(group)) for number, group in enumerate(self._groups))
            return
        try:
            for future in as_completed(self._futures):
                # Popped, so that a result lives no longer than the caller needs it.
                yield self._futures.pop(future), future.result()
        except BrokenProcessPool as error:
            raise RuntimeError(
                "a worker process ended before its work; the machine may lack memory: "
                "use fewer workers (CAI_WORKERS)"
            ) from error


def grouped(units: Iterable[U], weigh: Callable[[U], float], most: float) -> list[list[U]]:
    """Units in groups that weigh `most` at most, unless one alone weighs more."""
    groups: list[list[U]] = []
    weight = 0.0
    for unit in units:
        own = weigh(unit)
        if not groups or weight + own > most:
            groups.append([])
            weight = 0.0
        groups[-1].append(unit)
        weight += own
    return groups


class Laps:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, name: str) -> None:
        """End the stage `name`."""
        now = time.perf_counter()
        self.seconds[name] = round(now - self._last, 4)
        self._last = now


@contextmanager
def without_collection() -> Iterator[None]:
    """Columns as Python lists are millions of objects without cycles: looking for any is a loss."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
