"""The inbox: what lies in it, what was taken and what was refused. Pure files."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from cai_assets.defs.metrics.catalogue import (
    INBOX_ENTRIES,
    INBOX_OLDEST,
    INTAKE,
    QUARANTINE_ENTRIES,
    UPLOADS,
)
from cai_assets.defs.metrics.samples import QUICK, Gauges, Growing
from cai_assets.intake.uploads import DataRoot

RESULTS = ("accepted", "duplicate", "quarantined")
_REASON = ".reason.txt"


class Journal:
    """A file of JSON lines, read from where it was left; lines from before are passed over.

    A file that was replaced, or is shorter than it was, is read from its beginning.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset: int | None = None
        self._file = 0
        self._rest = b""

    def events(self) -> Iterator[str]:
        """The events that were written since the last look."""
        first = self._offset is None
        try:
            with open(self._path, "rb") as file:
                status = os.fstat(file.fileno())
                if first:
                    self._offset, self._file = status.st_size, status.st_ino
                    return
                assert self._offset is not None
                if status.st_ino != self._file or status.st_size < self._offset:
                    self._offset, self._file, self._rest = 0, status.st_ino, b""
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            self._offset = self._offset or 0
            return
        self._offset += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError, KeyError, TypeError):
                yield str(json.loads(line)["event"])


class Intake:
    """The part `intake`."""

    name, lane, every = INTAKE, QUICK, 5.0

    def __init__(self, root: DataRoot) -> None:
        self.growing = Growing(INTAKE)
        self._root = root
        self._journal = Journal(root.journal)
        for result in RESULTS:
            self.growing.add(UPLOADS, result, amount=0)

    def read(self) -> Gauges:
        """Raises FileNotFoundError if the inbox is not there: that is not an empty inbox."""
        for event in self._journal.events():
            if event in RESULTS:
                self.growing.add(UPLOADS, event)
        gauges = Gauges()
        moments = list(_moments(self._root.inbox))
        gauges.set(INBOX_ENTRIES, len(moments))
        if moments:
            gauges.set(INBOX_OLDEST, min(moments))
        gauges.set(QUARANTINE_ENTRIES, _refused(self._root.quarantine))
        return gauges


def _moments(folder: Path) -> Iterator[float]:
    """When each entry last changed; an entry that is taken away meanwhile is left out."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                with contextlib.suppress(FileNotFoundError):
                    yield entry.stat(follow_symlinks=False).st_mtime


def _refused(folder: Path) -> int:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        return sum(entry.name.endswith(_REASON) for entry in entries)
    return 0
