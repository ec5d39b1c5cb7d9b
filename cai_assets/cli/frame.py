"""What all commands share: the session, help in two languages, errors as one sentence.

A command raises `WrongUse` for what its user can mend (exit code 2) and `Failure` for work that
did not succeed (exit code 1). Neither shows a traceback; any other exception is a bug and does.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from cai_assets.messages import M, Messages, choose_language

if TYPE_CHECKING:
    from rich.console import Console

    from cai_assets.messages import Language
    from cai_assets.settings import Settings

WRONG_USE = 2
FAILED = 1
INTERRUPTED = 130

_PIPED_WIDTH = 160


class WrongUse(Exception):
    """A path, option or name is wrong; the text says which and what to do."""


class Failure(Exception):
    """The work failed; the text says why."""


class Session:
    """The language, the settings and the terminal of one call.

    `alone`: this process does nothing but this call.
    """

    def __init__(self, say: Messages, data: str | None, *, alone: bool = False) -> None:
        self.say = say
        self.alone = alone
        self._data = data

    @cached_property
    def settings(self) -> Settings:
        """The settings, with `--data` before `CAI_HOME`. Raises WrongUse on a wrong value."""
        from pydantic import ValidationError

        from cai_assets.settings import Settings

        options: dict[str, Any] = {"lang": self.say.language}
        if self._data:
            options["home"] = self._data
        try:
            return Settings(**options)
        except ValidationError as error:
            first = error.errors()[0]
            name = "CAI_" + "_".join(str(step) for step in first["loc"]).upper()
            shown = "***" if Settings.is_secret(str(first["loc"][0])) else first["input"]
            value = f"{shown}: {first['msg']}"
            raise WrongUse(self.say(M.BAD_SETTING, name=name, value=value)) from error

    @cached_property
    def console(self) -> Console:
        """Results go here, to standard output."""
        from rich.console import Console

        # Piped output has no width of its own; 80 would break the names of 1C apart.
        width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPED_WIDTH
        return Console(highlight=False, width=width)

    @cached_property
    def progress_console(self) -> Console:
        """Progress goes here, to standard error, so that output can be redirected."""
        from rich.console import Console

        return Console(stderr=True, highlight=False)

    def note(self, text: str) -> None:
        """Say on standard error what is going on."""
        click.echo(text, err=True)


# --- help -----------------------------------------------------------------------------------


class Formatter(click.HelpFormatter):
    """Click's help with its few fixed words in the language of the call."""

    say: Messages

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, self.say(M.USAGE) if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a section under its translated heading."""
        known = {"Options": M.OPTIONS, "Commands": M.COMMANDS}
        with super().section(self.say(known[name]) if name in known else name):
            yield


class Context(click.Context):
    """A context whose help speaks the language of its command."""

    def make_formatter(self) -> click.HelpFormatter:
        """A formatter in the language of the command."""
        formatter = Formatter(width=self.terminal_width, max_width=self.max_content_width or 100)
        command = self.command
        assert isinstance(command, Command | Group)
        formatter.say = command.say
        return formatter


class Command(click.Command):
    """A command that speaks one language."""

    context_class = Context

    def __init__(self, *args: Any, say: Messages, **options: Any) -> None:
        super().__init__(*args, **options)
        self.say = say

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option `--help`, its text translated."""
        return _translated(super().get_help_option(ctx), self.say)


class Group(click.Group):
    """A group of commands that speaks one language."""

    context_class = Context

    def __init__(self, *args: Any, say: Messages, **options: Any) -> None:
        super().__init__(*args, **options)
        self.say = say

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option `--help`, its text translated."""
        return _translated(super().get_help_option(ctx), self.say)


def _translated(option: click.Option | None, say: Messages) -> click.Option | None:
    if option is not None:
        option.help = say(M.HELP_HELP)
    return option


def session() -> Session:
    """The session of the running command."""
    found = click.get_current_context().find_object(Session)
    assert found is not None
    return found


# --- language and errors --------------------------------------------------------------------


def language_of(arguments: Sequence[str]) -> Language:
    """The language of a call; `--lang` is looked up before parsing, since help needs it too."""
    wanted = None
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--lang="):
            wanted = argument.partition("=")[2]
    return choose_language(wanted)


def speak_unicode() -> None:
    """Let a console that lacks a character show `?` instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


@dataclass(slots=True)
class Outcome:
    """The exit code of a call."""

    code: int = 0


@contextmanager
def use_errors(say: Messages) -> Iterator[Outcome]:
    """Turn what a command raises into one sentence on standard error and an exit code."""
    outcome = Outcome()
    try:
        yield outcome
    except WrongUse as error:
        outcome.code = WRONG_USE
        _complain(say, str(error))
    except Failure as error:
        outcome.code = FAILED
        _complain(say, str(error))
    except click.exceptions.Exit as error:
        outcome.code = error.exit_code
    except click.UsageError as error:
        outcome.code = WRONG_USE
        _complain(say, _usage_text(say, error))
    except click.ClickException as error:
        outcome.code = error.exit_code
        _complain(say, error.format_message())
    except (KeyboardInterrupt, click.Abort):
        outcome.code = INTERRUPTED
        click.echo(say(M.INTERRUPTED), err=True)
    except OSError as error:
        if not _is_broken_pipe(error):
            raise
        # The reader of a pipe, `head` for one, had enough.
        sys.stderr.close()
    except Exception as error:
        # Not imported for it: most calls do not get as far as the tables.
        storage = sys.modules.get("cai_assets.knowledge.storage")
        if storage is None or not isinstance(error, storage.StoreError):
            raise
        outcome.code = FAILED
        _complain(say, error.text(say.language))


def _is_broken_pipe(error: OSError, windows: bool = os.name == "nt") -> bool:
    """Windows calls writing to a closed pipe an invalid argument, and names no file."""
    if isinstance(error, BrokenPipeError):
        return True
    return windows and error.errno == errno.EINVAL and error.filename is None


def _complain(say: Messages, text: str) -> None:
    click.echo(say(M.ERROR, text=text), err=True)


def _usage_text(say: Messages, error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "cai"
    match error:
        case click.NoSuchOption():
            return say(M.NO_SUCH_OPTION, name=error.option_name, command=command)
        case click.exceptions.NoSuchCommand():
            return say(M.NO_SUCH_COMMAND, name=error.command_name, command=command)
        case click.MissingParameter():
            return say(M.MISSING_ARGUMENT, name=_name_of(error), command=command)
        case click.BadParameter():
            if allowed := _allowed(error.param):
                return say(M.NOT_ALLOWED, name=_name_of(error), allowed=allowed)
            return say(M.BAD_VALUE, name=_name_of(error), command=command)
        case click.BadOptionUsage():
            return say(M.MISSING_VALUE, name=error.option_name, command=command)
    return say(M.BAD_USE, text=error.format_message(), command=command)


def _allowed(parameter: click.Parameter | None) -> str:
    """The values that a parameter takes, where they can be listed."""
    kind = parameter.type if parameter else None
    if isinstance(kind, click.Choice):
        return ", ".join(map(str, kind.choices))
    if isinstance(kind, click.IntRange) and kind.min is not None:
        return f"{kind.min} … {'' if kind.max is None else kind.max}".rstrip()
    return ""


def _name_of(error: click.BadParameter) -> str:
    parameter = error.param
    if isinstance(parameter, click.Option):
        return parameter.opts[0]
    return parameter.human_readable_name if parameter else ""
