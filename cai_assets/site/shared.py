"""Files that all pages share: the stylesheet, with the style of pictures, and the scripts."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from cai_assets.site.drawing import STYLE
from cai_assets.site.files import write_changed

STATIC = "static"
_SHEET = "style.css"


def write(folder: Path) -> int:
    """Write what has changed; returns the bytes of all of it."""
    total = 0
    for file in sorted(files("cai_assets.site").joinpath(STATIC).iterdir(), key=lambda f: f.name):
        data = file.read_bytes()
        if file.name == _SHEET:
            data += STYLE.encode()
        write_changed(folder, f"{STATIC}/{file.name}", data)
        total += len(data)
    return total
