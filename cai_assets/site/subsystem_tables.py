"""Tables of the site about subsystems: what the page of each shows, by the id of the subsystem.

Dependencies are those between home subsystems, seen from every height: an edge from `A / B / C` to
`A / D` is one of `C` and of `B` to `D`, and inside `A` one from `B` to `D`. So the partner of a
subsystem is where the ways of both part, and its own page leads further down.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.architecture.check import matches_subsystem
from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.model import Source

DEPENDENCIES, ARCHITECTURE, PRACTICES = (
    "dependency_analysis",
    "architecture_analysis",
    "best_practices",
)
_EVIDENCE = 3
"""Pairs of objects told for each dependency between subsystems."""
_INTERFACE = 40
"""Routines told of the interface of a subsystem."""

_TEXT, _INT, _FLAG = pa.string(), pa.int64(), pa.bool_()


def needed(source: Source, group: str, name: str, columns: Sequence[str]) -> pa.Table:
    """A table that has to be there. Raises FileNotFoundError."""
    table = source.table(group, name, list(columns))
    if table is None:
        raise FileNotFoundError(f"table {group}/{name} is missing; materialize it first")
    return table


def enclosing(subsystem: str) -> list[str]:
    """The subsystem and those around it, outermost first; `''` has none."""
    parts = subsystem.split(".")
    return [".".join(parts[:end]) for end in range(2, len(parts) + 1, 2)] if subsystem else []


@cache
def parted(source: str, target: str) -> tuple[str, str, str]:
    """Where the ways to two different subsystems part: what encloses both, then one of each.

    A subsystem stands for itself where it encloses the other.
    """
    left, right = enclosing(source), enclosing(target)
    level = 0
    while level < min(len(left), len(right)) and left[level] == right[level]:
        level += 1
    around = left[level - 1] if level else ""
    return (
        around,
        left[level] if level < len(left) else source,
        right[level] if level < len(right) else target,
    )


def seen_by(source: str, target: str) -> list[tuple[str, str]]:
    """Each subsystem that encloses the source and not the target, with its partner."""
    _, mine, partner = parted(source, target)
    return [
        (around, partner)
        for around in enclosing(source)
        if (around == mine or around.startswith(mine + "."))
        and not f"{target}.".startswith(f"{around}.")
    ]


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


def _homes(source: Source) -> dict[str, str]:
    """The home subsystem of each object that has one."""
    nodes = needed(source, DEPENDENCIES, "graph_nodes", ["object", "subsystem"])
    pairs = zip(
        nodes.column("object").to_pylist(), Coded.of(nodes, "subsystem").texts(), strict=True
    )
    return {object_: home for object_, home in pairs if home}


_CROSSING: WeakKeyDictionary[Source, list[_ObjectEdge]] = WeakKeyDictionary()


def _crossing(source: Source) -> list[_ObjectEdge]:
    """The dependencies between objects of different homes, the strongest first."""
    known = _CROSSING.get(source)
    if known is None:
        known = _CROSSING[source] = _read_crossing(source)
    return known


def _read_crossing(source: Source) -> list[_ObjectEdge]:
    homes = _homes(source)
    table = needed(
        source,
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


def _objects(source: Source) -> pa.Table:
    """The objects that subsystems list themselves, with their size and findings."""
    columns = ["object", "type", "name", "synonym", "subsystems"]
    table = needed(source, PARSED, "objects", columns)
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
    degrees = needed(source, DEPENDENCIES, "graph_nodes", ["object", "in_degree", "out_degree"])
    links = {
        object_: pair
        for object_, *pair in zip(
            *(_texts(degrees, name) for name in degrees.column_names), strict=True
        )
    }
    open_ = open_findings(source)
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
    return _table(
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
    modules = needed(source, PARSED, "modules", ["object", "lines", "cognitive"])
    owners = Coded.of(modules, "object")
    known = owners.codes >= 0
    counted = []
    for column in ("lines", "cognitive"):
        values = modules.column(column).to_numpy().astype(np.float64)
        sums = np.bincount(owners.codes[known], values[known], len(owners.values))
        counted.append(sums.astype(np.int64).tolist())
    return dict(zip(owners.values, zip(*counted, strict=True), strict=True))


def open_findings(source: Source) -> dict[str, int] | None:
    """Open findings of each object; None if the rules were not run."""
    findings = source.table(PRACTICES, "findings", ["object", "status"])
    if findings is None:
        return None
    open_ = Coded.of(findings, "status").map(lambda status: int(status == "open")) == 1
    counted = Counter(Coded.of(findings.filter(pa.array(open_)), "object").texts())
    return {object_: count for object_, count in counted.items() if object_}


def _home_sizes(source: Source) -> pa.Table:
    """What has each subsystem as its home, and what has none (`''`): each object counts once."""
    nodes = needed(source, DEPENDENCIES, "graph_nodes", ["object", "subsystem"])
    sizes = _sizes(source)
    routines = needed(source, PARSED, "routines", ["object"])
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
    return _table(rows, ("subsystem",), names)


def _outside(source: Source) -> pa.Table:
    """Objects in no subsystem."""
    nodes = needed(source, DEPENDENCIES, "graph_nodes", ["object", "type", "subsystem"])
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
    return _table(rows, ("object", "type"))


def _findings(source: Source) -> pa.Table:
    """Findings by severity and status in each subsystem with all that is nested in it."""
    found: Counter[tuple[str, str, str]] = Counter()
    findings = source.table(PRACTICES, "findings", ["object", "severity", "status"])
    if findings is not None:
        objects = needed(source, PARSED, "objects", ["object", "subsystems"])
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
    return _table(rows, ("subsystem", "severity", "status"), ("count",))


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
    return _table(
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
    edges = needed(
        source, DEPENDENCIES, "subsystem_edges", ["from_subsystem", "to_subsystem", "cut"]
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
    return _table(
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
    return _table(rows, ("subsystem", "source", "target"), ("pairs", "links", "forbidden"))


def _cycles(source: Source) -> pa.Table:
    """The cycles that each subsystem is in."""
    columns = ["cycle", "level", "size", "members", "links", "cut_edges", "cut_links"]
    rows = []
    for row in needed(source, DEPENDENCIES, "cycles", columns).to_pylist():
        if row.pop("level") == "subsystem":
            members = row.pop("members")
            rows += [{**row, "subsystem": member} for member in members]
    return _table(rows, ("subsystem",), ("cycle", "size", "links", "cut_edges", "cut_links"))


def _cuts(source: Source) -> pa.Table:
    """Where the suggested cuts of a subsystem are written: the first places of each."""
    table = needed(
        source,
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
    return _table(
        rows,
        (
            "subsystem", "from_subsystem", "to_subsystem", "source_object", "target_object", "kind",
            "file",
        ),
        ("links", "line"),
    )  # fmt: skip


def _interface(source: Source) -> pa.Table:
    """Exported routines that objects of other subsystems use, the most used of each subsystem."""
    homes = _homes(source)
    names = sorted(set(homes.values()))
    number = {name: code for code, name in enumerate(names)}
    edges = needed(source, DEPENDENCIES, "routine_edges", ["source", "target"])
    routines = needed(source, PARSED, "routines", ["routine", "export", "description"])
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
    return _table(rows, ("subsystem", "routine", "description"), ("users", "subsystems", "total"))


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
    return _table(rows, ("subsystem", "direction", *texts), ("line",))


def _rules(source: Source) -> pa.Table:
    """The rules of the contract that name each subsystem, or one around it."""
    columns = ["order", "rule", "kind", "access", "source", "target", "reason", "edges"]
    table = source.table(ARCHITECTURE, "contract_rules", columns)
    structure = needed(source, ARCHITECTURE, "structure", ["scope", "name"])
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
    return _table(
        rows,
        ("subsystem", "sides", "rule", "kind", "access", "source", "target", "reason"),
        ("order", "edges"),
    )


def _names(patterns: Iterable[str], subsystem: str) -> bool:
    return any(pattern != "*" and matches_subsystem(pattern, subsystem) for pattern in patterns)


def _table(
    rows: Sequence[Mapping[str, Any]],
    texts: Sequence[str],
    numbers: Sequence[str] = (),
    flags: Sequence[str] = (),
) -> pa.Table:
    types = [(name, _TEXT) for name in texts]
    types += [(name, _INT) for name in numbers]
    types += [(name, _FLAG) for name in flags]
    return pa.Table.from_pylist(
        [{name: row[name] for name, _ in types} for row in rows], schema=pa.schema(types)
    )


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "subsystem_objects": _objects,
    "subsystem_homes": _home_sizes,
    "subsystem_outside": _outside,
    "subsystem_findings": _findings,
    "subsystem_links": _links,
    "subsystem_pairs": _pairs,
    "subsystem_inside": _inside,
    "subsystem_cycles": _cycles,
    "subsystem_cuts": _cuts,
    "subsystem_interface": _interface,
    "subsystem_violations": _violations,
    "subsystem_rules": _rules,
}
"""How each table is made; part of `derived.DERIVED`."""

READS: Mapping[str, tuple[str, ...]] = {
    PARSED: ("modules", "objects", "routines"),
    DEPENDENCIES: (
        "cycle_edges",
        "cycles",
        "graph_edges",
        "graph_nodes",
        "routine_edges",
        "subsystem_edges",
    ),
    ARCHITECTURE: ("contract_rules", "contract_violations", "structure"),
    PRACTICES: ("findings",),
}
"""Tables by group that these are made from."""
