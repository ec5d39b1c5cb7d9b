"""Waiting a little for who takes something in at this moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from cai_assets.intake.errors import InboxBusy

_SECONDS, _PAUSE = 10.0, 0.25

T = TypeVar("T")


def patiently(act: Callable[[], T], seconds: float = _SECONDS) -> T:
    """Call `act` until it does not raise `InboxBusy`, for `seconds` at most."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return act()
        except InboxBusy:
            if time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE)
