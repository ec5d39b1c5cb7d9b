"""Real code for tests, from the folder that `CAI_CORPORA` names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cai_assets.onec.text import decode

FOLDER = os.environ.get("CAI_CORPORA", "")


def corpus(name: str) -> Path:
    """A folder with real code; without it the test is skipped."""
    if not FOLDER:
        pytest.skip("CAI_CORPORA does not name a folder with real configurations")
    path = Path(FOLDER, name)
    if not path.is_dir():
        pytest.skip(f"CAI_CORPORA has no {name}")
    return path


def modules(name: str) -> Iterator[tuple[Path, str]]:
    """Path and text of every module of a corpus."""
    for path in sorted(corpus(name).rglob("*.bsl")):
        yield path, decode(path.read_bytes()).text
