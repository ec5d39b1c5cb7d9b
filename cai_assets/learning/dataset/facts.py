"""The facts of each routine that rules of categories look at, from tables and bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.learning.dataset.bodies import COUNTED, Syntax
from cai_assets.learning.dataset.categories import (
    CALLED,
    DOCUMENT_TYPES,
    MADE,
    MOVEMENT_TYPES,
    NAMED,
    REFERENCE_TYPES,
    WEAK_CALLS,
    Facts,
    is_form_parameter,
)
from cai_assets.learning.dataset.context import Context, flags
from cai_assets.learning.words import parts
from cai_assets.onec.metadata.names import MANAGERS


def facts_of(context: Context, bodies: pa.Table, queries: Codes) -> Iterator[Facts]:
    """The facts of each routine, in the order of the table `routines`.

    `bodies` has the rows of `worker.BODY_SCHEMA`, `queries` tells how many queries each has.
    """
    routines = context.parsed["routines"]
    names = routines.column("name").to_pylist()
    counts = zip(*(bodies.column(name).to_pylist() for name in COUNTED), strict=True)
    events, commands = _handlers(context)
    columns = zip(
        names,
        context.of_module("kind").texts(),
        context.of_object("type").texts(),
        routines.column("function").to_pylist(),
        events,
        commands,
        _marks(context, bodies),
        queries.tolist(),
        counts,
        routines.column("statements").to_pylist(),
        routines.column("parameters").to_pylist(),
        _types(routines),
        _form_parameters(context),
        _clients(context),
        strict=True,
    )
    for name, kind, type_, function, event, command, marks, number, syntax, *rest in columns:
        yield Facts(
            name.casefold().replace("ё", "е"), tuple(parts(name)), kind or "", type_ or "",
            function, event, command, marks, number, Syntax(*syntax), *rest,
        )  # fmt: skip


class _Marks:
    """Names → the marks they are, as bits of a number."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self._bits: dict[str, dict[str, int]] = {}

    def add(self, prefix: str, marks: Mapping[str, frozenset[str]]) -> None:
        """Marks `prefix:key` by the names that they are known by."""
        bits = self._bits[prefix] = {}
        for key, names in marks.items():
            bit = 1 << len(self.titles)
            self.titles.append(f"{prefix}:{key}")
            for name in names:
                bits[name] = bits.get(name, 0) | bit

    def bits(self, prefix: str, names: Coded) -> Codes:
        """The marks of each name."""
        known = self._bits[prefix]
        return names.map(lambda name: known.get(name.casefold().replace("ё", "е"), 0))

    def sets(self, masks: Codes) -> list[frozenset[str]]:
        """The titles of the marks in each mask; equal masks share one set."""
        found = {
            mask: frozenset(title for place, title in enumerate(self.titles) if mask >> place & 1)
            for mask in np.unique(masks).tolist()
        }
        return [found[mask] for mask in masks.tolist()]


def _marks(context: Context, bodies: pa.Table) -> list[frozenset[str]]:
    """What each routine uses: names in its code, calls, constructors, managers."""
    marks = _Marks()
    marks.add("named", NAMED)
    marks.add("called", CALLED)
    marks.add("made", MADE)
    marks.add("manager", _managers())
    masks = np.zeros(context.count, dtype=np.int64)

    def join(owners: Codes, bits: Codes) -> None:
        chosen = (owners >= 0) & (bits > 0)
        np.bitwise_or.at(masks, owners[chosen], bits[chosen])

    lists = bodies.column("identifiers")
    sizes = pc.list_value_length(lists).to_numpy().astype(np.int64)
    names = Coded.of(pa.table({"name": pc.list_flatten(lists)}), "name")
    join(np.repeat(np.arange(context.count), sizes), marks.bits("named", names))
    calls = context.parsed["calls"]
    names = Coded.of(calls, "name")
    made = flags(calls, "constructor")
    callers = context.at(calls, "caller_line")
    join(
        callers,
        np.where(made, marks.bits("made", names), marks.bits("called", names)),
    )
    receivers = Coded.of(calls, "receiver")
    roots = Coded(receivers.codes, [value.partition(".")[0] for value in receivers.values])
    weak = names.map(lambda name: int(name.casefold() in WEAK_CALLS)) > 0
    join(callers, np.where(weak, 0, marks.bits("manager", roots)))
    return marks.sets(masks)


def _managers() -> dict[str, frozenset[str]]:
    """What managers of the types that rules know are called by, in both languages."""
    types = DOCUMENT_TYPES | MOVEMENT_TYPES | REFERENCE_TYPES
    found: dict[str, set[str]] = {type_: set() for type_ in sorted(types)}
    for name, type_ in MANAGERS.items():
        if type_ in types:
            found[type_].add(name)
    return {type_: frozenset(names) for type_, names in found.items()}


def _handlers(context: Context) -> tuple[list[str], list[bool]]:
    """The event of a form that calls each routine, and whether a command of a form does."""
    parsed = context.parsed
    owners = context.of_module("owner").texts()
    projects = Coded.of(parsed["routines"], "project").texts()
    names = (name.casefold() for name in parsed["routines"].column("name").to_pylist())
    keys = list(zip(projects, owners, names, strict=True))
    events = dict(
        zip(_keys(parsed["form_handlers"], "procedure"),
            Coded.of(parsed["form_handlers"], "event").texts(), strict=True)
    )  # fmt: skip
    commands = set(_keys(parsed["form_commands"], "action"))
    return [events.get(key) or "" for key in keys], [key in commands for key in keys]


def _keys(table: pa.Table, column: str) -> Iterator[tuple[str | None, str | None, str]]:
    return zip(
        Coded.of(table, "project").texts(),
        Coded.of(table, "form").texts(),
        ((name or "").casefold() for name in Coded.of(table, column).texts()),
        strict=True,
    )


def _types(routines: pa.Table) -> list[frozenset[str]]:
    """Types of what each returns, folded: as its code says, else as its doc comment does."""
    columns = (routines.column(name).to_pylist() for name in ("inferred_types", "return_types"))
    return [
        frozenset(name.casefold() for name in inferred or said or ())
        for inferred, said in zip(*columns, strict=True)
    ]


def _form_parameters(context: Context) -> list[bool]:
    table = context.parsed["parameters"]
    owners = context.at(table, "routine_line")
    chosen = Coded.of(table, "name").map(lambda name: int(is_form_parameter(name))) > 0
    found = np.zeros(context.count, dtype=bool)
    found[owners[chosen & (owners >= 0)]] = True
    return list(found.tolist())


def _clients(context: Context) -> list[bool]:
    """Routines of modules that run on clients only."""
    modules = context.parsed["modules"]
    client = flags(modules, "client") & ~flags(modules, "server")
    return list(np.append(client, False)[context.module_rows].tolist())
