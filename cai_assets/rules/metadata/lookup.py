"""How table rules look things up: objects with their properties, routines by id, chosen rows.

Tables have hundreds of thousands of rows, so rows are chosen by the distinct values of a column
(`rows_where`) and only those chosen become Python objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.rules.model import FoundAt, Text

Tables = Mapping[str, pa.Table]

ADOPTED = "Adopted"


@dataclass(frozen=True, slots=True)
class Item:
    """A metadata object or a part of one. `owner` is the object's id."""

    project: str
    id: str
    kind: str
    name: str
    owner: str
    adopted: bool
    file: str
    line: int
    properties: Mapping[str, str] = field(default_factory=dict)

    def flag(self, name: str) -> bool:
        """Whether a yes/no property is set."""
        return self.properties.get(name) == "true"

    def found(self, message: Text | None = None, **values: object) -> FoundAt:
        """A finding at the place where the item is described."""
        return FoundAt(
            self.project, self.file, self.line, self.owner, values=values, message=message
        )


@dataclass(frozen=True, slots=True)
class Routine:
    """What rules ask of a routine."""

    project: str
    id: str
    module: str
    object: str
    name: str
    export: bool
    parameters: int
    optional_parameters: int
    statements: int
    file: str
    line: int
    column: int


def rows_where(table: pa.Table, column: str, wanted: Callable[[str], bool]) -> pa.Table:
    """The rows whose value in a text column is wanted; each distinct value is asked once."""
    mask = Coded.of(table, column).map(lambda value: int(wanted(value))) == 1
    return table.filter(pa.array(mask))


def rows(table: pa.Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The named columns row by row."""
    return zip(*(_values(table, name) for name in columns), strict=True)


def _values(table: pa.Table, column: str) -> list[Any]:
    """The values of a column; a repeating text is decoded by distinct value, not per row."""
    data = table.column(column)
    if pa.types.is_dictionary(data.type):
        return Coded.of(table, column).texts()
    return data.to_pylist()  # type: ignore[no-any-return]


def objects(tables: Tables, *types: str) -> list[Item]:
    """Objects of these types, of all types if none is given."""
    table = tables["objects"]
    if types:
        table = rows_where(table, "type", frozenset(types).__contains__)
    columns = ("project", "object", "type", "name", "belonging", "file", "line", "properties")
    return [
        Item(project, id_, kind, name, id_, belonging == ADOPTED, file, line, dict(properties))
        for project, id_, kind, name, belonging, file, line, properties in rows(table, *columns)
    ]


def members(tables: Tables, *kinds: str) -> list[Item]:
    """Parts of objects of these kinds."""
    table = rows_where(tables["members"], "kind", frozenset(kinds).__contains__)
    columns = (
        "project", "member", "kind", "name", "object", "belonging", "file", "line", "properties",
    )  # fmt: skip
    return [
        Item(project, id_, kind, name, owner, belonging == ADOPTED, file, line, dict(properties))
        for project, id_, kind, name, owner, belonging, file, line, properties in rows(
            table, *columns
        )
    ]


def whole_projects(tables: Tables) -> frozenset[str]:
    """Projects of which it can be told that something is missing.

    An extension or an external object without its configuration names what is not in the upload.
    """
    kinds = dict(rows(tables["projects"], "project", "kind"))
    if "configuration" in kinds.values():
        return frozenset(kinds)
    return frozenset()


def full_objects(tables: Tables, *types: str) -> dict[str, Item]:
    """By folded id the objects of these types whose own description is in the upload."""
    return {item.id.casefold(): item for item in objects(tables, *types) if not item.adopted}


def half_read(tables: Tables) -> frozenset[str]:
    """Folded ids of owners of modules that were not read, or not whole: compiled, damaged, failed.

    Their routines are not all known.
    """
    files = rows_where(tables["source_files"], "kind", "module".__eq__)
    files = rows_where(files, "status", lambda status: status != "parsed")
    return frozenset(owner.casefold() for (owner,) in rows(files, "owner") if owner)


class Routines:
    """Routines by folded id; several projects may have one of the same id."""

    def __init__(self, tables: Tables, wanted: Callable[[str], bool] = lambda _: True) -> None:
        """Of modules whose id is wanted."""
        table = rows_where(tables["routines"], "module", wanted)
        self._rows: dict[str, list[Routine]] = {}
        columns = (
            "project", "routine", "module", "object", "name", "export", "parameters",
            "optional_parameters", "statements", "file", "line", "column",
        )  # fmt: skip
        for row in rows(table, *columns):
            self._rows.setdefault(row[1].casefold(), []).append(Routine(*row))

    def find(self, id_: str, project: str) -> Routine | None:
        """A routine by its id in any case, that of the project if there is one; None if none."""
        found = self._rows.get(id_.casefold(), ())
        own = (routine for routine in found if routine.project == project)
        return next(own, found[0] if found else None)


def call_places(tables: Tables, chosen: np.ndarray[Any, Any]) -> Iterator[tuple[FoundAt, str, str]]:
    """For call sites by position: an empty finding at the called name, the receiver, the callee."""
    calls = tables["calls"].take(pa.array(chosen))
    owners = dict(rows(tables["modules"], "module", "object"))
    columns = (
        "project",
        "file",
        "line",
        "column",
        "module",
        "caller",
        "name",
        "receiver",
        "callee",
    )
    for project, file, line, column, module, caller, name, receiver, callee in rows(
        calls, *columns
    ):
        found = FoundAt(
            project, file, line, owners.get(module) or "", caller or "",
            column, line, column + len(name), {"name": name},
        )  # fmt: skip
        yield found, receiver or "", callee or ""
