"""How what a step prints reaches the console: by a program that ends with the step.

Dagster writes it to a file and lets `tail` follow that; an interpreter for each such `tail` waits
for the step's sudden end. Two streams of every step and run make two interpreters, which cost
more than a small step; and a step killed between the start of the two leaves its `tail` for ever.
GNU `tail` looks after that itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_WAIT = "DAGSTER_COMPUTE_LOG_TAIL_WAIT_AFTER_FINISH"


def follow_by_pid() -> None:
    """Let Dagster follow output so in this process and its forks; may be called again.

    Does nothing where `tail` is not that of GNU: on Windows, on macOS, and where it is busybox.
    """
    if not _is_gnu():
        return
    from dagster._core.execution import compute_logs

    followed: Any = compute_logs
    followed.execute_posix_tail = _follow


@contextmanager
def _follow(path: str, stream: Any) -> Iterator[tuple[int, None]]:
    from dagster._core.execution import compute_logs

    library: Any = compute_logs
    command = ["tail", "-F", "-c", "+0", f"--pid={os.getpid()}", path]
    tail = subprocess.Popen(command, stdout=stream if library._fileno(stream) else None)
    try:
        yield tail.pid, None
    finally:
        time.sleep(float(os.environ.get(_WAIT, "0")))
        library._clean_up_subprocess(tail)


def _is_gnu() -> bool:
    found = shutil.which("tail") if sys.platform.startswith("linux") else None
    return found is not None and Path(found).resolve().name == "tail"
