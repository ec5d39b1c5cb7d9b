"""Processes of runs and steps that begin as copies of one that has loaded everything.

`multiprocessing` starts its forkserver as a new interpreter, which imports for seconds what the
process that asks for it has imported already. Here that server is a fork of the process that asks:
it is there in milliseconds and shares its memory. Fork only where no other thread lives.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

RUN, STEP, SERVER, TRACKER = "cai-run", "cai-step", "cai-forkserver", "cai-tracker"
"""What the processes are called where a system shows names; at most 15 characters."""

_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""

_server: list[int] = []
"""The process that forks begin as copies of; in a fork that has begun, empty."""


def can_fork() -> bool:
    """Whether this system forks. macOS does too, but its own libraries forbid it."""
    return sys.platform.startswith("linux")


def call_this_process(name: str) -> None:
    """Give this process a name of its own for `top` and `ps`: forks all look like their parent."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(name, encoding="ascii")


def forks_begin_here() -> None:
    """Take note that this process is the one that others will be forks of."""
    _server[:] = [os.getpid()]


def end_with_server() -> None:
    """End this process, a fork, at once when the forkserver that made it has ended.

    Whoever asked for the process learns of its end through that server and takes it for dead
    then; it must not go on beside what is started in its place.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if _server and os.getppid() != _server.pop():
        os._exit(1)  # it ended before this process asked to be told


def fork_server(modules: Sequence[str]) -> bool:
    """Make the forkserver of this process a fork of it, which then imports `modules`.

    Does nothing, and returns False, where no fork is possible; `multiprocessing` then starts its
    own when it is needed, and does so too after this one has died.
    """
    if not can_fork():
        return False
    from multiprocessing import forkserver, resource_tracker, util

    # Everything but the start of the process is left to the library, whose versions differ. Its
    # tracker of resources, an interpreter of its own too, is forked where there is none yet.
    library: Any = util
    spawn = library.spawnv_passfds
    forkserver.set_forkserver_preload(list(modules))
    try:
        library.spawnv_passfds = partial(_fork_instead, TRACKER)
        resource_tracker.ensure_running()
        library.spawnv_passfds = partial(_fork_instead, SERVER)
        forkserver.ensure_running()
    except OSError:
        return False
    finally:
        library.spawnv_passfds = spawn
    server: Any = forkserver
    # Its folder may be that of a process which lives much longer.
    util.Finalize(None, _remove, (server._forkserver._forkserver_address,), exitpriority=0)
    return True


def _remove(socket: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(socket)


def _fork_instead(
    name: str, _executable: object, arguments: Sequence[Any], kept: Sequence[int]
) -> int:
    """A fork that does what `python -c <code>`, the last of `arguments`, would do."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    number = os.fork()
    if number == 0:
        _serve(name, str(arguments[-1]), kept)
    return number


def _serve(name: str, code: str, kept: Sequence[int]) -> NoReturn:
    status = 1
    try:
        call_this_process(name)
        _forget_parent(kept)
        forks_begin_here()
        exec(code, {"__name__": name})
        status = 0
    except SystemExit:
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def _forget_parent(kept: Sequence[int]) -> None:
    """Leave to the parent what is the parent's: open files, its children, its own parent.

    `kept` are numbers of files that were opened for this fork.
    """
    from multiprocessing import forkserver, process, resource_tracker

    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in kept:
            with contextlib.suppress(OSError):  # one of them was that of the list
                os.close(number)
    # As in a new interpreter: locks that the parent holds while it forks, and its children. Forks
    # of this process are handed what they need of it.
    for module, name in ((resource_tracker, "_resource_tracker"), (forkserver, "_forkserver")):
        getattr(module, name).__init__()
    state: Any = process
    state._parent_process = None
