"""Which configuration needs a run: pure decisions."""

from __future__ import annotations

from cai_assets.defs.sensors.reconcile import (
    GivenUp,
    Launch,
    PartitionRecord,
    RunRecord,
    RunState,
    Settled,
    Waiting,
    decide,
    plan,
)


def record(
    *states: RunState, materialized: str | None = None, partition: str = "trade"
) -> PartitionRecord:
    """Upload u2 of a configuration, with runs in these states, the latest first."""
    runs = tuple(RunRecord(f"run{number}", state) for number, state in enumerate(states))
    return PartitionRecord(partition, "u2", "digest", materialized, runs)


def test_new_upload_is_launched() -> None:
    assert decide(record(), 3) == Launch("trade", "u2", "trade:digest:u2:1", 1)


def test_upload_after_an_earlier_materialized_one_is_launched() -> None:
    assert isinstance(decide(record(materialized="u1"), 3), Launch)


def test_materialized_upload_is_settled_whatever_its_runs_did() -> None:
    for states in ((), (RunState.SUCCEEDED,), (RunState.FAILED,), (RunState.ACTIVE,)):
        assert decide(record(*states, materialized="u2"), 3) == Settled("trade", "u2")


def test_run_under_way_is_waited_for() -> None:
    decision = decide(record(RunState.ACTIVE, RunState.FAILED), 3)
    assert decision == Waiting("trade", "run run0 is under way")


def test_failed_run_is_followed_by_one_with_another_key() -> None:
    decision = decide(record(RunState.FAILED), 3)
    assert decision == Launch("trade", "u2", "trade:digest:u2:2", 2)


def test_run_that_succeeded_without_a_materialization_is_repeated() -> None:
    assert isinstance(decide(record(RunState.SUCCEEDED), 3), Launch)


def test_after_all_attempts_a_person_is_asked() -> None:
    decision = decide(record(*[RunState.FAILED] * 3), 3)
    assert isinstance(decision, GivenUp)
    assert "3 runs ended without a result, the last is run0" in decision.reason


def test_cancelled_run_is_not_repeated_against_the_will_of_who_cancelled() -> None:
    assert isinstance(decide(record(RunState.CANCELED), 3), GivenUp)


def test_launches_beyond_the_cap_wait_and_others_are_not_held_up() -> None:
    records = [record(partition=name) for name in "abc"] + [
        record(materialized="u2", partition="d")
    ]
    decisions = plan(records, max_attempts=3, cap=2)
    assert [type(decision) for decision in decisions] == [Launch, Launch, Waiting, Settled]
