"""What depends on what in an upload, and whether its cycles grew."""

from __future__ import annotations

from cai_assets.analysis.dependencies import READS, TABLES, analyse
from cai_assets.analysis.gates import CYCLES_KEPT, DEPENDENCIES, cycles_kept
from cai_assets.defs.assets.group import Group, Outcome, Work, group_asset
from cai_assets.knowledge.snapshots import GROUP as PARSED

VERSION = "1"


def compute(work: Work) -> Outcome:
    """Measure the graph of objects and of subsystems."""
    tables = analyse(work.tables())
    before = work.earlier_own("cycles", "cycle_edges")
    return Outcome(tables, checks=[cycles_kept(tables, before, work.settings.max_cycle_growth)])


dependency_analysis = group_asset(
    Group(
        name=DEPENDENCIES,
        tables=TABLES,
        version=VERSION,
        reads={PARSED: READS},
        checks=(CYCLES_KEPT,),
        description="Measures the graph of dependencies: layers, cycles, what is unused.",
    ),
    compute,
)
