"""Calls as edges: one for each caller, callee and line."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.knowledge.edge_rows import COLUMNS, constant


def call_edges(calls: pa.Table) -> pa.Table:
    """The edges of call sites whose callee is known.

    `calls` has the column `callee`. The caller is a routine, or the module for its body.
    """
    callee = Coded.of(calls, "callee")
    rows = np.flatnonzero(callee.codes >= 0)
    source = _callers(calls)
    file, line = Coded.of(calls, "file"), calls.column("line").to_numpy()
    rows = rows[
        _first_of_each(file.codes[rows], source.codes[rows], callee.codes[rows], line[rows])
    ]
    count = len(rows)
    columns = {
        "project": _taken(Coded.of(calls, "project"), rows),
        "source": _taken(source, rows),
        "target": _taken(callee, rows),
        "kind": constant("call", count),
        "note": constant("", count),
        "extractor": constant("calls", count),
        "resolved": pa.array(np.ones(count, dtype=bool)),
        "reason": constant("", count),
        "file": _taken(file, rows),
        "line": pa.array(line[rows].astype(np.int32)),
    }
    return pa.table([columns[name] for name in COLUMNS], names=list(COLUMNS))


def _callers(calls: pa.Table) -> Coded:
    caller, module = Coded.of(calls, "caller"), Coded.of(calls, "module")
    codes = np.where(caller.codes < 0, module.codes + len(caller.values), caller.codes)
    return Coded(codes, [*caller.values, *module.values])


def _taken(column: Coded, rows: Codes) -> pa.DictionaryArray:
    used, codes = np.unique(column.codes[rows], return_inverse=True)
    return Coded(codes.astype(np.int64), [column.values[code] for code in used.tolist()]).column()


def _first_of_each(*codes: Codes) -> Codes:
    """Positions of the first row of each distinct combination, in order."""
    key = np.zeros(len(codes[0]), dtype=np.int64)
    for part in codes:
        _, dense = np.unique(part, return_inverse=True)
        key = key * (int(dense.max(initial=0)) + 1) + dense
        _, key = np.unique(key, return_inverse=True)
    _, first = np.unique(key, return_index=True)
    return np.sort(first)
