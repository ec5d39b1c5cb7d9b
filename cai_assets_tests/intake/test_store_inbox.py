"""An inbox in a real S3 server on loopback: each object becomes an upload exactly once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from cai_assets.intake import store_inbox
from cai_assets.intake.accepting import admit
from cai_assets.intake.errors import InboxUnavailable, NoSpace
from cai_assets.intake.store_inbox import Prefix, Store, Visit, visit
from cai_assets.intake.unpacking import Limits
from cai_assets.intake.uploads import DataRoot, list_uploads
from cai_assets.knowledge.storage import place
from cai_assets_tests.intake.crafting import edt_files, write_zip
from cai_assets_tests.object_store import needs_object_store, object_store

pytestmark = needs_object_store

NOW = 1_800_000_000.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("store")
    with object_store(folder) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


class Inbox:
    """A prefix of its own in the store, and a data root."""

    def __init__(self, server: dict[str, str], folder: Path) -> None:
        bucket = server["CAI_TABLES"].split("/")[2]
        self.url = f"s3://{bucket}/{folder.name}"
        remote = place(self.url, server["CAI_S3_ENDPOINT"])
        assert not isinstance(remote, Path)
        self.files = remote.fs
        self.prefix = Prefix(self.files, remote.path, self.url)
        self.root = DataRoot(folder / "data")
        self.root.prepare()
        self.folder = folder
        self.cursor: str | None = None
        self.now = NOW

    def put(self, name: str, configuration: str = "Торговля", text: bytes = b"") -> bytes:
        """Put an archive with a configuration below the prefix; its bytes."""
        extra = {"trade/src/more.txt": text} if text else {}
        archive = write_zip(self.folder / "made.zip", {**edt_files(configuration), **extra})
        data = archive.read_bytes()
        self.files.pipe_file(f"{self.prefix.path}/{name}", data)
        return data

    def look(self, **options: object) -> Visit:
        """A look ten seconds after the last one."""
        self.now += 10
        store = Store(self.prefix, self.root, Limits(), "move", time.monotonic() + 60)
        changed = replace(store, **options)  # type: ignore[arg-type]
        done = visit(changed, self.cursor, 5, self.now)
        self.cursor = done.cursor
        return done

    def names(self) -> list[str]:
        """What lies below the prefix."""
        self.files.invalidate_cache()
        start = len(self.prefix.path) + 1
        return sorted(path[start:] for path in self.files.find(self.prefix.path))

    def uploads(self) -> list[str]:
        """Ids of the uploads taken in."""
        return [upload.id for upload in list_uploads(self.root, "Torgovlya")]


@pytest.fixture
def inbox(server: dict[str, str], tmp_path: Path) -> Inbox:
    return Inbox(server, tmp_path)


def test_an_archive_becomes_an_upload_once_it_stood_still_and_moves_away(inbox: Inbox) -> None:
    inbox.put("trade.zip")
    first = inbox.look()
    assert (first.uploads, first.messages) == ([], ["waiting: trade.zip"])
    (upload,) = inbox.look().uploads
    assert upload.name == "Торговля"
    assert upload.original_name == "trade.zip"
    assert upload.origin is not None
    assert upload.origin.place == f"{inbox.url}/trade.zip"
    assert upload.origin.revision
    assert inbox.names() == [f"accepted/{upload.id}/trade.zip"]
    assert list((inbox.root.path / "fetched").iterdir()) == []
    assert inbox.look().messages == []


def test_what_was_taken_is_deleted_if_wished(inbox: Inbox) -> None:
    inbox.put("trade.zip")
    inbox.look()
    assert inbox.look(after="delete").uploads
    assert inbox.names() == []


def test_an_object_that_is_replaced_waits_anew(inbox: Inbox) -> None:
    inbox.put("trade.zip")
    inbox.look()
    inbox.put("trade.zip", text=b"more")
    assert inbox.look().messages == ["waiting: trade.zip"]
    assert len(inbox.look().uploads) == 1


def test_a_refused_object_goes_to_quarantine_beside_its_reason(inbox: Inbox) -> None:
    inbox.files.pipe_file(f"{inbox.prefix.path}/erp.cf", b"binary")
    inbox.files.pipe_file(f"{inbox.prefix.path}/torn.zip", b"PK\x03\x04 torn")
    inbox.put("trade.zip")
    inbox.look()
    done = inbox.look()
    assert len(done.uploads) == 1
    left = [name.rpartition("/")[2] for name in inbox.names() if name.startswith("quarantine/")]
    assert sorted(left) == ["erp.cf", "erp.cf.reason.txt", "torn.zip", "torn.zip.reason.txt"]
    reason = next(name for name in inbox.names() if name.endswith("erp.cf.reason.txt"))
    assert "двоичный файл 1С" in inbox.files.cat_file(f"{inbox.prefix.path}/{reason}").decode()
    assert (inbox.root.quarantine / "erp.cf.reason.txt").exists()


def test_an_object_beyond_the_limits_is_refused_before_it_is_fetched(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put("trade.zip")
    inbox.look()
    monkeypatch.setattr(Prefix, "part", lambda *_: pytest.fail("it was fetched"))
    done = inbox.look(limits=Limits(max_total_bytes=10))
    assert "quarantined" in done.messages[0]


def test_a_store_that_cannot_be_listed_is_an_error_and_no_empty_inbox(
    inbox: Inbox, server: dict[str, str]
) -> None:
    assert inbox.look().messages == []
    nowhere = place("s3://no-such-bucket/prefix", server["CAI_S3_ENDPOINT"])
    silent = place(inbox.url, "http://127.0.0.1:9")
    for remote in (nowhere, silent):
        assert not isinstance(remote, Path)
        prefix = Prefix(remote.fs, remote.path, str(remote))
        with pytest.raises(InboxUnavailable, match="CAI_INBOX_URL"):
            inbox.look(prefix=prefix)


def test_a_large_object_is_fetched_in_parts_over_several_looks(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(inbox.put("trade.zip"))
    monkeypatch.setattr(store_inbox, "_PART", size // 3)
    inbox.look()
    # Each look begins in time and is over it after a part.
    answers = cycle([False, True])
    monkeypatch.setattr(store_inbox, "_after", lambda deadline: next(answers))
    said = [inbox.look().messages for _ in range(2)]
    assert said == [
        [f"trade.zip: fetched {part * (size // 3):,} of {size:,} bytes, the rest follows"]
        for part in (1, 2)
    ]
    inbox.look()
    assert len(inbox.uploads()) == 1


@pytest.mark.parametrize("moment", ["move", "admit"])
def test_cut_off_at_any_point_it_is_taken_once(
    inbox: Inbox, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put("trade.zip")
    inbox.look()
    owner = Prefix if moment == "move" else store_inbox

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, moment, killed)
        with pytest.raises(KeyboardInterrupt):
            inbox.look()
    # Meanwhile another state of the configuration has come by another way.
    inbox.put("later.zip", text=b"later")
    inbox.look()
    inbox.look()
    assert len(inbox.uploads()) == 2
    assert [name for name in inbox.names() if not name.startswith("accepted/")] == []


def test_an_object_that_came_meanwhile_under_the_same_name_is_not_taken_away(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put("trade.zip")
    inbox.look()

    def slow(*arguments: object, **options: object) -> object:
        upload = admit(*arguments, **options)  # type: ignore[arg-type]
        inbox.put("trade.zip", text=b"newer")
        return upload

    with monkeypatch.context() as patch:
        patch.setattr(store_inbox, "admit", slow)
        done = inbox.look()
    assert "another object of this name has come meanwhile" in " ".join(done.messages)
    inbox.look()
    inbox.look()
    assert len(inbox.uploads()) == 2


def test_a_full_disk_leaves_the_object_where_it_is(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put("trade.zip")
    inbox.look()

    def full(*_: object, **__: object) -> None:
        raise NoSpace("no_space", "disk")

    with monkeypatch.context() as patch:
        patch.setattr(store_inbox, "require_space", full)
        with pytest.raises(NoSpace):
            inbox.look()
    assert inbox.names() == ["trade.zip"]
    assert len(inbox.look().uploads) == 1


def test_odd_names_stay_below_the_prefix_and_the_data_root(inbox: Inbox) -> None:
    for name in ("a\\..\\b.zip", "Торговля 1:2?.zip", "x" * 300 + ".zip"):
        inbox.put(name, text=name.encode())
    inbox.look()
    inbox.look()
    assert len(inbox.uploads()) == 3
    assert [name for name in inbox.names() if not name.startswith("accepted/")] == []
    strange = [path for path in inbox.folder.rglob("*") if inbox.root.path not in path.parents]
    assert {path.name for path in strange} <= {"data", "made.zip"}
