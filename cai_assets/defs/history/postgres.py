"""Dagster's history in PostgreSQL, with a connection that is kept, and for a login that only reads.

Dagster's own storage connects anew for each statement, with the password's thousands of rounds
of hashing on both sides each time. Here every process keeps one connection; a second one at the
same moment is closed after its use. And web servers that only look keep a cache of the states of
partitions in the history; Dagster's own storage lets their pages fail where they may not.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from dagster_postgres import DagsterPostgresStorage, PostgresEventLogStorage
from dagster_postgres.utils import create_pg_engine, pg_url_from_config
from psycopg2.errors import ReadOnlySqlTransaction
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InternalError

from cai_assets.defs.history.tables import has_table

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.storage.partition_status_cache import AssetStatusCacheValue
    from dagster._serdes import ConfigurableClassData


_RECYCLE_SECONDS = 1800
"""What stands between may forget a connection that is older."""

_engines: WeakSet[Engine] = WeakSet()


def _forget_connections() -> None:
    """In a fork: leave the parent's connections to the parent."""
    for engine in list(_engines):
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)


class PostgresEvents(PostgresEventLogStorage):
    """Events whose cache is left as it is where the login cannot write."""

    def dispose(self) -> None:
        """Close the connection, too."""
        super().dispose()
        self._engine.dispose()

    def has_table(self, table_name: str) -> bool:
        """Whether there is a table."""
        return has_table(self, table_name, super().has_table)

    def update_asset_cached_status_data(
        self, asset_key: dg.AssetKey, cache_values: AssetStatusCacheValue
    ) -> None:
        """Keep the states of partitions of an asset, if that is allowed."""
        try:
            super().update_asset_cached_status_data(asset_key, cache_values)
        except InternalError as error:
            if not isinstance(error.orig, ReadOnlySqlTransaction):
                raise


class PostgresHistory(DagsterPostgresStorage):
    """The storage of a `dagster.yaml`; its configuration is that of Dagster's own."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Another object would look for its tables a second time, in each process of each step.
        self._event_log_storage.__class__ = PostgresEvents
        engine = create_pg_engine(
            self.postgres_url,
            isolation_level="AUTOCOMMIT",
            pool_size=1,
            max_overflow=-1,
            pool_pre_ping=True,  # the server may have been started anew
            pool_recycle=_RECYCLE_SECONDS,
        )
        _engines.add(engine)
        for storage in (self._event_log_storage, self._run_storage, self._schedule_storage):
            storage._engine = engine

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> PostgresHistory:
        """The storage that a configuration names."""
        return cls(
            inst_data=inst_data,
            postgres_url=pg_url_from_config(config_value),
            should_autocreate_tables=config_value.get("should_autocreate_tables", True),
        )
