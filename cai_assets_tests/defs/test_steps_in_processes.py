"""Steps in their own processes: what is loaded before them, and a real run through Dagster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from cai_assets.defs.executors import PRELOAD
from cai_assets.defs.jobs import BUILD_CONFIGURATION, GROUPS
from cai_assets.defs.partitions import PARTITION_TAG, UPLOAD_TAG
from cai_assets.defs.sensors.inbox import materialized_uploads
from cai_assets.intake.accepting import admit
from cai_assets.intake.uploads import DataRoot
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.settings import Settings
from cai_assets.site.schema import GROUP as DOCUMENTATION
from cai_assets_tests.edt import EdtProject

REPOSITORY = Path(__file__).parents[2]

needs_forkserver = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no forkserver; steps are spawned there"
)


def in_new_process(code: str, home: Path) -> object:
    """Run `code` in a fresh interpreter and return the JSON that it prints last."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=environment(home),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "start slowly" not in done.stderr, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def environment(home: Path) -> dict[str, str]:
    """The variables of a process whose data root and history are below `home`."""
    history = home / "dagster"
    history.mkdir(parents=True, exist_ok=True)
    (history / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    return {
        **os.environ,
        "CAI_HOME": str(home),
        "DAGSTER_HOME": str(history),
        "PYTHONPATH": str(REPOSITORY),
    }


@needs_forkserver
def test_preload_leaves_no_thread_no_connection_and_no_open_database(tmp_path: Path) -> None:
    code = (
        "import gc, json, threading, psutil\n"
        f"import {PRELOAD}\n"
        "me = psutil.Process()\n"
        "print(json.dumps([threading.active_count(), len(me.net_connections()),\n"
        "    [file.path for file in me.open_files() if 'db' in file.path.rpartition('.')[2]],\n"
        "    gc.get_freeze_count() > 0]))\n"
    )
    assert in_new_process(code, tmp_path) == [1, 0, [], True]


@needs_forkserver
def test_step_imports_nothing_that_the_preload_has_not(tmp_path: Path) -> None:
    EdtProject(tmp_path / "source").common_module("Продажи", "// пусто")
    code = (
        f"import {PRELOAD}\n"
        "import json, sys\n"
        "from pathlib import Path\n"
        "from cai_assets.defs.run import materialize_upload\n"
        "from cai_assets.settings import Settings\n"
        "before = set(sys.modules)\n"
        f"result = materialize_upload(Path({str(tmp_path / 'source')!r}), Settings())\n"
        "assert result.success, result.error\n"
        "late = {name for name in set(sys.modules) - before}\n"
        # These create the run and its steps in one process, which a step's process does not.
        "late -= {name for name in late if name.startswith(('dagster._core.execution.execute_in',\n"
        "    'dagster._core.executor.in_process', 'dagster._core.instance.runs'))}\n"
        "heavy = {name for name in late if name.partition('.')[0] in (\n"
        "    'dagster', 'sqlalchemy', 'alembic', 'pandas', 'numpy', 'pyarrow', 'lxml', 'grpc')}\n"
        "print(json.dumps(sorted(heavy)))\n"
    )
    assert in_new_process(code, tmp_path / "home") == []


def test_run_with_a_process_per_step_materializes_the_upload(tmp_path: Path) -> None:
    EdtProject(tmp_path / "source", "Trade").common_module(
        "Продажи", "Процедура Продать() Экспорт\nКонецПроцедуры\n"
    )
    home = tmp_path / "home"
    settings = Settings(home=home)
    upload = admit(DataRoot(settings.root), tmp_path / "source")
    variables = environment(home)
    with dg.DagsterInstance.from_config(variables["DAGSTER_HOME"]) as instance:
        instance.add_dynamic_partitions("configurations", [upload.slug])
        tags = {PARTITION_TAG: upload.slug, UPLOAD_TAG: upload.id}
        command = ["job", "execute", "-m", "cai_assets.definitions", "-j", BUILD_CONFIGURATION]
        done = subprocess.run(
            [sys.executable, "-m", "dagster", *command, "--tags", json.dumps(tags)],
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            env=variables,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "start slowly" not in done.stderr, done.stderr
        (run,) = instance.get_runs()
        assert run.status is dg.DagsterRunStatus.SUCCESS
        started = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_WORKER_STARTED)
        assert {entry.step_key for entry in started} == {
            *GROUPS,
            "architecture_trend",
            DOCUMENTATION,
        }
        assert materialized_uploads(instance, upload.slug) == {upload.id}
    current = Snapshots(settings.tables).current(upload.slug)
    assert current is not None
    assert current.info["rows"]["routines"] == 1
