"""Which edges to cut so that no cycle is left: the greedy order of Eades, Lin and Smyth (1993)."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from cai_assets.analysis.dependencies.graph import Graph

Flags = npt.NDArray[np.bool_]


def feedback_edges(graph: Graph) -> Flags:
    """For each edge whether it is to be cut. What is left has no cycle.

    Edges weigh their references, so that of two opposite ones the weaker is cut. Edges between
    components are never cut. Not the least set, which is hard to find, but a small one.
    """
    cut = np.zeros(len(graph.source), dtype=bool)
    inside = graph.components[graph.source] == graph.components[graph.target]
    edges = np.flatnonzero(inside)
    if len(edges):
        nodes, ends = np.unique(
            np.concatenate((graph.source[edges], graph.target[edges])), return_inverse=True
        )
        source, target = np.split(ends, 2)
        place = _order(Graph(len(nodes), source, target, graph.links[edges]))
        cut[edges] = place[source] > place[target]
    return cut


def _order(graph: Graph) -> npt.NDArray[np.int64]:
    """The place of each node: sinks last, sources first, else what gives most and takes least."""
    out_links, in_links = graph.out_links.tolist(), graph.in_links.tolist()
    after = _neighbours(graph.size, graph.source, graph.target, graph.links)
    before = _neighbours(graph.size, graph.target, graph.source, graph.links)
    left = bytearray(b"\1") * graph.size
    first: list[int] = []
    last: list[int] = []
    heap = [(in_links[node] - out_links[node], node) for node in range(graph.size)]
    heapq.heapify(heap)
    ends = [node for node in range(graph.size) if not out_links[node] or not in_links[node]]

    def take(node: int) -> None:
        left[node] = 0
        (first if out_links[node] else last).append(node)
        for other, weight in after[node]:
            if left[other]:
                in_links[other] -= weight
                changed(other)
        for other, weight in before[node]:
            if left[other]:
                out_links[other] -= weight
                changed(other)

    def changed(node: int) -> None:
        if out_links[node] and in_links[node]:
            heapq.heappush(heap, (in_links[node] - out_links[node], node))
        else:
            ends.append(node)

    while True:
        while ends:
            node = ends.pop()
            if left[node]:
                take(node)
        while heap:
            key, node = heapq.heappop(heap)
            if left[node] and key == in_links[node] - out_links[node]:
                take(node)
                break
        else:
            break
    place = np.empty(graph.size, dtype=np.int64)
    place[[*first, *reversed(last)]] = np.arange(graph.size)
    return place


def _neighbours(
    size: int,
    source: npt.NDArray[np.int64],
    target: npt.NDArray[np.int64],
    links: npt.NDArray[np.int64],
) -> list[list[tuple[int, int]]]:
    order = np.argsort(source, kind="stable")
    starts = np.searchsorted(source[order], np.arange(size + 1)).tolist()
    pairs = list(zip(target[order].tolist(), links[order].tolist(), strict=True))
    return [pairs[start:end] for start, end in zip(starts, starts[1:], strict=False)]
