"""Tables of the site about subsystems: what each holds, by the id of the subsystem."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.architecture.check import matches_subsystem
from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.derived.making import (
    ARCHITECTURE,
    DEPENDENCIES,
    PRACTICES,
    homes_of,
    table_of,
)
from cai_assets.site.model import Source
from cai_assets.site.subsystem_paths import enclosing

_INTERFACE = 40
"""Routines told of the interface of a subsystem."""


def _objects(source: Source) -> pa.Table:
    """The objects that subsystems list themselves, with their size and findings."""
    columns = ["object", "type", "name", "synonym", "subsystems"]
    table = source.needed(PARSED, "objects", columns)
    told = {
        name: _texts(table, name) if name != "subsystems" else table.column(name).to_pylist()
        for name in columns
    }
    rows: dict[tuple[str, str], int] = {}
    for place, (object_, subsystems) in enumerate(
        zip(told["object"], told["subsystems"], strict=True)
    ):
        for subsystem in subsystems or ():
            rows.setdefault((subsystem, object_), place)
    sizes = _sizes(source)
    degrees = source.needed(DEPENDENCIES, "graph_nodes", ["object", "in_degree", "out_degree"])
    links = {
        object_: pair
        for object_, *pair in zip(
            *(_texts(degrees, name) for name in degrees.column_names), strict=True
        )
    }
    open_ = _open_findings(source)
    found = []
    for (subsystem, object_), place in sorted(rows.items()):
        lines, cognitive = sizes.get(object_, (0, 0))
        users, uses = links.get(object_, (0, 0))
        found.append(
            {
                "subsystem": subsystem,
                "object": object_,
                "type": told["type"][place],
                "name": told["name"][place],
                "synonym": told["synonym"][place] or "",
                "lines": lines,
                "cognitive": cognitive,
                "users": users,
                "uses": uses,
                "findings": None if open_ is None else open_.get(object_, 0),
            }
        )
    return table_of(
        found,
        ("subsystem", "object", "type", "name", "synonym"),
        ("lines", "cognitive", "users", "uses", "findings"),
    )


def _texts(table: pa.Table, column: str) -> list[Any]:
    if pa.types.is_dictionary(table.schema.field(column).type):
        return Coded.of(table, column).texts()
    values: list[Any] = table.column(column).to_pylist()
    return values


def _sizes(source: Source) -> dict[str, tuple[int, int]]:
    """Lines and cognitive complexity of the modules of each object."""
    modules = source.needed(PARSED, "modules", ["object", "lines", "cognitive"])
    owners = Coded.of(modules, "object")
    known = owners.codes >= 0
    counted = []
    for column in ("lines", "cognitive"):
        values = modules.column(column).to_numpy().astype(np.float64)
        sums = np.bincount(owners.codes[known], values[known], len(owners.values))
        counted.append(sums.astype(np.int64).tolist())
    return dict(zip(owners.values, zip(*counted, strict=True), strict=True))


def _open_findings(source: Source) -> dict[str, int] | None:
    """Open findings of each object; None if the rules were not run."""
    findings = source.table(PRACTICES, "findings", ["object", "status"])
    if findings is None:
        return None
    open_ = Coded.of(findings, "status").map(lambda status: int(status == "open")) == 1
    counted = Counter(Coded.of(findings.filter(pa.array(open_)), "object").texts())
    return {object_: count for object_, count in counted.items() if object_}


def _home_sizes(source: Source) -> pa.Table:
    """What has each subsystem as its home, and what has none (`''`): each object counts once."""
    nodes = source.needed(DEPENDENCIES, "graph_nodes", ["object", "subsystem"])
    sizes = _sizes(source)
    routines = source.needed(PARSED, "routines", ["object"])
    counted = Counter(Coded.of(routines, "object").texts())
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    pairs = zip(
        nodes.column("object").to_pylist(), Coded.of(nodes, "subsystem").texts(), strict=True
    )
    for object_, home in pairs:
        size = found[home or ""]
        lines, cognitive = sizes.get(object_, (0, 0))
        for position, value in enumerate((1, lines, cognitive, counted[object_])):
            size[position] += value
    names = ("objects", "lines", "cognitive", "routines")
    rows = [
        {"subsystem": home, **dict(zip(names, size, strict=True))}
        for home, size in sorted(found.items())
    ]
    return table_of(rows, ("subsystem",), names)


def _outside(source: Source) -> pa.Table:
    """Objects in no subsystem."""
    nodes = source.needed(DEPENDENCIES, "graph_nodes", ["object", "type", "subsystem"])
    columns = zip(
        nodes.column("object").to_pylist(),
        Coded.of(nodes, "type").texts(),
        Coded.of(nodes, "subsystem").texts(),
        strict=True,
    )
    rows = [
        {"object": object_, "type": type_}
        for object_, type_, home in columns
        if not home and type_ != "Subsystem"
    ]
    return table_of(rows, ("object", "type"))


def _findings(source: Source) -> pa.Table:
    """Findings by severity and status in each subsystem with all that is nested in it."""
    found: Counter[tuple[str, str, str]] = Counter()
    findings = source.table(PRACTICES, "findings", ["object", "severity", "status"])
    if findings is not None:
        objects = source.needed(PARSED, "objects", ["object", "subsystems"])
        around: dict[str, set[str]] = defaultdict(set)
        for row in objects.to_pylist():
            for subsystem in row["subsystems"] or ():
                around[row["object"]].update(enclosing(subsystem))
        counted = Counter(
            zip(
                Coded.of(findings, "object").texts(),
                Coded.of(findings, "severity").texts(),
                Coded.of(findings, "status").texts(),
                strict=True,
            )
        )
        for (object_, severity, status), count in counted.items():
            for subsystem in around.get(object_ or "", ()):
                found[subsystem, severity or "", status or ""] += count
    rows = [
        {"subsystem": subsystem, "severity": severity, "status": status, "count": count}
        for (subsystem, severity, status), count in sorted(found.items())
    ]
    return table_of(rows, ("subsystem", "severity", "status"), ("count",))


def _interface(source: Source) -> pa.Table:
    """Exported routines that objects of other subsystems use, the most used of each subsystem."""
    homes = homes_of(source)
    names = sorted(set(homes.values()))
    number = {name: code for code, name in enumerate(names)}
    edges = source.needed(DEPENDENCIES, "routine_edges", ["source", "target"])
    routines = source.needed(PARSED, "routines", ["routine", "export", "description"])
    routines = routines.filter(routines.column("export"))
    names_of, texts = (routines.column(name) for name in ("routine", "description"))
    exported = {routine: place for place, routine in enumerate(names_of.to_pylist())}

    def home_of(id_: str) -> int:
        home = homes.get(".".join(id_.split(".", 2)[:2]))
        return -1 if home is None else number[home]

    sources, targets = Coded.of(edges, "source"), Coded.of(edges, "target")
    from_ = sources.map(home_of)
    to = targets.map(lambda id_: home_of(id_) if id_ in exported else -1)
    crossing = (to >= 0) & (from_ != to)
    counted = _used_from_outside(names, from_[crossing], to[crossing], targets.codes[crossing])
    rows = []
    for subsystem, used in sorted(counted.items()):
        order = sorted(used, key=lambda item: (-item[1], targets.values[item[0]]))
        for code, users, subsystems in order[:_INTERFACE]:
            routine = targets.values[code]
            rows.append(
                {
                    "subsystem": subsystem,
                    "routine": routine,
                    "description": texts[exported[routine]].as_py() or "",
                    "users": users,
                    "subsystems": subsystems,
                    "total": len(used),
                }
            )
    return table_of(rows, ("subsystem", "routine", "description"), ("users", "subsystems", "total"))


def _used_from_outside(
    names: Sequence[str], from_: Codes, to: Codes, routines: Codes
) -> dict[str, list[tuple[int, int, int]]]:
    """By subsystem: routine, users outside, subsystems of these (none counts as one)."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    around = [enclosing(name) for name in names]
    by_subsystem: dict[str, list[int]] = defaultdict(list)
    for code, chain in enumerate(around):
        for subsystem in chain:
            by_subsystem[subsystem].append(code)
    for subsystem, inside in by_subsystem.items():
        within = np.zeros(len(names) + 1, dtype=bool)
        within[inside] = True
        rows = within[to] & ~within[from_]
        if not rows.any():
            continue
        known, position, users = np.unique(routines[rows], return_inverse=True, return_counts=True)
        pairs = np.unique(np.stack([position, from_[rows]]), axis=1)
        subsystems = np.bincount(pairs[0], minlength=len(known))
        found[subsystem] = list(
            zip(known.tolist(), users.tolist(), subsystems.tolist(), strict=True)
        )
    return found


def _rules(source: Source) -> pa.Table:
    """The rules of the contract that name each subsystem, or one around it."""
    columns = ["order", "rule", "kind", "access", "source", "target", "reason", "edges"]
    table = source.table(ARCHITECTURE, "contract_rules", columns)
    structure = source.needed(ARCHITECTURE, "structure", ["scope", "name"])
    subsystems = [
        row["name"] for row in structure.to_pylist() if row["scope"] == "subsystem" and row["name"]
    ]
    rows = []
    for row in [] if table is None else table.to_pylist():
        for subsystem in subsystems:
            sides = [
                side for side in ("source", "target") if _names(row[side].split(", "), subsystem)
            ]
            if sides:
                rows.append({**row, "subsystem": subsystem, "sides": ", ".join(sides)})
    return table_of(
        rows,
        ("subsystem", "sides", "rule", "kind", "access", "source", "target", "reason"),
        ("order", "edges"),
    )


def _names(patterns: Iterable[str], subsystem: str) -> bool:
    return any(pattern != "*" and matches_subsystem(pattern, subsystem) for pattern in patterns)


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "subsystem_objects": _objects,
    "subsystem_homes": _home_sizes,
    "subsystem_outside": _outside,
    "subsystem_findings": _findings,
    "subsystem_interface": _interface,
    "subsystem_rules": _rules,
}
"""How each table is made; part of `derived.DERIVED`."""

READS: Mapping[str, tuple[str, ...]] = {
    PARSED: ("modules", "objects", "routines"),
    DEPENDENCIES: ("graph_nodes", "routine_edges"),
    ARCHITECTURE: ("contract_rules", "structure"),
    PRACTICES: ("findings",),
}
"""Tables by group that these are made from."""
