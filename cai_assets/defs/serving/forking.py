"""Programs as forks of one process that has imported all of them.

Three programs that each import Dagster hold three copies of it; forks share the pages that none
of them writes to (figures: docs/benchmarks.md), and they start in an instant. Whoever forks
must have no threads: nothing here speaks gRPC or opens a database.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import runpy
import signal
import sys
import threading
import time
from typing import NoReturn

from cai_assets.defs.api_server import fork_runs, outlive_storage
from cai_assets.defs.executors import PRELOAD
from cai_assets.defs.memory import give_back
from cai_assets.defs.serving.programs import CODE, Program

_MODULES = (
    "dagster._cli.api",
    "dagster._core.storage.sqlite_storage",
    "dagster._daemon.cli",
    "dagster._daemon.controller",
    "dagster._grpc.server",
    "dagster_graphql.schema",
    "dagster_webserver.cli",
    "dagster_webserver.webserver",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""What the programs need beside what runs and steps need, whose code is below theirs anyway."""

_GRACE_SECONDS = 20.0


def preload() -> None:
    """Import what the programs and their runs need, resolved; keep it out of collections.

    A fault in the definitions is left for the code server, which shows it in the web page.
    """
    importlib.import_module(PRELOAD)
    with contextlib.suppress(Exception):
        for name in _MODULES:
            importlib.import_module(name)
        from dagster_graphql.schema import create_schema

        create_schema()
        outlive_storage()
    gc.collect()
    gc.freeze()


class Lifeline:
    """A pipe that the first process holds open: its end tells all forks that it is gone."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def let_go(self) -> None:
        """In a fork, first of all: leave holding it open to the first process."""
        os.close(self._write)

    def follow(self) -> None:
        """In a fork: end in good order when the first process has ended, however it ended."""

        def watch() -> None:
            os.read(self._read, 1)  # blocks until nobody holds the other end
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(_GRACE_SECONDS)
            os._exit(1)

        threading.Thread(target=watch, name="ends with cai serve", daemon=True).start()


def fork(program: Program, lifeline: Lifeline) -> int:
    """Start `program` as a fork of this process; returns its number."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    number = os.fork()
    if number == 0:
        _become(program, lifeline)
    return number


def _become(program: Program, lifeline: Lifeline) -> NoReturn:
    code = 1
    try:
        # Ctrl+C in a terminal reaches the first process alone, which ends the others in order.
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        lifeline.let_go()
        if program.name == CODE:
            fork_runs()
        give_back()
        lifeline.follow()
        sys.argv = [program.module, *program.arguments]
        runpy.run_module(program.module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        _leave(code)


def _leave(code: int) -> NoReturn:
    import atexit

    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
