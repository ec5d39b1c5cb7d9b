"""Directed graphs in layers: maps of subsystems, chains of events, calls inside a module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.site.drawing.canvas import (
    PAD,
    ROW,
    SMALL,
    at,
    box,
    more,
    picture,
    points,
    text,
    thickness,
    width_of,
)
from cai_assets.site.drawing.layout import Box, Layout, Link, Point, Way, lay_out
from cai_assets.site.drawing.model import Edge, Node

MOST_NODES, MOST_EDGES = 40, 90
_WIDEST, _LONGEST, _ROOM = 170, 300, 880
_ACROSS, _DOWN = 56, 46


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a graph is shown, and how many nodes and edges are not."""

    nodes: list[Node]
    edges: list[Edge]
    nodes_left: int
    edges_left: int


def strongest(
    nodes: Iterable[Node],
    edges: Iterable[Edge],
    most_nodes: int = MOST_NODES,
    most_edges: int = MOST_EDGES,
) -> Chosen:
    """The heaviest nodes and, between them, the heaviest edges, each node keeping its heaviest.

    Edges to unknown nodes count for nothing. What is left keeps the order it came in.
    """
    known, joined = list(nodes), list(edges)
    ranked = sorted(known, key=lambda node: (-node.weight, node.name, node.id))[:most_nodes]
    kept = {node.id for node in ranked}
    within = [edge for edge in joined if edge.source in kept and edge.target in kept]
    order = sorted(within, key=lambda edge: (-edge.weight, edge.source, edge.target))
    chosen: set[tuple[str, str]] = set()
    met: set[str] = set()
    for edge in order:
        if edge.source != edge.target and not {edge.source, edge.target} <= met:
            chosen.add((edge.source, edge.target))
            met |= {edge.source, edge.target}
    for edge in sorted(order, key=lambda edge: not edge.warn):
        if len(chosen) >= most_edges:
            break
        chosen.add((edge.source, edge.target))
    shown = [edge for edge in within if (edge.source, edge.target) in chosen]
    everyone = {node.id for node in known}
    whole = sum(edge.source in everyone and edge.target in everyone for edge in joined)
    return Chosen(
        [node for node in known if node.id in kept],
        shown,
        len(known) - len(kept),
        whole - len(shown),
    )


def layered(
    nodes: Iterable[Node],
    edges: Iterable[Edge],
    *,
    title: str,
    id_prefix: str,
    more_text: str = "",
    more_href: str | None = None,
    down: bool = False,
    joined_only: bool = False,
    most_nodes: int = MOST_NODES,
    most_edges: int = MOST_EDGES,
) -> str:
    """A directed graph from left to right, or from the top with `down`.

    Shows what `strongest` chooses, with `joined_only` without nodes that no edge joins to another;
    nodes left out are one box if there is `more_text` for it, like `ещё {}`. Marked are forbidden
    edges and those that run against the layers: a small set whose loss would leave no cycle. In a
    net where everything is in one cycle, to mark every edge of it would say nothing.
    """
    chosen = strongest(nodes, edges, most_nodes, most_edges)
    shown, left = list(chosen.nodes), chosen.nodes_left
    if joined_only:
        met = {end for e in chosen.edges if e.source != e.target for end in (e.source, e.target)}
        shown = [node for node in shown if node.id in met]
        left += len(chosen.nodes) - len(shown)
    if left and more_text:
        shown.append(Node("\0more", more(more_text, left), more_href))
    place = {node.id: position for position, node in enumerate(shown)}
    joined = [edge for edge in chosen.edges if edge.source in place and edge.target in place]
    links = [Link(place[e.source], place[e.target], max(e.weight, 1)) for e in joined]
    longest = _longest(shown)
    if down:
        width = min(longest, _WIDEST)
        layout = _turned(lay_out([Box(ROW, width)] * len(shown), links, _DOWN, 12))
    else:
        width = longest

        def wide(layers: int) -> float:
            nonlocal width
            width = min(longest, max(_WIDEST, (_ROOM + _ACROSS) / layers - _ACROSS))
            return width

        layout = lay_out([Box(longest, ROW)] * len(shown), links, _ACROSS, 8, wide)
    names = {node.id: node.name for node in shown}
    parts = [
        *arrows(joined, layout, names, down),
        *(box(node, x, y, width) for node, (x, y) in zip(shown, layout.places, strict=True)),
        *_loops(joined, layout, place, width),
    ]
    return framed(title, id_prefix, layout, parts)


def _longest(nodes: Sequence[Node]) -> float:
    """The width of a box that every name fits into, within reason."""
    wanted = [
        width_of(node.name) + 2 * PAD + 6 + (width_of(node.note, SMALL) + 6 if node.note else 0)
        for node in nodes
    ]
    return min(max(wanted, default=0), _LONGEST)


def framed(title: str, id_prefix: str, layout: Layout, parts: Sequence[str]) -> str:
    """The picture of a layout, with room for the thickest lines around it."""
    moved = ['<g transform="translate(6 6)">', *parts, "</g>"]
    return picture(title, id_prefix, layout.width + 12, layout.height + 12, moved)


def arrows(
    edges: Sequence[Edge],
    layout: Layout,
    names: Mapping[str, str],
    down: bool = False,
    mark_back: bool = True,
) -> list[str]:
    """The lines of edges and, as one path for each colour, their heads. Marked ones lie on top."""
    most = max((edge.weight for edge in edges), default=0)
    parts: dict[bool, list[str]] = {False: [], True: []}
    heads = {False: "", True: ""}
    for edge, way in zip(edges, layout.ways, strict=True):
        if not way.points:
            continue
        warn = edge.warn or (mark_back and way.back)
        told = edge.note or f"{names[edge.source]} → {names[edge.target]}"
        parts[warn].append(
            f'<path class="d-l{" d-x" if warn else ""}" '
            f'stroke-width="{at(thickness(edge.weight, most))}" d="{_line(way, down)}">'
            f"<title>{text(told)}</title></path>"
        )
        heads[warn] += _head(way, down)
    drawn = []
    for warn in (False, True):
        drawn += parts[warn]
        if heads[warn]:
            drawn.append(f'<path class="d-a{" d-x" if warn else ""}" d="{heads[warn]}"/>')
    return drawn


def _line(way: Way, down: bool) -> str:
    """Curves between layers, straights along them; it ends where its head begins."""
    way_points = list(way.points)
    (x, y), sign = way_points[-1], -5 if not way.back else 5
    way_points[-1] = (x, y + sign) if down else (x + sign, y)
    data = f"M{points(*way_points[0])}"
    for one, other in zip(way_points[::2], way_points[1::2], strict=True):
        if one != way_points[0]:
            data += f"L{points(*one)}"
        data += "C" + points(*_bent(one, other, down), *other)
    return data


def _bent(one: Point, other: Point, down: bool) -> tuple[float, float, float, float]:
    if down:
        middle = (one[1] + other[1]) / 2
        return one[0], middle, other[0], middle
    middle = (one[0] + other[0]) / 2
    return middle, one[1], middle, other[1]


def _head(way: Way, down: bool) -> str:
    x, y = way.points[-1]
    size = 6 if way.back else -6
    return f"M{points(x, y)}" + (f"l-3.5 {size}h7z" if down else f"l{size}-3.5v7z")


def _loops(
    edges: Sequence[Edge], layout: Layout, place: Mapping[str, int], width: float
) -> list[str]:
    """A mark on boxes that have an edge to themselves, at their upper right corner."""
    parts = []
    for edge in edges:
        if edge.source == edge.target:
            x, y = layout.places[place[edge.source]]
            parts.append(
                f'<path class="d-l d-x" stroke-width="1.5" '
                f'd="M{points(x + width - 20, y)}a5 5 0 1 1 8 0"/>'
            )
    return parts


def _turned(layout: Layout) -> Layout:
    """Rows instead of columns."""
    return Layout(
        [(y, x) for x, y in layout.places],
        [Way(tuple((y, x) for x, y in way.points), way.back) for way in layout.ways],
        layout.height,
        layout.width,
    )
