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
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.learning.features.routines.links import Links, Surroundings
from cai_assets.learning.features.routines.namesakes import NAME_FEATURES, name_features
from cai_assets.learning.model import Floats, Inputs
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
    links = Links.of(tables, rows, place)
    surroundings = Surroundings(tables)
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
