"""Dashboards are what their program makes, ask for what is exported, and fit together."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from cai_assets.defs.metrics.catalogue import METRICS
from cai_assets_tests.integration.stack import needs
from cai_assets_tests.monitoring.promql import names_in

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docker" / "grafana"
FILES = sorted((FOLDER / "dashboards").glob("*.json"))


def program() -> ModuleType:
    """The program that makes the dashboards; it belongs to no package."""
    spec = importlib.util.spec_from_file_location("grafana_make", FOLDER / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def panels(path: Path) -> list[dict[str, Any]]:
    """All panels but headings."""
    return [panel for panel in load(path)["panels"] if panel["type"] != "row"]


def expressions(path: Path) -> Iterator[str]:
    """Every expression of a dashboard, variables filled in."""
    for panel in panels(path):
        for target in panel["targets"]:
            yield re.sub(r"\$\w+", ".*", target["expr"])


def test_the_files_are_what_the_program_makes() -> None:
    made = program()
    assert {path.stem for path in FILES} == set(made.DASHBOARDS)
    for path in FILES:
        assert path.read_text(encoding="utf-8") == made.text(made.DASHBOARDS[path.stem]), path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dashboard_asks_for_metrics_that_are_exported_with_labels_they_have(path: Path) -> None:
    labels = {metric.name: set(metric.labels) for metric in METRICS}
    for expression in expressions(path):
        names = names_in(expression) - {"ALERTS"}
        assert names <= set(labels), expression
        for name, inside in re.findall(r"(cai_\w+)\{([^}]*)\}", expression):
            asked = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", inside))
            plain = re.sub(r"_(bucket|sum|count)$", "", name)
            assert asked <= labels[name if name in labels else plain], expression


def test_what_is_exported_is_shown_or_only_tells_of_the_exporter() -> None:
    shown = set().union(*(names_in(one) for path in FILES for one in expressions(path)))
    assert {metric.name for metric in METRICS} - shown == {
        "cai_automation_running",
        "cai_build_info",
        "cai_configurations",
        "cai_daemon_changes_total",
        "cai_daemon_errors",
        "cai_inbox_oldest_timestamp_seconds",
        "cai_read_timestamp_seconds",
        "cai_run_started_timestamp_seconds",
        "cai_steps_total",
        "cai_tick_timestamp_seconds",
    }, "a new metric belongs on a dashboard, or into this list: alerts and people ask for these"


@needs("promtool")
def test_every_expression_is_promql(tmp_path: Path) -> None:
    found = [one for path in FILES for one in expressions(path)]
    rules = [{"record": f"cai:{number}", "expr": one} for number, one in enumerate(found)]
    page = tmp_path / "rules.yml"
    page.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}), "utf-8")
    done = subprocess.run(
        ["promtool", "check", "rules", str(page)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"SUCCESS: {len(found)} rules found" in done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_panels_have_ids_of_their_own_and_do_not_overlap(path: Path) -> None:
    everything = load(path)["panels"]
    assert len({panel["id"] for panel in everything}) == len(everything)
    cells = [
        (x, y)
        for panel in everything
        for grid in [panel["gridPos"]]
        for x in range(grid["x"], grid["x"] + grid["w"])
        for y in range(grid["y"], grid["y"] + grid["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_panels_are_in_russian_and_name_their_metrics(path: Path) -> None:
    assert re.search("[а-я]", load(path)["title"])
    for panel in panels(path):
        assert re.search("[а-я]", panel["title"]), panel["title"]
        for target in panel["targets"]:
            for name in names_in(re.sub(r"\$\w+", ".*", target["expr"])):
                assert f"`{name}`" in panel["description"]


def test_all_read_the_source_that_is_provisioned() -> None:
    sources = yaml.safe_load(
        (FOLDER / "provisioning" / "datasources" / "prometheus.yaml").read_text(encoding="utf-8")
    )
    (source,) = sources["datasources"]
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    assert set(re.findall(r'"uid": "(cai-prom\w*)"', text)) == {source["uid"]}
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))
    assert source["url"] == "http://prometheus:9090"
    assert "prometheus" in compose["services"]


def test_the_folder_of_dashboards_is_the_one_that_compose_mounts() -> None:
    provider = yaml.safe_load(
        (FOLDER / "provisioning" / "dashboards" / "cai.yaml").read_text(encoding="utf-8")
    )["providers"][0]
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))
    mounted = compose["services"]["grafana"]["volumes"]
    assert f"./grafana/dashboards:{provider['options']['path']}:ro" in mounted
    assert len({load(path)["uid"] for path in FILES}) == len(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_choice_is_given_where_it_is_asked_for(path: Path) -> None:
    made = load(path)
    given = {variable["name"] for variable in made["templating"]["list"]}
    asked = set(re.findall(r"\$(\w+)", json.dumps([panel["targets"] for panel in panels(path)])))
    assert asked == given


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("sum by (state) (cai_runs_active)", {"cai_runs_active"}),
        ('up{job="cai"} == 0 and on (x) time() - a_b > 5', {"up", "a_b"}),
        ("histogram_quantile(0.95, sum by (le) (rate(x_seconds_bucket[1h])))", {"x_seconds"}),
        ("a offset 30m >= b or max(c) > 1e3", {"a", "b", "c"}),
        ('a{x="b{c}"} unless ignoring (d) e', {"a", "e"}),
    ],
)
def test_names_are_found_in_expressions(expression: str, names: set[str]) -> None:
    assert names_in(expression) == names
