"""The list of all types of objects, and a page per type with its objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Rows, Section, Source
from cai_assets.site.names import type_heading


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A type of objects and how many there are."""

    type: str
    name: str
    objects: int


@dataclass(frozen=True, slots=True)
class TypesView:
    """All types that have objects."""

    types: tuple[TypeLine, ...]


@dataclass(frozen=True, slots=True)
class ObjectLine:
    """An object in a list."""

    object: str
    name: str
    synonym: str
    comment: str


@dataclass(frozen=True, slots=True)
class TypeView:
    """All objects of a type."""

    type: str
    objects: tuple[ObjectLine, ...]


class Types(Section):
    """The list of types."""

    name = "types"
    template = "types.html"
    inputs = {"objects": Input("objects", ("object", "type"))}

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "types", "", "objects")]

    def view(self, page: Page, rows: Rows, context: Context) -> TypesView:
        distinct = {(row.object, row.type) for row in rows["objects"]}
        counted = Counter(type_ for _, type_ in distinct)
        lines = [
            TypeLine(type_, type_heading(type_, context.language), count)
            for type_, count in counted.items()
        ]
        return TypesView(tuple(sorted(lines, key=lambda line: line.name)))

    def title(self, view: TypesView, context: Context) -> str:
        return context.say("Объекты", "Objects")


class Type(Section):
    """The objects of one type."""

    name = "types"
    template = "type.html"
    inputs = {"objects": Input("objects", ("object", "name", "synonym", "comment"), "type")}

    def pages(self, source: Source) -> Iterable[Page]:
        table = source.needed("parsed_configuration", "objects", ["type"])
        types = sorted(set(table.column("type").to_pylist()))
        return [Page(type_, f"type:{type_}", type_, "index") for type_ in types]

    def view(self, page: Page, rows: Rows, context: Context) -> TypeView:
        # An extension that adopts an object mostly says less of it: what is longest wins.
        said = sorted(
            rows["objects"],
            key=lambda row: (len(row.synonym or "") + len(row.comment or ""), repr(row)),
        )
        found = {row.object: row for row in said}
        lines = [
            ObjectLine(row.object, row.name, row.synonym or "", row.comment or "")
            for row in found.values()
        ]
        return TypeView(
            page.key, tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.name)))
        )

    def title(self, view: TypeView, context: Context) -> str:
        return type_heading(view.type, context.language)
