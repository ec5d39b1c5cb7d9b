"""An upload of a configuration as typed tables: one step, one asset per table.

All parallel work is inside the step, so that a configuration costs one process start. The
tables become visible together: readers see the upload once all of them are written and no
blocking check has failed.
"""

# No `from __future__ import annotations`: Dagster takes the annotation of `config` as it stands.

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pyarrow as pa

from cai_assets.defs.checks import check_results, check_specs
from cai_assets.defs.io_manager import column_schema
from cai_assets.defs.keys import OWNERS, table_key
from cai_assets.defs.origins import origin_metadata
from cai_assets.defs.partitions import CONFIGURATIONS, PARTITION_TAG, UPLOAD_METADATA, UPLOAD_TAG
from cai_assets.defs.progress import progress_log
from cai_assets.defs.resources import Extractor, Uploads, limits
from cai_assets.defs.scaling.places import step_tags
from cai_assets.intake.errors import Postponed
from cai_assets.intake.uploads import Upload
from cai_assets.knowledge.checks import CHECKS, CheckResult, files_below, run_checks
from cai_assets.knowledge.extract import Extraction
from cai_assets.knowledge.schema import PARSER_VERSION, TABLES, Table
from cai_assets.knowledge.snapshots import GROUP, Snapshot, Snapshots
from cai_assets.knowledge.store import EarlierTables
from cai_assets.knowledge.summary import Language, summarize, to_markdown
from cai_assets.onec.disk import shown
from cai_assets.settings import Settings

SUMMARY_TABLE = next(iter(TABLES))
"""The table that carries the summary of the whole upload as metadata."""

LAST_TABLE = next(reversed(TABLES))
"""Tables are written in order: once this one is materialized, all are."""

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


class ParseOptions(dg.Config):
    """What a run may choose in the launchpad."""

    reuse: bool = True
    """Take rows of unchanged files from the previous upload."""


def _out(table: Table) -> dg.AssetOut:
    return dg.AssetOut(
        key=table_key(table.name),
        dagster_type=pa.Table,
        description=f"{table.title_ru}\n\n{table.title}. Key: `{', '.join(table.key)}`.",
        group_name=GROUP,
        io_manager_key="tables",
        code_version=PARSER_VERSION,
        kinds={"1c", "parquet"},
        owners=OWNERS,
        tags={"step": "parse"},
        metadata={
            "dagster/column_schema": column_schema(table.arrow_schema),
            "key": ", ".join(table.key),
            "links": [f"{', '.join(link.columns)} → {link.table}" for link in table.links],
        },
    )


@dg.multi_asset(
    name=GROUP,
    outs={name: _out(table) for name, table in TABLES.items()},
    check_specs=check_specs(CHECKS),
    partitions_def=CONFIGURATIONS,
    can_subset=False,
    op_tags=step_tags(),
    description="Reads every file of an upload and says what became of it.",
)
def parsed_configuration(
    context: dg.AssetExecutionContext,
    config: ParseOptions,
    settings: dg.ResourceParam[Settings],
    snapshots: dg.ResourceParam[Snapshots],
    uploads: dg.ResourceParam[Uploads],
    extractor: dg.ResourceParam[Extractor],
) -> Iterator[dg.Output[pa.Table] | dg.AssetCheckResult]:
    """Extract all tables of the upload, check them, publish them together."""
    configuration = context.partition_key
    upload = uploads.find(configuration, context.run.tags.get(UPLOAD_TAG))
    cache = snapshots.current(configuration) if config.reuse else None
    context.log.info(f"Parsing upload {upload.id} of {configuration} in {shown(upload.content)}")

    extraction = extractor.extract(
        upload.content,
        previous=EarlierTables(cache.folder / GROUP, TABLES) if cache else None,
        workers=settings.workers,
        progress=progress_log(context.log.info),
    )
    tables = extraction.tables
    with ThreadPoolExecutor(1, thread_name_prefix="checks") as thread:
        # Tables are checked while they are written: both wait for others most of the time.
        checking = thread.submit(_check, tables, upload, snapshots, settings)
        for name, table in tables.items():
            metadata: dict[str, Any] = {UPLOAD_METADATA: upload.id}
            if name == SUMMARY_TABLE:
                metadata |= _summary(extraction, settings.lang or "ru")
                metadata |= origin_metadata(upload.origin)
            yield dg.Output(table, name, metadata=metadata)
        results = checking.result()
    if _may_be_read(results):
        snapshots.publish(configuration, upload.id, _manifest(upload, extraction, results))
        _prune(context, snapshots, uploads, upload, settings.keep_uploads)
    yield from check_results(results)


def _check(
    tables: Mapping[str, pa.Table], upload: Upload, snapshots: Snapshots, settings: Settings
) -> list[CheckResult]:
    return list(
        run_checks(
            tables,
            files=files_below(upload.content),
            earlier_rows=_row_counts(snapshots.before(upload.slug, upload.id)),
            limits=limits(settings),
        )
    )


def _prune(
    context: dg.AssetExecutionContext,
    snapshots: Snapshots,
    uploads: Uploads,
    upload: Upload,
    keep: int,
) -> None:
    """Remove what is older than the newest `keep` uploads, unless a run is about it.

    Uploads later than this one stay: their turn comes.
    """
    configuration = context.partition_key
    runs = context.instance.get_runs(
        dg.RunsFilter(tags={PARTITION_TAG: configuration}, statuses=_UNFINISHED)
    )
    in_use = {run.tags[UPLOAD_TAG] for run in runs if UPLOAD_TAG in run.tags}
    in_use.update(later.id for later in uploads.since({configuration: upload.id}, configuration))
    snapshots.prune(configuration, keep, in_use)
    try:
        uploads.prune(configuration, keep, in_use)
    except (Postponed, OSError) as reason:
        # The result is there and complete; what could not be removed now is removed later.
        context.log.warning(f"Old uploads stay until the next run: {reason}")


def _row_counts(snapshot: Snapshot | None) -> Mapping[str, int] | None:
    return None if snapshot is None else snapshot.info["rows"]


def _may_be_read(results: list[CheckResult]) -> bool:
    return not any(result.check.blocking and not result.passed for result in results)


def _manifest(upload: Upload, extraction: Extraction, results: list[CheckResult]) -> dict[str, Any]:
    return {
        "name": upload.name,
        "source": upload.original_name,
        "origin": None if upload.origin is None else asdict(upload.origin),
        "digest": upload.digest,
        "parser_version": PARSER_VERSION,
        "published": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": {name: table.num_rows for name, table in extraction.tables.items()},
        "stats": asdict(extraction.stats),
        "failed_checks": {
            f"{result.check.table}.{result.check.name}": result.message
            for result in results
            if not result.passed
        },
    }


def _summary(extraction: Extraction, language: Language) -> dict[str, Any]:
    stats = extraction.stats
    return {
        "summary": dg.MetadataValue.md(to_markdown(summarize(extraction.tables), language)),
        "files": stats.files,
        "bytes": stats.bytes,
        "files_read": stats.read,
        "files_reused": stats.reused,
        "workers": stats.workers,
        "peak_memory_bytes": stats.peak_bytes,
        "seconds": stats.seconds,
        "stages": dg.MetadataValue.json(stats.stages),
    }
