"""Figures with their intervals, one below the other on one scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cai_assets.site.drawing.canvas import at, fitted, link, picture, points, text, width_of
from cai_assets.site.drawing.charts import WIDTH

_ROW, _LABEL, _GAP = 26, 280, 10


@dataclass(frozen=True, slots=True)
class Range:
    """A named figure between the ends of its interval; `own` is the one that matters."""

    name: str
    value: float
    low: float
    high: float
    own: bool = False
    href: str | None = None


def ranges(
    rows: Sequence[Range],
    *,
    title: str,
    id_prefix: str,
    written: Callable[[float], str] = lambda value: f"{value:.3f}",
) -> str:
    """A dot with its interval per row; the scale begins at 0, or below it if a figure does."""
    label = min(max((width_of(row.name) for row in rows), default=0) + 14, _LABEL)
    told = [written(row.value) for row in rows]
    right = WIDTH - 12 - max((width_of(value) for value in told), default=0)
    low = min(0.0, min((row.low for row in rows), default=0.0))
    high = max(max((row.high for row in rows), default=1.0), low + 1e-9)

    def x(value: float) -> float:
        return label + (right - label) * (value - low) / (high - low)

    height = _ROW * len(rows)
    parts = []
    if low < 0:
        parts.append(f'<path class="d-g" d="M{points(x(0), 0)}V{height}"/>')
    for position, (row, value) in enumerate(zip(rows, told, strict=True)):
        y = _ROW * position + _ROW / 2
        shown = fitted(row.name, label - _GAP)
        name = link(
            row.href,
            f'<text class="d-e{" d-r" if row.href is not None else ""}" '
            f'x="{at(label - _GAP)}" y="{at(y + 4)}">{text(shown)}</text>',
            row.name if shown != row.name else "",
        )
        colour, bold = ("d-own", ' class="d-h"') if row.own else ("d-other", "")
        parts.append(
            f'<path class="d-g" d="M{points(label, y)}H{at(right)}"/>{name}'
            f'<g class="{colour}"><title>{text(row.name)}: {text(value)} '
            f"({text(written(row.low))} … {text(written(row.high))})</title>"
            f'<path d="M{points(x(row.low), y)}H{at(x(row.high))}"/>'
            f'<circle cx="{at(x(row.value))}" cy="{at(y)}" r="4.5"/></g>'
            f'<text x="{at(right + 10)}" y="{at(y + 4)}"{bold}>{text(value)}</text>'
        )
    return picture(title, id_prefix, WIDTH, height + 2, parts)
