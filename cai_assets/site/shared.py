"""Files that all pages share: the stylesheet and the scripts."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from cai_assets.site.files import write_changed

STATIC = "static"


def write(folder: Path) -> int:
    """Write what has changed; returns the bytes of all of it."""
    total = 0
    for file in sorted(files("cai_assets.site").joinpath(STATIC).iterdir(), key=lambda f: f.name):
        data = file.read_bytes()
        write_changed(folder, f"{STATIC}/{file.name}", data)
        total += len(data)
    return total
