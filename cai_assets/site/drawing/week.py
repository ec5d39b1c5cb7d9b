"""When scheduled jobs run: the hours of a day and the days of a week, a row for each job."""

from __future__ import annotations

from collections.abc import Sequence
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
    width_of,
)

MOST = 60
DAY = 24 * 60
_LABEL, _HOUR, _DAY_CELL = 290, 15, 18
_ROW, _LOAD = 22, 34
_WIDE = 24 * _HOUR
_SOLID = 20
"""Starts so many minutes apart or closer are drawn as a band."""


@dataclass(frozen=True, slots=True)
class Run:
    """Starts on a day: at minute `begin` and, with `every` seconds, again until minute `end`.

    An `end` before `begin` is on the next day. Without `every` the job starts once, and `end` says
    when it is to be over.
    """

    begin: int = 0
    end: int | None = None
    every: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A scheduled job: its runs on each of its days, 1 for Monday to 7.

    `note` is a text such as its period; `off` a job that is not switched on.
    """

    name: str
    runs: Sequence[Run] = ()
    days: frozenset[int] = frozenset(range(1, 8))
    href: str | None = None
    note: str = ""
    off: bool = False


def week(
    jobs: Sequence[Job],
    *,
    title: str,
    id_prefix: str,
    day_names: Sequence[str],
    load_text: str,
    more_text: str,
    more_href: str | None = None,
    most: int = MOST,
) -> str:
    """A strip of 24 hours and seven squares for each job, in the order they come in.

    Above stands how many jobs start in each hour of some day; `load_text` names that. A dot is one
    start, a pale band the time it may take, a full band starts that follow each other closely.
    Jobs that are off are pale and not counted. Only the first `most` are shown.
    """
    shown = jobs[:most]
    left = min(max((width_of(job.name) for job in shown), default=0) + 14, _LABEL)
    notes = max((width_of(job.note, SMALL) for job in shown), default=0)
    days = left + _WIDE + 16
    top = _LOAD + 30
    parts = _load(jobs, left, load_text)
    height = top + _ROW * len(shown)
    lines = "".join(f"M{at(left + _HOUR * hour)} {top - 4}V{height}" for hour in range(0, 25, 6))
    parts.append(f'<path class="d-g" d="{lines}"/>')
    for day, name in enumerate(day_names):
        x = at(days + _DAY_CELL * (day + 0.5))
        short = text(fitted(name, _DAY_CELL, SMALL))
        parts.append(f'<text class="d-p d-m" x="{x}" y="{top - 8}">{short}</text>')
    for row, job in enumerate(shown):
        parts.append(_strip(job, left, days, top + _ROW * row))
    if len(jobs) > len(shown):
        label = text(more(more_text, len(jobs) - len(shown)))
        kind = "d-r" if more_href is not None else "d-p"
        content = f'<text class="d-e {kind}" x="{at(left - 8)}" y="{height + 15}">{label}</text>'
        parts.append(link(more_href, content))
        height += _ROW
    width = days + 7 * _DAY_CELL + (notes + 12 if notes else 2)
    return picture(title, id_prefix, width, height + 2, parts)


def _load(jobs: Sequence[Job], left: float, label: str) -> list[str]:
    """Bars of how many jobs start in each hour, and the scale of hours below."""
    counts = [0] * 24
    for job in jobs:
        if not job.off and job.days:
            for hour in {hour for run in job.runs for hour in _hours(run)}:
                counts[hour] += 1
    most = max(counts)
    parts = [
        f'<text class="d-p d-e" x="{at(left - 8)}" y="{_LOAD + 4}">'
        f"{text(fitted(label, left - 8, SMALL))}</text>"
    ]
    for hour, count in enumerate(counts):
        if count:
            tall = count / most * _LOAD
            parts.append(
                f'<rect class="d-v d-s5" x="{at(left + _HOUR * hour + 1)}" '
                f'y="{at(_LOAD + 6 - tall)}" width="{_HOUR - 2}" height="{at(tall)}" rx="2">'
                f"<title>{hour:02}:00–{(hour + 1) % 24:02}:00: {number(count)}</title></rect>"
            )
    for hour in range(0, 25, 6):
        parts.append(
            f'<text class="d-p d-m" x="{at(left + _HOUR * hour)}" y="{_LOAD + 20}">{hour}</text>'
        )
    return parts


def _hours(run: Run) -> set[int]:
    """The hours of a day in which a run starts something."""
    if not run.every:
        return {run.begin // 60 % 24}
    end = _end(run)
    step = max(run.every / 60, 1)
    count = int((end - run.begin) / step) + 1
    if step <= 60:
        return {minute // 60 % 24 for minute in range(run.begin, end, 60)} | {
            int(run.begin + (count - 1) * step) // 60 % 24
        }
    return {int(run.begin + step * start) // 60 % 24 for start in range(count)}


def _end(run: Run) -> int:
    """The last minute of a run, counted on beyond midnight."""
    if run.end is None:
        return DAY - 1
    return run.end if run.end >= run.begin else run.end + DAY


def _strip(job: Job, left: float, days: float, y: float) -> str:
    """The name, the hours, the days and the note of one job."""
    name = fitted(job.name, left - 14)
    linked = " d-r" if job.href is not None else ""
    head = f'<text class="d-e{linked}" x="{at(left - 10)}" y="{at(y + 15)}">{text(name)}</text>'
    parts = [link(job.href, head, job.name if name != job.name else "")]
    parts.append(
        f'<rect class="d-n" x="{at(left)}" y="{at(y + 4)}" width="{_WIDE}" height="{_ROW - 8}"/>'
    )
    for run in job.runs if job.days else ():
        parts.append(_marks(run, left, y))
    squares = {True: "", False: ""}
    for day in range(7):
        squares[day + 1 in job.days] += f"M{points(days + _DAY_CELL * day + 3, y + 5)}h12v12h-12z"
    for on, way in squares.items():
        if way:
            parts.append(f'<path class="{"d-v d-s5" if on else "d-n"}" d="{way}"/>')
    if job.note:
        x = at(days + 7 * _DAY_CELL + 8)
        parts.append(f'<text class="d-p" x="{x}" y="{at(y + 15)}">{text(job.note)}</text>')
    return f'<g class="d-u">{"".join(parts)}</g>' if job.off else "".join(parts)


def _marks(run: Run, left: float, y: float) -> str:
    """Bands and dots of one run; what goes on after midnight stands at the left."""
    end = _end(run)
    parts = ""
    if run.end is not None or run.every:
        kind = "d-v d-s6" if run.every and run.every <= _SOLID * 60 else "d-v d-s2"
        pieces = [(run.begin, min(end, DAY))] + ([(0, end - DAY)] if end > DAY else [])
        for start, stop in pieces:
            x, wide = left + _HOUR * start / 60, max(_HOUR * (stop - start) / 60, 1)
            parts += (
                f'<rect class="{kind}" x="{at(x)}" y="{at(y + 6)}" '
                f'width="{at(wide)}" height="{_ROW - 12}" rx="2"/>'
            )
    if run.every <= _SOLID * 60 and run.every:
        return parts
    starts = range(run.begin, end + 1, max(run.every // 60, 1)) if run.every else [run.begin]
    dots = "".join(
        f"M{at(left + _HOUR * (start % DAY) / 60)} {at(y + _ROW / 2)}h0" for start in starts
    )
    return parts + f'<path class="d-b" d="{dots}"/>'
