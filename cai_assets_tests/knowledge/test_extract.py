"""From files to tables: every file accounted for, the same tables however they were made."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from cai_assets.knowledge import extract as extraction
from cai_assets.knowledge import pool
from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.schema import TABLES
from cai_assets.onec.errors import NoProjects
from cai_assets_tests.edt import EdtProject

_MODULE = """
// Складывает числа.
//
// Параметры:
//  А - Число - первое
//  Б - Число - второе
//
// Возвращаемое значение:
//  Число
//
Функция Сумма(А, Знач Б = 1) Экспорт
    Возврат А + Б;
КонецФункции

Процедура Внутренняя()
    Сумма(1, 2);
    Запрос = Новый Запрос("ВЫБРАТЬ
    |   Т.Ссылка КАК Ссылка
    |ИЗ
    |   Справочник.Товары КАК Т");
КонецПроцедуры
"""


@pytest.fixture
def project(tmp_path: Path) -> EdtProject:
    project = EdtProject(tmp_path / "upload")
    project.common_module("Общий", _MODULE)
    project.common_module("Второй", "Процедура П() Экспорт\n    Общий.Сумма(1);\nКонецПроцедуры\n")
    project.object("Catalog", "Товары", "  <codeLength>9</codeLength>\n")
    project.write("src/CommonPictures/К/Picture.png", b"\x89PNG")
    return project


def _rows(tables: Mapping[str, pa.Table], table: str, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in tables[table].select(list(columns)).to_pylist()]


def test_every_table_has_the_types_of_its_schema(project: EdtProject) -> None:
    tables = extract(project.root, workers=1).tables
    assert list(tables) == list(TABLES)
    for name, table in TABLES.items():
        assert tables[name].schema.equals(table.arrow_schema), name


def test_every_file_stands_in_the_ledger(project: EdtProject) -> None:
    tables = extract(project.root, workers=1).tables
    on_disk = {
        path.relative_to(project.root).as_posix()
        for path in project.root.rglob("*")
        if path.is_file()
    }
    ledger = {row[0]: row[1:] for row in _rows(tables, "source_files", "path", "status", "reason")}
    assert set(ledger) == on_disk
    assert ledger["src/CommonPictures/К/Picture.png"] == ("unsupported", "picture")
    assert ledger["src/CommonModules/Общий/Module.bsl"] == ("parsed", "")


def test_a_module_becomes_rows(project: EdtProject) -> None:
    tables = extract(project.root, workers=1).tables
    assert _rows(tables, "routines", "routine", "export", "parameters", "description") == [
        ("CommonModule.Второй.П", True, 0, ""),
        ("CommonModule.Общий.Сумма", True, 2, "Складывает числа."),
        ("CommonModule.Общий.Внутренняя", False, 0, ""),
    ]
    assert _rows(tables, "parameters", "routine", "name", "by_value", "default", "types") == [
        ("CommonModule.Общий.Сумма", "А", False, None, ["Число"]),
        ("CommonModule.Общий.Сумма", "Б", True, "1", ["Число"]),
    ]
    (query,) = _rows(tables, "queries", "owner", "object", "origin", "text")
    assert query[:3] == ("CommonModule.Общий.Внутренняя", "CommonModule.Общий", "literal")
    assert "Справочник.Товары КАК Т" in str(query[3])


def test_calls_inside_a_module_and_to_common_modules_are_resolved(project: EdtProject) -> None:
    tables = extract(project.root, workers=1).tables
    assert _rows(tables, "calls", "caller", "receiver", "name", "callee", "resolution") == [
        ("CommonModule.Второй.П", "Общий", "Сумма", "CommonModule.Общий.Сумма", "common_module"),
        ("CommonModule.Общий.Внутренняя", "", "Сумма", "CommonModule.Общий.Сумма", "local"),
        ("CommonModule.Общий.Внутренняя", "", "Запрос", None, "constructor"),
    ]


def test_a_fault_in_one_file_costs_only_that_file(project: EdtProject) -> None:
    project.write("src/Catalogs/Битый/Битый.mdo", "<mdclass:Catalog")
    project.module("CommonModule", "Второй", "Процедура П() Экспорт\n  А = ;\nКонецПроцедуры\n")
    tables = extract(project.root, workers=1).tables
    ledger = {row[0]: row[1:] for row in _rows(tables, "source_files", "path", "status", "line")}
    assert ledger["src/Catalogs/Битый/Битый.mdo"][0] == "failed"
    assert ledger["src/CommonModules/Второй/Module.bsl"] == ("partly", 2)
    assert ("CommonModule.Второй.П", True) in _rows(tables, "routines", "routine", "has_errors")
    assert tables["routines"].num_rows == 3


def test_a_fault_of_a_reader_is_reported_and_costs_only_its_file(
    project: EdtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cai_assets.knowledge import worker

    def reader_for(source: object) -> object:
        def fail(*_: object) -> None:
            raise RecursionError("too deep")

        return fail

    monkeypatch.setattr(worker, "reader_for", reader_for)
    tables = extract(project.root, workers=1).tables
    assert {row[0] for row in _rows(tables, "source_files", "status")} == {"failed"}
    (reason,) = {row[0] for row in _rows(tables, "source_files", "reason")}
    assert reason == "fault in the reader, please report: RecursionError: too deep"


def test_workers_and_one_process_give_the_same_tables(
    project: EdtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "_INLINE_BYTES", 0)
    monkeypatch.setattr(extraction, "_GROUP_BYTES", 200)
    together = extract(project.root, workers=2)
    alone = extract(project.root, workers=1)
    assert (together.stats.workers, alone.stats.workers) == (2, 1)
    for name in TABLES:
        assert together.tables[name].to_pylist() == alone.tables[name].to_pylist(), name


def test_only_changed_files_are_read_again(project: EdtProject) -> None:
    first = extract(project.root, workers=1)
    project.module("CommonModule", "Второй", "Процедура Новая() Экспорт\nКонецПроцедуры\n")
    (project.root / "src/CommonPictures/К/Picture.png").unlink()
    project.object("Catalog", "Склады")
    second = extract(project.root, previous=first.tables, workers=1)
    fresh = extract(project.root, workers=1)
    assert (second.stats.read, second.stats.reused) == (2, first.stats.files - 2)
    for name in TABLES:
        assert second.tables[name].to_pylist() == fresh.tables[name].to_pylist(), name


def test_nothing_is_read_again_where_nothing_changed(project: EdtProject) -> None:
    first = extract(project.root, workers=1)
    second = extract(project.root, previous=first.tables, workers=1)
    assert second.stats.read == 0
    for name in TABLES:
        assert second.tables[name].to_pylist() == first.tables[name].to_pylist(), name


def test_a_callee_that_vanished_is_no_longer_resolved(project: EdtProject) -> None:
    first = extract(project.root, workers=1)
    project.module("CommonModule", "Общий", "Процедура Другая() Экспорт\nКонецПроцедуры\n")
    second = extract(project.root, previous=first.tables, workers=1)
    assert _rows(second.tables, "calls", "name", "callee", "resolution") == [
        ("Сумма", None, "missing_routine")
    ]


def test_a_module_that_was_removed_leaves_nothing_behind(project: EdtProject) -> None:
    first = extract(project.root, workers=1)
    (project.root / "src/CommonModules/Второй/Module.bsl").unlink()
    project.common_module("Третий", "Процедура П() Экспорт\n    Общий.Сумма(1);\nКонецПроцедуры\n")
    second = extract(project.root, previous=first.tables, workers=1)
    fresh = extract(project.root, workers=1)
    for name in TABLES:
        assert second.tables[name].to_pylist() == fresh.tables[name].to_pylist(), name


def test_tables_of_another_parser_version_are_not_reused(
    project: EdtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = extract(project.root, workers=1)
    monkeypatch.setattr(extraction, "PARSER_VERSION", "another")
    second = extract(project.root, previous=first.tables, workers=1)
    assert second.stats.reused == 0


def test_progress_ends_at_the_number_of_files(project: EdtProject) -> None:
    seen: list[tuple[int, int]] = []
    stats = extract(
        project.root, workers=1, progress=lambda done, total: seen.append((done, total))
    ).stats
    assert seen[-1] == (stats.files, stats.files)


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoProjects):
        extract(tmp_path)


def test_spawned_workers_give_the_same_tables_as_on_windows(
    project: EdtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = extract(project.root, workers=1).tables
    monkeypatch.setattr(extraction, "_INLINE_BYTES", 0)
    monkeypatch.setattr(extraction, "_GROUP_BYTES", 500)
    monkeypatch.setattr(extraction, "warm_up", lambda: None)
    monkeypatch.setattr(extraction, "context", lambda: multiprocessing.get_context("spawn"))
    result = extract(project.root, workers=2)
    assert result.stats.workers == 2
    for name, table in expected.items():
        assert result.tables[name].equals(table), name


def test_windows_gets_no_more_processes_than_it_can_wait_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert pool.worker_count(256) == 61
    assert pool.worker_count(3) == 3


def test_names_in_two_characters_belong_to_the_objects_that_1c_names_with_one(
    tmp_path: Path,
) -> None:
    project = EdtProject(tmp_path / "upload")
    project.common_module("И\u0306од", "Процедура П() Экспорт\nКонецПроцедуры\n")
    tables = extract(project.root, workers=1).tables
    assert _rows(tables, "routines", "routine") == [("CommonModule.Йод.П",)]


def test_an_interrupted_reading_leaves_no_worker(
    project: EdtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "_INLINE_BYTES", 0)
    monkeypatch.setattr(extraction, "_GROUP_BYTES", 500)

    def interrupted(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract(project.root, workers=2, progress=interrupted)
    assert multiprocessing.active_children() == []
