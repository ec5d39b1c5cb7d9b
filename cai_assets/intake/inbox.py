"""The inbox: how uploads are dropped in, and which of them are complete.

`put` makes an upload appear in one step. Uploads copied in by hand grow before one's eyes, so
`scan` calls an entry ready only when its listing has not changed for some seconds. What `scan`
must remember between two looks is a small string, the cursor, which the caller keeps.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cai_assets.intake.archives import archive_stem, check_kind
from cai_assets.intake.copying import copy_tree
from cai_assets.intake.errors import (
    EntryUnreadable,
    InboxUnavailable,
    NotAnUpload,
    disk_full_as_no_space,
)
from cai_assets.intake.files import (
    DISK_BLOCK,
    blocks_of,
    extended,
    first_free,
    remove_tree,
    rename_new,
    require_space,
    sync_tree,
    write_new,
)
from cai_assets.intake.names import skipped_folder
from cai_assets.intake.unpacking import Limits, Skipped
from cai_assets.onec.disk import is_link

SETTLE_SECONDS = 5.0
ARCHIVE_SETTLE_SECONDS = 2.0
"""An archive tells itself whether it is whole, so it need not stand still for as long as a folder.
What was taken too early is found damaged, and postponed while it may still grow."""

MAX_FILES_PER_SCAN = 20_000
"""Files looked at per scan; about 0.3 s. One entry is always looked at whole."""
MAX_READY_PER_SCAN = 10

_TEMPORARY_SUFFIXES = (
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".filepart",
)
_TEMPORARY_PREFIXES = (".", "~$", "~")
_NEVER_UPLOADS = frozenset({"desktop.ini", "thumbs.db"})
_OF_FILE = "f:"
"""How the mark of a file begins."""

_PUT_PREFIX = ".put-"
_WHOLE_PREFIX = ".whole-"
"""Before the name of an entry: a file with the mark that the entry had when `put` finished it."""

DONE_PREFIX = ".done-"
_ABANDONED_SECONDS = 24 * 3600.0


class Fingerprint(NamedTuple):
    """A cheap summary of an entry: changes when any name, size or time below it changes."""

    kind: str
    """`file`, `folder` or `other` (a link, a device)."""
    files: int
    size: int
    newest: float
    """Latest modification, seconds since the epoch."""
    mark: str

    @property
    def empty(self) -> bool:
        """Nothing there yet: a new folder, or a file of no bytes."""
        return self.size == 0 and self.kind != "other"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A complete entry of the inbox, ready to be accepted."""

    path: Path
    fingerprint: Fingerprint

    @property
    def name(self) -> str:
        """The entry's name in the inbox."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Scan:
    """What one look at the inbox found. Keep `cursor` and pass it to the next look.

    `ready` is oldest first. `waiting` names entries that still change, are empty, or come later
    because of the cap. `ignored` are names of unfinished downloads and hidden files.
    """

    ready: tuple[Arrival, ...]
    waiting: tuple[str, ...]
    ignored: tuple[str, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Where `put` placed an upload, and what it left out."""

    path: Path
    files: int
    size: int
    skipped: tuple[Skipped, ...] = ()

    @property
    def name(self) -> str:
        """The final name in the inbox."""
        return self.path.name


# --- dropping in ------------------------------------------------------------------------


def put(path: Path, inbox: Path, limits: Limits | None = None) -> Placed:
    """Copy a folder or an archive into the inbox so that it appears there complete, in one step.

    The copy is made under a name that scans ignore, brought to the disk, then renamed; a name
    already taken gets a number. Raises `NotAnUpload`, `UnsafeFolder`, `NoSpace`,
    `EntryUnreadable` or `InboxUnavailable`; in each case nothing appears in the inbox.
    """
    source = extended(path)
    if not source.exists():
        raise NotAnUpload("missing", str(path))
    if not source.is_dir():
        check_kind(source)
    target_folder = extended(inbox)
    if not target_folder.is_dir():
        raise InboxUnavailable("inbox", str(inbox), details={"detail": "no such folder"})
    temporary = target_folder / (_PUT_PREFIX + secrets.token_hex(8))
    try:
        files, size, skipped = _copy_in(source, temporary, limits or Limits())
        if size == 0:
            raise NotAnUpload("empty", source.name)
        sync_tree(temporary, files)
        final = first_free(
            numbered(_visible_name(source)),
            lambda name: rename_new(temporary, target_folder / name),
        )
    except PermissionError as error:
        detail = {"detail": str(error)}
        raise EntryUnreadable("unreadable", source.name, details=detail) from error
    finally:
        with contextlib.suppress(OSError):
            remove_tree(temporary)
    with contextlib.suppress(OSError):  # without it the entry waits like any other
        mark = fingerprint(target_folder / final).mark
        _mark_of(target_folder / final).write_text(mark, encoding="utf-8")
    return Placed(target_folder / final, files, size, skipped)


def _copy_in(source: Path, temporary: Path, limits: Limits) -> tuple[int, int, tuple[Skipped, ...]]:
    if source.is_dir():
        copied = copy_tree(source, temporary, limits)
        return copied.files, copied.size, copied.skipped
    size = source.stat().st_size
    require_space(temporary.parent, size + DISK_BLOCK, limits.reserve_bytes)
    with disk_full_as_no_space(temporary.parent), open(source, "rb", buffering=0) as stream:
        size = write_new(temporary, blocks_of(stream.read))
    return 1, size, ()


def _visible_name(source: Path) -> str:
    """Name of an upload in the inbox: that of the source, unless scans would ignore it."""
    name = source.name or "upload"
    if is_ignored(name):
        name = "upload-" + name.lstrip(".~$")
    return name + "-upload" if is_ignored(name) else name


def numbered(name: str) -> Iterator[str]:
    """Yield the name, then the name with a number before its archive suffix."""
    yield name
    stem = archive_stem(name)
    for number in range(2, 10_000):
        yield f"{stem}-{number}{name[len(stem) :]}"


# --- looking ----------------------------------------------------------------------------


def is_ignored(name: str) -> bool:
    """Tell whether a name says that it is not, or not yet, an upload."""
    folded = name.casefold()
    return (
        folded.startswith(_TEMPORARY_PREFIXES)
        or folded.endswith(_TEMPORARY_SUFFIXES)
        or folded in _NEVER_UPLOADS
    )


def scan(
    inbox: Path,
    cursor: str | None,
    now: float | None = None,
    *,
    settle_seconds: float = SETTLE_SECONDS,
    max_ready: int = MAX_READY_PER_SCAN,
    max_files: int = MAX_FILES_PER_SCAN,
) -> Scan:
    """Look at the inbox once. Raises `InboxUnavailable` when it cannot be listed.

    Each scan looks at `max_files` files at most, starting behind where the last one stopped;
    an entry not looked at keeps what is known of it. `cursor` is None at first; `now` is in
    seconds since the epoch.
    """
    moment = time.time() if now is None else now
    folder = extended(inbox)
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError as error:
        detail = {"detail": str(error)}
        raise InboxUnavailable("inbox", str(inbox), details=detail) from error
    ignored = tuple(name for name in names if is_ignored(name))
    wanted = [name for name in names if not is_ignored(name)]
    listing, last = _listing(folder, wanted, _last_looked_at(cursor), max_files)
    marks = {name: None if found is None else found.mark for name, found in listing.items()}
    hollow = {name for name, found in listing.items() if found is not None and found.empty}
    whole = {name: mark for name in wanted if (mark := _mark_when_put(folder, name)) is not None}
    ready, _, new_cursor = advance(cursor, marks, moment, settle_seconds, last=last, whole=whole)
    arrivals = [
        Arrival(folder / name, found)
        for name in ready
        if name not in hollow and (found := listing[name]) is not None
    ]
    arrivals.sort(key=lambda arrival: (arrival.fingerprint.newest, arrival.name))
    chosen = tuple(arrivals[:max_ready])
    taken = {arrival.name for arrival in chosen}
    waiting = tuple(name for name in wanted if name not in taken)
    return Scan(chosen, waiting, ignored, new_cursor)


def advance(
    cursor: str | None,
    listing: Mapping[str, str | None],
    now: float,
    settle_seconds: float = SETTLE_SECONDS,
    *,
    last: str = "",
    whole: Mapping[str, str] | None = None,
) -> tuple[list[str], list[str], str]:
    """Decide from two looks at the inbox what has settled: (ready, waiting, new cursor).

    `listing` maps every entry to the mark of its fingerprint, or to None where this look did
    not reach it: such an entry waits and keeps its past. An entry is ready once its mark has
    stood still for `settle_seconds`, an archive after `ARCHIVE_SETTLE_SECONDS` at most, and at
    once if it has the mark that `whole` gives it. A cursor that cannot be read counts as none.
    """
    before = _seen(cursor)
    seen: dict[str, tuple[str, float]] = {}
    ready: list[str] = []
    waiting: list[str] = []
    for name, mark in sorted(listing.items()):
        known = before.get(name)
        if mark is None:
            if known is not None:
                seen[name] = known
            waiting.append(name)
            continue
        still = known is not None and known[0] == mark
        # A clock set back must not make an entry wait for ever.
        since = min(known[1], now) if still and known is not None else now
        seen[name] = (mark, since)
        archive = mark.startswith(_OF_FILE)
        wait = min(settle_seconds, ARCHIVE_SETTLE_SECONDS) if archive else settle_seconds
        settled = still and now - since >= wait
        (ready if settled or (whole or {}).get(name) == mark else waiting).append(name)
    state = {"version": 1, "last": last, "seen": seen}
    return ready, waiting, json.dumps(state, ensure_ascii=False, separators=(",", ":"))


def forget(entry: Path) -> None:
    """Remove what `put` has noted of an entry that is no longer in the inbox."""
    with contextlib.suppress(OSError):
        _mark_of(entry).unlink()


def _mark_of(entry: Path) -> Path:
    return entry.with_name(_WHOLE_PREFIX + entry.name)


def _mark_when_put(folder: Path, name: str) -> str | None:
    try:
        return _mark_of(folder / name).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def _state(cursor: str | None) -> dict[str, object]:
    with contextlib.suppress(ValueError):
        state = json.loads(cursor or "")
        if isinstance(state, dict) and state.get("version") == 1:
            return state
    return {}


def _seen(cursor: str | None) -> dict[str, tuple[str, float]]:
    seen = _state(cursor).get("seen")
    if not isinstance(seen, dict):
        return {}
    return {
        str(name): (str(item[0]), float(item[1]))
        for name, item in seen.items()
        if isinstance(item, list) and len(item) == 2 and isinstance(item[1], int | float)
    }


def _last_looked_at(cursor: str | None) -> str:
    last = _state(cursor).get("last")
    return last if isinstance(last, str) else ""


def _listing(
    folder: Path, names: list[str], last: str, max_files: int
) -> tuple[dict[str, Fingerprint | None], str]:
    """Fingerprints of the entries that fit into the budget, and where the look ended."""
    listing: dict[str, Fingerprint | None] = dict.fromkeys(names)
    turn = [name for name in names if name > last] + [name for name in names if name <= last]
    budget = max_files
    for name in turn:
        try:
            found = fingerprint(folder / name)
        except FileNotFoundError:  # taken away between the listing and this look
            continue
        except OSError:  # locked or not readable: it waits
            continue
        listing[name] = found
        last = name
        budget -= max(1, found.files)
        if budget <= 0:
            return listing, last
    return listing, ""


def fingerprint(path: Path) -> Fingerprint:
    """Summarise names, sizes and times below an entry, without opening a file.

    What is never taken in (`.git`) does not count: it may be large, and it may change.
    """
    status = os.lstat(path)
    if is_link(status):
        return Fingerprint("other", 1, 0, status.st_mtime, f"o:{status.st_mtime_ns}")
    if not path.is_dir():
        kind = "file" if path.is_file() else "other"
        start = _OF_FILE if kind == "file" else "o:"
        mark = f"{start}{status.st_size}:{status.st_mtime_ns}"
        return Fingerprint(kind, 1, status.st_size, status.st_mtime, mark)
    digest = hashlib.blake2b(digest_size=12)
    files, size, newest = 0, 0, status.st_mtime_ns
    pending = [str(path)]
    prefix = len(str(path))
    while pending:
        with os.scandir(pending.pop()) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        for entry in entries:
            if skipped_folder((entry.name,)) is not None:
                continue
            about = entry.stat(follow_symlinks=False)
            row = f"{entry.path[prefix:]}\0{about.st_size}\0{about.st_mtime_ns}\n"
            digest.update(row.encode("utf-8", "surrogateescape"))
            newest = max(newest, about.st_mtime_ns)
            if entry.is_dir(follow_symlinks=False) and not is_link(about):
                pending.append(entry.path)
            else:
                files += 1
                size += about.st_size
    return Fingerprint("folder", files, size, newest / 1e9, f"d:{files}:{digest.hexdigest()}")


def sweep(inbox: Path, now: float | None = None) -> None:
    """Remove what killed processes left under hidden names of this module."""
    moment = time.time() if now is None else now
    with os.scandir(extended(inbox)) as listing:
        entries = list(listing)
    for entry in entries:
        abandoned = entry.name.startswith(_PUT_PREFIX) and (
            moment - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED_SECONDS
        )
        widowed = entry.name.startswith(_WHOLE_PREFIX) and not os.path.lexists(
            extended(inbox) / entry.name.removeprefix(_WHOLE_PREFIX)
        )
        if abandoned or widowed or entry.name.startswith(DONE_PREFIX):
            with contextlib.suppress(OSError):
                remove_tree(Path(entry.path))
