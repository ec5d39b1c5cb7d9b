"""Accepted uploads on disk: where they lie, what is known of each, how many are kept.

Below one data root::

    inbox/                                what users drop (may lie elsewhere)
    uploads/<slug>/<upload id>/content/   the files of an accepted upload
    uploads/<slug>/<upload id>/upload.json
    quarantine/<name>, <name>.reason.txt  what was refused, and why
    work/                                 unfinished business; empty when nothing runs
    intake.jsonl                          journal, for people

A folder below `uploads/` is complete from the moment it is visible: it is prepared in `work/`
and renamed. Upload ids start with a running number, so they sort by age whatever the clock says.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cai_assets.intake.errors import InboxBusy, disk_full_as_no_space
from cai_assets.intake.files import FolderLock, extended, remove_tree, write_atomic
from cai_assets.intake.unpacking import Skipped

UPLOAD_FILE = "upload.json"
ARRIVAL_FILE = "arrival.json"
"""Present while the entry an upload came from may still be in the inbox."""

_log = logging.getLogger(__name__)

_UPLOAD_ID = re.compile(r"(\d{6,})-\d{8}T\d{6}Z-[0-9a-f]{8}")
_JOURNAL_LIMIT = 4 * 1024**2


class DataRoot:
    """The folders of the intake. `inbox` may be given when it lies outside the root."""

    def __init__(self, path: Path, inbox: Path | None = None) -> None:
        self.path = extended(path)
        self.inbox = extended(inbox) if inbox is not None else self.path / "inbox"
        self.uploads = self.path / "uploads"
        self.quarantine = self.path / "quarantine"
        self.work = self.path / "work"
        self.journal = self.path / "intake.jsonl"

    def prepare(self) -> None:
        """Create what is missing. The inbox is created only inside the root.

        An inbox elsewhere may be a mount that is absent just now: creating it would hide that.
        """
        own = [self.uploads, self.quarantine, self.work]
        if self.inbox.parent == self.path:
            own.append(self.inbox)
        with disk_full_as_no_space(self.path):
            for folder in own:
                folder.mkdir(parents=True, exist_ok=True)

    def lock(self) -> FolderLock:
        """Take the lock under which entries are accepted and pruned, or raise `InboxBusy`."""
        lock = FolderLock(self.path / ".intake.lock")
        if not lock.try_acquire():
            raise InboxBusy("busy", self.path.name)
        return lock

    def fresh_work(self) -> Path:
        """Name a folder in `work/` that does not exist."""
        return self.work / secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an upload was fetched from: a commit of a branch, or an object of a store.

    `place` is the address of the repository or of the object, never with a password; `revision`
    the id of the commit or the ETag; `folder` what was taken of a repository. `date` is that of
    the commit, ISO 8601. Together `kind`, `place`, `folder` and `revision` name it.
    """

    kind: str
    """`git` or `store`."""
    place: str
    revision: str
    branch: str = ""
    folder: str = ""
    author: str = ""
    date: str = ""
    message: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells whether two uploads were fetched from the same."""
        return self.kind, self.place, self.folder, self.revision

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Upload:
    """One accepted upload of a configuration, complete on disk.

    `status` is `new`, `duplicate` (the same content was accepted before; this is that upload)
    or `resumed` (accepted before a crash; only its entry had still to leave the inbox).
    """

    id: str
    slug: str
    name: str
    received: str
    """Time of acceptance, UTC, ISO 8601."""
    original_name: str
    digest: str
    files: int
    size: int
    folder: Path
    skipped: tuple[Skipped, ...] = ()
    case_twins: tuple[tuple[str, str], ...] = ()
    origin: Origin | None = None
    status: str = field(default="new", compare=False)

    @property
    def content(self) -> Path:
        """The files of the configuration."""
        return self.folder / "content"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A refused entry: where it lies now, where the reason is written, and the reason itself."""

    original_name: str
    path: Path
    reason_path: Path
    code: str
    english: str
    russian: str


def slugs(root: DataRoot) -> list[str]:
    """Partitions that have at least one upload, sorted."""
    return [folder.name for folder in _subfolders(root.uploads) if _ids(folder)]


def list_uploads(root: DataRoot, slug: str, *, since: str | None = None) -> list[Upload]:
    """Kept uploads of a partition, oldest first, if asked for from the id `since` on.

    One whose record is damaged is logged.
    """
    folder = root.uploads / slug
    ids = _ids(folder)
    if since is not None and _UPLOAD_ID.fullmatch(since):
        ids = [upload_id for upload_id in ids if _number(upload_id) >= _number(since)]
    uploads = (read_or_log(folder / upload_id) for upload_id in ids)
    return [upload for upload in uploads if upload is not None]


def latest_upload(root: DataRoot, slug: str) -> Upload | None:
    """The newest upload of a partition."""
    folder = root.uploads / slug
    uploads = (read_or_log(folder / upload_id) for upload_id in reversed(_ids(folder)))
    return next((upload for upload in uploads if upload is not None), None)


def known_names(root: DataRoot) -> dict[str, str]:
    """Slugs in use and the configuration names they stand for."""
    known = {}
    for slug in slugs(root):
        upload = latest_upload(root, slug)
        if upload is not None:
            known[slug] = upload.name
    return known


def read_upload(folder: Path) -> Upload:
    """Read `upload.json` of an upload's folder."""
    data: dict[str, Any] = json.loads((folder / UPLOAD_FILE).read_text("utf-8"))
    return Upload(
        id=data["id"],
        slug=data["slug"],
        name=data["name"],
        received=data["received"],
        original_name=data["original_name"],
        digest=data["digest"],
        files=data["files"],
        size=data["size"],
        folder=folder,
        skipped=tuple(Skipped(item["path"], item["reason"]) for item in data["skipped"]),
        case_twins=tuple((first, second) for first, second in data["case_twins"]),
        origin=Origin(**data["origin"]) if data.get("origin") else None,
    )


def origins(root: DataRoot) -> set[tuple[str, str, str, str]]:
    """The keys of what uploads that are kept were fetched from."""
    return {
        upload.origin.key
        for slug in slugs(root)
        for upload in list_uploads(root, slug)
        if upload.origin is not None
    }


def read_or_log(folder: Path) -> Upload | None:
    """Read an upload; None, and a warning, where its record is damaged.

    One damaged record must not stop every later upload.
    """
    try:
        return read_upload(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.warning(
            "%s cannot be read (%s): remove this folder and upload the configuration again",
            folder / UPLOAD_FILE,
            error,
        )
        return None


def write_upload(upload: Upload, folder: Path) -> None:
    """Write `upload.json` into `folder`, from where the upload is going to be moved."""
    data = asdict(upload)
    del data["folder"], data["status"]
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    write_atomic(folder / UPLOAD_FILE, text.encode("utf-8", "backslashreplace"))


def next_id(root: DataRoot, slug: str, digest: str, received: datetime) -> str:
    """Id for one more upload of a partition, greater than all ids so far."""
    ids = _ids(root.uploads / slug)
    number = _number(ids[-1]) + 1 if ids else 1
    return f"{number:06d}-{received.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:8]}"


def prune(root: DataRoot, slug: str, keep: int, protect: Collection[str] = ()) -> list[str]:
    """Remove all but the newest `keep` uploads; returns the ids removed.

    The newest always stays, and so do ids in `protect` (uploads that a run is reading).
    Raises `InboxBusy` while an entry is being accepted.
    """
    folder = root.uploads / slug
    removed: list[str] = []
    if not folder.is_dir():
        return removed
    with root.lock():
        ids = _ids(folder)
        for upload_id in ids[: max(0, len(ids) - max(1, keep))]:
            unfinished = (folder / upload_id / ARRIVAL_FILE).exists()
            if upload_id in protect or unfinished:
                continue
            trash = root.fresh_work()
            os.rename(folder / upload_id, trash)  # gone in one step, whatever happens next
            remove_tree(trash)
            removed.append(upload_id)
            note(root, "pruned", slug=slug, upload=upload_id)
    return removed


def note(root: DataRoot, event: str, **values: str | int) -> None:
    """Add a line to the journal. A journal that cannot be written stops nothing."""
    line = json.dumps(
        {"time": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, **values},
        ensure_ascii=False,
    )
    with contextlib.suppress(OSError):
        with contextlib.suppress(FileNotFoundError):
            if root.journal.stat().st_size > _JOURNAL_LIMIT:
                os.replace(root.journal, root.journal.with_suffix(".old.jsonl"))
        with open(root.journal, "ab") as out:
            out.write(line.encode("utf-8", "backslashreplace") + b"\n")


def read_journal(root: DataRoot) -> Iterator[dict[str, Any]]:
    """Yield the journal's events, oldest first; a line torn by a crash is passed over."""
    for path in (root.journal.with_suffix(".old.jsonl"), root.journal):
        if not path.exists():
            continue
        for line in path.read_text("utf-8", "replace").splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                yield json.loads(line)


def _subfolders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _ids(folder: Path) -> list[str]:
    names = (path.name for path in _subfolders(folder))
    return sorted((name for name in names if _UPLOAD_ID.fullmatch(name)), key=_number)


def _number(upload_id: str) -> int:
    return int(upload_id.partition("-")[0])
