"""The dependency analysis in numbers: what a trend or a check looks at."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.dependencies.schema import TABLES
from cai_assets.analysis.dependencies.tabulate import build


def summary_table(found: Mapping[str, pa.Table], modularity: float) -> pa.Table:
    """`graph_summary` from the other tables."""
    nodes, edges, cycles = found["graph_nodes"], found["graph_edges"], found["cycles"]
    measured = edges.filter(pc.invert(edges.column("rights_only")))
    levels = {
        level: cycles.filter(pc.equal(cycles.column("level").cast(pa.string()), level))
        for level in ("object", "subsystem")
    }
    between = found["subsystem_edges"]
    mutual = pc.sum(pc.greater(between.column("links_back"), 0)).as_py() or 0
    rows: list[tuple[str, float, str]] = [
        ("objects", nodes.num_rows, "Nodes of the graph"),
        ("edges", measured.num_rows, "Pairs of objects of which one depends on the other"),
        ("links", _sum(nodes, "in_links"), "References behind these edges"),
        ("orphans", _sum(nodes, "orphan"), "Objects without any edge"),
        ("layers", (_max(nodes, "layer") + 1) if nodes.num_rows else 0, "Layers of objects"),
        ("communities", found["communities"].num_rows, "Communities"),
        ("modularity", modularity, "Modularity of the communities, from -0.5 to 1"),
        ("object_cycles", levels["object"].num_rows, "Cycles of objects"),
        ("objects_in_cycles", _sum(levels["object"], "size"), "Objects in cycles"),
        ("largest_object_cycle", _max(levels["object"], "size"), "Objects in the largest cycle"),
        ("subsystem_cycles", levels["subsystem"].num_rows, "Cycles of subsystems"),
        ("subsystems_in_cycles", _sum(levels["subsystem"], "size"), "Subsystems in cycles"),
        ("mutual_subsystems", mutual // 2, "Pairs of subsystems that depend on each other"),
        *_unused(found["unused"]),
    ]
    names, values, meanings = zip(*rows, strict=True)
    columns = {"measure": list(names), "value": list(map(float, values)), "meaning": list(meanings)}
    return build(TABLES["graph_summary"], columns)


def _unused(unused: pa.Table) -> list[tuple[str, float, str]]:
    kinds = unused.column("kind").cast(pa.string())
    certain = pc.equal(unused.column("confidence").cast(pa.string()), "certain")
    return [
        (
            f"unused_{kind}",
            pc.sum(pc.and_(pc.equal(kinds, kind), certain)).as_py() or 0,
            f"Unused, kind `{kind}`, certain",
        )
        for kind in ("object", "exported_routine", "routine", "attribute", "form")
    ]


def _sum(table: pa.Table, column: str) -> int:
    return int(pc.sum(table.column(column)).as_py() or 0)


def _max(table: pa.Table, column: str) -> int:
    return int(pc.max(table.column(column)).as_py() or 0)
