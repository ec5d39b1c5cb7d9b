"""Everything that the tables of an upload say about one metadata object.

Names are matched as the platform does, without regard to letter case, and in both languages:
`Справочник.Товары`, `Справочники.Товары`, `catalog.товары` and, if it is unique, `Товары` are
one object. An object that an extension adopts has one card per project.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.edge_rows import DERIVED_FROM
from cai_assets.onec.metadata.kinds import kind_by_bsl_name

_CLOSE = 0.6
_SUGGESTIONS = 5
_EDGE_COLUMNS = ["source", "target", "kind", "extractor", "source_object", "target_object"]
_FIRST_KINDS = ("Dimension", "Resource", "Attribute", "TabularSection")
_NOT_EDGES = frozenset({"a type of the platform"})
"""Reasons of references that lead nowhere by nature."""


class Tables(Protocol):
    """Reads tables of one upload."""

    def read(
        self, table: str, columns: list[str] | None = None, where: pc.Expression | None = None
    ) -> pa.Table:
        """The named columns of the rows for which `where` holds."""


class UnknownObject(LookupError):
    """No object has this name. `close` are names like it, best first."""

    def __init__(self, name: str, close: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.close = tuple(close)


class AmbiguousObject(LookupError):
    """Several objects have this name; `candidates` are their ids."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.candidates = tuple(candidates)


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A part of the object. `depth` counts from 0; `types` are canonical with qualifiers."""

    kind: str
    name: str
    depth: int
    synonym: str
    comment: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form and the number of its parts."""

    name: str
    kind: str
    items: int
    attributes: int
    commands: int
    handlers: int


@dataclass(frozen=True, slots=True)
class RoutineLine:
    """A procedure or function. `calls` counts the resolved call sites in this upload."""

    name: str
    function: bool
    export: bool
    directive: str
    line: int
    lines: int
    cognitive: int
    deprecated: bool
    calls: int


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module of the object or of its forms and commands, with its routines in order."""

    module: str
    file: str
    ncloc: int
    procedures: int
    functions: int
    cyclomatic: int
    cognitive: int
    syntax_errors: int
    routines: tuple[RoutineLine, ...]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """What a role may do with the object itself; `restricted` rights have a row condition."""

    role: str
    granted: tuple[str, ...]
    restricted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """References of one kind between the object and another thing; `reason` if unresolved."""

    kind: str
    other: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class ObjectCard:
    """All about one object in one project."""

    project: str
    object: str
    type: str
    synonym: str
    comment: str
    belonging: str
    support: str
    subsystems: tuple[str, ...]
    file: str
    line: int
    types: tuple[str, ...]
    properties: dict[str, str]
    members: tuple[MemberLine, ...]
    forms: tuple[FormLine, ...]
    modules: tuple[ModuleLine, ...]
    roles: tuple[RoleLine, ...]
    schedule: dict[str, Any]
    refers_to: tuple[Edge, ...]
    referred_by: tuple[Edge, ...]


def canonical_name(text: str) -> str:
    """A name with the types in it in English: `справочники.Товары` → `Catalog.Товары`."""
    parts = text.strip().split(".")
    for position in range(0, len(parts) - 1, 2):
        parts[position] = kind_by_bsl_name(parts[position]) or parts[position]
    return ".".join(parts)


def find_object(tables: Tables, text: str) -> str:
    """The id of the object called `text`. Raises UnknownObject or AmbiguousObject."""
    ids = _texts(tables.read("objects", ["object"]), "object")
    wanted = canonical_name(text).casefold()
    for id_ in ids:
        if id_.casefold() == wanted:
            return id_
    named = sorted({id_ for id_ in ids if id_.rpartition(".")[2].casefold() == wanted})
    if len(named) == 1:
        return named[0]
    if named:
        raise AmbiguousObject(text, named)
    raise UnknownObject(text, _close(wanted, ids))


def describe(tables: Tables, object_id: str) -> list[ObjectCard]:
    """A card for each project that holds the object, configurations before extensions."""
    kinds = tables.read("projects", ["project", "kind"]).to_pylist()
    rank = {row["project"]: (row["kind"] != "configuration", row["project"]) for row in kinds}
    rows = tables.read("objects", where=_is("object", object_id)).to_pylist()
    rows.sort(key=lambda row: rank.get(row["project"], (True, row["project"])))
    return [_Describer(tables, row["project"], object_id).card(row) for row in rows]


class _Describer:
    """Reads what belongs to one object in one project."""

    def __init__(self, tables: Tables, project: str, object_id: str) -> None:
        self._tables = tables
        self._project = project
        self._id = object_id

    def card(self, row: dict[str, Any]) -> ObjectCard:
        types = self._types()
        modules = self._rows("modules")
        return ObjectCard(
            project=self._project,
            object=self._id,
            type=row["type"],
            synonym=row["synonym"] or "",
            comment=row["comment"] or "",
            belonging=row["belonging"],
            support=row["support"] or "",
            subsystems=tuple(row["subsystems"] or ()),
            file=row["file"],
            line=row["line"],
            types=types.get(self._id, ()),
            properties={name: value for name, value in row["properties"] or () if value},
            members=tuple(self._members(types)),
            forms=tuple(
                FormLine(
                    form["form"],
                    form["kind"],
                    form["items"],
                    form["attributes"],
                    form["commands"],
                    form["handlers"],
                )
                for form in self._rows("forms")
            ),
            modules=tuple(self._modules(modules)),
            roles=tuple(self._roles()),
            schedule=self._schedule(),
            refers_to=self._refers_to(),
            referred_by=self._referred_by(),
        )

    def _rows(self, table: str, column: str = "object") -> list[dict[str, Any]]:
        where = _is(column, self._id) & _is("project", self._project)
        rows: list[dict[str, Any]] = self._tables.read(table, where=where).to_pylist()
        return rows

    def _types(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in sorted(self._rows("types"), key=lambda row: int(row["order"])):
            found[row["owner"]].append(_type_text(row))
        return {owner: tuple(names) for owner, names in found.items()}

    def _members(self, types: dict[str, tuple[str, ...]]) -> Iterable[MemberLine]:
        children: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows("members"):
            children[row["parent"]].append(row)

        def below(parent: str, depth: int) -> Iterable[MemberLine]:
            kinds = list(dict.fromkeys(row["kind"] for row in children[parent]))
            kinds.sort(key=_rank_of_kind)
            for row in sorted(
                children[parent], key=lambda row: (kinds.index(row["kind"]), row["order"])
            ):
                yield MemberLine(
                    kind=row["kind"],
                    name=row["name"],
                    depth=depth,
                    synonym=row["synonym"] or "",
                    comment=row["comment"] or "",
                    types=types.get(row["member"], ()),
                )
                yield from below(row["member"], depth + 1)

        return below(self._id, 0)

    def _modules(self, modules: list[dict[str, Any]]) -> Iterable[ModuleLine]:
        routines = self._rows("routines")
        calls = self._calls({row["routine"] for row in routines})
        for module in modules:
            yield ModuleLine(
                module=module["module"],
                file=module["file"],
                ncloc=module["ncloc"],
                procedures=module["procedures"],
                functions=module["functions"],
                cyclomatic=module["cyclomatic"],
                cognitive=module["cognitive"],
                syntax_errors=module["syntax_errors"],
                routines=tuple(
                    RoutineLine(
                        name=row["name"],
                        function=row["function"],
                        export=row["export"],
                        directive=row["directive"],
                        line=row["line"],
                        lines=row["lines"],
                        cognitive=row["cognitive"],
                        deprecated=row["deprecated"],
                        calls=calls[row["routine"].casefold()],
                    )
                    for row in sorted(routines, key=lambda row: int(row["line"]))
                    if row["module"] == module["module"]
                ),
            )

    def _calls(self, routines: set[str]) -> Counter[str]:
        if not routines:
            return Counter()
        where = pc.field("callee").isin(pa.array(sorted(routines)))
        callees = _texts(self._tables.read("calls", ["callee"], where), "callee")
        return Counter(callee.casefold() for callee in callees)

    def _roles(self) -> Iterable[RoleLine]:
        granted: dict[str, list[str]] = defaultdict(list)
        restricted: dict[str, list[str]] = defaultdict(list)
        for row in self._rows("rights"):
            if row["value"]:
                granted[row["role"]].append(row["right"])
                if row["restriction"]:
                    restricted[row["role"]].append(row["right"])
        for role in sorted(granted):
            yield RoleLine(role, tuple(granted[role]), tuple(restricted[role]))

    def _schedule(self) -> dict[str, Any]:
        if not self._id.startswith("ScheduledJob."):
            return {}
        for row in self._rows("schedules", "job"):
            without = ("project", "job", "file", "line")
            return {key: value for key, value in row.items() if value and key not in without}
        return {}

    def _refers_to(self) -> tuple[Edge, ...]:
        where = _is("project", self._project) & _below("source", self._id)
        rows = self._tables.read("references", [*_EDGE_COLUMNS, "reason"], where).to_pylist()
        return _edges(
            (row["kind"], _shown(row, "target"), row["reason"])
            for row in rows
            if not _is_below(row["target"], self._id) and row["reason"] not in _NOT_EDGES
        )

    def _referred_by(self) -> tuple[Edge, ...]:
        """References from metadata and code of all projects."""
        rows = self._tables.read(
            "references", _EDGE_COLUMNS, _below("target", self._id)
        ).to_pylist()
        return _edges(
            (row["kind"], _shown(row, "source"), "")
            for row in rows
            # Rights have a section of their own.
            if row["kind"] != "right" and not _is_below(row["source"], self._id)
        )


def _shown(edge: Mapping[str, str | None], end: str) -> str:
    """An end of an edge: the object where code speaks, for it does so in many places."""
    of_code = edge["extractor"] == "module" or edge["extractor"] in DERIVED_FROM
    return (edge[f"{end}_object"] if of_code else None) or edge[end] or ""


def _edges(rows: Iterable[tuple[str, str, str]]) -> tuple[Edge, ...]:
    counted = Counter(rows)
    return tuple(
        Edge(kind, other, count, reason) for (kind, other, reason), count in sorted(counted.items())
    )


def _rank_of_kind(kind: str) -> int:
    """Where a kind of part stands: what identifies a register first, what all have last."""
    if kind.startswith("Standard"):
        return len(_FIRST_KINDS) + 1
    return _FIRST_KINDS.index(kind) if kind in _FIRST_KINDS else len(_FIRST_KINDS)


def _type_text(row: dict[str, Any]) -> str:
    """A type with its qualifiers: `String(50)`, `Number(15,2)`, `Date`."""
    name: str = row["type"]
    if name == "String" and row["string_length"]:
        return f"String({row['string_length']})"
    if name == "Number" and row["number_precision"]:
        scale = f",{row['number_scale']}" if row["number_scale"] else ""
        return f"Number({row['number_precision']}{scale})"
    if name == "Date":
        return row["date_fractions"] or name
    return name


def _is(column: str, value: str) -> pc.Expression:
    return pc.field(column) == value


def _below(column: str, id_: str) -> pc.Expression:
    """The column names the object itself or something in it."""
    text = pc.field(column).cast(pa.string())
    return (text == id_) | pc.starts_with(text, pattern=f"{id_}.")


def _is_below(name: str, id_: str) -> bool:
    return name == id_ or name.startswith(f"{id_}.")


def _texts(table: pa.Table, column: str) -> list[str]:
    values: list[str] = table.column(column).to_pylist()
    return values


def _close(wanted: str, ids: Iterable[str]) -> list[str]:
    """Ids whose whole text or whose name looks like `wanted`."""
    folded: dict[str, str] = {}
    for id_ in ids:
        folded.setdefault(id_.casefold(), id_)
        if "." not in wanted:
            folded.setdefault(id_.rpartition(".")[2].casefold(), id_)
    close = difflib.get_close_matches(wanted, folded, n=_SUGGESTIONS, cutoff=_CLOSE)
    name = wanted.rpartition(".")[2]
    inside = (id_ for id_ in folded.values() if name in id_.casefold()) if name else ()
    return list(dict.fromkeys([*(folded[text] for text in close), *inside]))[:_SUGGESTIONS]
