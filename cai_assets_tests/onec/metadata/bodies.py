"""Helpers of the tests of bodies: source files by hand, rows without their places."""

from __future__ import annotations

import dataclasses
from typing import Any

from cai_assets.onec.facts import FileFacts
from cai_assets.onec.sources import FileKind, Layout, SourceFile

ROWS = (
    "forms",
    "form_items",
    "form_attributes",
    "form_commands",
    "form_parameters",
    "form_handlers",
    "rights",
    "role_flags",
    "restriction_templates",
    "schedules",
    "queries",
    "support",
    "references",
)


def source(kind: FileKind, owner: str, path: str, layout: Layout = Layout.EDT) -> SourceFile:
    return SourceFile(path, "Проект", layout, kind, owner, "", 0)


def without_place(row: Any) -> tuple[tuple[str, Any], ...]:
    """Return the row's fields but line and column, comparable and hashable by `repr`."""
    if dataclasses.is_dataclass(row):
        values = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    else:
        values = row._asdict()
    values.pop("line", None)
    values.pop("column", None)
    return tuple(sorted(values.items()))


def rows_without_place(facts: FileFacts) -> dict[str, list[str]]:
    return {name: sorted(repr(without_place(row)) for row in getattr(facts, name)) for name in ROWS}
