"""Rows of the dataset's tables for tests: what is not told has a harmless value."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from cai_assets.learning.dataset.schema import FIGURES, ROUTINES, TASKS

_DEFAULTS: dict[pa.DataType, Any] = {
    pa.int32(): 1,
    pa.bool_(): False,
    pa.float32(): 1.0,
    pa.float64(): 1.0,
}


def _table(schema: pa.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    columns = []
    for field in schema:
        empty: Any = [] if pa.types.is_list(field.type) else _DEFAULTS.get(field.type, "")
        columns.append(pa.array([row.get(field.name, empty) for row in rows], field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def routines(*rows: dict[str, Any]) -> pa.Table:
    """The table `routines`; each row has a name, digest and split of its own unless told."""
    return _table(ROUTINES.arrow_schema, [
        {
            "project": "П", "routine": f"CommonModule.М.Р{number}", "name": f"Р{number}",
            "line": 10 * number + 1, "module": "CommonModule.М.Module", "body_digest": f"d{number}",
            "split": "train", "category": "other", "twin_of": None,
            "body": f"Процедура Р{number}()\n А{number}();\nКонецПроцедуры",
            "signature": f"Процедура Р{number}()", "statements": 5, **row,
        }
        for number, row in enumerate(rows)
    ])  # fmt: skip


def tasks(*rows: dict[str, Any]) -> pa.Table:
    """The table `tasks`."""
    return _table(TASKS.arrow_schema, [
        {
            "id": f"instruction/П/М.Р:{number}", "task": "instruction", "split": "train",
            "project": "П", "routine": "М.Р", "routine_line": number, "category": "other",
            "prompt": "Напиши", "completion": "Процедура", **row,
        }
        for number, row in enumerate(rows)
    ])  # fmt: skip


def figures(**counts: float) -> pa.Table:
    """The table `figures` with the section `count`."""
    rows = [{"section": "count", "name": name, "value": value} for name, value in counts.items()]
    return _table(FIGURES.arrow_schema, rows)
