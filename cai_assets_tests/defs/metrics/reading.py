"""Values of series, whoever holds them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from prometheus_client.core import Metric as Family


class Families(Protocol):
    """Gauges, or counters and histograms."""

    def families(self) -> Iterable[Family]: ...


def value_of(of: Families, series: str, /, **labels: str) -> float | None:
    """The value of one series, None if it is not there."""
    return value_in(of.families(), series, **labels)


def value_in(families: Iterable[Family], series: str, /, **labels: str) -> float | None:
    """The value of one series of a scrape, None if it is not there."""
    for family in families:
        for sample in family.samples:
            if sample.name == series and sample.labels == labels:
                return float(sample.value)
    return None
