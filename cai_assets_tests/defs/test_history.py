"""The history in SQLite: Dagster's files, written and read with what is kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import dagster as dg
import psutil
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


def open_files(folder: Path) -> set[str]:
    """Names of the files below a folder that this process has open."""
    opened = psutil.Process().open_files()
    return {Path(file.path).name for file in opened if Path(file.path).is_relative_to(folder)}


def test_a_connection_serves_many_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: Counter[str] = Counter()
    connect = sqlite3.connect

    def counted(path: str, *arguments: Any, **options: Any) -> sqlite3.Connection:
        made[Path(path).name] += 1
        made_one: sqlite3.Connection = connect(path, *arguments, **options)
        return made_one

    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        dg.materialize([numbers], instance=instance)
        monkeypatch.setattr(sqlite3.dbapi2, "connect", counted)
        run = dg.materialize([numbers], instance=instance)
        assert made.pop(f"{run.run_id}.db") > 3
        assert not made
        # What is about one run is no longer open, so that it can be deleted.
        assert {"index.db", "runs.db"} <= open_files(tmp_path)
        assert f"{run.run_id}.db" not in open_files(tmp_path)
    assert not open_files(tmp_path)


def test_several_threads_have_a_connection_each(tmp_path: Path) -> None:
    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        storage = instance.run_storage
        assert isinstance(storage, sqlite.SqliteRuns)
        with storage.connect() as one, storage.connect() as other:
            assert one.connection.dbapi_connection is not other.connection.dbapi_connection
            with ThreadPoolExecutor(8) as pool:
                added = pool.map(lambda _: instance.add_run(dg.DagsterRun("job")), range(40))
                assert len({run.run_id for run in added}) == 40
        assert len(instance.get_runs()) == 40


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_no_connection_passes_into_a_fork(tmp_path: Path) -> None:
    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        instance.add_run(dg.DagsterRun("job"))
        assert "runs.db" in open_files(tmp_path)
        child = os.fork()
        if child == 0:
            os._exit(len(open_files(tmp_path)))
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        instance.add_run(dg.DagsterRun("job"))
        assert len(instance.get_runs()) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be removed there")
def test_a_file_that_was_removed_is_left(tmp_path: Path) -> None:
    """Else the runs of a history that somebody put back would go where nobody finds them."""
    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        instance.add_run(dg.DagsterRun("job"))
    saved = tmp_path / "saved"
    shutil.copytree(tmp_path / "history", saved)
    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        instance.add_run(dg.DagsterRun("job"))
        shutil.rmtree(tmp_path / "history")
        saved.rename(tmp_path / "history")
        assert len(instance.get_runs()) == 1
        instance.add_run(dg.DagsterRun("job"))
    with opened(tmp_path, sqlite_storage(str(tmp_path))) as instance:
        assert len(instance.get_runs()) == 2


def test_a_history_that_was_removed_is_made_anew(tmp_path: Path) -> None:
    """Nothing is open once it is closed."""
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
