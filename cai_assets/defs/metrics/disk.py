"""Disk: how much each part of the data root takes, and how much is left. Pure files.

Walking takes long where uploads are large. It has a thread of its own, and rests on the way.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from cai_assets.defs.metrics.catalogue import DISK, DISK_FREE, DISK_SIZE, DISK_USED
from cai_assets.defs.metrics.samples import DISK_LANE, Gauges, Growing

_REST_AFTER, _REST_SECONDS = 2000, 0.05
_BLOCK = 512


class Disk:
    """The part `disk`. `parts` are measured; of `volumes` the free space is told."""

    name, lane = DISK, DISK_LANE

    def __init__(
        self, parts: Mapping[str, Path], volumes: Mapping[str, Path], every: float = 30.0
    ) -> None:
        self.growing = Growing(DISK)
        self.every = every
        self._parts = parts
        self._volumes = volumes
        self._sizes: dict[str, int] = {}
        self._due = 0.0

    def read(self) -> Gauges:
        """Free space each time; sizes less often, the longer the walk has taken."""
        if time.monotonic() >= self._due:
            began = time.monotonic()
            self._sizes = {name: size_of(path) for name, path in self._parts.items()}
            # The walk takes at most 2 % of a core, and is as good as ten minutes old at best.
            self._due = time.monotonic() + max(600.0, 50 * (time.monotonic() - began))
        gauges = Gauges()
        for name, size in self._sizes.items():
            gauges.set(DISK_USED, size, name)
        for name, path in self._volumes.items():
            usage = shutil.disk_usage(path)
            gauges.set(DISK_FREE, usage.free, name)
            gauges.set(DISK_SIZE, usage.total, name)
        return gauges


def size_of(folder: Path) -> int:
    """Bytes that the files below `folder` take on disk; what cannot be looked at counts zero."""
    total, looked = 0, 0
    waiting = [os.fspath(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                        continue
                    status = entry.stat(follow_symlinks=False)
                    blocks = getattr(status, "st_blocks", None)
                    total += status.st_size if blocks is None else blocks * _BLOCK
                looked += 1
                if looked % _REST_AFTER == 0:
                    time.sleep(_REST_SECONDS)
    return total
