"""Dagster, thin: assets, checks, partitions, jobs, sensors, resources. Logic lives below.

`build_defs` puts them together; a test or the command line calls it with other settings or
with other resources, and gets the same definitions otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dagster as dg

    from cai_assets.settings import Settings


def build_defs(
    settings: Settings | None = None,
    *,
    resource_overrides: Mapping[str, Any] | None = None,
    in_process: bool = False,
) -> dg.Definitions:
    """All definitions for `settings`, by default those of the environment.

    `resource_overrides` replaces resources by name; `in_process` runs all steps in the run's
    own process. Raises if the definitions do not fit together.
    """
    import dagster as dg

    from cai_assets.defs.assets.architecture_analysis import (
        architecture_analysis,
        architecture_trend,
    )
    from cai_assets.defs.assets.best_practices import best_practices
    from cai_assets.defs.assets.changes import changes
    from cai_assets.defs.assets.dependency_analysis import dependency_analysis
    from cai_assets.defs.assets.documentation import documentation
    from cai_assets.defs.assets.ml_dataset import ml_dataset
    from cai_assets.defs.assets.models import experiment_cleanup, model_assets, model_evaluation
    from cai_assets.defs.assets.parsed_configuration import parsed_configuration
    from cai_assets.defs.automation import automation_sensor
    from cai_assets.defs.cleanup.job import clean_up_job, clean_up_schedule
    from cai_assets.defs.executors import executors
    from cai_assets.defs.jobs import build_configuration, train_models
    from cai_assets.defs.resources import resources
    from cai_assets.defs.schedules import retrain_schedule
    from cai_assets.defs.sensors.configured import configured_sensors
    from cai_assets.defs.sensors.inbox import inbox_sensor
    from cai_assets.settings import Settings

    settings = settings or Settings()
    alone = dg.in_process_executor
    executor, learning = (alone, alone) if in_process else executors(settings)
    building, training = build_configuration(executor), train_models(learning)
    cleaning = clean_up_job()
    return dg.Definitions(
        assets=[
            parsed_configuration,
            dependency_analysis,
            architecture_analysis,
            best_practices,
            architecture_trend,
            changes,
            ml_dataset,
            *model_assets,
            model_evaluation,
            experiment_cleanup,
            documentation,
        ],
        jobs=[building, training, cleaning],
        schedules=[retrain_schedule(training, settings), clean_up_schedule(cleaning, settings)],
        sensors=[inbox_sensor(building), automation_sensor(), *configured_sensors(settings)],
        resources={**resources(settings), **(resource_overrides or {})},
        executor=executor,
    )
