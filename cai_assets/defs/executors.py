"""A process per step, started fast: from a forkserver that has done a step's imports already.

Windows has no forkserver and spawns. See `docs/dagster.md` for the measured difference.
"""

from __future__ import annotations

import multiprocessing
from typing import Any

import dagster as dg

PRELOAD = "cai_assets.defs.preload"


def start_method() -> dict[str, Any]:
    """The run config of the executor's `start_method` for this platform."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        return {"forkserver": {"preload_modules": [PRELOAD]}}
    return {"spawn": {}}


def step_processes(max_concurrent: int) -> dg.ExecutorDefinition:
    """An executor that runs up to `max_concurrent` steps at a time, each in its own process."""
    return dg.multiprocess_executor.configured(
        {"max_concurrent": max_concurrent, "start_method": start_method()},
        name="step_processes",
    )
