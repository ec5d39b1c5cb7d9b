"""Tables of small configurations for the dependency analysis, from the least that a test states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.graph import Graph
from cai_assets.knowledge.schema import TABLES
from cai_assets_tests.analysis.memory import Memory

Rows = list[dict[str, Any]]


def graph(size: int, *edges: tuple[int, int] | tuple[int, int, int]) -> Graph:
    """A graph of (source, target) or (source, target, links)."""
    full = [(*edge, 1)[:3] for edge in edges]
    columns = np.array(full, dtype=np.int64).reshape(-1, 3).T
    return Graph.merged(size, columns[0], columns[1], columns[2])


def object_(id_: str, *subsystems: str, **columns: Any) -> dict[str, Any]:
    """A row of `objects`."""
    type_, _, name = id_.partition(".")
    own = {"object": id_, "type": type_, "name": name, "belonging": "Own"}
    return {**own, "subsystems": list(subsystems), **columns}


def subsystem(id_: str, *, section: bool = True) -> dict[str, Any]:
    """A row of `objects` for a subsystem; `section`: the command interface shows it."""
    shown = "true" if section else "false"
    return object_(id_, type="Subsystem", properties=[("IncludeInCommandInterface", shown)])


def edge(source: str, target: str, kind: str = "call", **columns: Any) -> dict[str, Any]:
    """A resolved row of `references`; the objects are the first two steps of the ids."""
    ends = {
        f"{end}_object": ".".join(id_.split(".")[:2])
        for end, id_ in (("source", source), ("target", target))
    }
    return {"source": source, "target": target, "kind": kind, "resolved": True, **ends, **columns}


def routine(id_: str, **columns: Any) -> dict[str, Any]:
    """A row of `routines`; the module is what stands before the last dot."""
    place, _, name = id_.rpartition(".")
    owner = ".".join(id_.split(".")[:2])
    module = f"{place}.Module" if place.startswith("CommonModule.") else place
    return {"routine": id_, "name": name, "module": module, "object": owner, **columns}


def tables(**rows: Rows) -> dict[str, pa.Table]:
    """All tables; those not stated are empty. Modules of the routines are added."""
    modules = {row["module"]: row["object"] for row in rows.get("routines", [])}
    stated = {row["module"] for row in rows.get("modules", [])}
    made: Rows = [_module(id_, owner) for id_, owner in modules.items() if id_ not in stated]
    memory = Memory({**rows, "modules": [*rows.get("modules", []), *made]})
    return {name: memory.read(name) for name in TABLES}


def _module(id_: str, owner: str) -> dict[str, Any]:
    if owner.startswith("CommonModule."):
        return {"module": id_, "object": owner, "owner": owner, "kind": "CommonModule"}
    if ".Form." in id_:
        return {"module": id_, "object": owner, "owner": id_, "kind": "FormModule"}
    return {"module": id_, "object": owner, "owner": owner, "kind": id_.rpartition(".")[2]}


def by(rows: pa.Table, key: str) -> Mapping[str, dict[str, Any]]:
    """The rows of a table by one of their columns."""
    return {row[key]: row for row in rows.to_pylist()}


def pairs(rows: pa.Table, *columns: str) -> Iterable[tuple[Any, ...]]:
    """The values of some columns, row by row."""
    return [tuple(row[name] for name in columns) for row in rows.to_pylist()]
