"""The history in a real PostgreSQL: one connection is kept, and losing it costs nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import psycopg2
import pytest

from cai_assets_tests.integration.stack import HOST, Stack, needs

pytestmark = needs("postgres", "initdb")

_OTHERS = (
    "SELECT pid FROM pg_stat_activity "
    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("history"), postgres=True) as started:
        yield started


@pytest.fixture
def instance(stack: Stack) -> Iterator[dg.DagsterInstance]:
    with stack.instance() as opened:
        yield opened


def connections(stack: Stack) -> set[int]:
    """The processes of the server that serve somebody else."""
    asked = psycopg2.connect(
        host=HOST, port=stack.port("postgres"), user="dagster", dbname="postgres"
    )
    with asked, asked.cursor() as cursor:
        cursor.execute(_OTHERS)
        found = {int(pid) for (pid,) in cursor.fetchall()}
    asked.close()
    return found


def look(instance: dg.DagsterInstance) -> None:
    """Ask runs, events and schedules."""
    instance.get_runs()
    instance.get_asset_keys()
    instance.all_instigator_state()


def test_one_connection_serves_all_statements(stack: Stack, instance: dg.DagsterInstance) -> None:
    look(instance)
    kept = connections(stack)
    assert len(kept) == 1
    for _ in range(10):
        look(instance)
    assert connections(stack) == kept


def test_it_is_closed_with_the_history(stack: Stack) -> None:
    with stack.instance() as opened:
        look(opened)
    assert connections(stack) == set()


def test_a_server_that_was_killed_is_found_again(
    stack: Stack, instance: dg.DagsterInstance
) -> None:
    look(instance)
    stack.kill("postgres")
    stack.restart("postgres")
    look(instance)


@pytest.mark.skipif(sys.platform == "win32", reason="nothing forks there")
def test_a_fork_leaves_the_connection_to_its_parent(
    stack: Stack, instance: dg.DagsterInstance
) -> None:
    look(instance)
    kept = connections(stack)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            look(instance)
            code = 0 if connections(stack) > kept else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    look(instance)
    assert connections(stack) == kept


def test_an_asset_that_is_made_leaves_its_events(instance: dg.DagsterInstance) -> None:
    @dg.asset
    def numbers() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata={"rows": 3})

    result = dg.materialize([numbers], instance=instance)
    assert result.success
    latest = instance.get_latest_materialization_event(numbers.key)
    assert latest is not None
    assert latest.run_id == result.run_id


def test_the_tests_look_at_the_history_of_production(stack: Stack) -> None:
    """Otherwise nothing here would be about it."""
    text = Path(stack.dagster_home, "dagster.yaml").read_text(encoding="utf-8")
    assert "cai_assets.defs.history.postgres" in text
