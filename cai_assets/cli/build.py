"""`cai build`: everything for one configuration through Dagster, with its history."""

from __future__ import annotations

import click

from cai_assets.cli.frame import Command, Session, session
from cai_assets.messages import M, Messages


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="build",
        say=say,
        help=f"{say(M.HELP_BUILD)}\n\n{say(M.HELP_PATH)}",
        short_help=say(M.HELP_BUILD),
        params=[
            click.Argument(["path"]),
            click.Option(["--quiet", "-q"], is_flag=True, help=say(M.HELP_QUIET)),
        ],
        callback=lambda **options: build(session(), **options),
    )


def build(session: Session, path: str, quiet: bool) -> None:
    """placeholder"""
