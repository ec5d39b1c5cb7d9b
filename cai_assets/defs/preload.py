"""What every step's process needs, loaded once into the forkserver that steps are forked from.

Only `executors.py` names this module; forkservers import it, and workers of Celery. Whatever a
step would import lazily costs each step anew unless it is here; `python -X importtime` in a step
shows what is missing. Every step is a fork of this process, so no thread and no connection may
stay behind.
"""

from __future__ import annotations

import gc
import importlib
import logging
import multiprocessing
import os
import threading
import time

from cai_assets.knowledge.pool import end_with_parent

MODULES = (
    "dagster._core.executor.multiprocess",
    # What opens the instance, creates the plan and runs it in a step's process.
    "dagster._core.instance.factory",
    "dagster._core.execution.api",
    "dagster._core.secrets.env_file",
    "dagster._core.storage.local_compute_log_manager",
    "dagster._core.storage.migration.utils",
    "dagster._core.storage.root",
    "cai_assets.defs.history.sqlite",
    "dagster._core.system_config.composite_descent",
    "sqlalchemy.dialects.sqlite",
    # What assets compute with, beyond what their own modules import at the top. Arrow imports
    # pandas at the first array that is made from a list.
    "pandas",
    "pyarrow.acero",
    "pyarrow.compute",
    "pyarrow.dataset",
    "pyarrow.parquet",
)

_BOOT_SECONDS = 60.0


def preload() -> None:
    """Import and resolve once what steps need; leave only memory behind."""
    for name in MODULES:
        importlib.import_module(name)
    _resolve_jobs()
    _import_storages()
    _import_object_store()
    os.register_at_fork(after_in_child=_end_with_run)
    gc.collect()
    # Steps share these pages with the forkserver as long as the collector leaves them alone.
    gc.freeze()


def _end_with_run() -> None:
    """In a step's process: end it when the process of its run ends, however that ends."""

    def watch() -> None:
        # Whose child it is, a process learns only after the fork.
        deadline = time.monotonic() + _BOOT_SECONDS
        while multiprocessing.parent_process() is None:
            if time.monotonic() > deadline:
                return
            time.sleep(0.1)
        end_with_parent()

    threading.Thread(target=watch, name="waits for its parent's name", daemon=True).start()


def _resolve_jobs() -> None:
    from cai_assets.definitions import defs

    repository = defs.get_repository_def()
    for name in repository.job_names:
        repository.get_job(name)


def _import_storages() -> None:
    """Import the storages of the instance. To open them would save a step nothing more."""
    from dagster._core.instance import InstanceRef

    home = os.environ.get("DAGSTER_HOME")
    if not home:
        return  # SQLite, named above
    ref = InstanceRef.from_dir(home)
    for data in (
        ref.storage_data,
        ref.event_storage_data,
        ref.run_storage_data,
        ref.compute_logs_data,
    ):
        if data is not None:
            importlib.import_module(data.module_name)


def _import_object_store() -> None:
    """Import what reaches the tables where they are in a store; it connects later, in each step."""
    from pathlib import Path

    from cai_assets.settings import Settings

    if not isinstance(Settings().tables, Path):
        importlib.import_module("s3fs")


try:
    preload()
except Exception:
    # A forkserver that dies takes the run with it. Without the preload a step is slower, and
    # if the fault is in the definitions, the step itself reports it.
    logging.getLogger(__name__).warning("Steps will start slowly", exc_info=True)
