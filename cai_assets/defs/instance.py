"""Dagster's history as every program of ours opens it; imports nothing of our own but settings."""

from __future__ import annotations

import os

import dagster as dg
from dagster._core.instance import InstanceRef

from cai_assets.settings import Settings


def sqlite_storage(folder: object) -> dict[str, object]:
    """What stands below `storage` of a `dagster.yaml` for a history in files of a folder."""
    return {
        "custom": {
            "module": "cai_assets.defs.history.sqlite",
            "class": "SqliteHistory",
            "config": {"base_dir": folder},
        }
    }


def postgres_storage(database: dict[str, object]) -> dict[str, object]:
    """The same for a history in PostgreSQL; `database` as Dagster's own storage takes it."""
    return {
        "custom": {
            "module": "cai_assets.defs.history.postgres",
            "class": "PostgresHistory",
            "config": database,
        }
    }


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Dagster's history: that of DAGSTER_HOME, else the one below the data root.

    The folders are those that the project's `dagster.yaml` names, so `dagster dev` shows it.
    """
    if os.environ.get("DAGSTER_HOME"):
        return dg.DagsterInstance.get()
    home = settings.dagster
    home.mkdir(parents=True, exist_ok=True)
    ref = InstanceRef.from_dir(
        str(home),
        overrides={
            "storage": sqlite_storage(str(home)),
            "local_artifact_storage": {
                "module": "dagster._core.storage.root",
                "class": "LocalArtifactStorage",
                "config": {"base_dir": str(home)},
            },
            # What a step prints belongs to the caller's terminal here.
            "compute_logs": {
                "module": "dagster._core.storage.noop_compute_log_manager",
                "class": "NoOpComputeLogManager",
            },
            # Events reach the history whatever their level; this keeps them out of the terminal.
            "python_logs": {"python_log_level": "INFO"},
            "telemetry": {"enabled": False},
        },
    )
    return dg.DagsterInstance.from_ref(ref)
