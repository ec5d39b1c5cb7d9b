"""Events of runs that ended: each run is read once, by a thread that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg

from cai_assets.defs.metrics.catalogue import EVENTS
from cai_assets.defs.metrics.facts import AssetState, observe
from cai_assets.defs.metrics.history import facts_of, makers
from cai_assets.defs.metrics.runs import Ended, Runs
from cai_assets.defs.metrics.samples import SLOW, Gauges, Growing, Named, bounded
from cai_assets.defs.partitions import CONFIGURATIONS

_MOST_AT_ONCE = 200
_WAIT_SECONDS = 2.0
_ATTEMPTS = 20
"""A run whose events cannot be read is passed over after so many looks."""


class Events:
    """The part `events`. It takes from `Runs.ended` what is put there."""

    name, lane, every = EVENTS, SLOW, 5.0

    def __init__(
        self,
        instance: Callable[[], dg.DagsterInstance],
        runs: Runs,
        steps: Named,
    ) -> None:
        self.growing = Growing(EVENTS)
        self._instance = instance
        self._runs = runs
        self._steps = steps
        self._state = AssetState()
        self._begun = False
        self._failed: dict[str, int] = {}

    def read(self) -> Gauges:
        """Read the runs that ended since the last look; at first, those that made what there is."""
        instance = self._instance()
        assert CONFIGURATIONS.name is not None
        configurations = instance.get_dynamic_partitions(CONFIGURATIONS.name)
        # A run that ends while this looks is then among those that ended.
        if not self._runs.begun.wait(_WAIT_SECONDS):
            raise TimeoutError("the runs are not read yet")
        if not self._begun:
            for run_id in makers(instance, bounded(configurations)):
                facts = facts_of(instance, run_id)
                if facts is not None:
                    self._state.absorb(facts)
            self._begun = True
        ended = self._runs.ended
        for _ in range(min(len(ended), _MOST_AT_ONCE)):
            self._take(instance, ended[0])
            ended.popleft()
        return self._state.gauges(configurations)

    def _take(self, instance: dg.DagsterInstance, ended: Ended) -> None:
        try:
            facts = facts_of(instance, ended.run_id)
        except Exception:
            self._failed[ended.run_id] = self._failed.get(ended.run_id, 0) + 1
            if self._failed[ended.run_id] >= _ATTEMPTS:
                self._failed.clear()
                self._runs.ended.popleft()
            raise
        self._failed.clear()
        if facts is not None:
            observe(facts, ended.job, self.growing, self._steps)
            self._state.absorb(facts)
