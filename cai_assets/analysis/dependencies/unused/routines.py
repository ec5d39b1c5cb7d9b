"""Procedures and functions that nobody calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.feedback import Flags
from cai_assets.analysis.dependencies.graph import Ints
from cai_assets.analysis.dependencies.unused.evidence import Evidence
from cai_assets.analysis.dependencies.unused.objects import in_public_region
from cai_assets.analysis.dependencies.unused.reasons import Reason, Unused
from cai_assets.knowledge.coded import Coded
from cai_assets.onec.platform.events import is_event_handler

_ATTACHED = ("подключаемый_", "attachable_")
"""Procedures so called are attached to elements that code adds to forms (standard 492)."""


def unused_routines(
    tables: Mapping[str, pa.Table], routine_edges: pa.Table, evidence: Evidence
) -> Iterator[Unused]:
    """Exported routines that nothing names, and others that no used routine leads to."""
    routines = tables["routines"]
    names = [name.casefold() for name in routines.column("name").to_pylist()]
    export = np.asarray(routines.column("export"))
    started = _started_by_the_platform(tables, names)
    named = {name: evidence.in_texts(name) for name in set(names)}
    in_text = np.array([named[name] for name in names], dtype=bool)
    called = _called_on_unknown(tables["calls"])
    direct, reached = _reach(
        routines.column("routine").to_pylist(), routine_edges, started | export | in_text
    )
    unused = np.flatnonzero(~(started | np.where(export | in_text, direct, reached)))
    columns = ["project", "routine", "module", "object", "export", "region", "file", "line"]
    rows = routines.select(columns).take(pa.array(unused)).to_pylist()
    for at, row in zip(unused.tolist(), rows, strict=True):
        name = names[at]
        public = False
        if row["export"]:
            public = in_public_region(row["region"] or "")
            if name in called:
                reason = Reason.EXPORT_NAME_CALLED
            elif in_text[at]:
                reason = Reason.EXPORT_NAME_IN_TEXT
            else:
                reason = Reason.EXPORT_NOT_CALLED
        elif in_text[at]:
            reason = Reason.ROUTINE_NAME_IN_TEXT
        elif (row["project"], row["module"].casefold()) in evidence.computing:
            reason = Reason.ROUTINE_MAY_BE_COMPUTED
        elif direct[at]:
            reason = Reason.ROUTINE_CALLED_BY_UNUSED
        else:
            reason = Reason.ROUTINE_NOT_CALLED
        yield Unused(
            "exported_routine" if row["export"] else "routine",
            row["project"],
            row["routine"],
            row["object"],
            row["file"],
            row["line"],
            reason,
            public,
        )


def _started_by_the_platform(tables: Mapping[str, pa.Table], names: list[str]) -> Flags:
    """Handlers of events by their names, what extensions weave in, what forms attach.

    An ordinary form keeps the names of its handlers where no reader gets at them.
    """
    routines = tables["routines"]
    ordinary = {
        row["form"]
        for row in tables["forms"].select(["form", "kind"]).to_pylist()
        if row["kind"] == "Ordinary"
    }
    kinds = {
        (row["project"], row["module"]): "" if row["owner"] in ordinary else row["kind"]
        for row in tables["modules"].select(["project", "module", "owner", "kind"]).to_pylist()
    }
    places = zip(
        Coded.of(routines, "project").texts(), Coded.of(routines, "module").texts(), strict=True
    )
    known: dict[tuple[str, str], bool] = {}
    flags = []
    for name, place in zip(names, places, strict=True):
        key = (kinds.get(place, ""), name)
        if key not in known:
            known[key] = not key[0] or name.startswith(_ATTACHED) or is_event_handler(key[0], name)
        flags.append(known[key])
    annotated = np.asarray(pa.compute.list_value_length(routines.column("annotations")))
    return np.array(flags, dtype=bool) | (annotated > 0)


def _called_on_unknown(calls: pa.Table) -> set[str]:
    """Folded names of methods called on values whose type is not known."""
    name, receiver = Coded.of(calls, "name"), Coded.of(calls, "receiver")
    on_value = receiver.map(lambda text: int(text != "")) == 1
    why = Coded.of(calls, "resolution").map(lambda text: int(text.startswith("platform"))) == 1
    unresolved = Coded.of(calls, "callee").codes < 0
    rows = on_value & unresolved & ~why
    return {name.values[code].casefold() for code in np.unique(name.codes[rows]).tolist()}


def _reach(ids: list[str], edges: pa.Table, roots: Flags) -> tuple[Flags, Flags]:
    """For each routine whether anything else names it, and whether a root leads to it."""
    position: dict[str, int] = {}
    of_row = np.array(
        [position.setdefault(id_.casefold(), len(position)) for id_ in ids],
        dtype=np.int64,
    )
    source = Coded.of(edges, "source").map(lambda name: position.get(name.casefold(), -1))
    target = Coded.of(edges, "target").map(lambda name: position.get(name.casefold(), -1))
    other = source != target
    source, target = source[other], target[other]
    direct = np.zeros(len(position), dtype=bool)
    direct[target[target >= 0]] = True
    reached = np.zeros(len(position), dtype=bool)
    reached[of_row[roots]] = True
    reached[target[(source < 0) & (target >= 0)]] = True
    inner = (source >= 0) & (target >= 0)
    _spread(reached, source[inner], target[inner])
    return direct[of_row], reached[of_row]


def _spread(reached: Flags, source: Ints, target: Ints) -> None:
    """Mark all that the marked nodes lead to."""
    while len(source):
        new = np.unique(target[reached[source] & ~reached[target]])
        if not len(new):
            return
        reached[new] = True
        left = ~reached[target]
        source, target = source[left], target[left]
