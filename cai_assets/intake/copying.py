"""Copy an uploaded folder and tell its content by a digest.

Both walk the tree in the same way, so the digest of a folder equals the digest of its copy:
`.git` is left out, links to files inside the tree are read as files, links out of the tree
are refused, links to folders are left out and reported.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cai_assets.intake.errors import (
    EntryChanged,
    UnsafeFolder,
    disk_full_as_no_space,
)
from cai_assets.intake.files import (
    BLOCK,
    DISK_BLOCK,
    blocks_of,
    discarded_on_error,
    extended,
    require_space,
    write_new,
)
from cai_assets.intake.names import BadName, safe_parts, skipped_folder
from cai_assets.intake.unpacking import Limits, Skipped
from cai_assets.onec.disk import leads_elsewhere

_THREADS = 4
_LARGE = 1024**2
"""Bytes above which hashing gains from a second thread; below, the lock between them costs more."""


class Found(NamedTuple):
    """A file of a tree: path on disk, path in the upload (NFC, forward slashes), stat values."""

    source: str
    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied and what was left out."""

    files: int
    size: int
    skipped: tuple[Skipped, ...] = ()


def walk_tree(root: Path, skipped: list[Skipped] | None = None) -> Iterator[Found]:
    """Yield the files of an upload folder in the order of their names.

    Raises `UnsafeFolder` for a link that leaves `root` and for a name that is not text. An
    `OSError` of a folder that cannot be listed is not hidden: a part is not the whole.
    """
    base = extended(root)
    real_root = os.path.realpath(base)
    left_out = [] if skipped is None else skipped
    pending: list[tuple[str, str]] = [(str(base), "")]
    while pending:
        folder, prefix = pending.pop()
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        folders = []
        for entry in entries:
            path = prefix + _text(entry.name, root, prefix)
            reason = skipped_folder((entry.name,))
            if reason is not None:
                left_out.append(Skipped(path, reason[1]))
            elif leads_elsewhere(entry):
                found = _linked_file(entry, path, root, real_root, left_out)
                if found is not None:
                    yield found
            elif entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, path + "/"))
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                yield Found(entry.path, path, status.st_size, status.st_mtime_ns)
            else:
                left_out.append(Skipped(path, "special"))
        pending.extend(reversed(folders))


def _text(name: str, root: Path, prefix: str) -> str:
    """Bring a name to the form that archives get too, refusing what is not text."""
    if name.isascii() and name.isprintable() and "\\" not in name:
        return name
    try:
        if "\\" in name:
            raise BadName("name_backslash")
        return "/".join(safe_parts(name, 1, 4 * BLOCK))
    except BadName as error:
        raise UnsafeFolder(error.code, root.name, prefix + name, error.details) from error


def _linked_file(
    entry: os.DirEntry[str], path: str, root: Path, real_root: str, skipped: list[Skipped]
) -> Found | None:
    target = os.path.realpath(entry.path)
    inside = target == real_root or target.startswith(real_root.rstrip(os.sep) + os.sep)
    if not inside:
        raise UnsafeFolder("link_leaves", root.name, path, {"detail": target})
    if skipped_folder(tuple(os.path.relpath(target, real_root).split(os.sep))) is not None:
        raise UnsafeFolder("link_leaves", root.name, path, {"detail": target})
    if os.path.isfile(target):
        status = os.stat(target)
        return Found(target, path, status.st_size, status.st_mtime_ns)
    skipped.append(Skipped(path, "folder_link" if os.path.isdir(target) else "broken_link"))
    return None


def digest_tree(path: Path) -> str:
    """Digest of all relative paths and bytes of a folder, 64 hexadecimal digits (SHA-256).

    Independent of the order on disk, of times, of modes and of empty folders.
    """
    found = sorted(walk_tree(path), key=lambda file: file.path)
    total = hashlib.sha256()
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="digest") as pool:
        large = {
            file.path: pool.submit(_digest_file, file.source)
            for file in found
            if file.size >= _LARGE
        }
        for file in found:
            waiting = large.get(file.path)
            digest = _digest_file(file.source) if waiting is None else waiting.result()
            name = file.path.encode()
            total.update(len(name).to_bytes(4, "big") + name + digest)
    return total.hexdigest()


def _digest_file(path: str) -> bytes:
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.digest()


def copy_tree(source: Path, target: Path, limits: Limits | None = None) -> Copied:
    """Copy a folder into `target`, which must not exist; on failure nothing is left of it.

    Raises `UnsafeFolder` for links that leave `source`, names that are not text and folders
    beyond the limits, `NoSpace` for a full disk, `EntryChanged` when a file vanishes.
    """
    bounds = limits or Limits()
    skipped: list[Skipped] = []
    files = list(_bounded(source, bounds, skipped))
    root = extended(target)
    with disk_full_as_no_space(target):
        root.mkdir()
    with discarded_on_error(root), disk_full_as_no_space(target):
        needed = sum(file.size for file in files) + DISK_BLOCK * len(files)
        require_space(root, needed, bounds.reserve_bytes)
        folders = {""}
        size = 0
        for file in files:
            _make_folder(root, file.path.rpartition("/")[0], folders)
            size += _copy_file(file, root, source)
    return Copied(len(files), size, tuple(skipped))


def _bounded(source: Path, limits: Limits, skipped: list[Skipped]) -> Iterator[Found]:
    size = 0
    names: set[str] = set()
    for count, file in enumerate(walk_tree(source, skipped), start=1):
        size += file.size
        if count > limits.max_entries:
            details: dict[str, str | int] = {"actual": f"> {limits.max_entries}"}
            details["limit"] = limits.max_entries
            raise UnsafeFolder("entries", source.name, details=details)
        if size > limits.max_total_bytes:
            details = {"limit": limits.max_total_bytes}
            raise UnsafeFolder("total_size", source.name, details=details)
        if file.size > limits.max_file_bytes:
            details = {"limit": limits.max_file_bytes}
            raise UnsafeFolder("file_size", source.name, file.path, details)
        if file.path in names:  # two spellings of one name in Unicode
            raise UnsafeFolder("name_twice", source.name, file.path)
        names.add(file.path)
        yield file


def _make_folder(root: Path, path: str, made: set[str]) -> None:
    if path not in made:
        _make_folder(root, path.rpartition("/")[0], made)
        os.makedirs(os.path.join(root, *path.split("/")), 0o755, exist_ok=True)
        made.add(path)


def _copy_file(file: Found, root: Path, source: Path) -> int:
    try:
        with open(file.source, "rb", buffering=0) as stream:
            size = write_new(Path(root, *file.path.split("/")), blocks_of(stream.read))
    except FileNotFoundError as error:
        raise EntryChanged("changed", source.name, file.path) from error
    except FileExistsError as error:
        raise UnsafeFolder("name_twice", source.name, file.path) from error
    if size != file.size:
        raise EntryChanged("changed", source.name, file.path)
    return size
