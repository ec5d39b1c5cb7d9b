"""References between objects, merged to one edge per pair, with the first place as evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.graph import Graph, Ints
from cai_assets.analysis.dependencies.schema import LINK_FAMILIES, TABLES
from cai_assets.analysis.dependencies.tabulate import build, named
from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.edges import EDGE_KINDS, Family

_KINDS = [kind.name for kind in EDGE_KINDS]
_KIND_CODE = {name: code for code, name in enumerate(_KINDS)}
_DEPENDENCY = np.array([kind.dependency for kind in EDGE_KINDS] + [False])
_ACCESS = np.array([kind.family is Family.ACCESS for kind in EDGE_KINDS] + [False])
_FAMILY = np.array(
    [
        LINK_FAMILIES.index(kind.family) if kind.family in LINK_FAMILIES else -1
        for kind in EDGE_KINDS
    ]
)


@dataclass(frozen=True, slots=True)
class Nodes:
    """The objects of all projects, ordered by folded id, so that layouts give one order."""

    ids: list[str]
    position: dict[str, int]

    @classmethod
    def of(cls, objects: pa.Table) -> Nodes:
        """Objects with the same folded id are one node, spelt as it comes first."""
        spelt: dict[str, str] = {}
        for name in objects.column("object").to_pylist():
            spelt.setdefault(name.casefold(), name)
        folded = sorted(spelt)
        return cls(
            [spelt[name] for name in folded], {name: code for code, name in enumerate(folded)}
        )

    def ends(self, references: pa.Table) -> tuple[Ints, Ints]:
        """The objects at both ends of each reference."""
        return self.codes(references, "source_object"), self.codes(references, "target_object")

    def codes(self, table: pa.Table, column: str) -> Ints:
        """The node in each row of a column; -1 for null and what is no object."""
        return Coded.of(table, column).map(lambda name: self.position.get(name.casefold(), -1))


@dataclass(frozen=True, slots=True)
class Merged:
    """Merged edges as arrays, sorted by target, then source.

    `first` is the row of `rows` that is the evidence; `links` counts all references, `measured`
    those that are no rights of a role; `table` is `graph_edges`.
    """

    source: Ints
    target: Ints
    links: Ints
    measured: Ints
    first: Ints
    table: pa.Table

    def graph(self, size: int) -> Graph:
        """The measured graph: edges that are more than rights of a role."""
        kept = self.measured > 0
        return Graph.merged(size, self.source[kept], self.target[kept], self.measured[kept])


def merge_objects(references: pa.Table, nodes: Nodes, ends: tuple[Ints, Ints]) -> Merged:
    """Resolved dependencies between different objects, merged by pair; `ends` are those of rows."""
    kind = kind_codes(references)
    source, target = ends
    kept = _resolved(references) & _DEPENDENCY[kind] & (source >= 0) & (target >= 0)
    rows = np.flatnonzero(kept & (source != target))
    kind, source, target = kind[rows], source[rows], target[rows]
    size = len(nodes.ids)
    order, starts = _grouped(references, rows, target * size + source, _ACCESS[kind])
    rows, kind, source, target = rows[order], kind[order], source[order], target[order]
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(rows))))
    counted = np.bincount(
        group * len(LINK_FAMILIES) + _FAMILY[kind], minlength=len(starts) * len(LINK_FAMILIES)
    ).reshape(len(starts), len(LINK_FAMILIES))
    links = counted.sum(axis=1)
    rights = counted[:, LINK_FAMILIES.index(Family.ACCESS)]
    first = rows[starts]
    evidence = references.take(pa.array(first))
    table = build(
        TABLES["graph_edges"],
        {
            "source": named(source[starts], nodes.ids),
            "target": named(target[starts], nodes.ids),
            "kinds": _kinds(kind, starts),
            "links": links,
            **{family: counted[:, at] for at, family in enumerate(LINK_FAMILIES)},
            "rights_only": links == rights,
            "from_id": Coded.of(evidence, "source").column(),
            "to_id": Coded.of(evidence, "target").column(),
            "kind": named(kind[starts], _KINDS),
            **_places(evidence),
        },
    )
    return Merged(source[starts], target[starts], links, links - rights, first, table)


def merge_routines(references: pa.Table, routines: pa.Table) -> pa.Table:
    """`routine_edges`: resolved dependencies whose target is a routine, merged by pair."""
    known = {name.casefold() for name in routines.column("routine").to_pylist()}
    targets, sources = Coded.of(references, "target"), Coded.of(references, "source")
    target_ids, target_of = _folded(targets)
    source_ids, source_of = _folded(sources)
    is_routine = targets.map(lambda name: int(name.casefold() in known)) == 1
    kind = kind_codes(references)
    rows = np.flatnonzero(_resolved(references) & _DEPENDENCY[kind] & is_routine)
    source, target = source_of[sources.codes[rows]], target_of[targets.codes[rows]]
    order, starts = _grouped(
        references, rows, target * len(source_ids) + source, np.zeros(len(rows), dtype=bool)
    )
    rows, source, target = rows[order], source[order], target[order]
    evidence = references.take(pa.array(rows[starts]))
    return build(
        TABLES["routine_edges"],
        {
            "source": named(source[starts], source_ids),
            "target": named(target[starts], target_ids),
            "links": np.diff(np.append(starts, len(rows))),
            "kind": named(kind[rows[starts]], _KINDS),
            **_places(evidence),
        },
    )


def kind_codes(references: pa.Table) -> Ints:
    """The position of each row's kind in `EDGE_KINDS`; -1 for one that is not listed."""
    return Coded.of(references, "kind").map(lambda name: _KIND_CODE.get(name, -1))


def _resolved(references: pa.Table) -> np.ndarray:
    return np.asarray(references.column("resolved").fill_null(False))


def _places(evidence: pa.Table) -> dict[str, pa.Array]:
    return {
        "file": Coded.of(evidence, "file").column(),
        "line": evidence.column("line").combine_chunks(),
    }


def _grouped(references: pa.Table, rows: Ints, keys: Ints, later: np.ndarray) -> tuple[Ints, Ints]:
    """The order of `rows` by key, then `later`, file and line; and where each key begins."""
    file = Coded.of(references, "file")
    rank = np.empty(len(file.values) + 1, dtype=np.int64)
    rank[np.argsort(np.array([*file.values, ""], dtype=object), kind="stable")] = np.arange(
        len(rank)
    )
    line = np.asarray(references.column("line").fill_null(0))
    order = np.lexsort((rows, line[rows], rank[file.codes[rows]], later, keys))
    keys = keys[order]
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else keys
    return order, starts


_BITS = 62


def _kinds(kind: Ints, starts: Ints) -> pa.DictionaryArray:
    """The kinds of each group, sorted by name and joined."""
    code = np.zeros(len(starts), dtype=np.int64)
    if len(starts):
        for low in range(0, len(_KINDS), _BITS):
            here = (kind >= low) & (kind < low + _BITS)
            bits = np.where(here, np.left_shift(np.int64(1), (kind - low) % _BITS), 0)
            masks, inverse = np.unique(np.bitwise_or.reduceat(bits, starts), return_inverse=True)
            code = code * len(masks) + inverse
    _, examples, inverse = np.unique(code, return_index=True, return_inverse=True)
    ends = np.append(starts, len(kind))
    texts = [
        ",".join(sorted({_KINDS[at] for at in kind[ends[group] : ends[group + 1]].tolist()}))
        for group in examples.tolist()
    ]
    return Coded(inverse.astype(np.int64), texts).column()


def _folded(column: Coded) -> tuple[list[str], Ints]:
    """The distinct values without regard to letter case, sorted, and the place of each code."""
    values = [name.casefold() for name in column.values]
    spelt: dict[str, str] = {}
    for name, written in zip(values, column.values, strict=True):
        spelt.setdefault(name, written)
    folded = sorted(spelt)
    place = {name: at for at, name in enumerate(folded)}
    codes = np.array([*map(place.__getitem__, values), -1], dtype=np.int64)
    return [spelt[name] for name in folded], codes
