"""Files that all pages share: the stylesheet, scripts, the search index, the list of pages."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from cai_assets.site.files import write_changed
from cai_assets.site.model import Context, Source
from cai_assets.site.registry import Registry

STATIC = "static"


def write(source: Source, registry: Registry, folder: Path, context: Context) -> int:
    """Write what has changed; returns the bytes of all of it."""
    total = 0
    for file in sorted(files("cai_assets.site").joinpath(STATIC).iterdir(), key=lambda f: f.name):
        data = file.read_bytes()
        write_changed(folder, f"{STATIC}/{file.name}", data)
        total += len(data)
    return total
