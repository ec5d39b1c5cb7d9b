"""Which routine a call site calls, or what else answers it, or why nothing is known to.

Names decide calls without a receiver; what a receiver is, `types` tells. Everything is looked up
once for each distinct (module, routine, receiver) and each distinct (types, name), not per row.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from cai_assets.knowledge import resolutions as r
from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.knowledge.resolutions import CODE, NAMES, RESOLVED
from cai_assets.knowledge.routines import Routines
from cai_assets.knowledge.type_names import module_of, split
from cai_assets.knowledge.types import (
    DYNAMIC,
    NOT_HERE,
    THIS,
    Evaluator,
    Tables,
)
from cai_assets.onec.platform.catalogue import Types, catalogue

__all__ = ["RESOLVED", "infer_types", "resolve_calls"]

_Found = tuple[int, int]
"""The callee's position or -1, and the code of the resolution."""

_EXTERNAL = frozenset(
    {"COMObject", "External", "AddIn", "WSProxy", "ExternalDocument", "HTMLDocument"}
)
"""Types whose methods the upload cannot tell."""

_CONTINUE = frozenset({"продолжитьвызов", "proceedwithcall"})
_INSTEAD = ("вместо", "around", "изменениеиконтроль", "changeandvalidate")
_BY_MODULE_KIND = {
    "CommonModule": r.COMMON_MODULE,
    "ManagerModule": r.MANAGER_MODULE,
    "ObjectModule": r.OBJECT_MODULE,
    "RecordSetModule": r.RECORD_SET_MODULE,
    "ValueManagerModule": r.VALUE_MANAGER_MODULE,
    "FormModule": r.FORM_MODULE,
}
_FAMILIES = {
    "Manager": "ManagerModule",
    "Object": "ObjectModule",
    "RecordSet": "RecordSetModule",
    "ClientApplicationForm": "FormModule",
    "CommonModule": "CommonModule",
}
"""What a type without a name ends with → the kind of the modules that may answer."""


def infer_types(stored: Mapping[str, pa.Table], tables: Tables) -> pa.Array:
    """The column `inferred_types` of `routines`; rows that have a value keep it."""
    rows = stored["routines"]
    known: list[list[str] | None] = (
        rows.column("inferred_types").to_pylist()
        if "inferred_types" in rows.column_names
        else [None] * len(rows)
    )
    evaluator = Evaluator(tables)
    missing = [position for position, types in enumerate(known) if types is None]
    project, module = Coded.of(rows, "project"), Coded.of(rows, "module")
    places = {
        (project.values[project.codes[one]], module.values[module.codes[one]].casefold())
        for one in missing
    }
    for place in sorted(places):
        for position, types in evaluator.infer(place).items():
            if known[position] is None:
                known[position] = sorted(types)
    return pa.array([types or [] for types in known], pa.list_(pa.string()))


def resolve_calls(
    stored: Mapping[str, pa.Table], tables: Tables, *, carried: bool
) -> dict[str, pa.Array]:
    """The columns `callee` and `resolution` of `calls`.

    `routines` has its column `inferred_types`. If `carried`, only rows without a resolution are
    looked at; the others keep what they have.
    """
    calls = stored["calls"]
    if not carried:
        callee, resolution = _Resolver(stored, tables).resolve(calls)
        return {"callee": callee.column(), "resolution": resolution.column()}
    before, decided = Coded.of(calls, "callee"), Coded.of(calls, "resolution")
    rows = np.flatnonzero(decided.codes < 0)
    if len(rows):
        callee, resolution = _Resolver(stored, tables).resolve(_few(calls, rows))
        before, decided = before.replaced(rows, callee), decided.replaced(rows, resolution)
    return {"callee": before.column(), "resolution": decided.column()}


_READ = ("project", "module", "caller", "receiver", "name", "constructor")


def _few(calls: pa.Table, rows: Codes) -> pa.Table:
    """Some rows, with dictionaries of their own values alone."""
    few = calls.select(_READ).take(pa.array(rows))
    texts = [
        pa.field(one.name, pa.string() if pa.types.is_dictionary(one.type) else one.type)
        for one in few.schema
    ]
    return few.cast(pa.schema(texts))


def fresh_files(stored: Mapping[str, pa.Table]) -> pa.Array:
    """The files of rows that carry nothing from an earlier upload."""
    calls, routines = stored["calls"], stored["routines"]
    files = [
        table.column("file").filter(table.column(column).is_null()).cast(pa.string())
        for table, column in ((calls, "resolution"), (routines, "inferred_types"))
    ]
    return pa.chunked_array([*files[0].chunks, *files[1].chunks], pa.string()).unique()


class _Resolver:
    """Resolves rows of `calls`."""

    def __init__(self, stored: Mapping[str, pa.Table], tables: Tables) -> None:
        self._routines: Routines = tables.routines
        inferred = stored["routines"].column("inferred_types").to_pylist()
        self._evaluator = Evaluator(tables, [frozenset(types) for types in inferred])
        self._platform = catalogue()
        self._annotations = stored["routines"].column("annotations")
        self._exported = _exported_names(stored, tables.routines)

    def resolve(self, calls: pa.Table) -> tuple[Coded, Coded]:
        """The callee and the resolution of each row."""
        project, module = Coded.of(calls, "project"), Coded.of(calls, "module")
        caller = Coded.of(calls, "caller")
        receiver, name = Coded.of(calls, "receiver"), Coded.of(calls, "name")
        constructor = calls.column("constructor").to_numpy()
        callee: Codes = np.full(len(calls), -1, dtype=np.int64)
        resolution: Codes = np.full(len(calls), CODE[r.CONSTRUCTOR], dtype=np.int64)
        plain = receiver.map(lambda text: int(not text)) == 1
        names = [text.casefold() for text in name.values]
        modules = [text.casefold() for text in module.values]

        rows = np.flatnonzero(plain & ~constructor)
        keys, inverse = _distinct(rows, project, module, name)
        found = [self._plain(project.values[p], modules[m], names[n]) for p, m, n in keys]
        _fill(callee, resolution, rows, found, inverse)
        self._continued(calls, rows, callee, resolution, name)

        rows = np.flatnonzero(~plain & ~constructor)
        keys, inverse = _distinct(rows, project, module, caller, receiver)
        codes: dict[Types, int] = {}
        types_of = [
            codes.setdefault(
                self._types(
                    (project.values[p], modules[m]),
                    caller.values[c] if c >= 0 else None,
                    receiver.values[t],
                ),
                len(codes),
            )
            for p, m, c, t in keys
        ]
        types = Coded(np.full(len(calls), -1, dtype=np.int64), [])
        types.codes[rows] = np.array(types_of, dtype=np.int64)[inverse]
        all_types = list(codes)
        types.values = [""] * len(all_types)
        keys, inverse = _distinct(rows, project, types, name)
        found = [self._typed(project.values[p], all_types[t], names[n]) for p, t, n in keys]
        _fill(callee, resolution, rows, found, inverse)
        self._within(calls, rows, callee, resolution, receiver)
        return Coded(callee, self._routines.ids), Coded(resolution, list(NAMES))

    # --- calls without a receiver -------------------------------------------------------

    def _plain(self, project: str, module: str, name: str) -> _Found:
        routines = self._routines
        for place in routines.places(module, project):
            found = routines.find(place, name)
            if found is not None:
                return found, CODE[r.LOCAL if place[0] == project else r.BASE_MODULE]
        scope = self._evaluator.scope((project, module))
        if scope.this and self._evaluator.members.method(scope.this, name) is not None:
            return -1, CODE[r.PLATFORM]
        found = routines.global_.get(name)
        if found is not None:
            return found, CODE[r.GLOBAL_MODULE]
        if name in self._platform.functions:
            return -1, CODE[r.PLATFORM]
        found = routines.application.get(name)
        if found is not None:
            return found, CODE[r.APPLICATION_MODULE]
        return -1, CODE[r.NO_SUCH_NAME]

    def _continued(
        self, calls: pa.Table, rows: Codes, callee: Codes, resolution: Codes, name: Coded
    ) -> None:
        """`ПродолжитьВызов` calls the routine that the caller, of an extension, stands in for."""
        wanted = name.map(lambda text: int(text.casefold() in _CONTINUE)) == 1
        for row in rows[wanted[rows]].tolist():
            project, module, caller = (
                calls.column(column)[row].as_py() for column in ("project", "module", "caller")
            )
            place = (project, module.casefold())
            own = self._routines.find(place, (caller or "").rpartition(".")[2].casefold())
            target = _stood_in_for(self._annotations[own].as_py()) if own is not None else ""
            resolution[row] = CODE[r.NOT_IN_UPLOAD]
            for other in self._routines.modules.get(place[1], ()):
                found = self._routines.find(other, target) if other != place else None
                if found is not None:
                    callee[row], resolution[row] = found, CODE[r.BASE_MODULE]
                    break

    def _within(
        self, calls: pa.Table, rows: Codes, callee: Codes, resolution: Codes, receiver: Coded
    ) -> None:
        """`ЭтотОбъект.Имя()` reaches routines of its module that are not exported, too."""
        wanted = receiver.map(lambda text: int(text.casefold() in THIS)) == 1
        rows = rows[wanted[rows]]
        for row, project, module, name in zip(
            rows.tolist(),
            *(
                calls.column(column).take(pa.array(rows)).to_pylist()
                for column in ("project", "module", "name")
            ),
            strict=True,
        ):
            found, code = self._plain(project, module.casefold(), name.casefold())
            if found >= 0 and NAMES[code] in (r.LOCAL, r.BASE_MODULE):
                callee[row], resolution[row] = found, code

    # --- calls of values ----------------------------------------------------------------

    def _types(self, place: tuple[str, str], caller: str | None, receiver: str) -> Types:
        return self._evaluator.chain(self._evaluator.scope(place), caller, receiver)

    def _typed(self, project: str, types: Types, name: str) -> _Found:
        """What answers a method of this folded name of a value that has one of these types."""
        callees: dict[int, int] = {}
        reasons: set[str] = set()
        for one in sorted(types):
            position, reason = self._of_type(project, one, name)
            if position is not None:
                callees.setdefault(position, CODE[reason])
            else:
                reasons.add(reason)
        if len(callees) == 1:
            return next(iter(callees.items()))
        if callees:
            return -1, CODE[r.AMBIGUOUS]
        for reason in (r.PLATFORM, r.EXTERNAL, r.NOT_EXPORTED, r.NOT_IN_UPLOAD, r.DYNAMIC):
            if reason in reasons:
                return -1, CODE[reason]
        common = {one for one in types if split(one)[0] == "CommonModule"}
        if common and common == types:
            return -1, CODE[r.MISSING_ROUTINE]
        return -1, CODE[self._by_name(types, name)]

    def _of_type(self, project: str, type_: str, name: str) -> tuple[int | None, str]:
        if type_ in (NOT_HERE, DYNAMIC):
            return None, r.NOT_IN_UPLOAD if type_ == NOT_HERE else r.DYNAMIC
        evaluator = self._evaluator
        if evaluator.members.method(type_, name) is not None:
            return None, r.PLATFORM
        head, argument = split(type_)
        if head in _EXTERNAL:
            return None, r.EXTERNAL
        position = evaluator.exported(type_, name, project)
        if position is not None:
            kind = self._routines.kinds[self._routines.modules[module_of(type_)][0]]
            return position, _BY_MODULE_KIND.get(kind, r.OBJECT_MODULE)
        if argument:
            places = self._routines.places(module_of(type_), project)
            hidden = any(self._routines.find(place, name) is not None for place in places)
            return None, r.NOT_EXPORTED if hidden else r.MISSING_ROUTINE
        family = _family(head)
        if family and name in self._exported.get(family, ()):
            return None, r.DYNAMIC
        return None, r.MISSING_ROUTINE

    def _by_name(self, types: Types, name: str) -> str:
        """The resolution where no known type has the method."""
        of_configuration = any(name in names for names in self._exported.values())
        if name in self._platform.methods:
            return r.UNKNOWN_TYPE if of_configuration else r.PLATFORM_BY_NAME
        if not of_configuration:
            return r.NO_SUCH_NAME
        return r.MISSING_ROUTINE if types else r.UNKNOWN_TYPE


def _exported_names(
    stored: Mapping[str, pa.Table], routines: Routines
) -> dict[str, frozenset[str]]:
    """Folded names of exported routines by the kind of their modules."""
    rows = stored["routines"]
    module = Coded.of(rows, "module")
    names: dict[str, set[str]] = {}
    exported = np.flatnonzero(rows.column("export").to_numpy())
    # Values may be left of rows that an earlier upload had: a module that was removed.
    kinds = {
        code: routines.kinds[routines.modules[module.values[code].casefold()][0]]
        for code in np.unique(module.codes[exported]).tolist()
    }
    texts = rows.column("name").take(pa.array(exported)).to_pylist()
    for code, text in zip(module.codes[exported].tolist(), texts, strict=True):
        names.setdefault(kinds[code], set()).add(text.casefold())
    return {kind: frozenset(found) for kind, found in names.items()}


def _family(head: str) -> str:
    for suffix, kind in _FAMILIES.items():
        if head.endswith(suffix):
            return kind
    return ""


def _stood_in_for(annotations: list[str]) -> str:
    """The folded name in `Вместо("Имя")`; empty if there is none."""
    for text in annotations:
        word, _, rest = text.partition("(")
        if word.strip().casefold() in _INSTEAD:
            return rest.strip(' ")').casefold()
    return ""


def _distinct(rows: Codes, *columns: Coded) -> tuple[list[tuple[int, ...]], Codes]:
    """The distinct combinations of codes in `rows`, and which each row has; -1 is a null."""
    if not len(rows):
        return [], rows
    key = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        key = key * (len(column.values) + 1) + column.codes[rows] + 1
    distinct, inverse = np.unique(key, return_inverse=True)
    parts: list[list[int]] = []
    for column in reversed(columns):
        distinct, codes = np.divmod(distinct, len(column.values) + 1)
        parts.append((codes - 1).tolist())
    return list(zip(*reversed(parts), strict=True)), inverse


def _fill(
    callee: Codes, resolution: Codes, rows: Codes, found: list[_Found], inverse: Codes
) -> None:
    if found:
        pairs = np.array(found, dtype=np.int64)[inverse]
        callee[rows], resolution[rows] = pairs[:, 0], pairs[:, 1]
