"""Derived tables about links: who uses an object, who calls a routine, cycles, what models say.

Rows are merged and cut to what a page shows, so that an object that thousands use has a page
that can be read, and a page changes only with what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.knowledge.edges import EDGE_KIND, Family
from cai_assets.knowledge.reasons import ANY_OBJECT, PLATFORM_TYPE, STANDARD
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.model import Source

DEPENDENCIES = "dependency_analysis"
PLACES = 3
"""Places of evidence that are kept for each pair of objects and kind of reference."""
CALLERS = 3
"""Callers of a routine that are kept."""
_MEMBERS = 12
"""A cycle of at most so many members names them all."""

_Mask = npt.NDArray[np.bool_]


def _references(source: Source, *more: str) -> pa.Table:
    columns = ("source_object", "target_object", "source", "target", "kind", "file", "line", *more)
    return source.needed(PARSED, "references", columns)


def _object_links(source: Source) -> pa.Table:
    """References between two objects by kind: how many there are, and the first places.

    `rank` counts the places from 0; rows of a pair and kind have the same `total`. Where things
    stand (contents of subsystems) and rights of roles are left out.
    """
    table = _references(source)
    origins, targets = Coded.of(table, "source_object"), Coded.of(table, "target_object")
    kinds = Coded.of(table, "kind")
    position = {value: code for code, value in enumerate(origins.values)}
    inside = targets.map(lambda value: position.get(value, -2)) == origins.codes
    chosen = (kinds.map(_is_shown) > 0) & (origins.codes >= 0) & (targets.codes >= 0) & ~inside
    files = Coded.of(table, "file")
    lines = table.column("line").fill_null(0).to_numpy().astype(np.int64)
    sources = Coded.of(table, "source")
    rows, rank, total = _first(
        (_ordered(origins), _ordered(targets), _ordered(kinds)),
        (_ordered(files), lines, _ordered(sources), _ordered(Coded.of(table, "target"))),
        chosen,
        PLACES,
    )
    found = table.take(pa.array(rows))
    return found.append_column("rank", pa.array(rank)).append_column("total", pa.array(total))


def _is_shown(kind: str) -> int:
    known = EDGE_KIND.get(kind)
    return known is None or not (known.family is Family.STRUCTURE or kind == "right")


def _ordered(column: Coded) -> Codes:
    """Codes that sort as the texts do; -1 for null."""
    order = np.argsort(np.array(column.values, dtype=object), kind="stable")
    places = np.empty(len(order) + 1, dtype=np.int64)
    places[order] = np.arange(len(order))
    places[-1] = -1
    return places[column.codes]


def _first(
    groups: Sequence[Codes], order: Sequence[Codes], chosen: _Mask, most: int
) -> tuple[Codes, Codes, Codes]:
    """The first `most` rows of each group: row numbers, rank in the group, size of the group."""
    rows = np.flatnonzero(chosen)
    keys = [key[rows] for key in (*groups, *order)]
    rows = rows[np.lexsort(keys[::-1])] if len(rows) else rows
    if not len(rows):
        return rows, rows, rows
    changes = np.zeros(len(rows), dtype=bool)
    changes[0] = True
    for key in groups:
        changes[1:] |= key[rows][1:] != key[rows][:-1]
    starts = np.flatnonzero(changes)
    sizes = np.diff(np.append(starts, len(rows)))
    rank = np.arange(len(rows)) - np.repeat(starts, sizes)
    total = np.repeat(sizes, sizes)
    kept = rank < most
    return rows[kept], rank[kept], total[kept]


def _dangling(source: Source) -> pa.Table:
    """References of objects that lead to nothing, each target once with its first place."""
    table = _references(source, "resolved", "reason")
    resolved = table.column("resolved").fill_null(True).to_numpy(zero_copy_only=False)
    reasons = Coded.of(table, "reason")
    origins = Coded.of(table, "source_object")
    chosen = ~resolved & (origins.codes >= 0) & (reasons.map(_is_no_fault) < 1)
    lines = table.column("line").fill_null(0).to_numpy().astype(np.int64)
    rows, _, total = _first(
        (
            _ordered(origins),
            _ordered(Coded.of(table, "target")),
            _ordered(Coded.of(table, "kind")),
            _ordered(reasons),
        ),
        (_ordered(Coded.of(table, "file")), lines, _ordered(Coded.of(table, "source"))),
        chosen,
        1,
    )
    return table.take(pa.array(rows)).append_column("total", pa.array(total))


_NO_FAULT = frozenset({ANY_OBJECT, PLATFORM_TYPE, STANDARD})


def _is_no_fault(reason: str) -> int:
    return reason in _NO_FAULT


def _doc_links(source: Source) -> pa.Table:
    """What doc comments of an object's routines name, as far as it is there."""
    table = _references(source, "resolved")
    kinds = Coded.of(table, "kind").map(lambda kind: kind == "doc_type") > 0
    resolved = table.column("resolved").fill_null(False).to_numpy(zero_copy_only=False)
    found = table.filter(pa.array(kinds & resolved)).select(["source_object", "target"])
    return found.group_by(["source_object", "target"]).aggregate([])


class _Owners:
    """The objects of routines or modules, as codes."""

    def __init__(self, source: Source, table: str, column: str) -> None:
        rows = source.needed(PARSED, table, [column, "object"])
        objects = Coded.of(rows, "object")
        self.values = objects.values
        ids = rows.column(column).cast(pa.string()).to_pylist()
        self.codes = dict(zip(ids, objects.codes.tolist(), strict=True))

    def of(self, column: Coded) -> Codes:
        """The object of each row; -1 where the id is none of these."""
        return column.map(lambda id_: self.codes.get(id_, -1))

    def column(self, codes: Codes) -> pa.DictionaryArray:
        """Codes as a column of texts."""
        return Coded(codes, self.values).column()


def _routine_edges(source: Source) -> pa.Table:
    columns = ("source", "target", "links", "kind")
    return source.needed(DEPENDENCIES, "routine_edges", columns)


def _routine_callers(source: Source) -> pa.Table:
    """The most frequent callers of each routine, with how many there are: `callers`."""
    table = _routine_edges(source)
    owners = _Owners(source, "routines", "routine")
    targets, sources = Coded.of(table, "target"), Coded.of(table, "source")
    objects = owners.of(targets)
    position = {value: code for code, value in enumerate(targets.values)}
    itself = sources.map(lambda value: position.get(value, -2)) == targets.codes
    links = table.column("links").to_numpy().astype(np.int64)
    chosen = (objects >= 0) & ~itself
    order = (-links, _ordered(sources))
    rows, rank, total = _first((_ordered(targets),), order, chosen, CALLERS)
    found = table.take(pa.array(rows))
    return (
        found.append_column("object", owners.column(objects[rows]))
        .append_column("rank", pa.array(rank))
        .append_column("callers", pa.array(total))
    )


def _inner_calls(source: Source) -> pa.Table:
    """Edges between routines of the same object."""
    table = _routine_edges(source)
    owners = _Owners(source, "routines", "routine")
    sources, targets = Coded.of(table, "source"), Coded.of(table, "target")
    caller, callee = owners.of(sources), owners.of(targets)
    chosen = (caller >= 0) & (caller == callee)
    found = table.filter(pa.array(chosen)).select(["source", "target", "links"])
    return found.append_column("object", owners.column(caller[chosen]))


def _cycle_links(source: Source) -> pa.Table:
    """Dependencies of an object that are part of a cycle of objects.

    `back` counts the references the other way, `members` names all of a small cycle, one a line.
    """
    columns = ("cycle", "level", "source_object", "target_object", "links", "cut")
    table = source.needed(DEPENDENCIES, "cycle_edges", columns)
    level = Coded.of(table, "level").map(lambda level: level == "object") > 0
    table = table.filter(pa.array(level))
    cycles = source.needed(DEPENDENCIES, "cycles", ("cycle", "size", "members"))
    known = {row["cycle"]: row for row in cycles.to_pylist()}
    named = {
        number: "\n".join(row["members"]) if row["size"] <= _MEMBERS else ""
        for number, row in known.items()
    }
    origins = Coded.of(table, "source_object").texts()
    targets = Coded.of(table, "target_object").texts()
    numbers = table.column("cycle").to_pylist()
    pairs = dict(
        zip(
            zip(origins, targets, strict=True),
            table.column("links").to_pylist(),
            strict=True,
        )
    )
    back = [pairs.get((target, origin), 0) for origin, target in zip(origins, targets, strict=True)]
    return (
        table.append_column("size", pa.array([known[n]["size"] for n in numbers], pa.int32()))
        .append_column("members", pa.array([named[n] for n in numbers], pa.string()))
        .append_column("back", pa.array(back, pa.int32()))
    )


def _of_model(
    group: str, name: str, columns: tuple[str, ...], owner: tuple[str, str]
) -> Callable[[Source], pa.Table]:
    """Rows that a model wrote about routines or modules, with their object; none if not trained."""

    def make(source: Source) -> pa.Table:
        table = source.table(group, name, columns)
        if table is None:
            none = pa.array([], pa.string())
            return pa.table(dict.fromkeys((*columns, "object"), none))
        owners = _Owners(source, *owner)
        codes = owners.of(Coded.of(table, owner[1]))
        return table.append_column("object", owners.column(codes))

    return make


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "object_links": _object_links,
    "dangling": _dangling,
    "doc_links": _doc_links,
    "routine_callers": _routine_callers,
    "inner_calls": _inner_calls,
    "cycle_links": _cycle_links,
    "object_outliers": _of_model(
        "regression_model",
        "outliers",
        ("routine", "line", "cognitive", "expected", "upper", "priority", "why_ru", "why_en"),
        ("routines", "routine"),
    ),
    "object_suggestions": _of_model(
        "recommendation_model",
        "suggestions",
        ("module", "rank", "item", "item_kind", "score", "why_ru", "why_en"),
        ("modules", "module"),
    ),
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {
    DEPENDENCIES: ("cycle_edges", "cycles", "routine_edges"),
    "regression_model": ("outliers",),
    "recommendation_model": ("suggestions",),
}
"""What the tables are made from beside the parsed configuration, by group."""
