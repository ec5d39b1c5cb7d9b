"""What is known of a routine without looking into its body: name, header, doc comment, role, place.

Left out on purpose is all that measures the body or follows from it: lines and where the next
routine begins, statements, variables, queries, calls that it makes, the types that its `Возврат`
statements return, inner comments, and findings. The complexity of other routines of the module is
left out, too: a module that is hard to read throughout should not be expected to be so.
Who calls a routine, and how, is its place in the whole and counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.learning.features.namesakes import NAME_FEATURES, name_features
from cai_assets.learning.model import Codes, Floats, Inputs
from cai_assets.learning.words import stems_of_name

READS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "parsed_configuration": {
        "objects": ("project", "object", "type"),
        "members": ("object", "kind"),
        "forms": ("form", "object", "items", "attributes", "commands"),
        "modules": ("project", "module", "object", "owner", "kind", "client", "server"),
        "routines": (
            "project",
            "routine",
            "module",
            "object",
            "name",
            "function",
            "export",
            "asynchronous",
            "directive",
            "annotations",
            "region",
            "preprocessor",
            "line",
            "cognitive",
            "parameters",
            "optional_parameters",
            "doc",
            "description",
            "returns",
            "return_types",
            "examples",
            "deprecated",
            "body_digest",
            "file",
        ),
        "parameters": (
            "routine",
            "routine_line",
            "order",
            "name",
            "by_value",
            "types",
            "description",
        ),
        "calls": ("caller", "callee", "arguments", "statement", "in_loop"),
        "references": ("kind", "source", "target", "note", "extractor", "resolved"),
    }
}
"""Columns that `read_routines` needs."""

FEATURES = (
    "parameters",
    "optional_parameters",
    "parameters_by_value",
    "described_parameters",
    "typed_parameters",
    "function",
    "export",
    "asynchronous",
    "deprecated",
    "preprocessor",
    "annotated",
    "region_depth",
    "name_length",
    "doc_length",
    "doc_lines",
    "doc_bullets",
    "description_length",
    "description_lines",
    "returns_length",
    "returns_lines",
    "returns_bullets",
    "return_types",
    "examples_length",
    "callers",
    "calling_modules",
    "callers_in_module",
    "call_sites",
    "arguments",
    "result_dropped",
    "called_in_loop",
    "notified",
    "named_in_texts",
    "named_in_docs",
    "handles",
    "client",
    "server",
    "form_items",
    "form_attributes",
    "form_commands",
    "object_attributes",
    "tabular_sections",
    "dimensions",
    "resources",
    "object_forms",
    *NAME_FEATURES,
)
"""Columns of `Routines.numbers`, in order."""

CATEGORIES = (
    "kind",
    "type",
    "directive",
    "name",
    "first_word",
    "first_words",
    "last_word",
    "last_words",
    "event",
    "region",
    "outer_region",
    "header",
    "role",
    "name_apart",
)
"""What is replaced by the mean complexity of those with the same value."""

_MEMBERS = ("Attribute", "TabularSection", "Dimension", "Resource")


@dataclass(frozen=True, slots=True)
class Routines:
    """Routines by place, as in the table.

    `numbers` is routines × `FEATURES`; `categories` has the text of each routine by category;
    `complexity` is the cognitive complexity; `callers` are as in the table `calls`, itself left
    out; `parameters` are names in order.
    """

    table: pa.Table
    objects: list[str]
    kinds: list[str]
    numbers: npt.NDArray[np.float32]
    categories: Mapping[str, Sequence[str]]
    parameters: list[list[dict[str, Any]]]
    events: list[str]
    callers: list[list[int]]
    complexity: Floats
    digests: list[str]

    def __len__(self) -> int:
        return len(self.objects)


def read_routines(inputs: Inputs) -> Routines:
    """The routines of an upload with their surroundings."""
    tables = inputs["parsed_configuration"]
    table = tables["routines"]
    rows = table.drop_columns(["body_digest", "file"]).to_pylist()
    parameters = _parameters(tables["parameters"], rows)
    modules = {row["module"]: row for row in tables["modules"].to_pylist()}
    place: dict[str, int] = {}
    for at, row in enumerate(rows):
        place.setdefault(row["routine"], at)
    links = _Links.of(tables, rows, place)
    surroundings = _Surroundings(tables)
    numbers = np.array(
        [
            [
                *_header(row, own),
                *_doc(row),
                *links.numbers(at),
                *surroundings.numbers(row, modules.get(row["module"], {})),
            ]
            for at, (row, own) in enumerate(zip(rows, parameters, strict=True))
        ],
        dtype=np.float32,
    ).reshape(len(rows), len(FEATURES) - len(NAME_FEATURES))
    names = name_features(
        [row["name"] for row in rows],
        [row["module"] for row in rows],
        [row["region"] or "" for row in rows],
    )
    kinds = [modules.get(row["module"], {}).get("kind") or "" for row in rows]
    return Routines(
        table,
        [row["object"] or "" for row in rows],
        kinds,
        np.hstack([numbers, names]),
        _categories(rows, parameters, modules, kinds, links.events),
        parameters,
        links.events,
        links.callers,
        np.array([row["cognitive"] for row in rows], dtype=np.float64),
        table.column("body_digest").to_pylist(),
    )


def _parameters(table: pa.Table, rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    of: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        of[(row["routine"], row["routine_line"])].append(row)
    found = [of.get((row["routine"], row["line"]), []) for row in rows]
    for own in found:
        own.sort(key=lambda row: int(row["order"]))
    return found


def _header(row: Mapping[str, Any], parameters: list[dict[str, Any]]) -> list[float]:
    region = row["region"] or ""
    return [
        row["parameters"],
        row["optional_parameters"],
        sum(bool(own["by_value"]) for own in parameters),
        sum(bool(own["description"]) for own in parameters),
        sum(bool(own["types"]) for own in parameters),
        bool(row["function"]),
        bool(row["export"]),
        bool(row["asynchronous"]),
        bool(row["deprecated"]),
        bool(row["preprocessor"]),
        bool(row["annotations"]),
        region.count("/") + 1 if region else 0,
        len(row["name"]),
    ]


def _doc(row: Mapping[str, Any]) -> list[float]:
    doc, description, returns = row["doc"] or "", row["description"] or "", row["returns"] or ""
    return [
        len(doc),
        doc.count("\n"),
        doc.count("*"),
        len(description),
        description.count("\n"),
        len(returns),
        returns.count("\n"),
        returns.count("*"),
        len(row["return_types"] or ()),
        len(row["examples"] or ""),
    ]


@dataclass(frozen=True, slots=True)
class _Links:
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
    ) -> _Links:
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


class _Surroundings:
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


def _categories(
    rows: list[dict[str, Any]],
    parameters: list[list[dict[str, Any]]],
    modules: Mapping[str, Mapping[str, Any]],
    kinds: list[str],
    events: list[str],
) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {name: [] for name in CATEGORIES}
    for row, own, kind, event in zip(rows, parameters, kinds, events, strict=True):
        stems = stems_of_name(row["name"])
        object_ = row["object"] or ""
        type_, _, object_name = object_.partition(".")
        owner = modules.get(row["module"], {}).get("owner") or object_
        within = owner.rpartition(".")[2] if owner != object_ else ""
        region = (row["region"] or "").casefold()
        of_object = set(stems_of_name(object_name))
        apart = " ".join(stem for stem in stems if stem not in of_object)
        values = (
            kind,
            type_,
            (row["directive"] or "").casefold(),
            row["name"].casefold(),
            " ".join(stems[:1]),
            " ".join(stems[:2]),
            " ".join(stems[-1:]),
            " ".join(stems[-2:]),
            event,
            region.rpartition("/")[2],
            region.partition("/")[0],
            ",".join(parameter["name"].casefold() for parameter in own),
            f"{kind} {type_} {within.casefold()}",
            f"{apart} {row['parameters']}",
        )
        for name, value in zip(CATEGORIES, values, strict=True):
            found[name].append(value)
    return found
