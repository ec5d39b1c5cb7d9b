"""What changed between two uploads of a configuration, and what of it breaks others.

`TABLES` lists what `analyse` makes, `to_markdown` writes the report of it. Rows of files that did
not change are not compared, so the cost is that of the change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa

from cai_assets.analysis.changes.comparing import Changes, Users, sides
from cai_assets.analysis.changes.metadata import compare_members, compare_objects
from cai_assets.analysis.changes.report import to_markdown
from cai_assets.analysis.changes.routines import changed_findings, compare_routines
from cai_assets.analysis.changes.schema import CHANGES_SUMMARY, READS, TABLES
from cai_assets.knowledge.coded import Coded


def analyse(
    before: Mapping[str, pa.Table] | None,
    after: Mapping[str, pa.Table],
    findings_before: pa.Table | None = None,
    findings_after: pa.Table | None = None,
) -> dict[str, pa.Table]:
    """The tables of changes from `before` to `after`, tables of parsed configurations.

    Without an upload before there are no changes. Findings are compared if both are given.
    """
    changes = Changes()
    if before is not None:
        old, new = sides(before, after)
        users = Users(before)
        found = compare_objects(old, new, changes, users)
        compare_members(old, new, found, changes, users)
        compare_routines(old, new, found, changes, users)
        changed_findings(findings_before, findings_after, changes)
    table = changes.table()
    return {"changes": table, "changes_summary": _summary(table)}


def _summary(changes: pa.Table) -> pa.Table:
    keys = list(
        zip(
            Coded.of(changes, "what").texts(),
            Coded.of(changes, "change").texts(),
            strict=True,
        )
    )
    breaking = changes.column("breaking").to_pylist()
    every = Counter(keys)
    broken = Counter(key for key, breaks in zip(keys, breaking, strict=True) if breaks)
    rows = [
        {"what": what, "change": change, "count": count, "breaking": broken[what, change]}
        for (what, change), count in sorted(every.items())
    ]
    return pa.Table.from_pylist(rows, schema=CHANGES_SUMMARY.arrow_schema)


__all__ = ["READS", "TABLES", "analyse", "to_markdown"]
