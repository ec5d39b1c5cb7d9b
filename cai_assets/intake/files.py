"""Small file-system tools of the intake: atomic writes, durable renames, locks, removal.

Each one works on Windows too: long paths, read-only files, no directory handles.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from cai_assets.intake.errors import NoSpace, disk_full_as_no_space
from cai_assets.onec import disk
from cai_assets.onec.disk import ON_WINDOWS

BLOCK = 256 * 1024
"""Bytes read and written at a time."""

DISK_BLOCK = 4096
"""What a small file costs on disk."""

_SYNC_ALL_ABOVE = 64
"""Files above which one `sync` of the system is far cheaper than a flush per file."""

_FLUSHED_TOGETHER = 16
"""Flushes waiting for the disk at a time, where there is no such `sync`."""

_DRAFT = re.compile(r"\..+\.\d+(-[0-9a-f]{8}|\.tmp)")
"""Names that `write_atomic`, and those who write tables, give to what is not finished."""

_ABANDONED_SECONDS = 3600.0

_HELD_SECONDS = 10.0
"""How long Windows' own helpers, its virus scanner for one, may hold what was just written."""


def extended(path: Path) -> Path:
    r"""Make a path absolute; on Windows give it the `\\?\` prefix that lifts the 260 limit."""
    return Path(disk.extended(os.fspath(path)))


def require_space(folder: Path, needed: int, reserve: int) -> None:
    """Raise `NoSpace` when the disk of `folder` has less than `needed` + `reserve` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed + reserve:
        detail = f"{needed + reserve:,} > {free:,}"
        raise NoSpace("no_space", str(folder), details={"detail": detail})


def create_file(path: Path) -> int:
    """Open a new file for writing, mode 0o644; never follows a link, never overwrites."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o644)
    if hasattr(os, "fchmod"):
        os.fchmod(handle, 0o644)
    return handle


def write_new(path: Path, blocks: Iterable[bytes]) -> int:
    """Write a new file from blocks; returns its size. See `create_file`."""
    size = 0
    handle = create_file(path)
    try:
        for block in blocks:
            write_all(handle, block)
            size += len(block)
    finally:
        os.close(handle)
    return size


def write_all(handle: int, block: bytes) -> None:
    """Write a whole block; the system may take it in parts."""
    done = os.write(handle, block)
    while done < len(block):
        done += os.write(handle, block[done:])


def blocks_of(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Read block after block until there is nothing left."""
    while block := read(BLOCK):
        yield block


def write_atomic(path: Path, data: bytes) -> None:
    """Write a small file so that a reader sees the old content or the new, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with disk_full_as_no_space(path):
            with open(temporary, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            replace(temporary, path)
            sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def sweep_drafts(folder: Path, *, below: bool = True, now: float | None = None) -> list[Path]:
    """Remove unfinished files of killed processes from `folder`; returns what was removed.

    With `below` also from all folders in it. What is younger than an hour stays: it may be in the
    writing. `now` is in seconds since the epoch.
    """
    moment = time.time() if now is None else now
    removed: list[Path] = []
    for root, folders, names in os.walk(extended(folder)):
        for path in (Path(root, name) for name in names if _DRAFT.fullmatch(name)):
            with contextlib.suppress(OSError):
                if moment - path.stat().st_mtime > _ABANDONED_SECONDS:
                    path.unlink()
                    removed.append(path)
        if not below:
            folders.clear()
    return removed


def rename(source: Path, target: Path) -> None:
    """`os.rename`, with some patience on Windows."""
    once_free(lambda: os.rename(source, target))


def replace(source: Path, target: Path) -> None:
    """`os.replace`, with some patience on Windows."""
    once_free(lambda: os.replace(source, target))


def once_free(
    act: Callable[[], None], seconds: float = _HELD_SECONDS, windows: bool = ON_WINDOWS
) -> None:
    """Call `act`; on Windows wait up to `seconds` for other programs to let go.

    There a file that anyone has open can be neither replaced nor moved, nor can its folder, and
    scanners and indexers open every new file for a moment.
    """
    pause, patience = 0.01, seconds if windows else 0.0
    while True:
        try:
            return act()
        except PermissionError:
            if patience <= 0:
                raise
        time.sleep(pause)
        patience -= pause
        pause = min(pause * 2, 1.0)


def sync_folder(folder: Path) -> None:
    """Make renames and creations in a folder survive a power cut, where the system can."""
    if ON_WINDOWS:
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems refuse
            os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(root: Path, files: int) -> None:
    """Bring a freshly written tree of `files` files to the disk before it is renamed."""
    if files > _SYNC_ALL_ABOVE and hasattr(os, "sync"):
        os.sync()
        return
    with disk_full_as_no_space(root), ThreadPoolExecutor(_FLUSHED_TOGETHER) as pool:
        for folder, _, names in os.walk(root):
            list(pool.map(_sync_file, [os.path.join(folder, name) for name in names]))
            sync_folder(Path(folder))


def _sync_file(path: str) -> None:
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rename_new(source: Path, target: Path) -> None:
    """Rename a file or folder in one step; `FileExistsError` if the target exists.

    A plain POSIX rename would silently replace a file, hence the hard link; where links are
    not supported a look before the rename has to do.
    """
    if source.is_dir() and not source.is_symlink():
        _rename_folder(source, target)
    elif ON_WINDOWS:
        rename(source, target)
    else:
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, "exists", str(target)) from None
            os.rename(source, target)
        else:
            os.unlink(source)
    sync_folder(target.parent)


def _rename_folder(source: Path, target: Path) -> None:
    if os.path.lexists(target):  # POSIX replaces an empty folder
        raise FileExistsError(errno.EEXIST, "exists", str(target))
    try:
        rename(source, target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FileExistsError(errno.EEXIST, "exists", str(target)) from error
        raise


def first_free(names: Iterable[str], place: Callable[[str], None]) -> str:
    """Call `place` with name after name until it does not raise `FileExistsError`."""
    for name in names:
        try:
            place(name)
        except FileExistsError:
            continue
        return name
    raise FileExistsError(errno.EEXIST, "no free name")


def remove_tree(path: Path) -> None:
    """Remove a file or a tree, read-only files included; absence is fine."""
    if not os.path.lexists(path):
        return
    if disk.is_link(os.lstat(path)) or not path.is_dir():
        _unlink(path)
    elif sys.version_info >= (3, 12):
        shutil.rmtree(path, onexc=lambda call, name, _: _retry_writable(call, name))
    else:
        shutil.rmtree(path, onerror=lambda call, name, _: _retry_writable(call, name))


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        _retry_writable(os.unlink, str(path))


def _retry_writable(call: Callable[..., Any], name: str) -> None:
    """Clear the read-only mark of a path and of its folder, then try once more."""
    if not os.path.lexists(name):
        return
    with contextlib.suppress(OSError):
        os.chmod(os.path.dirname(name), stat.S_IRWXU)
    if not os.path.islink(name):
        os.chmod(name, stat.S_IRWXU)
    if call in (os.unlink, os.rmdir, os.remove):
        call(name)
    else:  # a folder that could not be listed
        shutil.rmtree(name)


@contextmanager
def discarded_on_error(target: Path) -> Iterator[None]:
    """Remove what was written below `target` when the block fails for any reason."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            remove_tree(target)
        raise


class FolderLock:
    """An exclusive lock between processes. The system frees it when the holder dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock if nobody holds it; never waits."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                return False
            raise
        self._handle = handle
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            # A child forked meanwhile shares the handle: closing ours alone would not unlock.
            with contextlib.suppress(OSError):
                _unlock(self._handle)
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> FolderLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
