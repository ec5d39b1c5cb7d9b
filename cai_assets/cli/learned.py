"""What commands share that ask for something learned: finding it, showing it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from cai_assets.cli.frame import Session, WrongUse
from cai_assets.cli.stored import current_snapshot
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    import pyarrow as pa

    from cai_assets.learning.serving import Learned

SHOWN = 10
"""Answers that are shown unless more are asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it is printed: what, how strongly, why, and where it is written."""

    head: str
    figure: str = ""
    lines: Sequence[str] = ()


def options(say: Messages) -> list[click.Parameter]:
    """The options that all these commands have."""
    return [
        click.Option(
            ["--top"], type=click.IntRange(min=1), metavar="N", default=SHOWN, show_default=True,
            help=say(M.HELP_TOP),
        ),
        click.Option(
            ["--format", "form"], type=click.Choice(["text", "json"]), default="text",
            help=say(M.HELP_ANSWER),
        ),
    ]  # fmt: skip


def find(session: Session, name: str, group: str, table: str | None = None) -> Learned:
    """The newest upload of `name` that was learned from; says so if there is a newer one.

    Raises WrongUse if there is no such configuration, or nothing was learned from it.
    """
    from cai_assets.knowledge.lean import leave_pandas_out
    from cai_assets.knowledge.snapshots import Snapshots
    from cai_assets.learning.schema import SCORES
    from cai_assets.learning.serving import NothingLearned, find_learned

    if session.alone:
        leave_pandas_out()
    configuration = current_snapshot(session, name).configuration
    try:
        learned = find_learned(
            Snapshots(session.settings.tables), configuration, group, table or SCORES.name
        )
    except NothingLearned as error:
        raise WrongUse(session.say.of(error.words)) from error
    if not learned.current:
        session.note(session.say(M.OF_EARLIER_UPLOAD, upload=learned.upload, name=configuration))
    return learned


def champions_rows(session: Session, learned: Learned, model: str, table: str) -> pa.Table:
    """What the champion of `model` answers. Raises WrongUse if there is none."""
    from cai_assets.learning.registry import Registry
    from cai_assets.learning.serving import NothingLearned, champion_answers

    try:
        return champion_answers(learned, Registry(session.settings.models), model, table)
    except NothingLearned as error:
        raise WrongUse(session.say.of(error.words)) from error


def show(
    session: Session,
    learned: Learned,
    rows: Sequence[dict[str, Any]],
    answers: Iterable[Answer],
    form: str,
    top: int,
) -> None:
    """Print the first `top` answers, or their rows as JSON."""
    if form == "json":
        shown = {
            "configuration": learned.configuration,
            "upload": learned.upload,
            "count": len(rows),
            "answers": rows[:top],
        }
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo(session.say(M.NO_ANSWERS))
        return
    print_answers(session, answers, top)
    if len(rows) > top:
        click.echo(session.say(M.MORE_ANSWERS, count=session.say.number(len(rows) - top)))


def print_answers(session: Session, answers: Iterable[Answer], top: int) -> None:
    """Print answers numbered from 1."""
    from rich.text import Text

    for place, answer in enumerate(answers, 1):
        if place > top:
            break
        line = Text(f"{place:>3}  ")
        line.append(answer.head, style="bold")
        if answer.figure:
            line.append(f"  {answer.figure}")
        for more in answer.lines:
            if more:
                line.append(f"\n     {more}", style="dim")
        session.console.print(line, soft_wrap=True)
