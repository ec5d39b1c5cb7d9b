"""An object among its neighbours: who uses it on the left, what it uses on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cai_assets.site.drawing.canvas import (
    PAD,
    ROW,
    arrow,
    at,
    box,
    curve,
    fitted,
    link,
    more,
    picture,
    strips,
    text,
    thickness,
    tone,
    width_of,
)
from cai_assets.site.drawing.model import Node, Side
from cai_assets.site.drawing.tones import tone_at

_SIDE, _GAP, _CENTRE = 240, 60, (140, 220)
_STEP, _HEADING, _TOP = ROW + 4, 20, 26
_TALL = 64
_PORTS = 54


class _Place(NamedTuple):
    y: float
    node: Node


@dataclass(frozen=True, slots=True)
class _Column:
    """Where the headings and boxes of one side stand; `left` are not shown."""

    side: Side
    groups: list[tuple[str, float, list[_Place]]]
    left: int
    height: float

    def places(self) -> list[_Place]:
        return [place for _, _, places in self.groups for place in places]


def neighbourhood(
    centre: Node,
    users: Side,
    used: Side,
    *,
    title: str,
    id_prefix: str,
    more_text: str,
    most: int = 9,
) -> str:
    """The object in the middle, users left, what it uses right; at most `most` of each.

    The heaviest neighbours are shown, under the headings of their groups; lines are thicker the
    more links there are, and marked where `warn` of the neighbour is set. A group has the colour of
    its first node. `more_text` is like
    `ещё {}`; it leads to `href` of the side.
    """
    left, right = _column(users, most), _column(used, most)
    height = max(left.height, right.height, _TOP + _TALL + 12)
    wide = min(max(width_of(centre.name, 13, bold=True) + 2 * PAD + 4, _CENTRE[0]), _CENTRE[1])
    x = _SIDE + _GAP
    end = x + wide + _GAP
    middle = _TOP + (height - _TOP) / 2
    heaviest = max((p.node.weight for column in (left, right) for p in column.places()), default=0)
    lines = _lines(left, heaviest, (_SIDE, x), (height, middle), to_centre=True)
    lines += _lines(right, heaviest, (x + wide, end), (height, middle), to_centre=False)
    parts = [
        *lines,
        *_drawn(left, 0, height, more_text),
        *_drawn(right, end, height, more_text),
        _middle(centre, x, middle, wide),
    ]
    return picture(title, id_prefix, end + _SIDE + 1, height + 1, parts)


def _column(side: Side, most: int) -> _Column:
    """The heaviest nodes by groups: the heaviest group first, ties by name."""
    nodes = sorted(side.nodes, key=lambda node: (-node.weight, node.name, node.id))
    total = max(side.total or 0, len(nodes))
    shown = nodes if len(nodes) <= most else nodes[:most]
    groups: dict[str, list[Node]] = {}
    for node in shown:
        groups.setdefault(node.group, []).append(node)
    ordered = sorted(groups.items(), key=lambda item: (-sum(n.weight for n in item[1]), item[0]))
    y = float(_TOP)
    placed: list[tuple[str, float, list[_Place]]] = []
    for heading, members in ordered:
        head = y
        if heading:
            y += _HEADING
        placed.append((heading, head, [_Place(y + i * _STEP, n) for i, n in enumerate(members)]))
        y += _STEP * len(members) + 2
    left = total - len(shown)
    return _Column(side, placed, left, y + (_STEP if left else 0))


def _lines(
    column: _Column,
    heaviest: float,
    ends: tuple[float, float],
    heights: tuple[float, float],
    to_centre: bool,
) -> list[str]:
    """Lines between the boxes of a column and the middle, and their arrowheads as one path."""
    height, middle = heights
    shift = _shift(column, height)
    places = column.places()
    step = min(_PORTS / max(len(places) - 1, 1), 8)
    first = middle - step * (len(places) - 1) / 2
    parts, heads = [], {False: "", True: ""}
    for position, place in enumerate(places):
        outer, inner = place.y + shift + ROW / 2, first + step * position
        start, end = (outer, inner) if to_centre else (inner, outer)
        warn = place.node.warn
        parts.append(
            f'<path class="d-l{" d-x" if warn else ""}" '
            f'stroke-width="{at(thickness(place.node.weight, heaviest))}" '
            f'd="{curve(ends[0], start, ends[1] - 5, end)}"/>'
        )
        heads[warn] += arrow(ends[1], end)
    for warn, way in heads.items():
        if way:
            parts.append(f'<path class="d-a{" d-x" if warn else ""}" d="{way}"/>')
    return parts


def _shift(column: _Column, height: float) -> float:
    """How far down a column goes to stand in the middle."""
    return (height - column.height) / 2


def _drawn(column: _Column, x: float, height: float, more_text: str) -> list[str]:
    """The heading, the groups and what is left."""
    side, shift = column.side, _shift(column, height)
    parts = [f'<text class="d-h" x="{at(x)}" y="13">{text(fitted(side.heading, _SIDE))}</text>']
    if not column.groups:
        parts.append(f'<text class="d-p" x="{at(x)}" y="{at(_TOP + (height - _TOP) / 2)}">—</text>')
    for heading, y, places in column.groups:
        if heading:
            parts.append(
                f'<text class="d-p" x="{at(x)}" y="{at(y + shift + 13)}">'
                f"{text(fitted(heading, _SIDE, 11))}</text>"
            )
        parts.append(_group(places, x, shift))
    if column.left:
        y = column.height - _STEP + shift
        label = text(more(more_text, column.left))
        content = f'<text class="d-r" x="{at(x + PAD + 2)}" y="{at(y + 16)}">{label}</text>'
        parts.append(link(side.href, content))
    return parts


def _group(places: Sequence[_Place], x: float, shift: float) -> str:
    """Boxes of one colour, which stands once for all of them."""
    boxes = "".join(box(_plain(place.node), x, place.y + shift, _SIDE) for place in places)
    marks = strips((x, place.y + shift, ROW) for place in places)
    first = places[0].node
    classes = tone(tone_at(first.id, first.tone)).strip()
    return f'<g class="{classes}">{boxes}{marks}</g>' if classes else boxes + marks


def _plain(node: Node) -> Node:
    """The node without what its group and its line say already."""
    return Node(node.id, node.name, node.href, note=node.note)


def _middle(centre: Node, x: float, y: float, width: float) -> str:
    """The box of the object itself: its name, and its note below."""
    shown = fitted(centre.name, width - 2 * PAD, 13, bold=True)
    lower = 0 if centre.note else 5
    content = (
        f'<rect x="{at(x)}" y="{at(y - _TALL / 2)}" width="{at(width)}" height="{_TALL}" rx="4"/>'
        f'<text class="d-m d-h" font-size="13" x="{at(x + width / 2)}" y="{at(y - 1 + lower)}">'
        f"{text(shown)}</text>"
    )
    if centre.note:
        note = fitted(centre.note, width - 2 * PAD, 11)
        content += (
            f'<text class="d-m d-p" x="{at(x + width / 2)}" y="{at(y + 16)}">{text(note)}</text>'
        )
    title = centre.name if shown != centre.name else ""
    return link(centre.href, content, title, "d-c")
