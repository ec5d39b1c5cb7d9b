"""The page of a metadata object, put together from parts (`parts`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from cai_assets.site.model import Context, Href, Language, Page, Rows, Section, Source
from cai_assets.site.names import type_heading, type_name
from cai_assets.site.pages.parts import (
    access,
    card,
    code,
    data,
    findings,
    forms,
    hints,
    register,
    relations,
    uses,
)
from cai_assets.site.pages.parts.model import Heading, Part, PartView, inputs_of

ELSEWHERE = frozenset({"HTTPService", "Role", "Subsystem"})
"""Types whose objects have pages of another section."""

PARTS: tuple[Part, ...] = (
    card.PART,
    data.PART,
    relations.PART,
    register.PART,
    forms.PART,
    code.PART,
    access.PART,
    findings.PART,
    uses.PART,
    hints.PART,
)
"""The parts of every object's page, from top to bottom."""


@dataclass(frozen=True, slots=True)
class ObjectView:
    """All about one object: the views of its parts by their names, from top to bottom."""

    object: str
    type: str
    name: str
    parts: Mapping[str, PartView]

    def type_heading(self, language: Language) -> str:
        """Its type in the plural."""
        return type_heading(self.type, language)

    def headings(self) -> Sequence[Heading]:
        """What the table of contents says."""
        return [heading for part in self.parts.values() for heading in part.headings()]


class Objects(Section):
    """A page per object.

    Objects of the types `ELSEWHERE` are made by sections of their own. Such a section may be a
    subclass with `types`, other `parts` and `inputs = inputs_of(parts)`.
    """

    name = "objects"
    template = "object.html"
    markdown = "object.md"
    json = True
    types: ClassVar[frozenset[str] | None] = None
    """The types it makes pages for; None for all but those elsewhere."""
    parts: ClassVar[tuple[Part, ...]] = PARTS
    inputs = inputs_of(PARTS)

    def pages(self, source: Source) -> Iterable[Page]:
        for page in object_pages(source):
            mine = page.folder not in ELSEWHERE if self.types is None else page.folder in self.types
            if mine:
                yield page

    def view(self, page: Page, rows: Rows, context: Context) -> ObjectView:
        found = [(part.name, part.read(page, rows, context)) for part in self.parts]
        type_, _, name = page.key.partition(".")
        shown = {part: view for part, view in found if view is not None}
        return ObjectView(page.key, type_, name, shown)

    def pictures(self, view: ObjectView, context: Context, href: Href) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for part in self.parts:
            shown = view.parts.get(part.name)
            if part.draw is not None and shown is not None:
                found |= part.draw(shown, context, href)
        return found

    def title(self, view: ObjectView, context: Context) -> str:
        return f"{type_name(view.type, context.language)}.{view.name}"


def object_pages(source: Source) -> Iterable[Page]:
    """A page for each distinct id of an object: `Catalog.Товары` → `Catalog/Товары`."""
    table = source.needed("parsed_configuration", "objects", ["object"])
    for id_ in sorted(set(table.column("object").to_pylist())):
        folder, _, name = id_.partition(".")
        yield Page(id_, id_, folder, name or folder)
