"""What is read from Dagster: runs, steps, assets, checks, daemons, sensors; each end once."""

# No `from __future__ import annotations`: Dagster takes annotations as they are.

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.test_utils import create_run_for_test
from dagster._daemon.types import DaemonHeartbeat
from dagster_shared.error import SerializableErrorInfo

from cai_assets.defs.metrics.automation import Automation
from cai_assets.defs.metrics.catalogue import (
    ASSET_MATERIALIZED,
    AUTOMATION_RUNNING,
    CHECK_PASSED,
    DAEMON_ERRORS,
    DAEMON_HEARTBEAT,
    DAEMON_UP,
    FINDINGS_OPEN,
    QUEUED_SINCE,
    RUNS_ACTIVE,
    STARTED_SINCE,
    TICK_LATEST,
)
from cai_assets.defs.metrics.daemons import Daemons
from cai_assets.defs.metrics.events import Events
from cai_assets.defs.metrics.history import attempts_of
from cai_assets.defs.metrics.runs import Runs
from cai_assets.defs.metrics.samples import Named
from cai_assets.defs.names import BUILD_CONFIGURATION
from cai_assets.defs.partitions import CONFIGURATIONS
from cai_assets_tests.defs.metrics.reading import value_of

_JOB = "__ephemeral_asset_job__"
"""The job of `dg.materialize`."""

_REPOSITORY = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("cai_assets"), "repo")
_WRONG = SerializableErrorInfo("wrong", [], None)

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        made.add_dynamic_partitions("configurations", ["Shop"])
        yield made


@dg.multi_asset(
    name="best_practices",
    outs={"findings": dg.AssetOut(key=["best_practices", "findings"])},
    check_specs=[dg.AssetCheckSpec("gate", asset=["best_practices", "findings"], blocking=True)],
    partitions_def=CONFIGURATIONS,
    config_schema={"passed": bool, "fail": bool},
)
def rules(context: dg.AssetExecutionContext) -> Iterator[dg.Output[int] | dg.AssetCheckResult]:
    if context.op_execution_context.op_config["fail"]:
        raise ValueError("broken")
    yield dg.Output(1, "findings", metadata={"open_major": 4, "open_info": 0, "report": "text"})
    passed: bool = context.op_execution_context.op_config["passed"]
    yield dg.AssetCheckResult(
        check_name="gate", asset_key=["best_practices", "findings"], passed=passed
    )


def run(instance: dg.DagsterInstance, *, passed: bool = True, fail: bool = False) -> str:
    """Materialize the asset; returns the run's id."""
    options = {"config": {"passed": passed, "fail": fail}}
    done = dg.materialize(
        [rules],
        instance=instance,
        partition_key="Shop",
        run_config={**_QUIET, "ops": {"best_practices": options}},
        raise_on_error=False,
    )
    return done.run_id


def parts(instance: dg.DagsterInstance) -> tuple[Runs, Events]:
    runs = Runs(lambda: instance, Named(10))
    events = Events(lambda: instance, runs, Named(10))
    runs.read()
    events.read()
    return runs, events


def ended(runs: Runs, state: str, job: str = _JOB) -> float | None:
    return value_of(runs.growing, "cai_runs_total", job_name=job, state=state)


# --- runs ----------------------------------------------------------------------------------------


def test_each_run_is_counted_once_when_it_ends(instance: dg.DagsterInstance) -> None:
    run(instance)
    runs, _ = parts(instance)
    assert not ended(runs, "success"), "what ended before the exporter began is not growth"
    run(instance)
    run(instance, fail=True)
    for _ in range(3):
        runs.read()
    assert (ended(runs, "success"), ended(runs, "failure")) == (1, 1)


def test_the_first_run_of_an_empty_history_is_counted(instance: dg.DagsterInstance) -> None:
    runs, _ = parts(instance)
    run(instance)
    runs.read()
    assert ended(runs, "success") == 1


def test_series_of_our_jobs_begin_at_zero(instance: dg.DagsterInstance) -> None:
    runs, _ = parts(instance)
    assert ended(runs, "failure", BUILD_CONFIGURATION) == 0


def test_many_ends_between_two_looks_are_all_counted(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cai_assets.defs.metrics.runs._BATCH", 2)
    runs, _ = parts(instance)
    for _ in range(5):
        made = create_run_for_test(instance, BUILD_CONFIGURATION)
        instance.report_run_canceled(made)
    runs.read()
    assert ended(runs, "canceled", BUILD_CONFIGURATION) == 5


def happen(instance: dg.DagsterInstance, job: str, event: dg.DagsterEventType) -> None:
    """Make a run of which this event has happened."""
    origin = RemoteJobOrigin(_REPOSITORY, job)
    made = create_run_for_test(instance, job, remote_job_origin=origin)
    instance.report_dagster_event(dg.DagsterEvent(event.value, job), made.run_id)


def test_the_queue_and_what_works_are_told_with_since_when(instance: dg.DagsterInstance) -> None:
    runs, _ = parts(instance)
    gauges = runs.read()
    assert gauges.get(RUNS_ACTIVE, BUILD_CONFIGURATION, "queued") == 0
    assert gauges.get(QUEUED_SINCE) is None
    for _ in range(2):
        happen(instance, BUILD_CONFIGURATION, dg.DagsterEventType.RUN_ENQUEUED)
    happen(instance, "nightly", dg.DagsterEventType.RUN_START)
    gauges = runs.read()
    assert gauges.get(RUNS_ACTIVE, BUILD_CONFIGURATION, "queued") == 2
    assert gauges.get(RUNS_ACTIVE, "nightly", "started") == 1
    for since in (gauges.get(QUEUED_SINCE), gauges.get(STARTED_SINCE, "nightly")):
        assert since is not None and abs(time.time() - since) < 60


# --- events --------------------------------------------------------------------------------------


def test_a_run_that_ended_gives_durations_assets_checks_and_findings(
    instance: dg.DagsterInstance,
) -> None:
    runs, events = parts(instance)
    run(instance, passed=False)
    runs.read()
    gauges = events.read()
    moment = gauges.get(ASSET_MATERIALIZED, "Shop", "best_practices")
    assert moment is not None and abs(time.time() - moment) < 60
    check = ("Shop", "best_practices/findings", "gate", "error", "true")
    assert gauges.get(CHECK_PASSED, *check) == 0
    assert gauges.get(FINDINGS_OPEN, "Shop", "major") == 4
    assert gauges.get(FINDINGS_OPEN, "Shop", "info") == 0
    named = {"job_name": _JOB, "step": "best_practices"}
    assert value_of(events.growing, "cai_step_duration_seconds_count", **named) == 1
    assert value_of(events.growing, "cai_run_duration_seconds_count", job_name=_JOB) == 1
    run(instance, passed=True)
    runs.read()
    assert events.read().get(CHECK_PASSED, *check) == 1


def test_at_the_start_the_state_is_that_of_the_latest_runs_and_counts_nothing(
    instance: dg.DagsterInstance,
) -> None:
    run(instance, passed=True)
    run(instance, passed=False)
    runs = Runs(lambda: instance, Named(10))
    events = Events(lambda: instance, runs, Named(10))
    runs.read()
    gauges = events.read()
    check = ("Shop", "best_practices/findings", "gate", "error", "true")
    assert gauges.get(CHECK_PASSED, *check) == 0
    assert value_of(events.growing, "cai_run_duration_seconds_count", job_name=_JOB) is None


def test_a_run_that_was_removed_meanwhile_holds_up_no_other(instance: dg.DagsterInstance) -> None:
    runs, events = parts(instance)
    gone = run(instance)
    run(instance, fail=True)
    runs.read()
    instance.delete_run(gone)
    events.read()
    assert not runs.ended
    named = {"job_name": _JOB, "step": "best_practices"}
    assert value_of(events.growing, "cai_steps_total", **named, state="failure") == 1


def test_a_run_that_cannot_be_read_is_tried_again_and_in_the_end_passed_over(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, events = parts(instance)
    run(instance)
    runs.read()

    def broken(*_: object) -> None:
        raise OSError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr("cai_assets.defs.metrics.events.facts_of", broken)
        with pytest.raises(OSError, match="gone"):
            events.read()
    events.read()
    assert value_of(events.growing, "cai_run_duration_seconds_count", job_name=_JOB) == 1
    run(instance)
    runs.read()
    monkeypatch.setattr("cai_assets.defs.metrics.events.facts_of", broken)
    for _ in range(20):
        with pytest.raises(OSError, match="gone"):
            events.read()
    events.read()
    assert not runs.ended


def test_each_attempt_at_a_step_has_its_own_time() -> None:
    tries = []

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def shaky() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("once")

    @dg.job
    def work() -> None:
        shaky()

    with dg.DagsterInstance.ephemeral() as instance:
        done = work.execute_in_process(instance=instance, run_config=_QUIET)
        entries = [
            record.event_log_entry for record in instance.get_records_for_run(done.run_id).records
        ]
    found = list(attempts_of(entries))
    assert [(one.step, one.state) for one in found] == [("shaky", "retry"), ("shaky", "success")]
    assert all(one.seconds is not None and one.seconds < 10 for one in found)


# --- daemons -------------------------------------------------------------------------------------


def beat(instance: dg.DagsterInstance, process: str, ago: float = 0.0, errors: int = 0) -> None:
    wrong = [_WRONG] * errors
    instance.add_daemon_heartbeat(DaemonHeartbeat(time.time() - ago, "SENSOR", process, wrong))


@pytest.fixture
def needing(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    """An instance that needs one daemon; an ephemeral one needs none."""
    monkeypatch.setattr(instance, "get_required_daemon_types", lambda: ["SENSOR"])
    return instance


def test_a_daemon_is_up_while_it_gives_heartbeats(needing: dg.DagsterInstance) -> None:
    daemons = Daemons(lambda: needing)
    assert daemons.read().get(DAEMON_UP, "sensor") == 0
    assert daemons.read().get(DAEMON_HEARTBEAT, "sensor") is None
    beat(needing, "one", errors=2)
    gauges = daemons.read()
    assert gauges.get(DAEMON_UP, "sensor") == 1
    assert gauges.get(DAEMON_ERRORS, "sensor") == 2
    beat(needing, "one", ago=600)
    assert daemons.read().get(DAEMON_UP, "sensor") == 0


def test_two_daemons_are_noticed_by_their_taking_turns(needing: dg.DagsterInstance) -> None:
    daemons = Daemons(lambda: needing)
    for process in ("one", "one", "two", "one", "two"):
        beat(needing, process)
        daemons.read()
    assert value_of(daemons.growing, "cai_daemon_changes_total", daemon="sensor") == 3


# --- sensors and schedules -----------------------------------------------------------------------


def sensor(
    instance: dg.DagsterInstance, status: InstigatorStatus = InstigatorStatus.DECLARED_IN_CODE
) -> InstigatorState:
    state = InstigatorState(
        RemoteInstigatorOrigin(_REPOSITORY, "inbox"),
        InstigatorType.SENSOR,
        status,
        SensorInstigatorData(last_tick_start_timestamp=1234.0, min_interval=5),
    )
    return instance.add_instigator_state(state)


def tick(instance: dg.DagsterInstance, state: InstigatorState, status: TickStatus) -> None:
    instance.create_tick(
        TickData(
            state.instigator_origin_id,
            "inbox",
            InstigatorType.SENSOR,
            status,
            time.time(),
            error=_WRONG if status is TickStatus.FAILURE else None,
            selector_id=state.selector_id,
        )
    )


@pytest.fixture
def scheduling(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance that remembers ticks; one in memory does not."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


def test_failed_ticks_are_counted_once(scheduling: dg.DagsterInstance) -> None:
    instance = scheduling
    part = Automation(lambda: instance)
    state = sensor(instance)
    part.read()
    assert value_of(part.growing, "cai_tick_failures_total", kind="sensor", name="inbox") == 0
    for status in (TickStatus.FAILURE, TickStatus.SKIPPED, TickStatus.FAILURE):
        tick(instance, state, status)
    for _ in range(3):
        gauges = part.read()
    assert value_of(part.growing, "cai_tick_failures_total", kind="sensor", name="inbox") == 2
    assert gauges.get(AUTOMATION_RUNNING, "sensor", "inbox") == 1
    assert gauges.get(TICK_LATEST, "sensor", "inbox") == 1234.0


def test_a_sensor_that_was_stopped_is_seen(scheduling: dg.DagsterInstance) -> None:
    part = Automation(lambda: scheduling)
    sensor(scheduling, InstigatorStatus.STOPPED)
    assert part.read().get(AUTOMATION_RUNNING, "sensor", "inbox") == 0
