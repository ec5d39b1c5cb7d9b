"""The ML dataset of an upload, from its files and the tables of other groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.tabulate import build as tabulate
from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.worker import peak_memory
from cai_assets.knowledge.working import Laps, without_collection
from cai_assets.learning.dataset.categories import categorise
from cai_assets.learning.dataset.context import Context, grouped, masked
from cai_assets.learning.dataset.facts import facts_of
from cai_assets.learning.dataset.reading import Bodies, Progress, read_all
from cai_assets.learning.dataset.schema import ROUTINES
from cai_assets.learning.model import Inputs
from cai_assets.learning.splits import part_of

_PARSED, _FINDINGS = "parsed_configuration", "best_practices"

READS: Mapping[str, Mapping[str, Collection[str]]] = {
    _PARSED: {
        "routines": (
            "project", "routine", "module", "object", "name", "function", "export", "directive",
            "annotations", "region", "line", "column", "end_line", "lines", "statements",
            "cyclomatic", "cognitive", "nesting", "parameters", "doc", "description", "returns",
            "examples", "return_types", "inferred_types", "body_digest", "has_errors", "file",
        ),
        "modules": ("project", "module", "owner", "kind", "client", "server"),
        "objects": ("project", "object", "type", "synonym", "support"),
        "members": ("project", "member", "object", "kind"),
        "types": (
            "project", "owner", "type", "string_length", "number_precision", "number_scale",
            "date_fractions",
        ),
        "forms": ("project", "form", "object", "name"),
        "form_handlers": ("project", "form", "event", "procedure"),
        "form_commands": ("project", "form", "action"),
        "parameters": ("routine_line", "name", "types", "description", "file"),
        "calls": ("caller_line", "receiver", "name", "constructor", "callee", "file"),
        "queries": ("origin", "text", "form", "errors", "file", "line"),
        "source_files": ("path", "size"),
    },
    _FINDINGS: {"findings": ("rule", "severity", "status", "file", "line")},
}  # fmt: skip
"""Columns that `build` reads, by table, by group."""

_AS_THEY_ARE = (
    "project", "routine", "line", "end_line", "module", "object", "name", "function", "export",
    "body_digest", "region", "lines", "statements", "cyclomatic", "cognitive", "nesting",
    "parameters", "file",
)  # fmt: skip


@dataclass(slots=True)
class Stats:
    """What building did: seconds by stage, the peaks of all processes together."""

    routines: int = 0
    workers: int = 1
    seconds: dict[str, float] = field(default_factory=dict)
    peak_bytes: int = 0
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Tables of `schema.TABLES` by name, and what making them took."""

    tables: dict[str, pa.Table]
    stats: Stats


def build(
    root: Path,
    tables: Inputs,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """The dataset of the upload at `root`, whose tables are `tables` (columns as in `READS`)."""
    lap, stats = Laps(), Stats()
    parsed = tables[_PARSED]
    routines = parsed["routines"]
    bodies = read_all(root, routines, parsed["source_files"], workers=workers, progress=progress)
    lap("bodies")
    with without_collection():
        rows = _rows(parsed, bodies)
    lap("rows")
    stats.routines, stats.workers = routines.num_rows, bodies.workers
    stats.seconds, stats.problems = lap.seconds, bodies.problems
    stats.peak_bytes = bodies.peak_bytes - peak_memory() + peak_memory()
    return Dataset({"routines": tabulate(ROUTINES, rows)}, stats)


def _rows(parsed: Mapping[str, pa.Table], bodies: Bodies) -> dict[str, Any]:
    routines, context = parsed["routines"], Context(parsed)
    count = routines.num_rows
    columns: dict[str, Any] = {name: _whole(routines, name) for name in _AS_THEY_ARE}
    columns |= {
        name: _whole(bodies.rows, name) for name in ("body", "identifiers", "words", "license")
    }
    columns["signature"] = _signatures(routines, bodies.rows)
    hidden = _whole(bodies.rows, "masked").to_numpy(zero_copy_only=False).astype(np.int64)
    for name in ("doc", "description", "returns", "examples"):
        texts, counts = masked(routines.column(name).to_pylist())
        columns[name] = pa.array(texts, pa.string())
        if name == "doc":
            hidden = hidden + counts
    columns["masked"] = pa.array(hidden)
    columns["module_kind"] = context.of_module("kind").column()
    columns["object_type"] = context.of_object("type").column()
    columns["object_synonym"] = context.of_object("synonym").column()
    columns["support"] = context.of_object("support").column()
    columns["attributes"], columns["forms"] = context.attributes(), context.forms()
    columns["parameter_names"], columns["parameter_notes"] = context.parameters()
    columns["calls"], columns["callers"] = context.calls()
    found, owners = context.queries()
    texts, _ = masked(found.column("text").to_pylist())
    times = np.bincount(owners[owners >= 0], minlength=count)
    decided = [categorise(facts) for facts in facts_of(context, bodies.rows, times)]
    columns["category"] = pa.array([rule.category for rule in decided]).dictionary_encode()
    columns["category_reason"] = pa.array([rule.name for rule in decided]).dictionary_encode()
    columns["queries"] = grouped(owners, pa.array(texts, pa.string()), count)
    objects = Coded.of(routines, "object")
    split = Coded(objects.codes, [part_of(value) for value in objects.values])
    columns["split"] = pa.array(split.texts(), pa.string()).dictionary_encode()
    empty = pa.array([""] * count, pa.string())
    columns |= dict.fromkeys(("dropped", "twin_of"), empty)
    columns |= {
        column.name: pa.array(np.ones(count, dtype=np.float32))
        for column in ROUTINES.columns
        if column.name.startswith("quality")
    }
    return columns


def _signatures(routines: pa.Table, bodies: pa.Table) -> pa.Array:
    """Compilation directive, annotations and header, a line each."""
    names = ("directive", "annotations")
    columns = (routines.column(name).to_pylist() for name in names)
    headers = bodies.column("signature").to_pylist()
    return pa.array(
        [
            "\n".join([f"&{mark}" for mark in (directive, *(others or ())) if mark] + [header])
            for directive, others, header in zip(*columns, headers, strict=True)
        ],
        pa.string(),
    )


def _whole(table: pa.Table, name: str) -> pa.Array:
    """A column as one array."""
    data = table.column(name)
    if pa.types.is_dictionary(data.type):
        return Coded.of(table, name).column()
    return pa.concat_arrays(data.chunks) if data.num_chunks else pa.array([], data.type)
