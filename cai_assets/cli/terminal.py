"""What a person sees while and after a command works: one progress line, one block of facts."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cai_assets.cli.frame import Session
from cai_assets.messages import M

if TYPE_CHECKING:
    from rich.progress import Progress

    from cai_assets.knowledge.summary import Summary

STATUSES = ("parsed", "partly", "unsupported", "failed")

Fact = tuple[str, str]
"""A label and its value."""


class ProgressLine:
    """One line that says what is going on and how far it is. Silent where nobody looks."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._task = None if progress is None else progress.add_task("", total=None)

    def stage(self, title: str) -> None:
        """Begin another stage, of unknown length."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=title, total=None, completed=0)

    def files(self, done: int, total: int) -> None:
        """Say how many files are done."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, total=total, completed=done)


@contextmanager
def progress_line(session: Session, quiet: bool) -> Iterator[ProgressLine]:
    """Show progress on standard error if it is a terminal and the user did not ask for quiet."""
    if quiet or not session.progress_console.is_terminal:
        yield ProgressLine(None)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=session.progress_console,
        transient=True,
    ) as progress:
        yield ProgressLine(progress)


def show_facts(session: Session, facts: Iterable[Fact]) -> None:
    """Print labels and values in two columns."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for label, value in facts:
        table.add_row(Text(label), Text(value))
    session.console.print(table)


def count_facts(session: Session, figures: Summary) -> list[Fact]:
    """What was found, as facts."""
    say, rows, number = session.say, figures.rows, session.say.number
    files = say(
        M.COUNTS_FILES_VALUE,
        total=number(rows["source_files"]),
        **{status: number(figures.statuses.get(status, 0)) for status in STATUSES},
    )
    facts = [
        (say(M.COUNTS_PROJECTS), ", ".join(project.name for project in figures.projects)),
        (say(M.COUNTS_FILES), files),
        (say(M.COUNTS_OBJECTS), number(rows["objects"])),
        (say(M.COUNTS_MEMBERS), number(rows["members"])),
        (say(M.MODULES), number(rows["modules"])),
        (say(M.COUNTS_LINES), number(figures.code_lines)),
        (say(M.COUNTS_ROUTINES), number(rows["routines"])),
        (say(M.COUNTS_CALLS), number(rows["calls"])),
        (say(M.COUNTS_QUERIES), number(rows["queries"])),
    ]
    if figures.unread:
        broken = sum(figures.statuses.get(status, 0) for status in ("partly", "failed"))
        value = say(
            M.WHERE_PROBLEMS_VALUE,
            files=number(broken),
            first=figures.unread[0].told(say.language),
        )
        facts.append((say(M.WHERE_PROBLEMS), value))
    return facts


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._start
