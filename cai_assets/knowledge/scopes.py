"""The names of a module: parameters, variables, and what they are given, by routine.

A module is read from the tables when it is first asked for. Names are folded by letter case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.routines import Place
from cai_assets.onec.metadata.kinds import BY_NAME

RETURNED, ELEMENT = "returned", "element"


Given = tuple[str | None, str, str]
"""What a name is given: routine, kind and value as in the table `assignments`."""


@dataclass(slots=True)
class Names:
    """The names of one routine. `parameters` have the types of the doc comment."""

    parameters: dict[str, list[str]] = field(default_factory=dict)
    local: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)
    given: dict[str, list[Given]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Scope:
    """A module: its place, the type of `ЭтотОбъект` (empty if it has none), its names.

    `names` has None for the module's body; `variables` are those of the module.
    """

    place: Place
    this: str
    names: dict[str | None, Names]
    variables: set[str]
    given: dict[str, list[Given]]


_NO_NAMES = Names()


def names_of(scope: Scope, routine: str | None) -> Names:
    """The names of a routine by its id."""
    return scope.names.get(routine, _NO_NAMES)


class Scopes:
    """The scopes of all modules of an upload, or only of those in `files`."""

    def __init__(self, stored: Mapping[str, pa.Table], files: pa.Array | None = None) -> None:
        self._known: dict[Place, Scope] = {}
        self._modules = _modules(stored["modules"])
        parameters, variables, assignments = (
            _of_files(stored[name], columns, files)
            for name, columns in (
                ("parameters", ("file", "routine", "name", "types")),
                ("variables", ("file", "routine", "kind", "name")),
                ("assignments", ("file", "routine", "name", "kind", "value")),
            )
        )
        self._parameters = _Rows(parameters, ("routine", "name"))
        self._types = parameters.column("types")
        self._variables = _Rows(variables, ("routine", "kind", "name"))
        self._assignments = _Rows(assignments, ("routine", "name", "kind", "value"))

    def of(self, place: Place) -> Scope:
        """The scope of a module."""
        scope = self._known.get(place)
        if scope is None:
            file, this = self._modules.get(place, ("", ""))
            scope = self._known[place] = self._read(place, file, this)
        return scope

    def _read(self, place: Place, file: str, this: str) -> Scope:
        names: dict[str | None, Names] = defaultdict(Names)
        start, end, (routines, texts) = self._parameters.of_file(file)
        if start < end:
            types = self._types[start:end].to_pylist()
            for routine, name, of_comment in zip(routines, texts, types, strict=True):
                names[routine].parameters[name or ""] = of_comment
        variables: set[str] = set()
        _, _, (routines, kinds, texts) = self._variables.of_file(file)
        for routine, kind, name in zip(routines, kinds, texts, strict=True):
            if kind == "module":
                variables.add(name or "")
            else:
                names[routine].local.add(name or "")
                if kind == "declared":
                    names[routine].declared.add(name or "")
        of_module: dict[str, list[Given]] = defaultdict(list)
        _, _, columns = self._assignments.of_file(file)
        for routine, name, kind, value in zip(*columns, strict=True):
            given = (routine, kind or "", value or "")
            names[routine].given.setdefault(name or "", []).append(given)
            if variables and name and name.partition(".")[0] in variables:
                of_module[name].append(given)
        return Scope(place, this, dict(names), variables, dict(of_module))


def _of_files(rows: pa.Table, columns: tuple[str, ...], files: pa.Array | None) -> pa.Table:
    rows = rows.select(columns)
    if files is None:
        return rows
    rows = rows.filter(pc.is_in(rows.column("file").cast(pa.string()), files))
    few = [
        pa.field(one.name, pa.string() if pa.types.is_dictionary(one.type) else one.type)
        for one in rows.schema
    ]
    return rows.cast(pa.schema(few))


class _Rows:
    """Columns of a table by file; the rows of a file are neighbours. Names are folded."""

    def __init__(self, rows: pa.Table, columns: tuple[str, ...]) -> None:
        file = Coded.of(rows, "file")
        coded = [Coded.of(rows, name) for name in columns]
        self._codes = [one.codes for one in coded]
        self._texts: list[list[str | None]] = [
            [*(map(str.casefold, one.values) if name == "name" else one.values), None]
            for name, one in zip(columns, coded, strict=True)
        ]
        self._runs: dict[str, tuple[int, int]] = {}
        if len(rows):
            starts = [0, *(np.flatnonzero(np.diff(file.codes)) + 1).tolist()]
            for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
                self._runs[file.values[file.codes[start]]] = (start, end)

    def of_file(self, file: str) -> tuple[int, int, list[list[str | None]]]:
        """The first row, the row behind the last, and the texts of the columns."""
        start, end = self._runs.get(file, (0, 0))
        texts = [
            [known[code] for code in codes[start:end].tolist()]
            for codes, known in zip(self._codes, self._texts, strict=True)
        ]
        return start, end, texts


def _modules(modules: pa.Table) -> dict[Place, tuple[str, str]]:
    """By place: the file of a module and the type of `ЭтотОбъект` in it."""
    return {
        (project or "", module.casefold()): (file or "", _this(kind or "", object_ or "", module))
        for project, module, object_, kind, file in zip(
            Coded.of(modules, "project").texts(),
            modules.column("module").to_pylist(),
            Coded.of(modules, "object").texts(),
            Coded.of(modules, "kind").texts(),
            Coded.of(modules, "file").texts(),
            strict=True,
        )
    }


_OF_OBJECT = {"ObjectModule": "Object", "ManagerModule": "Manager", "RecordSetModule": "RecordSet"}


def _this(kind: str, object_: str, module: str) -> str:
    if kind == "FormModule":
        return f"ClientApplicationForm.{module.removesuffix('.Module')}"
    type_, _, name = object_.partition(".")
    if type_ not in BY_NAME:
        return ""
    if kind == "ValueManagerModule":
        return f"ConstantValueManager.{name}"
    if kind == "CommonModule":
        return object_
    suffix = _OF_OBJECT.get(kind)
    return f"{type_}{suffix}.{name}" if suffix else ""
