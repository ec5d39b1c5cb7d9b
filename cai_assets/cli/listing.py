"""`cai list`: the configurations that are built, what waits in the inbox, what was refused."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cai_assets.cli.frame import Command, Session, session
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    from cai_assets.knowledge.snapshots import Snapshots

_REASON = ".reason.txt"
"""What the file beside a refused entry ends with; it says why."""


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="list",
        say=say,
        help=say(M.HELP_LIST),
        callback=lambda: list_configurations(session()),
    )


def list_configurations(session: Session) -> None:
    """Print a row per configuration."""
    from rich.table import Table
    from rich.text import Text

    from cai_assets.knowledge.snapshots import Snapshots

    say, settings = session.say, session.settings
    snapshots = Snapshots(settings.tables)
    names = snapshots.configurations()
    if names:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column(say(M.COLUMN_NAME), overflow="fold")
        table.add_column(say(M.COLUMN_BUILT), no_wrap=True)
        for label in (M.COLUMN_UPLOADS, M.COLUMN_PROJECTS, M.COLUMN_OBJECTS, M.COLUMN_ROUTINES):
            table.add_column(say(label), justify="right")
        for name in names:
            snapshot = snapshots.current(name)
            if snapshot is None:
                continue  # a parallel clean-up took it
            rows = snapshot.info.get("rows", {})
            table.add_row(
                Text(name),
                _local_time(snapshot.info.get("published", "")),
                say.number(len(snapshots.uploads(name))),
                *(say.number(rows.get(key, 0)) for key in ("projects", "objects", "routines")),
            )
        session.console.print(table)
    else:
        click.echo(say(M.NO_CONFIGURATIONS, path=settings.tables))
    if unbuilt := _not_built(session, snapshots):
        click.echo(say(M.NOT_BUILT, names=", ".join(unbuilt)))
    if waiting := _names_in(settings.inbox):
        click.echo(say(M.WAITING, names=", ".join(waiting)))
    if refused := _names_in(settings.quarantine):
        names_text = ", ".join(refused)
        click.echo(say(M.QUARANTINED, names=names_text, path=settings.quarantine))


def _not_built(session: Session, snapshots: Snapshots) -> list[str]:
    """Configurations whose latest upload has no tables: in the making, or failed."""
    from cai_assets.intake.uploads import DataRoot, latest_upload, slugs

    root = DataRoot(session.settings.root, session.settings.inbox)
    uploads = (latest_upload(root, slug) for slug in slugs(root))
    return [
        f"{upload.slug} ({upload.id})"
        for upload in uploads
        if upload is not None and not snapshots.is_complete(upload.slug, upload.id)
    ]


def _local_time(text: str) -> str:
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M")
    return text


def _names_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    names = (entry.name for entry in folder.iterdir())
    return sorted(name for name in names if name[0] != "." and not name.endswith(_REASON))
