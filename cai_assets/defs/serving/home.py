"""The folder of Dagster's history for `cai serve`: its settings, its databases, its lock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cai_assets.defs.instance import sqlite_storage
from cai_assets.intake.files import FolderLock, write_atomic
from cai_assets.settings import Settings

INSTANCE_FILE = "dagster.yaml"
LOCK_FILE = "serve.lock"

_WRITTEN = "# Written by `cai serve` at each start. To use your own, set DAGSTER_HOME.\n"
_OUR_FOLDERS = ("storage", "local_artifact_storage", "compute_logs")
"""Keys of the project's file that only keep `dagster dev` to the folder that is meant here."""

_MAKE_DATABASES = """
import dagster as dg
with dg.DagsterInstance.get() as instance:
    instance.get_runs(limit=1)
    instance.all_instigator_state()
    instance.get_asset_keys(limit=1)
"""
_CREATION_SECONDS = 120.0


def prepare(settings: Settings) -> Path:
    """The history's folder, named in DAGSTER_HOME from now on, with its databases made.

    Programs that start together on an empty folder would each try to make the same tables.
    Raises FileNotFoundError if Dagster's settings are nowhere, RuntimeError if the databases
    cannot be made.
    """
    given = os.environ.get("DAGSTER_HOME")
    if given:
        home = Path(given)
    else:
        home = settings.dagster
        home.mkdir(parents=True, exist_ok=True)
        write_atomic(home / INSTANCE_FILE, _instance_settings(home).encode())
        os.environ["DAGSTER_HOME"] = str(home)
    # In a process of its own: who forks later must hold no connection and no thread.
    made = subprocess.run(
        [sys.executable, "-c", _MAKE_DATABASES], timeout=_CREATION_SECONDS, check=False
    )
    if made.returncode != 0:
        raise RuntimeError(
            f"Dagster's history in {home} cannot be opened; "
            f"see above, and `storage` in {home / INSTANCE_FILE}"
        )
    return home


def lock(home: Path) -> FolderLock | None:
    """The right to be the one stack on this history; None if another has it.

    Two daemons on one history would both act on every tick.
    """
    held = FolderLock(home / LOCK_FILE)
    return held if held.try_acquire() else None


def _instance_settings(home: Path) -> str:
    import yaml

    settings: dict[str, Any] = yaml.safe_load(_project_file().read_text(encoding="utf-8"))
    for key in _OUR_FOLDERS:
        settings.pop(key, None)
    settings["storage"] = sqlite_storage(str(home.absolute()))
    return _WRITTEN + str(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False))


def _project_file() -> Path:
    """The project's `dagster.yaml`: in a checkout beside the package, in a wheel inside it."""
    package = Path(__file__).parents[2]
    for folder in (package.parent, package):
        if (folder / INSTANCE_FILE).exists():
            return folder / INSTANCE_FILE
    raise FileNotFoundError(f"{INSTANCE_FILE} is missing beside {package}; install cai-assets anew")
