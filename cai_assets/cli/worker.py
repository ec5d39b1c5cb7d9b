"""`cai worker`: takes steps from the queues of Celery, until somebody stops it."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from cai_assets.cli.frame import Command, Failure, Session, session
from cai_assets.defs.scaling.places import QUEUES
from cai_assets.messages import M, Messages


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="worker",
        say=say,
        help=say(M.HELP_WORKER),
        short_help=say(M.HELP_WORKER),
        params=[
            click.Option(
                ["--queue", "queues"],
                type=click.Choice(QUEUES),
                multiple=True,
                help=say(M.HELP_WORKER_QUEUE),
            ),
            click.Option(
                ["--name"], default="cai", show_default=True, help=say(M.HELP_WORKER_NAME)
            ),
        ],
        callback=lambda **options: worker(session(), **options),
    )


def worker(session: Session, queues: Sequence[str], name: str) -> None:
    """Work until stopped. Raises Failure that says what is not installed or not set."""
    say = session.say
    if os.name == "nt":
        raise Failure(say(M.WORKER_WINDOWS))
    # Steps read their settings from the environment.
    os.environ["CAI_HOME"] = str(session.settings.root)
    from cai_assets.defs.scaling.missing import NotPrepared

    try:
        from cai_assets.defs.scaling.celery_app import app_arguments

        app_arguments(session.settings)
    except NotPrepared as error:
        raise Failure(say(M.WORKER_NOT_PREPARED, reason=error)) from error
    from cai_assets.defs.scaling.celery_worker import app

    app.worker_main(
        ["worker", "-n", f"{name}@%h", "-Q", ",".join(queues or QUEUES), "--loglevel", "INFO"]
    )
