"""One look at branches: fetch what is new, take each new commit in as an upload.

Nothing is lost if this is cut off at any point. A commit is marked as taken after its upload is
complete; taken again, it is recognised by the origin that the upload keeps.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from cai_assets.intake.accepting import admit
from cai_assets.intake.errors import Refused
from cai_assets.intake.git.command import GitError
from cai_assets.intake.git.mirror import Mirror, MirrorBusy, remote_head
from cai_assets.intake.git.source import GitSource
from cai_assets.intake.patience import patiently
from cai_assets.intake.quarantine import refuse
from cai_assets.intake.unpacking import Limits
from cai_assets.intake.uploads import DataRoot, Origin, Upload, origins

_ASKED_AT_ONCE = 32


@dataclass(slots=True)
class Look:
    """What a look at one branch found. `error` is what a person has to look at."""

    source: GitSource
    uploads: list[Upload] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    error: str = ""

    def say(self, text: str) -> None:
        """Add a sentence about the branch."""
        self.messages.append(f"{self.source.shown}: {text}")


@dataclass(frozen=True, slots=True)
class Taking:
    """How commits are taken. `most` is how many in one look, `deadline` a monotonic time after
    which no other is begun; `newest_only` passes over all but the head.
    """

    root: DataRoot
    limits: Limits
    most: int
    deadline: float
    newest_only: bool = False


def mirrors_of(root: DataRoot) -> Path:
    """The folder of all mirrors."""
    return root.path / "git"


def ask(sources: Sequence[GitSource]) -> dict[GitSource, str | GitError]:
    """The commit at the head of each branch, or why it is not known; all are asked at once."""

    def head(source: GitSource) -> str | GitError:
        try:
            return remote_head(source)
        except GitError as error:
            return error

    with ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="git") as pool:
        return dict(zip(sources, pool.map(head, sources), strict=True))


def look(source: GitSource, head: str | GitError, taking: Taking, fetch_seconds: float) -> Look:
    """Bring the mirror to `head` and take in what is new.

    What the server, git or a commit is to blame for does not raise. Raises `Postponed` if the
    disk is full or uploads cannot be taken just now; what was taken until then is taken.
    """
    found = Look(source)
    mirror = Mirror.of(source, mirrors_of(taking.root))
    try:
        if isinstance(head, GitError):
            raise head
        if mirror.head() != head:
            if failed := mirror.fetch_error():
                found.say(f"the last transfer failed: {failed}")
            mirror.fetch(min(fetch_seconds, taking.deadline - time.monotonic()))
        with mirror.lock():
            _take(mirror, taking, found)
    except MirrorBusy as reason:
        found.say(str(reason))
    except GitError as error:
        found.error = str(error)
        found.say(found.error)
    return found


def _take(mirror: Mirror, taking: Taking, found: Look) -> None:
    head, taken = mirror.head(), mirror.taken()
    if head is None or head == taken:
        return
    commits = _new_commits(mirror, head, taken, taking, found)
    for number, commit in enumerate(commits):
        if number >= taking.most:
            found.say(f"commits that wait until others are built: {len(commits) - number}")
            return
        if number and time.monotonic() > taking.deadline:
            found.say(f"commits that follow in a later tick: {len(commits) - number}")
            return
        _take_commit(mirror, commit, taking, found)
        mirror.mark_taken(commit)
    mirror.mark_taken(head)


def _new_commits(
    mirror: Mirror, head: str, taken: str | None, taking: Taking, found: Look
) -> list[str]:
    """The commits that are to be taken, oldest first."""
    if taken is None:
        return [head]
    if not mirror.follows(head, taken):
        found.say(f"its history was rewritten; of the new one only the head {head[:12]} is taken")
        return [head]
    commits = mirror.new_commits(head, taken)
    if taking.newest_only and len(commits) > 1:
        found.say(f"commits passed over, for CAI_GIT_NEWEST_ONLY: {len(commits) - 1}")
        return commits[-1:]
    return commits


def _take_commit(mirror: Mirror, commit: str, taking: Taking, found: Look) -> None:
    """Take one commit in; if it is refused, say so in quarantine and go on."""
    origin = mirror.origin(commit)
    name = f"{mirror.source.name}@{commit[:12]}"
    if origin.key in origins(taking.root):
        found.say(f"{name} was taken before")
        return
    try:
        upload = patiently(
            lambda: admit(
                taking.root, mirror.export(commit, taking.limits), taking.limits, origin=origin
            )
        )
    except Refused as error:
        refused = refuse(taking.root, name, error)
        found.say(f"{name} is refused: {refused.english} See {refused.reason_path}")
    else:
        _tell(upload, origin, name, found)
    finally:
        mirror.clear()


def _tell(upload: Upload, origin: Origin, name: str, found: Look) -> None:
    if upload.status == "duplicate":
        found.say(f"{name} changes nothing of {upload.slug}")
        return
    found.uploads.append(upload)
    found.say(f"{name} by {origin.author} became upload {upload.id} of {upload.slug}")
