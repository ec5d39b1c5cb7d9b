"""Files of a site: whole or not there, and what a killed build left is removed by the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.site import files
from cai_assets.site.files import tidied, write_file


def names(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_a_full_disk_leaves_the_old_page_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(tmp_path, "a/page.html", b"old")

    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_file(tmp_path, "a/page.html", b"new")
    assert names(tmp_path) == ["a/page.html"]
    assert (tmp_path / "a/page.html").read_bytes() == b"old"


def test_drafts_of_a_build_that_died_are_removed_by_the_next(tmp_path: Path) -> None:
    notes = tmp_path / ".cai"
    notes.mkdir()
    write_file(tmp_path, "a/page.html", b"page")
    write_file(tmp_path, ".cai/pages.parquet", b"notes")
    with pytest.raises(KeyboardInterrupt), tidied(tmp_path, notes):
        write_file(tmp_path, "a/other.html.77.tmp", b"half")
        write_file(tmp_path, ".cai/.pages.parquet.77-0123abcd", b"half")
        raise KeyboardInterrupt
    with tidied(tmp_path, notes):
        assert names(tmp_path) == [".cai/pages.parquet", ".cai/unfinished", "a/page.html"]
    assert names(tmp_path) == [".cai/pages.parquet", "a/page.html"]


def test_a_site_that_was_finished_is_not_walked_through(tmp_path: Path) -> None:
    notes = tmp_path / ".cai"
    notes.mkdir()
    write_file(tmp_path, "left.tmp", b"of somebody else")
    with tidied(tmp_path, notes):
        pass
    assert names(tmp_path) == ["left.tmp"]
