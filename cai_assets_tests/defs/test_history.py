"""The history in SQLite: Dagster's files, written and read with engines that are kept."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import dagster as dg
import pytest
import sqlalchemy
from alembic.script import ScriptDirectory
from dagster._core.instance import InstanceRef

from cai_assets.defs.history import sqlite, tables
from cai_assets.defs.instance import sqlite_storage


@dg.asset
def numbers() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 3})


def opened(folder: Path, storage: dict[str, object]) -> dg.DagsterInstance:
    overrides = {"storage": storage, "telemetry": {"enabled": False}}
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(folder), overrides=overrides))


def events(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    return [str(entry.message) for entry in instance.all_logs(run_id)]


def test_what_one_writes_the_other_reads(tmp_path: Path) -> None:
    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        result = dg.materialize([numbers], instance=instance)
        written = events(instance, result.run_id)
    with opened(tmp_path, {"sqlite": {"base_dir": str(tmp_path)}}) as instance:
        assert events(instance, result.run_id) == written
        (run,) = instance.get_runs()
        assert run.is_success
        other = dg.materialize([numbers], instance=instance)
    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        assert len(instance.get_runs()) == 2
        latest = instance.get_latest_materialization_event(numbers.key)
        assert latest is not None
        assert latest.run_id == other.run_id


def test_an_engine_serves_many_statements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    create = sqlalchemy.create_engine

    def counted(address: str, **options: object) -> sqlalchemy.Engine:
        made.append(address)
        return create(address, **options)

    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        dg.materialize([numbers], instance=instance)
        monkeypatch.setattr(sqlite, "create_engine", counted)
        dg.materialize([numbers], instance=instance)
    # One file is new: that of the events of the run.
    assert len(made) == 1


def test_scripts_of_migrations_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        written = dg.materialize([numbers], instance=instance)
    sqlite.know_revisions()

    def refuse(self: ScriptDirectory) -> NoReturn:
        pytest.fail("a process that opens a history reads them again")

    monkeypatch.setattr(ScriptDirectory, "_load_revisions", refuse)
    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        assert events(instance, written.run_id)
        assert instance.get_latest_materialization_event(numbers.key) is not None
        assert instance.all_instigator_state() == []


def test_a_file_that_was_removed_is_made_anew(tmp_path: Path) -> None:
    """A kept engine holds no file open."""
    for _ in range(2):
        with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
            assert instance.get_runs() == []
            dg.materialize([numbers], instance=instance)
        for path in tmp_path.rglob("*.db*"):
            path.unlink()


def test_a_table_that_was_seen_is_not_asked_for_again() -> None:
    class Storage:
        there: set[str] = set()
        asked = 0

        def ask(self, name: str) -> bool:
            self.asked += 1
            return name in self.there

    storage = Storage()
    assert not tables.has_table(storage, "runs", storage.ask)
    storage.there = {"runs"}
    assert tables.has_table(storage, "runs", storage.ask)
    assert tables.has_table(storage, "runs", storage.ask)
    assert storage.asked == 2
