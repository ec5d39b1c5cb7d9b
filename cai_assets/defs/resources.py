"""What assets and sensors are given: thin access to settings, uploads, tables and the parser.

All of it is plain domain objects; `build_defs(resource_overrides=…)` replaces any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from cai_assets.defs.io_manager import ParquetIOManager
from cai_assets.intake.accepting import accept
from cai_assets.intake.inbox import Arrival
from cai_assets.intake.unpacking import Limits as UnpackLimits
from cai_assets.intake.uploads import (
    DataRoot,
    Quarantined,
    Upload,
    latest_upload,
    list_uploads,
    prune,
    slugs,
)
from cai_assets.knowledge.checks import Limits
from cai_assets.knowledge.extract import Extraction, Progress, extract
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.onec.disk import shown
from cai_assets.settings import Settings

_PATIENCE_SECONDS = 60.0
"""A damaged archive that changed less than this ago may still be growing and is not refused."""


class Uploads:
    """The accepted uploads of all configurations. A configuration is named by its slug."""

    def __init__(self, root: DataRoot, limits: UnpackLimits | None = None) -> None:
        self.root = root
        self._limits = limits

    def accept(self, entry: Path | Arrival) -> Upload | Quarantined:
        """Take an entry of the inbox in; see `intake.accepting.accept`.

        Only the latest upload counts as the same content: a return to an earlier state of a
        configuration is news.
        """
        return accept(
            self.root,
            entry,
            self._limits,
            duplicates="latest",
            patience_seconds=_PATIENCE_SECONDS,
        )

    def latest(self) -> list[Upload]:
        """The latest upload of each configuration, sorted by configuration."""
        found = (latest_upload(self.root, slug) for slug in slugs(self.root))
        return [upload for upload in found if upload is not None]

    def since(self, known: Mapping[str, str], *only: str) -> list[Upload]:
        """Uploads from the one in `known` on, by configuration, the oldest first.

        All configurations, unless some are named.
        """
        return [
            upload
            for slug in only or slugs(self.root)
            for upload in list_uploads(self.root, slug, since=known.get(slug))
        ]

    def find(self, configuration: str, upload_id: str | None = None) -> Upload:
        """The named upload, or the latest. Raises LookupError if there is no such upload."""
        uploads = list_uploads(self.root, configuration)
        for upload in reversed(uploads):
            if upload_id in (None, upload.id):
                return upload
        kept = ", ".join(upload.id for upload in uploads) or "none"
        raise LookupError(
            f"configuration {configuration!r} has no upload {upload_id or ''} in "
            f"{shown(self.root.uploads)} (kept: {kept}); "
            f"put it into the inbox {shown(self.root.inbox)} again"
        )

    def prune(self, configuration: str, keep: int, protect: Collection[str]) -> list[str]:
        """Remove all but the newest `keep` uploads and those in `protect`; returns their ids.

        Raises `InboxBusy` while an entry is being accepted.
        """
        self.root.prepare()
        return prune(self.root, configuration, keep, protect)


class Extractor:
    """Turns a folder into tables. Tests replace it by one that needs no configuration."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress

    def extract(
        self,
        root: Path,
        *,
        previous: Mapping[str, pa.Table] | None,
        workers: int | None,
        progress: Progress,
    ) -> Extraction:
        """See `knowledge.extract.extract`; a progress of its own goes before that of the run."""
        return extract(
            root, previous=previous, workers=workers, progress=self._progress or progress
        )


def data_root(settings: Settings) -> DataRoot:
    """The folders of the intake."""
    return DataRoot(settings.root, settings.inbox)


def limits(settings: Settings) -> Limits:
    """The thresholds of the checks."""
    return Limits(
        min_files_parsed=settings.min_files_parsed,
        min_routines_parsed=settings.min_routines_parsed,
        max_rows_lost=settings.max_rows_lost,
    )


def resources(settings: Settings) -> dict[str, Any]:
    """All resources by the names under which assets and sensors ask for them."""
    snapshots = Snapshots(settings.tables)
    return {
        "settings": settings,
        "snapshots": snapshots,
        "uploads": Uploads(data_root(settings), settings.unpack_limits()),
        "tables": ParquetIOManager(snapshots),
        "extractor": Extractor(),
    }
