"""Reads the parts when Prometheus asks, and hands over what they have read.

A scrape waits for the quick parts, but not for long: a database that hangs must not make the
exporter look dead. A part that cannot be read has no gauges until it can, and is counted.
"""

from __future__ import annotations

import logging
import platform
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version

from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector

from cai_assets import __version__
from cai_assets.defs.metrics.catalogue import (
    BUILD_INFO,
    EXPORTER,
    READ_DURATION,
    READ_LATEST,
    SCRAPE_ERRORS,
)
from cai_assets.defs.metrics.samples import QUICK, Gauges, Growing, Part

PATIENCE_SECONDS = 2.0
_log = logging.getLogger(__name__)


class _Reading:
    """One part with what it has read, and how that went."""

    def __init__(self, part: Part, errors: Growing, clock: Callable[[], float]) -> None:
        self.part = part
        self.gauges = Gauges()
        self.latest: float | None = None
        self.seconds = 0.0
        self._clock = clock
        self._due = 0.0
        self._errors = errors
        self._trouble = ""
        errors.add(SCRAPE_ERRORS, part.name, amount=0)

    def due(self) -> bool:
        """Whether it may be read again."""
        return self._clock() >= self._due

    def expire(self) -> None:
        """Let it be read again at once."""
        self._due = 0.0

    def read(self) -> None:
        """Read it. Never raises: what goes wrong is counted, and told once."""
        began = self._clock()
        try:
            self.gauges = self.part.read()
        except Exception as error:
            self.gauges = Gauges()
            self._errors.add(SCRAPE_ERRORS, self.part.name)
            trouble = f"{type(error).__name__}: {error}"
            if type(error).__name__ != self._trouble:
                _log.warning("Metrics of %s cannot be read: %s", self.part.name, trouble)
            self._trouble = type(error).__name__
        else:
            self.latest = time.time()
            if self._trouble:
                _log.warning("Metrics of %s can be read again", self.part.name)
            self._trouble = ""
        self.seconds = self._clock() - began
        self._due = self._clock() + self.part.every


class _Lane:
    """A thread that reads its parts one after the other, each time somebody asks."""

    def __init__(self, name: str, readings: Sequence[_Reading]) -> None:
        self._name = name
        self._readings = readings
        self._condition = threading.Condition()
        self._asked = 0
        self._done = 0
        self._thread: threading.Thread | None = None

    def ask(self) -> int:
        """Have read what is due; returns a number to wait for."""
        with self._condition:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name=f"metrics-{self._name}", daemon=True
                )
                self._thread.start()
            if self._asked == self._done and not any(one.due() for one in self._readings):
                return self._done
            self._asked += 1
            self._condition.notify_all()
            return self._asked

    def wait(self, number: int, seconds: float) -> bool:
        """Wait until what was asked for is read; False if that takes longer."""
        with self._condition:
            return self._condition.wait_for(lambda: self._done >= number, seconds)

    def _work(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._asked > self._done)
                asked = self._asked
            for reading in self._readings:
                if reading.due():
                    reading.read()
            with self._condition:
                self._done = asked
                self._condition.notify_all()


class PlatformCollector(Collector):
    """All parts in the form of Prometheus' client."""

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._errors = Growing(EXPORTER)
        self._patience = patience
        self._readings = [_Reading(part, self._errors, clock) for part in parts]
        lanes = dict.fromkeys(part.lane for part in parts)
        self._lanes = {
            lane: _Lane(lane, [one for one in self._readings if one.part.lane == lane])
            for lane in lanes
        }

    def begin(self) -> None:
        """Begin to read before the first scrape: to open the history takes seconds."""
        for lane in self._lanes.values():
            lane.ask()

    def collect(self) -> Iterator[Family]:
        """Read what is due, wait for the quick parts, return everything that is known."""
        numbers = {name: lane.ask() for name, lane in self._lanes.items()}
        if QUICK in numbers:
            self._lanes[QUICK].wait(numbers[QUICK], self._patience)
        for reading in self._readings:
            yield from reading.part.growing.families()
            yield from reading.gauges.families()
        yield from self._errors.families()
        yield from self._own().families()

    def expire(self) -> None:
        """Let everything be read again at the next scrape, however short ago it was. For tests."""
        for reading in self._readings:
            reading.expire()

    def settle(self, seconds: float) -> bool:
        """Read what is due and wait for all of it; False if that takes longer. For tests."""
        deadline = time.monotonic() + seconds
        numbers = {name: lane.ask() for name, lane in self._lanes.items()}
        return all(
            self._lanes[name].wait(number, max(0.0, deadline - time.monotonic()))
            for name, number in numbers.items()
        )

    def _own(self) -> Gauges:
        gauges = Gauges()
        gauges.set(BUILD_INFO, 1, __version__, version("dagster"), platform.python_version())
        for reading in self._readings:
            gauges.set(READ_DURATION, reading.seconds, reading.part.name)
            if reading.latest is not None:
                gauges.set(READ_LATEST, reading.latest, reading.part.name)
        return gauges
