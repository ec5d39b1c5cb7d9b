"""Sensors and schedules: which are on, when they last looked, which looks failed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import dagster as dg
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
    TickStatus,
)

from cai_assets.defs.metrics.catalogue import (
    AUTOMATION,
    AUTOMATION_RUNNING,
    TICK_FAILURES,
    TICK_LATEST,
)
from cai_assets.defs.metrics.samples import QUICK, Gauges, Growing

_KINDS = {InstigatorType.SENSOR: "sensor", InstigatorType.SCHEDULE: "schedule"}
_MOST = 100
_OVERLAP_SECONDS = 900.0
"""A tick is recorded under the moment it began, and may fail this much later."""

_MOST_FAILURES = 1000


class Automation:
    """The part `automation`."""

    name, lane, every = AUTOMATION, QUICK, 10.0

    def __init__(self, instance: Callable[[], dg.DagsterInstance]) -> None:
        self.growing = Growing(AUTOMATION)
        self._instance = instance
        self._begun = time.time()
        self._counted: dict[int, float] = {}
        """Failed ticks that were counted, by id: when each began."""

    def read(self) -> Gauges:
        """Look at the states, and at the failures since the last look."""
        instance = self._instance()
        gauges = Gauges()
        now = time.time()
        for state in _latest(instance.all_instigator_state())[:_MOST]:
            labels = (_KINDS[state.instigator_type], state.instigator_name)
            gauges.set(AUTOMATION_RUNNING, state.status is not InstigatorStatus.STOPPED, *labels)
            moment = _last_tick(instance, state)
            if moment is not None:
                gauges.set(TICK_LATEST, moment, *labels)
            self.growing.add(TICK_FAILURES, *labels, amount=0)
            self._count_failures(instance, state, max(self._begun, now - _OVERLAP_SECONDS), labels)
        self._counted = {
            tick: moment
            for tick, moment in self._counted.items()
            if moment > now - 2 * _OVERLAP_SECONDS
        }
        return gauges

    def _count_failures(
        self,
        instance: dg.DagsterInstance,
        state: InstigatorState,
        after: float,
        labels: tuple[str, str],
    ) -> None:
        failed = instance.get_ticks(
            state.instigator_origin_id,
            state.selector_id,
            after=after,
            statuses=[TickStatus.FAILURE],
            limit=_MOST_FAILURES,
        )
        for tick in failed:
            if tick.tick_id not in self._counted:
                self._counted[tick.tick_id] = tick.timestamp
                self.growing.add(TICK_FAILURES, *labels)


def _latest(states: Any) -> list[InstigatorState]:
    """One state per name: a code location that was renamed leaves its old ones behind."""
    found: dict[tuple[str, str], InstigatorState] = {}
    for state in states:
        if state.instigator_type in _KINDS:
            key = (state.instigator_type.value, state.instigator_name)
            other = found.get(key)
            if other is None or (_moment(state) or 0) >= (_moment(other) or 0):
                found[key] = state
    return [found[key] for key in sorted(found)]


def _moment(state: InstigatorState) -> float | None:
    """When a sensor last began a tick; None for a schedule, whose state does not say."""
    data = state.instigator_data
    return data.last_tick_start_timestamp if isinstance(data, SensorInstigatorData) else None


def _last_tick(instance: dg.DagsterInstance, state: InstigatorState) -> float | None:
    moment = _moment(state)
    if moment is not None:
        return moment
    ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
    return ticks[0].timestamp if ticks else None
