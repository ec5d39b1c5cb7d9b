"""What every step's process needs, loaded once into the forkserver that steps are forked from.

Only `executors.py` names this module, and only forkservers import it. Whatever a step would
import lazily costs each step anew unless it is here; `python -X importtime` in a step shows what
is missing. Every step is a fork of this process, so no thread and no connection may stay behind.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os

MODULES = (
    # What a step's process imports first.
    "dagster._core.executor.multiprocess",
    "dagster._core.executor.child_process_executor",
    "dagster._core.execution.api",
    "dagster._core.execution.plan.execute_plan",
    "dagster._core.system_config.composite_descent",
    "dagster._grpc.impl",
    # The storages that `dagster.yaml` names, and what they load when they are opened.
    "dagster._core.instance.factory",
    "dagster._core.instance.runs.run_domain",
    "dagster._core.launcher.default_run_launcher",
    "dagster._core.run_coordinator.queued_run_coordinator",
    "dagster._core.secrets.env_file",
    "dagster._core.secrets.loader",
    "dagster._core.storage.local_compute_log_manager",
    "dagster._core.storage.migration.utils",
    "dagster._core.storage.root",
    "dagster._core.storage.sqlite_storage",
    "sqlalchemy.dialects.sqlite",
    "alembic.runtime.migration",
    # What assets compute with, beyond what their own modules import at the top.
    "pyarrow.acero",
    "pyarrow.compute",
    "pyarrow.dataset",
    "pyarrow.parquet",
)


def preload() -> None:
    """Import, resolve and open once what steps need; leave only memory behind."""
    for name in MODULES:
        importlib.import_module(name)
    _resolve_jobs()
    _open_instance()
    gc.collect()
    # Steps share these pages with the forkserver as long as the collector leaves them alone.
    gc.freeze()


def _resolve_jobs() -> None:
    from cai_assets.definitions import defs

    repository = defs.get_repository_def()
    for name in repository.job_names:
        repository.get_job(name)


def _open_instance() -> None:
    """Open the storages once, so that drivers and dialects are loaded which settings choose."""
    import dagster as dg

    # Without DAGSTER_HOME the storage is SQLite, whose modules are named above.
    if not os.environ.get("DAGSTER_HOME"):
        return
    with dg.DagsterInstance.get() as instance:
        instance.get_runs(limit=1)
        instance.get_event_records(
            dg.EventRecordsFilter(dg.DagsterEventType.ASSET_MATERIALIZATION), limit=1
        )


try:
    preload()
except Exception:
    # A forkserver that dies takes the run with it. Without the preload a step is slower, and
    # if the fault is in the definitions, the step itself reports it.
    logging.getLogger(__name__).warning("Steps will start slowly", exc_info=True)
