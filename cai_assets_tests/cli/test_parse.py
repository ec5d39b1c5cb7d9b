"""`cai parse`: tables and a summary, or one sentence on why not."""

from __future__ import annotations

import json
import os
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cai_assets.knowledge.schema import TABLES
from cai_assets_tests.cli.conftest import Cai, unfolded
from cai_assets_tests.edt import EdtProject


def test_it_writes_every_table_and_a_summary(cai: Cai, project: EdtProject, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = cai("parse", project.root, "--out", out)
    assert (said.code, said.err) == (0, "")
    assert {path.stem for path in out.glob("*.parquet")} == set(TABLES)
    objects = pq.read_table(out / "objects.parquet").column("object").to_pylist()
    assert "Catalog.Товары" in objects
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["rows"]["objects"] == len(objects)
    assert summary["rows"]["routines"] == 1
    assert summary["projects"][0]["name"] == "Торговля"
    assert summary["files"] == summary["files_read"] == 4
    assert summary["seconds"] > 0
    assert summary["peak_memory_bytes"] > 1 << 20
    assert str(out) in unfolded(said.out)
    assert "Торговля" in said.out


def test_a_second_call_reads_only_what_changed(
    cai: Cai, project: EdtProject, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    def read() -> tuple[int, int]:
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        return summary["files_read"], summary["files_reused"]

    cai("parse", project.root, "--out", out)
    cai("parse", project.root, "--out", out)
    assert read() == (0, 4)
    project.module("CommonModule", "Цены", "Процедура П()\nКонецПроцедуры\n")
    cai("parse", project.root, "--out", out)
    assert read() == (1, 3)
    routines = pq.read_table(out / "routines.parquet").column("name").to_pylist()
    assert routines == ["П"]
    cai("parse", project.root, "--out", out, "--fresh")
    assert read() == (4, 0)


def test_damaged_earlier_tables_are_replaced(cai: Cai, project: EdtProject, tmp_path: Path) -> None:
    out = tmp_path / "out"
    cai("parse", project.root, "--out", out)
    (out / "objects.parquet").write_bytes(b"no longer a table")
    assert cai("parse", project.root, "--out", out).code == 0
    assert pq.read_table(out / "objects.parquet").num_rows > 0


def test_an_archive_is_read_like_its_folder(cai: Cai, project: EdtProject, tmp_path: Path) -> None:
    packed_zip, packed_tar = tmp_path / "c.zip", tmp_path / "c.tar.gz"
    with zipfile.ZipFile(packed_zip, "w") as archive:
        for path in sorted(project.root.rglob("*.*")):
            archive.write(path, path.relative_to(project.root))
    with tarfile.open(packed_tar, "w:gz") as tar:
        tar.add(project.root, ".")
    cai("parse", project.root, "--out", tmp_path / "folder")
    expected = pq.read_table(tmp_path / "folder" / "objects.parquet")
    for packed in (packed_zip, packed_tar):
        said = cai("parse", packed, "--out", tmp_path / packed.name.replace(".", "_"))
        assert said.code == 0, said.err
        found = pq.read_table(tmp_path / packed.name.replace(".", "_") / "objects.parquet")
        assert found.equals(expected)


def _wrong_path(tmp_path: Path, case: str) -> Path:
    path = tmp_path / "wrong"
    if case == "missing":
        return path
    if case == "file":
        path = path.with_suffix(".txt")
        path.write_text("x")
        return path
    if case == "broken archive":
        path = path.with_suffix(".zip")
        path.write_bytes(b"PK\x03\x04 and then nothing")
        return path
    path.mkdir()
    names = {
        "flat dump": "CommonModule.Цены.Module.txt",
        "binary": "1Cv8.cf",
        "other": "readme.md",
    }
    if case in names:
        (path / names[case]).write_text("x")
    return path


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ("missing", "no such path"),
        ("empty", "is empty"),
        ("file", "neither a folder nor a .zip"),
        ("broken archive", "wrong.zip"),
        ("flat dump", "flat dump of the old format (CommonModule.Цены.Module.txt)"),
        ("binary", "1Cv8.cf is a binary file"),
        ("other", "neither an EDT project"),
    ],
)
@pytest.mark.parametrize("command", ["parse", "build", "upload"])
def test_a_path_that_cannot_be_read_is_one_sentence_and_exit_code_2(
    cai: Cai, tmp_path: Path, case: str, text: str, command: str
) -> None:
    if (case, command) == ("broken archive", "upload"):
        pytest.skip("the inbox judges archives when it takes them in")
    path = _wrong_path(tmp_path, case)
    options = ["--out", tmp_path / "out"] if command == "parse" else []
    said = cai(command, path, *options)
    assert said.code == 2
    assert said.out == ""
    assert text in said.err
    assert len([line for line in said.err.splitlines() if line.startswith("Error: ")]) == 1
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_the_target_must_be_a_folder_outside_the_source(
    cai: Cai, project: EdtProject, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    said = cai("parse", project.root, "--out", tmp_path / "file")
    assert (said.code, "is a file" in said.err) == (2, True)
    said = cai("parse", project.root, "--out", project.root / "out")
    assert (said.code, "inside the one to parse" in said.err) == (2, True)


def test_a_full_disk_is_a_failure_and_leaves_the_earlier_tables(
    cai: Cai, project: EdtProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert cai("parse", project.root, "--out", out).code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    project.common_module("Скидки", "Процедура А() Экспорт\nКонецПроцедуры\n")
    write = pq.write_table

    def full(table: pa.Table, file: pa.NativeFile, **options: object) -> None:
        if {"routine", "export"} <= set(table.column_names):
            file.write(b"half")
            raise OSError(28, "No space left on device")
        write(table, file, **options)

    monkeypatch.setattr(pq, "write_table", full)
    said = cai("parse", project.root, "--out", out)
    assert said.code == 1
    assert "No space left on device" in said.err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_table_that_another_program_holds_is_named(
    cai: Cai, project: EdtProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(source), None, str(target))

    monkeypatch.setattr("os.replace", held)
    said = cai("parse", project.root, "--out", tmp_path / "out")
    assert said.code == 1
    assert f"{tmp_path / 'out'}{os.sep}" in said.err
    assert ".parquet: Permission denied" in said.err
    assert list((tmp_path / "out").iterdir()) == []
