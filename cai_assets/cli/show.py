"""`cai show`: a card of one metadata object, read from the tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cai_assets.cli.frame import Command, Session, WrongUse, session
from cai_assets.cli.stored import StoredTables, close_names, current_snapshot
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath

SHOWN_ROWS = 25
"""Rows of a list that are shown unless all are asked for."""


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="show",
        say=say,
        help=f"{say(M.HELP_SHOW)}\n\n{say(M.HELP_OBJECT)}\n\n{say(M.HELP_SHOW_NAME)}",
        short_help=say(M.HELP_SHOW),
        params=[
            click.Argument(["name"]),
            click.Argument(["object_name"], metavar="OBJECT"),
            click.Option(["--full"], is_flag=True, help=say(M.HELP_FULL)),
        ],
        callback=lambda **options: show(session(), **options),
    )


def show(session: Session, name: str, object_name: str, full: bool) -> None:
    """Print all that is known about `object_name` of the configuration `name`."""
    from cai_assets.analysis.objects import AmbiguousObject, UnknownObject, describe, find_object
    from cai_assets.cli.card import Painter

    say = session.say
    tables = StoredTables(_folder_of(session, name))
    try:
        cards = describe(tables, find_object(tables, object_name))
    except UnknownObject as error:
        text = say(M.UNKNOWN_OBJECT, name=name, object=object_name)
        raise WrongUse(text + close_names(say, error.close)) from error
    except AmbiguousObject as error:
        names = ", ".join(error.candidates)
        raise WrongUse(say(M.SEVERAL_OBJECTS, object=object_name, names=names)) from error
    painter = Painter(say, shown=None if full else SHOWN_ROWS)
    for card in cards:
        session.console.print(painter.paint(card))


def _folder_of(session: Session, name: str) -> StoredPath:
    """The folder with the tables of the configuration, or of `cai parse`, called `name`."""
    from cai_assets.knowledge.snapshots import GROUP

    if (Path(name) / "objects.parquet").is_file():
        return Path(name)
    return current_snapshot(session, name).folder / GROUP
