"""`cai dataset`: the dataset of a configuration, copied to where it is to be used."""

from __future__ import annotations

from pathlib import Path

import click

from cai_assets.cli.frame import Command, Failure, Session, session
from cai_assets.cli.learned import find
from cai_assets.messages import M, Messages


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="dataset",
        say=say,
        help=f"{say(M.HELP_DATASET)}\n\n{say(M.HELP_IMPACT_NAME)}",
        short_help=say(M.HELP_DATASET),
        params=[
            click.Argument(["name"]),
            click.Option(
                ["--out"],
                metavar="DIR",
                required=True,
                type=click.Path(path_type=Path, file_okay=False),
                help=say(M.HELP_DATASET_OUT),
            ),
        ],
        callback=lambda **options: export(session(), **options),
    )


def export(session: Session, name: str, out: Path) -> None:
    """Copy tables, JSONL files and card of the newest dataset of `name` to `out`."""
    from cai_assets.cli.terminal import show_facts
    from cai_assets.knowledge.storage import copy_out, files
    from cai_assets.learning.dataset.schema import GROUP, ROUTINES

    learned = find(session, name, GROUP, ROUTINES.name)
    source = learned.folder / GROUP
    facts = []
    try:
        for file in files(source):
            target = out / file
            target.parent.mkdir(parents=True, exist_ok=True)
            copy_out(source / file, target)
            size = session.say.number(round(target.stat().st_size / 1024))
            facts.append((file, f"{size} KiB"))
    except OSError as error:
        reason = error.strerror or error
        raise Failure(session.say(M.CANNOT_WRITE, path=out, reason=reason)) from error
    show_facts(session, facts)
