"""Which routine a call site calls, as far as names alone decide it.

Calls inside a module, to global common modules and `Module.Method` are resolved here; what
needs the type of a value is left with the reason `value`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
_THIS = frozenset({"этотобъект", "thisobject", "этаформа", "thisform"})


@dataclass(slots=True)
class _Routines:
    """Routines by project, folded module and folded name, as positions in `ids`."""

    ids: list[str]
    exported: list[bool]
    in_module: dict[tuple[str, str, str], int] = field(default_factory=dict)
    modules: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Folded module id → (project, folded module id) of every project that has it."""
    common: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Folded name of a common module → (project, folded module id)."""
    global_: dict[str, int] = field(default_factory=dict)


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
    routines = _index(stored)
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
    found = routines.in_module.get((project, module, folded))
    if found is not None:
        return found, _CODE[LOCAL]
    for other, id_ in routines.modules.get(module, ()):
        found = routines.in_module.get((other, id_, folded))
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
    candidates = sorted(routines.common[receiver], key=lambda place: place[0] != project)
    for place, module in candidates:
        found = routines.in_module.get((place, module, folded))
        if found is not None and routines.exported[found]:
            return found, _CODE[COMMON]
        hidden = hidden or found is not None
    return -1, _CODE["not_exported" if hidden else "missing_routine"]


def _index(stored: Mapping[str, pa.Table]) -> _Routines:
    rows = stored["routines"]
    index = _Routines(rows.column("routine").to_pylist(), rows.column("export").to_pylist())
    folded: dict[str, str] = {}
    for position, (project, module, name) in enumerate(
        zip(
            Coded.of(rows, "project").texts(),
            Coded.of(rows, "module").texts(),
            rows.column("name").to_pylist(),
            strict=True,
        )
    ):
        if project is None or module is None:
            continue
        module_id = folded.get(module) or folded.setdefault(module, module.casefold())
        index.in_module.setdefault((project, module_id, name.casefold()), position)
    modules = stored["modules"]
    for project, module, object_ in zip(
        Coded.of(modules, "project").texts(),
        modules.column("module").to_pylist(),
        Coded.of(modules, "object").texts(),
        strict=True,
    ):
        if project is None:
            continue
        place = (project, module.casefold())
        index.modules.setdefault(place[1], []).append(place)
        if object_ and object_.startswith("CommonModule."):
            index.common.setdefault(object_[len("CommonModule.") :].casefold(), []).append(place)
    _add_global(index, stored)
    return index


def _add_global(index: _Routines, stored: Mapping[str, pa.Table]) -> None:
    """Exported routines of common modules with the flag Global are called without a receiver."""
    objects = stored["objects"]
    common = objects.filter(
        pa.compute.equal(objects.column("type").cast(pa.string()), "CommonModule")
    )
    global_modules = {
        (row["project"], f"{row['object']}.Module".casefold())
        for row in common.select(["project", "object", "properties"]).to_pylist()
        if dict(row["properties"]).get("Global") == "true"
    }
    for (project, module, name), position in index.in_module.items():
        if (project, module) in global_modules and index.exported[position]:
            index.global_.setdefault(name, position)
