"""What a forkserver of steps needs beside `preload`: that each step ends with its run."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time

from cai_assets.defs import preload as _preload  # loads everything
from cai_assets.defs.forks import STEP, call_this_process, end_with_server
from cai_assets.knowledge.pool import end_with_parent

__all__ = ["_preload"]

_BOOT_SECONDS = 60.0


def _begin_step() -> None:
    """In a step's process: end it when the process of its run ends, however that ends."""
    call_this_process(STEP)
    end_with_server()

    def watch() -> None:
        # Whose child it is, a process learns only after the fork.
        deadline = time.monotonic() + _BOOT_SECONDS
        while multiprocessing.parent_process() is None:
            if time.monotonic() > deadline:
                return
            time.sleep(0.1)
        end_with_parent()

    threading.Thread(target=watch, name="waits for its parent's name", daemon=True).start()


os.register_at_fork(after_in_child=_begin_step)
