"""`cai build`: through Dagster to tables that `cai list` and `cai show` find."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets_tests.cli.conftest import Cai, unfolded
from cai_assets_tests.edt import EdtProject


def test_a_configuration_is_built_listed_and_shown(cai: Cai, project: EdtProject) -> None:
    said = cai("build", project.root)
    assert said.code == 0, said.err
    assert "The configuration Торговля is built" in said.out
    assert "Tables" in said.out
    assert "cai serve" in said.out
    tables = next(Path(".cai/tables/Torgovlya").iterdir())
    assert str(tables) in unfolded(said.out)
    listed = cai("list").out
    assert "Torgovlya" in listed
    assert "not built" not in listed
    assert "CommonModule.Цены" in cai("show", "Торговля", "ОбщийМодуль.Цены").out


def test_the_same_content_again_is_said_to_be_the_same(cai: Cai, project: EdtProject) -> None:
    cai("build", project.root)
    said = cai("build", project.root)
    assert said.code == 0
    assert "is that of the latest upload" in said.out


def test_a_damaged_object_is_told_and_the_rest_is_built(cai: Cai, project: EdtProject) -> None:
    project.write("src/Catalogs/Товары/Товары.mdo", "<mdclass:Catalog")
    project.write("src/Catalogs/Товары/ObjectModule.bsl", "Перем А;")
    said = cai("--lang", "ru", "build", project.root)
    assert (said.code, said.err) == (0, "")
    assert "Товары.mdo:1:XMLповреждён:" in unfolded(said.out)
    assert "CommonModule.Цены" in cai("show", "Торговля", "ОбщийМодуль.Цены").out


def test_a_failed_check_ends_with_1_after_the_tables_are_built(
    cai: Cai, project: EdtProject
) -> None:
    project.write("src/Catalogs/Склады/ObjectModule.bsl", "Перем А;")  # nothing describes it
    said = cai("--lang", "ru", "build", project.root)
    assert said.code == 1
    assert said.err.strip() == "Ошибка: таблицы собраны, но не пройдены проверки: links_whole"
    assert "CommonModule.Цены" in cai("show", "Торговля", "ОбщийМодуль.Цены").out


def test_nothing_is_taken_from_the_source(cai: Cai, project: EdtProject) -> None:
    before = sorted(project.root.rglob("*"))
    cai("build", project.root)
    assert sorted(project.root.rglob("*")) == before


def test_a_failed_build_is_one_sentence_and_exit_code_1(
    cai: Cai, project: EdtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the parser lost its way")

    monkeypatch.setattr("cai_assets.defs.resources.extract", broken)
    said = cai("build", project.root)
    assert said.code == 1
    assert "building the configuration Торговля failed" in said.err
    assert "the parser lost its way" in said.err
    assert "Traceback" not in said.err
    assert "Taken in, but not built" in cai("list").out
    assert "Torgovlya (000001-" in cai("list").out


@pytest.mark.parametrize(
    ("file", "text", "said_of_it"),
    [
        ("cai.toml", "rules.UnionAl = true", "cai.toml: there is no rules.UnionAl"),
        ("architecture.toml", "[[rule]\n", "architecture.toml, line 1: not TOML"),
    ],
)
def test_settings_that_cannot_be_used_stop_before_anything_is_built(
    cai: Cai, project: EdtProject, file: str, text: str, said_of_it: str
) -> None:
    project.write(file, text)
    said = cai("build", project.root)
    assert (said.code, said.out) == (2, "")
    assert said_of_it in said.err
    assert not list(Path(".cai").rglob("*.parquet"))


def test_a_folder_that_takes_no_data_is_one_sentence(cai: Cai, project: EdtProject) -> None:
    Path("taken").write_text("a file")
    for command in ("build", "upload"):
        said = cai("--data", "taken/data", command, project.root)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("Error: cannot write ")
        assert len(said.err.splitlines()) == 1
