"""Edges between different objects with what they stand on: ids, kind, file, line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cai_assets.analysis.architecture.facts import Facts
from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.knowledge.edges import EDGE_KIND, Family


@dataclass(frozen=True, slots=True)
class Edges:
    """One array per column. `source` and `target` are nodes; `line` is 0 where there is none."""

    source: Codes
    target: Codes
    kind: Coded
    from_id: Coded
    to_id: Coded
    file: Coded
    line: Codes

    def __len__(self) -> int:
        return len(self.source)


def edges_between_objects(facts: Facts) -> Edges:
    """All edges but those that only say where something stands."""
    parts = []
    for table, source, target in facts.edges():
        ends = (source >= 0) & (target >= 0) & (source != target)
        parts.append(
            _of_references(table, source, target, ends)
            if "kind" in table.column_names
            else _of_calls(table, source, target, ends)
        )
    return Edges(
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.target for part in parts]),
        _joined([part.kind for part in parts]),
        _joined([part.from_id for part in parts]),
        _joined([part.to_id for part in parts]),
        _joined([part.file for part in parts]),
        np.concatenate([part.line for part in parts]),
    )


def _of_references(table: pa.Table, source: Codes, target: Codes, ends: Codes) -> Edges:
    kind = Coded.of(table, "kind")
    rows = np.flatnonzero(ends & (kind.map(_may_count) == 1))
    return Edges(
        source[rows],
        target[rows],
        _rows(kind, rows),
        _rows(Coded.of(table, "source"), rows),
        _rows(Coded.of(table, "target"), rows),
        _rows(Coded.of(table, "file"), rows),
        _lines(table)[rows],
    )


def _of_calls(table: pa.Table, source: Codes, target: Codes, ends: Codes) -> Edges:
    rows = np.flatnonzero(ends)
    caller, module = Coded.of(table, "caller"), Coded.of(table, "module")
    body = np.flatnonzero(caller.codes < 0)  # in the body of a module the module itself calls
    caller = caller.replaced(body, _rows(module, body))
    return Edges(
        source[rows],
        target[rows],
        Coded(np.zeros(len(rows), dtype=np.int64), ["call"]),
        _rows(caller, rows),
        _rows(Coded.of(table, "callee"), rows),
        _rows(Coded.of(table, "file"), rows),
        _lines(table)[rows],
    )


def _may_count(kind: str) -> int:
    edge = EDGE_KIND.get(kind)
    return int(edge is None or edge.family is not Family.STRUCTURE)


def _lines(table: pa.Table) -> Codes:
    lines: Codes = table.column("line").fill_null(0).to_numpy().astype(np.int64)
    return lines


def _rows(coded: Coded, rows: Codes) -> Coded:
    return Coded(coded.codes[rows], coded.values)


def _joined(parts: Sequence[Coded]) -> Coded:
    """The rows of all parts; a value may then stand twice in `values`."""
    values: list[str] = []
    codes = []
    for part in parts:
        codes.append(np.where(part.codes < 0, -1, part.codes + len(values)))
        values += part.values
    return Coded(np.concatenate(codes), values)
