"""Names, units and labels of the metrics: by Prometheus' rules, and as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cai_assets.defs.metrics.catalogue import METRICS, SOURCES, Metric, describe

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_follow_prometheus(metric: Metric) -> None:
    assert re.fullmatch(r"cai_[a-z][a-z_]*[a-z]", metric.name)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert not re.search(r"_(milliseconds|minutes|kilobytes|mib|count|sum|bucket)$", metric.name)
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert list(metric.buckets) == sorted(metric.buckets)
    assert metric.kind != "histogram" or metric.unit == "seconds"
    assert metric.help and not metric.help.endswith(".")


def test_names_are_given_once_and_every_part_has_a_source() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    assert {metric.part for metric in METRICS} == set(SOURCES)


def test_labels_are_few_and_of_few_values() -> None:
    # No run, upload, file, routine or message: their number grows with use.
    known = {
        "job_name", "state", "step", "configuration", "group", "asset", "check", "severity",
        "blocking", "daemon", "kind", "name", "result", "model", "metric", "contender", "part",
        "folder", "version", "dagster", "python",
    }  # fmt: skip
    assert {label for metric in METRICS for label in metric.labels} <= known


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("cai_run_wait_seconds", "seconds"),
        ("cai_disk_free_bytes", "bytes"),
        ("cai_daemon_heartbeat_timestamp_seconds", "seconds since 1970"),
        ("cai_runs_total", ""),
    ],
)
def test_the_unit_is_that_of_the_name(name: str, unit: str) -> None:
    (metric,) = (metric for metric in METRICS if metric.name == name)
    assert metric.unit == unit


def test_the_page_lists_every_metric_as_the_code_does() -> None:
    page = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    written = page.partition("<!-- metrics -->\n")[2].partition("<!-- /metrics -->")[0]
    assert written == describe(), "python -m cai_assets.defs.metrics.catalogue writes it"
