"""What every process of a run or step needs, loaded once into the process they are forked from.

Only `executors.py` names this module; forkservers import it, and workers of Celery. Whatever a
step would import lazily costs each step anew unless it is here; `python -X importtime` in a step
shows what is missing. Others are forks of this process, so no thread and no connection may stay
behind.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os

from cai_assets.defs.forks import forks_begin_here
from cai_assets.defs.history.sqlite import know_revisions

MODULES = (
    "dagster._core.executor.multiprocess",
    # What opens the instance, creates the plan and runs it in a step's process.
    "dagster._core.instance.factory",
    "dagster._core.execution.api",
    "dagster._core.secrets.env_file",
    "dagster._core.storage.local_compute_log_manager",
    "dagster._core.storage.migration.utils",
    "dagster._core.storage.root",
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


def preload() -> None:
    """Import and resolve once what steps need; leave only memory behind."""
    forks_begin_here()
    for name in MODULES:
        importlib.import_module(name)
    _resolve_definitions()
    _import_storages()
    know_revisions()
    _import_object_store()
    gc.collect()
    # Forks share these pages with this process as long as the collector leaves them alone.
    gc.freeze()


def _resolve_definitions() -> None:
    from cai_assets.definitions import defs

    defs.get_repository_def().load_all_definitions()


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
    # A forkserver that dies takes its runs with it. Without the preload they are slower, and if
    # the fault is in the definitions, they report it themselves.
    logging.getLogger(__name__).warning("Runs and steps will start slowly", exc_info=True)
