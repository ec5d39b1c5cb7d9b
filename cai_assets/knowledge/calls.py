"""Which routine a call site calls, as far as names alone decide it.

Calls inside a module, to global common modules and `Module.Method` are resolved here; what
needs the type of a value is left with the reason `value`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded, Codes

LOCAL, COMMON, GLOBAL, BASE = "local", "common_module", "global_module", "base_module"
RESOLUTIONS = (
    LOCAL,
    COMMON,
    GLOBAL,
    BASE,
    "not_in_configuration",  # no routine of that name: the platform's, or missing
    "value",  # the receiver is a value, a manager or an expression
    "constructor",
    "missing_routine",  # the common module has no such routine
    "not_exported",
)
"""How a call was resolved (the first four), or why not."""

_CODE = {name: code for code, name in enumerate(RESOLUTIONS)}
_COMMON = "CommonModule."
_THIS = frozenset({"этотобъект", "thisobject", "этаформа", "thisform"})


_Place = tuple[str, str]
"""A module: project and folded module id."""


class _Routines:
    """The routines of all modules by name; a module is indexed when it is first asked for.

    `modules` and `common` give the places of a module by its folded id, or by the folded name of
    its common module; several projects may have one.
    """

    def __init__(self, stored: Mapping[str, pa.Table]) -> None:
        rows = stored["routines"]
        self.ids: list[str] = rows.column("routine").to_pylist()
        self.exported: list[bool] = rows.column("export").to_pylist()
        self.modules: dict[str, list[_Place]] = {}
        self.common: dict[str, list[_Place]] = {}
        self._names = rows.column("name")
        self._runs = _runs_by_module(rows)
        self._indexed: dict[_Place, dict[str, int]] = {}
        self._add_modules(stored["modules"])
        self.global_ = self._exports_of(_global_modules(stored["objects"]))

    def find(self, place: _Place, name: str) -> int | None:
        """The position in `ids` of the routine with this folded name, the first if several."""
        index = self._indexed.get(place)
        if index is None:
            index = self._indexed[place] = {}
            for start, end in self._runs.get(place, ()):
                for position, text in enumerate(self._names[start:end].to_pylist(), start):
                    index.setdefault(text.casefold(), position)
        return index.get(name)

    def _add_modules(self, modules: pa.Table) -> None:
        for project, module, object_ in zip(
            Coded.of(modules, "project").texts(),
            modules.column("module").to_pylist(),
            Coded.of(modules, "object").texts(),
            strict=True,
        ):
            place = (project or "", module.casefold())
            self.modules.setdefault(place[1], []).append(place)
            if object_ and object_.startswith(_COMMON):
                self.common.setdefault(object_[len(_COMMON) :].casefold(), []).append(place)

    def _exports_of(self, places: list[_Place]) -> dict[str, int]:
        found: dict[str, int] = {}
        for place in places:
            self.find(place, "")
            for name, position in self._indexed[place].items():
                if self.exported[position]:
                    found.setdefault(name, position)
        return found


def _runs_by_module(routines: pa.Table) -> dict[_Place, list[tuple[int, int]]]:
    """Where the routines of each module stand: rows of one file are neighbours."""
    project, module = Coded.of(routines, "project"), Coded.of(routines, "module")
    changes = (np.diff(project.codes) != 0) | (np.diff(module.codes) != 0)
    starts = [0, *(np.flatnonzero(changes) + 1).tolist()] if len(routines) else []
    runs: dict[_Place, list[tuple[int, int]]] = {}
    for start, end in zip(starts, [*starts[1:], len(routines)], strict=False):
        place = (
            project.values[project.codes[start]],
            module.values[module.codes[start]].casefold(),
        )
        runs.setdefault(place, []).append((start, end))
    return runs


def _global_modules(objects: pa.Table) -> list[_Place]:
    """Common modules with the flag Global: their exports are called without a receiver."""
    common = objects.filter(
        pa.compute.equal(objects.column("type").cast(pa.string()), "CommonModule")
    )
    return [
        (row["project"], f"{row['object']}.Module".casefold())
        for row in common.select(["project", "object", "properties"]).to_pylist()
        if ("Global", "true") in row["properties"]
    ]


def resolve_calls(stored: Mapping[str, pa.Table], *, carried: bool) -> dict[str, pa.Array]:
    """The columns `callee` and `resolution` of `calls`.

    If `carried`, only rows without a resolution are looked at; the others keep what they have.
    """
    calls = stored["calls"]
    if not carried:
        callee, resolution = _resolve(calls, stored)
        return {"callee": callee.column(), "resolution": resolution.column()}
    before, decided = Coded.of(calls, "callee"), Coded.of(calls, "resolution")
    rows = np.flatnonzero(decided.codes < 0)
    if len(rows):
        callee, resolution = _resolve(calls.take(pa.array(rows)), stored)
        before, decided = before.replaced(rows, callee), decided.replaced(rows, resolution)
    return {"callee": before.column(), "resolution": decided.column()}


def _resolve(calls: pa.Table, stored: Mapping[str, pa.Table]) -> tuple[Coded, Coded]:
    """The callee and the resolution of each row of `calls`."""
    routines = _Routines(stored)
    project, module = Coded.of(calls, "project"), Coded.of(calls, "module")
    receiver, name = Coded.of(calls, "receiver"), Coded.of(calls, "name")
    constructor = calls.column("constructor").to_numpy()
    callee: Codes = np.full(len(calls), -1, dtype=np.int64)
    resolution: Codes = np.full(len(calls), _CODE["value"], dtype=np.int64)
    resolution[constructor] = _CODE["constructor"]
    kind = receiver.map(lambda text: _receiver_kind(text, routines))
    for rows, resolve in (
        (np.flatnonzero((kind == 0) & ~constructor), _resolve_plain),
        (np.flatnonzero((kind == 1) & ~constructor), _resolve_qualified),
    ):
        scope = module if resolve is _resolve_plain else receiver
        keys, inverse = _distinct(project, scope, name, rows)
        found = [
            resolve(routines, project.values[p], scope.values[s].casefold(), name.values[n])
            for p, s, n in keys
        ]
        if found:
            pairs = np.array(found, dtype=np.int64)[inverse]
            callee[rows], resolution[rows] = pairs[:, 0], pairs[:, 1]
    return Coded(callee, routines.ids), Coded(resolution, list(RESOLUTIONS))


def _receiver_kind(text: str, routines: _Routines) -> int:
    """0: the module itself, 1: a common module, 2: a value."""
    folded = text.casefold()
    if not folded or folded in _THIS:
        return 0
    return 1 if folded in routines.common else 2


def _distinct(
    project: Coded, scope: Coded, name: Coded, rows: Codes
) -> tuple[list[tuple[int, int, int]], Codes]:
    """The distinct (project, scope, name) codes of `rows`, and which each row has."""
    scopes, names = max(len(scope.values), 1), max(len(name.values), 1)
    keys = (project.codes[rows] * scopes + scope.codes[rows]) * names + name.codes[rows]
    distinct, inverse = np.unique(keys, return_inverse=True)
    rest, name_codes = np.divmod(distinct, names)
    project_codes, scope_codes = np.divmod(rest, scopes)
    codes = zip(project_codes.tolist(), scope_codes.tolist(), name_codes.tolist(), strict=True)
    return list(codes), inverse


def _resolve_plain(routines: _Routines, project: str, module: str, name: str) -> tuple[int, int]:
    folded = name.casefold()
    found = routines.find((project, module), folded)
    if found is not None:
        return found, _CODE[LOCAL]
    for place in routines.modules.get(module, ()):
        found = routines.find(place, folded)
        if found is not None:
            return found, _CODE[BASE]
    found = routines.global_.get(folded)
    if found is not None:
        return found, _CODE[GLOBAL]
    return -1, _CODE["not_in_configuration"]


def _resolve_qualified(
    routines: _Routines, project: str, receiver: str, name: str
) -> tuple[int, int]:
    folded = name.casefold()
    hidden = False
    for place in sorted(routines.common[receiver], key=lambda place: place[0] != project):
        found = routines.find(place, folded)
        if found is not None and routines.exported[found]:
            return found, _CODE[COMMON]
        hidden = hidden or found is not None
    return -1, _CODE["not_exported" if hidden else "missing_routine"]
