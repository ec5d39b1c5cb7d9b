"""`cai upload`: put a configuration into the inbox, complete from the first moment."""

from __future__ import annotations

import click

from cai_assets.cli.frame import Command, Session, session
from cai_assets.cli.source import (
    intake_errors,
    require_configuration,
    require_path,
    require_writable,
)
from cai_assets.messages import M, Messages


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="upload",
        say=say,
        help=f"{say(M.HELP_UPLOAD)}\n\n{say(M.HELP_PATH)}",
        short_help=say(M.HELP_UPLOAD),
        params=[click.Argument(["path"])],
        callback=lambda **options: upload(session(), **options),
    )


def upload(session: Session, path: str) -> None:
    """Copy `path` into the inbox; it appears there in one step."""
    from cai_assets.intake.inbox import put
    from cai_assets.onec.disk import shown

    say, settings = session.say, session.settings
    source = require_path(session, path)
    require_configuration(session, source)
    require_writable(session, settings.inbox)
    with intake_errors(session):
        placed = put(source, settings.inbox, settings.unpack_limits())
    click.echo(say(M.UPLOADED, path=path, entry=shown(placed.path)))
    click.echo(say(M.UPLOADED_NEXT))
