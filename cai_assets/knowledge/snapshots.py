"""Where the tables of every upload lie, and which upload of a configuration is current.

`<base>/<configuration>/<upload>/<group>/<table>.parquet`, and `complete.json` written last into
the upload's folder. The current upload is the newest complete one, so there is no pointer that
two writers could race for, and a broken later upload leaves the earlier result as it was.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cai_assets.knowledge.storage import (
    exists,
    folders,
    on_disk,
    read_text,
    remove_file,
    remove_folder,
    sweep,
    write_text,
)

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath

MANIFEST = "complete.json"
GROUP = "parsed_configuration"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tables of one upload. `info` is its manifest: rows by table, parser version, seconds."""

    configuration: str
    upload: str
    folder: StoredPath
    info: Mapping[str, Any]

    def table_path(self, table: str, group: str = GROUP) -> StoredPath:
        """The Parquet file of `table`."""
        return self.folder / group / f"{table}.parquet"


class Snapshots:
    """All uploads of all configurations below `base`; upload ids sort by age, oldest first.

    In an object store each method raises StoreError if the store cannot be asked.
    """

    def __init__(self, base: StoredPath) -> None:
        self.base = base
        self._on_disk = on_disk(base)

    def folder(self, configuration: str, upload: str) -> StoredPath:
        """The folder of one upload, whether it exists or not."""
        return self.base / configuration / upload

    def configurations(self) -> list[str]:
        """Configurations that have a complete upload, sorted."""
        return [name for name in folders(self._on_disk) if self.current(name) is not None]

    def uploads(self, configuration: str) -> list[str]:
        """Complete uploads of `configuration`, oldest first."""
        return [
            name
            for name in folders(self._on_disk / configuration)
            if self.is_complete(configuration, name)
        ]

    def current(self, configuration: str) -> Snapshot | None:
        """The newest complete upload, or None if there is none yet."""
        return self._newest(configuration, folders(self._on_disk / configuration))

    def before(self, configuration: str, upload: str) -> Snapshot | None:
        """The newest complete upload older than `upload`."""
        known = folders(self._on_disk / configuration)
        return self._newest(configuration, [name for name in known if name < upload])

    def _newest(self, configuration: str, uploads: Sequence[str]) -> Snapshot | None:
        for upload in reversed(uploads):
            # Not complete, or taken away by a clean-up since the listing.
            with contextlib.suppress(FileNotFoundError):
                return self.read(configuration, upload)
        return None

    def is_complete(self, configuration: str, upload: str) -> bool:
        """Whether readers may see `upload`."""
        return exists(self._on_disk / configuration / upload / MANIFEST)

    def read(self, configuration: str, upload: str) -> Snapshot:
        """One complete upload. Raises FileNotFoundError if it is not complete."""
        folder = self._on_disk / configuration / upload
        return Snapshot(configuration, upload, folder, json.loads(read_text(folder / MANIFEST)))

    def publish(self, configuration: str, upload: str, info: Mapping[str, Any]) -> Snapshot:
        """Declare all tables of `upload` written. From now on readers may see it."""
        folder = self._on_disk / configuration / upload
        text = json.dumps(info, ensure_ascii=False, indent=2, sort_keys=True)
        write_text(folder / MANIFEST, text + "\n")
        return Snapshot(configuration, upload, folder, dict(info))

    def prune(self, configuration: str, keep: int, protect: Collection[str] = ()) -> list[str]:
        """Remove all but the newest `keep` complete uploads, and what broke before them.

        Unfinished files of killed processes go too, from the uploads that stay.

        Uploads in `protect` stay, and incomplete ones that are newer than the oldest kept one:
        they may be in the writing. Returns the ids removed.
        """
        sweep(self._on_disk / configuration)
        complete = self.uploads(configuration)
        if not complete:
            return []
        oldest_kept = complete[-max(keep, 1) :][0]
        folder = self._on_disk / configuration
        removed = []
        for name in folders(folder):
            if name >= oldest_kept or name in protect:
                continue
            # Without its manifest an upload is invisible, so no reader meets half of it.
            try:
                remove_file(folder / name / MANIFEST)
            except PermissionError:
                continue  # Windows removes nothing that is open; the next time then
            remove_folder(folder / name)
            removed.append(name)
        return removed

    def prune_broken(self, configuration: str, known: Collection[str]) -> list[str]:
        """Remove what was never completed of uploads that are not in `known`; returns their ids.

        Nobody will complete them: what they are made of is gone.
        """
        folder = self._on_disk / configuration
        broken = [
            name
            for name in folders(folder)
            if name not in known and not self.is_complete(configuration, name)
        ]
        for name in broken:
            remove_folder(folder / name)
        return broken
