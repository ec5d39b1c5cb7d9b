"""Schedules: models are trained anew every night, for every configuration that is built."""

from __future__ import annotations

from typing import Any

import dagster as dg

from cai_assets.defs.jobs import TRAIN_MODELS
from cai_assets.defs.partitions import CONFIGURATIONS
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.settings import Settings

RETRAIN = "retrain_every_night"


def retrain_schedule(job: Any, settings: Settings) -> dg.ScheduleDefinition:
    """The schedule that asks for a run of `job` per configuration. On unless somebody stops it."""

    @dg.schedule(
        name=RETRAIN,
        job=job,
        cron_schedule=settings.retrain_at,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Runs {TRAIN_MODELS} for every configuration that has tables.",
    )
    def retrain(
        context: dg.ScheduleEvaluationContext, snapshots: dg.ResourceParam[Snapshots]
    ) -> list[dg.RunRequest] | dg.SkipReason:
        assert CONFIGURATIONS.name is not None
        known = set(context.instance.get_dynamic_partitions(CONFIGURATIONS.name))
        names = [name for name in snapshots.configurations() if name in known]
        if not names:
            return dg.SkipReason("no configuration is built yet")
        day = context.scheduled_execution_time.isoformat()
        return [dg.RunRequest(run_key=f"{name}:{day}", partition_key=name) for name in names]

    return retrain
