"""The configuration is valid, and each alert speaks when it should and is silent otherwise."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from cai_assets.defs.metrics.catalogue import METRICS
from cai_assets_tests.integration.stack import needs
from cai_assets_tests.monitoring.promql import names_in

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docker" / "prometheus"
RULES = sorted((FOLDER / "rules").glob("*.yml"))

Series = Mapping[str, str]


def alerts() -> dict[str, dict[str, Any]]:
    """All alerts by name."""
    found = {}
    for path in RULES:
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            for rule in group["rules"]:
                found[rule["alert"]] = rule
    return found


@dataclass(frozen=True)
class Case:
    """Series of a value per `every` minutes; at `minute` the alert speaks for each of `speaks`,
    or is silent."""

    alert: str
    series: Series
    minute: int
    speaks: Sequence[Mapping[str, str]] = ()
    value: str = ""
    every: int = 1


SHOP = {"configuration": "Shop"}
_CHECK = 'cai_check_passed{configuration="Shop",asset="a/b",check="c",severity="%s",blocking="%s"}'
_MADE = 'cai_asset_materialized_timestamp_seconds{configuration="Shop",group="%s"}'
_SCORE = 'cai_model_score{configuration="Shop",model="ranking_model",metric="ndcg",contender="%s"}'
_FAILED = 'cai_runs_total{job_name="build_configuration",state="failure"}'
_QUEUED = 'cai_runs_active{job_name="build_configuration",state="queued"}'
_STARTED = 'cai_run_started_timestamp_seconds{job_name="train_models"}'
_TICKS = 'cai_tick_failures_total{kind="sensor",name="inbox"}'
_FREE, _SIZE = 'cai_disk_free_bytes{folder="home"}', 'cai_disk_size_bytes{folder="home"}'
_CHECKED = {**SHOP, "asset": "a/b", "check": "c"}

CASES = [
    Case("ExporterDown", {'up{job="cai"}': "1 1 0x10"}, 3),
    Case("ExporterDown", {'up{job="cai"}': "1 1 0x10"}, 5, [{"job": "cai"}]),
    Case("MetricsCannotBeRead", {'cai_scrape_errors_total{part="runs"}': "0x5 1x20"}, 20),
    Case(
        "MetricsCannotBeRead",
        {'cai_scrape_errors_total{part="runs"}': "0+4x20"},
        15,
        [{"part": "runs"}],
    ),
    Case("DaemonDown", {'cai_daemon_up{daemon="sensor"}': "1x5 0 1x20"}, 10),
    Case("DaemonDown", {'cai_daemon_up{daemon="sensor"}': "1x5 0x20"}, 10, [{"daemon": "sensor"}]),
    Case("TwoDaemons", {'cai_daemon_changes_total{daemon="sensor"}': "0x5 1x30"}, 12),
    Case(
        "TwoDaemons",
        {'cai_daemon_changes_total{daemon="sensor"}': "0+1x40"},
        30,
        [{"daemon": "sensor"}],
    ),
    Case("TicksFail", {_TICKS: "0x5 1x20"}, 15),
    Case("TicksFail", {_TICKS: "0+1x30"}, 20, [{"kind": "sensor", "name": "inbox"}]),
    Case("AutomationStopped", {'cai_automation_running{kind="sensor",name="inbox"}': "0x90"}, 30),
    Case(
        "AutomationStopped",
        {'cai_automation_running{kind="sensor",name="inbox"}': "0x90"},
        70,
        [{"kind": "sensor", "name": "inbox"}],
    ),
    Case("RunsFail", {_FAILED: "3x60"}, 30),
    Case("RunsFail", {_FAILED: "0x10 1x60"}, 15, [{"job_name": "build_configuration"}]),
    Case("RunsFail", {_FAILED: "0x10 1x60"}, 40),
    Case("RunStuck", {_STARTED: "0x200"}, 60),
    Case("RunStuck", {_STARTED: "0x200"}, 100, [{"job_name": "train_models"}]),
    Case("QueueGrows", {_QUEUED: "5-1x5 0x60", "cai_run_queued_timestamp_seconds": "0x5"}, 50),
    Case(
        "QueueGrows",
        {_QUEUED: "1x20 4x60", "cai_run_queued_timestamp_seconds": "0x80"},
        50,
        [{}],
        "4",
    ),
    Case("InboxNotTaken", {"cai_inbox_oldest_timestamp_seconds": "0x10"}, 10),
    Case("InboxNotTaken", {"cai_inbox_oldest_timestamp_seconds": "0x40"}, 30, [{}]),
    Case("UploadsRefused", {'cai_uploads_total{result="accepted"}': "0+1x30"}, 20),
    Case(
        "UploadsRefused",
        {'cai_uploads_total{result="quarantined"}': "0x10 1x30"},
        15,
        [{"result": "quarantined"}],
    ),
    Case(
        "UploadNotBuilt",
        {
            'cai_upload_built{configuration="Shop"}': "0x200",
            'cai_upload_received_timestamp_seconds{configuration="Shop"}': "0x200",
        },
        90,
    ),
    Case(
        "UploadNotBuilt",
        {
            'cai_upload_built{configuration="Shop"}': "0x200",
            'cai_upload_received_timestamp_seconds{configuration="Shop"}': "0x200",
        },
        130,
        [SHOP],
    ),
    Case("AssetStale", {_MADE % "parsed_configuration": "0x60", _MADE % "changes": "60x60"}, 50),
    Case(
        "AssetStale",
        {_MADE % "parsed_configuration": "9000x60", _MADE % "documentation": "60x60"},
        50,
        [{**SHOP, "group": "documentation"}],
    ),
    Case("AssetStale", {_MADE % "model_evaluation": "0x400"}, 2900, every=10),
    Case(
        "AssetStale",
        {_MADE % "model_evaluation": "0x400"},
        3100,
        [{**SHOP, "group": "model_evaluation"}],
        every=10,
    ),
    Case("BlockingCheckFailed", {_CHECK % ("error", "true"): "1x10"}, 5),
    Case(
        "BlockingCheckFailed",
        {_CHECK % ("error", "true"): "1x3 0x10"},
        5,
        [{**_CHECKED, "severity": "critical", "blocking": "true"}],
    ),
    Case("CheckFailed", {_CHECK % ("warning", "false"): "0x20"}, 15),
    Case(
        "CheckFailed",
        {_CHECK % ("error", "false"): "0x20"},
        15,
        [{**_CHECKED, "blocking": "false"}],
    ),
    Case("ModelScoreDropped", {_SCORE % "latest": "0.78x40", _SCORE % "champion": "0.8x40"}, 30),
    Case(
        "ModelScoreDropped",
        {_SCORE % "latest": "0.7x40", _SCORE % "champion": "0.8x40"},
        30,
        [{**SHOP, "model": "ranking_model", "metric": "ndcg"}],
    ),
    Case("DiskNearlyFull", {_FREE: "20x30", _SIZE: "100x30"}, 20),
    Case("DiskNearlyFull", {_FREE: "5x30", _SIZE: "100x30"}, 20, [{"folder": "home"}], "5%"),
    Case("DiskFullSoon", {_FREE: "2500-10x50", _SIZE: "10000x50"}, 480, every=10),
    Case(
        "DiskFullSoon",
        {_FREE: "2900-30x50", _SIZE: "10000x50"},
        480,
        [{"folder": "home"}],
        every=10,
    ),
]


def annotation(text: str, labels: Mapping[str, str], value: str) -> str:
    """An annotation as Prometheus fills it in."""
    text = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels.get(found[1], ""), text)
    return re.sub(r"\{\{ \$value[^}]*\}\}", value, text)


def expected(case: Case, labels: Mapping[str, str]) -> dict[str, Any]:
    """What promtool has to find: labels of the alert go before those of the series."""
    rule = alerts()[case.alert]
    own: dict[str, str] = {**labels, **rule["labels"]}
    return {
        "exp_labels": own,
        "exp_annotations": {
            name: annotation(text, labels, case.value) for name, text in rule["annotations"].items()
        },
    }


def page_of(cases: Sequence[Case], every: int) -> dict[str, Any]:
    """A file of tests for promtool."""
    return {
        "rule_files": [str(path) for path in RULES],
        "evaluation_interval": f"{every}m",
        "tests": [
            {
                "name": f"{number}: {case.alert} at {case.minute}m",
                "interval": f"{every}m",
                "input_series": [
                    {"series": series, "values": values} for series, values in case.series.items()
                ],
                "alert_rule_test": [
                    {
                        "eval_time": f"{case.minute}m",
                        "alertname": case.alert,
                        "exp_alerts": [expected(case, labels) for labels in case.speaks],
                    }
                ],
            }
            for number, case in enumerate(cases)
        ],
    }


@needs("promtool")
def test_each_alert_speaks_when_it_should_and_is_silent_otherwise(tmp_path: Path) -> None:
    pages = []
    for every in sorted({case.every for case in CASES}):
        page = tmp_path / f"{every}.yml"
        made = page_of([case for case in CASES if case.every == every], every)
        page.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
        pages.append(str(page))
    done = subprocess.run(
        ["promtool", "test", "rules", *pages], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_held_both_ways() -> None:
    assert {case.alert for case in CASES if case.speaks} == set(alerts())
    assert {case.alert for case in CASES if not case.speaks} == set(alerts())


@needs("promtool")
def test_the_configuration_is_valid() -> None:
    done = subprocess.run(
        ["promtool", "check", "config", str(FOLDER / "prometheus.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"SUCCESS: {len(alerts())} rules found" in done.stdout


@pytest.mark.parametrize("name", alerts())
def test_an_alert_says_what_is_wrong_and_leads_to_what_to_do(name: str) -> None:
    rule = alerts()[name]
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert set(rule["annotations"]) == {"summary", "runbook"}
    assert re.search("[а-я]", rule["annotations"]["summary"])
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^## (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert anchor in {slug(heading) for heading in headings}


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and GitLab make it."""
    return re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-")


@pytest.mark.parametrize("name", alerts())
def test_an_alert_asks_for_metrics_that_are_exported(name: str) -> None:
    known = {metric.name for metric in METRICS} | {"up"}
    assert names_in(alerts()[name]["expr"]) <= known


def test_the_exporter_is_scraped_under_the_name_that_the_alerts_use() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    jobs = {job["job_name"]: job["static_configs"] for job in config["scrape_configs"]}
    assert jobs["cai"] == [{"targets": ["metrics:9464"]}]
