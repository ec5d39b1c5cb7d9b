"""`cai metrics`: what Prometheus scrapes."""

from __future__ import annotations

import click

from cai_assets.cli.frame import Command, Failure, Session, session
from cai_assets.messages import M, Messages

_HOST, _PORT = "127.0.0.1", 9464


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="metrics",
        say=say,
        help=say(M.HELP_METRICS),
        short_help=say(M.HELP_METRICS),
        params=[
            click.Option(
                ["--host"], default=_HOST, show_default=True, help=say(M.HELP_METRICS_HOST)
            ),
            click.Option(
                ["--port"],
                type=click.IntRange(0, 65535),
                default=_PORT,
                show_default=True,
                help=say(M.HELP_METRICS_PORT),
            ),
        ],
        callback=lambda **options: metrics(session(), **options),
    )


def metrics(session: Session, host: str, port: int) -> None:
    """Serve until somebody stops it. Raises Failure where the address is taken."""
    from cai_assets.defs.metrics.server import serve

    say = session.say

    def ready(listens: int) -> None:
        session.note(say(M.METRICS_SERVED, host=host, port=listens))

    try:
        serve(session.settings, host, port, ready)
    except OSError as error:
        raise Failure(say(M.METRICS_REFUSED, host=host, port=port, reason=error)) from error
