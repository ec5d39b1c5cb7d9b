"""The inbox: what is complete, what waits, what is not looked at, and how uploads get in."""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cai_assets.intake import inbox as intake_inbox
from cai_assets.intake.errors import InboxUnavailable, NoSpace, NotAnUpload, UnsafeFolder
from cai_assets.intake.inbox import advance, fingerprint, put, scan, sweep
from cai_assets_tests.intake.crafting import edt_files, write_folder, write_zip


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


# --- advance ----------------------------------------------------------------------------


def test_an_entry_is_ready_when_it_has_stood_still() -> None:
    ready, waiting, cursor = advance(None, {"a": "1"}, 100.0, 5)
    assert (ready, waiting) == ([], ["a"])
    ready, waiting, cursor = advance(cursor, {"a": "1"}, 104.9, 5)
    assert (ready, waiting) == ([], ["a"])
    ready, waiting, _ = advance(cursor, {"a": "1"}, 105.0, 5)
    assert (ready, waiting) == (["a"], [])


def test_a_growing_entry_waits_from_its_last_change() -> None:
    cursor = None
    for now, mark in ((100, "1"), (104, "2"), (108, "3")):
        ready, _, cursor = advance(cursor, {"a": mark}, now, 5)
        assert ready == []
    assert advance(cursor, {"a": "3"}, 112, 5)[0] == []
    assert advance(cursor, {"a": "3"}, 113, 5)[0] == ["a"]


def test_one_look_is_never_enough() -> None:
    assert advance(None, {"a": "1"}, 100, 0)[0] == []


def test_an_archive_need_not_stand_still_as_long_as_a_folder() -> None:
    _, _, cursor = advance(None, {"a.zip": "f:1:1", "b": "d:1:1"}, 0.0, 10)
    ready, waiting, _ = advance(cursor, {"a.zip": "f:1:1", "b": "d:1:1"}, 3.0, 10)
    assert (ready, waiting) == (["a.zip"], ["b"])


def test_what_was_put_whole_is_ready_at_once_unless_it_changed_since(
    tmp_path: Path, inbox: Path
) -> None:
    source = tmp_path / "trade"
    source.mkdir()
    (source / "a.bsl").write_text("// ", encoding="utf-8")
    placed = put(source, inbox)
    found = scan(inbox, None, settle_seconds=3600)
    assert [arrival.name for arrival in found.ready] == ["trade"]
    (placed.path / "b.bsl").write_text("// ", encoding="utf-8")
    assert scan(inbox, found.cursor, settle_seconds=3600).ready == ()


def test_the_mark_of_what_was_put_goes_with_it(tmp_path: Path, inbox: Path) -> None:
    source = tmp_path / "trade.zip"
    source.write_bytes(b"PK")
    placed = put(source, inbox)
    sweep(inbox)
    assert len(list(inbox.iterdir())) == 2
    placed.path.unlink()
    sweep(inbox)
    assert list(inbox.iterdir()) == []


def test_an_entry_that_left_and_came_back_starts_anew() -> None:
    cursor = advance(None, {"a": "1"}, 100, 5)[2]
    cursor = advance(cursor, {}, 103, 5)[2]
    assert advance(cursor, {"a": "1"}, 106, 5)[0] == []


def test_an_entry_not_looked_at_keeps_its_past() -> None:
    cursor = advance(None, {"a": "1"}, 100, 5)[2]
    ready, waiting, cursor = advance(cursor, {"a": None}, 110, 5)
    assert (ready, waiting) == ([], ["a"])
    assert advance(cursor, {"a": "1"}, 111, 5)[0] == ["a"]


def test_a_clock_set_back_costs_at_most_one_more_wait() -> None:
    cursor = advance(None, {"a": "1"}, 1_000_000, 5)[2]
    cursor = advance(cursor, {"a": "1"}, 100, 5)[2]
    assert advance(cursor, {"a": "1"}, 105, 5)[0] == ["a"]


@given(
    st.one_of(st.none(), st.text(), st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
)
def test_a_cursor_that_cannot_be_read_counts_as_none(cursor: str | None) -> None:
    ready, waiting, new = advance(cursor, {"a": "1"}, 100, 5)
    assert (ready, waiting) == ([], ["a"])
    assert advance(new, {"a": "1"}, 105, 5)[0] == ["a"]


@pytest.mark.parametrize("seen", [[], {"a": 1}, {"a": ["1", "x"]}, {"a": ["1"]}, None])
def test_a_cursor_of_another_shape_counts_as_none(seen: object) -> None:
    cursor = json.dumps({"version": 1, "last": 3, "seen": seen})
    assert advance(cursor, {"a": "1"}, 100, 5)[:2] == ([], ["a"])


# --- scan -------------------------------------------------------------------------------


def test_a_half_written_archive_waits_until_it_is_whole(inbox: Path) -> None:
    archive = inbox / "a.zip"
    archive.write_bytes(b"half")
    cursor = scan(inbox, None, 100).cursor
    archive.write_bytes(b"half and half")
    found = scan(inbox, cursor, 106)
    assert (found.ready, found.waiting) == ((), ("a.zip",))
    found = scan(inbox, found.cursor, 112)
    assert [arrival.name for arrival in found.ready] == ["a.zip"]


@pytest.mark.parametrize("change", ["deep file", "same size", "removed"])
def test_a_change_deep_in_a_folder_makes_it_wait(inbox: Path, change: str) -> None:
    folder = write_folder(inbox / "a", {"x/y/z": b"1", "x/w": b"2"})
    cursor = scan(inbox, None, 100).cursor
    if change == "deep file":
        write_folder(folder, {"x/y/new": b"1"})
    elif change == "same size":
        (folder / "x/y/z").write_bytes(b"2")
        os.utime(folder / "x/y/z", (1, 1))
    else:
        (folder / "x/w").unlink()
    assert scan(inbox, cursor, 106).ready == ()


@pytest.mark.parametrize(
    "name",
    [".hidden", "a.zip.part", "a.ZIP.TMP", "a.crdownload", "~$a.zip", "Thumbs.db", "a.filepart"],
)
def test_names_of_unfinished_and_hidden_files_are_ignored(inbox: Path, name: str) -> None:
    (inbox / name).write_bytes(b"1")
    found = scan(inbox, scan(inbox, None, 100).cursor, 200)
    assert (found.ready, found.waiting, found.ignored) == ((), (), (name,))


def test_empty_folders_and_files_wait(inbox: Path) -> None:
    (inbox / "new folder").mkdir()
    (inbox / "a.zip").touch()
    write_folder(inbox / "clone", {".git/HEAD": b"1"})
    found = scan(inbox, scan(inbox, None, 100).cursor, 200)
    assert (found.ready, found.waiting) == ((), ("a.zip", "clone", "new folder"))


def test_a_missing_inbox_is_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(InboxUnavailable):
        scan(tmp_path / "inbox", None, 100)


def test_the_oldest_come_first_and_the_rest_in_later_ticks(inbox: Path) -> None:
    for number in range(5):
        (inbox / f"{number}.zip").write_bytes(b"1")
        os.utime(inbox / f"{number}.zip", (1000 - number, 1000 - number))
    cursor = scan(inbox, None, 2000).cursor
    found = scan(inbox, cursor, 2010, max_ready=2)
    assert [arrival.name for arrival in found.ready] == ["4.zip", "3.zip"]
    assert found.waiting == ("0.zip", "1.zip", "2.zip")
    for arrival in found.ready:
        arrival.path.unlink()
    found = scan(inbox, found.cursor, 2011, max_ready=2)
    assert [arrival.name for arrival in found.ready] == ["2.zip", "1.zip"]


def test_a_scan_looks_at_a_bounded_number_of_files_and_reaches_all(inbox: Path) -> None:
    for name in "abcd":
        write_folder(inbox / name, {f"{number}": b"1" for number in range(10)})
    cursor, ready = None, []
    for tick in range(6):
        found = scan(inbox, cursor, 100 + 10 * tick, max_files=15)
        cursor = found.cursor
        ready += [arrival.name for arrival in found.ready]
    assert sorted(set(ready)) == ["a", "b", "c", "d"]


def test_hundreds_of_entries_are_listed_in_no_time(inbox: Path) -> None:
    for number in range(300):
        write_folder(inbox / f"{number}", {f"{file}": b"1" for file in range(5)})
    started = time.process_time()
    found = scan(inbox, scan(inbox, None, 100).cursor, 200, max_ready=1000)
    assert len(found.ready) == 300
    assert time.process_time() - started < 1  # two scans; 0.02 s each on an idle machine


def test_a_locked_entry_waits_and_does_not_stop_the_others(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.zip", "b.zip"):
        (inbox / name).write_bytes(b"1")

    def look(path: Path) -> intake_inbox.Fingerprint:
        if path.name == "a.zip":
            raise PermissionError
        return fingerprint(path)

    monkeypatch.setattr(intake_inbox, "fingerprint", look)
    found = scan(inbox, scan(inbox, None, 100).cursor, 200)
    assert [arrival.name for arrival in found.ready] == ["b.zip"]
    assert found.waiting == ("a.zip",)


# --- put --------------------------------------------------------------------------------


def visible(inbox: Path) -> list[str]:
    return sorted(path.name for path in inbox.iterdir() if not path.name.startswith("."))


def test_a_folder_is_put_whole(tmp_path: Path, inbox: Path) -> None:
    source = write_folder(tmp_path / "Торговля", {**edt_files("Т"), ".git/x": b"1"})
    placed = put(source, inbox)
    assert (placed.name, placed.files) == ("Торговля", 2)
    assert [item.path for item in placed.skipped] == [".git"]
    assert visible(inbox) == ["Торговля"]


def test_an_archive_is_put_byte_for_byte_under_a_free_name(tmp_path: Path, inbox: Path) -> None:
    archive = write_zip(tmp_path / "a.tar.zip", edt_files("A"))
    names = [put(archive, inbox).name for _ in range(3)]
    assert names == ["a.tar.zip", "a.tar-2.zip", "a.tar-3.zip"]
    assert (inbox / "a.tar-3.zip").read_bytes() == archive.read_bytes()


@pytest.mark.parametrize("name", [".config", "~$x", "x.tmp"])
def test_a_name_that_scans_ignore_is_changed(tmp_path: Path, inbox: Path, name: str) -> None:
    placed = put(write_folder(tmp_path / name, edt_files("A")), inbox)
    assert [arrival.name for arrival in scan(inbox, None, 1).ready] == [placed.name]


def test_nothing_is_visible_before_all_is_there(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    real_write = os.write

    def write(handle: int, block: bytes) -> int:
        found = scan(inbox, None, 1)
        seen.append(bool(found.waiting or found.ready))
        return real_write(handle, block)

    monkeypatch.setattr(os, "write", write)
    put(write_folder(tmp_path / "a", edt_files("A")), inbox)
    assert seen and not any(seen)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("missing", NotAnUpload),
        ("empty", NotAnUpload),
        ("a.rar", NotAnUpload),
        ("linked", UnsafeFolder),
    ],
)
def test_what_cannot_be_uploaded_is_refused_at_once(
    tmp_path: Path, inbox: Path, name: str, error: type[Exception]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.rar").write_bytes(b"Rar!")
    write_folder(tmp_path / "linked", {"a": b"1"})
    if os.name != "nt":
        (tmp_path / "linked/link").symlink_to("/etc/passwd")
        with pytest.raises(error):
            put(tmp_path / name, inbox)
    assert os.listdir(inbox) == []


@pytest.mark.parametrize("count", [3, 100])
def test_every_file_is_on_the_disk_before_the_name_appears(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    source = write_folder(tmp_path / "a", {f"{number}.bsl": b"1" for number in range(count)})
    synced: set[int] = set()

    def fsync(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)

    def sync() -> None:
        synced.update(path.stat().st_ino for path in inbox.rglob("*"))

    real_rename = os.rename

    def rename(old: Path, new: Path) -> None:
        assert {path.stat().st_ino for path in Path(old).iterdir()} <= synced
        real_rename(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "sync", sync, raising=False)
    monkeypatch.setattr(os, "rename", rename)
    put(source, inbox)
    assert visible(inbox) == ["a"]


def test_a_full_disk_leaves_nothing_in_the_inbox(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(handle: int, block: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", write)
    for source in (
        write_folder(tmp_path / "a", edt_files("A")),
        write_zip(tmp_path / "a.zip", edt_files("A")),
    ):
        with pytest.raises(NoSpace):
            put(source, inbox)
    assert os.listdir(inbox) == []


def test_a_missing_inbox_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InboxUnavailable):
        put(write_folder(tmp_path / "a", edt_files("A")), tmp_path / "nowhere")


def test_leftovers_of_killed_processes_are_swept(inbox: Path) -> None:
    write_folder(inbox / ".put-old", {"a": b"1"})
    write_folder(inbox / ".put-now", {"a": b"1"})
    write_folder(inbox / ".done-x", {"a": b"1"})
    write_folder(inbox / ".mine", {"a": b"1"})
    os.utime(inbox / ".put-old", (1, 1))
    sweep(inbox)
    assert sorted(os.listdir(inbox)) == [".mine", ".put-now"]
