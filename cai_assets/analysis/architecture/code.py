"""Hot spots, the programming interface, and where code runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.architecture.facts import Facts, Pairs, numbers
from cai_assets.analysis.architecture.schema import API, EXECUTION, HOT_SPOTS, SERVER_CALLS
from cai_assets.knowledge.coded import Coded, Codes

HOT_SPOTS_KEPT = 200
"""Hot spots of each sort that are kept, and as many of those that the vendor does not lock."""

API_MODULES = ("CommonModule", "ManagerModule")
"""Kinds of modules whose exported routines others are meant to call."""

PUBLIC_REGIONS = frozenset({"программныйинтерфейс", "public"})
"""Outermost regions of the interface for others (standard 455), case-folded."""

DIRECTIVES = {
    "наклиенте": "AtClient",
    "насервере": "AtServer",
    "насерверебезконтекста": "AtServerNoContext",
    "наклиентенасерверебезконтекста": "AtClientAtServerNoContext",
    "наклиентенасервере": "AtClientAtServer",
}
"""Canonical directives by their Russian names, case-folded; English ones name themselves."""

_ENGLISH = {name.casefold(): name for name in DIRECTIVES.values()}
NONE, CLIENT, SERVER, BOTH = range(4)
CONTEXTS = ("none", "client", "server", "both")
_CONTEXT_OF = {
    "AtClient": CLIENT,
    "AtServer": SERVER,
    "AtServerNoContext": SERVER,
    "AtClientAtServerNoContext": BOTH,
    "AtClientAtServer": BOTH,
}
_WITH_DIRECTIVES = ("FormModule", "CommandModule")
"""Where directives count; a routine without one runs on the server."""


def canonical_directive(text: str) -> str:
    """`НаКлиенте` → `AtClient`; what is not a directive becomes empty."""
    folded = text.casefold()
    return DIRECTIVES.get(folded) or _ENGLISH.get(folded, "")


def hot_spots(facts: Facts) -> pa.Table:
    """The table `hot_spots`: score = cognitive × √ncloc × log₂(2 + callers)."""
    routines, modules = facts.tables["routines"], facts.tables["modules"]
    calls = facts.tables["calls"]
    known = facts.callees >= 0
    callee, caller = facts.callees[known], facts.callers[known]
    module = facts.modules_of(calls)[known]
    # A call from a module's body has no caller: the module, behind all routines, stands for it.
    source = np.where(caller >= 0, caller, routines.num_rows + module)
    objects = facts.nodes_of(modules, "object")[module]
    of_routine = _Callers(callee, source, objects, routines.num_rows)
    target = facts.routine_module[callee]
    other = target != module
    of_module = _Callers(target[other], module[other], objects[other], modules.num_rows)
    owner = facts.module_object
    return pa.concat_tables(
        [
            _ranked(facts, "routine", routines, of_routine, owner[facts.routine_module]),
            _ranked(facts, "module", modules, of_module, owner),
        ]
    ).combine_chunks()


class _Callers:
    """How many different sources and objects reach each of `count` targets."""

    def __init__(self, target: Codes, source: Codes, objects: Codes, count: int) -> None:
        self.sources = _distinct(target, source, count)
        self.objects = _distinct(target, objects, count)


def _distinct(target: Codes, source: Codes, count: int) -> Codes:
    if not len(target):
        return np.zeros(count, dtype=np.int64)
    span = int(source.max()) + 1
    return np.bincount(np.unique(target * span + source) // span, minlength=count)


def _ranked(facts: Facts, what: str, table: pa.Table, callers: _Callers, owner: Codes) -> pa.Table:
    """The rows of routines or modules (`what`) with the highest scores; `owner` is the object."""
    name = what
    cognitive, ncloc = numbers(table, "cognitive"), numbers(table, "ncloc")
    score = cognitive * np.sqrt(ncloc) * np.log2(2 + callers.sources)
    support = Coded.of(facts.tables["objects"], "support")
    state = np.append(support.codes, -1)[owner]
    locked = support.values.index("locked") if "locked" in support.values else -2
    # The id settles ties, so that equal uploads give equal tables.
    ids = table.column(name).to_pylist()
    some = np.argsort(-score, kind="stable")
    ordered = sorted(some.tolist(), key=lambda row: (-score[row], ids[row]))
    rank = np.empty(len(ordered), dtype=np.int64)
    rank[ordered] = np.arange(1, len(ordered) + 1)
    free = [row for row in ordered if state[row] != locked][:HOT_SPOTS_KEPT]
    kept = sorted({*ordered[:HOT_SPOTS_KEPT], *free}, key=lambda row: int(rank[row]))
    rows = np.array([row for row in kept if score[row] > 0], dtype=np.int64)
    chosen = table.take(pa.array(rows))
    columns: dict[str, Any] = {
        "what": [what] * len(rows),
        "rank": rank[rows],
        "id": chosen.column(name),
        "score": score[rows],
        "callers": callers.sources[rows],
        "calling_objects": callers.objects[rows],
        "support": Coded(state[rows], support.values).column(),
        "line": chosen.column("line") if "line" in table.column_names else np.ones(len(rows)),
    }
    arrays = []
    for field in HOT_SPOTS.arrow_schema:
        values = columns.get(field.name)
        values = chosen.column(field.name) if values is None else values
        array = values if isinstance(values, pa.ChunkedArray) else pa.array(values)
        arrays.append(array.cast(field.type))
    return pa.Table.from_arrays(arrays, schema=HOT_SPOTS.arrow_schema)


def api(facts: Facts) -> pa.Table:
    """The table `api`."""
    routines, modules = facts.tables["routines"], facts.tables["modules"]
    kinds = Coded.of(modules, "kind").map(lambda kind: int(kind in API_MODULES)).astype(bool)
    rows = np.flatnonzero(numbers(routines, "export").astype(bool) & kinds[facts.routine_module])
    count = routines.num_rows
    parameters = facts.tables["parameters"]
    owner = facts.routines_at(parameters, "routine_line")
    function = numbers(routines, "function").astype(bool)
    typed_result = _lengths(routines, "return_types") > 0
    figures = {
        "exported": np.ones(count, dtype=np.int64),
        "described": _filled(routines, "description"),
        "functions": function,
        "typed_functions": function & typed_result,
        "parameters": _per(owner, np.ones(len(owner)), count),
        "described_parameters": _per(owner, _filled(parameters, "description"), count),
        "typed_parameters": _per(owner, _lengths(parameters, "types") > 0, count),
    }
    figures["complete"] = (
        figures["described"]
        & (figures["typed_parameters"] == figures["parameters"])
        & (typed_result | ~function)
    )
    chosen = np.zeros(count, dtype=bool)
    chosen[rows] = True
    parts = []
    for scope, names, pairs in _api_scopes(facts, rows):
        kept = chosen[pairs.rows]
        exported = Pairs(pairs.rows[kept], pairs.groups[kept])
        parts.append(_api_rows(scope, names, exported, figures))
    return pa.concat_tables(parts).combine_chunks()


def _api_scopes(facts: Facts, rows: Codes) -> list[tuple[str, list[str], Pairs]]:
    regions = Coded.of(facts.tables["routines"], "region")
    outermost = [region.partition("/")[0] for region in regions.values]
    names = sorted({"", *outermost})
    code = {name: position for position, name in enumerate(names)}
    region = regions.map(lambda text: code[text.partition("/")[0]])
    region = np.where(region < 0, code[""], region)
    modules = facts.tables["modules"].column("module").to_pylist()
    public = np.array([name.casefold() in PUBLIC_REGIONS for name in names], dtype=bool)
    in_public = rows[public[region[rows]]]
    scopes = [
        (grouping.scope, grouping.names, grouping.routines)
        for grouping in facts.groupings
        if grouping.scope in ("configuration", "project", "type", "subsystem")
    ]
    return [
        *scopes,
        ("region", names, Pairs(rows, region[rows])),
        ("module", modules, Pairs(rows, facts.routine_module[rows])),
        ("public", modules, Pairs(in_public, facts.routine_module[in_public])),
    ]


def _api_rows(scope: str, names: list[str], pairs: Pairs, figures: dict[str, Any]) -> pa.Table:
    sums = {
        name: np.bincount(pairs.groups, weights=values[pairs.rows], minlength=len(names)).astype(
            np.int64
        )
        for name, values in figures.items()
    }
    present = np.flatnonzero(sums["exported"])
    if scope == "configuration":
        present = np.arange(len(names))
    columns: dict[str, Any] = {name: values[present] for name, values in sums.items()}
    columns["scope"] = [scope] * len(present)
    columns["name"] = [names[group] for group in present.tolist()]
    none = columns["exported"] == 0
    for share, part in (("share_described", "described"), ("share_complete", "complete")):
        values = columns[part] / np.maximum(columns["exported"], 1)
        columns[share] = pa.array(values, mask=none)
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in API.arrow_schema]
    return pa.Table.from_arrays(arrays, schema=API.arrow_schema)


def _filled(table: pa.Table, column: str) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.not_equal(
        pc.fill_null(table.column(column), ""), ""
    ).to_numpy(zero_copy_only=False)
    return found.astype(bool)


def _lengths(table: pa.Table, column: str) -> Codes:
    lengths = pc.fill_null(pc.list_value_length(table.column(column)), 0)
    values: Codes = lengths.to_numpy().astype(np.int64)
    return values


def _per(owner: Codes, values: Any, count: int) -> Codes:
    known = owner >= 0
    return np.bincount(owner[known], weights=values[known], minlength=count).astype(np.int64)


class Contexts:
    """Where modules and routines may run, as positions in `CONTEXTS`, and their directives."""

    def __init__(self, facts: Facts) -> None:
        modules, routines = facts.tables["modules"], facts.tables["routines"]
        client = pc.fill_null(modules.column("client"), False).to_numpy(zero_copy_only=False)
        server = pc.fill_null(modules.column("server"), False).to_numpy(zero_copy_only=False)
        client = client & ~(server & _ordinary_only(facts))
        self.modules: Codes = client.astype(np.int64) * CLIENT + server.astype(np.int64) * SERVER
        self.kinds = Coded.of(modules, "kind")
        directives = Coded.of(routines, "directive")
        self.names = ["", *_CONTEXT_OF]
        self.directives = np.maximum(
            directives.map(lambda text: self.names.index(canonical_directive(text))), 0
        )
        counted = self.kinds.map(lambda kind: int(kind in _WITH_DIRECTIVES)).astype(bool)
        self.by_directive = counted[facts.routine_module]
        stated = np.array([_CONTEXT_OF.get(name, SERVER) for name in self.names])
        self.routines: Codes = np.where(
            self.by_directive, stated[self.directives], self.modules[facts.routine_module]
        )


def _ordinary_only(facts: Facts) -> npt.NDArray[np.bool_]:
    """Common modules that of all clients may run on the ordinary one alone.

    Server modules have that flag too (standard 469), which does not make them client code.
    """
    objects = facts.tables["objects"]
    common = facts.object_type.map(lambda name: int(name == "CommonModule")) == 1
    rows = np.flatnonzero(common)
    flagged = np.zeros(objects.num_rows + 1, dtype=bool)
    properties = objects.column("properties").take(pa.array(rows)).to_pylist()
    flagged[rows] = [dict(of).get("ClientManagedApplication") != "true" for of in properties]
    return flagged[facts.module_object]


def execution(facts: Facts, contexts: Contexts) -> pa.Table:
    """The table `execution`."""
    modules, routines = facts.tables["modules"], facts.tables["routines"]
    kind = contexts.kinds.codes
    frames = [
        ("module", kind, contexts.modules, np.zeros_like(kind), numbers(modules, "lines")),
        (
            "routine",
            kind[facts.routine_module],
            contexts.routines,
            contexts.directives,
            numbers(routines, "lines"),
        ),
    ]
    rows: list[tuple[Any, ...]] = []
    for what, kinds, context, directive, lines in frames:
        keys, of_row = np.unique(np.stack([kinds, context, directive]), axis=1, return_inverse=True)
        group = of_row.reshape(-1)
        count = np.bincount(group)
        sums = np.bincount(group, weights=lines)
        rows += [
            (
                what,
                contexts.kinds.values[int(key[0])],
                CONTEXTS[int(key[1])],
                contexts.names[int(key[2])],
                int(count[position]),
                int(sums[position]),
            )
            for position, key in enumerate(keys.T)
        ]
    names = EXECUTION.column_names
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) for row in rows], schema=EXECUTION.arrow_schema
    )


def server_calls(facts: Facts, contexts: Contexts) -> pa.Table:
    """The table `server_calls`, most call sites first."""
    routines = facts.tables["routines"]
    known = (facts.callees >= 0) & (facts.callers >= 0)
    callee, caller = facts.callees[known], facts.callers[known]
    crossing = (contexts.routines[caller] == CLIENT) & (contexts.routines[callee] == SERVER)
    callee, caller = callee[crossing], caller[crossing]
    sites = np.bincount(callee, minlength=routines.num_rows)
    callers = _distinct(callee, caller, routines.num_rows)
    rows = np.flatnonzero(sites)
    rows = rows[np.lexsort((rows, -sites[rows]))]
    chosen = routines.take(pa.array(rows))
    no_context = contexts.names.index("AtServerNoContext")
    kinds = np.where(
        ~contexts.by_directive,
        "module",
        np.where(contexts.directives == no_context, "form", "form_context"),
    )[rows]
    columns = {
        "routine": chosen.column("routine"),
        "object": chosen.column("object"),
        "kind": pa.array(kinds.tolist(), pa.string()).dictionary_encode(),
        "sites": pa.array(sites[rows].astype(np.int32)),
        "callers": pa.array(callers[rows].astype(np.int32)),
        "file": chosen.column("file"),
        "line": chosen.column("line"),
    }
    return pa.Table.from_arrays(
        [columns[name] for name in SERVER_CALLS.column_names], schema=SERVER_CALLS.arrow_schema
    )
