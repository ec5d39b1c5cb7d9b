"""Every metric by name, unit, labels and source: the exporter, its page and its tests read it here.

Names follow Prometheus: base units in the name, `_total` for what only grows, moments as seconds
since 1970 and not as ages, so that a value does not change while nothing happens. No label is named
`job` or `instance`: Prometheus gives those to whatever it scrapes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]

RUNS, EVENTS, DAEMONS, AUTOMATION = "runs", "events", "daemons", "automation"
CONFIGURATIONS, INTAKE, MODELS, DISK = "configurations", "intake", "models", "disk"
EXPORTER = "exporter"

RUN_SECONDS = (1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 7200.0)
STEP_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
"""Upper bounds of the histograms, seconds."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `part` reads it; `buckets` are the bounds of a histogram."""

    name: str
    kind: Kind
    part: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def unit(self) -> str:
        """What one of it is."""
        base = self.name.removesuffix("_total").removesuffix("_timestamp_seconds")
        if base != self.name.removesuffix("_total"):
            return "seconds since 1970"
        return next((unit for unit in ("seconds", "bytes") if base.endswith(f"_{unit}")), "")


# --- runs ----------------------------------------------------------------------------------------

RUNS_ENDED = Metric(
    "cai_runs_total",
    "counter",
    RUNS,
    "Runs that ended since the exporter started, by how they ended",
    ("job_name", "state"),
)
RUNS_ACTIVE = Metric(
    "cai_runs_active",
    "gauge",
    RUNS,
    "Runs that have not ended; queued is the queue",
    ("job_name", "state"),
)
QUEUED_SINCE = Metric(
    "cai_run_queued_timestamp_seconds",
    "gauge",
    RUNS,
    "Since when the longest waiting run is in the queue; absent if none is",
)
STARTED_SINCE = Metric(
    "cai_run_started_timestamp_seconds",
    "gauge",
    RUNS,
    "Since when the longest working run of a job works; absent if none does",
    ("job_name",),
)

# --- events: how long runs took that ended, what they materialized and checked -------------------

RUN_DURATION = Metric(
    "cai_run_duration_seconds",
    "histogram",
    EVENTS,
    "From the start of a run to its end",
    ("job_name",),
    RUN_SECONDS,
)
RUN_WAIT = Metric(
    "cai_run_wait_seconds",
    "histogram",
    EVENTS,
    "From the creation of a run to its start: queue, launch, imports",
    ("job_name",),
    RUN_SECONDS,
)
STEP_DURATION = Metric(
    "cai_step_duration_seconds",
    "histogram",
    EVENTS,
    "Time of a step, each attempt by itself; read when its run has ended",
    ("job_name", "step"),
    STEP_SECONDS,
)
STEPS_ENDED = Metric(
    "cai_steps_total",
    "counter",
    EVENTS,
    "Attempts at steps that ended, by how",
    ("job_name", "step", "state"),
)
ASSET_MATERIALIZED = Metric(
    "cai_asset_materialized_timestamp_seconds",
    "gauge",
    EVENTS,
    "Latest materialization of a group of assets; its age is time() minus this",
    ("configuration", "group"),
)
CHECK_PASSED = Metric(
    "cai_check_passed",
    "gauge",
    EVENTS,
    "Latest result of an asset check: 1 passed, 0 failed",
    ("configuration", "asset", "check", "severity", "blocking"),
)
FINDINGS_OPEN = Metric(
    "cai_findings_open",
    "gauge",
    EVENTS,
    "Open findings of best practices",
    ("configuration", "severity"),
)

# --- daemons -------------------------------------------------------------------------------------

DAEMON_UP = Metric(
    "cai_daemon_up",
    "gauge",
    DAEMONS,
    "1 if this daemon of Dagster, which the instance needs, gave a heartbeat in the last 3 minutes",
    ("daemon",),
)
DAEMON_HEARTBEAT = Metric(
    "cai_daemon_heartbeat_timestamp_seconds",
    "gauge",
    DAEMONS,
    "Latest heartbeat of a daemon; absent before the first",
    ("daemon",),
)
DAEMON_ERRORS = Metric(
    "cai_daemon_errors",
    "gauge",
    DAEMONS,
    "Errors that the latest heartbeat of a daemon tells",
    ("daemon",),
)
DAEMON_CHANGES = Metric(
    "cai_daemon_changes_total",
    "counter",
    DAEMONS,
    "Times that heartbeats came from another process than before: two daemons alternate",
    ("daemon",),
)

# --- automation: sensors and schedules -----------------------------------------------------------

AUTOMATION_RUNNING = Metric(
    "cai_automation_running",
    "gauge",
    AUTOMATION,
    "1 if the sensor or schedule is on, 0 if somebody stopped it",
    ("kind", "name"),
)
TICK_LATEST = Metric(
    "cai_tick_timestamp_seconds",
    "gauge",
    AUTOMATION,
    "Beginning of the latest tick of a sensor or schedule",
    ("kind", "name"),
)
TICK_FAILURES = Metric(
    "cai_tick_failures_total",
    "counter",
    AUTOMATION,
    "Ticks that failed since the exporter started",
    ("kind", "name"),
)

# --- configurations: uploads and tables ----------------------------------------------------------

CONFIGURATIONS_KNOWN = Metric(
    "cai_configurations",
    "gauge",
    CONFIGURATIONS,
    "Configurations with an accepted upload or with tables",
)
UPLOAD_RECEIVED = Metric(
    "cai_upload_received_timestamp_seconds",
    "gauge",
    CONFIGURATIONS,
    "When the newest upload was accepted",
    ("configuration",),
)
UPLOAD_BUILT = Metric(
    "cai_upload_built",
    "gauge",
    CONFIGURATIONS,
    "1 if the tables of the newest upload can be read, 0 if not yet or not at all",
    ("configuration",),
)
UPLOADS_KEPT = Metric(
    "cai_uploads_kept",
    "gauge",
    CONFIGURATIONS,
    "Complete uploads whose tables are kept",
    ("configuration",),
)
OBJECTS = Metric(
    "cai_configuration_objects", "gauge", CONFIGURATIONS, "Metadata objects", ("configuration",)
)
ROUTINES = Metric(
    "cai_configuration_routines",
    "gauge",
    CONFIGURATIONS,
    "Procedures and functions",
    ("configuration",),
)
MODULES = Metric(
    "cai_configuration_modules", "gauge", CONFIGURATIONS, "Modules of code", ("configuration",)
)
FILES = Metric(
    "cai_configuration_files", "gauge", CONFIGURATIONS, "Files of the upload", ("configuration",)
)
SOURCE_BYTES = Metric(
    "cai_configuration_source_bytes",
    "gauge",
    CONFIGURATIONS,
    "Size of the files of the upload",
    ("configuration",),
)

# --- intake: the inbox and what was refused ------------------------------------------------------

UPLOADS = Metric(
    "cai_uploads_total",
    "counter",
    INTAKE,
    "Entries of the inbox since the exporter started: accepted, duplicate or quarantined",
    ("result",),
)
INBOX_ENTRIES = Metric("cai_inbox_entries", "gauge", INTAKE, "Entries that lie in the inbox")
INBOX_OLDEST = Metric(
    "cai_inbox_oldest_timestamp_seconds",
    "gauge",
    INTAKE,
    "Since when the oldest entry of the inbox has not changed; absent if it is empty",
)
QUARANTINE_ENTRIES = Metric(
    "cai_quarantine_entries", "gauge", INTAKE, "Refused entries that lie in the quarantine"
)

# --- models --------------------------------------------------------------------------------------

MODEL_SCORE = Metric(
    "cai_model_score",
    "gauge",
    MODELS,
    "Figure of merit on the test split: the latest experiment, the champion, the best baseline",
    ("configuration", "model", "metric", "contender"),
)
MODEL_TRAINED = Metric(
    "cai_model_trained_timestamp_seconds",
    "gauge",
    MODELS,
    "When the latest experiment ended with a trained model",
    ("configuration", "model"),
)
MODEL_CHAMPION = Metric(
    "cai_model_champion_timestamp_seconds",
    "gauge",
    MODELS,
    "Since when the champion is the champion; absent without one",
    ("configuration", "model"),
)

# --- disk ----------------------------------------------------------------------------------------

DISK_USED = Metric(
    "cai_disk_used_bytes", "gauge", DISK, "Size of a part of CAI_HOME on disk", ("part",)
)
DISK_FREE = Metric(
    "cai_disk_free_bytes",
    "gauge",
    DISK,
    "Free space of the volume that a folder lies on",
    ("folder",),
)
DISK_SIZE = Metric(
    "cai_disk_size_bytes", "gauge", DISK, "Size of the volume that a folder lies on", ("folder",)
)

# --- the exporter itself -------------------------------------------------------------------------

BUILD_INFO = Metric(
    "cai_build_info",
    "gauge",
    EXPORTER,
    "Always 1; the labels say what runs",
    ("version", "dagster", "python"),
)
SCRAPE_ERRORS = Metric(
    "cai_scrape_errors_total",
    "counter",
    EXPORTER,
    "Times that a part could not be read; its gauges are absent until it can",
    ("part",),
)
READ_LATEST = Metric(
    "cai_read_timestamp_seconds", "gauge", EXPORTER, "When a part was last read whole", ("part",)
)
READ_DURATION = Metric(
    "cai_read_duration_seconds", "gauge", EXPORTER, "How long reading a part took", ("part",)
)

METRICS: Sequence[Metric] = tuple(
    value for value in list(globals().values()) if isinstance(value, Metric)
)
"""All metrics, in the order of this page."""

SOURCES = {
    RUNS: "status changes and records of runs in Dagster's storage; from a cursor on",
    EVENTS: "events of each run that ended; at the start those of the latest runs",
    DAEMONS: "heartbeats in Dagster's storage",
    AUTOMATION: "states and failed ticks in Dagster's storage",
    CONFIGURATIONS: "`uploads/*/*/upload.json` and `tables/*/*/complete.json`",
    INTAKE: "`intake.jsonl` from where it was left, listings of `inbox/` and `quarantine/`",
    MODELS: "`models/*/*/champion.json` and cards of experiments",
    DISK: "the folders below `CAI_HOME`, walked by a thread of its own",
    EXPORTER: "the exporter itself",
}
"""Where each part reads."""


def describe() -> str:
    """The metrics as a table of Markdown, part by part."""
    lines = []
    for part, source in SOURCES.items():
        lines += [f"### {part}", "", f"Read from {source}.", ""]
        lines += ["| metric | kind | unit | labels | meaning |", "|---|---|---|---|---|"]
        for metric in METRICS:
            if metric.part == part:
                labels = ", ".join(f"`{label}`" for label in metric.labels)
                row = (f"`{metric.name}`", metric.kind, metric.unit, labels, metric.help)
                lines.append("| " + " | ".join(row) + " |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(describe())
