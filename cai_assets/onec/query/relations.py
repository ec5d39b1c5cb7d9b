"""What names in a query stand for: tables of metadata, and columns made of their fields."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from cai_assets.onec.query.tables import CONSTANTS, TableName

MAX_ORIGINS: Final = 500
"""Fields that a column is traced to; a package of hostile queries doubles them with each table."""

MAX_PATH: Final = 100
"""Names on the way to a field through temporary tables, each of which may add some."""


class Origin(NamedTuple):
    """A field of a table of metadata: names from the table on."""

    table: TableName
    path: tuple[str, ...]


class Derived:
    """The columns of a subquery or a temporary table.

    `columns` maps the lower-case name of a column to the fields it is made of; none where it is
    computed. `stars` are what a `*` takes all columns of; a None among them is not known.
    """

    __slots__ = ("columns", "order", "stars")

    def __init__(self) -> None:
        self.columns: dict[str, tuple[Origin, ...]] = {}
        self.order: list[str] = []
        self.stars: list[Relation | None] = []

    def add(self, name: str, origins: tuple[Origin, ...]) -> None:
        """Add the next column."""
        key = name.lower()
        self.columns[key] = origins
        self.order.append(key)

    def merge(self, other: Derived) -> None:
        """Add the fields of a further part of a union, column by column."""
        for key, theirs in zip(self.order, other.order, strict=False):
            more = other.columns[theirs]
            if more:
                self.columns[key] = tuple(dict.fromkeys(self.columns[key] + more))[:MAX_ORIGINS]
        self.stars += other.stars


Relation: TypeAlias = TableName | Derived


def fields_of(relation: Relation | None, path: tuple[str, ...]) -> tuple[Origin, ...] | None:
    """The fields that a path from a relation reaches; None if it has no such column."""
    if isinstance(relation, Derived):
        key = path[0].lower()
        if key not in relation.columns and not relation.stars:
            return None
        return _behind_stars(relation, key, path)
    return () if relation is None else (_field_of(relation, path),)


def _behind_stars(start: Derived, key: str, path: tuple[str, ...]) -> tuple[Origin, ...]:
    """The fields behind a column that may come through stars, each once.

    Each table is looked at once, without recursion: stars may take a table twice, or itself.
    """
    rest = path[1:]
    found: dict[Origin, None] = {}
    seen: set[int] = set()
    waiting: list[Relation | None] = [start]
    while waiting and len(found) < MAX_ORIGINS:
        relation = waiting.pop()
        if isinstance(relation, TableName):
            found[_field_of(relation, path)] = None
        elif relation is not None and id(relation) not in seen:
            seen.add(id(relation))
            origins = relation.columns.get(key)
            if origins is None:
                waiting.extend(reversed(relation.stars))
            else:
                found |= dict.fromkeys(
                    Origin(table, names + rest)
                    for table, names in origins
                    if len(names) + len(rest) <= MAX_PATH
                )
    return tuple(found)


def _field_of(table: TableName, path: tuple[str, ...]) -> Origin:
    if table.id == CONSTANTS:
        return Origin(TableName(f"Constant.{path[0]}", ""), ("Value", *path[1:]))
    return Origin(table, path)


class Scope:
    """The sources that names of a select are looked up in, and the scope around it."""

    __slots__ = ("aliases", "outer", "output", "relations", "unnamed")

    def __init__(self, outer: Scope | None) -> None:
        self.outer = outer
        self.aliases: dict[str, Relation | None] = {}
        self.unnamed: list[tuple[tuple[str, ...], Relation | None]] = []
        self.relations: list[Relation | None] = []
        self.output: Derived | None = None
        """The columns of the select, where its aliases may be named too."""

    def resolve(self, names: tuple[str, ...]) -> tuple[Relation | None, tuple[str, ...]] | None:
        """The relation that a path starts from and its rest; None if it is not decidable.

        An alias, also of a query around this one, goes before a field of the same name.
        """
        first = names[0].lower()
        scope: Scope | None = self
        while scope is not None and len(names) > 1:
            if first in scope.aliases:
                return scope.aliases[first], names[1:]
            for table, relation in scope.unnamed:
                size = len(table)
                if len(names) > size and _same(names[:size], table):
                    return relation, names[size:]
            scope = scope.outer
        scope = self
        while scope is not None:
            output = scope.output
            if output is not None and first in output.columns:
                return output, names
            found = scope._unqualified(names)
            if found is not None:
                return found, names
            scope = scope.outer
        return None

    def _unqualified(self, names: tuple[str, ...]) -> Relation | None:
        """The only source that may have a field of this name."""
        tables = []
        for relation in self.relations:
            if isinstance(relation, Derived) and fields_of(relation, names) is not None:
                return relation
            if isinstance(relation, TableName):
                tables.append(relation)
            elif relation is None:
                return None
        return tables[0] if len(tables) == 1 else None


def _same(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return all(a.casefold() == b.casefold() for a, b in zip(names, others, strict=True))
