"""Tables of the site about events: who handles what, and what handlers then call and write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.onec.platform.events import EVENT_NAMES, is_event_handler
from cai_assets.site.derived.data import CREATE, WRITE
from cai_assets.site.model import Source

DEPENDENCIES = "dependency_analysis"
GROUP = "site"
"""The group of derived tables, which this module cannot import: `derived` lists its tables."""
DEPTH = 2
"""So many calls below a handler a write is still told."""
CALLEES = 12
"""Routines that a handler calls, at most so many of them are told."""

_MODULES = frozenset({"ObjectModule", "RecordSetModule", "ManagerModule", "ValueManagerModule"})
_ENGLISH = {
    name.casefold(): english
    for english, russian in EVENT_NAMES.items()
    for name in (english, russian)
}


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    columns = [
        Coded.of(table, column).texts()
        if pa.types.is_dictionary(table.column(column).type)
        else table.column(column).to_pylist()
        for column in table.column_names
    ]
    return zip(*columns, strict=True)


def _of_kind(source: Source, kind: str, columns: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    table = source.needed(PARSED, "references", ("kind", *columns))
    chosen = Coded.of(table, "kind").map(lambda text: text == kind) > 0
    return _rows(table.filter(pa.array(chosen)).drop_columns("kind"))


def _made(columns: Mapping[str, pa.DataType], rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    """A table of distinct rows in order; text columns repeat."""
    ordered = sorted(set(rows))
    values = list(zip(*ordered, strict=True)) or [()] * len(columns)
    arrays = [
        pa.array(column, type_) for column, type_ in zip(values, columns.values(), strict=True)
    ]
    return pa.Table.from_arrays(
        [one.dictionary_encode() if pa.types.is_string(one.type) else one for one in arrays],
        names=list(columns),
    )


_TEXT, _INT, _FLAG = pa.string(), pa.int64(), pa.bool_()


def _object_handlers(source: Source) -> pa.Table:
    """Procedures that objects other than forms name: subscriptions, jobs, methods of services."""
    columns = ("source_object", "source", "target", "note", "resolved", "extractor", "file", "line")
    rows = (
        (owner.partition(".")[0], owner, part, target, note, resolved, file, line)
        for owner, part, target, note, resolved, extractor, file, line in _of_kind(
            source, "handler", columns
        )
        if extractor == "object" and owner
    )
    shape = {
        **dict.fromkeys(("type", "object", "source", "target", "note"), _TEXT),
        "resolved": _FLAG,
        "file": _TEXT,
        "line": _INT,
    }
    return _made(shape, rows)


def _event_routines(source: Source) -> pa.Table:
    """Procedures in modules of objects that the platform calls by their names."""
    modules = source.needed(PARSED, "modules", ("module", "kind"))
    kinds = {module: kind for module, kind in _rows(modules) if kind in _MODULES}
    routines = source.needed(
        PARSED, "routines", ("module", "object", "name", "routine", "file", "line")
    )
    names = Coded.of(routines, "name").map(lambda name: name.casefold() in _ENGLISH)
    chosen = (names > 0) & (Coded.of(routines, "module").map(lambda text: text in kinds) > 0)
    rows = (
        (object_, kinds[module], _ENGLISH[name.casefold()], routine, file, line)
        for module, object_, name, routine, file, line in _rows(routines.filter(pa.array(chosen)))
        if is_event_handler(kinds[module], name, (object_ or "").partition(".")[0])
    )
    shape = {
        **dict.fromkeys(("object", "module", "event", "routine", "file"), _TEXT),
        "line": _INT,
    }
    return _made(shape, rows)


def _handlers(source: Source) -> list[str]:
    """Routines that handle events of objects, subscriptions too."""
    routines = source.needed(GROUP, "event_routines", ("routine",))
    found = set(routines.column("routine").to_pylist())
    table = source.needed(GROUP, "object_handlers", ("type", "target"))
    found.update(target for type_, target in _rows(table) if type_ == "EventSubscription")
    return sorted(found)


@dataclass(frozen=True, slots=True, order=True)
class _Call:
    line: int
    target: str
    links: int
    file: str


class _Calls:
    """Whom routines call; only the edges of routines that are asked about become rows."""

    def __init__(self, source: Source) -> None:
        columns = ("source", "target", "links", "kind", "file", "line")
        table = source.needed(DEPENDENCIES, "routine_edges", columns)
        chosen = Coded.of(table, "kind").map(lambda kind: kind == "call") > 0
        self._table = table.filter(pa.array(chosen)).drop_columns("kind")
        self._origins = Coded.of(self._table, "source")

    def of(self, routines: Collection[str]) -> dict[str, list[_Call]]:
        """The calls of each of the routines, by line."""
        wanted = set(routines)
        chosen = self._origins.map(lambda name: name in wanted) > 0
        found: dict[str, list[_Call]] = defaultdict(list)
        for origin, target, links, file, line in _rows(self._table.filter(pa.array(chosen))):
            found[origin].append(_Call(line or 0, target, links, file or ""))
        for calls in found.values():
            calls.sort()
        return found


def _handler_calls(source: Source) -> pa.Table:
    """The first routines that each handler of an event calls; `total` is how many there are."""
    rows = [
        (handler, order, call.target, call.links, len(calls), call.file, call.line)
        for handler, calls in _Calls(source).of(_handlers(source)).items()
        for order, call in enumerate(calls[:CALLEES])
    ]
    shape = {
        "handler": _TEXT,
        "order": _INT,
        "target": _TEXT,
        "links": _INT,
        "total": _INT,
        "file": _TEXT,
        "line": _INT,
    }
    return _made(shape, rows)


def _handler_writes(source: Source) -> pa.Table:
    """Objects that a handler of an event writes itself or by what it calls, at most `DEPTH` deep.

    `via` is the routine that writes, `steps` the calls between; the nearest is told.
    """
    handlers = _handlers(source)
    calls = _Calls(source)
    reached, known = set(handlers), dict[str, list[_Call]]()
    frontier = reached
    for _ in range(DEPTH):
        found = calls.of(frontier)
        known |= found
        frontier = {call.target for mine in found.values() for call in mine} - reached
        reached = reached | frontier
    writes: dict[str, list[tuple[str, str, str, int]]] = defaultdict(list)
    columns = ("source", "way", "object", "how", "file", "line")
    for origin, way, object_, how, file, line in _rows(
        source.needed(GROUP, "data_access", columns)
    ):
        if origin in reached and way in (WRITE, CREATE) and how != "recorder":
            writes[origin].append((object_, way, file, line))
    rows: list[tuple[Any, ...]] = []
    for handler in handlers:
        told: set[str] = set()
        for routine, steps in _below(handler, known):
            for object_, way, file, line in sorted(writes.get(routine, ())):
                if object_ not in told:
                    told.add(object_)
                    rows.append((handler, object_, routine, steps, way, file, line))
    shape = {
        **dict.fromkeys(("handler", "object", "via"), _TEXT),
        "steps": _INT,
        "way": _TEXT,
        "file": _TEXT,
        "line": _INT,
    }
    return _made(shape, rows)


def _below(handler: str, calls: Mapping[str, Sequence[_Call]]) -> Iterator[tuple[str, int]]:
    """The routine and what it calls, nearest first, with the number of calls between."""
    seen, level = {handler}, [handler]
    for steps in range(DEPTH + 1):
        yield from ((routine, steps) for routine in level)
        targets = {call.target for routine in level for call in calls.get(routine, ())}
        level = sorted(targets - seen)
        seen.update(level)


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "event_routines": _event_routines,
    "handler_calls": _handler_calls,
    "handler_writes": _handler_writes,
    "object_handlers": _object_handlers,
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {
    PARSED: ("modules", "references", "routines"),
    DEPENDENCIES: ("routine_edges",),
}
"""Tables by group that they are made from, besides those of `data`."""
