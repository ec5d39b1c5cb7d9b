"""Configurations: their newest upload, whether it is built, and how large they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cai_assets.defs.metrics.catalogue import (
    CONFIGURATIONS,
    CONFIGURATIONS_KNOWN,
    FILES,
    MODULES,
    OBJECTS,
    ROUTINES,
    SOURCE_BYTES,
    UPLOAD_BUILT,
    UPLOAD_RECEIVED,
    UPLOADS_KEPT,
)
from cai_assets.defs.metrics.samples import SLOW, Gauges, Growing, bounded
from cai_assets.intake.uploads import DataRoot, latest_upload, slugs
from cai_assets.knowledge.snapshots import Snapshots

_ROWS = {OBJECTS: "objects", ROUTINES: "routines", MODULES: "modules"}
_STATS = {FILES: "files", SOURCE_BYTES: "bytes"}


class Configurations:
    """The part `configurations`. `root` must exist: a mount that is absent is an error."""

    name, lane, every = CONFIGURATIONS, SLOW, 15.0

    def __init__(self, root: DataRoot, snapshots: Snapshots) -> None:
        self.growing = Growing(CONFIGURATIONS)
        self._root = root
        self._snapshots = snapshots

    def read(self) -> Gauges:
        """List uploads and tables. Raises FileNotFoundError if the data root is not there."""
        if not self._root.path.is_dir():
            raise FileNotFoundError(f"{self._root.path}: no such folder; is CAI_HOME right?")
        gauges = Gauges()
        accepted = slugs(self._root)
        names = {*accepted, *self._snapshots.configurations()}
        gauges.set(CONFIGURATIONS_KNOWN, len(names))
        for name in bounded(names):
            self._one(gauges, name)
        return gauges

    def _one(self, gauges: Gauges, name: str) -> None:
        upload = latest_upload(self._root, name)
        kept = self._snapshots.uploads(name)
        gauges.set(UPLOADS_KEPT, len(kept), name)
        if upload is not None:
            received = datetime.fromisoformat(upload.received).timestamp()
            gauges.set(UPLOAD_RECEIVED, received, name)
            gauges.set(UPLOAD_BUILT, upload.id in kept, name)
        current = self._snapshots.current(name)
        if current is not None:
            _sizes(gauges, name, current.info)


def _sizes(gauges: Gauges, name: str, info: Mapping[str, Any]) -> None:
    for metric, row in _ROWS.items():
        gauges.set(metric, info["rows"].get(row, 0), name)
    for metric, stat in _STATS.items():
        gauges.set(metric, info["stats"].get(stat, 0), name)
