"""What modules use: objects of the configuration and exported routines of other objects.

An item is what a developer may come to use in a module: a metadata object that its code names,
queries or writes, or an exported routine that it calls. The object that owns the module and its
routines are no items of it. A common module is none either, its routines are; pictures and styles
are decoration. Where a line calls a routine of a manager, the object is named only to reach the
routine and is not counted besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.analysis.dependencies.merge import Nodes
from cai_assets.knowledge.coded import Coded
from cai_assets.learning.features.modules.name_words import name_words
from cai_assets.learning.features.sparse import Sparse, csr, ones
from cai_assets.learning.model import Codes, Inputs
from cai_assets.learning.words import parts

Flags = npt.NDArray[np.bool_]
READS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "parsed_configuration": {
        "objects": ("project", "object", "type"),
        "modules": ("project", "module", "object", "owner", "kind", "client", "server", "file"),
        "routines": ("project", "routine", "module", "object", "name", "export"),
        "references": (
            "source_object",
            "target_object",
            "target",
            "kind",
            "extractor",
            "resolved",
            "file",
            "line",
        ),
    },
    "dependency_analysis": {"graph_nodes": ("object", "subsystem")},
}
"""Columns that `read_uses` needs."""

METHOD = "Method"
"""The kind of an item that is a routine; that of an object is its type."""

_USES = (
    "call",
    "manager",
    "query_table",
    "query_field",
    "query_value",
    "movement",
    "open_form",
    "functional_option",
    "role_check",
)
_NO_ITEMS = (
    "CommonModule",
    "CommonPicture",
    "Configuration",
    "Language",
    "Style",
    "StyleItem",
    "Subsystem",
)
_DECLARED = ("object", "form", "composition", "flowchart")
_NO_LINKS = ("contains", "subsystem", "handler", "right")
_OFFERED = ("CommonModule", "ManagerModule")


@dataclass(frozen=True, slots=True)
class Modules:
    """Modules with code, by place. Codes are -1 where there is none.

    `owner` is the node of the object, `kind`, `type`, `role` and `subsystem` are codes into
    `Uses.kinds`, `Uses.types`, `Uses.roles` and `Uses.subsystems`.
    """

    projects: list[str]
    ids: list[str]
    owner: Codes
    kind: Codes
    type: Codes
    role: Codes
    subsystem: Codes
    client: Flags
    server: Flags

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Items:
    """All that modules may use, by place, ordered by folded id.

    `node` is the object that an item is or belongs to, `kind` a code into `Uses.item_kinds`.
    `client`, `server`: where a routine may run; an object is known on both sides.
    """

    ids: list[str]
    node: Codes
    kind: Codes
    routine: Flags
    client: Flags
    server: Flags

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Uses:
    """Who uses what.

    `matrix` is modules × items, 1 where used. `links[a, b]` counts what descriptions and forms of
    object `a` say of object `b`; `records[a, b]` is set where document `a` records register `b`.
    `object_words` and `routine_words` are rows of weighted stems of length 1: names of objects,
    and names of the items that are routines (empty rows for the others). Links and words have an
    empty row more than there are objects, so that the code -1 means nothing.
    """

    nodes: Nodes
    modules: Modules
    items: Items
    matrix: Sparse
    links: Sparse
    records: Sparse
    object_words: Sparse
    routine_words: Sparse
    node_subsystem: Codes
    kinds: list[str]
    types: list[str]
    roles: list[str]
    subsystems: list[str]
    item_kinds: list[str]

    def item_place(self) -> dict[str, int]:
        """Places of items by folded id."""
        return {item.casefold(): place for place, item in enumerate(self.items.ids)}


def read_uses(inputs: Inputs) -> Uses:
    """The uses of an upload. Tables without rows give a matrix without rows or columns."""
    tables = inputs["parsed_configuration"]
    nodes = Nodes.of(tables["objects"])
    types = _types(tables["objects"], nodes)
    subsystems, node_subsystem = _subsystems(inputs["dependency_analysis"]["graph_nodes"], nodes)
    modules, names = _modules(tables["modules"], nodes, types, node_subsystem)
    edges = _Edges(tables, nodes)
    items, item_kinds = _items(tables, nodes, types, edges)
    links, records = _links(tables["references"], nodes)
    object_words, routine_words = name_words(
        [*(name.partition(".")[2] for name in nodes.ids), ""],
        [
            name.rpartition(".")[2] if routine else ""
            for name, routine in zip(items.ids, items.routine.tolist(), strict=True)
        ],
    )
    return Uses(
        nodes,
        modules,
        items,
        edges.matrix(modules, items),
        links,
        records,
        object_words,
        routine_words,
        node_subsystem,
        names["kind"],
        names["type"],
        names["role"],
        subsystems,
        item_kinds,
    )


def _types(objects: pa.Table, nodes: Nodes) -> list[str]:
    found = [""] * len(nodes.ids)
    codes = nodes.codes(objects, "object").tolist()
    for node, type_ in zip(codes, Coded.of(objects, "type").texts(), strict=True):
        found[node] = found[node] or type_ or ""
    return found


def _subsystems(graph: pa.Table, nodes: Nodes) -> tuple[list[str], Codes]:
    home = Coded.of(graph, "subsystem")
    names = sorted(set(home.values))
    of = np.full(len(nodes.ids) + 1, -1, dtype=np.int64)
    place = {name: code for code, name in enumerate(names)}
    codes = nodes.codes(graph, "object")
    of[codes] = home.map(place.__getitem__)
    of[-1] = -1
    return names, of


def _coded(names: Sequence[str]) -> tuple[list[str], Codes]:
    values = sorted(set(names))
    place = {name: code for code, name in enumerate(values)}
    return values, np.array([place[name] for name in names], dtype=np.int64)


def _modules(
    table: pa.Table, nodes: Nodes, types: list[str], node_subsystem: Codes
) -> tuple[Modules, dict[str, list[str]]]:
    rows = table.select(["project", "module", "object", "owner", "kind"]).to_pylist()
    owner = nodes.codes(table, "object")
    names: dict[str, list[str]] = {}
    type_of = [types[node] if node >= 0 else "" for node in owner.tolist()]
    names["kind"], kind = _coded([row["kind"] or "" for row in rows])
    names["type"], type_ = _coded(type_of)
    names["role"], role = _coded(
        [_role(row, type_) for row, type_ in zip(rows, type_of, strict=True)]
    )
    found = Modules(
        [row["project"] or "" for row in rows],
        [row["module"] for row in rows],
        owner,
        kind,
        type_,
        role,
        node_subsystem[owner],
        _flags(table, "client"),
        _flags(table, "server"),
    )
    return found, names


def _role(row: Mapping[str, str | None], type_: str) -> str:
    """What a module is for, as far as its place says: the list form of a catalog, for example.

    For common modules the last word of the name says it: `…Client`, `…Cached`.
    """
    owner, object_ = row["owner"] or "", row["object"] or ""
    name = owner.rpartition(".")[2]
    if type_ == "CommonModule":
        name = (parts(name) or [""])[-1]
    elif owner == object_:
        name = ""
    return f"{row['kind']} {type_} {name.casefold()}"


def _flags(table: pa.Table, column: str) -> Flags:
    values = table.column(column).combine_chunks().fill_null(False)
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=bool)


class _Edges:
    """References from code that are uses: file, node and folded id of the routine in each row."""

    def __init__(self, tables: Mapping[str, pa.Table], nodes: Nodes) -> None:
        references = tables["references"]
        files = {
            file: place for place, file in enumerate(tables["modules"].column("file").to_pylist())
        }
        self._routines = _exports(tables["routines"])
        kinds = Coded.of(references, "kind")
        module = Coded.of(references, "file").map(lambda file: files.get(file, -1))
        node = nodes.codes(references, "target_object")
        use = kinds.map(lambda kind: kind in _USES) > 0
        resolved = _flags(references, "resolved")
        rows = np.flatnonzero(use & resolved & (module >= 0) & (node >= 0))
        owner = nodes.codes(tables["modules"], "object")
        rows = rows[owner[module[rows]] != node[rows]]
        call = (kinds.map(lambda kind: kind == "call") > 0)[rows]
        routine = Coded.of(references, "target").map(
            lambda target: self._routines.get(target.casefold(), -1)
        )[rows]
        line = references.column("line").combine_chunks().fill_null(0).to_numpy()[rows]
        reached = (kinds.map(lambda kind: kind == "manager") > 0)[rows] & np.isin(
            *_places(module[rows], line, node[rows], call)
        )
        kept = np.where(call, routine >= 0, ~reached)
        self.module = module[rows][kept]
        self.node = node[rows][kept]
        self.routine = np.where(call, routine, -1)[kept]
        self.size = len(nodes.ids)

    @property
    def routines(self) -> dict[str, int]:
        """Rows of exported routines by folded id."""
        return self._routines

    def matrix(self, modules: Modules, items: Items) -> Sparse:
        """Modules × items."""
        of_node = np.full(self.size, -1, dtype=np.int64)
        plain = np.flatnonzero(~items.routine)
        of_node[items.node[plain]] = plain
        of_routine = {item.casefold(): place for place, item in enumerate(items.ids)}
        place = np.full(max(self._routines.values(), default=-1) + 2, -1, dtype=np.int64)
        for name, row in self._routines.items():
            place[row] = of_routine.get(name, -1)
        item = np.where(self.routine >= 0, place[self.routine], of_node[self.node])
        known = item >= 0
        return ones(csr(self.module[known], item[known], (len(modules), len(items))))


def _places(module: Codes, line: Codes, node: Codes, call: Flags) -> tuple[Codes, Codes]:
    """A number for each row's module, line and object, and those of the calls."""
    lines = int(line.max(initial=0)) + 1
    nodes = int(node.max(initial=0)) + 1
    number = (module * lines + line) * nodes + node
    return number, number[call]


def _exports(routines: pa.Table) -> dict[str, int]:
    """The first row of each exported routine by folded id."""
    found: dict[str, int] = {}
    rows = np.flatnonzero(_flags(routines, "export"))
    names = routines.column("routine").take(pa.array(rows)).to_pylist()
    for row, name in zip(rows.tolist(), names, strict=True):
        found.setdefault(name.casefold(), row)
    return found


def _items(
    tables: Mapping[str, pa.Table], nodes: Nodes, types: list[str], edges: _Edges
) -> tuple[Items, list[str]]:
    """Objects, what common modules and managers export, and what else is called."""
    routines, modules = tables["routines"], tables["modules"]
    module_of: dict[str, int] = {}
    for place, name in enumerate(modules.column("module").to_pylist()):
        module_of.setdefault(name, place)
    kinds = modules.column("kind").to_pylist()
    types_of = [types[n] if n >= 0 else "" for n in nodes.codes(modules, "object").tolist()]
    client, server = _flags(modules, "client"), _flags(modules, "server")
    module = Coded.of(routines, "module").map(lambda name: module_of.get(name, -1))
    owner = nodes.codes(routines, "object")
    names = routines.column("routine").to_pylist()
    called = set(np.unique(edges.routine).tolist())
    found: list[tuple[str, str, int, str, bool, bool]] = []
    for folded, row in edges.routines.items():
        at, node = int(module[row]), int(owner[row])
        if at < 0 or node < 0:
            continue
        offered = kinds[at] in _OFFERED or types_of[at] in _OFFERED
        if offered or row in called:
            found.append((folded, names[row], node, METHOD, bool(client[at]), bool(server[at])))
    for node, (name, type_) in enumerate(zip(nodes.ids, types, strict=True)):
        if type_ not in _NO_ITEMS:
            found.append((name.casefold(), name, node, type_, True, True))
    found.sort()
    item_kinds, kind = _coded([entry[3] for entry in found])
    return Items(
        [entry[1] for entry in found],
        np.array([entry[2] for entry in found], dtype=np.int64),
        kind,
        np.array([entry[3] == METHOD for entry in found], dtype=bool),
        np.array([entry[4] for entry in found], dtype=bool),
        np.array([entry[5] for entry in found], dtype=bool),
    ), item_kinds


def _links(references: pa.Table, nodes: Nodes) -> tuple[Sparse, Sparse]:
    """Links that descriptions and forms declare, and those to registers that are recorded."""
    kinds = Coded.of(references, "kind")
    declared = Coded.of(references, "extractor").map(lambda name: name in _DECLARED) > 0
    source, target = nodes.ends(references)
    wanted = declared & _flags(references, "resolved") & (source >= 0) & (target >= 0)
    wanted &= (source != target) & (kinds.map(lambda kind: kind not in _NO_LINKS) > 0)
    recorded = wanted & (kinds.map(lambda kind: kind == "register_record") > 0)
    size = len(nodes.ids) + 1
    return (
        csr(source[wanted], target[wanted], (size, size)),
        ones(csr(source[recorded], target[recorded], (size, size))),
    )
