"""Killed at any moment and started again: an entry is in the inbox or accepted, exactly once.

A child process is killed the hard way before each single operation on the file system; no
handler of the code under test gets to run.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cai_assets.intake.accepting import STEPS, accept, recover
from cai_assets.intake.copying import digest_tree
from cai_assets.intake.inbox import put
from cai_assets.intake.uploads import DataRoot, Quarantined, latest_upload, list_uploads, slugs
from cai_assets_tests.intake.crafting import edt_files, fork, write_folder, write_zip

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    # The child touches files and ends; it waits for no thread.
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]

KILLED = 9
_CHANGES = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.truncate"}
)


def in_killed_process(work: Callable[[], object], before: int | None) -> bool:
    """Run `work` in a child that dies before its operation number `before`; True if it died."""
    child = fork()
    if child == 0:
        count = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal count
            if event in _CHANGES and before is not None:
                if count == before:
                    os._exit(KILLED)
                count += 1

        sys.addaudithook(hook)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, KILLED)
    return code == KILLED


def states(tmp_path: Path) -> DataRoot:
    """A root with one accepted upload of T, so that there is something to lose."""
    root = DataRoot(tmp_path / "data")
    root.prepare()
    accept(root, write_folder(root.inbox / "earlier", edt_files("T", "earlier")))
    return root


def check_whole(root: DataRoot) -> None:
    for slug in slugs(root):
        for upload in list_uploads(root, slug):
            assert digest_tree(upload.content) == upload.digest


@pytest.mark.parametrize(("kind", "duplicates"), [("folder", "kept"), ("zip", "latest")])
def test_killed_before_any_operation_an_entry_is_accepted_once(
    tmp_path: Path, kind: str, duplicates: str
) -> None:
    template = tmp_path / "template"
    states(template)
    before, died = 0, True
    while died:
        case = tmp_path / f"{before}"
        shutil.copytree(template, case)
        root = DataRoot(case / "data")
        entry = root.inbox / ("a.zip" if kind == "zip" else "a")
        (write_zip if kind == "zip" else write_folder)(entry, edt_files("T", "later"))

        def work(root: DataRoot = root, entry: Path = entry) -> None:
            accept(root, entry, duplicates=duplicates)  # type: ignore[arg-type]

        died = in_killed_process(work, before)
        check_whole(root)
        visible = [name for name in os.listdir(root.inbox) if not name.startswith(".")]
        assert visible in ([], [entry.name])
        assert visible or len(list_uploads(root, "T")) == 2
        # The daemon comes back: whatever lies in the inbox is offered again.
        if visible:
            result = accept(root, entry, duplicates=duplicates)  # type: ignore[arg-type]
            assert not isinstance(result, Quarantined)
        with root.lock():
            recover(root)
        assert len(list_uploads(root, "T")) == 2
        assert os.listdir(root.inbox) == os.listdir(root.work) == []
        assert not list(root.uploads.glob("*/*/arrival.json"))
        check_whole(root)
        before += 1
    assert before > 25


def test_killed_before_any_operation_a_bad_entry_is_quarantined_once(tmp_path: Path) -> None:
    before, died = 0, True
    while died:
        case = tmp_path / f"{before}"
        root = DataRoot(case / "data")
        root.prepare()
        entry = write_zip(root.inbox / "a.zip", {"good": b"1", "../evil": b"1"})

        def work(root: DataRoot = root, entry: Path = entry) -> None:
            accept(root, entry)

        died = in_killed_process(work, before)
        assert entry.exists() != (root.quarantine / "a.zip").exists()
        if entry.exists():
            accept(root, entry)
        names = sorted(name for name in os.listdir(root.quarantine) if not name.startswith("."))
        assert names == ["a.zip", "a.zip.reason.txt"]
        assert os.listdir(root.work) == slugs(root) == []
        before += 1
    assert before > 5


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_killed_before_any_operation_put_shows_all_or_nothing(tmp_path: Path, kind: str) -> None:
    writer = write_zip if kind == "zip" else write_folder
    source = writer(tmp_path / ("a.zip" if kind == "zip" else "a"), edt_files("T"))
    before, died = 0, True
    while died:
        inbox = tmp_path / f"{before}"
        inbox.mkdir()

        def work(inbox: Path = inbox) -> None:
            put(source, inbox)

        died = in_killed_process(work, before)
        visible = [inbox / name for name in os.listdir(inbox) if not name.startswith(".")]
        for path in visible:
            if kind == "zip":
                assert path.read_bytes() == source.read_bytes()
            else:
                assert digest_tree(path) == digest_tree(source)
        assert died or len(visible) == 1
        before += 1
    assert before > 3


@pytest.mark.parametrize("step", STEPS)
def test_an_exception_after_any_step_loses_nothing(tmp_path: Path, step: str) -> None:
    root = states(tmp_path)
    entry = write_folder(root.inbox / "a", edt_files("T", "later"))

    class Crash(BaseException):
        pass

    reached: list[str] = []

    def crash(name: str) -> None:
        reached.append(name)
        if name == step:
            raise Crash

    with pytest.raises(Crash):
        accept(root, entry, step=crash)
    assert reached == list(STEPS[: STEPS.index(step) + 1])
    if entry.exists():
        accept(root, entry)
    accept(root, write_folder(root.inbox / "other", edt_files("Other")))
    assert len(list_uploads(root, "T")) == 2
    assert os.listdir(root.inbox) == os.listdir(root.work) == []
    check_whole(root)


def test_an_entry_accepted_before_a_crash_does_not_come_back_after_a_later_state(
    tmp_path: Path,
) -> None:
    root = states(tmp_path)
    entry = write_folder(root.inbox / "a", edt_files("T", "later"))

    def work() -> None:
        accept(root, entry, step=lambda name: os._exit(KILLED) if name == "committed" else None)

    assert in_killed_process(work, None)
    latest = accept(root, write_folder(root.inbox / "b", edt_files("T", "latest")))
    assert not entry.exists()
    assert len(list_uploads(root, "T")) == 3
    assert latest_upload(root, "T") == latest
