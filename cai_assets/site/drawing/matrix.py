"""A matrix of shades: which subsystem uses which, which document writes which register."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cai_assets.analysis.charts import number
from cai_assets.site.drawing.canvas import (
    SMALL,
    at,
    fitted,
    link,
    more,
    picture,
    text,
    width_of,
)
from cai_assets.site.drawing.model import Node

MOST = 40
_CELL, _LABEL, _HEAD = 18, 220, 150
_PALEST, _SHADES = 2, 10
_FULL = 3
"""Where nothing is larger, nothing is darkest."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of the matrix; `note` is told for it instead of the names and the value."""

    value: float
    note: str = ""
    href: str | None = None
    warn: bool = False


def heat_map(
    rows: Sequence[Node],
    columns: Sequence[Node],
    cells: Mapping[tuple[str, str], Cell],
    *,
    title: str,
    id_prefix: str,
    more_text: str = "",
    rows_href: str | None = None,
    columns_href: str | None = None,
    most: int = MOST,
) -> str:
    """A square for each cell, by row and column id, darker the larger its logarithm is.

    Of more than `most` rows or columns those with the largest sums are shown, in the order they
    come in; `more_text`, like `ещё {}`, counts the others. Marked cells have a border; where row
    and column are the same thing and have no value, the square is grey.
    """
    down, across = (
        _heaviest(names, cells, side, most) for side, names in enumerate((rows, columns))
    )
    rest = more(more_text, max(len(rows) - len(down), len(columns) - len(across)))
    names = [*(node.name for node in down), rest]
    left = min(max(width_of(name) for name in names) + 10, _LABEL)
    head = min(max((width_of(node.name, SMALL) for node in across), default=0) + 10, _HEAD)
    wide, tall = _CELL * len(across), _CELL * len(down)
    parts = [f'<path class="d-g" d="{_grid(left, head, len(across), len(down))}"/>']
    parts += [_side(node, left, head + _CELL * row) for row, node in enumerate(down)]
    parts += [_top(node, left + _CELL * column, head) for column, node in enumerate(across)]
    highest = max(
        (cells[r.id, c.id].value for r in down for c in across if (r.id, c.id) in cells), default=0
    )
    for row, one in enumerate(down):
        for column, other in enumerate(across):
            corner = left + _CELL * column + 1, head + _CELL * row + 1
            cell = cells.get((one.id, other.id))
            if cell is not None:
                parts.append(_square(cell, f"{one.name} → {other.name}", corner, highest))
            elif one.id == other.id:
                parts.append(_rect("d-n", corner))
    width, height = left + wide + 1, head + tall + 1
    if more_text:
        parts += _rest(more_text, len(rows) - len(down), rows_href, (left - 8, height + 14))
        parts += _rest(more_text, len(columns) - len(across), columns_href, (left - 8, head - 6))
        height += 20 if len(rows) > len(down) else 0
    return picture(title, id_prefix, max(width, 120), height, parts)


def _heaviest(
    nodes: Sequence[Node], cells: Mapping[tuple[str, str], Cell], side: int, most: int
) -> list[Node]:
    if len(nodes) <= most:
        return list(nodes)
    sums: dict[str, float] = {}
    for ends, cell in cells.items():
        sums[ends[side]] = sums.get(ends[side], 0) + cell.value
    ranked = sorted(nodes, key=lambda node: (-sums.get(node.id, 0), node.name, node.id))
    kept = {node.id for node in ranked[:most]}
    return [node for node in nodes if node.id in kept]


def _grid(left: float, head: float, columns: int, rows: int) -> str:
    """Lines around the cells."""
    wide, tall = _CELL * columns, _CELL * rows
    level = "".join(f"M{at(left)} {at(head + _CELL * row)}h{wide}" for row in range(rows + 1))
    upright = "".join(f"M{at(left + _CELL * n)} {at(head)}v{tall}" for n in range(columns + 1))
    return level + upright


def _side(node: Node, left: float, y: float) -> str:
    shown = fitted(node.name, left - 10)
    content = (
        f'<text class="d-e{_linked(node)}" x="{at(left - 8)}" y="{at(y + 13)}">{text(shown)}</text>'
    )
    return link(node.href, content, node.name if shown != node.name else "")


def _top(node: Node, x: float, head: float) -> str:
    """The name of a column, from below to above."""
    shown = fitted(node.name, head - 10, SMALL)
    content = (
        f'<text class="d-w{_linked(node)}" '
        f'transform="translate({at(x + 13)} {at(head - 6)})rotate(-90)">{text(shown)}</text>'
    )
    return link(node.href, content, node.name if shown != node.name else "")


def _linked(node: Node) -> str:
    return " d-r" if node.href is not None else ""


def _square(cell: Cell, names: str, corner: tuple[float, float], highest: float) -> str:
    share = math.log1p(max(cell.value, 0)) / math.log1p(max(highest, _FULL))
    shade = min(max(math.ceil(share * _SHADES), _PALEST), _SHADES)
    told = cell.note or f"{names}: {number(round(cell.value))}"
    square = _rect(f"d-v d-s{shade}{' d-y' if cell.warn else ''}", corner)
    return link(cell.href, square, told)


def _rect(classes: str, corner: tuple[float, float]) -> str:
    x, y = corner
    size = _CELL - 2
    box = f'x="{at(x)}" y="{at(y)}" width="{size}" height="{size}" rx="2"'
    return f'<rect class="{classes}" {box}/>'


def _rest(template: str, count: int, href: str | None, corner: tuple[float, float]) -> list[str]:
    if count <= 0:
        return []
    kind = "d-r" if href is not None else "d-p"
    label = text(more(template, count))
    return [
        link(
            href, f'<text class="d-e {kind}" x="{at(corner[0])}" y="{at(corner[1])}">{label}</text>'
        )
    ]
