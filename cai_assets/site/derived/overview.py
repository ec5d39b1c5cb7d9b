"""Tables of the site for its first page: what is counted over the whole configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.derived.making import ARCHITECTURE, DEPENDENCIES, PRACTICES
from cai_assets.site.model import Source

CHANGES = "changes"
_MOST_USED = 8


def _figures(source: Source) -> pa.Table:
    """Figures by name. A name that is not there was not looked for."""
    found = dict(_counts(source))
    return pa.table(
        {
            "name": pa.array(found, type=pa.string()),
            "value": pa.array(found.values(), type=pa.float64()),
        }
    )


def _counts(source: Source) -> Iterator[tuple[str, float]]:
    files = source.needed(PARSED, "source_files", ["status"])
    for status, count in sorted(_counted(files, "status").items()):
        yield f"files.{status}", count
    objects = source.needed(PARSED, "objects", ["object", "type"])
    subsystems = {
        object_
        for object_, type_ in zip(
            objects.column("object").to_pylist(), Coded.of(objects, "type").texts(), strict=True
        )
        if type_ == "Subsystem"
    }
    yield "subsystems", len(subsystems)
    yield from _findings(source)
    summary = source.needed(DEPENDENCIES, "graph_summary", ["measure", "value"])
    for row in summary.to_pylist():
        yield f"graph.{row['measure']}", row["value"]
    cycles = source.needed(DEPENDENCIES, "cycles", ["level", "size"]).to_pylist()
    for level in ("subsystem", "object"):
        sizes = [row["size"] for row in cycles if row["level"] == level]
        yield f"cycles.{level}", len(sizes)
        yield f"cycles.{level}.largest", max(sizes, default=0)
    metrics = source.needed(DEPENDENCIES, "subsystem_metrics", ["subsystem"])
    yield "cycles.subsystems", metrics.num_rows
    unused = source.needed(DEPENDENCIES, "unused", ["kind", "confidence", "public_api"])
    certain = Counter(
        row["kind"]
        for row in unused.to_pylist()
        if row["confidence"] == "certain" and not row["public_api"]
    )
    for kind, count in sorted(certain.items()):
        yield f"unused.{kind}", count
    yield "unused", sum(certain.values())
    rules = source.needed(ARCHITECTURE, "contract_rules", ["order"])
    if rules.num_rows:
        violations = source.needed(ARCHITECTURE, "contract_violations", ["rule"])
        yield "contract.violations", violations.num_rows


def _findings(source: Source) -> Iterator[tuple[str, float]]:
    findings = source.table(PRACTICES, "findings", ["severity", "status"])
    if findings is None:
        return
    counted = Counter(
        zip(
            Coded.of(findings, "severity").texts(),
            Coded.of(findings, "status").texts(),
            strict=True,
        )
    )
    yield "findings.open", sum(n for (_, status), n in counted.items() if status == "open")
    yield "findings.other", sum(n for (_, status), n in counted.items() if status != "open")
    for (severity, status), count in sorted(counted.items(), key=str):
        if status == "open":
            yield f"findings.open.{severity}", count


def _counted(table: pa.Table, column: str) -> Counter[str]:
    return Counter(value or "" for value in Coded.of(table, column).texts())


def _most_used(source: Source) -> pa.Table:
    """What most objects depend on: common modules, and objects with data."""
    nodes = source.needed(DEPENDENCIES, "graph_nodes", ["object", "type", "in_degree"])
    objects = source.needed(PARSED, "objects", ["object", "synonym", "comment"])
    told = {row["object"]: row for row in reversed(objects.to_pylist())}
    ranked = sorted(nodes.to_pylist(), key=lambda row: (-row["in_degree"], row["object"]))
    rows = []
    for kind, types in _KINDS.items():
        mine = [row for row in ranked if row["type"] in types and row["in_degree"]]
        for row in mine[:_MOST_USED]:
            about = told.get(row["object"], {})
            rows.append(
                {
                    "kind": kind,
                    "object": row["object"],
                    "users": row["in_degree"],
                    "synonym": about.get("synonym") or "",
                    "comment": about.get("comment") or "",
                }
            )
    texts = [(name, pa.string()) for name in ("kind", "object", "synonym", "comment")]
    return pa.Table.from_pylist(rows, schema=pa.schema([*texts, ("users", pa.int64())]))


_KINDS: Mapping[str, frozenset[str]] = {
    "code": frozenset({"CommonModule"}),
    "data": frozenset(
        {
            "AccountingRegister",
            "AccumulationRegister",
            "BusinessProcess",
            "CalculationRegister",
            "Catalog",
            "ChartOfAccounts",
            "ChartOfCalculationTypes",
            "ChartOfCharacteristicTypes",
            "Document",
            "InformationRegister",
            "Task",
        }
    ),
}


def _summary(source: Source) -> pa.Table:
    """What changed since the upload before, counted; no rows if that is not known."""
    schema = pa.schema(
        [
            ("upload", pa.string()),
            ("what", pa.string()),
            ("change", pa.string()),
            ("count", pa.int64()),
            ("breaking", pa.int64()),
        ]
    )
    table = source.table(CHANGES, "changes_summary", ["what", "change", "count", "breaking"])
    uploads = source.uploads
    rows: list[dict[str, Any]] = [] if table is None or not uploads else table.to_pylist()
    return pa.Table.from_pylist([{**row, "upload": uploads[-1][0]} for row in rows], schema=schema)


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "overview_figures": _figures,
    "overview_most_used": _most_used,
    "overview_changes": _summary,
}
"""How each table is made; part of `derived.DERIVED`."""

READS: Mapping[str, tuple[str, ...]] = {
    PARSED: ("objects", "source_files"),
    DEPENDENCIES: ("cycles", "graph_nodes", "graph_summary", "subsystem_metrics", "unused"),
    ARCHITECTURE: ("contract_rules", "contract_violations"),
    PRACTICES: ("findings",),
    CHANGES: ("changes_summary",),
}
"""Tables by group that these are made from."""
