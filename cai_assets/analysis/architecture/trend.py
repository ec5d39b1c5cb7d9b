"""The uploads kept, one row each: what every upload wrote about itself, read by the next.

Findings, cycles and unused things come from their own tables, because these are made side by
side with the architecture analysis. Only one column of each is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from cai_assets.analysis.architecture.schema import MEASURES, TREND
from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import Snapshot, Snapshots
from cai_assets.knowledge.store import read_table

GROUP = "architecture_analysis"
_FINDINGS = ("best_practices", "findings", "status", "open")
_CYCLES = ("dependency_analysis", "cycles", "level", "subsystem")
_UNUSED = ("dependency_analysis", "unused", "id", None)


def trend(snapshots: Snapshots, configuration: str, current: pa.Table | None = None) -> pa.Table:
    """The table `trend`: a row per upload kept that was measured, oldest first.

    `current` is the row of `measures` of an upload that is not written yet; it goes before what
    is stored of the same upload. Later uploads than it are left out.
    """
    own = current.to_pylist()[0] if current is not None and current.num_rows else None
    rows = []
    for upload in snapshots.uploads(configuration):
        if own is not None and upload >= own["upload"]:
            break
        row = _stored(snapshots, configuration, upload)
        if row is not None:
            rows.append(row)
    if own is not None:
        folder = snapshots.folder(configuration, own["upload"])
        rows.append(own | _counts(Snapshot(configuration, own["upload"], folder, {})))
    return pa.Table.from_pylist(rows, schema=TREND.arrow_schema)


def _stored(snapshots: Snapshots, configuration: str, upload: str) -> dict[str, Any] | None:
    """What an upload wrote about itself; None if it was not measured or is gone meanwhile."""
    try:
        snapshot = snapshots.read(configuration, upload)
        measures = read_table(snapshot.table_path(MEASURES.name, GROUP))
        row: dict[str, Any] = measures.to_pylist()[0]
    except (OSError, pa.ArrowException, IndexError):
        return None
    published = snapshot.info.get("published") or row.get("published") or ""
    return row | {"upload": upload, "published": published} | _counts(snapshot)


def _counts(snapshot: Snapshot) -> dict[str, int | None]:
    return {
        "findings": _count(snapshot, *_FINDINGS),
        "cycles": _count(snapshot, *_CYCLES),
        "unused": _count(snapshot, *_UNUSED),
    }


def _count(
    snapshot: Snapshot, group: str, table: str, column: str, value: str | None
) -> int | None:
    """Rows with this value in `column`, or all; None if there is no such table."""
    path = snapshot.table_path(table, group)
    try:
        data = Coded.of(read_table(path, [column]), column)
    except (OSError, KeyError, pa.ArrowException):
        return None
    if value is None:
        return len(data.codes)
    return int((data.map(lambda text: int(text == value)) == 1).sum())


def measures(
    tables: Mapping[str, pa.Table],
    upload: str,
    published: str,
    version: str,
    has_contract: bool,
) -> pa.Table:
    """The table `measures` from the other tables of the analysis."""
    whole = _whole(tables["structure"])
    api = _whole(tables["api"])
    cognitive = _whole(tables["quantiles"], "cognitive")
    cyclomatic = _whole(tables["quantiles"], "cyclomatic")
    row = {
        "upload": upload,
        "published": published,
        "version": version,
        **{name: whole.get(name, 0) for name in ("objects", "modules", "lines", "routines")},
        "exported": api.get("exported", 0),
        "complete_api": api.get("complete", 0),
        "mean_cognitive": cognitive.get("mean", 0.0),
        "p95_cognitive": cognitive.get("p95", 0),
        "over_cognitive": cognitive.get("over", 0),
        "over_cyclomatic": cyclomatic.get("over", 0),
        "violations": tables["contract_violations"].num_rows if has_contract else None,
    }
    return pa.Table.from_pylist([row], schema=MEASURES.arrow_schema)


def _whole(table: pa.Table, measure: str | None = None) -> dict[str, Any]:
    """The row about the whole configuration; empty if there is none."""
    whole = Coded.of(table, "scope").map(lambda scope: int(scope == "configuration")) == 1
    for row in table.filter(pa.array(whole)).to_pylist():
        if measure is None or row["measure"] == measure:
            return dict(row)
    return {}
