"""An inbox in an object store: archives below a prefix become uploads, each exactly once.

What was taken moves to `accepted/` below the prefix, or goes; what was refused moves to
`quarantine/` beside its reason. An object is taken once its size and ETag stood still, fetched in
parts over several looks if it is large, and moved only if it is still the one that was fetched.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from cai_assets.intake.accepting import admit
from cai_assets.intake.archives import check_kind
from cai_assets.intake.errors import (
    EntryChanged,
    HostileArchive,
    InboxUnavailable,
    IntakeError,
    Refused,
    disk_full_as_no_space,
)
from cai_assets.intake.files import DISK_BLOCK, FolderLock, remove_tree, require_space
from cai_assets.intake.inbox import advance, is_ignored
from cai_assets.intake.patience import patiently
from cai_assets.intake.quarantine import refuse
from cai_assets.intake.unpacking import Limits
from cai_assets.intake.uploads import DataRoot, Origin, Upload, origins

ACCEPTED, QUARANTINE = "accepted", "quarantine"
FETCHED = "fetched"
"""Folder below the data root in which parts of objects come together."""

_PART = 8 * 1024 * 1024
_MOST_NAME = 120
_UNUSUAL = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|]')

After = Literal["move", "delete"]


class FileSystem(Protocol):
    """The part of fsspec's file systems that is used here."""

    def ls(self, path: str, detail: bool = True, **options: Any) -> list[dict[str, Any]]: ...
    def info(self, path: str, **options: Any) -> dict[str, Any]: ...
    def cat_file(self, path: str, *, start: int | None = None, end: int | None = None) -> bytes: ...
    def pipe_file(self, path: str, value: bytes) -> Any: ...
    def cp_file(self, path1: str, path2: str) -> Any: ...
    def rm_file(self, path: str) -> Any: ...
    def invalidate_cache(self, path: str | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """An object below the prefix. `mark` changes when its content does."""

    name: str
    path: str
    size: int
    mark: str
    tag: str
    when: float = 0.0
    """When it was written, in epoch seconds, as far as the store tells."""

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Found:
        """What a listing says of an object."""
        path = str(about["name"])
        size = int(about.get("size") or 0)
        when = about.get("LastModified") or about.get("mtime") or about.get("created")
        tag = str(about.get("ETag") or about.get("etag") or when or "").strip('"')
        written = when.timestamp() if isinstance(when, datetime) else float(when or 0.0)
        return cls(path.rpartition("/")[2], path, size, f"{size}:{tag}", tag, written)


@dataclass(frozen=True, slots=True)
class Prefix:
    """The place in the store. `url` is how messages and origins name it."""

    files: FileSystem
    path: str
    url: str

    def listing(self) -> dict[str, Found]:
        """The objects right below the prefix by name, but those that are never uploads.

        Raises `InboxUnavailable` if the store does not list them: that is no empty inbox.
        """
        with self._reached():
            self.files.invalidate_cache()
            try:
                listed = self.files.ls(self.path, detail=True)
            except FileNotFoundError as error:
                self._require_bucket(error)
                return {}
        found = (Found.of(about) for about in listed if about.get("type") == "file")
        return {one.name: one for one in found if one.name and not is_ignored(one.name)}

    def now(self, found: Found) -> Found | None:
        """The object as it is now; None if it is gone."""
        with self._reached():
            self.files.invalidate_cache()
            try:
                return Found.of({**self.files.info(found.path), "name": found.path})
            except FileNotFoundError:
                return None

    def part(self, found: Found, start: int) -> bytes:
        """The bytes of an object from `start` on, at most `_PART` of them."""
        with self._reached():
            # By name: s3fs has another parameter in between.
            end = min(start + _PART, found.size)
            return self.files.cat_file(found.path, start=start, end=end)

    def move(self, found: Found, target: str) -> bool:
        """Move an object below the prefix, unless it is another one by now."""
        if not self._is_still(found):
            return False
        with self._reached():
            self.files.cp_file(found.path, f"{self.path}/{target}")
        return self.remove(found)

    def remove(self, found: Found) -> bool:
        """Remove an object, unless it is another one by now."""
        if not self._is_still(found):
            return False
        with self._reached():
            self.files.rm_file(found.path)
        return True

    def write(self, target: str, text: str) -> None:
        """Write a text below the prefix."""
        with self._reached():
            self.files.pipe_file(f"{self.path}/{target}", text.encode("utf-8", "backslashreplace"))

    def _is_still(self, found: Found) -> bool:
        now = self.now(found)
        return now is not None and now.mark == found.mark

    def _require_bucket(self, error: FileNotFoundError) -> None:
        """In a store an empty prefix does not exist; without its bucket nothing is known."""
        bucket = self.path.partition("/")[0]
        if type(error.__cause__).__name__ == "NoSuchBucket" or not self._lists(bucket):
            raise error

    def _lists(self, bucket: str) -> bool:
        with contextlib.suppress(FileNotFoundError):
            self.files.ls(bucket, detail=True)
            return True
        return False

    @contextlib.contextmanager
    def _reached(self) -> Any:
        """Whatever the library of the store raises becomes one error that says what to do."""
        try:
            yield
        except IntakeError:
            raise
        except Exception as error:
            detail = {"detail": str(error) or type(error).__name__}
            raise InboxUnavailable("store", self.url, details=detail) from error


@dataclass(frozen=True, slots=True)
class Store:
    """How the inbox of a store is worked on. `deadline` is a monotonic time after which nothing
    more is begun; `after` says what becomes of what was taken.
    """

    prefix: Prefix
    root: DataRoot
    limits: Limits
    after: After
    deadline: float


@dataclass(slots=True)
class Visit:
    """What one look at the store did. `cursor` is handed to the next look."""

    cursor: str
    uploads: list[Upload] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


def visit(store: Store, cursor: str | None, settle_seconds: float, now: float) -> Visit:
    """Look at the store once and take in what stood still for `settle_seconds`.

    Raises `InboxUnavailable` if it cannot be listed, another `Postponed` if nothing can be taken
    in just now; what was taken until then is taken.
    """
    found = store.prefix.listing()
    marks: dict[str, str | None] = {name: one.mark for name, one in found.items()}
    ready, waiting, following = advance(cursor, marks, now, settle_seconds)
    done = Visit(following)
    lock = FolderLock(store.root.path / ".store.lock")
    if not lock.try_acquire():
        done.messages.append("another process looks at the store just now")
        return done
    with lock:
        _forget(store.root, found.values())
        _take_all(store, [found[name] for name in ready], done)
    waiting += [name for name in ready if not found[name].size]
    if waiting:
        done.messages.append(f"waiting: {', '.join(sorted(waiting))}")
    return done


def _take_all(store: Store, ready: Sequence[Found], done: Visit) -> None:
    """Take objects in, the oldest first."""
    for found in sorted(ready, key=lambda one: (one.when, one.name)):
        if found.size and _after(store.deadline):
            done.messages.append(f"{found.name}: its turn comes in a later tick")
        elif found.size:
            _take(store, found, done)


def _take(store: Store, found: Found, done: Visit) -> None:
    origin = Origin("store", f"{store.prefix.url}/{found.name}", found.tag)
    if origin.key in origins(store.root):
        # Taken before a crash; only the object had still to go.
        _finish(store, found, "taken-before", done)
        return
    local = _local(store.root, found)
    try:
        check_kind(Path(found.name))
        if found.size > store.limits.max_total_bytes:
            limit = {"limit": store.limits.max_total_bytes}
            raise HostileArchive("total_size", found.name, details=limit)
        if not _fetched(store, found, local, done):
            return
        upload = patiently(lambda: admit(store.root, local, store.limits, origin=origin))
    except Refused as error:
        _refuse(store, found, error, done)
    except EntryChanged:
        done.messages.append(f"{found.name}: it changed while it was fetched; it is fetched anew")
    else:
        if upload.status == "duplicate":
            said = f"upload {upload.id} has the same content, nothing to do"
        else:
            done.uploads.append(upload)
            said = f"accepted upload {upload.id}, {upload.files} files"
        done.messages.append(f"{upload.slug}: {said} ({found.name})")
        _finish(store, found, upload.id, done)
    remove_tree(local.parent)


def _fetched(store: Store, found: Found, local: Path, done: Visit) -> bool:
    """Fetch what is missing of an object; False if the rest has to wait for a later look."""
    local.parent.mkdir(parents=True, exist_ok=True)
    have = local.stat().st_size if local.exists() else 0
    require_space(local.parent, found.size - have + DISK_BLOCK, store.limits.reserve_bytes)
    with disk_full_as_no_space(local.parent), open(local, "ab") as out:
        while have < found.size:
            block = store.prefix.part(found, have)
            if not block or have + len(block) > found.size:
                raise EntryChanged("changed", found.name)
            out.write(block)
            have += len(block)
            if have < found.size and _after(store.deadline):
                done.messages.append(
                    f"{found.name}: fetched {have:,} of {found.size:,} bytes, the rest follows"
                )
                return False
    now = store.prefix.now(found)
    if now is None or now.mark != found.mark:
        raise EntryChanged("changed", found.name)
    return True


def _finish(store: Store, found: Found, mark: str, done: Visit) -> None:
    """Take an accepted object out of the inbox."""
    if store.after == "delete":
        gone = store.prefix.remove(found)
    else:
        gone = store.prefix.move(found, f"{ACCEPTED}/{mark}/{found.name}")
    if not gone:
        done.messages.append(f"{found.name}: another object of this name has come meanwhile")


def _refuse(store: Store, found: Found, error: Refused, done: Visit) -> None:
    """Move an object to quarantine; its reason is written first."""
    english, russian = error.text("en"), error.text("ru")
    target = f"{QUARANTINE}/{hashlib.sha256(found.mark.encode()).hexdigest()[:8]}/{found.name}"
    store.prefix.write(f"{target}.reason.txt", f"{russian}\n\n{english}\n\n{found.name}\n")
    store.prefix.move(found, target)
    refuse(store.root, _UNUSUAL.sub("_", found.name)[-_MOST_NAME:], error)
    done.messages.append(f"quarantined: {english} See {store.prefix.url}/{target}.reason.txt")


def _local(root: DataRoot, found: Found) -> Path:
    """Where an object is fetched to: each version of it has a folder of its own."""
    mark = hashlib.sha256(f"{found.path}\0{found.mark}".encode()).hexdigest()[:16]
    name = _UNUSUAL.sub("_", found.name)
    return root.path / FETCHED / mark / name[-_MOST_NAME:]


def _forget(root: DataRoot, wanted: Any) -> None:
    """Remove what was fetched of objects that are gone or are others by now."""
    current = {_local(root, found).parent.name for found in wanted}
    with contextlib.suppress(FileNotFoundError):
        for folder in os.scandir(root.path / FETCHED):
            if folder.name not in current:
                remove_tree(Path(folder.path))


def _after(deadline: float) -> bool:
    return time.monotonic() > deadline
