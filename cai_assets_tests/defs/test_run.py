"""A build in this process: real files in, tables and history out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cai_assets.defs.instance import open_instance
from cai_assets.defs.run import materialize_upload
from cai_assets.defs.sensors.inbox import materialized_uploads
from cai_assets.intake.errors import NotAnUpload
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.knowledge.store import read_table
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject

MODULE = "Процедура Продать() Экспорт\n\tСообщить(1);\nКонецПроцедуры\n"


@pytest.fixture
def source(tmp_path: Path) -> EdtProject:
    project = EdtProject(tmp_path / "source", "Торговля")
    project.common_module("Продажи", MODULE)
    return project


@pytest.fixture(autouse=True)
def own_history(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    yield


def test_build_says_what_it_made_and_where(source: EdtProject, settings: Settings) -> None:
    result = materialize_upload(source.root, settings)

    assert (result.success, result.published, result.error) == (True, True, "")
    assert result.configuration == "Torgovlya"
    assert result.name == "Торговля"
    assert result.rows["routines"] == 1
    assert all(check.passed for check in result.checks)
    routines = read_table(result.tables_folder / "routines.parquet")
    assert routines.column("routine").to_pylist() == ["CommonModule.Продажи.Продать"]


def test_history_is_kept_where_the_web_ui_looks(source: EdtProject, settings: Settings) -> None:
    result = materialize_upload(source.root, settings)
    with open_instance(settings) as instance:
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        assert run.is_success
        assert materialized_uploads(instance, result.configuration) == {result.upload.id}
        assert instance.get_dynamic_partitions("configurations") == [result.configuration]
    assert result.dagster_home == settings.dagster


def test_source_is_left_alone(source: EdtProject, settings: Settings) -> None:
    before = sorted(source.root.rglob("*"))
    materialize_upload(source.root, settings)
    assert sorted(source.root.rglob("*")) == before


def test_progress_reaches_all_files(source: EdtProject, settings: Settings) -> None:
    seen: list[tuple[int, int]] = []
    materialize_upload(source.root, settings, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)


def test_unchanged_files_are_taken_from_the_build_before(
    source: EdtProject, settings: Settings
) -> None:
    materialize_upload(source.root, settings)
    source.common_module("Склад", MODULE)
    result = materialize_upload(source.root, settings)
    assert (result.stats["reused"], result.stats["read"]) == (3, 2)
    assert result.rows["routines"] == 2


def test_folder_without_a_configuration_is_refused_and_changes_nothing(
    source: EdtProject, settings: Settings, tmp_path: Path
) -> None:
    materialize_upload(source.root, settings)
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    (nothing / "notes.txt").write_text("no 1C here", encoding="utf-8")
    with pytest.raises(NotAnUpload):
        materialize_upload(nothing, settings)
    assert len(Snapshots(settings.tables).configurations()) == 1
