"""A bare copy of one branch below `CAI_HOME/git`, and which of its commits were taken.

`<home>/git/<name>/repository.git` is fetched by a process of its own (`fetching`), so that a long
transfer does not end with a sensor's tick. What was taken is a ref of the mirror: it moves in one
step, nothing else has to be kept in step with it, and it holds its commit through a rewriting.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from cai_assets.intake.errors import HostileArchive, NotAnUpload
from cai_assets.intake.files import FolderLock, extended, remove_tree, write_atomic
from cai_assets.intake.git.command import (
    GitError,
    ask_server,
    run_git,
    save_output,
)
from cai_assets.intake.git.source import GitSource
from cai_assets.intake.unpacking import Limits
from cai_assets.intake.uploads import Origin

FETCHER = "cai_assets.intake.git.fetching"
REPOSITORY, EXPORT = "repository.git", "export"
LOCK, FETCHING, RESULT = "lock", "fetching", "fetch.json"
"""The lock of a mirror; present while a transfer runs; how the last one went."""

BUSY = 3
"""Exit code of a transfer that found another one at work."""

HEAD_REF = "refs/cai/head"

FETCH_SECONDS = 4 * 3600.0
"""The longest that one transfer may take."""

_EXPORT_SECONDS = 600.0
_GC_SECONDS = 900.0
_MAX_MESSAGE = 4000
_TAR_ENTRY = 2048
_ATTRIBUTES = "* -text -eol -ident -filter -working-tree-encoding -export-ignore -export-subst\n"
"""Files come out as they were committed, whatever a `.gitattributes` says."""

_fetchers: dict[str, subprocess.Popen[bytes]] = {}
"""Transfers that this process began; asked for their end, so that none stays a zombie."""


class MirrorBusy(Exception):
    """A transfer, or another tick, works on the mirror. The text says which."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """The copy of the branch of `source`; `folder` is its own below the data root."""

    source: GitSource
    folder: Path

    @classmethod
    def of(cls, source: GitSource, base: Path) -> Mirror:
        """The mirror of a source below `base`, the folder of all mirrors."""
        return cls(source, extended(base / source.mirror_name))

    @property
    def repository(self) -> Path:
        """The bare repository."""
        return self.folder / REPOSITORY

    @property
    def taken_ref(self) -> str:
        """The ref that names the last commit taken of the source's folder."""
        mark = hashlib.sha256(self.source.folder.encode()).hexdigest()[:12]
        return f"refs/cai/taken/{mark}"

    def lock(self) -> FolderLock:
        """Take the lock under which the mirror changes, or raise `MirrorBusy`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FolderLock(self.folder / LOCK)
        if not lock.try_acquire():
            raise MirrorBusy(self._who())
        return lock

    def _who(self) -> str:
        with contextlib.suppress(OSError):
            seconds = time.time() - (self.folder / FETCHING).stat().st_mtime
            return f"still fetching, for {seconds:.0f} s so far; a large repository takes its time"
        return "another process works on its mirror just now"

    # --- transfers -------------------------------------------------------------------------

    def fetch(self, wait_seconds: float) -> None:
        """Bring the mirror up to the server, as far as `wait_seconds` allow.

        Raises `MirrorBusy` when the transfer goes on in its own process, GitError when it failed.
        """
        key = str(self.folder)
        if (earlier := _fetchers.get(key)) is not None and earlier.poll() is None:
            raise MirrorBusy(self._who())
        with self.lock():
            self._create()
        process = subprocess.Popen(
            [sys.executable, "-m", FETCHER, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _fetchers[key] = process
        credentials = self.source.credentials
        order = {
            "url": self.source.url,
            "branch": self.source.branch,
            "user": credentials.user if credentials else None,
            "password": credentials.password if credentials else None,
            "seconds": FETCH_SECONDS,
        }
        assert process.stdin is not None
        with contextlib.suppress(OSError), process.stdin as stdin:
            stdin.write(json.dumps(order).encode())
        try:
            process.wait(max(wait_seconds, 0.1))
        except subprocess.TimeoutExpired:
            raise MirrorBusy("fetching goes on in the background") from None
        del _fetchers[key]
        if process.returncode == BUSY:
            raise MirrorBusy(self._who())
        if error := self.fetch_error():
            raise GitError(error)
        if process.returncode != 0:
            raise GitError(f"fetching ended with code {process.returncode}")

    def fetch_error(self) -> str:
        """What the last transfer complained about; empty if it went well."""
        process = _fetchers.get(str(self.folder))
        if process is not None and process.poll() is not None:
            del _fetchers[str(self.folder)]
        try:
            return str(json.loads((self.folder / RESULT).read_text("utf-8"))["error"])
        except (OSError, ValueError, KeyError):
            return ""

    def _create(self) -> None:
        (self.folder / RESULT).unlink(missing_ok=True)
        if not (self.repository / "HEAD").exists():
            remove_tree(self.repository)
            run_git(["init", "--quiet", "--bare", "--template=", "--", str(self.repository)])
        information = self.repository / "info"
        information.mkdir(exist_ok=True)
        write_atomic(information / "attributes", _ATTRIBUTES.encode())

    # --- commits ----------------------------------------------------------------------------

    def head(self) -> str | None:
        """The head of the branch as of the last transfer."""
        return self._resolve(HEAD_REF)

    def taken(self) -> str | None:
        """The last commit taken of the source's folder."""
        return self._resolve(self.taken_ref)

    def mark_taken(self, commit: str) -> None:
        """Remember that everything up to `commit` was taken."""
        self._git("update-ref", self.taken_ref, commit)

    def follows(self, commit: str, earlier: str) -> bool:
        """Whether `commit` came after `earlier`; not so after a rewriting of history."""
        try:
            self._git("merge-base", "--is-ancestor", earlier, commit)
        except GitError:
            return False
        return True

    def new_commits(self, head: str, taken: str) -> list[str]:
        """Commits of the branch itself after `taken` that touch the folder, oldest first."""
        place = ["--", f":(top,literal){self.source.folder}"] if self.source.folder else ["--"]
        said = self._git("rev-list", "--first-parent", "--reverse", head, f"^{taken}", *place)
        return said.split()

    def origin(self, commit: str) -> Origin:
        """Who made a commit, when and why."""
        said = self._git("log", "-1", "--no-show-signature", "--format=%an%x00%aI%x00%B", commit)
        author, date, message = said.split("\0", 2)
        return Origin(
            kind="git",
            place=self.source.url,
            revision=commit,
            branch=self.source.branch,
            folder=self.source.folder,
            author=_readable(author, 200),
            date=date,
            message=_readable(message.strip(), _MAX_MESSAGE),
        )

    def export(self, commit: str, limits: Limits) -> Path:
        """The tree of a commit, or the source's folder of it, as a tar; `clear` removes it.

        Raises `NotAnUpload` if there is no such folder, `HostileArchive` beyond the limits.
        """
        tree = f"{commit}:{self.source.folder}" if self.source.folder else commit
        name = f"{self.source.name}.tar"
        try:
            kind = self._git("cat-file", "-t", tree).strip()
        except GitError:
            kind = ""
        if kind not in ("tree", "commit"):
            details = {"detail": self.source.folder}
            raise NotAnUpload("git_folder", f"{self.source.name}@{commit[:12]}", details=details)
        self.clear()
        target = self.folder / EXPORT / name
        target.parent.mkdir(parents=True)
        limit = limits.max_total_bytes + _TAR_ENTRY * limits.max_entries
        save_output(
            ["archive", "--format=tar", tree],
            self.repository,
            target,
            limit,
            lambda: HostileArchive("total_size", name, details={"limit": limits.max_total_bytes}),
            _EXPORT_SECONDS,
        )
        return target

    def clear(self) -> None:
        """Remove what exports left."""
        remove_tree(self.folder / EXPORT)

    def tidy_up(self) -> None:
        """Pack the mirror and drop what a rewriting left behind. The caller holds the lock."""
        self.clear()
        if (self.repository / "HEAD").exists():
            arguments = ["gc", "--quiet", "--prune=now"]
            run_git(arguments, mirror=self.repository, seconds=_GC_SECONDS)

    def _resolve(self, ref: str) -> str | None:
        if not (self.repository / "HEAD").exists():
            return None
        try:
            return self._git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()
        except GitError:
            return None

    def _git(self, *arguments: str) -> str:
        return run_git(arguments, mirror=self.repository)


def remote_head(source: GitSource) -> str:
    """The commit at the head of the branch on the server. Raises GitError."""
    said = ask_server(source, ["ls-remote", "--", source.url, source.remote_ref])
    for line in said.splitlines():
        commit, _, ref = line.partition("\t")
        if ref == source.remote_ref:
            return commit
    branch = source.branch or "head"
    raise GitError(f"the server has no branch {branch}; what was taken before stays")


def fetch_arguments(source: GitSource, repository: Path) -> list[str]:
    """The arguments of the transfer: the head alone at first, then what came after it."""
    shallow = [] if (repository / HEAD_REF).exists() or _packed(repository) else ["--depth=1"]
    return [
        "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
        "--no-auto-gc", *shallow, "--", source.url, f"+{source.remote_ref}:{HEAD_REF}",
    ]  # fmt: skip


def _packed(repository: Path) -> bool:
    """Whether the mirror's head stands in the file of packed refs."""
    with contextlib.suppress(OSError):
        return HEAD_REF in (repository / "packed-refs").read_text("utf-8", "replace")
    return False


def _readable(text: str, limit: int) -> str:
    """A text of a stranger: no control characters but line ends, not too long."""
    shown = "".join(char for char in text[:limit] if char.isprintable() or char == "\n")
    return shown if len(text) <= limit else shown + "…"
