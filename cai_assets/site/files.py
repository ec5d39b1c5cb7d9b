"""Writing the files of a site."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cai_assets.intake.files import replace
from cai_assets.onec.disk import extended

_DRAFT = ".tmp"
_UNFINISHED = "unfinished"


@contextmanager
def tidied(folder: Path, notes: Path) -> Iterator[None]:
    """A building of the site in `folder`; what an earlier one left when it died is removed first.

    That it died is told by a file in `notes`. The caller has the site for itself.
    """
    mark = notes / _UNFINISHED
    if mark.exists():
        for root, _, names in os.walk(extended(os.fspath(folder))):
            for name in names:
                of_notes = os.path.samefile(root, notes) and name.startswith(".")
                if name.endswith(_DRAFT) or of_notes:
                    with contextlib.suppress(OSError):
                        os.unlink(os.path.join(root, name))
    mark.touch()
    yield
    mark.unlink(missing_ok=True)


def write_file(folder: Path, path: str, data: bytes) -> None:
    """Write a file of the site so that a reader sees the old one or the new, never a part.

    The folder is made when needed. Not flushed to the disk: what a power cut takes, the next
    build writes again.
    """
    target = extended(os.path.join(os.fspath(folder), *path.split("/")))
    temporary = f"{target}.{os.getpid()}{_DRAFT}"
    try:
        try:
            with open(temporary, "wb") as out:
                out.write(data)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(temporary, "wb") as out:
                out.write(data)
        replace(Path(temporary), Path(target))
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def write_changed(folder: Path, path: str, data: bytes) -> None:
    """Write a file of the site unless it already holds this."""
    try:
        known = Path(extended(os.path.join(os.fspath(folder), *path.split("/")))).read_bytes()
    except OSError:
        known = None
    if known != data:
        write_file(folder, path, data)
