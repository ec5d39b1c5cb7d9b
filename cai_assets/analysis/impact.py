"""What a change of an object or a routine reaches, over how many steps, through which evidence.

Reads `graph_edges`, or `routine_edges` for a routine, which the dependency analysis made, and
walks them breadth first on integer arrays: a whole configuration takes milliseconds.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

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
        ids = tables.read("routines", ["routine"]).column("routine")
        wanted = _routine_name(text)
        at = _place_of(ids, wanted)
        if at is not None:
            return ids[at].as_py(), True
    try:
        return find_object(tables, text), False
    except UnknownObject as error:
        if text.count(".") < _PARTS_OF_ROUTINE - 1:
            raise
        close = _close_routines(wanted, ids.to_pylist(), error.close)
        raise UnknownObject(text, close) from error


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
        rights = _numbers(edges.column("rights_only").combine_chunks()) == 1
    source, target, names = _ends(edges)
    start = _place_of(names, subject.casefold())
    if start is None:
        return Impact(subject, direction, ())
    ends = (target, source) if direction is Direction.DEPENDENTS else (source, target)
    edge_of, depth = _breadth_first(*ends, ~rights, start, len(names), steps)
    _add_leaves(*ends, rights, edge_of, depth, steps)
    return Impact(subject, direction, _reached(edges, ends[0], names, edge_of, depth))


def _place_of(names: pa.Array | pa.ChunkedArray, folded: str) -> int | None:
    """Where the name with this folding stands, the first if several."""
    # Lower case is what Arrow knows at its own speed; folding decides among the few that are left.
    likely = pc.equal(pc.utf8_lower(names), _scalar(folded.lower()))
    for at in pc.indices_nonzero(likely).to_pylist():
        if names[at].as_py().casefold() == folded:
            return int(at)
    return None


def _ends(edges: pa.Table) -> tuple[Ints, Ints, pa.Array]:
    """Both ends of each edge as positions in one array of distinct names."""
    source, target = (_encoded(edges.column(name)) for name in ("source", "target"))
    place = pc.index_in(source.dictionary, target.dictionary)
    codes = _numbers(place).copy()
    new = _numbers(pc.indices_nonzero(pc.is_null(place)))
    codes[new] = len(target.dictionary) + np.arange(len(new))
    names = pa.concat_arrays([target.dictionary, source.dictionary.take(_rows(new))])
    return codes[_numbers(source.indices)], _numbers(target.indices), names


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    joined = column.unify_dictionaries().combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


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
    edges: pa.Table, near: Ints, names: pa.Array, edge_of: Ints, depth: Ints
) -> tuple[Reached, ...]:
    nodes = np.flatnonzero(edge_of >= 0)
    rows = edge_of[nodes]
    evidence = edges.select(["kind", "file", "line", "links"]).take(_rows(rows))
    found = [
        Reached(id_, steps, via, Evidence(kind, file, line or 0, links))
        for id_, steps, via, kind, file, line, links in zip(
            names.take(_rows(nodes)).to_pylist(),
            depth[nodes].tolist(),
            names.take(_rows(near[rows])).to_pylist(),
            *(_texts(evidence.column(name)) for name in evidence.column_names),
            strict=True,
        )
    ]
    return tuple(sorted(found, key=lambda item: (item.steps, item.id.casefold())))


def _rows(positions: npt.NDArray[Any]) -> pa.Array:
    """Positions as Arrow wants them. `pa.array` would import pandas, a quarter of a second."""
    plain = np.ascontiguousarray(positions, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(plain), [None, pa.py_buffer(plain)])


def _scalar(text: str) -> pa.Scalar:
    """A text as Arrow wants it, without pandas as well."""
    data = text.encode()
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int32))
    return pa.StringArray.from_buffers(1, offsets, pa.py_buffer(data))[0]


def _numbers(array: pa.Array | pa.ChunkedArray) -> Ints:
    """Whole numbers or flags; a null may be anything. `np.asarray` would import pandas."""
    plain = array.cast(pa.int8()) if pa.types.is_boolean(array.type) else array
    plain = plain.cast(pa.int64())
    if isinstance(plain, pa.ChunkedArray):
        plain = plain.combine_chunks() if plain.num_chunks != 1 else plain.chunk(0)
    if not len(plain):
        return np.empty(0, dtype=np.int64)
    return np.frombuffer(plain.buffers()[1], dtype=np.int64)[
        plain.offset : plain.offset + len(plain)
    ]


def _texts(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column; a dictionary is turned into Python texts once per value."""
    if not pa.types.is_dictionary(column.type):
        values: list[Any] = column.to_pylist()
        return values
    encoded = _encoded(column)
    used, inverse = np.unique(_numbers(encoded.indices), return_inverse=True)
    texts = encoded.dictionary.take(_rows(used)).to_pylist()
    return [texts[at] for at in inverse.tolist()]


def _close_routines(wanted: str, ids: Sequence[str], objects: Sequence[str]) -> list[str]:
    """Routines of the same place with a like name, of any place with the same, like objects."""
    place, _, name = wanted.rpartition(".")
    parts = {id_.casefold(): id_ for id_ in ids}
    beside = [folded for folded in parts if folded.rpartition(".")[0] == place]
    like = difflib.get_close_matches(wanted, beside, n=_SUGGESTIONS)
    same = sorted(folded for folded in parts if folded.rpartition(".")[2] == name)
    found = [*(parts[folded] for folded in (*like, *same)), *objects]
    return list(dict.fromkeys(found))[:_SUGGESTIONS]


def module_id(text: str) -> str:
    """The folded id of a module, its parts in English."""
    parts = canonical_name(text).split(".")
    inner = [_MODULES.get(part.casefold(), part) or part for part in parts[2:]]
    return ".".join([*parts[:2], *inner]).casefold()


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
    "module_id",
]
