"""Folders: copies are faithful, links cannot leave, the digest is that of the content."""

from __future__ import annotations

import errno
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from cai_assets.intake import files as intake_files
from cai_assets.intake.archives import unpack
from cai_assets.intake.copying import copy_tree, digest_tree
from cai_assets.intake.errors import EntryChanged, NoSpace, UnsafeFolder
from cai_assets.intake.unpacking import Limits, Skipped
from cai_assets_tests.intake.crafting import make_pipe, write_folder, write_zip

FILES = {"a.bsl": b"1", "src/Б/м.bsl": b"2" * 3_000_000, "src/empty.mdo": b""}
needs_links = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


def test_a_copy_holds_the_same_files(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", FILES)
    result = copy_tree(source, tmp_path / "copy")
    assert (result.files, result.size) == (3, 3_000_001)
    assert digest_tree(tmp_path / "copy") == digest_tree(source)
    assert (tmp_path / "copy/src/Б/м.bsl").read_bytes() == FILES["src/Б/м.bsl"]


def test_the_digest_sees_names_and_bytes_only(tmp_path: Path) -> None:
    one = write_folder(tmp_path / "one", FILES)
    two = write_folder(tmp_path / "two", dict(reversed(FILES.items())))
    os.utime(two / "a.bsl", (1, 1))
    (two / "nothing here").mkdir()
    assert digest_tree(one) == digest_tree(two)
    (two / "a.bsl").write_bytes(b"2")
    assert digest_tree(one) != digest_tree(two)


def test_the_digest_tells_where_a_name_ends(tmp_path: Path) -> None:
    one = write_folder(tmp_path / "one", {"ab": b"", "c": b""})
    two = write_folder(tmp_path / "two", {"a": b"", "bc": b""})
    assert digest_tree(one) != digest_tree(two)


def test_a_folder_and_its_archive_have_one_digest(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", {**FILES, ".git/HEAD": b"x"})
    unpack(write_zip(tmp_path / "a.zip", FILES), tmp_path / "unpacked")
    assert digest_tree(tmp_path / "unpacked") == digest_tree(source)


def test_version_control_is_not_copied_but_reported(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", {"a": b"1", ".git/x": b"2", "sub/.git": b"3"})
    result = copy_tree(source, tmp_path / "copy")
    assert result.skipped == (Skipped(".git", "git"), Skipped("sub/.git", "git"))
    assert [path.name for path in (tmp_path / "copy").rglob("*")] == ["a"]


@needs_links
@pytest.mark.parametrize("target", ["/etc/passwd", "../secret", "../source-2/secret", ".."])
def test_a_link_that_leaves_the_folder_is_refused(tmp_path: Path, target: str) -> None:
    source = write_folder(tmp_path / "source", FILES)
    write_folder(tmp_path, {"secret": b"s", "source-2/secret": b"s"})
    (source / "link").symlink_to(target)
    for work in (lambda: copy_tree(source, tmp_path / "copy"), lambda: digest_tree(source)):
        with pytest.raises(UnsafeFolder) as caught:
            work()
        assert (caught.value.code, caught.value.member) == ("link_leaves", "link")
    assert not (tmp_path / "copy").exists()


@needs_links
def test_links_inside_the_folder_are_read_as_files(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", {"src/a": b"1"})
    (source / "again").symlink_to("src/a")
    (source / "loop").symlink_to(".")
    (source / "gone").symlink_to("nowhere")
    result = copy_tree(source, tmp_path / "copy")
    assert result.skipped == (Skipped("gone", "broken_link"), Skipped("loop", "folder_link"))
    assert (tmp_path / "copy/again").read_bytes() == b"1"
    assert not (tmp_path / "copy/again").is_symlink()
    assert digest_tree(source) == digest_tree(tmp_path / "copy")


@needs_links
def test_pipes_are_left_out_and_reported(tmp_path: Path) -> None:
    source = write_folder(tmp_path / "source", {"a": b"1"})
    make_pipe(source / "pipe")
    assert copy_tree(source, tmp_path / "copy").skipped == (Skipped("pipe", "special"),)


@needs_links
@pytest.mark.parametrize("name", [b"\xff.bsl", b"a\nb", b"a\\b"])
def test_names_that_cannot_be_told_are_refused(tmp_path: Path, name: bytes) -> None:
    source = write_folder(tmp_path / "source", FILES)
    try:
        with open(os.fsencode(source) + b"/" + name, "wb"):
            pass
    except OSError:
        pytest.skip("this file system stores no such name")
    with pytest.raises(UnsafeFolder):
        copy_tree(source, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    "limits",
    [
        Limits(max_entries=2),
        Limits(max_total_bytes=3_000_000),
        Limits(max_file_bytes=2_999_999),
    ],
)
def test_limits_hold_for_folders(tmp_path: Path, limits: Limits) -> None:
    source = write_folder(tmp_path / "source", FILES)
    with pytest.raises(UnsafeFolder):
        copy_tree(source, tmp_path / "copy", limits)
    assert not (tmp_path / "copy").exists()


def test_a_disk_that_fills_up_leaves_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_folder(tmp_path / "source", FILES)

    def write(handle: int, block: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(NoSpace) as caught:
        copy_tree(source, tmp_path / "copy")
    assert "Освободите место" in caught.value.text("ru")
    assert not (tmp_path / "copy").exists()


def test_a_file_that_vanishes_or_grows_meanwhile_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_folder(tmp_path / "source", {"a": b"1", "b": b"2"})
    real_mkdir = Path.mkdir

    def mkdir(path: Path) -> None:
        (source / "b").write_bytes(b"longer")
        real_mkdir(path)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(EntryChanged):
        copy_tree(source, tmp_path / "copy")

    def mkdir_then_lose(path: Path) -> None:
        real_mkdir(path)
        (source / "b").unlink()

    monkeypatch.setattr(Path, "mkdir", mkdir_then_lose)
    with pytest.raises(EntryChanged):
        copy_tree(source, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_read_only_trees_can_be_removed(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "folder", FILES)
    os.chmod(folder / "a.bsl", 0o444)
    os.chmod(folder / "src/Б", 0o555)
    intake_files.remove_tree(folder)
    assert not folder.exists()


def test_a_long_path_of_a_real_configuration_is_copied(tmp_path: Path) -> None:
    name = "Я" * 100 + ".mdo"
    source = write_folder(tmp_path / "source", {f"{'Каталог' * 12}/{'Ф' * 80}/{name}": b"1"})
    assert copy_tree(source, tmp_path / "copy").files == 1
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in source.rglob("*.mdo"):
            archive.write(path, path.relative_to(source))
    unpack(tmp_path / "a.zip", tmp_path / "unpacked")
    assert digest_tree(tmp_path / "unpacked") == digest_tree(source)
    shutil.rmtree(source)
