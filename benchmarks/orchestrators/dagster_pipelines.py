"""The pipelines as Dagster jobs on the platform's own executor."""

from __future__ import annotations

from typing import Any

import dagster as dg
from shapes import CORES, SHAPES, Step, burn

from cai_assets.defs.executors import step_processes, warm_up

warm_up()


def asset(shape: str, step: Step) -> dg.AssetsDefinition:
    """A step as an asset that depends on what it comes after."""

    @dg.asset(
        key=[shape, step.name],
        deps=[dg.AssetKey([shape, name]) for name in step.after],
        group_name=shape,
    )
    def compute() -> None:
        burn(step.seconds)

    return compute


def job(shape: str) -> Any:
    """All steps of a shape."""
    return dg.define_asset_job(
        shape, dg.AssetSelection.groups(shape), executor_def=step_processes(CORES)
    )


defs = dg.Definitions(
    assets=[asset(shape, step) for shape, steps in SHAPES.items() for step in steps],
    jobs=[job(shape) for shape in SHAPES],
)
