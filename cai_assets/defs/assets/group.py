"""What all asset groups behind the parsed configuration share: one step, several tables.

A group names its tables, what it reads and its gates; its function gets a `Work` and returns an
`Outcome`. Reading, writing, metadata and checks are the same for all and stand here.
"""

# No `from __future__ import annotations`: Dagster takes annotations of step functions as they are.

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import dagster as dg
import pyarrow as pa

from cai_assets.defs.checks import check_results, check_specs
from cai_assets.defs.io_manager import column_schema
from cai_assets.defs.keys import OWNERS, table_key
from cai_assets.defs.partitions import CONFIGURATIONS, UPLOAD_METADATA, UPLOAD_TAG
from cai_assets.defs.resources import Uploads
from cai_assets.defs.scaling.places import step_tags
from cai_assets.knowledge.checks import Check, CheckResult
from cai_assets.knowledge.schema import Table
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.knowledge.snapshots import Snapshot, Snapshots
from cai_assets.knowledge.store import StoredTables
from cai_assets.settings import Settings

Wanted = Collection[str] | Mapping[str, Collection[str]]
"""Names of tables to read, or the columns to read by name of the table."""


@dataclass(frozen=True)
class Group:
    """A group of tables made by one step.

    `reads` names the tables that the step may read, by group; the lineage is drawn from it, and
    a step that asks for another gets a KeyError. `version` is the version of the code: raise
    it when the tables change their meaning.
    """

    name: str
    tables: Mapping[str, Table]
    version: str
    reads: Mapping[str, Wanted]
    description: str
    checks: Sequence[Check] = ()
    step: str = ""
    """Name of the step where a group has several; else that of the group."""
    kinds: frozenset[str] = frozenset({"1c", "parquet"})
    config: Mapping[str, dg.Field] | None = None
    """What a person may set in the launchpad; `Work.context.op_config` has it."""
    pool: str | None = None
    retry: dg.RetryPolicy | None = None
    automation: dg.AutomationCondition[Any] | None = None
    freshness: dg.FreshnessPolicy | None = None


@dataclass(frozen=True)
class Work:
    """What a step has to go on: the upload it is about, its tables, and those before."""

    context: dg.AssetExecutionContext
    configuration: str
    snapshot: Snapshot
    before: Snapshot | None
    settings: Settings
    snapshots: Snapshots
    uploads: Uploads
    group: Group

    def tables(self, group: str = PARSED) -> StoredTables:
        """The tables of this upload that the group declares to read."""
        return stored(self.snapshot, group, self.group.reads.get(group, ()))

    def earlier(self, group: str, wanted: Wanted) -> StoredTables | None:
        """These tables of the upload before; None unless all are there."""
        return complete(self.before, group, wanted)

    def earlier_own(self, *names: str) -> StoredTables | None:
        """These tables of this group in the upload before, or all; None unless all are there."""
        return complete(self.before, self.group.name, self._columns(names))

    def own(self, *names: str) -> StoredTables | None:
        """What this step wrote for this upload at an earlier time: these tables, or all.

        None unless all of them are there.
        """
        return complete(self.snapshot, self.group.name, self._columns(names))

    def _columns(self, names: Sequence[str]) -> dict[str, Collection[str]]:
        tables = self.group.tables
        return {name: tables[name].column_names for name in names or tables}

    @property
    def content(self) -> Path:
        """The files of the upload."""
        return self.uploads.find(self.configuration, self.snapshot.upload).content

    @property
    def language(self) -> Literal["ru", "en"]:
        """The language of reports."""
        return self.settings.lang or "ru"

    def page(self, markdown: str) -> dg.MetadataValue[str]:
        """A report as the web UI shows it."""
        return dg.MetadataValue.md(markdown)


@dataclass
class Outcome:
    """What a step made: its tables, metadata by table, and how its gates came out."""

    tables: Mapping[str, pa.Table]
    metadata: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    checks: Sequence[CheckResult] = ()


def stored(snapshot: Snapshot, group: str, wanted: Wanted) -> StoredTables:
    """Tables of a group of an upload, read when asked for."""
    return StoredTables(snapshot.folder / group, wanted)


def complete(snapshot: Snapshot | None, group: str, wanted: Wanted) -> StoredTables | None:
    """All these tables of an upload, or None if one is missing or lacks a column."""
    tables = None if snapshot is None else stored(snapshot, group, wanted)
    return tables if tables is not None and tables.whole() else None


def group_asset(group: Group, compute: Callable[[Work], Outcome]) -> dg.AssetsDefinition:
    """The assets of a group: one step that writes all its tables, then tells its gates."""

    @dg.multi_asset(
        name=group.step or group.name,
        outs={name: _out(group, table) for name, table in group.tables.items()},
        deps=[table_key(name, of) for of, names in group.reads.items() for name in names],
        check_specs=check_specs(group.checks),
        partitions_def=CONFIGURATIONS,
        can_subset=False,
        config_schema=group.config,
        pool=group.pool,
        op_tags=step_tags(learns=group.pool is not None),
        retry_policy=group.retry,
        description=group.description,
    )
    def step(
        context: dg.AssetExecutionContext,
        settings: dg.ResourceParam[Settings],
        snapshots: dg.ResourceParam[Snapshots],
        uploads: dg.ResourceParam[Uploads],
    ) -> Iterator[dg.Output[pa.Table] | dg.AssetCheckResult]:
        configuration = context.partition_key
        snapshot = _snapshot(snapshots, configuration, context.run.tags.get(UPLOAD_TAG))
        before = snapshots.before(configuration, snapshot.upload)
        work = Work(context, configuration, snapshot, before, settings, snapshots, uploads, group)
        outcome = _computed(compute, work)
        for name in group.tables:
            metadata = {UPLOAD_METADATA: snapshot.upload, **outcome.metadata.get(name, {})}
            yield dg.Output(outcome.tables[name], name, metadata=metadata)
        yield from check_results(outcome.checks)

    return step


def _computed(compute: Callable[[Work], Outcome], work: Work) -> Outcome:
    try:
        return compute(work)
    except FileNotFoundError as error:
        if work.group.retry is None:
            raise
        # No second try makes a table that another step has not written.
        raise dg.Failure(
            f"{error}: materialize what this step reads first", allow_retries=False
        ) from error


def _out(group: Group, table: Table) -> dg.AssetOut:
    return dg.AssetOut(
        key=table_key(table.name, group.name),
        dagster_type=pa.Table,
        description=f"{table.title_ru}\n\n{table.title}. Key: `{', '.join(table.key)}`.",
        group_name=group.name,
        io_manager_key="tables",
        code_version=group.version,
        kinds=set(group.kinds),
        owners=OWNERS,
        tags={"step": group.step or group.name},
        automation_condition=group.automation,
        freshness_policy=group.freshness,
        metadata={
            "dagster/column_schema": column_schema(table.arrow_schema),
            "key": ", ".join(table.key),
        },
    )


def _snapshot(snapshots: Snapshots, configuration: str, upload: str | None) -> Snapshot:
    """The upload that the run is about. Raises FileNotFoundError that says what to do."""
    found = (
        snapshots.read(configuration, upload)
        if upload is not None and snapshots.is_complete(configuration, upload)
        else snapshots.current(configuration)
        if upload is None
        else None
    )
    if found is None:
        raise FileNotFoundError(
            f"configuration {configuration!r} has no complete tables"
            f"{f' of upload {upload}' if upload else ''} in {snapshots.base}; "
            "materialize its parsed configuration first"
        )
    return found
