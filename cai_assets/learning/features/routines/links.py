"""Who calls, names and handles by a routine, and the form and object that it works for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.learning.model import Codes

_MEMBERS = ("Attribute", "TabularSection", "Dimension", "Resource")


@dataclass(frozen=True, slots=True)
class Links:
    """Who calls, names or handles by each routine. `calls` are sums over call sites."""

    callers: list[list[int]]
    modules: list[str]
    calls: npt.NDArray[np.float64]
    named: Mapping[str, npt.NDArray[np.int64]]
    events: list[str]

    @classmethod
    def of(
        cls,
        tables: Mapping[str, pa.Table],
        rows: list[dict[str, Any]],
        place: Mapping[str, int],
    ) -> Links:
        calls = tables["calls"]
        callee = Coded.of(calls, "callee").map(lambda name: place.get(name, -1))
        caller = Coded.of(calls, "caller").map(lambda name: place.get(name, -1))
        kept = (callee >= 0) & (callee != caller)
        sums = np.zeros((len(rows), 4))
        columns = [np.ones(int(kept.sum()))]
        columns += [
            np.asarray(calls.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)[kept]
            for name in ("arguments", "statement", "in_loop")
        ]
        for at, values in enumerate(columns):
            sums[:, at] = np.bincount(callee[kept], values, len(rows))
        callers: list[list[int]] = [[] for _ in rows]
        known = kept & (caller >= 0)
        pairs = np.unique(np.stack([callee[known], caller[known]]), axis=1)
        for to, by in pairs.T.tolist():
            callers[to].append(by)
        named, events = _named(tables["references"], place, len(rows))
        return cls(callers, [row["module"] for row in rows], sums, named, events)

    def numbers(self, at: int) -> list[float]:
        """The numbers of one routine."""
        own = self.modules[at]
        callers = [self.modules[caller] for caller in self.callers[at]]
        sites, arguments, dropped, loops = self.calls[at].tolist()
        return [
            len(callers),
            len(set(callers) - {own}),
            callers.count(own),
            sites,
            arguments / max(sites, 1),
            dropped / max(sites, 1),
            loops / max(sites, 1),
            *(int(self.named[kind][at]) for kind in _NAMED),
            bool(self.events[at]),
        ]


_NAMED = ("notification", "routine_name", "doc_type")


def _named(
    references: pa.Table, place: Mapping[str, int], count: int
) -> tuple[Mapping[str, Codes], list[str]]:
    """How often each routine is named, by kind of edge, and the event that it handles.

    Of several events the first by name stands for all.
    """
    kinds = Coded.of(references, "kind")
    target = Coded.of(references, "target").map(lambda name: place.get(name, -1))
    source = Coded.of(references, "source")
    known = target >= 0
    named = {
        kind: np.bincount(target[known & (kinds.map(partial(_same, kind)) > 0)], minlength=count)
        for kind in _NAMED
    }
    events = [""] * count
    handled = np.flatnonzero(known & (kinds.map(lambda name: name == "handler") > 0))
    notes, extractors = Coded.of(references, "note"), Coded.of(references, "extractor")
    for row in handled.tolist():
        note = notes.values[notes.codes[row]] if notes.codes[row] >= 0 else ""
        extractor = extractors.values[extractors.codes[row]] if extractors.codes[row] >= 0 else ""
        event = note
        if extractor != "form" and source.codes[row] >= 0:
            event = f"{source.values[source.codes[row]].partition('.')[0]} {note}".strip()
        at = int(target[row])
        if event and (not events[at] or event < events[at]):
            events[at] = event
    return named, events


class Surroundings:
    """The module's form and object in numbers."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._forms = {row["form"]: row for row in tables["forms"].to_pylist()}
        self._form_count = _counts(tables["forms"], "object")
        members = tables["members"]
        kinds = Coded.of(members, "kind")
        objects = Coded.of(members, "object")
        self._members = {}
        for kind in _MEMBERS:
            of_kind = kinds.map(partial(_same, kind)) > 0
            often = np.bincount(
                objects.codes[of_kind & (objects.codes >= 0)], minlength=len(objects.values)
            )
            self._members[kind] = dict(zip(objects.values, often.tolist(), strict=True))

    def numbers(self, row: Mapping[str, Any], module: Mapping[str, Any]) -> list[float]:
        """The numbers of one routine."""
        form = self._forms.get(module.get("owner") or "", {})
        object_ = row["object"] or ""
        return [
            bool(module.get("client")),
            bool(module.get("server")),
            *((form.get(name, -1)) for name in ("items", "attributes", "commands")),
            *(self._members[kind].get(object_, 0) for kind in _MEMBERS),
            self._form_count.get(object_, 0),
        ]


def _same(one: str, other: str) -> int:
    return one == other


def _counts(table: pa.Table, column: str) -> dict[str, int]:
    coded = Coded.of(table, column)
    often = np.bincount(coded.codes[coded.codes >= 0], minlength=len(coded.values))
    return dict(zip(coded.values, often.tolist(), strict=True))
