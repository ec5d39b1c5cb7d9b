"""A code server goes on looking after its runs when the storage was away."""

from __future__ import annotations

import multiprocessing
import threading
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from dagster._grpc import server as grpc_server

from cai_assets.defs.api_server import outlive_storage


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The look of Dagster's own class; patched for the test alone."""
    name = "_check_for_orphaned_runs"
    monkeypatch.setattr(
        grpc_server.DagsterApiServer, name, vars(grpc_server.DagsterApiServer)[name]
    )
    outlive_storage()
    return getattr(grpc_server.DagsterApiServer, name)


def dead_process() -> Any:
    process = multiprocessing.get_context("spawn").Process(target=print)
    process.start()
    process.join(60)
    return process


def test_a_dead_run_is_told_once_the_storage_is_back(
    look: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dg.instance_for_test() as instance:

        @dg.job
        def nothing() -> None: ...

        run = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
        server = SimpleNamespace(
            _execution_lock=threading.Lock(),
            _executions={run.run_id: (dead_process(), instance.get_ref())},
            _shutdown_once_executions_finish_event=threading.Event(),
        )
        server._clear_run = server._executions.pop
        away = monkeypatch.context()
        with away as patch:

            def refuse(ref: object) -> None:
                raise ConnectionError("the database is away")

            patch.setattr(dg.DagsterInstance, "from_ref", refuse)
            look(server)
        assert run.run_id in server._executions
        look(server)
        assert server._executions == {}
        found = instance.get_run_by_id(run.run_id)
        assert found is not None
        assert found.status is dg.DagsterRunStatus.FAILURE


def test_it_is_put_in_once(look: Any) -> None:
    outlive_storage()
    assert grpc_server.DagsterApiServer._check_for_orphaned_runs is look
