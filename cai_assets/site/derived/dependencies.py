"""Tables of the site about what subsystems use of each other, by the id of the subsystem.

Dependencies are those between home subsystems, seen from every height: an edge from `A / B / C` to
`A / D` is one of `C` and of `B` to `D`, and inside `A` one from `B` to `D`. So the partner of a
subsystem is where the ways of both part, and its own page leads further down.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded
from cai_assets.site.derived.making import ARCHITECTURE, DEPENDENCIES, homes_of, table_of
from cai_assets.site.model import Source
from cai_assets.site.subsystem_paths import enclosing, parted, seen_by

_EVIDENCE = 3
"""Pairs of objects told for each dependency between subsystems."""


@dataclass(frozen=True, slots=True)
class _ObjectEdge:
    """A dependency between two objects of different homes, with its first evidence."""

    from_subsystem: str
    to_subsystem: str
    source: str
    target: str
    links: int
    kind: str
    file: str
    line: int


_CROSSING: WeakKeyDictionary[Source, list[_ObjectEdge]] = WeakKeyDictionary()


def _crossing(source: Source) -> list[_ObjectEdge]:
    """The dependencies between objects of different homes, the strongest first."""
    known = _CROSSING.get(source)
    if known is None:
        known = _CROSSING[source] = _read_crossing(source)
    return known


def _read_crossing(source: Source) -> list[_ObjectEdge]:
    homes = homes_of(source)
    table = source.needed(
        DEPENDENCIES,
        "graph_edges",
        ["source", "target", "links", "rights_only", "kind", "file", "line"],
    )
    table = table.filter(pc.invert(table.column("rights_only")))
    columns = [
        Coded.of(table, "source").texts(),
        Coded.of(table, "target").texts(),
        table.column("links").to_pylist(),
        Coded.of(table, "kind").texts(),
        Coded.of(table, "file").texts(),
        table.column("line").to_pylist(),
    ]
    found = [
        _ObjectEdge(homes[from_], homes[to], from_, to, links, kind or "", file or "", line or 0)
        for from_, to, links, kind, file, line in zip(*columns, strict=True)
        if from_ in homes and to in homes and homes[from_] != homes[to]
    ]
    return sorted(found, key=lambda edge: (-edge.links, edge.source, edge.target))


def _links(source: Source) -> pa.Table:
    """Which subsystems use, and are used by, each; `direction` is `out` or `in`."""
    counted: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for edge in _crossing(source):
        for key in _both_ways(edge.from_subsystem, edge.to_subsystem):
            counted[key][0] += 1
            counted[key][1] += edge.links
    cut = {key for pair in _cut_pairs(source) for key in _both_ways(*pair)}
    forbidden = Counter(key for pair in _forbidden_pairs(source) for key in _both_ways(*pair))
    opposite = {"out": "in", "in": "out"}
    rows = []
    for key in sorted(counted.keys() | forbidden.keys()):
        subsystem, direction, partner = key
        pairs, links = counted.get(key, (0, 0))
        rows.append(
            {
                "subsystem": subsystem,
                "direction": direction,
                "partner": partner,
                "pairs": pairs,
                "links": links,
                "back": counted.get((subsystem, opposite[direction], partner), (0, 0))[1],
                "forbidden": forbidden[key],
                "cut": key in cut,
            }
        )
    return table_of(
        rows,
        ("subsystem", "direction", "partner"),
        ("pairs", "links", "back", "forbidden"),
        ("cut",),
    )


@cache
def _both_ways(source: str, target: str) -> tuple[tuple[str, str, str], ...]:
    return (
        *((subsystem, "out", partner) for subsystem, partner in seen_by(source, target)),
        *((subsystem, "in", partner) for subsystem, partner in seen_by(target, source)),
    )


def _cut_pairs(source: Source) -> list[tuple[str, str]]:
    """Dependencies of subsystems that are suggested to be cut."""
    edges = source.needed(
        DEPENDENCIES, "subsystem_edges", ["from_subsystem", "to_subsystem", "cut"]
    )
    return [(row["from_subsystem"], row["to_subsystem"]) for row in edges.to_pylist() if row["cut"]]


def _forbidden_pairs(source: Source) -> list[tuple[str, str]]:
    """The subsystems of each violation of the contract, where both stand in one."""
    return [
        (row["from_subsystem"], row["to_subsystem"])
        for row in _violation_rows(source)
        if row["from_subsystem"]
        and row["to_subsystem"]
        and row["from_subsystem"] != row["to_subsystem"]
    ]


_VIOLATION = (
    "rule", "from_subsystem", "to_subsystem", "source_object", "target_object", "source",
    "target", "kind", "reason", "file", "line",
)  # fmt: skip


def _violation_rows(source: Source) -> list[dict[str, Any]]:
    table = source.table(ARCHITECTURE, "contract_violations", _VIOLATION)
    return [] if table is None else table.to_pylist()


def _pairs(source: Source) -> pa.Table:
    """The strongest dependencies between objects behind each row of `subsystem_links`."""
    told: Counter[tuple[str, str, str]] = Counter()
    rows = []
    for edge in _crossing(source):
        for key in _both_ways(edge.from_subsystem, edge.to_subsystem):
            if told[key] < _EVIDENCE:
                told[key] += 1
                rows.append(
                    {
                        **dict(zip(("subsystem", "direction", "partner"), key, strict=True)),
                        "source": edge.source,
                        "target": edge.target,
                        "kind": edge.kind,
                        "file": edge.file,
                        "links": edge.links,
                        "line": edge.line,
                    }
                )
    return table_of(
        rows,
        ("subsystem", "direction", "partner", "source", "target", "kind", "file"),
        ("links", "line"),
    )


def _inside(source: Source) -> pa.Table:
    """What the parts of each subsystem use of each other; those at the top stand under `''`."""
    counted: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for edge in _crossing(source):
        key = parted(edge.from_subsystem, edge.to_subsystem)
        counted[key][0] += 1
        counted[key][1] += edge.links
    forbidden = Counter(parted(*pair) for pair in _forbidden_pairs(source))
    rows = [
        {
            "subsystem": around,
            "source": from_,
            "target": to,
            "pairs": counted.get((around, from_, to), (0, 0))[0],
            "links": counted.get((around, from_, to), (0, 0))[1],
            "forbidden": forbidden[around, from_, to],
        }
        for around, from_, to in sorted(counted.keys() | forbidden.keys())
    ]
    return table_of(rows, ("subsystem", "source", "target"), ("pairs", "links", "forbidden"))


def _cycles(source: Source) -> pa.Table:
    """The cycles that each subsystem is in."""
    columns = ["cycle", "level", "size", "members", "links", "cut_edges", "cut_links"]
    rows = []
    for row in source.needed(DEPENDENCIES, "cycles", columns).to_pylist():
        if row.pop("level") == "subsystem":
            members = row.pop("members")
            rows += [{**row, "subsystem": member} for member in members]
    return table_of(rows, ("subsystem",), ("cycle", "size", "links", "cut_edges", "cut_links"))


def _cuts(source: Source) -> pa.Table:
    """Where the suggested cuts of a subsystem are written: the first places of each."""
    table = source.needed(
        DEPENDENCIES,
        "cycle_edges",
        [
            "level", "cut", "from_subsystem", "to_subsystem", "source_object", "target_object",
            "links", "kind", "file", "line",
        ],
    )  # fmt: skip
    mine = Coded.of(table, "level").map(lambda level: int(level == "subsystem")) == 1
    mine &= table.column("cut").to_numpy()
    told: Counter[tuple[str, str]] = Counter()
    rows = []
    for row in sorted(
        table.filter(pa.array(mine)).drop_columns(["level", "cut"]).to_pylist(),
        key=lambda row: (-row["links"], row["source_object"], row["target_object"]),
    ):
        pair = row["from_subsystem"], row["to_subsystem"]
        told[pair] += 1
        if told[pair] <= _EVIDENCE:
            rows += [{**row, "subsystem": subsystem} for subsystem in pair]
    return table_of(
        rows,
        (
            "subsystem", "from_subsystem", "to_subsystem", "source_object", "target_object", "kind",
            "file",
        ),
        ("links", "line"),
    )  # fmt: skip


def _violations(source: Source) -> pa.Table:
    """Violations of the contract from and to each subsystem with what is nested in it."""
    rows = []
    for row in _violation_rows(source):
        sides = {
            *(("out", name) for name in enclosing(row["from_subsystem"] or "")),
            *(("in", name) for name in enclosing(row["to_subsystem"] or "")),
        }
        for direction, subsystem in sorted(sides):
            rows.append({**row, "subsystem": subsystem, "direction": direction})
    texts = [name for name in _VIOLATION if name != "line"]
    return table_of(rows, ("subsystem", "direction", *texts), ("line",))


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "subsystem_links": _links,
    "subsystem_pairs": _pairs,
    "subsystem_inside": _inside,
    "subsystem_cycles": _cycles,
    "subsystem_cuts": _cuts,
    "subsystem_violations": _violations,
}
"""How each table is made; part of `derived.DERIVED`."""

READS: Mapping[str, tuple[str, ...]] = {
    DEPENDENCIES: ("cycle_edges", "cycles", "graph_edges", "graph_nodes", "subsystem_edges"),
    ARCHITECTURE: ("contract_violations",),
}
"""Tables by group that these are made from."""
