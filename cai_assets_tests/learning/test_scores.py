"""Intervals are those of a bootstrap over objects."""

from __future__ import annotations

import numpy as np
import pytest

from cai_assets.learning.model import Metric, Units, Words, mean_of
from cai_assets.learning.scores import difference, interval, overlap

METRIC = Metric("hits", Words("попадания", "hits"), mean_of("hit"))


def units(hits: list[float], groups: list[int] | None = None) -> Units:
    codes = np.arange(len(hits)) if groups is None else np.array(groups)
    return Units(codes.astype(np.int64), {"hit": np.array(hits, dtype=float)})


def test_interval_is_that_of_the_binomial_where_units_are_alone() -> None:
    found = interval(units([1.0] * 200 + [0.0] * 200), METRIC, seed=1)
    assert found.value == 0.5
    half_width = 1.96 * (0.25 / 400) ** 0.5
    assert found.high - found.low == pytest.approx(2 * half_width, rel=0.15)


def test_units_of_one_object_count_as_one_so_the_interval_is_wider() -> None:
    hits = [1.0] * 200 + [0.0] * 200
    alone = interval(units(hits), METRIC, seed=1)
    together = interval(units(hits, [at // 40 for at in range(400)]), METRIC, seed=1)
    assert together.value == alone.value
    assert together.high - together.low > 3 * (alone.high - alone.low)


def test_same_seed_same_interval() -> None:
    some = units([1.0, 0.0, 0.5, 1.0, 0.0])
    assert interval(some, METRIC, seed=7) == interval(some, METRIC, seed=7)


def test_a_small_gain_on_every_unit_is_sure_although_the_intervals_overlap() -> None:
    random = np.random.default_rng(3)
    base = random.random(300)
    worse, better = units(list(base)), units(list(base + 0.01))
    assert overlap(interval(worse, METRIC, seed=1), interval(better, METRIC, seed=1))
    gain = difference(better, worse, METRIC, seed=1)
    assert gain.low > 0
    assert gain.value == pytest.approx(0.01)


def test_other_units_are_not_compared() -> None:
    with pytest.raises(ValueError, match="same units"):
        difference(units([1.0, 0.0]), units([1.0, 0.0], [0, 0]), METRIC, seed=1)


def test_no_units_give_a_figure_without_a_spread() -> None:
    found = interval(units([]), METRIC, seed=1)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
