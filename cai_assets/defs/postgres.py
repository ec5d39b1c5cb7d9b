"""Dagster's history in PostgreSQL, also for a login that cannot write.

Web servers that only look keep a cache of the states of partitions in the history; Dagster's own
storage lets their pages fail where they may not. `docker/dagster.yaml` names this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagster_postgres import DagsterPostgresStorage, PostgresEventLogStorage
from dagster_postgres.utils import pg_url_from_config
from psycopg2.errors import ReadOnlySqlTransaction
from sqlalchemy.exc import InternalError

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.storage.partition_status_cache import AssetStatusCacheValue
    from dagster._serdes import ConfigurableClassData


class PostgresEvents(PostgresEventLogStorage):
    """Events whose cache is left as it is where the login cannot write."""

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
