"""Dagster's history in SQLite, without an engine and a connection made anew for each statement.

Dagster's own storage makes an engine per connection, and a new engine compiles every statement
again; a new connection reads the schema, and the last one to close writes its journal into the
file. Here an engine is kept for each file, and one connection for each file that all runs share:
runs, schedules, assets. That of the events of one run is opened and closed each time, so that it
can be deleted, on Windows too. And Dagster reads all scripts of all migrations three times in each
process to learn which is the last; here forks know it already.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from weakref import WeakSet

from alembic.script import ScriptDirectory
from dagster._core.storage import sql
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sql import create_engine, get_alembic_config
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import NullPool, QueuePool

from cai_assets.defs.history.tables import has_table

_PARTS = (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage)
_FILES = 32
"""Engines that are kept of each kind: each run has a file of its own."""

_holding: WeakSet[Engine] = WeakSet()


def _let_go() -> None:
    """Close the connections that nobody uses: SQLite's must not pass into a fork."""
    for engine in list(_holding):
        engine.dispose()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_let_go)


@lru_cache(maxsize=_FILES)
def _passing(address: str) -> Engine:
    """The engine for a file that is opened and closed with each use."""
    return create_engine(
        address, poolclass=NullPool, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
    )


@lru_cache(maxsize=_FILES)
def _kept(address: str) -> Engine:
    """The engine for a file that stays open; a second connection is closed after its use."""
    engine: Engine = create_engine(
        address,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=-1,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    path = str(engine.url.database)

    @event.listens_for(engine, "connect")
    def remember(_: object, record: Any) -> None:
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def compare(_: object, record: Any, __: object) -> None:
        # Else what is written to a file that somebody has removed would be lost without a word.
        if record.info["file"] != _identity(path):
            raise DisconnectionError(f"{path} is another file")

    _holding.add(engine)
    return engine


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


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
def _connected(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin():
        yield connection


class SqliteEvents(SqliteEventLogStorage):
    """Events, with a file per run and one for assets."""

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with _connected(engine) as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        kind = _kept if shard == INDEX_SHARD_NAME else _passing
        return kind(self.conn_string_for_shard(shard))

    def has_table(self, table_name: str) -> bool:
        """Whether there is a table."""
        return has_table(self, table_name, super().has_table)

    def dispose(self) -> None:
        """Close the file of assets, too."""
        super().dispose()
        self._engine(INDEX_SHARD_NAME).dispose()


@contextmanager
def _connect(storage: Any) -> Iterator[Connection]:
    """A connection with a transaction."""
    with _connected(_kept(storage._conn_string)) as connection:
        yield connection


def _dispose(storage: Any) -> None:
    """Close the file."""
    _kept(storage._conn_string).dispose()


class SqliteRuns(SqliteRunStorage):
    """Runs."""

    connect = _connect
    dispose = _dispose


class SqliteSchedules(SqliteScheduleStorage):
    """Sensors, schedules and their ticks."""

    connect = _connect
    dispose = _dispose


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
