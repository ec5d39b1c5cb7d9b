"""What a part has read: values of gauges by metric and labels, counters and histograms that stay.

A part makes a new `Gauges` each time it reads. What only grows it keeps in a `Growing`, which is
Prometheus' own client with the names and labels of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.core import Metric as Family

from cai_assets.defs.metrics.catalogue import METRICS, Metric

# A second series for each counter, with the time of its making, tells nothing new.
disable_created_metrics()  # type: ignore[no-untyped-call]

MOST_CONFIGURATIONS = 100
"""Series are exported for this many configurations, the first by name: labels must not grow
without bound. `cai_configurations` counts all of them."""


class Gauges:
    """Values of gauges; labels are given in the order of the catalogue."""

    def __init__(self) -> None:
        self._values: dict[Metric, dict[tuple[str, ...], float]] = {}

    def set(self, metric: Metric, value: float, *labels: str) -> None:
        """Set the value of one series."""
        assert len(labels) == len(metric.labels), metric.name
        self._values.setdefault(metric, {})[labels] = float(value)

    def get(self, metric: Metric, *labels: str) -> float | None:
        """The value of one series, None if it has none."""
        return self._values.get(metric, {}).get(labels)

    def families(self) -> Iterator[Family]:
        """All values in the form of Prometheus' client."""
        for metric, values in self._values.items():
            family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
            for labels, value in values.items():
                family.add_metric(labels, value)
            yield family


class Growing:
    """Counters and histograms of one part; they live as long as the exporter."""

    def __init__(self, part: str) -> None:
        self._registry = CollectorRegistry()
        self._counters: dict[Metric, Counter] = {}
        self._histograms: dict[Metric, Histogram] = {}
        for metric in METRICS:
            if metric.part == part and metric.kind == "counter":
                self._counters[metric] = Counter(
                    metric.name, metric.help, metric.labels, registry=self._registry
                )
            elif metric.part == part and metric.kind == "histogram":
                self._histograms[metric] = Histogram(
                    metric.name,
                    metric.help,
                    metric.labels,
                    buckets=metric.buckets,
                    registry=self._registry,
                )

    def add(self, metric: Metric, *labels: str, amount: float = 1.0) -> None:
        """Count. With `amount` 0 the series is there from now on: growth from nothing is seen."""
        self._counters[metric].labels(*labels).inc(amount)

    def observe(self, metric: Metric, value: float, *labels: str) -> None:
        """Put a value into a histogram."""
        self._histograms[metric].labels(*labels).observe(value)

    def families(self) -> Iterable[Family]:
        """All values in the form of Prometheus' client."""
        return self._registry.collect()


class Part(Protocol):
    """A source of metrics. `every` is the least time between two readings, seconds.

    Parts of one `lane` are read one after the other by a thread of their own; Prometheus waits
    for the lane `QUICK` alone.
    """

    name: str
    lane: str
    every: float
    growing: Growing

    def read(self) -> Gauges:
        """Read what is new. Whatever it raises is counted, and told in the log."""


QUICK, SLOW, DISK_LANE = "quick", "slow", "disk"


def bounded(names: Iterable[str]) -> list[str]:
    """The configurations that get series of their own."""
    return sorted(set(names))[:MOST_CONFIGURATIONS]


class Named:
    """Label values that come from elsewhere: the first `most`, then one name for all others."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.given: list[str] = []

    def __call__(self, name: str) -> str:
        """The label of `name`."""
        if name not in self.given:
            if len(self.given) >= self._most:
                return "other"
            self.given.append(name)
        return name
