"""Writing the files of a site."""

from __future__ import annotations

import os
from pathlib import Path

from cai_assets.intake.files import replace
from cai_assets.onec.disk import extended


def write_file(folder: Path, path: str, data: bytes) -> None:
    """Write a file of the site so that a reader sees the old one or the new, never a part.

    The folder is made when needed. Not flushed to the disk: what a power cut takes, the next
    build writes again.
    """
    target = extended(os.path.join(os.fspath(folder), *path.split("/")))
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as out:
            out.write(data)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(temporary, "wb") as out:
            out.write(data)
    replace(Path(temporary), Path(target))


def write_changed(folder: Path, path: str, data: bytes) -> None:
    """Write a file of the site unless it already holds this."""
    try:
        known = Path(extended(os.path.join(os.fspath(folder), *path.split("/")))).read_bytes()
    except OSError:
        known = None
    if known != data:
        write_file(folder, path, data)
