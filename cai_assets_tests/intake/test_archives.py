"""Unpacking: what honest archives give, and how hostile and broken ones are refused."""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from cai_assets.intake import files as intake_files
from cai_assets.intake.archives import (
    BrokenArchive,
    HostileArchive,
    Limits,
    NoSpace,
    Skipped,
    unpack,
)
from cai_assets.intake.errors import NotAnUpload, Refused
from cai_assets.intake.unpacking import Sink
from cai_assets_tests.intake.crafting import (
    write_directory_only_zip,
    write_overlapping_zip,
    write_raw_named_zip,
    write_special_tar,
    write_tar,
    write_zip,
)

FILES = {"src/Справочник.mdo": b"<a/>", "src/Модуль.bsl": b"// \xd0\xb0\n" * 1000, "empty.bsl": b""}
WRITERS: dict[str, Callable[[Path, dict[str, bytes]], Path]] = {
    "a.zip": write_zip,
    "a.tar": write_tar,
    "a.tar.gz": write_tar,
    "a.tgz": write_tar,
}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def refusal(archive: Path, limits: Limits | None = None, windows: bool | None = None) -> Refused:
    """Unpack, expect a refusal that names the archive and leaves nothing, and return it."""
    target = archive.parent / "target"
    with pytest.raises(Refused) as caught:
        unpack(archive, target, limits, windows=windows)
    assert not target.exists()
    for lang in ("en", "ru"):
        assert archive.name in caught.value.text(lang)
        assert "?" not in caught.value.text(lang)
    return caught.value


# --- honest archives --------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITERS)
def test_files_come_out_as_they_went_in(tmp_path: Path, name: str) -> None:
    result = unpack(WRITERS[name](tmp_path / name, FILES), tmp_path / "target")
    assert contents(tmp_path / "target") == FILES
    assert (result.files, result.size) == (3, sum(map(len, FILES.values())))
    assert not result.skipped


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_files_are_plain_and_not_executable(tmp_path: Path, name: str) -> None:
    unpack(WRITERS[name](tmp_path / name, FILES), tmp_path / "target")
    for path in FILES:
        assert stat.S_IMODE((tmp_path / "target" / path).stat().st_mode) == 0o644


def test_the_format_is_told_by_the_content(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "a.tar.gz", FILES).rename(tmp_path / "b.tar")
    unpack(archive, tmp_path / "target")
    assert contents(tmp_path / "target") == FILES


def test_backslashes_separate_folders(tmp_path: Path) -> None:
    unpack(write_zip(tmp_path / "a.zip", {"src\\A\\B.mdo": b"1"}), tmp_path / "target")
    assert contents(tmp_path / "target") == {"src/A/B.mdo": b"1"}


def test_dots_and_doubled_slashes_in_names_are_harmless(tmp_path: Path) -> None:
    unpack(write_tar(tmp_path / "a.tar", {"./src//A/./B.mdo": b"1"}), tmp_path / "target")
    assert contents(tmp_path / "target") == {"src/A/B.mdo": b"1"}


def test_names_of_macos_are_composed(tmp_path: Path) -> None:
    decomposed = "Йод.bsl".replace("Й", "И\u0306")
    unpack(write_zip(tmp_path / "a.zip", {decomposed: b"1"}), tmp_path / "target")
    assert contents(tmp_path / "target") == {"Йод.bsl": b"1"}


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "utf-8"])
def test_cyrillic_names_without_the_unicode_flag_are_read(tmp_path: Path, encoding: str) -> None:
    names = ["Справочники/Номенклатура.xml", "Документы/РеализацияТоваров.xml"]
    archive = write_raw_named_zip(tmp_path / "a.zip", [name.encode(encoding) for name in names])
    unpack(archive, tmp_path / "target")
    assert sorted(contents(tmp_path / "target")) == sorted(names)


def test_the_unicode_path_field_wins_over_the_code_page(tmp_path: Path) -> None:
    raw = "Ёж.bsl".encode("cp866")
    name = "Ёлка.bsl".encode()
    body = struct.pack("<BL", 1, zlib.crc32(raw)) + name
    extra = struct.pack("<HH", 0x7075, len(body)) + body
    unpack(write_raw_named_zip(tmp_path / "a.zip", [raw], extra), tmp_path / "target")
    assert list(contents(tmp_path / "target")) == ["Ёлка.bsl"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_version_control_is_left_out_and_reported(tmp_path: Path, name: str) -> None:
    files = {"p/.git/config": b"1", "p/.git/HEAD": b"2", "p/a.bsl": b"3", "__MACOSX/._a": b"4"}
    result = unpack(WRITERS[name](tmp_path / name, files), tmp_path / "target")
    assert contents(tmp_path / "target") == {"p/a.bsl": b"3"}
    assert result.skipped == (Skipped("p/.git", "git"), Skipped("__MACOSX", "macos"))


def test_names_that_differ_by_case_only_are_kept_and_reported(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "a.zip", {"A.bsl": b"1", "a.bsl": b"2"})
    if (tmp_path.with_name(tmp_path.name.swapcase())).exists():
        assert refusal(archive).code == "name_case_twin"
        return
    result = unpack(archive, tmp_path / "target")
    assert result.case_twins == (("A.bsl", "a.bsl"),)
    assert contents(tmp_path / "target") == {"A.bsl": b"1", "a.bsl": b"2"}


def test_an_existing_target_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target/mine").write_text("1")
    with pytest.raises(FileExistsError):
        unpack(write_zip(tmp_path / "a.zip", FILES), tmp_path / "target")
    assert contents(tmp_path / "target") == {"mine": b"1"}


# --- names that must not be created -----------------------------------------------------


@pytest.mark.parametrize("writer", ["a.zip", "a.tar.gz"])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../evil.txt", "name_parent"),
        ("a/../../evil.txt", "name_parent"),
        ("a\\..\\..\\evil.txt", "name_parent"),
        ("/etc/evil.txt", "name_absolute"),
        ("\\\\server\\share\\evil.txt", "name_absolute"),
        ("C:\\evil.txt", "name_drive"),
        ("c:evil.txt", "name_drive"),
        ("a\nb.txt", "name_control"),
        ("a\x1b[2Jb.txt", "name_control"),
        ("/".join("d" * 65), "name_deep"),
        ("б" * 200 + ".bsl", "name_long"),
        ("/".join(["каталог" * 10] * 20), "name_long"),
    ],
)
def test_unsafe_names_are_refused(tmp_path: Path, writer: str, name: str, code: str) -> None:
    files = {"good.bsl": b"1", name: b"evil"}
    error = refusal(WRITERS[writer](tmp_path / writer, files), windows=False)
    assert isinstance(error, HostileArchive)
    assert error.code == code
    assert error.member
    assert not list(tmp_path.rglob("evil*"))


def test_a_nul_in_a_name_is_refused(tmp_path: Path) -> None:
    archive = write_raw_named_zip(tmp_path / "a.zip", [b"good.bsl\0.exe"])
    assert refusal(archive).code == "name_control"


@pytest.mark.parametrize("name", ["con", "AUX.bsl", "a/LPT1.txt", "a.", "b ", "aa:stream", "a*b"])
def test_names_that_windows_cannot_store_are_refused_on_windows(tmp_path: Path, name: str) -> None:
    archive = write_zip(tmp_path / "a.zip", {name: b"1"})
    assert refusal(archive, windows=True).code == "name_windows"


@pytest.mark.parametrize("writer", ["a.zip", "a.tar"])
def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path, writer: str) -> None:
    archive = WRITERS[writer](tmp_path / writer, {"a": b"1", "a/b": b"2"})
    assert refusal(archive).code == "name_twice"
    archive = WRITERS[writer](tmp_path / writer, {"a/b": b"2", "a": b"1"})
    assert refusal(archive).code == "name_twice"


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for _ in range(2):
            archive.addfile(tarfile.TarInfo("a.bsl"))
    assert refusal(tmp_path / "a.tar").code == "name_twice"
    zipped = write_zip(tmp_path / "a.zip", {"a.bsl": b"1", "./a.bsl": b"2"})
    assert refusal(zipped).code == "name_twice"


# --- kinds of members -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (tarfile.SYMTYPE, "link"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.CHRTYPE, "special"),
        (tarfile.BLKTYPE, "special"),
        (tarfile.FIFOTYPE, "special"),
    ],
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes, code: str) -> None:
    error = refusal(write_special_tar(tmp_path / "a.tar.gz", kind, "dev", "/etc/passwd"))
    assert (error.code, error.member) == (code, "dev")


@pytest.mark.parametrize(
    ("mode", "code"), [(stat.S_IFLNK, "link"), (stat.S_IFIFO, "special"), (stat.S_IFCHR, "special")]
)
def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path, mode: int, code: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("link")
        info.create_system = 3
        info.external_attr = (mode | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert refusal(tmp_path / "a.zip").code == code


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "a.zip", {"a.bsl": b"1"})
    data = bytearray(archive.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(data)
    assert refusal(archive).code == "encrypted"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_can_ask_for_any_memory_are_refused(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a", bytes(1000))
    assert refusal(tmp_path / "a.zip").code == "method"


def test_a_sparse_file_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a")
        info.pax_headers = {"GNU.sparse.size": str(1 << 50), "GNU.sparse.map": "0,0"}
        archive.addfile(info)
    assert refusal(tmp_path / "a.tar").code == "sparse"


# --- bombs ------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", [None, 3])
def test_a_million_entries_are_refused_fast_and_in_small_memory(
    tmp_path: Path, declared: int | None
) -> None:
    archive = write_directory_only_zip(tmp_path / "a.zip", 1_000_000, declared)
    started = time.process_time()
    assert refusal(archive).code == "entries"
    assert time.process_time() - started < 2  # 0.1 s on an idle machine
    tracemalloc.start()
    refusal(archive)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024**2


def test_a_directory_of_few_large_records_is_refused_unread(tmp_path: Path) -> None:
    archive = write_directory_only_zip(tmp_path / "a.zip", 1000)
    assert refusal(archive, Limits(max_directory_bytes=10_000)).code == "directory_size"


def test_too_many_entries_in_a_tar_are_refused(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "a.tar.gz", {f"{number}": b"" for number in range(20)})
    assert refusal(archive, Limits(max_entries=19)).code == "entries"
    unpack(archive, tmp_path / "target", Limits(max_entries=20))


def test_ten_thousandfold_compression_is_refused(tmp_path: Path) -> None:
    archive = write_overlapping_zip(tmp_path / "a.zip", copies=900, size=1_000_000)
    assert 10_000 * archive.stat().st_size < 900 * 1_000_000
    assert refusal(archive).code == "ratio"
    # Even without a ratio: members that share bytes serve no honest purpose.
    assert refusal(archive, Limits(max_ratio=10**9)).code == "overlap"


@pytest.mark.parametrize("writer", ["a.zip", "a.tar.gz"])
def test_a_compression_bomb_is_stopped_while_it_unpacks(tmp_path: Path, writer: str) -> None:
    archive = WRITERS[writer](tmp_path / writer, {"zeros": bytes(40 * 1024**2)})
    tracemalloc.start()
    error = refusal(archive)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.code == "ratio"
    assert peak < 8 * 1024**2


def test_sizes_declared_in_headers_are_not_trusted(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "a.zip", {"zeros": bytes(1_000_000)})
    data = archive.read_bytes().replace(struct.pack("<L", 1_000_000), struct.pack("<L", 10))
    archive.write_bytes(data)
    assert isinstance(refusal(archive), BrokenArchive)


@pytest.mark.parametrize("writer", ["a.zip", "a.tar", "a.tar.gz"])
def test_limits_on_sizes_hold(tmp_path: Path, writer: str) -> None:
    archive = WRITERS[writer](tmp_path / writer, {"a": os.urandom(3000), "b": os.urandom(3000)})
    assert refusal(archive, Limits(max_total_bytes=5999)).code == "total_size"
    assert refusal(archive, Limits(max_file_bytes=2999)).code == "file_size"


def test_the_sink_stops_content_that_never_ends(tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "a.zip", {"a": b"1"})
    sink = Sink(archive, tmp_path / "target", Limits(free_expansion_bytes=10 * 1024**2))
    with pytest.raises(HostileArchive) as caught:
        sink.file("a", bytes)
    assert caught.value.code == "ratio"
    assert sink.size < 11 * 1024**2


def test_a_huge_header_of_a_tar_is_refused_before_it_is_read(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type = tarfile.GNUTYPE_LONGNAME
    header.size = 64 * 1024**2
    with gzip.open(tmp_path / "a.tar.gz", "wb", compresslevel=1) as out:
        out.write(header.tobuf(tarfile.GNU_FORMAT))
        out.write(bytes(1024**2))
    tracemalloc.start()
    error = refusal(tmp_path / "a.tar.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.code == "header_size"
    assert peak < 4 * 1024**2


# --- damage -----------------------------------------------------------------------------


@pytest.mark.parametrize("writer", WRITERS)
def test_an_archive_cut_off_anywhere_is_refused(tmp_path: Path, writer: str) -> None:
    archive = WRITERS[writer](tmp_path / writer, FILES | {"noise": os.urandom(2000)})
    whole = archive.read_bytes()
    end = len(whole) - 9_000 if writer == "a.tar" else len(whole)  # a tar ends in padding
    cuts = [0, 1, *range(2, end, max(1, end // 40)), end - 1]
    for cut in cuts:
        archive.write_bytes(whole[:cut])
        assert isinstance(refusal(archive), BrokenArchive), cut


@pytest.mark.parametrize("writer", ["a.zip", "a.tar.gz"])
def test_a_wrong_checksum_is_refused(tmp_path: Path, writer: str) -> None:
    archive = WRITERS[writer](tmp_path / writer, {"a.bsl": b"x" * 100})
    data = bytearray(archive.read_bytes())
    if writer == "a.zip":
        place = data.index(b"PK\x01\x02") + 16
        data[place] ^= 0xFF
        data[14] ^= 0xFF
    else:
        data[-8] ^= 0xFF
    archive.write_bytes(data)
    assert refusal(archive).code == "checksum"


def test_a_damaged_header_in_the_middle_of_a_tar_is_refused(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "a.tar", {"a": b"1", "b": b"2", "c": b"3"})
    data = bytearray(archive.read_bytes())
    data[1024] ^= 0xFF
    archive.write_bytes(data)
    assert refusal(archive).code == "damaged"


def test_a_second_archive_behind_the_first_is_not_dropped_in_silence(tmp_path: Path) -> None:
    first = write_tar(tmp_path / "a.tar", {"a": b"1"}).read_bytes()
    (tmp_path / "b.tar").write_bytes(first + first)
    assert refusal(tmp_path / "b.tar").code == "trailing"


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_random_bytes_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x01" * 5000)
    assert isinstance(refusal(tmp_path / name), BrokenArchive)


@pytest.mark.parametrize(
    ("name", "code"), [("a.rar", "kind"), ("readme", "kind"), ("1Cv8.cf", "kind_binary")]
)
def test_what_is_no_archive_is_refused_with_advice(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04")
    error = refusal(tmp_path / name)
    assert isinstance(error, NotAnUpload)
    assert error.code == code


# --- a full disk ------------------------------------------------------------------------


@pytest.mark.parametrize("writer", ["a.zip", "a.tar.gz"])
def test_a_disk_that_fills_up_leaves_nothing_half_done(
    tmp_path: Path, writer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = WRITERS[writer](tmp_path / writer, {"a": b"1", "b": b"2" * 1000, "c": b"3"})
    real_write = os.write

    def write(handle: int, block: bytes) -> int:
        if len(block) > 500:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real_write(handle, block)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(NoSpace):
        unpack(archive, tmp_path / "target")
    assert sorted(path.name for path in tmp_path.iterdir()) == [writer]


@pytest.mark.parametrize("writer", ["a.zip", "a.tar"])
def test_a_disk_known_to_be_too_small_is_not_written_to(
    tmp_path: Path, writer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = WRITERS[writer](tmp_path / writer, FILES)

    def create(path: Path) -> int:
        raise AssertionError(path)

    monkeypatch.setattr(intake_files, "create_file", create)
    with pytest.raises(NoSpace):
        unpack(archive, tmp_path / "target", Limits(reserve_bytes=1 << 60))
    assert not (tmp_path / "target").exists()


def test_parts_taken_by_the_system_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(os, "write", lambda handle, block: written.write(block[:3]))
    intake_files.write_all(0, b"0123456789")
    assert written.getvalue() == b"0123456789"
