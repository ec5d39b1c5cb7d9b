"""The documentation site: written after everything it shows, as far as that has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
import pyarrow as pa

from cai_assets.defs.assets.group import Group, Outcome, Work, group_asset
from cai_assets.defs.automation import RETRY, when_updated
from cai_assets.knowledge.checks import files_below
from cai_assets.knowledge.schema import Table
from cai_assets.knowledge.snapshots import Snapshot
from cai_assets.knowledge.store import read_table
from cai_assets.learning.schema import CLEANUP, EXPERIMENTS
from cai_assets.settings import MEBIBYTE, Settings
from cai_assets.site.build import Built, build_site, tables_read
from cai_assets.site.checks import CHECKS, run_checks, subjects_of
from cai_assets.site.model import Context
from cai_assets.site.schema import GROUP, PAGE_LINKS, PAGES
from cai_assets.site.tables import Place

VERSION = "1"
TABLES: Mapping[str, Table] = {table.name: table for table in (PAGES, PAGE_LINKS)}


def compute(work: Work) -> Outcome:
    """Write the site of the configuration's newest upload."""
    snapshot = work.snapshots.current(work.configuration) or work.snapshot
    if snapshot.upload != work.snapshot.upload:
        work.context.log.warning(
            f"the site shows the newest upload, {snapshot.upload}, not {work.snapshot.upload}"
        )
    folder = work.settings.site_of(work.configuration)
    built = build_site(
        Place.of(work.snapshots, snapshot, work.settings.models),
        folder,
        Context(work.language, work.configuration),
        workers=work.settings.workers,
    )
    tables = built.manifest.tables
    return Outcome(
        {name: tables[name] for name in TABLES},
        {PAGES.name: _metadata(built, snapshot, work.settings)},
        list(
            run_checks(
                built.manifest,
                files=files_below(built.folder),
                subjects=subjects_of(*_subjects(snapshot)),
                size=built.bytes,
                limit=work.settings.max_site_mib * MEBIBYTE,
            )
        ),
    )


def _subjects(snapshot: Snapshot) -> tuple[pa.Table, pa.Table]:
    return (
        read_table(snapshot.table_path("objects"), ["object", "type"]),
        read_table(snapshot.table_path("routines"), ["routine", "export"]),
    )


def _metadata(built: Built, snapshot: Snapshot, settings: Settings) -> dict[str, Any]:
    return {
        "site": dg.MetadataValue.url(settings.site_address(snapshot.configuration)),
        "folder": dg.MetadataValue.path(str(built.folder)),
        "open": f"cai docs {snapshot.configuration} --open",
        "pages": built.pages,
        "written": len(built.written),
        "removed": built.removed,
        "bytes": built.bytes,
        "seconds": dg.MetadataValue.json(dict(built.seconds)),
        "upload shown": snapshot.upload,
    }


documentation = group_asset(
    Group(
        name=GROUP,
        tables=TABLES,
        version=VERSION,
        # Clean-up is the last of what is learned: after it the site shows all of it.
        reads={**tables_read(), CLEANUP: [EXPERIMENTS.name]},
        checks=CHECKS,
        description="Writes the pages of the site whose facts have changed, and checks its links.",
        kinds=frozenset({"1c", "html"}),
        retry=RETRY,
        automation=when_updated(CLEANUP),
    ),
    compute,
)
