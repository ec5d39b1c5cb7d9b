"""Where boxes and arrows of a directed graph stand: layers from left to right.

The method of Sugiyama, Tagawa and Toda (1981): cut cycles, give layers, order them for few
crossings, then straighten. Own, because what there is does not fit: rustworkx has no layered
layout, Graphviz wants a program beside Python, grandalf rests since 2023 and asks for pyparsing,
and none knows ports. Pictures have some forty boxes, so plain Python is quick enough.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from cai_assets.analysis.dependencies.feedback import feedback_edges
from cai_assets.analysis.dependencies.graph import Graph

Point = tuple[float, float]

_SWEEPS = 16
_ROUNDS = 24
_SPREAD = 9.0
_LANE = 9.0
# How much straighter long arrows are kept: between two bends, at their ends, else (as in dot).
_STRAIGHT = (1.0, 2.0, 8.0)


@dataclass(frozen=True, slots=True)
class Box:
    """The size of a box."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow between the boxes at two positions. Ports say how far down it leaves and arrives."""

    source: int
    target: int
    weight: float = 1
    leaves: float | None = None
    arrives: float | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The way of an arrow from its source: a curve, a straight, a curve and so on.

    `back` if it runs against the layers: such arrows close the cycles of the graph. A loop has no
    points.
    """

    points: tuple[Point, ...]
    back: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """The left upper corners of boxes, the ways of links, and the size of all."""

    places: list[Point]
    ways: list[Way]
    width: float
    height: float


@dataclass(slots=True)
class _Graph:
    """Boxes and, on long arrows, bends: both are nodes; edges join neighbouring layers."""

    heights: list[float]
    layer: list[int]
    bend: list[bool]
    after: list[list[int]] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)

    def add(self, height: float, layer: int, bend: bool) -> int:
        self.heights.append(height)
        self.layer.append(layer)
        self.bend.append(bend)
        self.after.append([])
        self.before.append([])
        return len(self.heights) - 1

    def join(self, source: int, target: int) -> None:
        self.after[source].append(target)
        self.before[target].append(source)


def lay_out(
    boxes: Sequence[Box],
    links: Sequence[Link],
    across: float = 70,
    between: float = 10,
    wide: Callable[[int], float] | None = None,
) -> Layout:
    """Places for boxes and ways for links; `across` pixels between layers, `between` in them.

    `wide` gives all boxes one width by the number of layers. Boxes without links stand below in
    rows.
    """
    if not boxes:
        return Layout([], [], 0, 0)
    used = {end for link in links if link.source != link.target for end in _ends(link)}
    back = _backward(len(boxes), links)
    layers = _layers(len(boxes), links, back)
    if wide is not None:
        width = wide(max(layers) + 1)
        boxes = [Box(width, box.height) for box in boxes]
    graph = _Graph([], [], [])
    for position, box in enumerate(boxes):
        graph.add(box.height, layers[position], bend=False)
    shared: dict[tuple[int, bool, int], int] = {}
    chains = [_chain(graph, link, turned, shared) for link, turned in zip(links, back, strict=True)]
    rows: list[list[int]] = [[] for _ in range(max(graph.layer) + 1)]
    for node, level in enumerate(graph.layer):
        if node >= len(boxes) or node in used:
            rows[level].append(node)
    rows = _ordered(graph, rows)
    middles = _straightened(graph, rows, between)
    lefts, rights = _columns(boxes, rows, across)
    tops = [middle - height / 2 for middle, height in zip(middles, graph.heights, strict=True)]
    highest = min((tops[node] for row in rows for node in row), default=0)
    middles = [middle - highest for middle in middles]
    places: list[Point] = [
        (lefts[graph.layer[node]], middles[node] - boxes[node].height / 2)
        for node in range(len(boxes))
    ]
    height = max((middles[n] + graph.heights[n] / 2 for row in rows for n in row), default=0)
    loose = [node for node in range(len(boxes)) if node not in used]
    width = max(rights) if used else 0
    if loose:
        width, height = _shelve(boxes, loose, places, (width, height), between)
    ends = _Ends(boxes, places, links, back, chains, middles)
    ways = [
        _way(chain, turned, ends.of(position), (lefts, rights), middles, graph.layer)
        for position, (chain, turned) in enumerate(zip(chains, back, strict=True))
    ]
    return Layout(places, ways, width, height)


def _ends(link: Link) -> tuple[int, int]:
    return link.source, link.target


def _backward(size: int, links: Sequence[Link]) -> list[bool]:
    """Which links to turn so that no cycle is left: light ones, as in the analysis of cycles."""
    if not links:
        return []
    source = np.array([link.source for link in links], dtype=np.int64)
    target = np.array([link.target for link in links], dtype=np.int64)
    weight = np.array([max(round(link.weight), 1) for link in links], dtype=np.int64)
    graph = Graph.merged(size, source, target, weight)
    cut = feedback_edges(graph)
    turned = set(zip(graph.source[cut].tolist(), graph.target[cut].tolist(), strict=True))
    return [(link.source, link.target) in turned for link in links]


def _layers(size: int, links: Sequence[Link], back: Sequence[bool]) -> list[int]:
    """The longest way from a first node; then nodes move to where their arrows are shortest."""
    after: list[list[int]] = [[] for _ in range(size)]
    before: list[list[int]] = [[] for _ in range(size)]
    for link, turned in zip(links, back, strict=True):
        if link.source != link.target:
            start, end = _ends(link)[:: -1 if turned else 1]
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


def _chain(
    graph: _Graph, link: Link, turned: bool, shared: dict[tuple[int, bool, int], int]
) -> list[int]:
    """The nodes of a link from left to right: its ends and a bend in each layer between.

    Links to one box share bends, so that they run together instead of side by side.
    """
    start, end = _ends(link)[:: -1 if turned else 1]
    chain = [start]
    for level in range(graph.layer[start] + 1, graph.layer[end]):
        key = link.target, turned, level
        if key not in shared:
            shared[key] = graph.add(0, level, bend=True)
        chain.append(shared[key])
    chain.append(end)
    if graph.layer[start] < graph.layer[end]:
        for one, other in zip(chain, chain[1:], strict=False):
            if other not in graph.after[one]:
                graph.join(one, other)
    return chain


def _ordered(graph: _Graph, rows: list[list[int]]) -> list[list[int]]:
    """The order in each layer by the mean place of neighbours, down and up; the best one found."""
    place = [0.0] * len(graph.heights)
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


def _crossings(graph: _Graph, rows: Sequence[Sequence[int]], place: Sequence[float]) -> int:
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


def _straightened(graph: _Graph, rows: Sequence[Sequence[int]], between: float) -> list[float]:
    """The middle of each node: as near its neighbours as order and distances let it."""
    middles = [0.0] * len(graph.heights)
    offsets = [_offsets(graph, row, between) for row in rows]
    for row, offset in zip(rows, offsets, strict=True):
        for node, distance in zip(row, offset, strict=True):
            middles[node] = distance - offset[-1] / 2
    around = [
        [(other, _STRAIGHT[graph.bend[node] + graph.bend[other]]) for other in [*before, *after]]
        for node, (before, after) in enumerate(zip(graph.before, graph.after, strict=True))
    ]
    for turn in range(_ROUNDS):
        levels = range(len(rows)) if turn % 2 == 0 else reversed(range(len(rows)))
        for level in levels:
            row, offset = rows[level], offsets[level]
            wanted, weights = [], []
            for node, distance in zip(row, offset, strict=True):
                weight = sum([share for _, share in around[node]])
                total = sum([middles[other] * share for other, share in around[node]])
                wanted.append((total / weight if weight else middles[node]) - distance)
                weights.append(weight or 0.1)
            for node, distance, value in zip(row, offset, _rising(wanted, weights), strict=True):
                middles[node] = value + distance
    return middles


def _offsets(graph: _Graph, row: Sequence[int], between: float) -> list[float]:
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


def _columns(
    boxes: Sequence[Box], rows: Sequence[Sequence[int]], across: float
) -> tuple[list[float], list[float]]:
    """The left and right borders of layers."""
    lefts, rights = [], []
    x = 0.0
    for row in rows:
        wide = max((boxes[node].width for node in row if node < len(boxes)), default=0)
        lefts.append(x)
        rights.append(x + wide)
        x += wide + across
    return lefts, rights


def _shelve(
    boxes: Sequence[Box], loose: Sequence[int], places: list[Point], size: Point, between: float
) -> Point:
    """Put boxes without links below in rows; the new size of the picture."""
    width, height = size
    room = max(width, min(sum(boxes[node].width + between for node in loose), 760))
    x, y = 0.0, height + (2.5 * between if height else 0)
    tall = 0.0
    for node in loose:
        if x and x + boxes[node].width > room:
            x, y, tall = 0.0, y + tall + between, 0.0
        places[node] = (x, y)
        x += boxes[node].width + between
        tall = max(tall, boxes[node].height)
        width = max(width, x - between)
    return width, y + tall


class _Ends:
    """Where links leave and enter boxes: at their ports, else side by side in order."""

    def __init__(
        self,
        boxes: Sequence[Box],
        places: Sequence[Point],
        links: Sequence[Link],
        back: Sequence[bool],
        chains: Sequence[Sequence[int]],
        middles: Sequence[float],
    ) -> None:
        self._points: list[list[float]] = [[0.0, 0.0] for _ in links]
        right: dict[int, list[tuple[float, int, int, int]]] = {}
        left: dict[int, list[tuple[float, int, int, int]]] = {}
        for position, (link, turned, chain) in enumerate(zip(links, back, chains, strict=True)):
            given = [link.leaves, link.arrives][:: -1 if turned else 1]
            for end, side, near in ((0, right, chain[1]), (1, left, chain[-2])):
                box = chain[-end]
                port = given[end]
                if port is None:
                    side.setdefault(box, []).append((middles[near], near, position, end))
                else:
                    self._points[position][end] = places[box][1] + port
        for side in (right, left):
            for box, found in side.items():
                ends = sorted({(height, node) for height, node, _, _ in found})
                step = min(_SPREAD, boxes[box].height * 0.7 / max(len(ends) - 1, 1))
                first = middles[box] - step * (len(ends) - 1) / 2
                ports = {node: first + step * index for index, (_, node) in enumerate(ends)}
                for _, node, position, end in found:
                    self._points[position][end] = ports[node]

    def of(self, position: int) -> Point:
        """The heights of the left and the right end of a link."""
        left, right = self._points[position]
        return left, right


def _way(
    chain: Sequence[int],
    turned: bool,
    ends: Point,
    borders: tuple[Sequence[float], Sequence[float]],
    middles: Sequence[float],
    layer: Sequence[int],
) -> Way:
    lefts, rights = borders
    first, last = layer[chain[0]], layer[chain[-1]]
    if first >= last:
        return Way((), turned)
    points: list[Point] = [(rights[first], ends[0])]
    for node in chain[1:-1]:
        points += [(lefts[layer[node]], middles[node]), (rights[layer[node]], middles[node])]
    points.append((lefts[last], ends[1]))
    return Way(tuple(points[::-1] if turned else points), turned)
