"""A bar chart as an SVG picture inside Markdown: one function, no plotting library."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

_WIDTH, _LABEL, _VALUE, _ROW = 640, 230, 70, 20
_MOST = 15


def bar_chart(title: str, rows: Sequence[tuple[str, int]], rest: str = "…") -> str:
    """An image of horizontal bars, largest first; what exceeds 15 rows is summed as `rest`."""
    shown = list(rows[:_MOST])
    if len(rows) > _MOST:
        others = rows[_MOST:]
        shown.append((f"{rest} ({len(others)})", sum(value for _, value in others)))
    svg = _svg(title, shown)
    data = base64.b64encode(svg.encode()).decode()
    return f"![{title}](data:image/svg+xml;base64,{data})"


def _svg(title: str, rows: Sequence[tuple[str, int]]) -> str:
    height = 34 + _ROW * len(rows)
    most = max((value for _, value in rows), default=0) or 1
    scale = (_WIDTH - _LABEL - _VALUE) / most
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{height}" rx="6" fill="#fbfbf8"/>',
        f'<text x="12" y="20" font-weight="bold" fill="#222">{escape(title)}</text>',
    ]
    for position, (name, value) in enumerate(rows):
        top = 30 + _ROW * position
        number = f"{value:,}".replace(",", "\u202f")
        lines += [
            f'<text x="{_LABEL - 8}" y="{top + 12}" text-anchor="end" fill="#333">'
            f"{escape(_short(name))}</text>",
            f'<rect x="{_LABEL}" y="{top + 2}" width="{max(value * scale, 1):.1f}" height="13" '
            'rx="2" fill="#4a7fb5"/>',
            f'<text x="{_LABEL + value * scale + 6:.1f}" y="{top + 12}" fill="#333">'
            f"{number}</text>",
        ]
    return "".join([*lines, "</svg>"])


def _short(name: str) -> str:
    return name if len(name) <= 32 else name[:31] + "…"
