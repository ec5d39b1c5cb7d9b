"""Small disks to fill up or to make read-only: a `tmpfs` each, where tests may mount one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_FILLER = ".filler"
_BLOCK = 4096


def may_mount() -> bool:
    """Whether this process may mount a `tmpfs`: root on Linux, outside most containers."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("mount") is not None


needs_mount = pytest.mark.skipif(not may_mount(), reason="only root on Linux may mount a tmpfs")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A disk of `size` (`4m`) at `folder`, gone afterwards. Skips where mounting is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    done = _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    if done.returncode:
        pytest.skip(f"mount is refused: {done.stderr.strip()}")
    try:
        yield
    finally:
        _run("umount", "--lazy", str(folder))


@contextmanager
def full(folder: Path, *, left: int = 0) -> Iterator[None]:
    """The disk of `folder` filled up to `left` bytes."""
    filler = folder / _FILLER
    with filler.open("wb", buffering=0) as out:
        while (room := shutil.disk_usage(folder).free - left) >= _BLOCK:
            out.write(bytes(min(room, 256 * _BLOCK)))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The disk at `folder` read-only for everybody, root too."""
    assert _run("mount", "-o", "remount,ro", str(folder)).returncode == 0
    try:
        yield
    finally:
        assert _run("mount", "-o", "remount,rw", str(folder)).returncode == 0


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
