"""Worker processes: forked from a server that has imported what they need, spawned on Windows.

Light to import, so that a command can start the server before it imports anything itself.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
import os
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any

_PRELOADED = ["cai_assets.knowledge.worker"]
_MOST_ON_WINDOWS = 61
"""Processes that Windows can wait for at a time; a pool refuses more."""


def worker_count(workers: int | None) -> int:
    """How many workers there will be: as asked for, else one per core."""
    count = workers or os.cpu_count() or 1
    return min(count, _MOST_ON_WINDOWS) if sys.platform == "win32" else count


def context() -> multiprocessing.context.BaseContext:
    """How workers start. Not forked from the caller, which may have threads."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    else:  # noqa: RET505 - a type checker for one platform must not call this unreachable
        server = multiprocessing.get_context("forkserver")
        server.set_forkserver_preload(_PRELOADED)
        return server


def warm_up() -> None:
    """Start the server now; it imports while the caller does something else."""
    if sys.platform != "win32":
        from multiprocessing import forkserver

        context()
        forkserver.ensure_running()


def begin(initializer: Callable[..., None] | None = None, *arguments: Any) -> None:
    """The first thing a worker does: from now on it ends with its parent, then `initializer`."""
    end_with_parent()
    if initializer is not None:
        initializer(*arguments)


def end_with_parent() -> None:
    """End this process at once if the one that started it ends, however that ends.

    Without this a worker whose parent was killed waits for ever: the pipe that it reads from is
    held open by the other workers. Files are written under temporary names and renamed, so
    nothing half-written is left that anybody would read.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="ends with its parent", daemon=True).start()
