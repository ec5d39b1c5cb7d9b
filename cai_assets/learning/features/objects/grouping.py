"""Dividing objects into areas without being told any: how, how many, how firmly.

Ward's method (1963) merges the two groups whose merger widens them least. How many groups there
are is decided by two measures that know no truth: the silhouette (Rousseeuw 1987) in the space in
which objects lie, which likes narrow groups, and modularity (Newman 2004) of the links, which likes
wide ones; their sum has its peak between.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cai_assets.learning.features.sparse import Sparse, csr
from cai_assets.learning.model import Codes, Floats

Regroup = Callable[[Floats, int], "Grouped"]
"""A way of grouping: from the space and a seed."""

Grouped = Callable[[int], Codes]
"""The group of each object if there are to be so many groups."""

_MOST = 6000
_LEAST_GROUPS, _STEP = 4, 1.25
_SAMPLE = 3000
_DRAWS, _SHARE = 5, 0.8


def ward(space: Floats, seed: int) -> Grouped:
    """Groups of the rows of `space` by Ward's method, cut anywhere.

    Beyond some thousand rows a sample of them is grouped, and the others join the nearest centre.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    chosen = np.arange(len(space))
    if len(space) > _MOST:
        random = np.random.default_rng(seed)
        chosen = np.sort(random.choice(len(space), _MOST, replace=False))
    tree = linkage(space[chosen], "ward") if len(chosen) > 1 else None

    def grouped(count: int) -> Codes:
        if tree is None:
            return np.zeros(len(space), dtype=np.int64)
        found: Codes = fcluster(tree, count, "maxclust").astype(np.int64) - 1
        if len(chosen) == len(space):
            return found
        whole = nearest_centre(space, centres(space[chosen], found))
        whole[chosen] = found
        return whole

    return grouped


def k_means(space: Floats, seed: int) -> Grouped:
    """Groups of the rows of `space` around means."""
    distinct = len(np.unique(space, axis=0))

    def grouped(count: int) -> Codes:
        from sklearn.cluster import KMeans

        count = min(count, distinct)
        if count < 2:
            return np.zeros(len(space), dtype=np.int64)
        found: Codes = KMeans(count, n_init=2, random_state=seed).fit(space).labels_
        return found.astype(np.int64)

    return grouped


def divided(grouped: Grouped, space: Floats, links: Sparse, per_group: float, seed: int) -> Codes:
    """The division with the highest silhouette and modularity together.

    Groups have `per_group` objects or more on average. The largest comes first; of equals, that
    with the first object.
    """
    best, found = -np.inf, np.zeros(len(space), dtype=np.int64)
    for count in _counts(len(space), per_group):
        groups = grouped(count)
        value = round(silhouette(space, groups, seed) + modularity(links, groups), 9)
        if value > best:
            best, found = value, groups
    return by_size(found)


def silhouette(space: Floats, groups: Codes, seed: int) -> float:
    """The mean silhouette by cosine of a sample of the rows; 0 where there is one group."""
    from sklearn.metrics import silhouette_score

    count = len(np.unique(groups))
    if count < 2 or count >= min(len(groups), _SAMPLE):
        return 0.0
    sample = _SAMPLE if len(groups) > _SAMPLE else None
    value = silhouette_score(space, groups, metric="cosine", sample_size=sample, random_state=seed)
    return float(value)


def modularity(links: Sparse, groups: Codes) -> float:
    """The share of symmetric `links` inside groups, less what chance would put there."""
    total = float(links.sum())
    if not total:
        return 0.0
    members = csr(np.arange(len(groups)), groups, (len(groups), int(groups.max()) + 1))
    inside = float((members.T @ links @ members).diagonal().sum())
    ends = members.T @ np.asarray(links.sum(axis=1)).ravel()
    return inside / total - float(((ends / total) ** 2).sum())


def stability(regroup: Regroup, space: Floats, groups: Codes, seed: int) -> float:
    """How much stays together if a fifth of the objects is missing: the mean adjusted Rand index.

    Objects lie where they lay; what is drawn anew is which of them are grouped.
    """
    from sklearn.metrics import adjusted_rand_score

    count = len(np.unique(groups))
    size = int(len(space) * _SHARE)
    if size < 2:
        return 0.0
    random = np.random.default_rng(seed)
    found = []
    for draw in range(_DRAWS):
        kept = np.sort(random.choice(len(space), size, replace=False))
        again = regroup(space[kept], seed + draw)(count)
        found.append(adjusted_rand_score(groups[kept], again))
    return float(np.mean(found))


def centres(space: Floats, groups: Codes) -> Floats:
    """The middle of each group, of length 1."""
    count = int(groups.max(initial=-1)) + 1
    members = csr(groups, np.arange(len(groups)), (count, len(groups)))
    found = np.asarray(members @ space)
    length = np.sqrt((found * found).sum(axis=1, keepdims=True))
    middles: Floats = found / np.maximum(length, 1e-12)
    return middles


def nearest_centre(space: Floats, middles: Floats) -> Codes:
    """The nearest of the middles to each row; the first of equals."""
    if not len(middles):
        return np.zeros(len(space), dtype=np.int64)
    found: Codes = np.round(space @ middles.T, 9).argmax(axis=1).astype(np.int64)
    return found


def by_size(groups: Codes) -> Codes:
    """The same groups, numbered from the largest; of equals, by the first row."""
    _, first, code, size = np.unique(
        groups, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -size))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[code.ravel()]


def _counts(rows: int, per_group: float) -> list[int]:
    """Numbers of groups that are tried, each a quarter more than the one before."""
    most = int(rows / per_group)
    found, count = [], float(_LEAST_GROUPS)
    while count <= most:
        found.append(int(count))
        count *= _STEP
    return list(dict.fromkeys(found)) or [max(min(rows, 1), 1)]
