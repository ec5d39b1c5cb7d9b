"""Dagster's daemons: whether each gave a heartbeat, and whether one process gives them all."""

from __future__ import annotations

import time
from collections.abc import Callable

import dagster as dg

from cai_assets.defs.metrics.catalogue import (
    DAEMON_CHANGES,
    DAEMON_ERRORS,
    DAEMON_HEARTBEAT,
    DAEMON_UP,
    DAEMONS,
)
from cai_assets.defs.metrics.samples import QUICK, Gauges, Growing

ALIVE_SECONDS = 180.0
"""A heartbeat is due every 30 s. Dagster itself waits for half an hour before it complains."""


class Daemons:
    """The part `daemons`."""

    name, lane, every = DAEMONS, QUICK, 5.0

    def __init__(self, instance: Callable[[], dg.DagsterInstance]) -> None:
        self.growing = Growing(DAEMONS)
        self._instance = instance
        self._ids: dict[str, str] = {}

    def read(self) -> Gauges:
        """Look at the heartbeats of all daemons that the instance needs."""
        instance = self._instance()
        beats = instance.get_daemon_heartbeats()
        gauges = Gauges()
        for daemon in instance.get_required_daemon_types():
            label = daemon.lower()
            self.growing.add(DAEMON_CHANGES, label, amount=0)
            beat = beats.get(daemon)
            alive = beat is not None and time.time() - beat.timestamp < ALIVE_SECONDS
            gauges.set(DAEMON_UP, alive, label)
            if beat is not None:
                gauges.set(DAEMON_HEARTBEAT, beat.timestamp, label)
                gauges.set(DAEMON_ERRORS, len(beat.errors or ()), label)
                self._compare(label, beat.daemon_id or "")
        return gauges

    def _compare(self, daemon: str, process: str) -> None:
        before = self._ids.get(daemon)
        if before is not None and before != process:
            self.growing.add(DAEMON_CHANGES, daemon)
        self._ids[daemon] = process
