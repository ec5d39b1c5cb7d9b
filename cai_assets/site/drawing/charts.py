"""Charts: bars upright and level, stacked bars, lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cai_assets.analysis.charts import number
from cai_assets.site.drawing.canvas import (
    SMALL,
    at,
    fitted,
    link,
    more,
    picture,
    points,
    text,
    tone,
    width_of,
)
from cai_assets.site.drawing.model import NONE, Value

WIDTH = 680
MOST = 40
_ROW, _BAR, _LABEL = 24, 14, 280
_SWATCH = 10


@dataclass(frozen=True, slots=True)
class Series:
    """A part of stacked bars: its name in the legend and its colour."""

    name: str
    tone: int = NONE
    warn: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """A row of stacked bars: one value per series."""

    name: str
    values: Sequence[int]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A measure over time; `None` where it is not known."""

    name: str
    values: Sequence[float | None]


def histogram(
    buckets: Sequence[tuple[str, int]],
    *,
    title: str,
    id_prefix: str,
    first_over: int | None = None,
) -> str:
    """Upright bars, one per bucket, with counts and shares; from `first_over` on they warn."""
    left, top, height, bottom = 4, 36, 140, 26
    step = (WIDTH - 2 * left) / max(len(buckets), 1)
    most = max((count for _, count in buckets), default=0) or 1
    total = sum(count for _, count in buckets) or 1
    foot = top + height
    parts = [f'<path class="d-g" d="M{left} {foot}.5H{WIDTH - left}"/>']
    for position, (label, count) in enumerate(buckets):
        x = left + step * position
        middle = at(x + step / 2)
        tall = max(count / most * height, 1) if count else 0
        if count:
            over = first_over is not None and position >= first_over
            parts.append(
                f'<rect class="d-v{" d-x" if over else ""}" x="{at(x + step * 0.1)}" '
                f'y="{at(foot - tall)}" width="{at(step * 0.8)}" height="{at(tall)}" rx="2">'
                f"<title>{text(label)}: {number(count)}</title></rect>"
            )
        share = _percent(count / total)
        written = number(count)
        if width_of(f"{written} {share}") < step:
            written += (
                f'</text><text class="d-p d-m" x="{middle}" y="{at(foot - tall - 5)}">{text(share)}'
            )
            parts.append(
                f'<text class="d-m" x="{middle}" y="{at(foot - tall - 18)}">{written}</text>'
            )
        elif width_of(written) < step:
            parts.append(
                f'<text class="d-m" x="{middle}" y="{at(foot - tall - 5)}">{written}</text>'
            )
        parts.append(
            f'<text class="d-m d-p" x="{middle}" y="{foot + 16}">'
            f"{text(fitted(label, step, SMALL))}</text>"
        )
    return picture(title, id_prefix, WIDTH, foot + bottom, parts)


def bars(
    values: Sequence[Value],
    *,
    title: str,
    id_prefix: str,
    more_text: str = "",
    more_href: str | None = None,
    most: int = MOST,
) -> str:
    """Level bars with their names before and their values behind; the first `most` of them.

    `more_text`, like `ещё {}`, counts the others.
    """
    shown = values[:most]
    label = _label_width([value.name for value in shown])
    written = [value.text or number(round(value.value)) for value in shown]
    room = WIDTH - label - 12 - max((width_of(value) for value in written), default=0)
    highest = max((value.value for value in shown), default=0) or 1
    parts = []
    for row, (value, told) in enumerate(zip(shown, written, strict=True)):
        y = _ROW * row
        long = max(value.value, 0) / highest * room
        classes = f"d-v{' d-x' if value.warn else ''}"
        bar = (
            f'<rect class="{classes}" x="{at(label)}" y="{y + 5}" width="{at(max(long, 1))}" '
            f'height="{_BAR}" rx="2"/><text x="{at(label + max(long, 1) + 6)}" y="{y + 16}">'
            f"{text(told)}</text>"
        )
        name = _name(value.name, value.href, label, y)
        parts.append(
            f'<g class="{tone(value.tone).strip()}">{name}{bar}</g>' if value.tone else name + bar
        )
    height = _ROW * len(shown)
    if len(values) > len(shown) and more_text:
        parts.append(_rest(more(more_text, len(values) - len(shown)), more_href, label, height))
        height += _ROW
    return picture(title, id_prefix, WIDTH, height + 2, parts)


def stacked_bars(
    rows: Sequence[Stack],
    series: Sequence[Series],
    *,
    title: str,
    id_prefix: str,
    more_text: str = "",
    more_href: str | None = None,
    most: int = MOST,
) -> str:
    """Level bars of several parts, with a legend above and totals behind; the first `most` rows."""
    shown = rows[:most]
    label = _label_width([row.name for row in shown])
    totals = [sum(row.values) for row in shown]
    room = WIDTH - label - 12 - width_of(number(max(totals, default=0)))
    highest = max(totals, default=0) or 1
    parts, top = _legend(series)
    for position, (row, total) in enumerate(zip(shown, totals, strict=True)):
        y = top + _ROW * position
        parts.append(_name(row.name, row.href, label, y))
        x = label
        for value, part in zip(row.values, series, strict=True):
            long = value / highest * room
            if value:
                parts.append(
                    f'<rect class="d-v{tone(part.tone)}{" d-x" if part.warn else ""}" '
                    f'x="{at(x)}" y="{y + 5}" width="{at(max(long, 0.5))}" height="{_BAR}">'
                    f"<title>{text(part.name)}: {number(value)}</title></rect>"
                )
            x += long
        parts.append(f'<text x="{at(x + 6)}" y="{y + 16}">{number(total)}</text>')
    height = top + _ROW * len(shown)
    if len(rows) > len(shown) and more_text:
        parts.append(_rest(more(more_text, len(rows) - len(shown)), more_href, label, height))
        height += _ROW
    return picture(title, id_prefix, WIDTH, height + 2, parts)


def line_chart(
    labels: Sequence[str],
    lines: Sequence[Line],
    *,
    title: str,
    id_prefix: str,
    written: Callable[[float], str] = lambda value: number(round(value)),
) -> str:
    """Measures over equally spaced points, each scaled to its own range and told at its ends.

    `labels` name the points; the first and the last are written below. `written` turns a value
    into text.
    """
    label = _label_width([line.name for line in lines])
    ends = [
        [written(value) for value in line.values if value is not None] or ["—"] for line in lines
    ]
    before = max((width_of(told[0], SMALL) for told in ends), default=0) + 14
    behind = max((width_of(told[-1]) for told in ends), default=0) + 12
    left, right, row = label + before, WIDTH - behind, 44
    parts = []
    for position, (line, told) in enumerate(zip(lines, ends, strict=True)):
        base = row * position
        parts.append(f'<text x="0" y="{base + 28}">{text(fitted(line.name, label - 6))}</text>')
        parts.append(f'<path class="d-g" d="M{at(left)} {base + 38}.5H{at(right)}"/>')
        parts += _run(line, labels, (left, right), base, written)
        y = base + 28
        parts.append(
            f'<text class="d-p d-e" x="{at(left - 8)}" y="{y}">{text(told[0])}</text>'
            f'<text x="{at(right + 8)}" y="{y}">{text(told[-1])}</text>'
        )
    foot = row * len(lines) + 14
    if labels:
        parts.append(f'<text class="d-p" x="{at(left)}" y="{foot}">{text(labels[0])}</text>')
        if len(labels) > 1:
            parts.append(
                f'<text class="d-p d-e" x="{at(right)}" y="{foot}">{text(labels[-1])}</text>'
            )
    return picture(title, id_prefix, WIDTH, foot + 6, parts)


def _run(
    line: Line,
    labels: Sequence[str],
    ends: tuple[float, float],
    base: float,
    written: Callable[[float], str],
) -> list[str]:
    """The line itself, broken where nothing is known, with a dot for each point."""
    known = [value for value in line.values if value is not None]
    if not known:
        return []
    low, span = min(known), max(known) - min(known)
    step = (ends[1] - ends[0]) / max(len(line.values) - 1, 1)
    way, dots, pen = "", "", "M"
    for position, value in enumerate(line.values):
        if value is None:
            pen = "M"
            continue
        x = ends[0] + step * position
        y = base + 33 - (24 * (value - low) / span if span else 12)
        way += pen + points(x, y)
        pen = "L"
        told = f"{labels[position]}: {written(value)}" if position < len(labels) else written(value)
        dots += (
            f'<circle class="d-i" cx="{at(x)}" cy="{at(y)}" r="3"><title>{text(told)}</title>'
            "</circle>"
        )
    return [f'<path class="d-o" d="{way}"/>', dots]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u202f%" if share >= 0.005 or not share else "<\u202f1\u202f%"


def _label_width(names: Sequence[str]) -> float:
    """Room for names at the left."""
    return min(max((width_of(name) for name in names), default=0) + 10, _LABEL)


def _name(name: str, href: str | None, room: float, y: float) -> str:
    """A name that ends where the bars begin."""
    shown = fitted(name, room - 10)
    content = (
        f'<text class="d-e{" d-r" if href is not None else ""}" x="{at(room - 8)}" '
        f'y="{at(y + 16)}">{text(shown)}</text>'
    )
    return link(href, content, name if shown != name else "")


def _rest(label: str, href: str | None, room: float, y: float) -> str:
    return link(
        href,
        f'<text class="d-e {"d-r" if href is not None else "d-p"}" x="{at(room - 8)}" '
        f'y="{at(y + 16)}">{text(label)}</text>',
    )


def _legend(series: Sequence[Series]) -> tuple[list[str], float]:
    """Colours and their names in a row or more; and where the chart may begin."""
    parts = []
    x, y = 0.0, 0.0
    for part in series:
        long = _SWATCH + 6 + width_of(part.name, SMALL) + 16
        if x and x + long > WIDTH:
            x, y = 0.0, y + 18
        parts.append(
            f'<rect class="d-v{tone(part.tone)}{" d-x" if part.warn else ""}" x="{at(x)}" '
            f'y="{at(y + 2)}" width="{_SWATCH}" height="{_SWATCH}" rx="2"/>'
            f'<text class="d-p" x="{at(x + _SWATCH + 6)}" y="{at(y + 11)}">{text(part.name)}</text>'
        )
        x += long
    return parts, y + 22 if series else 0.0
