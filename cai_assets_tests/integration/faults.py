"""One scenario of faults from beginning to end, for the test and for the script of many seeds."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from cai_assets_tests.integration.disturbing import (
    PROGRAMS,
    VICTIMS,
    Disturbance,
    build_undisturbed,
    builds,
    complete_uploads,
    differing_tables,
    held_slots,
    kept_uploads,
    missing_pages,
    orphans,
    quiet,
    seconds_until_failed,
    settings_for_faults,
    stop_training,
    torn,
    unreported,
    write_uploads,
)
from cai_assets_tests.integration.stack import Stack, wait

MONITORING_SECONDS = 5
"""How often the daemon looks after runs here; 10 s in production."""

FAILED_WITHIN = 60.0
"""A run is failed so many seconds after the death of its worker at the latest: the interval, and
the time in which a killed daemon or database is back on this machine."""

ORPHANS_WITHIN = 60.0
_PER_UPLOAD, _PER_KILL = 90.0, 60.0
"""How long it may take until it is quiet again: on a slow machine that others use too."""


@dataclass
class Outcome:
    """What a scenario came to. `faults` is empty if all held."""

    faults: list[str] = field(default_factory=list)
    uploads: int = 0
    runs: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    missed: int = 0
    failed_within: float = 0.0
    tables: int = 0

    def line(self) -> str:
        """The outcome in one line."""
        killed = ", ".join(f"{count} {victim}" for victim, count in sorted(self.killed.items()))
        return (
            f"{'FAULTS' if self.faults else 'ok'}, {self.uploads} uploads, {self.runs} runs, "
            f"killed {killed or 'nothing'} ({self.missed} not met), "
            f"dead runs failed within {self.failed_within:.0f} s, {self.tables} tables equal"
        )


def disturb(
    folder: Path, seed: int, *, uploads: int, kills: int, victims: tuple[str, ...] = VICTIMS
) -> Outcome:
    """Let uploads go through a stack below `folder` while its processes are killed."""
    choice = random.Random(seed)
    dropped = write_uploads(folder / "uploads", uploads, choice)
    monitoring = {"run_monitoring": {"poll_interval_seconds": MONITORING_SECONDS}}
    stack = Stack(folder, postgres=True, settings=settings_for_faults(), dagster=monitoring)
    with stack:
        stack.start(*(name for name in PROGRAMS if name in victims))
        stop_training(stack)
        stack.supervise()
        disturbance = Disturbance(stack, choice, dropped, kills, victims)
        disturbance.run()
        patience = uploads * _PER_UPLOAD + kills * _PER_KILL
        wait(lambda: quiet(stack), patience, "all uploads to be done", every=2.0)
        outcome = Outcome(
            uploads=len(kept_uploads(stack.home)),
            runs=len(builds(stack)),
            killed=Counter(one.victim for one in disturbance.killed),
            missed=len(disturbance.missed),
        )
        _hold(stack, disturbance, outcome)
    _compare(stack.home, folder / "undisturbed", outcome)
    return outcome


def _hold(stack: Stack, disturbance: Disturbance, outcome: Outcome) -> None:
    """What must hold while the stack still runs."""
    outcome.faults += unreported(stack, disturbance.uploads)
    late = seconds_until_failed(stack, disturbance.killed)
    outcome.failed_within = max(late.values(), default=0.0)
    outcome.faults += [
        f"run {run} stayed started for {seconds:.0f} s without a worker"
        for run, seconds in late.items()
        if seconds > FAILED_WITHIN
    ]
    with stack.instance() as instance:
        outcome.faults += [f"a slot is held: {slot}" for slot in held_slots(instance)]

    def none_left() -> bool:
        left = orphans(stack)
        assert not left, "; ".join(left)
        return True

    wait(none_left, ORPHANS_WITHIN, "processes without a program to end", every=1.0)


def _compare(home: Path, undisturbed: Path, outcome: Outcome) -> None:
    """What must hold of the files."""
    outcome.faults += [f"torn: {fault}" for fault in torn(home)]
    outcome.faults += [f"missing page: {page}" for page in missing_pages(home)]
    build_undisturbed(home, undisturbed)
    missing = complete_uploads(undisturbed) - complete_uploads(home)
    outcome.faults += [f"{name} is not complete" for name in sorted(missing)]
    outcome.faults += differing_tables(home, undisturbed)
    outcome.tables = len(list(undisturbed.glob("tables/*/*/*/*.parquet")))
