"""Volume by group, and how complexity and size are spread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.architecture.facts import Facts, Grouping, Pairs, numbers
from cai_assets.analysis.architecture.schema import (
    DISTRIBUTION,
    LARGEST_MODULES,
    QUANTILES,
    STRUCTURE,
)
from cai_assets.knowledge.coded import Coded, Codes

THRESHOLDS: Mapping[str, int] = {
    "cognitive": 15,
    "cyclomatic": 20,
    "lines": 200,
    "nesting": 4,
    "parameters": 7,
    "module_lines": 5000,
}
"""What is too much lies above: those of BSL Language Server, and 5,000 lines for a module."""

BUCKETS: Mapping[str, tuple[int, ...]] = {
    "cognitive": (0, 1, 6, 11, 16, 26, 51, 101),
    "cyclomatic": (0, 1, 2, 6, 11, 21, 31, 51, 101),
    "lines": (0, 11, 26, 51, 101, 201, 401, 801),
    "nesting": (0, 1, 2, 3, 4, 5, 6, 7),
    "parameters": (0, 1, 2, 3, 4, 5, 6, 7, 8, 10),
    "module_lines": (0, 51, 101, 201, 501, 1001, 2001, 5001, 10001),
}
"""Smallest values of the buckets of the histograms. A bucket starts right above a threshold."""

LARGEST_KEPT = 200
"""Modules that `largest_modules` holds."""

_ROUTINE_MEASURES = ("cognitive", "cyclomatic", "lines", "nesting", "parameters")
_SUMS = ("lines", "ncloc", "comment_lines", "statements", "cyclomatic", "cognitive")
_QUANTILES = {"median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}


def structure(facts: Facts) -> pa.Table:
    """The table `structure`."""
    total = max(int(numbers(facts.tables["modules"], "lines").sum()), 1)
    parts = [_volume(facts, grouping, total) for grouping in facts.groupings]
    return pa.concat_tables(parts).combine_chunks()


def _volume(facts: Facts, grouping: Grouping, total: int) -> pa.Table:
    count = len(grouping.names)
    modules, routines = facts.tables["modules"], facts.tables["routines"]
    columns: dict[str, Any] = {
        name: _sum(grouping.modules, numbers(modules, name), count) for name in _SUMS
    }
    columns |= {
        "modules": np.bincount(grouping.modules.groups, minlength=count),
        "routines": np.bincount(grouping.routines.groups, minlength=count),
        "exported": _sum(grouping.routines, numbers(routines, "export"), count),
        "share_lines": columns["lines"] / total,
        "scope": [grouping.scope] * count,
        "name": grouping.names,
        **_places(facts, grouping),
        **_object_counts(facts, grouping, count),
    }
    table = _table(STRUCTURE.arrow_schema, columns)
    holds = (np.asarray(columns["objects"]) > 0) | (columns["modules"] > 0)
    return table.filter(pa.array(holds | (grouping.scope == "subsystem")))


def _object_counts(facts: Facts, grouping: Grouping, count: int) -> dict[str, Any]:
    if grouping.objects is None:
        nothing = np.zeros(count, dtype=np.int64)
        return dict.fromkeys(("objects", "direct_objects", "members", "forms"), nothing)
    total = facts.tables["objects"].num_rows
    members, forms = facts.tables["members"], facts.tables["forms"]
    own = np.array(Coded.of(members, "belonging").texts(), dtype=object) != "Adopted"
    of_member = np.where(own, facts.rows_of(members, "object"), -1)
    # A project counts all its objects; elsewhere an adopted object is the one that it adopts.
    weights = np.ones(total) if grouping.scope == "project" else facts.is_first
    objects = _sum(grouping.objects, weights.astype(np.int64), count)
    direct = objects
    if grouping.scope == "subsystem":
        direct = np.bincount(facts.direct.groups + 1, minlength=count)
        direct[0] = objects[0]
    return {
        "objects": objects,
        "direct_objects": direct,
        "members": _sum(grouping.objects, _per_row(of_member, total), count),
        "forms": _sum(grouping.objects, _per_row(facts.rows_of(forms, "object"), total), count),
    }


def _places(facts: Facts, grouping: Grouping) -> dict[str, list[Any]]:
    if grouping.scope != "subsystem":
        return {"parent": [None] * len(grouping.names), "depth": [0] * len(grouping.names)}
    parent: list[str | None] = [None]
    depth = [0]
    for above in facts.subsystem_parent:
        parent.append(facts.subsystems[above] if above >= 0 else None)
        depth.append(depth[above + 1] + 1 if above >= 0 else 0)
    return {"parent": parent, "depth": depth}


def largest_modules(facts: Facts) -> pa.Table:
    """The table `largest_modules`, at most `LARGEST_KEPT` of them."""
    modules = facts.tables["modules"]
    order = [("lines", "descending"), ("module", "ascending")]
    largest = modules.sort_by(order).slice(0, LARGEST_KEPT)
    routines = numbers(largest, "procedures") + numbers(largest, "functions")
    columns = [
        pa.chunked_array([pa.array(routines)]).cast(field.type)
        if field.name == "routines"
        else largest.column(field.name)
        for field in LARGEST_MODULES.arrow_schema
    ]
    return pa.Table.from_arrays(columns, schema=LARGEST_MODULES.arrow_schema)


def spread(facts: Facts) -> dict[str, pa.Table]:
    """The tables `quantiles` and `distribution`."""
    quantiles: list[dict[str, Any]] = []
    buckets: list[dict[str, Any]] = []
    routines, modules = facts.tables["routines"], facts.tables["modules"]
    for measure in (*_ROUTINE_MEASURES, "module_lines"):
        of_module = measure == "module_lines"
        values = numbers(modules, "lines") if of_module else numbers(routines, measure)
        for grouping in facts.groupings:
            pairs = grouping.modules if of_module else grouping.routines
            quantiles.append(_quantiles(grouping, measure, pairs, values))
            buckets.append(_histogram(grouping, measure, pairs, values))
    return {
        "quantiles": _joined(QUANTILES.arrow_schema, quantiles),
        "distribution": _joined(DISTRIBUTION.arrow_schema, buckets),
    }


def _quantiles(grouping: Grouping, measure: str, pairs: Pairs, values: Codes) -> dict[str, Any]:
    of_pair = values[pairs.rows]
    order = np.lexsort((of_pair, pairs.groups))
    ordered = of_pair[order]
    count = np.bincount(pairs.groups, minlength=len(grouping.names))
    start = np.cumsum(count) - count
    present = np.flatnonzero(count)
    size, first = count[present], start[present]
    columns: dict[str, Any] = {
        name: ordered[first + np.ceil(share * size).astype(np.int64) - 1]
        for name, share in _QUANTILES.items()
    }
    over = np.bincount(
        pairs.groups, weights=of_pair > THRESHOLDS[measure], minlength=len(grouping.names)
    )[present].astype(np.int64)
    sums = np.bincount(pairs.groups, weights=of_pair, minlength=len(grouping.names))[present]
    return columns | {
        "scope": [grouping.scope] * len(present),
        "name": [grouping.names[group] for group in present.tolist()],
        "measure": [measure] * len(present),
        "count": size,
        "mean": sums / size,
        "threshold": np.full(len(present), THRESHOLDS[measure]),
        "over": over,
        "share_over": over / size,
    }


def _histogram(grouping: Grouping, measure: str, pairs: Pairs, values: Codes) -> dict[str, Any]:
    edges = BUCKETS[measure]
    width = len(edges)
    bucket = np.searchsorted(np.array(edges), values[pairs.rows], side="right") - 1
    cells = np.bincount(pairs.groups * width + bucket, minlength=len(grouping.names) * width)
    table = cells.reshape(len(grouping.names), width)
    present = np.flatnonzero(table.sum(axis=1))
    counts = table[present]
    high: list[int | None] = [edge - 1 for edge in edges[1:]]
    names = [grouping.names[group] for group in present.tolist()]
    return {
        "scope": [grouping.scope] * counts.size,
        "name": [name for name in names for _ in edges],
        "measure": [measure] * counts.size,
        "low": list(edges) * len(present),
        "high": [*high, None] * len(present),
        "count": counts.ravel(),
        "share": (counts / counts.sum(axis=1, keepdims=True)).ravel(),
    }


def _sum(pairs: Pairs, values: Codes, groups: int) -> Codes:
    """The sum of `values`, one per row, by group."""
    return np.bincount(pairs.groups, weights=values[pairs.rows], minlength=groups).astype(np.int64)


def _per_row(owner: Codes, rows: int) -> Codes:
    """How many of `owner` name each of `rows` rows."""
    return np.bincount(owner[owner >= 0], minlength=rows)


def _table(schema: pa.Schema, columns: Mapping[str, Any]) -> pa.Table:
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _joined(schema: pa.Schema, parts: list[dict[str, Any]]) -> pa.Table:
    return pa.concat_tables([_table(schema, part) for part in parts]).combine_chunks()
