"""Figures with their intervals: the bootstrap over objects, alone and in pairs.

Units of one object are drawn together, since they resemble each other; drawing them one by one
would make intervals look narrower than they are. Two contenders are compared on the same draws,
which leaves out what makes a test split easy or hard for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cai_assets.learning.model import Codes, Floats, Metric, Units

ROUNDS = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the percentile interval of its bootstrap distribution."""

    value: float
    low: float
    high: float


def interval(units: Units, metric: Metric, *, seed: int, rounds: int = ROUNDS) -> Interval:
    """The figure of one contender."""
    value = metric.of(units.values, np.ones(len(units)))
    drawn = [metric.of(units.values, weights) for weights in _draws(units.groups, seed, rounds)]
    return _interval(value, drawn)


def difference(
    units: Units, other: Units, metric: Metric, *, seed: int, rounds: int = ROUNDS
) -> Interval:
    """The figure of `units` minus that of `other`, both on the same units in the same order.

    Raises ValueError if the units are not the same.
    """
    if not np.array_equal(units.groups, other.groups):
        raise ValueError("the two contenders were not measured on the same units")
    ones = np.ones(len(units))

    def gap(weights: Floats) -> float:
        return metric.of(units.values, weights) - metric.of(other.values, weights)

    return _interval(gap(ones), [gap(weights) for weights in _draws(units.groups, seed, rounds)])


def overlap(one: Interval, other: Interval) -> bool:
    """Whether two intervals share a point."""
    return one.low <= other.high and other.low <= one.high


def _draws(groups: Codes, seed: int, rounds: int) -> Iterator[Floats]:
    """Weights of the units: how often each one's group was drawn."""
    names, codes = np.unique(groups, return_inverse=True)
    random = np.random.default_rng(seed)
    size = len(names)
    for _ in range(rounds if size else 0):
        times = np.bincount(random.integers(0, size, size), minlength=size)
        yield times[codes].astype(np.float64)


def _interval(value: float, drawn: list[float]) -> Interval:
    if not drawn:
        return Interval(value, value, value)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(value, float(low), float(high))
