"""Commits of real repositories become uploads, each once, whatever happens to the branch."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cai_assets.intake.errors import NoSpace
from cai_assets.intake.git import mirror as mirrors
from cai_assets.intake.git import taking as takings
from cai_assets.intake.git.command import GitError
from cai_assets.intake.git.mirror import Mirror, MirrorBusy
from cai_assets.intake.git.source import GitSource
from cai_assets.intake.git.taking import Look, Taking, ask, look, mirrors_of
from cai_assets.intake.unpacking import Limits
from cai_assets.intake.uploads import DataRoot, Upload, list_uploads
from cai_assets_tests.intake.git.repositories import Repository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="not installed: git")

FETCH_SECONDS = 30.0


class Watcher:
    """Looks at branches as the sensor does."""

    def __init__(self, root: DataRoot, **options: object) -> None:
        self.root = root
        self.options = options

    def __call__(self, source: GitSource, seconds: float = FETCH_SECONDS, most: int = 5) -> Look:
        taking = Taking(self.root, Limits(), most, time.monotonic() + 60)
        changed = replace(taking, **self.options)  # type: ignore[arg-type]
        return look(source, ask([source])[source], changed, seconds)

    def kept(self) -> list[Upload]:
        return list_uploads(self.root, "Trade")


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    data = DataRoot(tmp_path / "data")
    data.prepare()
    return data


@pytest.fixture
def watch(root: DataRoot) -> Watcher:
    return Watcher(root)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "trade")
    made.write("README.md", "outside of the configuration\n")
    made.commit("first", "// 1\n")
    return made


def test_the_head_becomes_an_upload_with_author_message_and_date(
    watch: Watcher, repository: Repository
) -> None:
    head = repository.commit("Исправлен расчёт скидки\n\nЗадача 15", "// 2\n")
    found = watch(repository.source())
    (upload,) = watch.kept()
    assert found.uploads == [upload]
    assert not found.error
    origin = upload.origin
    assert origin is not None
    assert (origin.kind, origin.revision, origin.branch, origin.folder) == (
        "git", head, "main", "src",
    )  # fmt: skip
    assert origin.author == "Мария Иванова"
    assert origin.message == "Исправлен расчёт скидки\n\nЗадача 15"
    assert origin.subject == "Исправлен расчёт скидки"
    assert origin.date == repository.git("log", "-1", "--format=%aI")
    assert (upload.content / "src/Configuration/Configuration.mdo").is_file()
    assert not (upload.content / "README.md").exists()


def test_the_first_look_takes_the_head_alone_later_ones_every_commit(
    watch: Watcher, repository: Repository
) -> None:
    for number in range(3):
        repository.commit(f"before {number}", f"// before {number}\n")
    watch(repository.source())
    wanted = [repository.commit(f"after {number}", f"// after {number}\n") for number in range(3)]
    watch(repository.source())
    assert [upload.origin.revision for upload in watch.kept()[1:] if upload.origin] == wanted
    assert not watch(repository.source()).messages


def test_commits_of_a_merged_branch_are_one_upload(watch: Watcher, repository: Repository) -> None:
    watch(repository.source())
    repository.git("switch", "--quiet", "-c", "feature")
    repository.commit("one", "// one\n")
    repository.commit("two", "// two\n")
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge the feature", "feature")
    found = watch(repository.source())
    assert [one.origin and one.origin.subject for one in found.uploads] == ["Merge the feature"]


def test_commits_outside_the_folder_are_no_uploads(watch: Watcher, repository: Repository) -> None:
    watch(repository.source())
    repository.write("README.md", "more\n")
    repository.commit("readme")
    assert not watch(repository.source()).uploads
    change = repository.commit("code", "// code\n")
    (upload,) = watch(repository.source()).uploads
    assert upload.origin is not None
    assert upload.origin.revision == change


def test_a_commit_that_changes_nothing_is_told_and_passed(
    watch: Watcher, repository: Repository
) -> None:
    whole = repository.source(folder="")
    watch(whole)
    repository.commit("nothing")
    found = watch(whole)
    assert not found.uploads
    assert "changes nothing of Trade" in " ".join(found.messages)


def test_a_look_takes_only_so_many_and_the_rest_waits(
    root: DataRoot, repository: Repository
) -> None:
    watch = Watcher(root)
    watch(repository.source())
    wanted = [repository.commit(f"{number}", f"// {number}\n") for number in range(5)]
    first = watch(repository.source(), most=2)
    assert len(first.uploads) == 2
    assert "wait until others are built: 3" in " ".join(first.messages)
    assert not watch(repository.source(), most=0).uploads
    watch(repository.source())
    revisions = [upload.origin.revision for upload in watch.kept() if upload.origin]
    assert revisions[1:] == wanted


def test_no_commit_is_begun_after_the_time_of_a_tick(
    root: DataRoot, repository: Repository
) -> None:
    watch = Watcher(root)
    watch(repository.source())
    for number in range(3):
        repository.commit(f"{number}", f"// {number}\n")
    Mirror.of(repository.source(), mirrors_of(root)).fetch(FETCH_SECONDS)
    late = Watcher(root, deadline=time.monotonic() - 1)
    found = late(repository.source())
    assert len(found.uploads) == 1
    assert "follow in a later tick: 2" in " ".join(found.messages)


def test_only_the_newest_is_taken_if_wished(root: DataRoot, repository: Repository) -> None:
    watch = Watcher(root, newest_only=True)
    watch(repository.source())
    for number in range(2):
        repository.commit(f"{number}", f"// {number}\n")
    head = repository.commit("last", "// last\n")
    found = watch(repository.source())
    assert [one.origin and one.origin.revision for one in found.uploads] == [head]
    assert "passed over, for CAI_GIT_NEWEST_ONLY: 2" in " ".join(found.messages)
    assert not watch(repository.source()).messages


@pytest.mark.parametrize("moment", ["before it is marked", "before the upload"])
def test_a_look_cut_off_is_taken_up_without_a_second_upload(
    watch: Watcher, repository: Repository, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(repository.source())
    wanted = [repository.commit(f"{number}", f"// {number}\n") for number in range(3)]
    owner, name = (Mirror, "mark_taken") if moment == "before it is marked" else (takings, "admit")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for _ in range(3):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, killed)
            with pytest.raises(KeyboardInterrupt):
                watch(repository.source())
    watch(repository.source())
    revisions = [upload.origin.revision for upload in watch.kept() if upload.origin]
    assert revisions[1:] == wanted


def test_a_rewritten_history_gives_its_head_and_loses_nothing(
    watch: Watcher, repository: Repository
) -> None:
    repository.commit("two", "// 2\n")
    watch(repository.source())
    before = watch.kept()
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.commit("another two", "// 2'\n")
    head = repository.commit("three", "// 3\n")
    found = watch(repository.source())
    assert "history was rewritten" in " ".join(found.messages)
    assert [one.origin and one.origin.revision for one in found.uploads] == [head]
    assert watch.kept()[: len(before)] == before
    after = repository.commit("four", "// 4\n")
    (upload,) = watch(repository.source()).uploads
    assert upload.origin is not None
    assert upload.origin.revision == after


def test_a_branch_that_is_gone_or_a_server_that_is_silent_is_an_error_and_passes(
    watch: Watcher, repository: Repository, tmp_path: Path
) -> None:
    watch(repository.source())
    repository.git("branch", "-m", "main", "trunk")
    assert "no branch main" in watch(repository.source()).error
    repository.root.rename(tmp_path / "away")
    assert "does not appear to be a git repository" in watch(repository.source()).error
    (tmp_path / "away").rename(repository.root)
    repository.git("branch", "-m", "trunk", "main")
    assert watch(repository.source()).messages == []
    assert len(watch.kept()) == 1


def test_the_servers_default_branch_is_taken_where_none_is_named(
    watch: Watcher, tmp_path: Path
) -> None:
    repository = Repository(tmp_path / "erp", branch="develop")
    repository.commit("first")
    (upload,) = watch(repository.source(branch="")).uploads
    assert upload.name == "Trade"


def test_a_refused_commit_is_in_quarantine_and_the_next_one_is_taken(
    watch: Watcher, repository: Repository
) -> None:
    watch(repository.source())
    module = repository.root / "src/src/CommonModules/Продажи/Module.bsl"
    module.unlink()
    module.symlink_to("/etc/passwd")
    bad = repository.commit("a link")
    module.unlink()
    good = repository.commit("mended", "// mended\n")
    found = watch(repository.source())
    assert [one.origin and one.origin.revision for one in found.uploads] == [good]
    (reason,) = watch.root.quarantine.iterdir()
    assert reason.name == f"trade@{bad[:12]}.reason.txt"
    assert "ссылка" in reason.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_told_with_the_setting(
    watch: Watcher, repository: Repository
) -> None:
    found = watch(repository.source(folder="nowhere"))
    assert not found.uploads
    assert "has no folder nowhere" in found.messages[0]
    assert "CAI_GIT" in found.messages[0]


def test_a_full_disk_leaves_the_commit_for_the_next_look(
    watch: Watcher, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise NoSpace("no_space", "disk")

    with monkeypatch.context() as patch:
        patch.setattr(takings, "admit", full)
        with pytest.raises(NoSpace):
            watch(repository.source())
    assert len(watch(repository.source()).uploads) == 1


def test_a_tree_beyond_the_limits_is_refused_before_it_fills_the_disk(
    root: DataRoot, repository: Repository
) -> None:
    repository.commit("large", "// large\n" * 300_000)
    limits = Limits(max_total_bytes=1024**2, max_entries=10)
    found = Watcher(root, limits=limits)(repository.source())
    assert not found.uploads
    assert "is refused" in found.messages[0]
    assert not list(mirrors_of(root).rglob("*.tar"))


def test_files_come_out_as_they_were_committed_and_nothing_of_the_repository_runs(
    watch: Watcher, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    configuration = tmp_path / "gitconfig"
    configuration.write_text(
        f'[filter "evil"]\n\tsmudge = touch {ran}\n\tclean = cat\n[core]\n\tautocrlf = true\n'
        f"\thooksPath = {tmp_path / 'hooks'}\n",
        encoding="utf-8",
    )
    hook = tmp_path / "hooks" / "reference-transaction"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n", encoding="utf-8")
    hook.chmod(0o755)
    repository.write(
        "src/.gitattributes",
        "*.bsl filter=evil text eol=crlf export-subst\n*.mdo export-ignore\n",
    )
    repository.commit("attributes", "// $Format:%H$\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    (upload,) = watch(repository.source()).uploads
    text = (upload.content / "src/CommonModules/Продажи/Module.bsl").read_bytes()
    assert text == b"// $Format:%H$\n"
    assert (upload.content / "src/Configuration/Configuration.mdo").exists()
    assert not ran.exists()


def test_submodules_are_not_followed(
    watch: Watcher, repository: Repository, tmp_path: Path
) -> None:
    other = Repository(tmp_path / "other")
    other.commit("other")
    add = ("submodule", "--quiet", "add", other.root.as_uri(), "src/other")
    repository.git("-c", "protocol.file.allow=always", *add)
    repository.commit("submodule")
    (upload,) = watch(repository.source()).uploads
    assert not any((upload.content / "other").rglob("*"))


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../../../../../outside", "../../../../README.md"]
)
def test_a_link_that_leads_out_of_the_configuration_is_refused(
    watch: Watcher, repository: Repository, target: str
) -> None:
    module = repository.root / repository.folder / "src/CommonModules/Продажи/Module.bsl"
    module.unlink()
    module.symlink_to(target)
    repository.commit("link")
    found = watch(repository.source())
    assert not found.uploads
    assert "is refused" in found.messages[0]
    assert not any(watch.root.path.rglob("Module.bsl"))


def test_a_link_as_the_folder_of_the_configuration_is_refused(
    watch: Watcher, repository: Repository
) -> None:
    (repository.root / "src").rename(repository.root / "real")
    (repository.root / "src").symlink_to("/etc")
    repository.commit("link")
    found = watch(repository.source())
    assert not found.uploads
    assert "is refused" in found.messages[0]


def test_a_long_transfer_goes_on_in_the_background(
    watch: Watcher, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _slow_down_transfers(tmp_path, monkeypatch, seconds=3)
    found = watch(repository.source(), seconds=0.3)
    assert "goes on in the background" in found.messages[0]
    assert _eventually(lambda: "still fetching" in watch(repository.source()).messages[0], 10)
    assert _eventually(lambda: len(watch(repository.source(), seconds=0.3).uploads) == 1)


def test_a_transfer_that_takes_too_long_is_ended_and_told(
    watch: Watcher, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _slow_down_transfers(tmp_path, patch, seconds=30)
        patch.setattr(mirrors, "FETCH_SECONDS", 0.5)
        found = watch(repository.source())
        assert "the transfer took longer" in found.error
    assert len(watch(repository.source()).uploads) == 1


def test_two_ticks_at_once_do_not_take_a_commit_twice(
    watch: Watcher, repository: Repository
) -> None:
    watch(repository.source())
    repository.commit("two", "// 2\n")
    mirror = Mirror.of(repository.source(), mirrors_of(watch.root))
    with mirror.lock():
        pass
    mirror.fetch(FETCH_SECONDS)
    with mirror.lock(), pytest.raises(MirrorBusy):
        mirror.lock()
    assert len(watch(repository.source()).uploads) == 1


def test_a_tidied_mirror_still_knows_what_was_taken(watch: Watcher, repository: Repository) -> None:
    watch(repository.source())
    mirror = Mirror.of(repository.source(), mirrors_of(watch.root))
    with mirror.lock():
        mirror.tidy_up()
    assert watch(repository.source()).messages == []
    head = repository.commit("two", "// 2\n")
    (upload,) = watch(repository.source()).uploads
    assert upload.origin is not None
    assert upload.origin.revision == head


def test_without_git_the_error_says_what_to_do(
    watch: Watcher, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = repository.source()
    monkeypatch.setenv("PATH", "")
    answer = ask([source])[source]
    assert isinstance(answer, GitError)
    assert "install it" in str(answer)


def _slow_down_transfers(tmp_path: Path, patch: pytest.MonkeyPatch, seconds: int) -> None:
    """Put a git in front that is slow to fetch, as a large repository is."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    real = shutil.which("git")
    program = folder / "git"
    program.write_text(
        f'#!/bin/sh\nfor word; do [ "$word" = fetch ] && sleep {seconds}; done\nexec {real} "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def _eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.3)
    return False


if sys.platform == "win32":
    pytestmark = [pytestmark, pytest.mark.skip(reason="slow transfers are played by a shell")]
