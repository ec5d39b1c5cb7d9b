"""What a change of an object or a routine reaches, over how many steps, through which evidence.

Reads `graph_edges`, or `routine_edges` for a routine, which the dependency analysis made, and
walks them breadth first on integer arrays: a whole configuration takes milliseconds.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.objects import (
    AmbiguousObject,
    Tables,
    UnknownObject,
    canonical_name,
    find_object,
)
from cai_assets.knowledge.coded import Coded

Ints = npt.NDArray[np.int64]

_COLUMNS = ["source", "target", "links", "kind", "file", "line"]
_SUGGESTIONS = 5
_PARTS_OF_ROUTINE = 3
_MODULES = {
    "модульобъекта": "ObjectModule",
    "модульменеджера": "ManagerModule",
    "модульнаборазаписей": "RecordSetModule",
    "модульменеджеразначения": "ValueManagerModule",
    "модулькоманды": "CommandModule",
    "форма": "Form",
    "команда": "Command",
    "модульформы": "",
    "formmodule": "",
    "модуль": "",
    "module": "",
}
"""Parts of a routine's id as people write them; a form's and a common module's have no part."""


class Direction(StrEnum):
    """Against the edges, to what depends on the subject; or along them."""

    DEPENDENTS = "dependents"
    DEPENDENCIES = "dependencies"


class EdgeTables(Protocol):
    """Reads tables of the dependency analysis."""

    def read(
        self, table: str, columns: list[str] | None = None, where: pc.Expression | None = None
    ) -> pa.Table:
        """The named columns of the rows for which `where` holds."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The first place where one id names another; `links` references there are in all."""

    kind: str
    file: str
    line: int
    links: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Something reached: `via` is the step before it, one nearer to the subject."""

    id: str
    steps: int
    via: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Impact:
    """What is reached from `subject`, by steps, then by id. Each is reached on a shortest way."""

    subject: str
    direction: Direction
    reached: tuple[Reached, ...]

    @property
    def by_steps(self) -> list[int]:
        """How many are reached in one step, in two, and so on."""
        counts = np.bincount([item.steps for item in self.reached] or [0])
        return [int(count) for count in counts[1:]]

    def path(self, item: Reached) -> list[Reached]:
        """The steps from the subject to `item`, `item` last."""
        known = {other.id: other for other in self.reached}
        steps = [item]
        while steps[-1].via != self.subject:
            steps.append(known[steps[-1].via])
        return steps[::-1]


def find_subject(tables: Tables, text: str) -> tuple[str, bool]:
    """The id of the object or routine called `text`, and whether it is a routine.

    Raises UnknownObject with names like it, or AmbiguousObject.
    """
    if text.count(".") >= _PARTS_OF_ROUTINE - 1:
        ids = tables.read("routines", ["routine"]).column("routine").to_pylist()
        wanted = _routine_name(text)
        found = next((id_ for id_ in ids if id_.casefold() == wanted), None)
        if found is not None:
            return found, True
    try:
        return find_object(tables, text), False
    except UnknownObject as error:
        if text.count(".") < _PARTS_OF_ROUTINE - 1:
            raise
        raise UnknownObject(text, _close_routines(wanted, ids, error.close)) from error


def impact(
    tables: EdgeTables,
    subject: str,
    *,
    routine: bool = False,
    direction: Direction = Direction.DEPENDENTS,
    steps: int | None = None,
) -> Impact:
    """What is reached from `subject`, an id as `find_subject` gives it, in at most `steps` steps.

    A role states rights on an object: a change reaches the role, and ends there.
    """
    if routine:
        edges = tables.read("routine_edges", _COLUMNS)
        rights = np.zeros(edges.num_rows, dtype=bool)
    else:
        edges = tables.read("graph_edges", [*_COLUMNS, "rights_only"])
        rights = np.asarray(edges.column("rights_only"))
    source, target, names = _ends(edges)
    try:
        start = [name.casefold() for name in names].index(subject.casefold())
    except ValueError:
        return Impact(subject, direction, ())
    ends = (target, source) if direction is Direction.DEPENDENTS else (source, target)
    edge_of, depth = _breadth_first(*ends, ~rights, start, len(names), steps)
    _add_leaves(*ends, rights, edge_of, depth, steps)
    return Impact(subject, direction, _reached(edges, ends[0], names, edge_of, depth))


def _ends(edges: pa.Table) -> tuple[Ints, Ints, list[str]]:
    """Both ends of each edge as positions in one list of names."""
    source, target = Coded.of(edges, "source"), Coded.of(edges, "target")
    position = {name: at for at, name in enumerate(target.values)}
    for name in source.values:
        position.setdefault(name, len(position))
    return source.map(position.__getitem__), target.codes, list(position)


def _breadth_first(
    near: Ints, far: Ints, used: npt.NDArray[np.bool_], start: int, size: int, steps: int | None
) -> tuple[Ints, Ints]:
    """For each node the edge that first reaches it and the number of steps, -1 for none."""
    rows = np.flatnonzero(used)
    rows = rows[np.argsort(near[rows], kind="stable")]
    begins = np.searchsorted(near[rows], np.arange(size + 1))
    edge_of = np.full(size, -1, dtype=np.int64)
    depth = np.full(size, -1, dtype=np.int64)
    depth[start] = 0
    frontier, step = np.array([start], dtype=np.int64), 0
    while len(frontier) and (steps is None or step < steps):
        step += 1
        lengths = begins[frontier + 1] - begins[frontier]
        offsets = np.repeat(begins[frontier] - np.cumsum(lengths) + lengths, lengths)
        edges = rows[np.arange(int(lengths.sum())) + offsets]
        edges = edges[depth[far[edges]] < 0]
        frontier, first = np.unique(far[edges], return_index=True)
        edge_of[frontier] = edges[first]
        depth[frontier] = step
    return edge_of, depth


def _add_leaves(
    near: Ints,
    far: Ints,
    rights: npt.NDArray[np.bool_],
    edge_of: Ints,
    depth: Ints,
    steps: int | None,
) -> None:
    """Reach by rights what nothing else reaches, from the nearest node."""
    rows = np.flatnonzero(rights & (depth[near] >= 0) & (depth[far] < 0))
    if steps is not None:
        rows = rows[depth[near[rows]] < steps]
    rows = rows[np.argsort(depth[near[rows]], kind="stable")]
    found, first = np.unique(far[rows], return_index=True)
    edge_of[found] = rows[first]
    depth[found] = depth[near[rows[first]]] + 1


def _reached(
    edges: pa.Table, near: Ints, names: Sequence[str], edge_of: Ints, depth: Ints
) -> tuple[Reached, ...]:
    nodes = np.flatnonzero(edge_of >= 0)
    rows = edge_of[nodes]
    evidence = edges.select(["kind", "file", "line", "links"]).take(pa.array(rows))
    found = [
        Reached(names[node], steps, names[via], Evidence(kind, file, line or 0, links))
        for node, steps, via, kind, file, line, links in zip(
            nodes.tolist(),
            depth[nodes].tolist(),
            near[rows].tolist(),
            *(evidence.column(name).to_pylist() for name in evidence.column_names),
            strict=True,
        )
    ]
    return tuple(sorted(found, key=lambda item: (item.steps, item.id.casefold())))


def _close_routines(wanted: str, ids: Sequence[str], objects: Sequence[str]) -> list[str]:
    """Routines of the same place with a like name, of any place with the same, like objects."""
    place, _, name = wanted.rpartition(".")
    parts = {id_.casefold(): id_ for id_ in ids}
    beside = [folded for folded in parts if folded.rpartition(".")[0] == place]
    like = difflib.get_close_matches(wanted, beside, n=_SUGGESTIONS)
    same = sorted(folded for folded in parts if folded.rpartition(".")[2] == name)
    found = [*(parts[folded] for folded in (*like, *same)), *objects]
    return list(dict.fromkeys(found))[:_SUGGESTIONS]


def _routine_name(text: str) -> str:
    """The folded id of a routine, its parts in English."""
    parts = canonical_name(text).split(".")
    inner = [_MODULES.get(part.casefold(), part) for part in parts[2:-1]]
    return ".".join([*parts[:2], *(part for part in inner if part), parts[-1]]).casefold()


__all__ = [
    "AmbiguousObject",
    "Direction",
    "Evidence",
    "Impact",
    "Reached",
    "UnknownObject",
    "find_subject",
    "impact",
]
