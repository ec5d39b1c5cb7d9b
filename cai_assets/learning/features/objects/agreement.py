"""How much two divisions of the same objects agree, as means over the objects.

Mutual information and entropies are means of what each object contributes, so that figures with
weights are those of the contributions. For the bootstrap this is its linear part (the
infinitesimal jackknife): were an object counted twice instead, it would stand in one group with
itself both times, and agreement would grow by drawing alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from cai_assets.learning.model import Codes, Floats

Figure = Callable[[Mapping[str, Floats], Floats], float]


def contributions(truth: Codes, groups: Codes) -> dict[str, Floats]:
    """Columns by object: shared information, both entropies, and the information of chance.

    The last is the same for all: what divisions with groups of these sizes share on average.
    """
    count = len(truth)
    if not count:
        return {name: np.zeros(0) for name in ("shared", "truth", "groups", "chance")}
    _, one = np.unique(truth, return_inverse=True)
    _, other = np.unique(groups, return_inverse=True)
    sizes, other_sizes = np.bincount(one), np.bincount(other)
    cell = one * len(other_sizes) + other
    both = np.bincount(cell)[cell]
    return {
        "shared": np.log(both * count / (sizes[one] * other_sizes[other])),
        "truth": np.log(count / sizes[one]),
        "groups": np.log(count / other_sizes[other]),
        "chance": np.full(count, _by_chance(one, other)),
    }


def adjusted(values: Mapping[str, Floats], weights: Floats) -> float:
    """Mutual information adjusted for chance (Vinh, Epps, Bailey 2010), 0 by chance, 1 the same."""
    shared, truth, groups, chance = _means(values, weights)
    whole = (truth + groups) / 2 - chance
    return (shared - chance) / whole if whole > 1e-12 else 0.0


def homogeneity(values: Mapping[str, Floats], weights: Floats) -> float:
    """1 if no group mixes objects of different truth (Rosenberg, Hirschberg 2007)."""
    shared, truth, _, _ = _means(values, weights)
    return min(shared / truth, 1.0) if truth > 1e-12 else 0.0


def completeness(values: Mapping[str, Floats], weights: Floats) -> float:
    """1 if objects of one truth are never in different groups."""
    shared, _, groups, _ = _means(values, weights)
    return min(shared / groups, 1.0) if groups > 1e-12 else 0.0


def _means(values: Mapping[str, Floats], weights: Floats) -> tuple[float, float, float, float]:
    total = float(weights.sum())
    if not total:
        return 0.0, 0.0, 0.0, 0.0
    shared, truth, groups, chance = (
        float(values[name] @ weights) / total for name in ("shared", "truth", "groups", "chance")
    )
    return shared, truth, groups, chance


def _by_chance(one: Codes, other: Codes) -> float:
    from sklearn.metrics.cluster import contingency_matrix, expected_mutual_information

    table = contingency_matrix(one, other, sparse=True).astype(np.int64)
    return float(expected_mutual_information(table, len(one)))
