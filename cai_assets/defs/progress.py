"""Telling how far a step is."""

from __future__ import annotations

import time
from collections.abc import Callable

_SECONDS = 3.0


def progress_log(log: Callable[[str], object]) -> Callable[[int, int], None]:
    """Log how far it is, every few seconds: each message is a row in Dagster's storage."""
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS:
            last = time.monotonic()
            log(f"{done} of {total} files")

    return tell
