"""Renames and flushes where other programs hold files for a moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cai_assets.intake import files
from cai_assets.intake.files import once_free, sweep_drafts, sync_tree


def _held(times: int) -> tuple[Callable[[], None], list[int]]:
    calls: list[int] = []

    def act() -> None:
        calls.append(1)
        if len(calls) <= times:
            raise PermissionError(13, "open in another program")

    return act, calls


def test_on_windows_a_file_held_for_a_moment_is_waited_for() -> None:
    act, calls = _held(times=3)
    once_free(act, windows=True)
    assert len(calls) == 4


def test_a_file_that_stays_held_is_an_error_in_the_end() -> None:
    act, calls = _held(times=1000)
    with pytest.raises(PermissionError):
        once_free(act, seconds=0.05, windows=True)
    assert len(calls) > 1


def test_elsewhere_a_refusal_is_final() -> None:
    act, calls = _held(times=1)
    with pytest.raises(PermissionError):
        once_free(act, windows=False)
    assert len(calls) == 1


def test_without_a_sync_of_the_whole_system_every_file_is_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    monkeypatch.delattr("os.sync", raising=False)
    monkeypatch.setattr(files, "_sync_file", flushed.append)
    for number in range(100):
        path = tmp_path / str(number % 7) / f"{number}.bsl"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"1")
    sync_tree(tmp_path, 100)
    assert sorted(flushed) == sorted(str(path) for path in tmp_path.rglob("*.bsl"))


def test_unfinished_files_of_killed_processes_go_after_an_hour_and_nothing_else(
    tmp_path: Path,
) -> None:
    drafts = [".a.parquet.77-0123abcd", "deep/.complete.json.8-ffffffff", "deep/.x.txt.9.tmp"]
    others = [".hidden", ".a.parquet", "b.parquet", "deep/x.tmp", ".a.parquet.77-0123"]
    for name in drafts + others:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    now = (tmp_path / drafts[0]).stat().st_mtime
    assert sweep_drafts(tmp_path, now=now + 3000) == []
    assert sweep_drafts(tmp_path, below=False, now=now + 4000) == [tmp_path / drafts[0]]
    sweep_drafts(tmp_path, now=now + 4000)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(others)
