"""Where members of an archive are written, and the limits that hold while they are.

Both archive readers write through one `Sink`. It trusts nothing the archive says about
itself: names, kinds, counts and sizes are judged by what really arrives.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cai_assets.intake.errors import BrokenArchive, HostileArchive, disk_full_as_no_space
from cai_assets.intake.files import blocks_of, extended, write_new
from cai_assets.intake.names import BadName, safe_parts, skipped_folder


@dataclass(frozen=True, slots=True)
class Limits:
    """What an upload may cost. Figures of real configurations are those of `docs/uploads.md`."""

    max_entries: int = 200_000
    """Files and folders together. A configuration of a million lines has 7,068 files."""
    max_total_bytes: int = 16 * 1024**3
    """All files of one upload, unpacked."""
    max_file_bytes: int = 2 * 1024**3
    """One file, unpacked."""
    max_ratio: int = 200
    """Unpacked bytes per byte of archive. Whole configurations reach 8, single files 55."""
    free_expansion_bytes: int = 32 * 1024**2
    """Below this unpacked size the ratio is not judged: tiny archives compress absurdly well."""
    max_depth: int = 64
    """Nested folders. Real configurations reach 12."""
    max_path_bytes: int = 2_048
    """A whole path in UTF-8. Real configurations reach 344."""
    max_directory_bytes: int = 128 * 1024**2
    """The central directory of a zip, which has to be held in memory."""
    max_header_bytes: int = 1024**2
    """Headers of one tar member, which have to be held in memory."""
    reserve_bytes: int = 64 * 1024**2
    """Disk space that stays free after unpacking."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not taken in. `reason`: git, svn, hg, cai, macos, folder_link,
    broken_link, special (neither file nor folder).
    """

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What an archive held. `case_twins` are pairs of files whose names differ by case only."""

    files: int
    size: int
    skipped: tuple[Skipped, ...] = ()
    case_twins: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Sink:
    """Creates plain files below one fresh folder, and refuses everything else."""

    archive: Path
    target: Path
    limits: Limits
    windows: bool | None = None
    current: str = ""
    """The member at work, for errors that come from the format's library."""
    entries: int = 0
    files: int = 0
    size: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    case_twins: list[tuple[str, str]] = field(default_factory=list)
    _archive_bytes: int = 0
    _ignores_case: bool = False
    _root: str = ""
    _files_seen: dict[str, str] = field(default_factory=dict)
    _folders: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._archive_bytes = self.archive.stat().st_size
        root = extended(self.target)
        root.mkdir()
        self._root = str(root)
        self._ignores_case = root.with_name(root.name.swapcase()).exists()

    def result(self) -> Unpacked:
        """Sum up what was written."""
        skipped = tuple(Skipped(path, reason) for path, reason in self.skipped.items())
        return Unpacked(self.files, self.size, skipped, tuple(self.case_twins))

    def hostile(self, code: str, member: str = "", **details: str | int) -> HostileArchive:
        """Build the error for a member that must not be unpacked."""
        return HostileArchive(code, self.archive.name, member, details)

    def broken(self, code: str, member: str = "", **details: str | int) -> BrokenArchive:
        """Build the error for an archive that cannot be read."""
        return BrokenArchive(code, self.archive.name, member, details)

    def check_expansion(self, produced: int, member: str = "") -> None:
        """Refuse once the archive has grown beyond the limits; `produced` bytes so far."""
        limits = self.limits
        if produced > limits.max_total_bytes:
            raise self.hostile("total_size", member, limit=limits.max_total_bytes)
        bound = max(limits.free_expansion_bytes, limits.max_ratio * self._archive_bytes)
        if produced > bound:
            raise self.hostile("ratio", member, limit=limits.max_ratio)

    def folder(self, name: str) -> None:
        """Create a folder, or note that it is one that is never taken in."""
        parts = self._admit(name)
        if parts:
            self._make_folders(parts, name)

    def file(self, name: str, read: Callable[[int], bytes]) -> bool:
        """Write one file from `read(size)`. False when the file is one that is not taken in."""
        parts = self._admit(name)
        if parts is None:
            return False
        if not parts:
            raise self.hostile("name_empty", name)
        path = "/".join(parts)
        self._claim(path, name)
        self._make_folders(parts[:-1], name)
        try:
            with self._blamed(name):
                write_new(Path(self._root, *parts), self._checked(name, read))
        except FileExistsError:  # a third twin, or a folder whose name differs by case
            raise self.hostile("name_twice", name) from None
        self.files += 1
        return True

    def _admit(self, name: str) -> tuple[str, ...] | None:
        self.current = name
        self.entries += 1
        limits = self.limits
        if self.entries > limits.max_entries:
            raise self.hostile("entries", actual=self.entries, limit=limits.max_entries)
        try:
            parts = safe_parts(name, limits.max_depth, limits.max_path_bytes, self.windows)
        except BadName as error:
            raise self.hostile(error.code, name, **error.details) from error
        skipped = skipped_folder(parts)
        if skipped is None:
            return parts
        self.skipped.setdefault(*skipped)
        return None

    def _claim(self, path: str, name: str) -> None:
        """Refuse a second file of the same name; remember names that differ by case only."""
        folded = path.casefold()
        twin = self._files_seen.get(folded)
        if twin == path or path in self._folders:
            raise self.hostile("name_twice", name)
        if twin is None:
            self._files_seen[folded] = path
            return
        if self._ignores_case:
            raise self.hostile("name_case_twin", name, twin=twin)
        self.case_twins.append((twin, path))

    def _make_folders(self, parts: tuple[str, ...], name: str) -> None:
        path = "/".join(parts)
        if not path or path in self._folders:
            return
        self._make_folders(parts[:-1], name)
        place = os.path.join(self._root, *parts)
        with self._blamed(name), suppress(FileExistsError):
            os.mkdir(place, 0o755)
        if not os.path.isdir(place):
            raise self.hostile("name_twice", name)
        self._folders.add(path)

    def _checked(self, name: str, read: Callable[[int], bytes]) -> Iterator[bytes]:
        written = 0
        for block in blocks_of(read):
            written += len(block)
            self.size += len(block)
            if written > self.limits.max_file_bytes:
                raise self.hostile("file_size", name, limit=self.limits.max_file_bytes)
            self.check_expansion(self.size, name)
            yield block

    @contextmanager
    def _blamed(self, name: str) -> Iterator[None]:
        """A name this file system cannot store is the archive's fault, a full disk is not."""
        try:
            with disk_full_as_no_space(self.target):
                yield
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
                detail = error.strerror or str(error)
                raise self.broken("damaged", name, detail=detail) from error
            raise
