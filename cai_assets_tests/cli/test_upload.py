"""`cai upload` and `cai list`: the inbox seen from the command line."""

from __future__ import annotations

from pathlib import Path

from cai_assets_tests.cli.conftest import Cai
from cai_assets_tests.edt import EdtProject


def test_an_upload_appears_whole_in_the_inbox_and_the_source_stays(
    cai: Cai, project: EdtProject
) -> None:
    said = cai("upload", project.root)
    assert (said.code, said.err) == (0, "")
    entry = Path(".cai/inbox/upload")
    assert str(entry) in said.out
    assert (entry / "src/Configuration/Configuration.mdo").is_file()
    assert (project.root / "src/Configuration/Configuration.mdo").is_file()
    assert "Waiting in the inbox: upload" in cai("list").out


def test_a_second_upload_of_the_same_name_gets_another(cai: Cai, project: EdtProject) -> None:
    cai("upload", project.root)
    cai("upload", project.root)
    shown = [path.name for path in Path(".cai/inbox").iterdir() if not path.name.startswith(".")]
    assert sorted(shown) == ["upload", "upload-2"]


def test_an_empty_store_says_how_to_begin(cai: Cai) -> None:
    said = cai("list")
    assert said.code == 0
    assert "cai build PATH" in said.out


def test_what_was_refused_is_listed(cai: Cai) -> None:
    quarantine = Path(".cai/quarantine")
    quarantine.mkdir(parents=True)
    (quarantine / "bad.zip").write_bytes(b"x")
    (quarantine / "bad.zip.reason.txt").write_text("why")
    said = cai("list")
    assert "In quarantine: bad.zip." in said.out
