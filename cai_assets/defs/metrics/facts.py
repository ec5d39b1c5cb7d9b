"""What the events of one run say, and how it adds up to the state of all configurations. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from cai_assets.defs.metrics.catalogue import (
    ASSET_MATERIALIZED,
    CHECK_PASSED,
    FINDINGS_OPEN,
    RUN_DURATION,
    RUN_WAIT,
    STEP_DURATION,
    STEPS_ENDED,
)
from cai_assets.defs.metrics.samples import Gauges, Growing, Named, bounded
from cai_assets.defs.names import OPEN


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a step. `state` is `success`, `failure` or `retry`."""

    step: str
    state: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Materialized:
    """A table that was written; `figures` are the numbers of its metadata."""

    configuration: str
    group: str
    table: str
    moment: float
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A check that was made. `severity` is `error` or `warning`; `asset` is `group/table`."""

    configuration: str
    asset: str
    check: str
    passed: bool
    severity: str
    blocking: bool
    moment: float


@dataclass(frozen=True, slots=True)
class RunFacts:
    """All that is measured of a run that ended. Seconds are None where they are not known."""

    job: str
    wait: float | None
    duration: float | None
    attempts: tuple[Attempt, ...] = ()
    materialized: tuple[Materialized, ...] = ()
    checked: tuple[Checked, ...] = ()


def observe(facts: RunFacts, job: str, growing: Growing, steps: Named) -> None:
    """Put how long a run and its steps took into the histograms. `job` is its label."""
    if facts.wait is not None:
        growing.observe(RUN_WAIT, facts.wait, job)
    if facts.duration is not None:
        growing.observe(RUN_DURATION, facts.duration, job)
    for attempt in facts.attempts:
        step = steps(attempt.step)
        growing.add(STEPS_ENDED, job, step, attempt.state)
        if attempt.seconds is not None:
            growing.observe(STEP_DURATION, attempt.seconds, job, step)


class AssetState:
    """The latest of everything, by configuration. The order in which runs come is of no matter."""

    def __init__(self) -> None:
        self._materialized: dict[tuple[str, str], float] = {}
        self._checks: dict[tuple[str, str, str], Checked] = {}
        self._findings: dict[str, Materialized] = {}

    def absorb(self, facts: RunFacts) -> None:
        """Take in what a run made, as far as it is newer than what is known."""
        for one in facts.materialized:
            key = (one.configuration, one.group)
            self._materialized[key] = max(one.moment, self._materialized.get(key, 0.0))
            if any(name.startswith(OPEN) for name in one.figures):
                earlier = self._findings.get(one.configuration)
                if earlier is None or earlier.moment <= one.moment:
                    self._findings[one.configuration] = one
        for check in facts.checked:
            name = (check.configuration, check.asset, check.check)
            before = self._checks.get(name)
            if before is None or before.moment <= check.moment:
                self._checks[name] = check

    def gauges(self, configurations: Collection[str]) -> Gauges:
        """The state of these configurations; what is known of others is forgotten."""
        self._forget(set(configurations))
        shown = set(bounded(configurations))
        gauges = Gauges()
        for (configuration, group), moment in self._materialized.items():
            if configuration in shown:
                gauges.set(ASSET_MATERIALIZED, moment, configuration, group)
        for check in self._checks.values():
            if check.configuration in shown:
                gauges.set(CHECK_PASSED, check.passed, *_labels(check))
        for configuration, found in self._findings.items():
            if configuration in shown:
                for severity, count in _open(found.figures):
                    gauges.set(FINDINGS_OPEN, count, configuration, severity)
        return gauges

    def _forget(self, known: set[str]) -> None:
        self._materialized = {k: v for k, v in self._materialized.items() if k[0] in known}
        self._checks = {k: v for k, v in self._checks.items() if k[0] in known}
        self._findings = {k: v for k, v in self._findings.items() if k in known}


def _labels(check: Checked) -> tuple[str, str, str, str, str]:
    blocking = "true" if check.blocking else "false"
    return check.configuration, check.asset, check.check, check.severity, blocking


def _open(figures: Mapping[str, float]) -> Iterable[tuple[str, float]]:
    for name, value in figures.items():
        if name.startswith(OPEN):
            yield name.removeprefix(OPEN), value
