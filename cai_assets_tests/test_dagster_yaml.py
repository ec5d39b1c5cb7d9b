"""Dagster's settings in the project's folder: valid, and the same folders as the command line's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.instance import InstanceRef

from cai_assets.defs.instance import open_instance
from cai_assets.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The instance that `dagster dev` opens in a folder that holds this `dagster.yaml`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    temporary = tmp_path / ".tmp_dagster_home"
    temporary.mkdir()
    ref = InstanceRef.from_dir(str(temporary), config_dir=str(ROOT))
    with dg.DagsterInstance.from_ref(ref) as opened:
        yield opened


def test_a_run_of_the_command_line_is_seen_by_the_web_server(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    with open_instance(Settings(home=tmp_path / ".cai")) as of_command_line:
        of_command_line.add_dynamic_partitions("configurations", ["Torgovlya"])
    assert instance.get_dynamic_partitions("configurations") == ["Torgovlya"]


def test_nothing_is_written_outside_the_data_folder(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    instance.add_dynamic_partitions("configurations", ["x"])
    instance.get_runs(limit=1)
    assert {path.name for path in tmp_path.iterdir()} == {".cai", ".tmp_dagster_home"}
    assert list((tmp_path / ".tmp_dagster_home").iterdir()) == []


def test_it_asks_nobody_and_tells_nobody(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled
    assert not instance.nux_enabled
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_max_runtime_seconds > 0


def test_the_code_location_has_the_same_name_everywhere() -> None:
    workspace = (ROOT / "workspace.yaml").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (of_workspace,) = re.findall(r"location_name: (\w+)", workspace)
    (of_project,) = re.findall(r'code_location_name = "(\w+)"', project)
    assert of_workspace == of_project == "cai_assets"
