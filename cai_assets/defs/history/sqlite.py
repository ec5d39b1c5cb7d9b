"""Dagster's history in SQLite, without an engine of SQLAlchemy made anew for each statement.

Dagster's own storage makes an engine per connection, and a new engine compiles every statement
again. Here an engine is kept for each file. Connections are still opened and closed each time:
nothing has to be given up before a fork, and no file is held open. And it reads all scripts of all
migrations three times in each process to learn which is the last; here forks know it already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from alembic.script import ScriptDirectory
from dagster._core.storage import sql
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sql import create_engine, get_alembic_config
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool

from cai_assets.defs.history.tables import has_table

_PARTS = (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage)
_FILES = 32
"""Engines that are kept: each run has a file of its own."""


@lru_cache(maxsize=_FILES)
def _engine(address: str) -> Engine:
    engine: Engine = create_engine(
        address, poolclass=NullPool, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
    )
    return engine


class _KeptScripts:
    """What Dagster asks `ScriptDirectory` for when it compares a file with the last migration."""

    from_config = staticmethod(lru_cache(maxsize=len(_PARTS))(ScriptDirectory.from_config))


setattr(sql, "ScriptDirectory", _KeptScripts)  # noqa: B010 - to a type checker it is a class


def know_revisions() -> None:
    """Read the migrations' scripts now, for all forks of this process."""
    for part in _PARTS:
        config = get_alembic_config(str(part.__file__))
        _KeptScripts.from_config(config).as_revision_number("head")


@contextmanager
def _connected(address: str) -> Iterator[Connection]:
    with _engine(address).connect() as connection, connection.begin():
        yield connection


class SqliteEvents(SqliteEventLogStorage):
    """Events, with a file per run and one for assets."""

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            address = self.conn_string_for_shard(shard)
            if shard not in self._initialized_dbs:
                self._initdb(_engine(address))
                self._initialized_dbs.add(shard)
            with _connected(address) as connection:
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether there is a table."""
        return has_table(self, table_name, super().has_table)


class SqliteRuns(SqliteRunStorage):
    """Runs."""

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection with a transaction."""
        with _connected(self._conn_string) as connection:
            yield connection


class SqliteSchedules(SqliteScheduleStorage):
    """Sensors, schedules and their ticks."""

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection with a transaction."""
        with _connected(self._conn_string) as connection:
            yield connection


class SqliteHistory(DagsterSqliteStorage):
    """The storage of a `dagster.yaml`; its configuration and files are those of Dagster's own."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        # Other objects would look for their tables a second time, in each process of each step.
        storages: tuple[tuple[Any, type], ...] = (
            (self._event_log_storage, SqliteEvents),
            (self._run_storage, SqliteRuns),
            (self._schedule_storage, SqliteSchedules),
        )
        for storage, kind in storages:
            storage.__class__ = kind

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> SqliteHistory:
        """The storage that a configuration names."""
        return cls.from_local(inst_data=inst_data, **config_value)
