"""What is different from the upload before, and what of it breaks others."""

from __future__ import annotations

from cai_assets.analysis.changes import READS, TABLES, analyse, to_markdown
from cai_assets.analysis.gates import API_KEPT, CHANGES, api_kept
from cai_assets.defs.assets.group import Group, Outcome, Work, group_asset
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.rules.gates import GROUP as BEST_PRACTICES
from cai_assets.rules.schema import TABLES as FINDINGS_TABLES

VERSION = "1"

_FINDINGS = "findings"


def compute(work: Work) -> Outcome:
    """Compare with the upload before, if there is one."""
    before = work.earlier(BEST_PRACTICES, {_FINDINGS: FINDINGS_TABLES[_FINDINGS].column_names})
    found = analyse(
        work.earlier(PARSED, READS),
        work.tables(),
        before[_FINDINGS] if before else None,
        work.tables(BEST_PRACTICES)[_FINDINGS],
    )
    page = work.page(to_markdown(found, work.language))
    return Outcome(found, {"changes": {"report": page}}, [api_kept(found["changes"])])


changes = group_asset(
    Group(
        name=CHANGES,
        tables=TABLES,
        version=VERSION,
        reads={PARSED: READS, BEST_PRACTICES: [_FINDINGS]},
        checks=(API_KEPT,),
        description="Compares objects, routines, signatures and findings with the upload before.",
    ),
    compute,
)
