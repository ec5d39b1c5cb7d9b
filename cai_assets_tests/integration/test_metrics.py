"""The whole way of a figure: a run of `cai serve`, the exporter, Prometheus, the dashboards."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from cai_assets.intake.inbox import put
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.integration.stack import (
    HOST,
    REPOSITORY,
    Turn,
    http,
    needs,
    program,
    spare_port,
    wait,
)
from cai_assets_tests.monitoring.test_grafana import FILES, expressions

pytestmark = [
    needs("prometheus"),
    pytest.mark.skipif(sys.platform == "win32", reason="ends programs by POSIX signals"),
]

_STARTS, _BUILDS = 120.0, 240.0


@dataclass
class Monitored:
    """A `cai serve` with its exporter, watched by a Prometheus."""

    folder: Path
    web: int
    metrics: int
    prometheus: int
    served: subprocess.Popen[bytes]
    watching: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What all programs of the stack printed."""
        return self.folder / "serve.log"

    def said(self) -> str:
        """The text of the log."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def scrape(self) -> str:
        """What the exporter answers."""
        status, text = http(f"http://{HOST}:{self.metrics}/metrics")
        assert status == 200
        return text

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What Prometheus answers now."""
        asked = urllib.parse.urlencode({"query": expression})
        status, text = http(f"http://{HOST}:{self.prometheus}/api/v1/query?{asked}")
        assert status == 200, f"{expression}: {text}"
        found: list[dict[str, Any]] = json.loads(text)["data"]["result"]
        return found

    def value(self, expression: str) -> float:
        """The only value of an expression. Raises if there is none, or several."""
        (found,) = self.query(expression)
        return float(found["value"][1])


def prometheus_files(folder: Path, metrics: int, own: int) -> Path:
    """The configuration of docker/ for this machine: other places, and faster; nothing else."""
    shutil.copytree(REPOSITORY / "docker" / "prometheus", folder)
    page = folder / "prometheus.yml"
    text = page.read_text(encoding="utf-8")
    for before, after in (
        ("metrics:9464", f"{HOST}:{metrics}"),
        ("localhost:9090", f"{HOST}:{own}"),
        ("scrape_interval: 15s", "scrape_interval: 3s"),
        ("scrape_timeout: 10s", "scrape_timeout: 3s"),
        ("evaluation_interval: 15s", "evaluation_interval: 2s"),
    ):
        assert before in text
        text = text.replace(before, after)
    page.write_text(text, encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    """A stack in which a configuration has been built while Prometheus looked."""
    turn = Turn()
    turn.take()
    folder = tmp_path_factory.mktemp("monitored")
    web, metrics, own = spare_port(), spare_port(), spare_port()
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("CAI_", "DAG"))
    } | {
        "CAI_LANG": "en",
        "CAI_LOG_FORMAT": "json",
        "CAI_SETTLE_SECONDS": "0",
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUTF8": "1",
    }
    command = [
        sys.executable, "-m", "cai_assets.cli", "--data", str(folder / "home"),
        "serve", "--port", str(web), "--metrics-port", str(metrics),
    ]  # fmt: skip
    with (folder / "serve.log").open("wb") as log:
        served = subprocess.Popen(
            command, stdout=log, stderr=log, env=variables, cwd=folder, start_new_session=True
        )
    stack = Monitored(folder, web, metrics, own, served)
    try:
        wait(lambda: "Ready: " in stack.said(), _STARTS, "cai serve to be ready")
        wait(stack.scrape, 30, "the exporter to answer")
        page = prometheus_files(folder / "prometheus", metrics, own)
        with (folder / "prometheus.log").open("wb") as log:
            stack.watching = subprocess.Popen(
                [
                    str(program("prometheus")), f"--config.file={page}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address={HOST}:{own}",
                ],
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait(lambda: stack.query("cai_runs_total"), 60, "a first scrape by Prometheus")
        project = EdtProject(folder / "trade", "Trade")
        project.object("Catalog", "Товары")
        project.common_module("Продажи", "Процедура А() Экспорт\nКонецПроцедуры\n")
        put(project.root, Settings(home=folder / "home").inbox)
        wait(
            lambda: stack.value('sum(cai_runs_total{state="success"})') >= 1,
            _BUILDS,
            "Prometheus to see a green run",
            every=1,
        )
        wait(lambda: stack.query("cai_findings_open"), 60, "the events of the run to be read")
        # What lies on disk is read every 15 s.
        wait(lambda: stack.value("cai_upload_built") == 1, 60, "the tables to be found")
        yield stack
    finally:
        if stack.watching is not None:
            stack.watching.terminate()
            stack.watching.wait(30)
        below = psutil.Process(served.pid).children(recursive=True)
        served.send_signal(signal.SIGTERM)
        served.wait(60)
        for one in psutil.wait_procs(below, timeout=30)[1]:
            one.kill()
        turn.give_back()


def expression_of(title: str) -> str:
    """The expression of a panel of the overview."""
    (path,) = (path for path in FILES if path.stem == "overview")
    panels = json.loads(path.read_text(encoding="utf-8"))["panels"]
    (found,) = (panel for panel in panels if panel["title"] == title)
    expression: str = found["targets"][0]["expr"]
    return expression


def test_prometheus_tells_the_success_rate_after_a_run(monitored: Monitored) -> None:
    assert monitored.value(expression_of("Успешных за сутки")) == 1.0
    assert monitored.value('sum(cai_runs_total{state="failure"})') == 0
    assert monitored.query('up{job="cai"} == 0') == []


def test_prometheus_tells_that_the_daemon_lives(monitored: Monitored) -> None:
    assert monitored.value("min(cai_daemon_up)") == 1
    assert monitored.value("max(time() - cai_daemon_heartbeat_timestamp_seconds)") < 120


def test_prometheus_tells_the_age_of_assets(monitored: Monitored) -> None:
    for group in ("parsed_configuration", "best_practices", "documentation"):
        age = f'time() - cai_asset_materialized_timestamp_seconds{{group="{group}"}}'
        assert 0 <= monitored.value(age) < _BUILDS + 60
    assert monitored.value("cai_upload_built") == 1
    assert monitored.value("cai_configuration_objects") > 1
    assert monitored.value('cai_uploads_total{result="accepted"}') == 1


def test_steps_and_runs_have_durations(monitored: Monitored) -> None:
    steps = monitored.query("cai_step_duration_seconds_count")
    assert {"parsed_configuration", "best_practices", "documentation"} <= {
        found["metric"]["step"] for found in steps
    }
    assert monitored.value("sum(cai_run_duration_seconds_sum)") > 0
    assert monitored.value("sum(cai_run_wait_seconds_count)") == 1


def test_every_panel_asks_what_prometheus_answers(monitored: Monitored) -> None:
    empty = [one for path in FILES for one in expressions(path) if not monitored.query(one)]
    # Nothing was trained, nothing waits, nothing is wrong; the run was too short for rates.
    unexpected = [
        one for one in empty if not re.search(r"cai_model|ALERTS|== 0|queued_timestamp|rate\(", one)
    ]
    assert unexpected == []


def test_no_alert_is_raised_and_no_rule_fails(monitored: Monitored) -> None:
    status, text = http(f"http://{HOST}:{monitored.prometheus}/api/v1/rules")
    assert status == 200
    rules = [rule for group in json.loads(text)["data"]["groups"] for rule in group["rules"]]
    assert len(rules) > 10
    assert {rule["health"] for rule in rules} == {"ok"}
    assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []


def test_what_the_exporter_answers_is_clean(monitored: Monitored) -> None:
    text = monitored.scrape()
    assert "cai_scrape_errors_total" in text
    assert re.findall(r"^cai_scrape_errors_total\{.*\} [^0].*$", text, re.MULTILINE) == []
    if program("promtool"):
        done = subprocess.run(
            ["promtool", "check", "metrics"],
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_exporter_takes_little_memory(monitored: Monitored) -> None:
    (exporter,) = (
        process
        for process in psutil.Process(monitored.served.pid).children()
        if any(
            one.status == psutil.CONN_LISTEN and one.laddr.port == monitored.metrics
            for one in process.net_connections("inet")
        )
    )
    assert exporter.memory_full_info().pss < 120 * 2**20


def test_each_line_of_the_log_is_json_and_those_of_the_run_name_it(monitored: Monitored) -> None:
    lines = monitored.said().splitlines()
    plain = [one for one in lines if not one.startswith("{")]
    # What `cai` itself says to a person.
    assert [
        one
        for one in plain
        if one and not re.match(r"Starting|Ready: |Metrics: |Put |  |Stop|Web |Inbox", one)
    ] == []
    found = [json.loads(one) for one in lines if one.startswith("{")]
    assert all({"time", "level", "logger", "message"} <= set(one) for one in found)
    of_run = [one for one in found if "run_id" in one]
    assert {one["job"] for one in of_run} == {"build_configuration"}
    assert {one["configuration"] for one in of_run} == {"Trade"}
    assert all(one["upload"].startswith("000001-") for one in of_run)
    assert "parsed_configuration" in {one.get("step") for one in of_run}
    assert "inbox" in {one.get("automation") for one in found}
