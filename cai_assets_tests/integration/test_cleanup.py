"""The clean-up of a history in a real PostgreSQL: nothing of a removed run is left in any table."""

from __future__ import annotations

import time
from pathlib import Path

import dagster as dg
import psycopg2

from cai_assets.defs.cleanup.history import makers, remove_runs
from cai_assets_tests.defs.test_cleanup import goods, make
from cai_assets_tests.integration.stack import HOST, Stack, needs

pytestmark = needs("postgres", "initdb")


def test_a_run_goes_with_its_events_and_checks_and_the_latest_stays(tmp_path: Path) -> None:
    with Stack(tmp_path, postgres=True) as stack, stack.instance() as instance:
        old, newest, other = (make(instance, shop) for shop in ("north", "north", "south"))
        assert makers(instance) == {newest, other}
        before, deadline = time.time() + 60, time.monotonic() + 60
        assert remove_runs(instance, before, set(), deadline) == 1
        assert {run.run_id for run in instance.get_runs()} == {newest, other}
        assert instance.get_materialized_partitions(goods.key) == {"north", "south"}
        assert _rows_about(stack, old) == {}
        assert _rows_about(stack, newest)["event_logs"] > 0
        state = instance.get_latest_materialization_event(dg.AssetKey("goods"))
        assert state is not None


def _rows_about(stack: Stack, run_id: str) -> dict[str, int]:
    """How many rows each table has in which the run is named, by table."""
    found = {}
    port = stack.port("postgres")
    with psycopg2.connect(host=HOST, port=port, user="dagster", dbname="postgres") as connection:
        cursor = connection.cursor()
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        for (table,) in cursor.fetchall():
            text = f'select count(*) from "{table}" as row where row::text like %s'
            cursor.execute(text, (f"%{run_id}%",))
            (count,) = cursor.fetchone() or (0,)
            if count:
                found[table] = int(count)
    return found
