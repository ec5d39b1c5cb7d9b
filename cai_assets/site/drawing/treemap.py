"""Rectangles as large as what they stand for: subsystems by lines of code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

MOST = 40
WIDTH, HEIGHT = 760, 420
_SHADES = 5
_NAMED = 64
"""Narrower tiles have no name if it would be cut."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle: `size` is its area, `measure` from 0 to 1 its shade, `note` a text below."""

    name: str
    size: float
    measure: float | None = None
    href: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the picture."""

    x: float
    y: float
    width: float
    height: float


def treemap(
    tiles: Sequence[Tile],
    *,
    title: str,
    id_prefix: str,
    more_text: str,
    more_href: str | None = None,
    legend: tuple[str, str] | None = None,
    most: int = MOST,
) -> str:
    """The largest tiles, largest first; the others are one tile at the right, with `more_text`.

    Shades are five tints of the accent by `measure`; `legend` says what the palest and the darkest
    of them mean.
    """
    ranked = sorted((tile for tile in tiles if tile.size > 0), key=lambda t: (-t.size, t.name))
    shown = ranked if len(ranked) <= most else ranked[: most - 1]
    others = ranked[len(shown) :]
    apart = WIDTH * sum(t.size for t in others) / (sum(t.size for t in ranked) or 1)
    areas = squarified([tile.size for tile in shown], Area(0, 0, WIDTH - apart, HEIGHT))
    parts = [_drawn(tile, area) for tile, area in zip(shown, areas, strict=True)]
    if others:
        rest = Tile(more(more_text, len(others)), 0, href=more_href)
        parts.append(_drawn(rest, Area(WIDTH - apart, 0, apart, HEIGHT)))
    height = HEIGHT if shown else 0
    if legend:
        parts.append(_legend(legend, height + 8))
        height += 26
    return picture(title, id_prefix, WIDTH, height, parts)


def squarified(sizes: Sequence[float], area: Area) -> list[Area]:
    """A part of the area for each size, as square as may be; best with the largest first.

    The method of Bruls, Huizing and van Wijk (2000): rows along the shorter side take sizes as
    long as their worst ratio of sides gets better.
    """
    total = sum(sizes)
    if total <= 0:
        return [Area(area.x, area.y, 0, 0) for _ in sizes]
    scale = area.width * area.height / total
    left = [size * scale for size in sizes]
    found: list[Area] = []
    while left:
        side = min(area.width, area.height)
        count = 1
        while count < len(left) and _worst(left[: count + 1], side) <= _worst(left[:count], side):
            count += 1
        row, left = left[:count], left[count:]
        thick = sum(row) / side if side else 0
        along = 0.0
        for size in row:
            long = size / thick if thick else 0
            if area.width >= area.height:
                found.append(Area(area.x, area.y + along, thick, long))
            else:
                found.append(Area(area.x + along, area.y, long, thick))
            along += long
        if area.width >= area.height:
            area = Area(area.x + thick, area.y, area.width - thick, area.height)
        else:
            area = Area(area.x, area.y + thick, area.width, area.height - thick)
    return found


def _worst(row: Sequence[float], side: float) -> float:
    """The worst ratio of sides in a row along a side."""
    total = sum(row)
    if not side or not total or not min(row):
        return float("inf")
    return max(side * side * max(row) / total**2, total**2 / (side * side * min(row)))


def _drawn(tile: Tile, area: Area) -> str:
    width, height = max(area.width - 2, 0.5), max(area.height - 2, 0.5)
    x, y = area.x + 1, area.y + 1
    shade = ""
    if tile.measure is not None:
        step = min(int(min(max(tile.measure, 0), 1) * _SHADES), _SHADES - 1) + 1
        shade = f" d-s{step}"
    content = (
        f'<rect class="{"d-v" + shade if shade else "d-n"}" x="{at(x)}" y="{at(y)}" '
        f'width="{at(width)}" height="{at(height)}" rx="2"/>'
    )
    told = f"{tile.name}: {tile.note}" if tile.note else tile.name
    name = fitted(tile.name, width - 10)
    if height >= 18 and (width >= _NAMED or name == tile.name):
        content += f'<text x="{at(x + 5)}" y="{at(y + 15)}">{text(name)}</text>'
        if height >= 34 and tile.note and width_of(tile.note, SMALL) <= width - 10:
            content += (
                f'<text class="d-j" x="{at(x + 5)}" y="{at(y + 30)}">{text(tile.note)}</text>'
            )
    return link(tile.href, content, told)


def _legend(ends: tuple[str, str], y: float) -> str:
    low, high = ends
    x = width_of(low, SMALL) + 6
    parts = [f'<text class="d-p" x="0" y="{at(y + 11)}">{text(low)}</text>']
    for step in range(1, _SHADES + 1):
        parts.append(
            f'<rect class="d-v d-s{step}" x="{at(x)}" y="{at(y)}" width="22" height="14" rx="2"/>'
        )
        x += 24
    parts.append(f'<text class="d-p" x="{at(x + 4)}" y="{at(y + 11)}">{text(high)}</text>')
    return "".join(parts)
