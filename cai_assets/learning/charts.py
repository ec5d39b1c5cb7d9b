"""The picture that all models share: figures with their intervals, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from cai_assets.analysis.charts import WIDTH, picture, shortened
from cai_assets.learning.scores import Interval

_LEFT, _RIGHT, _TOP, _ROW = 170, 80, 36, 28
_OWN, _OTHER, _GRID = "#4a7fb5", "#9a9890", "#e4e2da"


class Range(NamedTuple):
    """A contender's name and figure; `own` is drawn in the colour of emphasis."""

    name: str
    figure: Interval
    own: bool


def ranges(title: str, rows: Sequence[Range], mark: str = ".") -> str:
    """A dot with its interval per row, on one scale. `mark` stands before a fraction."""
    low = min((row.figure.low for row in rows), default=0.0)
    high = max((row.figure.high for row in rows), default=1.0)
    low, high = min(low, 0.0), max(high, low + 1e-9)
    width = WIDTH - _LEFT - _RIGHT

    def x(value: float) -> float:
        return _LEFT + width * (value - low) / (high - low)

    parts = []
    for position, row in enumerate(rows):
        y = _TOP + _ROW * position + 12
        colour = _OWN if row.own else _OTHER
        figure = f"{row.figure.value:.3f}".replace(".", mark)
        parts += [
            f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="{_GRID}"/>',
            f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end" fill="#333">'
            f"{escape(shortened(row.name, 24))}</text>",
            f'<line x1="{x(row.figure.low):.1f}" x2="{x(row.figure.high):.1f}" y1="{y}" '
            f'y2="{y}" stroke="{colour}" stroke-width="6" stroke-linecap="round" '
            'stroke-opacity="0.45"/>',
            f'<circle cx="{x(row.figure.value):.1f}" cy="{y}" r="5" fill="{colour}"/>',
            f'<text x="{WIDTH - _RIGHT + 12}" y="{y + 4}" fill="#222">{figure}</text>',
        ]
    return picture(title, _TOP + _ROW * len(rows) + 8, parts)
