"""Unpack an uploaded archive into a fresh folder, or refuse it and leave nothing behind."""

from __future__ import annotations

from pathlib import Path

from cai_assets.intake.errors import (
    BrokenArchive,
    HostileArchive,
    NoSpace,
    NotAnUpload,
    disk_full_as_no_space,
)
from cai_assets.intake.files import discarded_on_error, extended
from cai_assets.intake.tars import unpack_tar
from cai_assets.intake.unpacking import Limits, Sink, Skipped, Unpacked
from cai_assets.intake.zips import unpack_zip

__all__ = [
    "ARCHIVE_SUFFIXES",
    "BrokenArchive",
    "HostileArchive",
    "Limits",
    "NoSpace",
    "Skipped",
    "Unpacked",
    "archive_stem",
    "is_archive_name",
    "unpack",
]

ARCHIVE_SUFFIXES = (".tar.gz", ".tgz", ".tar", ".zip")

_BINARY_OF_1C = (".cf", ".cfe", ".cfu", ".epf", ".erf", ".dt", ".1cd")


def is_archive_name(name: str) -> bool:
    """Tell by its name whether a file is an archive that can be unpacked."""
    return name.casefold().endswith(ARCHIVE_SUFFIXES)


def archive_stem(name: str) -> str:
    """Drop the archive suffix of a name, if it has one."""
    folded = name.casefold()
    suffix = next((suffix for suffix in ARCHIVE_SUFFIXES if folded.endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


def check_kind(path: Path) -> None:
    """Raise `NotAnUpload` for a file that is no archive, with a hint for binaries of 1C."""
    if is_archive_name(path.name):
        return
    suffix = path.suffix.casefold()
    if suffix in _BINARY_OF_1C:
        raise NotAnUpload("kind_binary", path.name, details={"detail": suffix})
    raise NotAnUpload("kind", path.name)


def unpack(
    archive: Path, target: Path, limits: Limits | None = None, *, windows: bool | None = None
) -> Unpacked:
    """Unpack a `.zip`, `.tar`, `.tar.gz` or `.tgz` into `target`, which must not exist.

    Plain files and folders only, mode 0o644, in blocks; `.git` and `__MACOSX` are left out
    and reported. The format is told by the content, the suffix only admits. `windows` says
    whose rules for names apply, by default those of this system.

    Raises `HostileArchive`, `BrokenArchive`, `NotAnUpload` or `NoSpace`; whatever is raised,
    `target` is gone afterwards.
    """
    check_kind(archive)
    with open(archive, "rb") as stream:
        head = stream.read(4)
    if not head:
        raise BrokenArchive("truncated", archive.name)
    if target.exists():
        raise FileExistsError(str(target))
    with discarded_on_error(extended(target)), disk_full_as_no_space(target):
        sink = Sink(archive, target, limits or Limits(), windows)
        looks_like_zip = head.startswith(b"PK") or archive.name.casefold().endswith(".zip")
        if looks_like_zip:
            unpack_zip(sink)
        else:
            unpack_tar(sink)
        return sink.result()
