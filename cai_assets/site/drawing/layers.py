"""Layered drawing of directed graphs, step by step: cut cycles, give layers, order, straighten.

The method of Sugiyama, Tagawa and Toda (1981). Own, because what there is does not fit: rustworkx
has no layered layout, Graphviz wants a program beside Python, grandalf rests since 2023 and asks
for pyparsing, and none knows ports. Pictures have some forty boxes, so plain Python is quick
enough.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cai_assets.analysis.dependencies.feedback import feedback_edges
from cai_assets.analysis.dependencies.graph import Graph

Ends = tuple[int, int]
"""Source and target of an edge."""

_SWEEPS = 16
_ROUNDS = 24
_STILL, _LOOSE = 0.2, 0.1
_LANE = 9.0
# How straight an edge is kept: between two boxes, from a box to a bend, between bends (as in dot).
_STRAIGHT = (1.0, 2.0, 8.0)


@dataclass(slots=True)
class LayeredGraph:
    """Boxes and, on long arrows, bends: both are nodes; edges join neighbouring layers."""

    heights: list[float]
    layer: list[int]
    bend: list[bool]
    after: list[list[int]] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.heights)

    def add(self, height: float, layer: int, bend: bool) -> int:
        """A new node."""
        self.heights.append(height)
        self.layer.append(layer)
        self.bend.append(bend)
        self.after.append([])
        self.before.append([])
        return len(self.heights) - 1

    def join(self, source: int, target: int) -> None:
        """An edge between nodes of neighbouring layers."""
        self.after[source].append(target)
        self.before[target].append(source)


def backward(size: int, ends: Sequence[Ends], weights: Sequence[float]) -> list[bool]:
    """Which edges to turn so that no cycle is left: light ones, as in the analysis of cycles."""
    if not ends:
        return []
    source, target = np.array(ends, dtype=np.int64).T
    weight = np.array([max(round(weight), 1) for weight in weights], dtype=np.int64)
    graph = Graph.merged(size, source, target, weight)
    cut = feedback_edges(graph)
    turned = set(zip(graph.source[cut].tolist(), graph.target[cut].tolist(), strict=True))
    return [edge in turned for edge in ends]


def layers_of(size: int, ends: Sequence[Ends], back: Sequence[bool]) -> list[int]:
    """The longest way from a first node; then nodes move to where their arrows are shortest."""
    after: list[list[int]] = [[] for _ in range(size)]
    before: list[list[int]] = [[] for _ in range(size)]
    for edge, turned in zip(ends, back, strict=True):
        start, end = edge[:: -1 if turned else 1]
        if start != end:
            after[start].append(end)
            before[end].append(start)
    layer = [0] * size
    waiting = [len(nodes) for nodes in before]
    order = [node for node in range(size) if not waiting[node]]
    for node in order:
        for other in after[node]:
            layer[other] = max(layer[other], layer[node] + 1)
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    for _ in range(size):
        moved = False
        for node in reversed(order):
            pull = len(after[node]) - len(before[node])
            if pull > 0:
                best = min(layer[other] for other in after[node]) - 1
            elif pull < 0:
                best = max(layer[other] for other in before[node]) + 1
            else:
                continue
            moved = moved or best != layer[node]
            layer[node] = best
        if not moved:
            break
    first = min(layer, default=0)
    return [value - first for value in layer]


def ordered(graph: LayeredGraph, rows: list[list[int]]) -> list[list[int]]:
    """The order in each layer by the mean place of neighbours, down and up; the best one found."""
    place = [0.0] * graph.size
    for row in rows:
        _number(row, place)
    best, fewest = [list(row) for row in rows], _crossings(graph, rows, place)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            sides = graph.before if down else graph.after
            means = {
                node: sum([place[other] for other in sides[node]]) / len(sides[node])
                if sides[node]
                else place[node]
                for node in row
            }
            # Where means are equal, every other pair of sweeps turns them round.
            turn = -1 if sweep % 4 > 1 else 1
            row.sort(key=lambda node: (means[node], turn * place[node]))
            _number(row, place)
        crossings = _crossings(graph, rows, place)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _number(row: Sequence[int], place: list[float]) -> None:
    for position, node in enumerate(row):
        place[node] = (position + 0.5) / len(row)


def _crossings(graph: LayeredGraph, rows: Sequence[Sequence[int]], place: Sequence[float]) -> int:
    """How many pairs of edges cross."""
    count = 0
    for row in rows:
        seen: list[float] = []
        for node in row:
            ends = sorted([place[other] for other in graph.after[node]])
            count += sum([len(seen) - bisect_right(seen, end) for end in ends])
            for end in ends:
                insort(seen, end)
    return count


def straightened(graph: LayeredGraph, rows: Sequence[Sequence[int]], between: float) -> list[float]:
    """The middle of each node: as near its neighbours as order and distances let it."""
    middles = [0.0] * graph.size
    offsets = [_offsets(graph, row, between) for row in rows]
    for row, offset in zip(rows, offsets, strict=True):
        for node, distance in zip(row, offset, strict=True):
            middles[node] = distance - offset[-1] / 2
    around = [
        [(other, _STRAIGHT[graph.bend[node] + graph.bend[other]]) for other in [*before, *after]]
        for node, (before, after) in enumerate(zip(graph.before, graph.after, strict=True))
    ]
    weights = [
        [sum([share for _, share in around[node]]) or _LOOSE for node in row] for row in rows
    ]
    for turn in range(_ROUNDS):
        moved = 0.0
        for level in range(len(rows)) if turn % 2 == 0 else reversed(range(len(rows))):
            row, offset = rows[level], offsets[level]
            wanted = [
                (
                    sum([middles[other] * share for other, share in around[node]]) / weight
                    if around[node]
                    else middles[node]
                )
                - distance
                for node, distance, weight in zip(row, offset, weights[level], strict=True)
            ]
            for node, distance, value in zip(
                row, offset, _rising(wanted, weights[level]), strict=True
            ):
                moved = max(moved, abs(middles[node] - value - distance))
                middles[node] = value + distance
        if moved < _STILL:
            break
    return middles


def _offsets(graph: LayeredGraph, row: Sequence[int], between: float) -> list[float]:
    """The least distances of the middles in a layer from the first one."""
    offsets = [0.0] if row else []
    for one, other in zip(row, row[1:], strict=False):
        gap = _LANE if graph.bend[one] and graph.bend[other] else between
        offsets.append(offsets[-1] + (graph.heights[one] + graph.heights[other]) / 2 + gap)
    return offsets


def _rising(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The never falling values nearest to the wanted ones: pools of adjacent violators."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(wanted, weights, strict=True):
        total, mass, count = value * weight, weight, 1
        while pools and pools[-1][0] * mass >= total * pools[-1][1]:
            before = pools.pop()
            total, mass, count = total + before[0], mass + before[1], count + before[2]
        pools.append((total, mass, count))
    return [total / mass for total, mass, count in pools for _ in range(count)]
