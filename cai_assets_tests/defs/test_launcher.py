"""The run launcher: it tells a run whose process is gone from one that still works."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import EngineEventData
from dagster._core.launcher import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from cai_assets.defs import launcher
from cai_assets.defs.launcher import WatchedRunLauncher, Worker, worker_of

ROOT = Path(__file__).parents[2]
ELSEWHERE = '{"host": "code", "port": 4000}'
HERE = '{"host": "127.0.0.1", "port": 4000}'


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    place = {"module": "cai_assets.defs.launcher", "class": "WatchedRunLauncher"}
    with dg.instance_for_test(overrides={"run_launcher": place}) as opened:
        yield opened


def started_run(instance: dg.DagsterInstance, place: str, pid: int | None) -> dg.DagsterRun:
    @dg.job
    def nothing() -> None: ...

    run = instance.create_run_for_job(nothing, tags={GRPC_INFO_TAG: place})
    if pid is not None:
        instance.report_engine_event(
            f"Started process for run (pid: {pid}).", run, EngineEventData.in_process(pid)
        )
    return run


def code_server_says(monkeypatch: pytest.MonkeyPatch, answer: bool | None) -> None:
    monkeypatch.setattr(launcher, "_works_on", lambda client, run_id: answer)


def status(instance: dg.DagsterInstance, run: dg.DagsterRun) -> WorkerStatus:
    assert isinstance(instance.run_launcher, WatchedRunLauncher)
    return instance.run_launcher.check_run_worker_health(run).status


def gone_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait(60)
    return done.pid


def test_a_run_that_the_code_server_works_on_is_left_alone(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_server_says(monkeypatch, True)
    for place, pid in ((HERE, os.getpid()), (HERE, None), (ELSEWHERE, gone_process())):
        assert status(instance, started_run(instance, place, pid)) is WorkerStatus.RUNNING


def test_a_run_whose_process_has_ended_unnoticed_by_the_code_server_is_lost(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_server_says(monkeypatch, True)
    unasked = subprocess.Popen([sys.executable, "-c", ""])
    run = started_run(instance, HERE, unasked.pid)
    deadline = time.monotonic() + 60
    while status(instance, run) is WorkerStatus.RUNNING:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    unasked.wait(60)
    assert status(instance, run) is WorkerStatus.FAILED


@pytest.mark.parametrize("answer", [False, None], ids=["started anew", "away"])
def test_a_process_that_outlived_its_code_server_goes_on(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, answer: bool | None
) -> None:
    code_server_says(monkeypatch, answer)
    run = started_run(instance, HERE, os.getpid())
    assert status(instance, run) is WorkerStatus.RUNNING


@pytest.mark.parametrize("answer", [False, None], ids=["started anew", "away"])
def test_a_run_whose_process_has_ended_is_lost(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, answer: bool | None
) -> None:
    code_server_says(monkeypatch, answer)
    run = started_run(instance, HERE, gone_process())
    assert status(instance, run) is WorkerStatus.FAILED


def test_a_run_that_never_told_its_process_is_lost(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_server_says(monkeypatch, False)
    assert status(instance, started_run(instance, HERE, None)) is WorkerStatus.FAILED


def test_processes_of_another_machine_are_not_looked_for_here(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_server_says(monkeypatch, False)
    assert status(instance, started_run(instance, ELSEWHERE, os.getpid())) is WorkerStatus.FAILED


def test_a_code_server_of_another_machine_may_be_away_for_a_while(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_server_says(monkeypatch, None)
    run = started_run(instance, ELSEWHERE, None)
    assert status(instance, run) is WorkerStatus.RUNNING
    monkeypatch.setattr(launcher, "_PATIENCE_SECONDS", -1.0)
    assert status(instance, run) is WorkerStatus.FAILED


def test_a_number_that_another_process_has_taken_over_is_not_the_run() -> None:
    assert Worker(os.getpid(), time.time()).alive()
    assert not Worker(os.getpid(), told=time.time() - 30 * 24 * 3600).alive()


def test_the_process_is_the_one_that_told_of_itself(instance: dg.DagsterInstance) -> None:
    run = started_run(instance, HERE, None)
    assert worker_of(instance, run.run_id) is None
    instance.report_engine_event("something else", run, EngineEventData.in_process(1))
    instance.report_engine_event(
        "Started process for run (pid: 77).", run, EngineEventData.in_process(77)
    )
    found = worker_of(instance, run.run_id)
    assert found is not None
    assert found.pid == 77


def test_the_projects_dagster_yaml_names_this_launcher() -> None:
    text = (ROOT / "dagster.yaml").read_text(encoding="utf-8")
    assert "module: cai_assets.defs.launcher\n  class: WatchedRunLauncher" in text
