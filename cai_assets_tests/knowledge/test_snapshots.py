"""Uploads on disk: the newest complete one is current, whatever else lies there."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from cai_assets.knowledge.snapshots import MANIFEST, Snapshots


def test_unpublished_upload_is_invisible(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.publish("trade", "1", {"rows": {"objects": 1}})
    snapshots.folder("trade", "2").mkdir()
    current = snapshots.current("trade")
    assert current is not None
    assert (current.upload, current.info) == ("1", {"rows": {"objects": 1}})
    with pytest.raises(FileNotFoundError):
        snapshots.read("trade", "2")


def test_nothing_there_is_no_error(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "absent")
    assert snapshots.configurations() == []
    assert snapshots.current("trade") is None
    assert snapshots.before("trade", "1") is None
    assert snapshots.prune("trade", 3) == []


def test_before_is_the_upload_to_compare_with(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    for upload in ("1", "2", "3"):
        snapshots.publish("trade", upload, {})
    earlier = snapshots.before("trade", "3")
    assert earlier is not None
    assert earlier.upload == "2"
    assert snapshots.before("trade", "1") is None


def test_prune_keeps_the_newest_and_what_may_be_in_the_writing(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    for upload in ("1", "3", "4"):
        snapshots.publish("trade", upload, {})
    for broken in ("2", "5"):
        snapshots.folder("trade", broken).mkdir()
    snapshots.publish("trade", "0", {})
    assert snapshots.prune("trade", 2, protect={"0"}) == ["1", "2"]
    assert sorted(path.name for path in (tmp_path / "trade").iterdir()) == ["0", "3", "4", "5"]


def test_prune_removes_what_killed_processes_left_in_uploads_that_stay(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.publish("trade", "1", {})
    folder = tmp_path / "trade" / "1"
    draft = folder / ".objects.parquet.77-0123abcd"
    draft.touch()
    assert snapshots.prune("trade", 5) == []
    assert draft.exists()
    os.utime(draft, (0, 0))
    snapshots.prune("trade", 5)
    assert [path.name for path in folder.iterdir()] == [MANIFEST]


def test_configurations_with_odd_names_are_listed_and_hidden_folders_are_not(
    tmp_path: Path,
) -> None:
    snapshots = Snapshots(tmp_path)
    for name in ("_Demo", "Trade-1", ".shared"):
        snapshots.publish(name, "1", {})
    assert snapshots.configurations() == ["Trade-1", "_Demo"]


def test_publishing_twice_at_once_leaves_one_whole_manifest(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    infos = [{"rows": {"objects": number}} for number in range(8)]
    threads = [
        threading.Thread(target=snapshots.publish, args=("trade", "1", info)) for info in infos
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert snapshots.read("trade", "1").info in infos
    assert [path.name for path in snapshots.folder("trade", "1").iterdir()] == [MANIFEST]


def test_failed_publish_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots = Snapshots(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        snapshots.publish("trade", "1", {})
    assert list(snapshots.folder("trade", "1").iterdir()) == []
