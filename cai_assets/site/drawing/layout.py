"""Where boxes and arrows of a directed graph stand: layers from left to right.

`layers` says in which layer a box stands and in which order; this turns it into places, and into
ways of arrows that pass between boxes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cai_assets.site.drawing.layers import (
    LayeredGraph,
    backward,
    layers_of,
    ordered,
    straightened,
)

Point = tuple[float, float]

_SPREAD = 9.0


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
    pairs = [_ends(link) for link in links]
    used = {end for pair in pairs if pair[0] != pair[1] for end in pair}
    back = backward(len(boxes), pairs, [link.weight for link in links])
    layers = layers_of(len(boxes), pairs, back)
    if wide is not None:
        width = wide(max(layers) + 1)
        boxes = [Box(width, box.height) for box in boxes]
    graph = LayeredGraph([], [], [])
    for position, box in enumerate(boxes):
        graph.add(box.height, layers[position], bend=False)
    shared: dict[tuple[int, bool, int], int] = {}
    chains = [_chain(graph, link, turned, shared) for link, turned in zip(links, back, strict=True)]
    rows: list[list[int]] = [[] for _ in range(max(graph.layer) + 1)]
    for node, level in enumerate(graph.layer):
        if node >= len(boxes) or node in used:
            rows[level].append(node)
    rows = ordered(graph, rows)
    middles = straightened(graph, rows, between)
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


def _chain(
    graph: LayeredGraph, link: Link, turned: bool, shared: dict[tuple[int, bool, int], int]
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
