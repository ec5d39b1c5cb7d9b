"""What was refused: `quarantine/<name>` beside `<name>.reason.txt` in both languages."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from cai_assets.intake.errors import Refused
from cai_assets.intake.files import remove_tree, write_atomic
from cai_assets.intake.inbox import numbered
from cai_assets.intake.uploads import DataRoot, Quarantined, note

REASON_SUFFIX = ".reason.txt"


def explain(root: DataRoot, name: str, error: Refused, now: float) -> Quarantined:
    """Write why `name` is refused, under a free name; the entry itself is moved by the caller.

    The reason comes first: it does no harm alone. `now` is in seconds since the epoch.
    """
    folder = root.quarantine
    free = next(free for free in numbered(name) if not os.path.lexists(folder / free))
    refused = Quarantined(
        name,
        folder / free,
        _reason(folder / free),
        error.code,
        error.text("en"),
        error.text("ru"),
    )
    received = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    text = f"{refused.russian}\n\n{refused.english}\n\n{name}\n{received}\n"
    write_atomic(refused.reason_path, text.encode("utf-8", "backslashreplace"))
    return refused


def refuse(root: DataRoot, name: str, error: Refused, now: float | None = None) -> Quarantined:
    """Record the refusal of something that stays where it came from, a commit for one."""
    root.prepare()
    refused = explain(root, name, error, time.time() if now is None else now)
    note_refusal(root, refused)
    return refused


def note_refusal(root: DataRoot, refused: Quarantined) -> None:
    """Write a refusal to the journal."""
    note(root, "quarantined", name=refused.path.name, code=refused.code, reason=refused.english)


def prune_quarantine(root: DataRoot, older_than_seconds: float, now: float | None = None) -> int:
    """Remove what has lain in quarantine for longer; returns how many entries were removed."""
    moment = time.time() if now is None else now
    removed = 0
    for reason in sorted(root.quarantine.glob(f"*{REASON_SUFFIX}")):
        if moment - reason.stat().st_mtime <= older_than_seconds:
            continue
        remove_tree(reason.with_name(reason.name.removesuffix(REASON_SUFFIX)))
        remove_tree(reason)
        removed += 1
    return removed


def _reason(entry: Path) -> Path:
    return entry.with_name(entry.name + REASON_SUFFIX)
