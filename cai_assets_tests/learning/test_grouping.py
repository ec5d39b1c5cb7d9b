"""Divisions of objects and how they are judged, on points whose groups are plain."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import (
    adjusted_mutual_info_score,
    completeness_score,
    homogeneity_score,
)

from cai_assets.learning.features.objects import grouping
from cai_assets.learning.features.objects.agreement import (
    adjusted,
    completeness,
    contributions,
    homogeneity,
)
from cai_assets.learning.features.objects.grouping import (
    by_size,
    divided,
    k_means,
    modularity,
    stability,
    ward,
)
from cai_assets.learning.features.sparse import csr
from cai_assets.learning.model import Codes, Floats

SEED = 3


def three_heaps() -> tuple[Floats, Codes]:
    """Sixty directions around three axes."""
    random = np.random.default_rng(SEED)
    truth = np.repeat(np.arange(3), 20)
    points = np.eye(3)[truth] + random.normal(0, 0.05, (60, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True), truth


def inside_links(truth: Codes) -> object:
    same = truth[:, None] == truth[None, :]
    row, column = np.nonzero(same & ~np.eye(len(truth), dtype=bool))
    return csr(row, column, (len(truth), len(truth)))


def test_agreement_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(SEED)
    truth, groups = random.integers(0, 6, 80), random.integers(0, 9, 80)
    groups[:40] = truth[:40]
    values, ones = contributions(truth, groups), np.ones(80)
    assert adjusted(values, ones) == pytest.approx(adjusted_mutual_info_score(truth, groups))
    assert homogeneity(values, ones) == pytest.approx(homogeneity_score(truth, groups))
    assert completeness(values, ones) == pytest.approx(completeness_score(truth, groups))


def test_drawing_objects_twice_does_not_make_agreement_out_of_chance() -> None:
    random = np.random.default_rng(SEED)
    truth, groups = random.integers(0, 30, 90), random.integers(0, 30, 90)
    values = contributions(truth, groups)
    drawn = [
        adjusted(values, np.bincount(random.integers(0, 90, 90), minlength=90).astype(float))
        for _ in range(200)
    ]
    assert np.mean(drawn) == pytest.approx(adjusted(values, np.ones(90)), abs=0.01)


def test_agreement_of_nothing_and_of_one_group_is_none() -> None:
    for count in (0, 5):
        values = contributions(np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64))
        assert adjusted(values, np.ones(count)) == 0.0


@pytest.mark.parametrize("means", [ward, k_means])
def test_plain_heaps_are_found(means: grouping.Regroup) -> None:
    points, truth = three_heaps()
    found = means(points, SEED)(3)
    assert adjusted_mutual_info_score(truth, found) == pytest.approx(1.0)


def test_the_number_of_groups_follows_from_the_points_and_links() -> None:
    points, _ = three_heaps()
    four = np.concatenate([points, -points[:20]])
    truth = np.repeat(np.arange(4), 20)
    found = divided(ward(four, SEED), four, inside_links(truth), 5.0, SEED)
    assert len(np.unique(found)) == 4
    assert adjusted_mutual_info_score(truth, found) == pytest.approx(1.0)


def test_of_more_rows_than_fit_a_sample_is_grouped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "_MOST", 30)
    points, truth = three_heaps()
    found = ward(points, SEED)(3)
    assert len(found) == 60
    assert adjusted_mutual_info_score(truth, found) == pytest.approx(1.0)


def test_groups_that_lie_apart_are_stable() -> None:
    points, truth = three_heaps()
    assert stability(ward, points, truth, SEED) == pytest.approx(1.0)
    random = np.random.default_rng(SEED)
    assert stability(ward, points, random.permutation(truth), SEED) < 0.2


def test_modularity_is_that_of_newman() -> None:
    pairs = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]
    row, column = zip(*pairs, *((b, a) for a, b in pairs), strict=True)
    links = csr(row, column, (6, 6))
    assert modularity(links, np.array([0, 0, 0, 1, 1, 1])) == pytest.approx(6 / 7 - 0.5)
    assert modularity(links, np.zeros(6, dtype=np.int64)) == pytest.approx(0.0)
    assert modularity(csr([], [], (2, 2)), np.array([0, 1])) == 0.0


def test_groups_are_numbered_from_the_largest_then_by_the_first_row() -> None:
    assert by_size(np.array([5, 2, 2, 9, 5, 2, 7])).tolist() == [1, 0, 0, 2, 1, 0, 3]
