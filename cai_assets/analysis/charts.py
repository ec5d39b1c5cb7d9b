"""Small pictures for reports: SVG inside Markdown, in the manner of `knowledge/bars.py`.

Each function returns an image of Markdown with the picture in its address, so that Dagster's
page and any other that shows Markdown show it without files beside it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import numpy as np
import numpy.typing as npt

WIDTH = 640
_PAPER, _INK, _PALE, _BAR, _WARN = "#fbfbf8", "#222", "#777", "#4a7fb5", "#c2553f"
_TEXT = 'font-family="sans-serif" font-size="12"'


def histogram(title: str, buckets: Sequence[tuple[str, int]], first_over: int | None = None) -> str:
    """Upright bars, one per bucket, with counts above; those from `first_over` on warn."""
    left, top, height, bottom = 16, 44, 150, 24
    step = (WIDTH - 2 * left) / max(len(buckets), 1)
    most = max((count for _, count in buckets), default=0) or 1
    total = sum(count for _, count in buckets) or 1
    parts = []
    for position, (label, count) in enumerate(buckets):
        x = left + step * position
        tall = count / most * height
        colour = _WARN if first_over is not None and position >= first_over else _BAR
        middle = x + step / 2
        if count:
            parts.append(
                f'<rect x="{x + 4:.1f}" y="{top + height - tall:.1f}" width="{step - 8:.1f}" '
                f'height="{max(tall, 1):.1f}" rx="2" fill="{colour}"/>'
            )
        parts += [
            f'<text x="{middle:.1f}" y="{top + height - tall - 4:.1f}" text-anchor="middle" '
            f'font-size="11" fill="{_INK}">{number(count)}'
            f'<tspan fill="{_PALE}"> {100 * count / total:.0f}%</tspan></text>',
            f'<text x="{middle:.1f}" y="{top + height + 16}" text-anchor="middle" '
            f'fill="#333">{escape(label)}</text>',
        ]
    return picture(title, top + height + bottom, parts)


def heat_map(title: str, names: Sequence[str], cells: npt.NDArray[np.int64]) -> str:
    """A square matrix, row uses column; shades are logarithmic, mutual pairs are outlined."""
    label, cell, top = 220, min(26, 400 // max(len(names), 1)), 40
    highest = float(np.log1p(cells.max(initial=0))) or 1.0
    parts = []
    for row, name in enumerate(names):
        y = top + 14 + cell * row
        parts.append(
            f'<text x="{label - 8}" y="{y + cell * 0.7:.1f}" text-anchor="end" fill="#333">'
            f"{escape(shortened(name, 28))} {row + 1}</text>"
        )
        parts.append(
            f'<text x="{label + cell * (row + 0.5):.1f}" y="{top + 8}" text-anchor="middle" '
            f'font-size="10" fill="{_PALE}">{row + 1}</text>'
        )
        for column, value in enumerate(cells[row].tolist()):
            x = label + cell * column
            if row == column:
                colour, line = "#dddcd6", ""
            elif value:
                shade = float(np.log1p(value)) / highest
                colour = _mixed((232, 240, 248), (24, 72, 128), shade)
                line = f' stroke="{_WARN}" stroke-width="1.5"' if cells[column, row] else ""
            else:
                colour, line = "#f2f1ec", ""
            parts.append(
                f'<rect x="{x + 0.5:.1f}" y="{y + 0.5:.1f}" width="{cell - 2}" '
                f'height="{cell - 2}" fill="{colour}"{line}>'
                + (f"<title>{row + 1} → {column + 1}: {value}</title>" if value else "")
                + "</rect>"
            )
    return picture(title, top + 24 + cell * len(names), parts)


def line_chart(
    title: str,
    labels: Sequence[str],
    lines: Sequence[tuple[str, Sequence[float | None]]],
    mark: str = ".",
) -> str:
    """Lines over equally spaced points, each scaled to its own range and told at its ends.

    `mark` stands before the fraction of a number.
    """
    left, right, row, top = 190, 90, 42, 34
    parts = []
    for position, (name, values) in enumerate(lines):
        base = top + row * position
        known = [(at, value) for at, value in enumerate(values) if value is not None]
        parts.append(
            f'<text x="12" y="{base + 24}" fill="#333">{escape(shortened(name, 26))}</text>'
        )
        if not known:
            continue
        low, high = min(v for _, v in known), max(v for _, v in known)
        step = (WIDTH - left - right) / max(len(values) - 1, 1)
        points = [
            (left + step * at, base + 30 - (20 * (v - low) / (high - low) if high > low else 10))
            for at, v in known
        ]
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{way}" fill="none" stroke="{_BAR}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{_BAR}"/>' for x, y in points]
        (first, last), (_, end) = (known[0][1], known[-1][1]), points[-1]
        parts += [
            f'<text x="{left - 10}" y="{points[0][1] + 4:.1f}" text-anchor="end" font-size="11" '
            f'fill="{_PALE}">{_figure(first, mark)}</text>',
            f'<text x="{WIDTH - right + 10}" y="{end + 4:.1f}" font-size="11" fill="{_INK}">'
            f"{_figure(last, mark)}</text>",
        ]
    foot = top + row * len(lines) + 14
    if labels:
        parts += [
            f'<text x="{left}" y="{foot}" font-size="10" fill="{_PALE}">{escape(labels[0])}</text>',
            f'<text x="{WIDTH - right}" y="{foot}" text-anchor="end" font-size="10" '
            f'fill="{_PALE}">{escape(labels[-1])}</text>',
        ]
    return picture(title, foot + 10, parts)


def picture(title: str, height: float, parts: Sequence[str]) -> str:
    """An image of Markdown: the paper, the title and the parts."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" {_TEXT}>'
        f'<rect width="{WIDTH}" height="{height:.0f}" rx="6" fill="{_PAPER}"/>'
        f'<text x="12" y="20" font-weight="bold" fill="{_INK}">{escape(title)}</text>'
        f"{''.join(parts)}</svg>"
    )
    data = base64.b64encode(svg.encode()).decode()
    return f"![{title}](data:image/svg+xml;base64,{data})"


def number(value: int) -> str:
    """A whole number with a narrow space between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def shortened(name: str, most: int) -> str:
    """The name, its end cut off if it is longer than `most` characters."""
    return name if len(name) <= most else name[: most - 1] + "…"


def _figure(value: float, mark: str) -> str:
    if float(value).is_integer():
        return number(int(value))
    return f"{value:.2f}".replace(".", mark)


def _mixed(pale: tuple[int, ...], dark: tuple[int, ...], share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(pale, dark, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)
