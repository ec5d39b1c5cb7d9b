"""Take an entry of the inbox in: unpack, identify, recognise duplicates, keep or quarantine.

The order of steps makes every moment safe to be killed in:

1. the content is staged and described in `work/`; the entry has not been touched;
2. one rename makes it an upload, together with a marker that names the entry it came from;
3. one rename takes the entry out of the inbox, then its marker is removed.

Whoever takes the lock next first clears `work/` and finishes step 3 where a marker is found. So
an entry is still in the inbox or accepted, never neither, and never accepted twice.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cai_assets.intake.archives import archive_stem, check_kind, unpack
from cai_assets.intake.copying import copy_tree, digest_tree
from cai_assets.intake.errors import (
    BrokenArchive,
    EntryChanged,
    EntryUnreadable,
    IntakeError,
    NotAnUpload,
    Refused,
    UnsafeFolder,
    disk_full_as_no_space,
    is_disk_full,
)
from cai_assets.intake.files import (
    extended,
    remove_tree,
    rename,
    sweep_drafts,
    sync_folder,
    sync_tree,
    write_atomic,
)
from cai_assets.intake.identity import configuration_name
from cai_assets.intake.inbox import DONE_PREFIX, Arrival, Fingerprint, fingerprint, forget, sweep
from cai_assets.intake.quarantine import explain, note_refusal
from cai_assets.intake.slugs import slug_among
from cai_assets.intake.unpacking import Limits, Unpacked
from cai_assets.intake.uploads import (
    ARRIVAL_FILE,
    DataRoot,
    Origin,
    Quarantined,
    Upload,
    known_names,
    list_uploads,
    next_id,
    note,
    read_or_log,
    write_upload,
)
from cai_assets.onec.errors import NoProjects

Identify = Callable[[Path], str]
"""Names the configuration in a folder; raises when there is none."""

Duplicates = Literal["kept", "latest"]
"""Which uploads count: all that are kept, or the latest only, so that a return to an earlier
state is a new upload."""

STEPS = ("staged", "identified", "recorded", "committed", "detached", "finished")
"""Names given to the `step` hook of `accept`, in order."""

_log = logging.getLogger(__name__)

_NO_PROJECTS = {"empty": "empty", "flat_dump": "flat_dump", "binary": "kind_binary_inside"}
_INCOMPLETE = frozenset({"truncated", "damaged", "checksum"})


@dataclass(frozen=True, slots=True)
class _Task:
    """One entry on its way in."""

    entry: Path
    seen: Fingerprint
    root: DataRoot
    limits: Limits
    duplicates: Duplicates
    now: float
    step: Callable[[str], None]


def accept(
    root: DataRoot,
    entry: Path | Arrival,
    limits: Limits | None = None,
    *,
    identify: Identify = configuration_name,
    duplicates: Duplicates = "kept",
    patience_seconds: float = 0.0,
    now: float | None = None,
    step: Callable[[str], None] = lambda name: None,
) -> Upload | Quarantined:
    """Take one entry of the inbox in, exactly once, whatever happens meanwhile.

    Returns the upload (see `Upload.status`) or what went to quarantine. Raises a `Postponed`
    (`NoSpace`, `InboxBusy`, `EntryChanged`, `EntryUnreadable`) when the entry stays in the
    inbox for another attempt. A damaged archive modified less than `patience_seconds` ago may
    still be growing and is postponed too.

    After a crash between acceptance and the caller's reaction the entry may be gone already:
    callers compare `latest_upload` of each partition with what they have processed.
    """
    path = extended(entry.path if isinstance(entry, Arrival) else entry)
    root.prepare()
    with root.lock():
        finished = recover(root, now)
        if path in finished:
            return replace(finished[path], status="resumed")
        seen = _look(path)
        if isinstance(entry, Arrival) and entry.fingerprint.mark != seen.mark:
            raise EntryChanged("changed", path.name)
        moment = time.time() if now is None else now
        task = _Task(path, seen, root, limits or Limits(), duplicates, moment, step)
        try:
            return _take_in(task, identify)
        except BrokenArchive as error:
            if error.code in _INCOMPLETE and moment - seen.newest < patience_seconds:
                details = {"limit": f"{patience_seconds:.0f}"}
                raise EntryChanged("incomplete", path.name, details=details) from error
            return _quarantine(task, error)
        except Refused as error:
            return _quarantine(task, error)


def admit(
    root: DataRoot,
    source: Path,
    limits: Limits | None = None,
    *,
    identify: Identify = configuration_name,
    now: float | None = None,
    origin: Origin | None = None,
) -> Upload:
    """Take a folder or an archive in from where it lies; it stays there untouched.

    `origin` is kept with the upload.

    The latest upload of the configuration is returned, with the status `duplicate`, if its
    content is the same. Raises what is wrong with the source (`Refused`) or with the moment
    (`Postponed`); in both cases nothing is kept.
    """
    path = extended(source)
    if not path.exists():
        raise NotAnUpload("missing", str(source))
    root.prepare()
    with root.lock():
        recover(root, now)
        moment = time.time() if now is None else now
        task = _Task(
            path, _look(path), root, limits or Limits(), "latest", moment, lambda name: None
        )
        work = root.fresh_work()
        try:
            with disk_full_as_no_space(root.path):
                work.mkdir()
                held = _stage(task, work / "content")
                upload = _describe(task, work / "content", held, identify)
                if upload.status != "duplicate":
                    upload = replace(upload, origin=origin)
                    write_upload(upload, work)
                    if origin is not None:
                        # Who fetched it marks it as taken next. Without an origin the source
                        # stays, so a power cut loses nothing and nothing is synced.
                        sync_tree(work, upload.files)
                    _commit(upload, work)
            note_upload(root, upload, path.name)
            return upload
        finally:
            with contextlib.suppress(OSError):
                remove_tree(work)


def recover(root: DataRoot, now: float | None = None) -> dict[Path, Upload]:
    """Finish or clear what a killed process left. The caller holds the lock.

    Returns the entries that belong to uploads accepted before, whether or not they could be
    taken out of the inbox now.
    """
    for leftover in root.work.iterdir():
        try:
            remove_tree(leftover)
        except OSError as error:  # held by another program; its name is never used again
            _log.warning("%s cannot be removed now: %s", leftover, error)
    sweep_drafts(root.quarantine, below=False, now=now)
    finished: dict[Path, Upload] = {}
    with contextlib.suppress(OSError):  # the inbox may be absent just now
        sweep(root.inbox, now)
    for marker in root.uploads.glob(f"*/*/{ARRIVAL_FILE}"):
        upload = read_or_log(marker.parent)
        if upload is None:
            continue
        arrival = json.loads(marker.read_text("utf-8"))
        entry = Path(arrival["entry"])
        if not entry.parent.is_dir():
            continue
        with contextlib.suppress(OSError):
            if fingerprint(entry).mark == arrival["mark"]:
                finished[entry] = upload
        if _detach(entry, arrival["mark"]):
            marker.unlink()
    return finished


# --- taking in --------------------------------------------------------------------------


def _take_in(task: _Task, identify: Identify) -> Upload:
    work = task.root.fresh_work()
    try:
        with disk_full_as_no_space(task.root.path):
            work.mkdir()
            held = _stage(task, work / "content")
            task.step("staged")
            upload = _describe(task, work / "content", held, identify)
            task.step("identified")
            if upload.status == "duplicate":
                note_upload(task.root, upload, task.entry.name)
                _detach(task.entry, task.seen.mark)
                return upload
            _record(task, upload, work)
            task.step("recorded")
            _commit(upload, work)
        task.step("committed")
        note_upload(task.root, upload, task.entry.name)
        if _detach(task.entry, task.seen.mark, task.step):
            with contextlib.suppress(FileNotFoundError):
                (upload.folder / ARRIVAL_FILE).unlink()
        task.step("finished")
        return upload
    finally:
        with contextlib.suppress(OSError):
            remove_tree(work)


def _stage(task: _Task, content: Path) -> Unpacked:
    """Unpack or copy the entry; it must be the same before and after."""
    entry, kind = task.entry, task.seen.kind
    if kind == "other":
        raise UnsafeFolder("link" if entry.is_symlink() else "special", entry.name)
    with _unreadable_is_postponed(entry):
        if kind == "file":
            check_kind(entry)
            held = unpack(entry, content, task.limits)
        else:
            copied = copy_tree(entry, content, task.limits)
            held = Unpacked(copied.files, copied.size, copied.skipped)
    if _look(entry).mark != task.seen.mark:
        raise EntryChanged("changed", entry.name)
    if not held.files:
        raise NotAnUpload("empty", entry.name)
    return held


def _describe(task: _Task, content: Path, held: Unpacked, identify: Identify) -> Upload:
    """Find out whose content this is and whether it is known already."""
    name = _identified(task.entry, content, identify)
    slug = slug_among(name, known_names(task.root))
    digest = digest_tree(content)
    kept = list_uploads(task.root, slug)
    compared = kept if task.duplicates == "kept" else kept[-1:]
    for known in reversed(compared):
        if known.digest == digest:
            return replace(known, status="duplicate")
    received = datetime.fromtimestamp(task.now, UTC)
    upload_id = next_id(task.root, slug, digest, received)
    return Upload(
        id=upload_id,
        slug=slug,
        name=name,
        received=received.isoformat(timespec="seconds"),
        original_name=task.entry.name,
        digest=digest,
        files=held.files,
        size=held.size,
        folder=task.root.uploads / slug / upload_id,
        skipped=held.skipped,
        case_twins=held.case_twins,
    )


def _identified(entry: Path, content: Path, identify: Identify) -> str:
    """Ask for the configuration's name. Any failure is the upload's: it must not block others."""
    try:
        name = identify(content)
    except (IntakeError, MemoryError):
        raise
    except NoProjects as error:
        code = _NO_PROJECTS.get(error.code, "unidentified")
        reason: dict[str, str | int] = {"detail": str(error)}
        raise NotAnUpload(code, entry.name, error.path, reason) from error
    except OSError as error:
        if is_disk_full(error):
            raise
        detail = str(error)
        raise NotAnUpload("unidentified", entry.name, details={"detail": detail}) from error
    except Exception as error:
        _log.info("identification of %s failed", entry.name, exc_info=True)
        detail = str(error) or type(error).__name__
        raise NotAnUpload("unidentified", entry.name, details={"detail": detail}) from error
    # A configuration whose own file names nothing is named by its folder, here our own.
    return archive_stem(entry.name) if name == content.name else name


def _record(task: _Task, upload: Upload, work: Path) -> None:
    write_upload(upload, work)
    marker = json.dumps({"entry": str(task.entry), "mark": task.seen.mark})
    write_atomic(work / ARRIVAL_FILE, marker.encode())
    sync_tree(work, upload.files)


def _commit(upload: Upload, work: Path) -> None:
    """Make the staged folder an upload, in one rename. The lock keeps the id free."""
    partition = upload.folder.parent
    partition.mkdir(exist_ok=True)
    rename(work, upload.folder)
    sync_folder(partition)
    sync_folder(partition.parent)


def _detach(entry: Path, mark: str, step: Callable[[str], None] = lambda name: None) -> bool:
    """Take an accepted entry out of the inbox, unless it is another one by now.

    A folder is renamed before it is removed: half a folder must never look like an upload.
    False when the entry is held by another program and has to be tried again.
    """
    try:
        if fingerprint(entry).mark != mark:
            return True
        done = entry.with_name(DONE_PREFIX + secrets.token_hex(8))
        os.rename(entry, done)
    except FileNotFoundError:
        return True
    except OSError as error:
        _log.warning("%s is accepted but cannot be taken out of the inbox: %s", entry, error)
        return False
    forget(entry)
    step("detached")
    with contextlib.suppress(OSError):  # swept later
        remove_tree(done)
    return True


# --- quarantine -------------------------------------------------------------------------


def _quarantine(task: _Task, error: Refused) -> Quarantined:
    """Move a refused entry away and write why. The reason comes first: it does no harm alone."""
    refused = explain(task.root, task.entry.name, error, task.now)
    task.step("explained")
    with _unreadable_is_postponed(task.entry), disk_full_as_no_space(task.root.quarantine):
        try:
            os.rename(task.entry, refused.path)
        except OSError as problem:
            if problem.errno != errno.EXDEV:
                raise
            _move_between_disks(task, refused.path)
    forget(task.entry)
    note_refusal(task.root, refused)
    return refused


def _move_between_disks(task: _Task, target: Path) -> None:
    work = task.root.fresh_work()
    try:
        if task.seen.kind == "folder":
            shutil.copytree(task.entry, work, symlinks=True)
        else:
            shutil.copy2(task.entry, work, follow_symlinks=False)
        os.rename(work, target)
    finally:
        with contextlib.suppress(OSError):
            remove_tree(work)
    _detach(task.entry, task.seen.mark)


def note_upload(root: DataRoot, upload: Upload, entry: str) -> None:
    """Write an accepted or repeated upload to the journal."""
    event = "duplicate" if upload.status == "duplicate" else "accepted"
    note(root, event, name=entry, slug=upload.slug, upload=upload.id, digest=upload.digest)


def _look(entry: Path) -> Fingerprint:
    with _unreadable_is_postponed(entry):
        return fingerprint(entry)


@contextmanager
def _unreadable_is_postponed(entry: Path) -> Iterator[None]:
    """An entry that cannot be read just now is not refused: it may be held by a copy program."""
    try:
        yield
    except FileNotFoundError as error:
        raise EntryChanged("changed", entry.name) from error
    except OSError as error:
        if is_disk_full(error):
            raise
        detail = {"detail": error.strerror or str(error)}
        raise EntryUnreadable("unreadable", entry.name, details=detail) from error
