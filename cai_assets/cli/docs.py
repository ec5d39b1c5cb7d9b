"""`cai docs`: the documentation site of a configuration: written if need be, opened or served."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click

from cai_assets.cli.frame import Command, Failure, Session, session
from cai_assets.cli.stored import current_snapshot
from cai_assets.messages import M, Messages

HOST, PORT = "127.0.0.1", 8010


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="docs",
        say=say,
        help=f"{say(M.HELP_DOCS)}\n\n{say(M.HELP_IMPACT_NAME)}",
        short_help=say(M.HELP_DOCS),
        params=[
            click.Argument(["name"]),
            click.Option(["--open", "open_it"], is_flag=True, help=say(M.HELP_DOCS_OPEN)),
            click.Option(["--serve"], is_flag=True, help=say(M.HELP_DOCS_SERVE)),
            click.Option(
                ["--port"], type=click.IntRange(0, 65535), default=PORT, show_default=True,
                help=say(M.HELP_DOCS_PORT),
            ),
            click.Option(["--quiet", "-q"], is_flag=True, help=say(M.HELP_QUIET)),
        ],
        callback=lambda **options: docs(session(), **options),
    )  # fmt: skip


def docs(session: Session, name: str, open_it: bool, serve: bool, port: int, quiet: bool) -> None:
    """Bring the site of the configuration `name` up to date and say where it is."""
    say = session.say
    configuration, folder = _written(session, name, quiet)
    if not serve:
        click.echo(str(folder / "index.html"))
        if open_it:
            webbrowser.open((folder / "index.html").as_uri())
        return
    with server(folder, port, _in_use(session, port)) as served:
        address = f"http://{HOST}:{served.server_address[1]}/"
        click.echo(say(M.DOCS_SERVED, name=configuration, address=address))
        if open_it:
            webbrowser.open(address)
        served.serve_forever()


def _written(session: Session, name: str, quiet: bool) -> tuple[str, Path]:
    """The configuration and the folder of its site, which is written as far as it is stale."""
    from cai_assets.cli.terminal import progress_line
    from cai_assets.knowledge.snapshots import Snapshots
    from cai_assets.site.build import build_site
    from cai_assets.site.model import Context
    from cai_assets.site.tables import Place

    say, settings = session.say, session.settings
    snapshot = current_snapshot(session, name)
    configuration = snapshot.configuration
    with progress_line(session, quiet) as line:
        line.stage(say(M.WRITING_PAGES))
        try:
            built = build_site(
                Place.of(Snapshots(settings.tables), snapshot, settings.models),
                settings.site_of(configuration),
                Context(say.language, configuration),
                workers=settings.workers,
                progress=line.files,
            )
        except (FileNotFoundError, TimeoutError) as error:
            raise Failure(say(M.DOCS_FAILED, name=configuration, reason=error)) from error
    session.note(
        say(
            M.DOCS_WRITTEN,
            name=configuration,
            pages=say.number(built.pages),
            written=say.number(len(built.written)),
            seconds=say.decimal(sum(built.seconds.values())),
        )
    )
    return configuration, built.folder


def _in_use(session: Session, port: int) -> Callable[[OSError], Failure]:
    return lambda error: Failure(
        session.say(M.PORT_IN_USE, port=port, reason=error.strerror or error)
    )


def server(folder: Path, port: int, failed: Callable[[OSError], Exception]) -> ThreadingHTTPServer:
    """A server of the files in `folder` on this machine alone; raises `failed(…)` if it cannot."""
    try:
        return ThreadingHTTPServer((HOST, port), partial(_Files, directory=str(folder)))
    except OSError as error:
        raise failed(error) from error


class _Files(SimpleHTTPRequestHandler):
    """Serves pages, and neither lists folders nor shows what begins with a dot."""

    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".md": "text/markdown; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
    }

    def send_head(self) -> Any:
        if any(part.startswith(".") for part in unquote(self.path).split("?")[0].split("/")):
            self.send_error(404)
            return None
        return super().send_head()

    def list_directory(self, path: Any) -> Any:
        self.send_error(404)

    def log_message(self, *_: Any) -> None:
        """Requests are nobody's business."""
