"""Where the tables of every upload lie on disk, and which upload of a configuration is current.

`<base>/<configuration>/<upload>/<group>/<table>.parquet`, and `complete.json` written last into
the upload's folder. The current upload is the newest complete one, so there is no pointer that
two writers could race for, and a broken later upload leaves the earlier result as it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cai_assets.intake.files import replace
from cai_assets.onec.disk import extended

MANIFEST = "complete.json"
GROUP = "parsed_configuration"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tables of one upload. `info` is its manifest: rows by table, parser version, seconds."""

    configuration: str
    upload: str
    folder: Path
    info: Mapping[str, Any]

    def table_path(self, table: str, group: str = GROUP) -> Path:
        """The Parquet file of `table`."""
        return self.folder / group / f"{table}.parquet"


class Snapshots:
    """All uploads of all configurations below `base`; upload ids sort by age, oldest first."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._on_disk = Path(extended(os.fspath(base)))

    def folder(self, configuration: str, upload: str) -> Path:
        """The folder of one upload, whether it exists or not."""
        return self.base / configuration / upload

    def configurations(self) -> list[str]:
        """Configurations that have a complete upload, sorted."""
        return [name for name in self._folders(self._on_disk) if self.current(name) is not None]

    def uploads(self, configuration: str) -> list[str]:
        """Complete uploads of `configuration`, oldest first."""
        folder = self._on_disk / configuration
        return [name for name in self._folders(folder) if (folder / name / MANIFEST).exists()]

    def current(self, configuration: str) -> Snapshot | None:
        """The newest complete upload, or None if there is none yet."""
        for upload in reversed(self.uploads(configuration)):
            # A parallel clean-up may take an upload away between the listing and the reading.
            with contextlib.suppress(FileNotFoundError):
                return self.read(configuration, upload)
        return None

    def before(self, configuration: str, upload: str) -> Snapshot | None:
        """The newest complete upload older than `upload`."""
        for earlier in reversed(self.uploads(configuration)):
            if earlier < upload:
                with contextlib.suppress(FileNotFoundError):
                    return self.read(configuration, earlier)
        return None

    def is_complete(self, configuration: str, upload: str) -> bool:
        """Whether readers may see `upload`."""
        return (self._on_disk / configuration / upload / MANIFEST).exists()

    def read(self, configuration: str, upload: str) -> Snapshot:
        """One complete upload. Raises FileNotFoundError if it is not complete."""
        folder = self._on_disk / configuration / upload
        info = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Snapshot(configuration, upload, folder, info)

    def publish(self, configuration: str, upload: str, info: Mapping[str, Any]) -> Snapshot:
        """Declare all tables of `upload` written. From now on readers may see it."""
        folder = self._on_disk / configuration / upload
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(info, ensure_ascii=False, indent=2, sort_keys=True)
        temporary = folder / f".{MANIFEST}.{os.getpid()}-{uuid.uuid4().hex[:8]}"
        try:
            temporary.write_text(text + "\n", encoding="utf-8", newline="\n")
            replace(temporary, folder / MANIFEST)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return Snapshot(configuration, upload, folder, dict(info))

    def prune(self, configuration: str, keep: int, protect: Collection[str] = ()) -> list[str]:
        """Remove all but the newest `keep` complete uploads, and what broke before them.

        Uploads in `protect` stay, and incomplete ones that are newer than the oldest kept one:
        they may be in the writing. Returns the ids removed.
        """
        complete = self.uploads(configuration)
        if not complete:
            return []
        oldest_kept = complete[-max(keep, 1) :][0]
        folder = self._on_disk / configuration
        old = [name for name in self._folders(folder) if name < oldest_kept]
        removed = []
        for name in old:
            if name in protect:
                continue
            # Without its manifest an upload is invisible, so no reader meets half of it.
            try:
                (folder / name / MANIFEST).unlink(missing_ok=True)
            except PermissionError:
                continue  # Windows removes nothing that is open; the next time then
            shutil.rmtree(folder / name, ignore_errors=True)
            removed.append(name)
        return removed

    @staticmethod
    def _folders(folder: Path) -> list[str]:
        if not folder.is_dir():
            return []
        return sorted(
            entry.name
            for entry in os.scandir(folder)
            if entry.is_dir() and not entry.name.startswith(".")
        )
