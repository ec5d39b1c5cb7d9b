"""Memory of programs that run for months: given back to the system, not kept for later."""

from __future__ import annotations

import contextlib
import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Numbers of glibc's mallopt(3)."""

_BLOCK = 128 * 1024
"""Bytes from which a block has pages of its own. It is glibc's beginning; left alone, it grows with
what was freed, up to 32 MiB, and blocks below it leave holes."""


def give_back() -> None:
    """Let this process, which waits more than it computes, return what it has freed.

    Each of the many threads of a server would else keep a heap of its own. For processes that
    compute it would be slower. Does nothing where the C library is not glibc.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _BLOCK)
        mallopt(_TRIM_THRESHOLD, _BLOCK)
