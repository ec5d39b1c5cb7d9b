"""Worker processes: forked from a server that has imported what they need, spawned on Windows.

Light to import, so that a command can start the server before it imports anything itself.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
import os
import sys

_PRELOADED = ["cai_assets.knowledge.worker"]


def worker_count(workers: int | None) -> int:
    """How many workers there will be: as asked for, else one per core."""
    return workers or os.cpu_count() or 1


def context() -> multiprocessing.context.BaseContext:
    """How workers start. Not forked from the caller, which may have threads."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(_PRELOADED)
    return server


def warm_up() -> None:
    """Start the server now; it imports while the caller does something else."""
    if sys.platform != "win32":
        from multiprocessing import forkserver

        context()
        forkserver.ensure_running()
