"""What runs have made adds up to the latest state, in whatever order they are read."""

from __future__ import annotations

from dataclasses import replace

from cai_assets.defs.metrics.catalogue import (
    ASSET_MATERIALIZED,
    CHECK_PASSED,
    EVENTS,
    FINDINGS_OPEN,
)
from cai_assets.defs.metrics.facts import (
    AssetState,
    Attempt,
    Checked,
    Materialized,
    RunFacts,
    observe,
)
from cai_assets.defs.metrics.samples import MOST_CONFIGURATIONS, Growing, Named
from cai_assets_tests.defs.metrics.reading import value_of

CHECK = Checked("Shop", "best_practices/findings", "no_new_findings", False, "error", False, 10.0)
LABELS = ("Shop", "best_practices/findings", "no_new_findings", "error", "false")


def facts(*, materialized: list[Materialized], checked: list[Checked]) -> RunFacts:
    return RunFacts("build", None, None, (), tuple(materialized), tuple(checked))


def test_the_latest_counts_whichever_is_read_first() -> None:
    old = facts(
        materialized=[Materialized("Shop", "changes", "changes", 10.0, {})], checked=[CHECK]
    )
    new = facts(
        materialized=[Materialized("Shop", "changes", "changes", 20.0, {})],
        checked=[replace(CHECK, passed=True, moment=20.0)],
    )
    for order in ((old, new), (new, old)):
        state = AssetState()
        for one in order:
            state.absorb(one)
        gauges = state.gauges(["Shop"])
        assert gauges.get(ASSET_MATERIALIZED, "Shop", "changes") == 20.0
        assert gauges.get(CHECK_PASSED, *LABELS) == 1.0


def test_a_check_that_changes_its_severity_leaves_no_second_series() -> None:
    state = AssetState()
    state.absorb(facts(materialized=[], checked=[CHECK]))
    state.absorb(facts(materialized=[], checked=[replace(CHECK, severity="warning", moment=11.0)]))
    gauges = state.gauges(["Shop"])
    assert gauges.get(CHECK_PASSED, *LABELS) is None
    assert gauges.get(CHECK_PASSED, *LABELS[:3], "warning", "false") == 0.0


def test_findings_are_those_of_the_latest_run_of_the_rules() -> None:
    state = AssetState()
    made = Materialized("Shop", "best_practices", "findings", 5.0, {"open_major": 3.0})
    state.absorb(facts(materialized=[made], checked=[]))
    other = Materialized("Shop", "best_practices", "rule_problems", 6.0, {"rows": 9.0})
    state.absorb(facts(materialized=[other], checked=[]))
    assert state.gauges(["Shop"]).get(FINDINGS_OPEN, "Shop", "major") == 3.0


def test_a_configuration_that_was_removed_is_forgotten() -> None:
    state = AssetState()
    state.absorb(facts(materialized=[Materialized("Shop", "a", "a", 1.0)], checked=[CHECK]))
    state.gauges([])
    assert list(state.gauges(["Shop"]).families()) == []


def test_more_configurations_than_may_be_have_no_series() -> None:
    state = AssetState()
    names = [f"C{number:04d}" for number in range(MOST_CONFIGURATIONS + 5)]
    state.absorb(facts(materialized=[Materialized(n, "a", "a", 1.0) for n in names], checked=[]))
    gauges = state.gauges(names)
    assert gauges.get(ASSET_MATERIALIZED, names[0], "a") == 1.0
    assert gauges.get(ASSET_MATERIALIZED, names[-1], "a") is None


def test_attempts_go_into_histogram_and_counter() -> None:
    growing = Growing(EVENTS)
    attempts = (Attempt("train", "retry", 2.0), Attempt("train", "success", 0.2))
    observe(RunFacts("nightly", 1.5, 40.0, attempts), "nightly", growing, Named(10))
    named = {"job_name": "nightly", "step": "train"}
    assert value_of(growing, "cai_steps_total", **named, state="retry") == 1
    assert value_of(growing, "cai_step_duration_seconds_bucket", **named, le="0.25") == 1
    assert value_of(growing, "cai_step_duration_seconds_count", **named) == 2
    assert value_of(growing, "cai_run_duration_seconds_sum", job_name="nightly") == 40.0
    assert value_of(growing, "cai_run_wait_seconds_sum", job_name="nightly") == 1.5


def test_names_from_elsewhere_are_bounded() -> None:
    named = Named(2)
    assert [named(name) for name in ("a", "b", "c", "a")] == ["a", "b", "other", "a"]
