"""A directed graph on integer arrays, and the measures that need nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import rustworkx as rx

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

_DAMPING = 0.85
_TOLERANCE = 1e-10
_ROUNDS = 200


@dataclass(frozen=True)
class Graph:
    """Edge `i` runs from node `source[i]` to node `target[i]` and merges `links[i]` references.

    Nodes are the positions below `size`. No edge occurs twice and none is a loop.
    """

    size: int
    source: Ints
    target: Ints
    links: Ints

    @classmethod
    def merged(cls, size: int, source: Ints, target: Ints, links: Ints) -> Graph:
        """The graph of these edges: parallel ones added up, loops left out."""
        kept = source != target
        keys, inverse = np.unique(source[kept] * size + target[kept], return_inverse=True)
        counted = np.bincount(inverse, links[kept], len(keys)).astype(np.int64)
        return cls(size, keys // max(size, 1), keys % max(size, 1), counted)

    @cached_property
    def in_degree(self) -> Ints:
        """Distinct nodes that have an edge to each node."""
        return np.bincount(self.target, minlength=self.size).astype(np.int64)

    @cached_property
    def out_degree(self) -> Ints:
        """Distinct nodes that each node has an edge to."""
        return np.bincount(self.source, minlength=self.size).astype(np.int64)

    @cached_property
    def in_links(self) -> Ints:
        """References to each node."""
        return np.bincount(self.target, self.links, self.size).astype(np.int64)

    @cached_property
    def out_links(self) -> Ints:
        """References from each node."""
        return np.bincount(self.source, self.links, self.size).astype(np.int64)

    @cached_property
    def components(self) -> Ints:
        """The strongly connected component of each node, numbered by their first nodes."""
        graph = rx.PyDiGraph(check_cycle=False, multigraph=True)
        graph.add_nodes_from(range(self.size))
        graph.extend_from_edge_list(
            list(zip(self.source.tolist(), self.target.tolist(), strict=True))
        )
        found = rx.strongly_connected_components(graph)
        return _numbered(found, self.size)

    @cached_property
    def component_sizes(self) -> Ints:
        """The size of each node's component."""
        return np.bincount(self.components, minlength=1)[self.components].astype(np.int64)

    @cached_property
    def layers(self) -> Ints:
        """Edges on the longest way from each node's component down to one without edges out."""
        component = self.components
        count = int(component.max(initial=-1)) + 1
        condensed = Graph.merged(
            count, component[self.source], component[self.target], np.ones_like(self.links)
        )
        return condensed._heights()[component] if count else np.zeros(0, dtype=np.int64)

    def _heights(self) -> Ints:
        """For a graph without cycles: round by round, what has no edge left to a later round."""
        order = np.argsort(self.target, kind="stable")
        sources = self.source[order]
        starts = np.searchsorted(self.target[order], np.arange(self.size + 1))
        waiting = self.out_degree.copy()
        heights = np.zeros(self.size, dtype=np.int64)
        height, ready = 0, np.flatnonzero(waiting == 0)
        while len(ready):
            heights[ready] = height
            above = sources[_spans(starts[ready], starts[ready + 1])]
            np.subtract.at(waiting, above, 1)
            ready = np.unique(above[waiting[above] == 0])
            height += 1
        return heights

    def page_rank(self) -> Reals:
        """PageRank along the edges: what important nodes depend on is important.

        Each edge counts once, however many references it merges; a node without edges out gives
        its rank to all nodes alike. Brin and Page (1998), damping 0.85.
        """
        if not self.size:
            return np.zeros(0)
        rank = np.full(self.size, 1 / self.size)
        ends = self.out_degree == 0
        share = np.where(ends, 0.0, 1 / np.maximum(self.out_degree, 1))
        for _ in range(_ROUNDS):
            handed = np.bincount(self.target, (rank * share)[self.source], self.size)
            rest = 1 - _DAMPING + _DAMPING * rank[ends].sum()
            new = _DAMPING * handed + rest / self.size
            change = np.abs(new - rank).sum()
            rank = new
            if change < _TOLERANCE:
                break
        total: Reals = rank / rank.sum()
        return total


def _spans(starts: Ints, ends: Ints) -> Ints:
    """The positions of all spans `starts[i]:ends[i]`, one after another."""
    lengths = ends - starts
    offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.arange(int(lengths.sum()), dtype=np.int64) + offsets


def _numbered(groups: list[list[int]], size: int) -> Ints:
    """The number of each node's group; groups are numbered in the order of their first nodes."""
    of = np.empty(size, dtype=np.int64)
    lengths = np.fromiter(map(len, groups), np.int64, len(groups))
    nodes = np.fromiter((node for group in groups for node in group), np.int64, size)
    of[nodes] = np.repeat(np.arange(len(groups)), lengths)
    return first_seen(of)


def first_seen(labels: Ints) -> Ints:
    """The same grouping, groups numbered from 0 in the order in which they first occur."""
    values, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(values), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(values))
    return rank[inverse]


def weak_groups(size: int, source: Ints, target: Ints) -> Ints:
    """The weakly connected part of each node, numbered in the order of their first nodes."""
    graph = rx.PyGraph()
    graph.add_nodes_from(range(size))
    graph.extend_from_edge_list(list(zip(source.tolist(), target.tolist(), strict=True)))
    return _numbered([sorted(group) for group in rx.connected_components(graph)], size)
