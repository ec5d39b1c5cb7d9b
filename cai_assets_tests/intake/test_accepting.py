"""Entries become uploads exactly once, or go to quarantine with a reason."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from cai_assets.intake import accepting
from cai_assets.intake.accepting import accept, admit
from cai_assets.intake.copying import Copied, copy_tree, digest_tree
from cai_assets.intake.errors import (
    EntryChanged,
    EntryUnreadable,
    HostileArchive,
    InboxBusy,
    NoSpace,
    NotAnUpload,
    Postponed,
)
from cai_assets.intake.inbox import put, scan
from cai_assets.intake.quarantine import prune_quarantine
from cai_assets.intake.unpacking import Limits
from cai_assets.intake.uploads import (
    DataRoot,
    Quarantined,
    Upload,
    known_names,
    latest_upload,
    list_uploads,
    prune,
    read_journal,
    slugs,
)
from cai_assets_tests.intake.crafting import edt_files, fork, write_folder, write_tar, write_zip

NOW = 1_800_000_000.0


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    data = DataRoot(tmp_path / "data")
    data.prepare()
    return data


def accepted(root: DataRoot, entry: Path, **options: object) -> Upload:
    result = accept(root, entry, now=NOW, **options)  # type: ignore[arg-type]
    assert isinstance(result, Upload)
    return result


def refused(root: DataRoot, entry: Path, limits: Limits | None = None) -> Quarantined:
    result = accept(root, entry, limits, now=NOW)
    assert isinstance(result, Quarantined)
    return result


# --- uploads ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Торговля", "a.zip", "a.tar.gz"])
def test_an_entry_becomes_an_upload_and_leaves_the_inbox(root: DataRoot, name: str) -> None:
    files = edt_files("Торговля")
    writers = {"zip": write_zip, "gz": write_tar}
    writer = writers.get(name.rpartition(".")[2], write_folder)
    upload = accepted(root, writer(root.inbox / name, files))
    assert (upload.slug, upload.name, upload.status) == ("Torgovlya", "Торговля", "new")
    assert (upload.original_name, upload.files) == (name, 2)
    assert upload.size == sum(map(len, files.values()))
    assert upload.received == "2027-01-15T08:00:00+00:00"
    assert upload.content == root.uploads / "Torgovlya" / upload.id / "content"
    assert digest_tree(upload.content) == upload.digest
    assert sorted(os.listdir(upload.folder)) == ["content", "upload.json"]
    assert os.listdir(root.inbox) == os.listdir(root.work) == []
    assert list_uploads(root, "Torgovlya") == [upload]
    assert latest_upload(root, "Torgovlya") == upload


def test_a_later_state_of_a_configuration_is_a_further_upload(root: DataRoot) -> None:
    first = accepted(root, write_folder(root.inbox / "a", edt_files("Т", "1")))
    second = accepted(root, write_zip(root.inbox / "b.zip", edt_files("Т", "2")))
    assert slugs(root) == ["T"]
    assert [upload.id for upload in list_uploads(root, "T")] == [first.id, second.id]
    assert latest_upload(root, "T") == second
    assert first.id < second.id


def test_ids_grow_even_when_the_clock_goes_back(root: DataRoot) -> None:
    for number, now in enumerate((2e9, 1e9, 1.5e9)):
        entry = write_folder(root.inbox / "a", edt_files("T", str(number)))
        accept(root, entry, now=now)
    latest = latest_upload(root, "T")
    assert latest is not None
    assert latest.received.startswith("2017")


@pytest.mark.parametrize("name", ["same.zip", "other"])
def test_the_same_content_twice_is_one_upload(root: DataRoot, name: str) -> None:
    first = accepted(root, write_zip(root.inbox / "same.zip", edt_files("T")))
    writer = write_zip if name.endswith("zip") else write_folder
    second = accepted(root, writer(root.inbox / name, edt_files("T")))
    assert (second.id, second.status) == (first.id, "duplicate")
    assert len(list_uploads(root, "T")) == 1
    assert os.listdir(root.inbox) == os.listdir(root.work) == []


def test_a_return_to_an_earlier_state_counts_as_asked(root: DataRoot) -> None:
    for note in "12":
        accepted(root, write_folder(root.inbox / "a", edt_files("T", note)))
    back = accepted(root, write_folder(root.inbox / "a", edt_files("T", "1")))
    assert back.status == "duplicate"
    back = accepted(root, write_folder(root.inbox / "a", edt_files("T", "1")), duplicates="latest")
    assert back.status == "new"
    assert latest_upload(root, "T") == back
    again = accepted(root, write_folder(root.inbox / "a", edt_files("T", "1")), duplicates="latest")
    assert (again.id, again.status) == (back.id, "duplicate")


def test_configurations_of_like_names_do_not_share_a_partition(root: DataRoot) -> None:
    for number, name in enumerate(("Цех", "Tsekh", "ЦЕХ")):
        accepted(root, write_folder(root.inbox / "a", edt_files(name, str(number))))
    assert len(slugs(root)) == 2
    assert len(list_uploads(root, "Tsekh")) == 2
    assert known_names(root)["Tsekh"] == "ЦЕХ"


def test_the_main_configuration_names_the_upload(root: DataRoot) -> None:
    extension = edt_files("Доработка")
    path = "src/Configuration/Configuration.mdo"
    purpose = b"<configurationExtensionPurpose>Customization</configurationExtensionPurpose></mdc"
    extension[path] = extension[path].replace(b"</mdc", purpose)
    files = {f"a/{name}": data for name, data in extension.items()}
    files |= {f"b/{name}": data for name, data in edt_files("Торговля").items()}
    assert accepted(root, write_zip(root.inbox / "a.zip", files)).name == "Торговля"


def test_a_configuration_that_names_itself_nowhere_is_named_by_its_archive(root: DataRoot) -> None:
    files = edt_files("x") | {"src/Configuration/Configuration.mdo": b"<broken"}
    assert accepted(root, write_zip(root.inbox / "Склад.zip", files)).name == "Склад"


def test_what_was_left_out_is_on_record(root: DataRoot) -> None:
    files = edt_files("T") | {".git/HEAD": b"1"}
    upload = accepted(root, write_zip(root.inbox / "a.zip", files))
    assert [item.path for item in upload.skipped] == [".git"]
    assert list_uploads(root, "T")[0].skipped == upload.skipped


def test_put_scan_and_accept_work_together(tmp_path: Path, root: DataRoot) -> None:
    put(write_folder(tmp_path / "source", edt_files("T")), root.inbox)
    found = scan(root.inbox, scan(root.inbox, None, NOW).cursor, NOW + 5)
    (arrival,) = found.ready
    result = accept(root, arrival)
    assert isinstance(result, Upload)
    assert scan(root.inbox, found.cursor, NOW + 10).ready == ()


def test_the_journal_tells_what_happened(root: DataRoot) -> None:
    accepted(root, write_folder(root.inbox / "a", edt_files("T")))
    accepted(root, write_folder(root.inbox / "b", edt_files("T")))
    refused(root, write_folder(root.inbox / "c", {"readme": b"1"}))
    with open(root.journal, "ab") as out:
        out.write(b'{"torn')
    events = [(event["event"], event["name"]) for event in read_journal(root)]
    assert events == [("accepted", "a"), ("duplicate", "b"), ("quarantined", "c")]


# --- quarantine -------------------------------------------------------------------------


def test_a_refused_entry_lies_beside_its_reason_in_both_languages(root: DataRoot) -> None:
    archive = write_zip(root.inbox / "a.zip", {"../evil": b"1"})
    data = archive.read_bytes()
    result = refused(root, archive)
    assert (result.code, result.path) == ("name_parent", root.quarantine / "a.zip")
    assert result.path.read_bytes() == data
    text = result.reason_path.read_text("utf-8")
    assert "a.zip: ../evil: имя выводит за пределы архива" in text
    assert "a.zip: ../evil: a name leads out of the archive" in text
    assert result.reason_path.name == "a.zip.reason.txt"
    assert os.listdir(root.inbox) == os.listdir(root.work) == os.listdir(root.uploads) == []


@pytest.mark.parametrize(
    ("name", "files", "code"),
    [
        ("a.zip", {"readme.txt": b"1"}, "unidentified"),
        ("a.zip", {}, "empty"),
        ("a.zip", {"1Cv8.cf": b"\xff\xff\xff\x7f"}, "kind_binary_inside"),
        ("folder", {"readme.txt": b"1"}, "unidentified"),
        ("folder", {"CommonModule.X.Module.txt": b"1"}, "flat_dump"),
        ("a.rar", None, "kind"),
        ("1Cv8.cf", None, "kind_binary"),
        ("a.zip", None, "truncated"),
    ],
)
def test_what_is_no_configuration_is_refused_with_its_reason(
    root: DataRoot, name: str, files: dict[str, bytes] | None, code: str
) -> None:
    entry = root.inbox / name
    if files is None:
        entry.write_bytes(b"PK\x03\x04 and no more")
    else:
        (write_zip if name.endswith(".zip") else write_folder)(entry, files)
    assert refused(root, entry).code == code


def test_refused_entries_of_one_name_are_all_kept(root: DataRoot) -> None:
    for _ in range(2):
        refused(root, write_zip(root.inbox / "a.zip", {"../evil": b"1"}))
    assert sorted(os.listdir(root.quarantine)) == [
        "a-2.zip",
        "a-2.zip.reason.txt",
        "a.zip",
        "a.zip.reason.txt",
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_in_the_inbox_is_not_followed(tmp_path: Path, root: DataRoot) -> None:
    write_folder(tmp_path / "other", edt_files("T"))
    (root.inbox / "link").symlink_to(tmp_path / "other")
    assert refused(root, root.inbox / "link").code == "link"
    assert (root.quarantine / "link").is_symlink()
    assert (tmp_path / "other/src").is_dir()


def test_earlier_uploads_survive_a_hostile_one(root: DataRoot) -> None:
    first = accepted(root, write_folder(root.inbox / "a", edt_files("T")))
    refused(root, write_zip(root.inbox / "a.zip", {**edt_files("T", "2"), "../x": b"1"}))
    assert list_uploads(root, "T") == [first]
    assert digest_tree(first.content) == first.digest


@pytest.mark.parametrize("error", [ValueError("no"), KeyError("x"), OSError(5, "input/output")])
def test_a_failing_identification_does_not_block_the_inbox(
    root: DataRoot, error: Exception
) -> None:
    def identify(path: Path) -> str:
        raise error

    entry = write_folder(root.inbox / "a", edt_files("T"))
    result = accept(root, entry, identify=identify)
    assert isinstance(result, Quarantined)
    assert result.code == "unidentified"


def test_quarantine_between_disks_moves_all_the_same(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_rename = os.rename

    def rename(source: Path, target: Path) -> None:
        if Path(source).parent == root.inbox and Path(target).parent == root.quarantine:
            raise OSError(errno.EXDEV, "cross-device link")
        real_rename(source, target)

    monkeypatch.setattr(os, "rename", rename)
    refused(root, write_zip(root.inbox / "a.zip", {"../x": b"1"}))
    refused(root, write_folder(root.inbox / "b", {"x/y": b"1"}))
    assert (root.quarantine / "a.zip").is_file()
    assert (root.quarantine / "b/x/y").read_bytes() == b"1"
    assert os.listdir(root.inbox) == os.listdir(root.work) == []


def test_old_quarantine_is_pruned(root: DataRoot) -> None:
    old = refused(root, write_folder(root.inbox / "old", {"x": b"1"}))
    new = refused(root, write_folder(root.inbox / "new", {"x": b"1"}))
    os.utime(old.reason_path, (NOW - 1000, NOW - 1000))
    os.utime(new.reason_path, (NOW, NOW))
    assert prune_quarantine(root, 500, NOW) == 1
    assert sorted(os.listdir(root.quarantine)) == ["new", "new.reason.txt"]


# --- entries that stay ------------------------------------------------------------------


def test_a_full_disk_leaves_the_entry_and_earlier_uploads(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = accepted(root, write_folder(root.inbox / "a", edt_files("T")))
    entry = write_zip(root.inbox / "b.zip", edt_files("T", "2"))

    def write(handle: int, block: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", write)
        with pytest.raises(NoSpace):
            accept(root, entry)
    assert os.listdir(root.inbox) == ["b.zip"]
    assert os.listdir(root.work) == os.listdir(root.quarantine) == []
    assert list_uploads(root, "T") == [first]
    assert accepted(root, entry).status == "new"


@pytest.mark.parametrize("place", [".json", ".txt"])
def test_a_disk_that_fills_up_late_leaves_the_entry_too(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    entry = write_folder(root.inbox / "a", edt_files("T") if place == ".json" else {"x": b"1"})
    real_replace = os.replace

    def replace_(source: Path, target: Path) -> None:
        if Path(target).suffix == place:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real_replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace_)
        with pytest.raises(NoSpace):
            accept(root, entry)
    assert os.listdir(root.inbox) == ["a"]
    assert os.listdir(root.work) == os.listdir(root.quarantine) == slugs(root) == []


def test_an_entry_that_changes_while_it_is_read_stays(root: DataRoot) -> None:
    entry = write_folder(root.inbox / "a", edt_files("T"))

    def copy(source: Path, target: Path, limits: Limits | None = None) -> Copied:
        result = copy_tree(source, target, limits)
        write_folder(entry, {"more": b"1"})
        return result

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(accepting, "copy_tree", copy)
        with pytest.raises(EntryChanged):
            accept(root, entry)
    assert (entry / "more").exists()
    assert slugs(root) == os.listdir(root.work) == []


def test_an_entry_that_changed_since_the_scan_stays(root: DataRoot) -> None:
    entry = write_folder(root.inbox / "a", edt_files("T"))
    (arrival,) = scan(root.inbox, scan(root.inbox, None, 1).cursor, 99).ready
    write_folder(entry, {"more": b"1"})
    with pytest.raises(EntryChanged):
        accept(root, arrival)
    assert entry.exists()


def test_an_entry_that_vanished_is_postponed(root: DataRoot) -> None:
    with pytest.raises(EntryChanged):
        accept(root, root.inbox / "gone")


def test_a_damaged_archive_still_warm_may_still_be_growing(root: DataRoot) -> None:
    entry = write_zip(root.inbox / "a.zip", edt_files("T"))
    whole = entry.read_bytes()
    entry.write_bytes(whole[:-30])
    os.utime(entry, (NOW - 10, NOW - 10))
    with pytest.raises(EntryChanged, match=r"not whole, it may still be in copying.* 60 s after"):
        accept(root, entry, patience_seconds=60, now=NOW)
    assert isinstance(accept(root, entry, patience_seconds=5, now=NOW), Quarantined)


def test_an_entry_held_by_another_program_stays(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = write_zip(root.inbox / "a.zip", edt_files("T"))

    def unpack(*arguments: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(accepting, "unpack", unpack)
    with pytest.raises(EntryUnreadable, match=r"a\.zip.*in use"):
        accept(root, entry)
    assert entry.exists()


def test_two_processes_do_not_accept_at_once(root: DataRoot) -> None:
    accepted(root, write_folder(root.inbox / "a", edt_files("T", "earlier")))
    entry = write_folder(root.inbox / "a", edt_files("T"))
    with root.lock(), pytest.raises(InboxBusy):
        accept(root, entry)
    with root.lock(), pytest.raises(InboxBusy):
        prune(root, "T", 1)
    assert accepted(root, entry).status == "new"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_forked_under_the_lock_does_not_keep_it(root: DataRoot) -> None:
    with root.lock():
        inside, outside = os.pipe()
        child = fork()
        if child == 0:
            os.close(outside)
            os.read(inside, 1)
            os._exit(0)
    os.close(inside)
    with root.lock():
        pass
    os.close(outside)
    os.waitpid(child, 0)


def test_an_accepted_entry_that_cannot_be_removed_is_not_accepted_again(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = write_folder(root.inbox / "a", edt_files("T"))
    real_rename = os.rename

    def rename(source: Path, target: Path) -> None:
        if Path(source) == entry:
            raise PermissionError(errno.EACCES, "open in another program")
        real_rename(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", rename)
        first = accepted(root, entry)
        second = accepted(root, entry, duplicates="latest")
    assert entry.exists()
    assert (first.status, second.status, first.id) == ("new", "resumed", second.id)
    third = accepted(root, entry)
    assert third.status == "resumed"
    assert not entry.exists()
    assert len(list_uploads(root, "T")) == 1
    assert sorted(os.listdir(first.folder)) == ["content", "upload.json"]


def test_an_entry_replaced_while_it_was_accepted_is_a_new_one(root: DataRoot) -> None:
    entry = write_folder(root.inbox / "a", edt_files("T", "1"))

    def step(name: str) -> None:
        if name == "committed":
            write_folder(entry, edt_files("T", "two"))

    assert accepted(root, entry, step=step).status == "new"
    assert entry.exists()
    second = accepted(root, entry)
    assert second.status == "new"
    assert len(list_uploads(root, "T")) == 2


# --- from elsewhere ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "a.zip"])
def test_what_is_admitted_from_elsewhere_stays_there(
    tmp_path: Path, root: DataRoot, name: str
) -> None:
    writer = write_zip if name.endswith("zip") else write_folder
    source = writer(tmp_path / name, edt_files("T"))
    first, second = admit(root, source), admit(root, source)
    assert source.exists()
    assert (first.status, second.status, second.id) == ("new", "duplicate", first.id)
    assert list_uploads(root, "T") == [first]
    assert digest_tree(first.content) == first.digest
    assert os.listdir(root.work) == []


def test_what_is_refused_elsewhere_is_neither_moved_nor_kept(
    tmp_path: Path, root: DataRoot
) -> None:
    source = write_zip(tmp_path / "a.zip", {"../evil": b"1"})
    with pytest.raises(HostileArchive):
        admit(root, source)
    assert source.exists()
    assert os.listdir(root.quarantine) == os.listdir(root.work) == slugs(root) == []


# --- retention --------------------------------------------------------------------------


def test_the_newest_uploads_are_kept(root: DataRoot) -> None:
    uploads = [
        accepted(root, write_folder(root.inbox / "a", edt_files("T", str(number))))
        for number in range(5)
    ]
    ids = [upload.id for upload in uploads]
    assert prune(root, "T", 3, protect={ids[0]}) == [ids[1]]
    assert prune(root, "T", 3) == [ids[0]]
    assert [upload.id for upload in list_uploads(root, "T")] == ids[2:]
    assert prune(root, "T", 0) == ids[2:4]
    assert latest_upload(root, "T") == uploads[4]
    assert os.listdir(root.work) == []
    again = accepted(root, write_folder(root.inbox / "a", edt_files("T", "0")))
    assert again.status == "new"
    assert again.id.startswith("000006-")


def test_one_damaged_record_does_not_stop_later_uploads(root: DataRoot) -> None:
    first = accepted(root, write_folder(root.inbox / "a", edt_files("T", "1")))
    second = accepted(root, write_folder(root.inbox / "a", edt_files("T", "2")))
    (second.folder / "upload.json").write_text("{")
    third = accepted(root, write_folder(root.inbox / "a", edt_files("T", "3")))
    assert list_uploads(root, "T") == [first, third]
    assert replace(third, status="duplicate") == third


def test_an_inbox_elsewhere_is_not_created(tmp_path: Path) -> None:
    outside = DataRoot(tmp_path / "data", tmp_path / "mount" / "inbox")
    outside.prepare()
    assert not outside.inbox.exists()


def test_postponed_and_refused_are_different_things() -> None:
    assert issubclass(NoSpace, Postponed)
    assert not issubclass(NotAnUpload, Postponed)
