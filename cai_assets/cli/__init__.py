"""`cai`, the command line: thin, calls the same functions as the assets.

One module per command. A module imports only click and the catalogue of messages at its top,
so that `cai --help` answers at once; whatever is heavy is imported inside the command.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from cai_assets import __version__
from cai_assets.cli.frame import Group, Session, language_of, speak_unicode, use_errors
from cai_assets.messages import M, Messages


def command_line(say: Messages) -> click.Group:
    """The `cai` group in one language."""
    from cai_assets.cli import (
        alerts,
        areas,
        build,
        check,
        dataset,
        docs,
        impact,
        listing,
        metrics,
        parse,
        refactor,
        search,
        serve,
        show,
        subsystems,
        suggest,
        train,
        upload,
        worker,
    )

    group = Group(
        name="cai",
        help=f"{say(M.HELP_MAIN)}\n\n{say(M.HELP_EXIT_CODES)}",
        say=say,
        params=[
            click.Option(["--lang"], type=click.Choice(["ru", "en"]), help=say(M.HELP_LANG)),
            click.Option(["--data"], metavar="DIR", help=say(M.HELP_DATA)),
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show_version,
                help=say(M.HELP_VERSION),
            ),
        ],
        callback=_start,
    )
    for module in (
        build, parse, check, upload, serve, listing, show, impact, docs, metrics, alerts, worker,
    ):  # fmt: skip
        group.add_command(module.command(say))
    for command in (
        train.command,
        train.models_command,
        search.command,
        suggest.command,
        subsystems.command,
        areas.command,
        refactor.command,
        dataset.command,
    ):
        group.add_command(command(say))
    return group


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `cai` with `arguments` and exit with its code."""
    speak_unicode()
    given = list(sys.argv[1:] if arguments is None else arguments)
    _leave(run(given, alone=True))


def _leave(code: int) -> NoReturn:
    """End without freeing memory piece by piece, which takes a tenth of a second."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads any more, or it is closed
            stream.flush()
    os._exit(code)


def run(arguments: Sequence[str], *, alone: bool = False) -> int:
    """Run `cai` with `arguments` and return its exit code: 0, 1 (failed) or 2 (wrong use).

    `alone` says that this process does nothing else, before or after.
    """
    say = Messages(language_of(arguments))
    with use_errors(say) as outcome:
        group = command_line(say)
        # Without standalone mode click returns the code of `--help` and hands on what is raised.
        returned = group.main(
            list(arguments) or ["--help"], "cai", standalone_mode=False, obj=alone
        )
        outcome.code = returned if isinstance(returned, int) else 0
    return outcome.code


def _start(lang: str | None, data: str | None) -> None:
    """Make the session that all commands share. `--lang` was read before the parser was made."""
    del lang
    context = click.get_current_context()
    command = context.command
    assert isinstance(command, Group)
    home = os.path.abspath(data) if data else None
    context.obj = Session(command.say, home, alone=bool(context.obj))


def _show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"cai-assets {__version__}")
        context.exit()
