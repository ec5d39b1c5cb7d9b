"""`cai serve`: the whole platform of one machine, until somebody stops it."""

from __future__ import annotations

import webbrowser

import click

from cai_assets.cli.frame import Command, Failure, Session, session
from cai_assets.messages import M, Messages

_HOST, _PORT = "127.0.0.1", 3000


def command(say: Messages) -> click.Command:
    """The command in one language."""
    port = click.IntRange(1, 65535)
    return Command(
        name="serve",
        say=say,
        help=say(M.HELP_SERVE),
        short_help=say(M.HELP_SERVE_SHORT),
        params=[
            click.Option(["--host"], default=_HOST, show_default=True, help=say(M.HELP_SERVE_HOST)),
            click.Option(
                ["--port"], type=port, default=_PORT, show_default=True, help=say(M.HELP_SERVE_PORT)
            ),
            click.Option(["--metrics-port"], type=port, help=say(M.HELP_SERVE_METRICS)),
            click.Option(["--read-only"], is_flag=True, help=say(M.HELP_SERVE_READ_ONLY)),
            click.Option(["--open", "open_it"], is_flag=True, help=say(M.HELP_SERVE_OPEN)),
        ],
        callback=lambda **options: serve(session(), **options),
    )


def serve(
    session: Session,
    host: str,
    port: int,
    metrics_port: int | None,
    read_only: bool,
    open_it: bool,
) -> None:
    """Start all programs and keep them up. Raises Failure that says why it cannot."""
    from cai_assets.defs.serving.programs import Wanted, address, port_is_free
    from cai_assets.defs.serving.stack import HistoryInUse, Stack

    say = session.say
    wanted = Wanted(host, port, metrics_port or 0, read_only)
    for asked in filter(None, (port, metrics_port)):
        if not port_is_free(host, asked):
            raise Failure(say(M.SERVE_PORT_TAKEN, port=asked))

    def ready() -> None:
        inbox = session.settings.inbox
        click.echo(say(M.SERVE_READY, address=address(wanted), inbox=inbox))
        if open_it:
            webbrowser.open(address(wanted))

    def ended(name: str, seconds: str) -> None:
        session.note(say(M.SERVE_ENDED, name=name, seconds=seconds))

    session.note(say(M.SERVE_STARTING))
    try:
        Stack(session.settings, wanted).run(ready, ended)
    except HistoryInUse as error:
        raise Failure(say(M.SERVE_IN_USE, home=error)) from error
    except TimeoutError as error:
        raise Failure(say(M.SERVE_TIMEOUT, name=error)) from error
    except (OSError, RuntimeError) as error:
        raise Failure(say(M.SERVE_FAILED, reason=error)) from error
