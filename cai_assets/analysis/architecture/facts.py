"""The rows of an upload as numbers: which object, module, routine and subsystem each belongs to.

Everything the analysis counts is an array over rows of `objects`, `modules` or `routines`; a
`Grouping` says which of them belong to which type, subsystem or project. Names are compared
case-folded. An object that an extension adopts is the same node as the one it adopts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded, Codes

_LINES = 1 << 24
"""More than the lines of any module: `module * _LINES + line` names a routine."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows and the groups they belong to, side by side; a row may belong to several groups."""

    rows: Codes
    groups: Codes

    def through(self, owner: Codes, owners: int) -> Pairs:
        """The pairs of rows whose owners (of `owners` in all, -1 for none) these pairs speak of."""
        order = np.argsort(self.rows, kind="stable")
        starts = np.searchsorted(self.rows[order], np.arange(owners + 1))
        known = np.flatnonzero(owner >= 0)
        first = starts[owner[known]]
        count = starts[owner[known] + 1] - first
        rows = np.repeat(known, count)
        shift = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        return Pairs(rows, self.groups[order][np.repeat(first, count) + shift])


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the analysis counts by: `names[g]` is group `g` of this `scope`.

    `objects` is None where objects as a whole do not belong to groups (kinds of modules).
    """

    scope: str
    names: list[str]
    objects: Pairs | None
    modules: Pairs
    routines: Pairs


class Facts:
    """The tables of an upload and how their rows hang together.

    `object_*` arrays run over the rows of `objects`, `module_*` over `modules`, `routine_*` over
    `routines`; -1 stands for none.
    """

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self.tables = tables
        kinds = tables["projects"].select(["project", "kind"]).to_pylist()
        rank = {row["project"]: (row["kind"] != "configuration", row["project"]) for row in kinds}
        self.projects = sorted(rank, key=lambda name: rank[name])
        self._project_code = {name: code for code, name in enumerate(self.projects)}
        self._read_objects()
        self._read_subsystems()
        self._read_code()

    def _read_objects(self) -> None:
        objects = self.tables["objects"]
        ids = Coded.of(objects, "object")
        self.node_ids: list[str] = []
        self.node_of: dict[str, int] = {}
        for name in ids.values:
            if self.node_of.setdefault(name.casefold(), len(self.node_ids)) == len(self.node_ids):
                self.node_ids.append(name)
        self.object_node = ids.map(lambda name: self.node_of[name.casefold()])
        self.object_project = Coded.of(objects, "project").map(self._project_code.__getitem__)
        self.object_type = Coded.of(objects, "type")
        count = len(self.node_ids)
        self._row = np.full((len(self.projects), count), -1, dtype=np.int64)
        self._row[self.object_project, self.object_node] = np.arange(objects.num_rows)
        first = np.argmax(self._row >= 0, axis=0) if self.projects else np.empty(0, np.int64)
        self.node_row = self._row[first, np.arange(count)]
        """The row of `objects` of each node, that of the configuration if there is one."""
        self.is_first = np.zeros(objects.num_rows, dtype=bool)
        self.is_first[self.node_row] = True

    def _read_subsystems(self) -> None:
        objects = self.tables["objects"]
        types = np.array(self.object_type.texts(), dtype=object)
        rows = np.flatnonzero((types == "Subsystem") & self.is_first)
        nodes = self.object_node[rows]
        names = [self.node_ids[node] for node in nodes.tolist()]
        order = sorted(range(len(names)), key=lambda position: names[position].casefold())
        self.subsystems: list[str] = [names[position] for position in order]
        """Ids of all subsystems, parents before their children."""
        self.subsystem_of = {name.casefold(): code for code, name in enumerate(self.subsystems)}
        self.subsystem_parent = [
            self.subsystem_of.get(name.casefold().rpartition(".subsystem.")[0], -1)
            for name in self.subsystems
        ]
        listed = objects.column("subsystems").combine_chunks()
        if isinstance(listed, pa.ChunkedArray):
            listed = listed.chunk(0)
        words = Coded.of(pa.table({"s": pc.list_flatten(listed)}), "s")
        codes = words.map(lambda name: self.subsystem_of.get(name.casefold(), -1))
        parents = pc.list_parent_indices(listed).to_numpy(zero_copy_only=False)
        known = codes >= 0
        self.direct = _unique(Pairs(self.object_node[parents[known]], codes[known]))
        """Nodes and the subsystems that list them."""
        self.nested = self._with_ancestors(self.direct)
        """Nodes and the subsystems that list them, or one that encloses these."""

    def _with_ancestors(self, pairs: Pairs) -> Pairs:
        parent = np.array([*self.subsystem_parent, -1], dtype=np.int64)
        rows, groups = pairs.rows, pairs.groups
        all_rows, all_groups = [rows], [groups]
        while len(rows):
            above = parent[groups]
            rows, groups = rows[above >= 0], above[above >= 0]
            all_rows.append(rows)
            all_groups.append(groups)
        return _unique(Pairs(np.concatenate(all_rows), np.concatenate(all_groups)))

    def _read_code(self) -> None:
        modules, routines = self.tables["modules"], self.tables["routines"]
        self.module_object = self.rows_of(modules, "object")
        files = Coded.of(modules, "file")
        position = {name: row for row, name in enumerate(files.texts())}
        self._module_of_file = position
        self.routine_module = self.modules_of(routines)
        line = routines.column("line").to_numpy(zero_copy_only=False).astype(np.int64)
        self._routine_keys = self.routine_module * _LINES + line
        self._routine_order = np.argsort(self._routine_keys, kind="stable")

    def rows_of(self, table: pa.Table, column: str) -> Codes:
        """The row of `objects` that each row names by `project` and `column`."""
        nodes = self.nodes_of(table, column)
        projects = Coded.of(table, "project").map(lambda name: self._project_code.get(name, -1))
        own = self._row[projects, nodes]
        return np.where((nodes < 0) | (projects < 0), -1, own)

    def nodes_of(self, table: pa.Table, column: str) -> Codes:
        """The node that each row names in `column`."""
        return Coded.of(table, column).map(lambda name: self.node_of.get(name.casefold(), -1))

    def modules_of(self, table: pa.Table) -> Codes:
        """The row of `modules` that each row's `file` is."""
        return Coded.of(table, "file").map(lambda name: self._module_of_file.get(name, -1))

    def routines_at(self, table: pa.Table, line: str) -> Codes:
        """The row of `routines` that each row names by its `file` and `line`; -1 for null."""
        wanted = table.column(line).fill_null(-1).to_numpy().astype(np.int64)
        keys = np.where(wanted < 0, -1, self.modules_of(table) * _LINES + wanted)
        ordered = self._routine_keys[self._routine_order]
        if not len(ordered):
            return np.full(len(keys), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
        return np.where(ordered[found] == keys, self._routine_order[found], -1)

    @cached_property
    def callees(self) -> Codes:
        """For each row of `calls` the row of `routines` that it calls."""
        position: dict[str, int] = {}
        for row, name in enumerate(self.tables["routines"].column("routine").to_pylist()):
            position.setdefault(name.casefold(), row)
        return Coded.of(self.tables["calls"], "callee").map(
            lambda name: position.get(name.casefold(), -1)
        )

    @cached_property
    def callers(self) -> Codes:
        """For each row of `calls` the row of `routines` that calls; -1 in a module's body."""
        return self.routines_at(self.tables["calls"], "caller_line")

    @cached_property
    def groupings(self) -> list[Grouping]:
        """All that is counted by; group names are unique within a scope."""
        objects = self.tables["objects"]
        every = np.arange(objects.num_rows)
        support = Coded.of(objects, "support")
        return [
            self._by_object("configuration", [""], Pairs(every, np.zeros_like(every))),
            self._by_object("project", self.projects, Pairs(every, self.object_project)),
            self._by_object("type", self.object_type.values, Pairs(every, self.object_type.codes)),
            self._by_object("subsystem", ["", *self.subsystems], self._subsystem_pairs()),
            self._by_object("support", ["", *support.values], Pairs(every, support.codes + 1)),
            self._by_module_kind(),
        ]

    def _subsystem_pairs(self) -> Pairs:
        """Rows of `objects` with 0 for no subsystem, else one more than the subsystem."""
        count = len(self.node_ids)
        outside = np.setdiff1d(np.arange(count), self.nested.rows)
        nodes = Pairs(
            np.concatenate([outside, self.nested.rows]),
            np.concatenate([np.zeros_like(outside), self.nested.groups + 1]),
        )
        return nodes.through(self.object_node, count)

    def _by_object(self, scope: str, names: list[str], objects: Pairs) -> Grouping:
        modules = objects.through(self.module_object, self.tables["objects"].num_rows)
        routines = modules.through(self.routine_module, self.tables["modules"].num_rows)
        return Grouping(scope, names, objects, modules, routines)

    def _by_module_kind(self) -> Grouping:
        kinds = Coded.of(self.tables["modules"], "kind")
        modules = Pairs(np.arange(len(kinds.codes)), kinds.codes)
        routines = modules.through(self.routine_module, len(kinds.codes))
        return Grouping("module_kind", kinds.values, None, modules, routines)

    def edges(self) -> Iterator[tuple[pa.Table, Codes, Codes]]:
        """Tables of edges with the nodes at both ends: `references`, and calls if it has none."""
        references = self.tables["references"]
        yield (
            references,
            self.nodes_of(references, "source_object"),
            self.nodes_of(references, "target_object"),
        )
        if "call" in Coded.of(references, "kind").values:
            return
        calls = self.tables["calls"]
        target = self.tables["routines"]
        objects = np.append(self.nodes_of(target, "object"), -1)
        modules = np.append(self.nodes_of(self.tables["modules"], "object"), -1)
        yield calls, modules[self.modules_of(calls)], objects[self.callees]


def numbers(table: pa.Table, column: str) -> Codes:
    """A column of numbers or flags without nulls as integers."""
    values: Codes = table.column(column).to_numpy(zero_copy_only=False).astype(np.int64)
    return values


def _unique(pairs: Pairs) -> Pairs:
    both = np.unique(np.stack([pairs.rows, pairs.groups]), axis=1)
    return Pairs(both[0].astype(np.int64), both[1].astype(np.int64))
