"""The uploads kept, with what their tables tell of them, as far as they can be read.

An upload whose tables an earlier version wrote may lack some of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.knowledge.snapshots import MANIFEST
from cai_assets.knowledge.storage import read_text
from cai_assets.knowledge.store import StoredTables, read_table
from cai_assets.site.derived.making import DEPENDENCIES
from cai_assets.site.schedule import COLUMNS as SCHEDULE
from cai_assets.site.schedule import DAILY_COLUMNS

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath

CHANGE = (
    "what", "change", "project", "object", "id", "old", "new", "breaking", "public_api", "why",
    "text_ru", "text_en", "users", "file", "line",
)  # fmt: skip
QUALIFIERS = (
    "string_length", "number_precision", "number_scale", "number_nonnegative", "date_fractions",
)  # fmt: skip

COMPARED: Mapping[str, tuple[str, ...]] = {
    "source_files": ("path", "digest"),
    "objects": ("project", "object", "synonym", "subsystems"),
    "members": ("project", "member", "synonym"),
    "types": ("project", "owner", "type", *QUALIFIERS, "file"),
    "references": ("project", "source", "target", "kind", "source_object", "file"),
    "rights": ("project", "role", "object", "right", "value", "restriction", "file", "line"),
    "roles": (
        "project", "role", "set_for_new_objects", "set_for_attributes", "independent_rights",
        "file",
    ),
    "restriction_templates": ("project", "role", "name", "condition", "file", "line"),
    "forms": ("project", "form", "object", "file"),
    "form_items": ("project", "form", "name", "kind", "data_path", "file"),
    "form_attributes": ("project", "form", "name", "parent", "types", "file"),
    "form_commands": ("project", "form", "name", "action", "file"),
    "form_handlers": ("project", "form", "item", "event", "procedure", "file"),
    "schedules": ("project", *SCHEDULE, "file", "line"),
    "daily_schedules": ("project", *DAILY_COLUMNS, "file"),
}  # fmt: skip
"""The tables of the parsed configuration that are compared, with their columns."""


class Upload:
    """An upload kept, with its tables as far as they can be read."""

    def __init__(self, name: str, published: str, folder: StoredPath) -> None:
        self.name = name
        self.published = published
        self._folder = folder
        self.parsed = StoredTables(folder / PARSED, COMPARED)

    def read(self, group: str, table: str, columns: Sequence[str]) -> list[dict[str, Any]] | None:
        """Rows of a table; None if it is not there, or not with these columns."""
        try:
            rows: list[dict[str, Any]] = read_table(
                self._folder / group / f"{table}.parquet", list(columns)
            ).to_pylist()
        except (OSError, KeyError, pa.ArrowException):
            return None
        return rows if not rows or rows[0].keys() >= set(columns) else None

    @cached_property
    def homes(self) -> dict[str, str]:
        """The home subsystem of each object that has one."""
        rows = self.read(DEPENDENCIES, "graph_nodes", ("object", "subsystem")) or ()
        return {row["object"]: row["subsystem"] for row in rows if row["subsystem"]}

    @cached_property
    def synonyms(self) -> dict[str, str]:
        """Synonyms of objects and their parts."""
        found: dict[str, str] = {}
        for table, column in (("objects", "object"), ("members", "member")):
            data = self.table(table)
            if data is not None:
                names, texts = (data.column(name).to_pylist() for name in (column, "synonym"))
                found.update((n, text) for n, text in zip(names, texts, strict=True) if text)
        return found

    @cached_property
    def types(self) -> dict[str, dict[str, tuple[Any, ...]]]:
        """Types with their qualifiers by owner."""
        found: dict[str, dict[str, tuple[Any, ...]]] = {}
        data = self.table("types")
        if data is not None:
            columns = [Coded.of(data, name).texts() for name in ("owner", "type")]
            columns += [_list(data, name) for name in QUALIFIERS]
            for owner, type_, *qualifiers in zip(*columns, strict=True):
                found.setdefault(owner or "", {})[type_ or ""] = tuple(qualifiers)
        return found

    @cached_property
    def origin(self) -> Mapping[str, str]:
        """The commit that the upload was fetched from, as its manifest tells; empty if none."""
        try:
            origin = json.loads(read_text(self._folder / MANIFEST)).get("origin") or {}
        except (OSError, ValueError):
            return {}
        return origin if origin.get("kind") == "git" else {}

    def table(self, name: str) -> pa.Table | None:
        """A table of the parsed configuration, or None."""
        try:
            return self.parsed[name]
        except (OSError, KeyError, pa.ArrowException):
            return None


def _list(table: pa.Table, column: str) -> list[Any]:
    if pa.types.is_dictionary(table.schema.field(column).type):
        return Coded.of(table, column).texts()
    values: list[Any] = table.column(column).to_pylist()
    return values
