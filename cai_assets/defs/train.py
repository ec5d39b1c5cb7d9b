"""One training on this machine: what `cai train` does, recorded where the web UI will find it.

The same job as every night, with a process per step, so that models train side by side.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

import dagster as dg

from cai_assets.defs import build_defs
from cai_assets.defs.jobs import TRAIN_MODELS
from cai_assets.defs.partitions import CONFIGURATIONS, PARTITION_TAG, UPLOAD_TAG
from cai_assets.defs.run import first_failure
from cai_assets.learning.catalogue import MODELS
from cai_assets.settings import Settings


@dataclass(frozen=True, slots=True)
class TrainResult:
    """How a training ended. `error` is the first failure in words."""

    run_id: str
    success: bool
    seconds: float
    error: str = ""


def training_job() -> Any:
    """The job as each of its processes makes it, from the settings of the environment.

    Whatever `CAI_EXECUTOR` says: who trains from a command line trains on this machine.
    """
    return build_defs(Settings(executor="processes")).resolve_job_def(TRAIN_MODELS)


def train(
    configuration: str,
    upload: str,
    settings: Settings,
    instance: dg.DagsterInstance,
    *,
    anew: bool = False,
) -> TrainResult:
    """Learn from an upload of `configuration` (its slug), each step in its own process.

    Steps read their settings from the environment, so the data root of `settings` is put there.
    With `anew`, models are trained even if nothing has changed. A failed step does not raise.
    """
    started = time.perf_counter()
    os.environ["CAI_HOME"] = str(settings.root)
    if settings.lang:
        os.environ["CAI_LANG"] = settings.lang
    assert CONFIGURATIONS.name is not None
    instance.add_dynamic_partitions(CONFIGURATIONS.name, [configuration])
    config: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    if anew:
        config["ops"] = {model.name: {"config": {"anew": True}} for model in MODELS}
    with dg.execute_job(
        dg.reconstructable(training_job),
        instance,
        run_config=config,
        tags={PARTITION_TAG: configuration, UPLOAD_TAG: upload},
    ) as run:
        return TrainResult(
            run.run_id,
            run.success,
            round(time.perf_counter() - started, 3),
            "" if run.success else first_failure(run.all_events),
        )
