"""The ML dataset of an upload, from its files and the tables of other groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.tabulate import build as tabulate
from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.knowledge.working import Laps, without_collection
from cai_assets.learning.dataset import quality
from cai_assets.learning.dataset.card import figures_of
from cai_assets.learning.dataset.categories import categorise
from cai_assets.learning.dataset.context import Context, flags, grouped, masked, numbers
from cai_assets.learning.dataset.facts import facts_of
from cai_assets.learning.dataset.filters import LEAK, TWIN, Filters, dropped
from cai_assets.learning.dataset.reading import Bodies, Progress, read_all
from cai_assets.learning.dataset.schema import ROUTINES
from cai_assets.learning.dataset.tasks import Query, tasks_of
from cai_assets.learning.dataset.twins import THRESHOLD, find_twins
from cai_assets.learning.model import Floats, Inputs
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
        "queries": (
            "origin", "text", "form", "errors", "tables", "fields", "parameters", "file", "line",
        ),
        "source_files": ("path", "size"),
    },
    _FINDINGS: {"findings": ("severity", "status", "file", "line")},
}  # fmt: skip
"""Columns that `build` reads, by table, by group."""

_AS_THEY_ARE = (
    "project", "routine", "line", "end_line", "module", "object", "name", "function", "export",
    "body_digest", "region", "lines", "statements", "cyclomatic", "cognitive", "nesting",
    "parameters", "file",
)  # fmt: skip
_FROM_BODIES = ("body", "identifiers", "words", "license")


@dataclass(slots=True)
class Stats:
    """What building did: seconds by stage, the peaks of all processes together."""

    routines: int = 0
    tasks: int = 0
    workers: int = 1
    seconds: dict[str, float] = field(default_factory=dict)
    peak_bytes: int = 0
    problems: tuple[tuple[str, str], ...] = ()
    """Files that could not be read, and why; their routines have an empty body."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Tables of `schema.TABLES` by name, and what making them took."""

    tables: dict[str, pa.Table]
    stats: Stats


def build(
    root: Path,
    tables: Inputs,
    *,
    filters: Filters | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """The dataset of the upload at `root`, whose tables are `tables` (columns as in `READS`).

    A file that is not there or not to be read is told in `stats.problems`, never raised.
    """
    lap, stats, chosen = Laps(), Stats(), filters or Filters()
    parsed = tables[_PARSED]
    bodies = read_all(
        root, parsed["routines"], parsed["source_files"], workers=workers, progress=progress
    )
    lap("bodies")
    with without_collection():
        maker = _Maker(parsed, tables[_FINDINGS]["findings"], bodies)
        maker.describe()
        lap("describe")
        maker.categorise()
        lap("categories")
        maker.judge()
        lap("quality")
        maker.drop(chosen)
        lap("twins")
        routines = tabulate(ROUTINES, maker.columns)
        tasks = tasks_of(routines, maker.whole("stops"), maker.whole_queries())
        lap("tasks")
        figures = figures_of(routines, tasks, chosen)
        lap("figures")
    stats.routines, stats.tasks, stats.workers = routines.num_rows, tasks.num_rows, bodies.workers
    stats.seconds, stats.problems = lap.seconds, bodies.problems
    stats.peak_bytes = bodies.peak_of_all()
    return Dataset({"routines": routines, "tasks": tasks, "figures": figures}, stats)


class _Maker:
    """Columns of `routines`, made one after another."""

    def __init__(self, parsed: Mapping[str, pa.Table], findings: pa.Table, bodies: Bodies) -> None:
        self.columns: dict[str, Any] = {}
        self._routines = parsed["routines"]
        self._findings = findings
        self._bodies = bodies.rows
        self._context = Context(parsed)
        self._count = self._routines.num_rows
        self._queries, self._query_owners = self._context.queries()
        self._documented: Codes = np.empty(0, dtype=np.int64)
        self._scores: Floats = np.empty(0)

    def whole(self, name: str) -> pa.Array:
        """A column of the bodies as one array."""
        return _whole(self._bodies, name)

    def describe(self) -> None:
        """What the tables and the text say."""
        context, columns = self._context, self.columns
        columns |= {name: _whole(self._routines, name) for name in _AS_THEY_ARE}
        columns |= {name: self.whole(name) for name in _FROM_BODIES}
        columns["signature"] = _signatures(self._routines, self._bodies)
        docs, counts = masked(self._routines.column("doc").to_pylist())
        columns["doc"] = pa.array(docs, pa.string())
        columns["masked"] = pa.array(numbers(self._bodies, "masked") + counts)
        for name in ("description", "returns", "examples"):  # parts of the doc comment
            columns[name] = _whole(self._routines, name)
            if counts.any():
                columns[name] = pa.array(masked(columns[name].to_pylist())[0], pa.string())
        columns["module_kind"] = context.of_module("kind").column()
        columns["object_type"] = context.of_object("type").column()
        columns["object_synonym"] = context.of_object("synonym").column()
        columns["support"] = context.of_object("support").column()
        columns["attributes"], columns["forms"] = context.attributes(), context.forms()
        columns["parameter_names"], columns["parameter_notes"] = context.parameters()
        columns["calls"], columns["callers"] = context.calls()
        texts, _ = masked(self._queries.column("text").to_pylist())
        columns["queries"] = grouped(self._query_owners, pa.array(texts, pa.string()), self._count)
        objects = Coded.of(self._routines, "object")
        split = Coded(objects.codes, [part_of(value) for value in objects.values])
        columns["split"] = pa.array(split.texts(), pa.string()).dictionary_encode()

    def categorise(self) -> None:
        """The category and its reason."""
        owners = self._query_owners
        times = np.bincount(owners[owners >= 0], minlength=self._count)
        rules = [categorise(facts) for facts in facts_of(self._context, self._bodies, times)]
        self.columns["category"] = _words([rule.category for rule in rules])
        self.columns["category_reason"] = _words([rule.name for rule in rules])

    def judge(self) -> None:
        """The quality and its parts."""
        number = {
            name: numbers(self._routines, name)
            for name in ("statements", "lines", "cyclomatic", "cognitive", "nesting", "parameters")
        }
        notes = self.columns["parameter_notes"]
        described = [len(text.split()) for text in self.columns["description"].to_pylist()]
        parts = quality.Quality(
            quality.size(number["statements"], number["lines"]),
            quality.complexity(
                number["cyclomatic"], number["cognitive"], number["nesting"], number["parameters"]
            ),
            quality.documentation(
                np.array(described, dtype=np.int64),
                number["parameters"],
                np.diff(notes.offsets.to_numpy()).astype(np.int64),
                flags(self._routines, "function"),
                np.array([bool(text) for text in self.columns["returns"].to_pylist()], dtype=bool),
            ),
            quality.names(Coded.of(self._routines, "name"), self.columns["identifiers"]),
            quality.findings(self._findings, self._context.around(self._findings), self._count),
        )
        self._scores = parts.total()
        self.columns["quality"] = pa.array(self._scores, pa.float32())
        for name, values in parts._asdict().items():
            self.columns[f"quality_{name}"] = pa.array(values, pa.float32())

    def drop(self, filters: Filters) -> None:
        """Twins, and why routines are in no task."""
        empty = flags(self._bodies, "empty")
        reasons = dropped(
            filters,
            empty=empty,
            errors=flags(self._routines, "has_errors"),
            support=self.columns["support"].to_pylist(),
            licenses=self.columns["license"].to_pylist(),
            generated=flags(self._bodies, "generated"),
        )
        ids = self.columns["routine"].to_pylist()
        lines = self.columns["line"].to_pylist()
        scores = self._scores.tolist()
        order = sorted(
            np.flatnonzero(~empty).tolist(),
            key=lambda at: (bool(reasons[at]), -scores[at], ids[at], lines[at]),
        )
        twins = find_twins(
            self.columns["body_digest"].to_pylist(),
            self.whole("shingles"),
            np.array(order, dtype=np.int64),
            self.columns["split"].to_pylist(),
        )
        twin_of: list[str | None] = [None] * self._count
        pairs = zip(twins.stand_in.tolist(), twins.alike.tolist(), strict=True)
        for at, (other, alike) in enumerate(pairs):
            if other not in {-1, at}:
                twin_of[at] = f"{ids[other]}:{lines[other]}"
                reasons[at] = reasons[at] or (TWIN if alike >= THRESHOLD else LEAK)
        self.columns["twin_of"] = pa.array(twin_of, pa.string())
        self.columns["dropped"] = _words(reasons)

    def whole_queries(self) -> list[Query]:
        """Queries that are whole and without errors, with their routines."""
        table = self._queries
        columns = ("form", "errors", "text", "tables", "fields", "parameters")
        rows = zip(
            self._query_owners.tolist(),
            *(table.column(name).to_pylist() for name in columns),
            strict=True,
        )
        return [
            Query(owner, masked([text])[0][0], tables or (), fields or (), parameters or ())
            for owner, form, errors, text, tables, fields, parameters in rows
            if owner >= 0 and form == "whole" and not errors
        ]


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


def _words(values: list[str]) -> pa.DictionaryArray:
    return pa.array(values, pa.string()).dictionary_encode()


def _whole(table: pa.Table, name: str) -> pa.Array:
    """A column as one array."""
    data = table.column(name)
    if pa.types.is_dictionary(data.type):
        return Coded.of(table, name).column()
    return pa.concat_arrays(data.chunks) if data.num_chunks else pa.array([], data.type)
