"""One build in this process: what `cai build` does, recorded where the web UI will find it.

The same job on the same resources as in production; only the steps share one process, and what
Dagster would print is left to the caller.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from cai_assets.defs import build_defs
from cai_assets.defs.checks import ALL_CHECKS
from cai_assets.defs.instance import open_instance
from cai_assets.defs.jobs import BUILD_CONFIGURATION
from cai_assets.defs.partitions import CONFIGURATIONS, UPLOAD_TAG
from cai_assets.defs.resources import Extractor, data_root
from cai_assets.intake.accepting import admit
from cai_assets.intake.uploads import Upload
from cai_assets.knowledge.extract import Progress
from cai_assets.knowledge.snapshots import GROUP, Snapshots
from cai_assets.settings import Settings

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath

_MEANINGS = {check.name: check.meaning_ru for check in ALL_CHECKS}


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How an asset check came out. `severity` is `ERROR` or `WARN`; it matters on failure.

    `meaning_ru` says in Russian what the check holds; `message` is in English.
    """

    group: str
    table: str
    name: str
    passed: bool
    severity: str
    blocking: bool
    message: str
    meaning_ru: str = ""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build made.

    `configuration` is the partition key, `name` the configuration's own name. `published`
    tells whether the tables in `tables_folder` are now those that readers see; `error` is the
    first failure in words. `rows` counts the rows by table. Seconds are of the whole build,
    `parse_seconds` of the extraction alone.
    """

    configuration: str
    name: str
    upload: Upload
    run_id: str
    success: bool
    published: bool
    rows: dict[str, int]
    checks: tuple[CheckOutcome, ...]
    seconds: float
    parse_seconds: float
    tables_folder: StoredPath
    dagster_home: Path
    error: str = ""
    stats: dict[str, Any] = field(default_factory=dict)


def materialize_upload(
    path: Path, settings: Settings, progress: Progress | None = None
) -> BuildResult:
    """Take the folder or archive `path` in and materialize everything for its configuration.

    Raises an `intake.errors.IntakeError` that says what to do if it cannot be taken; `path`
    itself is left alone. A failed step or check does not raise: see the result.
    """
    started = time.perf_counter()
    upload = admit(data_root(settings), path, settings.unpack_limits())
    with open_instance(settings) as instance:
        return build(upload, settings, instance, progress, started)


def build(
    upload: Upload,
    settings: Settings,
    instance: dg.DagsterInstance,
    progress: Progress | None = None,
    started: float | None = None,
) -> BuildResult:
    """Run the main job for an accepted upload in this process."""
    started = time.perf_counter() if started is None else started
    definitions = build_defs(
        settings, resource_overrides={"extractor": Extractor(progress)}, in_process=True
    )
    assert CONFIGURATIONS.name is not None
    instance.add_dynamic_partitions(CONFIGURATIONS.name, [upload.slug])
    run = definitions.resolve_job_def(BUILD_CONFIGURATION).execute_in_process(
        instance=instance,
        partition_key=upload.slug,
        tags={UPLOAD_TAG: upload.id},
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )
    return _result(run, upload, settings, started)


def _result(
    run: dg.ExecuteInProcessResult, upload: Upload, settings: Settings, started: float
) -> BuildResult:
    snapshots = Snapshots(settings.tables)
    try:
        info = snapshots.read(upload.slug, upload.id).info
    except FileNotFoundError:
        info = {}
    materialized = {
        event.asset_key.path[-1]: event.materialization.metadata
        for event in run.get_asset_materialization_events()
        if event.asset_key is not None
    }
    stats = info.get("stats", {})
    return BuildResult(
        configuration=upload.slug,
        name=upload.name,
        upload=upload,
        run_id=run.run_id,
        success=run.success,
        published=bool(info),
        rows={
            name: int(str(metadata["dagster/row_count"].value))
            for name, metadata in materialized.items()
        },
        checks=tuple(_outcome(check) for check in run.get_asset_check_evaluations()),
        seconds=round(time.perf_counter() - started, 3),
        parse_seconds=float(stats.get("seconds", 0.0)),
        tables_folder=snapshots.folder(upload.slug, upload.id) / GROUP,
        dagster_home=Path(os.environ.get("DAGSTER_HOME") or settings.dagster),
        error=first_failure(run.all_events),
        stats=stats,
    )


def _outcome(check: dg.AssetCheckEvaluation) -> CheckOutcome:
    group, table = check.asset_key.path
    return CheckOutcome(
        group=group,
        table=table,
        name=check.check_name,
        passed=check.passed,
        severity=check.severity.value,
        blocking=bool(check.blocking),
        message=check.description or "",
        meaning_ru=_MEANINGS.get(check.check_name, ""),
    )


def first_failure(events: Iterable[dg.DagsterEvent]) -> str:
    """What our code raised first: below Dagster's own errors, above what caused it."""
    for event in events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None and _is_dagsters(error):
                error = error.cause
            if error is not None:
                text = error.message.strip()
                name, _, said = text.partition(": ")
                # An error of our own says all; the place of its class says nothing to a user.
                return said if said and name.startswith("cai_assets.") else text
    return ""


def _is_dagsters(error: SerializableErrorInfo) -> bool:
    return (error.cls_name or "").startswith("Dagster")
