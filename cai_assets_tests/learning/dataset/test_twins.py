"""Near-duplicates, and who stands for whom."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cai_assets.learning.dataset.twins import ACROSS, THRESHOLD, Twins, find_twins, jaccard


def _find(
    sets: list[range | list[int]],
    *,
    digests: list[str] | None = None,
    order: list[int] | None = None,
    splits: list[str] | None = None,
) -> Twins:
    count = len(sets)
    shingles = pa.array([[7919 * one for one in found] for found in sets], pa.list_(pa.uint32()))
    positions = np.array(range(count) if order is None else order, dtype=np.int64)
    return find_twins(
        digests or [str(at) for at in range(count)], shingles, positions,
        splits or ["train"] * count,
    )  # fmt: skip


def test_the_best_stands_for_those_that_resemble_it() -> None:
    sets: list[range | list[int]] = [range(100), range(5, 100), range(500, 600)]
    assert _find(sets).stand_in.tolist() == [0, 0, 2]
    assert _find(sets, order=[1, 0, 2]).stand_in.tolist() == [1, 1, 2]


def test_a_chain_of_likenesses_does_not_make_its_ends_twins() -> None:
    found = _find([range(100), range(7, 107), range(14, 114)], order=[1, 0, 2])
    assert found.stand_in.tolist() == [1, 1, 1]
    apart = _find([range(100), range(7, 107), range(14, 114)], order=[0, 1, 2])
    assert apart.stand_in.tolist() == [0, 0, 2]


def test_equal_digests_are_twins_whatever_their_shingles() -> None:
    found = _find([[1], [2], [3]], digests=["a", "b", "a"])
    assert found.stand_in.tolist() == [0, 1, 0]


def test_what_is_not_in_the_order_is_left_out() -> None:
    found = _find([range(50), range(50), range(50)], order=[2, 0])
    assert found.stand_in.tolist() == [2, -1, 2]


def test_across_splits_less_is_enough() -> None:
    sets: list[range | list[int]] = [range(100), range(12, 112)]
    alike = jaccard(*(np.arange(one[0], one[-1] + 1, dtype=np.uint32) for one in sets))
    assert ACROSS < alike < THRESHOLD
    assert _find(sets).stand_in.tolist() == [0, 1]
    across = _find(sets, splits=["train", "test"])
    assert across.stand_in.tolist() == [0, 0]
    assert across.alike.tolist() == [1.0, alike]


def test_of_several_the_most_alike_stands_in() -> None:
    found = _find([range(100), range(20, 120), range(18, 118)], splits=["train", "train", "test"])
    assert found.stand_in.tolist() == [0, 1, 1]


def test_every_pair_above_the_threshold_is_found() -> None:
    generator = np.random.default_rng(3)
    sets: list[range | list[int]] = []
    for _ in range(150):
        base = generator.choice(400_000, 40, replace=False)
        changed = np.concatenate([base[:38], generator.choice(400_000, 2)])
        sets += [sorted(base.tolist()), sorted(set(changed.tolist()))]
    found = _find(sets)
    assert found.stand_in.tolist() == [at - at % 2 for at in range(300)]


def test_nothing_to_look_at_gives_nothing() -> None:
    assert _find([]).stand_in.tolist() == []
    assert _find([[], []], order=[]).stand_in.tolist() == [-1, -1]
