"""The job `clean_up`, one op, and the schedule that starts it every night."""

# No `from __future__ import annotations`: Dagster takes annotations of the op as they stand.

import shutil
import time
from collections.abc import Callable
from typing import Any

import dagster as dg

from cai_assets.defs.cleanup.disk import (
    in_use,
    not_built,
    prune_experiments,
    prune_uploads,
    tidy_mirrors,
)
from cai_assets.defs.cleanup.history import makers, remove_logs, remove_runs
from cai_assets.defs.names import CLEAN_UP
from cai_assets.defs.resources import Uploads
from cai_assets.intake.files import remove_tree
from cai_assets.intake.quarantine import prune_quarantine
from cai_assets.intake.store_inbox import FETCHED
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.settings import Settings

CLEAN = "clean_every_night"

_DAY_SECONDS = 24 * 3600.0
_NIGHT_SECONDS = 1800.0


class Cleaning:
    """One night's work: parts that do not depend on each other, and what each removed."""

    def __init__(
        self,
        instance: dg.DagsterInstance,
        settings: Settings,
        uploads: Uploads,
        snapshots: Snapshots,
    ) -> None:
        self.removed: dict[str, int] = {}
        self.problems: list[str] = []
        self._instance = instance
        self._settings = settings
        self._uploads = uploads
        self._snapshots = snapshots

    def run(self, now: float) -> None:
        """Do all parts; a part that fails is a problem and stops no other. `now` in seconds."""
        self._uploads.root.prepare()
        for part in (
            self._prune_uploads,
            self._prune_experiments,
            lambda: self._remove_runs(now),
            lambda: self._remove_refusals(now),
            self._tidy_mirrors,
        ):
            self._attempt(part)

    def _attempt(self, part: Callable[[], None]) -> None:
        try:
            part()
        except Exception as error:  # whatever it is, the other parts still make room
            self.problems.append(f"{type(error).__name__}: {error}")

    def _prune_uploads(self) -> None:
        keep, attempts = self._settings.keep_uploads, self._settings.attempts
        sources, tables = prune_uploads(
            self._instance, self._snapshots, self._uploads, keep, attempts
        )
        self.removed |= {"uploads": sources, "uploads' tables": tables}

    def _prune_experiments(self) -> None:
        names = self._snapshots.configurations()
        keep = self._settings.keep_experiments
        self.removed["experiments"] = prune_experiments(self._settings.models, names, keep)

    def _remove_runs(self, now: float) -> None:
        before = now - self._settings.keep_run_days * _DAY_SECONDS
        needed = not_built(self._snapshots, self._uploads) | in_use(self._instance)
        deadline = time.monotonic() + _NIGHT_SECONDS
        self.removed["runs"] = remove_runs(self._instance, before, needed, deadline)
        kept = makers(self._instance)
        self.removed["logs"] = remove_logs(self._instance, before, kept)

    def _remove_refusals(self, now: float) -> None:
        days = self._settings.keep_quarantine_days
        self.removed["refusals"] = prune_quarantine(self._uploads.root, days * _DAY_SECONDS, now)

    def _tidy_mirrors(self) -> None:
        removed, problems = tidy_mirrors(self._uploads.root, self._settings.git_sources)
        self.removed["mirrors"] = removed
        self.problems += problems
        if not self._settings.inbox_url:
            remove_tree(self._uploads.root.path / FETCHED)


@dg.op(
    name="remove_leftovers",
    description="Removes what nobody needs any more and says what it was.",
)
def remove_leftovers(
    context: dg.OpExecutionContext,
    settings: dg.ResourceParam[Settings],
    uploads: dg.ResourceParam[Uploads],
    snapshots: dg.ResourceParam[Snapshots],
) -> None:
    """Clean up; fails at the end if a part of it could not be done."""
    cleaning = Cleaning(context.instance, settings, uploads, snapshots)
    free = shutil.disk_usage(settings.root).free
    cleaning.run(time.time())
    freed = shutil.disk_usage(settings.root).free - free
    context.log.info(", ".join(f"{name}: {count}" for name, count in cleaning.removed.items()))
    metadata: dict[str, Any] = {**cleaning.removed, "bytes freed": freed}
    if cleaning.problems:
        raise dg.Failure("; ".join(cleaning.problems), metadata=metadata)
    context.add_output_metadata(metadata)


def clean_up_job() -> dg.JobDefinition:
    """The job, in one process: there is nothing to do side by side."""

    @dg.job(
        name=CLEAN_UP,
        executor_def=dg.in_process_executor,
        description=(
            "Removes old runs with their events and logs, uploads and experiments beyond their "
            "number, old refusals, and what git left. Never the latest result of anything."
        ),
    )
    def clean_up() -> None:
        remove_leftovers()

    return clean_up


def clean_up_schedule(job: dg.JobDefinition, settings: Settings) -> dg.ScheduleDefinition:
    """The schedule of `job`. On unless somebody stops it."""
    return dg.ScheduleDefinition(
        name=CLEAN,
        job=job,
        cron_schedule=settings.clean_at,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Runs {CLEAN_UP}, so that nothing on disk grows without limit.",
    )
