"""The pipelines as Airflow DAGs; the benchmark puts this into a folder of DAGs."""

from __future__ import annotations

import sys

sys.path.insert(0, "@FOLDER@")
from airflow.sdk import DAG, task  # type: ignore[import-not-found]
from shapes import SHAPES, Step, burn


def dag(shape: str, steps: tuple[Step, ...]) -> DAG:
    """All steps of a shape."""
    with DAG(shape, schedule=None, catchup=False) as made:
        tasks = {one.name: task(burn, task_id=one.name)(one.seconds) for one in steps}
        for one in steps:
            for name in one.after:
                tasks[name] >> tasks[one.name]
    return made


eight = dag("eight", SHAPES["eight"])
six = dag("six", SHAPES["six"])
