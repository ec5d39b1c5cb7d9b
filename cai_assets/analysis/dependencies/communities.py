"""Communities: the method of Louvain with a queue of nodes, then split where not connected.

Blondel, Guillaume, Lambiotte, Lefebvre (2008); the queue of nodes whose surroundings changed is
that of Traag, Waltman, van Eck (2019). Nodes are visited in their order and ties go to the
community met first, so that equal graphs give equal communities.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from cai_assets.analysis.dependencies.graph import Graph, Ints, Reals, first_seen, weak_groups

_LEAST_GAIN = 1e-12
_LOOKS = 3
"""Looks at a node on average, on each level; more of them gain next to nothing."""


@dataclass(frozen=True, slots=True)
class Communities:
    """`of[node]` is its community, 0 the largest, -1 for a node without edges."""

    of: Ints
    modularity: float

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.of.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True)
class _Weighted:
    """An undirected graph: each edge stands in both directions, loops once.

    Rows `starts[v]:starts[v + 1]` of `neighbours` and `weights` are those of node `v`; `loops`
    is what lies inside a node that stands for several, `strength` all that ends in it.
    """

    size: int
    sources: Ints
    neighbours: Ints
    weights: Reals
    loops: Reals

    @property
    def strength(self) -> Reals:
        """The weights that end in each node; a loop ends twice."""
        return np.bincount(self.sources, self.weights, self.size) + 2 * self.loops


def find_communities(graph: Graph) -> Communities:
    """The communities of a directed graph, its directions left aside.

    An edge that merges n references weighs 1 + ln n, and both directions of a pair add up.
    """
    base = _undirected(graph)
    label = np.arange(graph.size, dtype=np.int64)
    level = base
    while level.size:
        moved = first_seen(_local_moving(level))
        count = int(moved.max()) + 1
        label = moved[label]
        if count == level.size:
            break
        level = _aggregated(level, moved, count)
    label = _connected(base, label)
    return Communities(_by_size(label, graph), _modularity(base, label))


def _undirected(graph: Graph) -> _Weighted:
    size = graph.size
    weight = 1 + np.log(np.maximum(graph.links, 1))
    both = (
        np.concatenate((graph.source, graph.target)),
        np.concatenate((graph.target, graph.source)),
    )
    return _weighted(size, *both, np.concatenate((weight, weight)), np.zeros(size))


def _weighted(size: int, source: Ints, target: Ints, weight: Reals, loops: Reals) -> _Weighted:
    keys, inverse = np.unique(source * size + target, return_inverse=True)
    summed = np.bincount(inverse, weight, len(keys)).astype(np.float64)
    return _Weighted(size, keys // max(size, 1), keys % max(size, 1), summed, loops)


def _aggregated(level: _Weighted, label: Ints, count: int) -> _Weighted:
    """The graph of communities."""
    source, target = label[level.sources], label[level.neighbours]
    inside = source == target
    within = np.bincount(source[inside], level.weights[inside], count) / 2
    loops: Reals = np.bincount(label, level.loops, count) + within
    out = ~inside
    return _weighted(count, source[out], target[out], level.weights[out], loops)


def _local_moving(level: _Weighted) -> Ints:
    """Move nodes to the community of a neighbour while modularity grows."""
    strength = level.strength
    double = float(strength.sum())
    if not double:
        return np.arange(level.size, dtype=np.int64)
    starts = level.sources.searchsorted(np.arange(level.size + 1)).tolist()
    neighbours, weights = level.neighbours.tolist(), level.weights.tolist()
    share = (strength / double).tolist()
    mass = strength.tolist()
    strengths = strength.tolist()
    community = list(range(level.size))
    community_of = community.__getitem__
    queue = deque(range(level.size))
    waiting = bytearray(b"\1") * level.size
    looks = _LOOKS * level.size
    while queue and looks:
        looks -= 1
        node = queue.popleft()
        waiting[node] = 0
        home = community[node]
        start, end = starts[node], starts[node + 1]
        near = neighbours[start:end]
        links = {home: 0.0}
        for there, weight in zip(map(community_of, near), weights[start:end], strict=True):
            if there in links:
                links[there] += weight
            else:
                links[there] = weight
        part, own = share[node], strengths[node]
        mass[home] -= own
        best, best_gain = home, links[home] - mass[home] * part + _LEAST_GAIN
        for there, weight in links.items():
            if weight > best_gain:  # what chance puts there only makes the gain smaller
                gain = weight - mass[there] * part
                if gain > best_gain:
                    best, best_gain = there, gain
        mass[best] += own
        if best != home:
            community[node] = best
            for other in near:
                if not waiting[other] and community[other] != best:
                    waiting[other] = 1
                    queue.append(other)
    return np.array(community, dtype=np.int64)


def _connected(base: _Weighted, label: Ints) -> Ints:
    """Communities split into their connected parts."""
    inside = (label[base.sources] == label[base.neighbours]) & (base.sources < base.neighbours)
    return weak_groups(base.size, base.sources[inside], base.neighbours[inside])


def _by_size(label: Ints, graph: Graph) -> Ints:
    """Numbered from the largest; -1 for nodes without edges."""
    alone = (graph.in_degree + graph.out_degree) == 0
    sizes = np.bincount(label[~alone], minlength=int(label.max(initial=-1)) + 1)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return np.where(alone, -1, rank[label]) if len(label) else label


def _modularity(base: _Weighted, label: Ints) -> float:
    """Q: the share of weight inside communities less what chance would put there (Newman)."""
    strength = base.strength
    double = float(strength.sum())
    if not double:
        return 0.0
    inside = base.weights[label[base.sources] == label[base.neighbours]].sum()
    ends = np.bincount(label, strength)
    return float(inside / double - ((ends / double) ** 2).sum())
