"""A scrape costs the same after ten runs and after ten thousand."""

# No `from __future__ import annotations`: Dagster takes annotations as they are.

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from cai_assets.defs.instance import open_instance
from cai_assets.defs.metrics.server import collector
from cai_assets.defs.partitions import CONFIGURATIONS
from cai_assets.settings import Settings

RUNS = 10_000
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :times) "


@dg.asset(
    key=["parsed_configuration", "projects"],
    check_specs=[dg.AssetCheckSpec("whole", asset=["parsed_configuration", "projects"])],
    partitions_def=CONFIGURATIONS,
)
def projects() -> dg.MaterializeResult:  # type: ignore[type-arg]
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return Settings(home=tmp_path / "home")


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """A history on disk with one real run."""
    settings.inbox.mkdir(parents=True)
    with open_instance(settings) as made:
        made.add_dynamic_partitions("configurations", ["Shop"])
        done = dg.materialize(
            [projects],
            instance=made,
            partition_key="Shop",
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        assert done.success
        yield made


def multiply(database: Path, table: str, times: int, run: str = "run_id") -> None:
    """Copy the rows of the one run `times` times, each copy under a run of its own."""
    with closing(sqlite3.connect(database)) as connection, connection:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        columns = ", ".join(name for name in names if name != "id")
        copied = ", ".join(
            f"{run} || '-' || i" if name == run else name for name in names if name != "id"
        )
        connection.execute(
            f"INSERT INTO {table} ({columns}) {_NUMBERS} "
            f"SELECT {copied} FROM {table}, n WHERE {run} IS NOT NULL",
            {"times": times},
        )


def lengthen(settings: Settings, times: int) -> None:
    """Make the history longer: runs, their tags, their events and checks across runs."""
    runs = settings.dagster / "history" / "runs.db"
    index = settings.dagster / "history" / "runs" / "index.db"
    for database, tables in (
        (runs, ("runs", "run_tags")),
        (index, ("event_logs", "asset_check_executions")),
    ):
        for table in tables:
            multiply(database, table, times)


def cost(settings: Settings, instance: dg.DagsterInstance) -> tuple[float, float]:
    """CPU seconds of all threads: of the first reading of everything, and of a later scrape."""
    reader = collector(settings, lambda: instance)
    registry = CollectorRegistry()
    registry.register(reader)
    began = time.process_time()
    assert reader.settle(60)
    first = time.process_time() - began
    later = []
    for _ in range(3):
        reader.expire()
        began = time.process_time()
        assert reader.settle(60)
        generate_latest(registry)
        later.append(time.process_time() - began)
    return first, min(later)


def test_it_costs_little_and_does_not_grow_with_the_history(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    cost(settings, instance)
    _, short = cost(settings, instance)
    lengthen(settings, RUNS)
    assert instance.get_runs_count() == RUNS + 1
    first, long = cost(settings, instance)
    assert long < 0.5
    assert long < 2 * short + 0.05
    assert first < 2.0
