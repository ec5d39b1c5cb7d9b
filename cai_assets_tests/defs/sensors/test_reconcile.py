"""Which configuration needs a run: pure decisions."""

from __future__ import annotations

from cai_assets.defs.sensors.reconcile import (
    GivenUp,
    Launch,
    RunRecord,
    RunState,
    Settled,
    UploadRecord,
    Waiting,
    decide,
    news,
    plan,
    settled,
)


def record(
    *states: RunState, materialized: bool = False, partition: str = "trade", upload: str = "u2"
) -> UploadRecord:
    """An upload of a configuration, with runs in these states, the latest first."""
    runs = tuple(RunRecord(f"run{number}", state) for number, state in enumerate(states))
    return UploadRecord(partition, upload, "digest", materialized, runs)


def test_new_upload_is_launched() -> None:
    assert decide(record(), 3) == Launch("trade", "u2", "trade:digest:u2:1", 1)


def test_materialized_upload_is_settled_whatever_ended_its_runs() -> None:
    for states in ((), (RunState.SUCCEEDED,), (RunState.FAILED,), (RunState.CANCELED,)):
        assert decide(record(*states, materialized=True), 3) == Settled("trade", "u2")


def test_run_under_way_is_waited_for_also_when_the_tables_are_there() -> None:
    for materialized in (False, True):
        decision = decide(record(RunState.ACTIVE, RunState.FAILED, materialized=materialized), 3)
        assert decision == Waiting("trade", "run run0 is under way")


def test_run_that_died_after_the_tables_is_repeated_and_one_that_failed_is_not() -> None:
    again = decide(record(RunState.LOST, RunState.SUCCEEDED, materialized=True), 3)
    assert again == Launch("trade", "u2", "trade:digest:u2:3", 3)
    through = decide(record(RunState.SUCCEEDED, RunState.LOST, materialized=True), 3)
    assert isinstance(through, Settled)


def test_failed_run_is_followed_by_one_with_another_key() -> None:
    for state in (RunState.FAILED, RunState.LOST):
        assert decide(record(state), 3) == Launch("trade", "u2", "trade:digest:u2:2", 2)


def test_run_that_succeeded_without_a_materialization_is_repeated() -> None:
    assert isinstance(decide(record(RunState.SUCCEEDED), 3), Launch)


def test_after_all_attempts_a_person_is_asked() -> None:
    for materialized in (False, True):
        decision = decide(record(*[RunState.LOST] * 3, materialized=materialized), 3)
        assert isinstance(decision, GivenUp)
        assert "3 runs ended without a result, the last is run0" in decision.reason


def test_cancelled_run_is_not_repeated_against_the_will_of_who_cancelled() -> None:
    assert isinstance(decide(record(RunState.CANCELED), 3), GivenUp)


def test_launches_beyond_the_cap_wait_and_others_are_not_held_up() -> None:
    records = [record(partition=name) for name in "abc"] + [
        record(materialized=True, partition="d")
    ]
    decisions = plan(records, max_attempts=3, cap=2)
    assert [type(decision) for decision in decisions] == [Launch, Launch, Waiting, Settled]


def test_uploads_of_a_configuration_go_one_after_another() -> None:
    def launched(*records: UploadRecord) -> list[str]:
        decisions = plan(records, max_attempts=3, cap=10)
        return [item.upload for item in decisions if isinstance(item, Launch)]

    first, second = record(upload="u1"), record(upload="u2")
    assert launched(first, second, record(partition="other")) == ["u1", "u2"]
    assert launched(record(RunState.ACTIVE, upload="u1"), second) == []
    assert launched(record(RunState.LOST, upload="u1"), second) == ["u1"]
    assert launched(record(upload="u1", materialized=True), second) == ["u2"]
    given_up = record(*[RunState.FAILED] * 3, upload="u1")
    assert launched(given_up, second) == ["u2"]


def test_settled_is_the_newest_done_and_what_was_given_up_before_it_is_no_news() -> None:
    given_up = [record(*[RunState.FAILED] * 3, upload=name) for name in ("u2", "u4")]
    done = [record(upload=name, materialized=True) for name in ("u1", "u3")]
    records = [done[0], given_up[0], done[1], given_up[1]]
    decisions = plan(records, max_attempts=3, cap=10)
    assert settled(decisions) == {"trade": "u3"}
    assert [item.upload for item in news(decisions) if isinstance(item, GivenUp)] == ["u4"]
    assert settled(plan([given_up[0]], max_attempts=3, cap=10)) == {}
