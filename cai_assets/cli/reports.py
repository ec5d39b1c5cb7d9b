"""The reports that a call of `cai check` asks for: which format goes where, and writing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from cai_assets.cli.frame import Failure, Session, WrongUse
from cai_assets.messages import M

if TYPE_CHECKING:
    from cai_assets.rules.reports import Report

FORMATS = ("text", "sarif", "sonar", "gitlab", "junit", "json")
_TEXT = "text"


class Wanted(NamedTuple):
    """A report: its format, and its file, None for standard output."""

    format: str
    file: Path | None


def pair_reports(arguments: Sequence[str]) -> list[Wanted]:
    """The reports that arguments ask for: an `--out` belongs to the `--format` before it."""
    reports: list[Wanted] = []
    position = 0
    while position < len(arguments):
        name, equals, value = arguments[position].partition("=")
        position += 1
        if name == "--":
            break
        if name not in ("--format", "--out"):
            continue
        if not equals:
            value = arguments[position] if position < len(arguments) else ""
            position += 1
        if name == "--format":
            reports.append(Wanted(value, None))
        elif reports and reports[-1].file is None:
            reports[-1] = Wanted(reports[-1].format, Path(value).expanduser())
        else:
            reports.append(Wanted(_TEXT, Path(value).expanduser()))
    return reports or [Wanted(_TEXT, None)]


def require_one_output(session: Session, wanted: Sequence[Wanted]) -> None:
    """Raise WrongUse if several reports have no file."""
    if sum(report.file is None for report in wanted) > 1:
        raise WrongUse(session.say(M.SEVERAL_TO_SCREEN))


def write_reports(session: Session, wanted: Iterable[Wanted], report: Report) -> None:
    """Write the files, then what goes to the screen: a report, else the figures."""
    from cai_assets.rules.reports import FORMATS as RENDERERS
    from cai_assets.rules.reports.text import lines, summary

    on_screen = None
    for format_, file in wanted:
        if file is None:
            on_screen = format_
            continue
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(RENDERERS[format_](report), encoding="utf-8", newline="\n")
        except OSError as error:
            reason = error.strerror or error
            raise Failure(session.say(M.CANNOT_WRITE, path=file, reason=reason)) from error
    if on_screen not in (None, _TEXT):
        click.echo(RENDERERS[on_screen](report), nl=False)
        return
    from rich.text import Text

    for line in lines(report) if on_screen else summary(report):
        text = Text.assemble(*(span for span in line.spans))
        session.console.print(text, soft_wrap=True)
