"""The page of a metadata object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Row, Rows, Section, Source
from cai_assets.site.names import type_name

ELSEWHERE = frozenset({"Subsystem"})
"""Types whose objects have pages of another section."""


@dataclass(frozen=True, slots=True)
class ObjectView:
    """All about one object."""

    object: str
    type: str
    name: str
    synonym: str


class Objects(Section):
    """A page per object; those of some types are made by sections of their own."""

    name = "objects"
    template = "object.html"
    markdown = "object.md"
    json = True
    inputs = {
        "objects": Input("objects", ("project", "object", "type", "name", "synonym"), "object"),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return (page for page in object_pages(source) if page.folder not in ELSEWHERE)

    def view(self, page: Page, rows: Rows, context: Context) -> ObjectView:
        row: Row = rows.one("objects")
        return ObjectView(row.object, row.type, row.name, row.synonym or "")

    def title(self, view: ObjectView, context: Context) -> str:
        return f"{type_name(view.type, context.language)}.{view.name}"


def object_pages(source: Source) -> Iterable[Page]:
    """A page for each distinct id of an object: `Catalog.Товары` → `Catalog/Товары`."""
    table = source.table("parsed_configuration", "objects", ["object"])
    assert table is not None
    for id_ in sorted(set(table.column("object").to_pylist())):
        folder, _, name = id_.partition(".")
        yield Page(id_, id_, folder, name or folder)
