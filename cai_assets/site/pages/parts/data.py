"""The data of an object: attributes, dimensions, resources, sections, values, other parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.site.drawing import Entity, Field, Relation, entity_diagram
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Words
from cai_assets.site.names import full_name, kind_name
from cai_assets.site.pages.parts.card import RELATIONS
from cai_assets.site.pages.parts.features import features_of, own_text
from cai_assets.site.pages.parts.merging import PROJECTS, Projects
from cai_assets.site.pages.parts.model import Heading, Part
from cai_assets.site.pages.parts.typed import TYPES, Link, Types, types_by_owner
from cai_assets.site.terms import standard_name

MEMBERS = Input(
    "members",
    (
        "project",
        "member",
        "parent",
        "kind",
        "name",
        "order",
        "synonym",
        "synonyms",
        "comment",
        "properties",
    ),
    "object",
)
"""The parts of the object; parts of the page share it under the name `members`."""

INPUTS = {"members": MEMBERS, "projects": PROJECTS, "types": TYPES, "relations": RELATIONS}

TABLES: Mapping[str, Words] = {
    "Dimension": Words("Измерения", "Dimensions"),
    "Resource": Words("Ресурсы", "Resources"),
    "Attribute": Words("Реквизиты", "Attributes"),
    "AddressingAttribute": Words("Реквизиты адресации", "Addressing attributes"),
    "AccountingFlag": Words("Признаки учёта", "Accounting flags"),
    "ExtDimensionAccountingFlag": Words(
        "Признаки учёта субконто", "Accounting flags of extra dimensions"
    ),
    "Column": Words("Графы", "Columns"),
    "Field": Words("Поля", "Fields"),
    "StandardAttribute": Words("Стандартные реквизиты", "Standard attributes"),
}
"""Kinds of fields in the order in which they are shown."""

_SECTIONS = ("TabularSection", "StandardTabularSection")
_ELSEWHERE = frozenset({"Form", "Command", "Template"})
_REFERRED = (
    "Dimension",
    "Resource",
    "Attribute",
    "AddressingAttribute",
    "ExtDimensionAccountingFlag",
)
_KEYS = frozenset({"Dimension"})
_MARKS = {"Dimension": Words("изм.", "dim."), "Resource": Words("рес.", "res.")}


@dataclass(frozen=True, slots=True)
class FieldLine:
    """An attribute, dimension, resource …; `project` is that of an extension that adds it."""

    id: str
    name: str
    synonym: str
    about: str
    types: tuple[Link, ...]
    features: tuple[Link, ...]
    project: str


@dataclass(frozen=True, slots=True)
class FieldTable:
    """All fields of one kind."""

    kind: str
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A tabular section with its attributes."""

    id: str
    name: str
    synonym: str
    about: str
    features: tuple[Link, ...]
    project: str
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value of an enumeration."""

    id: str
    name: str
    synonym: str
    about: str
    project: str


@dataclass(frozen=True, slots=True)
class PredefinedLine:
    """A predefined item; `depth` is its place in the hierarchy, from 0."""

    id: str
    name: str
    code: str
    description: str
    depth: int
    folder: bool
    types: tuple[Link, ...]
    features: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A part of another kind (operation, method, route point …), under its parent."""

    id: str
    kind: str
    name: str
    depth: int
    synonym: str
    about: str
    types: tuple[Link, ...]
    features: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class DataView:
    """What an object consists of."""

    object: str
    tables: tuple[FieldTable, ...]
    sections: tuple[SectionView, ...]
    values: tuple[ValueLine, ...]
    predefined: tuple[PredefinedLine, ...]
    others: tuple[OtherLine, ...]

    def title(self, kind: str) -> Words:
        """The heading over fields of a kind."""
        return TABLES[kind]

    def headings(self) -> Sequence[Heading]:
        """One for each table, all tabular sections under one."""
        found = [(f"part-{table.kind}", TABLES[table.kind]) for table in self.tables]
        if self.sections:
            found.append(("part-sections", Words("Табличные части", "Tabular sections")))
        if self.values:
            found.append(("part-values", Words("Значения", "Values")))
        if self.predefined:
            found.append(
                ("part-predefined", Words("Предопределённые элементы", "Predefined items"))
            )
        if self.others:
            found.append(("part-others", Words("Состав", "Parts")))
        if self.referred():
            found.append(
                ("part-diagram", Words("Схема связей реквизитов", "What attributes refer to"))
            )
        return found

    def referred(self) -> Sequence[tuple[str, str]]:
        """Pairs of a field's name and an object it refers to; fields of sections by the section."""
        found = [
            (field.name, type_.target)
            for table in self.tables
            if table.kind in _REFERRED
            for field in table.fields
            for type_ in field.types
        ]
        found += [
            (section.name, type_.target)
            for section in self.sections
            for field in section.fields
            for type_ in field.types
        ]
        return [(name, target) for name, target in dict.fromkeys(found) if target]


def read(page: Page, rows: Rows, context: Context) -> DataView | None:
    """The data of the object; None if it has no such parts."""
    reader = _Reader(page, rows, context)
    view = reader.view()
    shown = view.tables or view.sections or view.values or view.predefined or view.others
    return view if shown else None


class _Reader:
    """Puts the parts of an object together from its rows."""

    def __init__(self, page: Page, rows: Rows, context: Context) -> None:
        self._object = page.key
        self._context = context
        self._projects = Projects(rows["projects"])
        self._types: Types = types_by_owner(rows["types"], context)
        members = rows["members"]
        self._home = min((self._projects.rank(row.project) for row in members), default=0)
        self._children: dict[str, list[Row]] = defaultdict(list)
        for row in self._projects.first(members, lambda row: str(row.member)):
            self._children[row.parent].append(row)
        for children in self._children.values():
            children.sort(key=lambda row: (self._projects.rank(row.project), row.order, row.name))
        self._out: dict[str, list[Row]] = defaultdict(list)
        for row in rows["relations"]:
            if row.way == "out":
                self._out[row.source].append(row)

    def view(self) -> DataView:
        """All parts, by kind."""
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in self._children[self._object]:
            by_kind[row.kind].append(row)
        tables = [
            FieldTable(kind, tuple(self._field(row) for row in by_kind[kind]))
            for kind in TABLES
            if by_kind[kind]
        ]
        sections = [self._section(row) for kind in _SECTIONS for row in by_kind[kind]]
        known = {*TABLES, *_SECTIONS, *_ELSEWHERE, "EnumValue", "Predefined"}
        others = [kind for kind in by_kind if kind not in known]
        return DataView(
            object=self._object,
            tables=tuple(tables),
            sections=tuple(sections),
            values=tuple(self._value(row) for row in by_kind["EnumValue"]),
            predefined=tuple(self._predefined(self._object, 0)),
            others=tuple(
                line
                for kind in sorted(others)
                for row in by_kind[kind]
                for line in self._other(row, 0)
            ),
        )

    def _field(self, row: Row) -> FieldLine:
        name, synonym, about = self._texts(row)
        links = self._out.get(row.member, ())
        types = self._types.get((row.project, row.member), ())
        if row.kind == "Column":
            types = tuple(
                self._shown_field(link.target)
                for link in sorted(links, key=lambda link: str(link.target))
                if link.kind == "journal_column"
            )
        features = features_of(row, links, self._context)
        return FieldLine(row.member, name, synonym, about, types, features, self._badge(row))

    def _shown_field(self, id_: str) -> Link:
        """A field of a document that a column of a journal shows."""
        type_, name, *steps = id_.split(".")
        label = full_name(f"{type_}.{name}", self._context.language)
        if steps[:1] == ["StandardAttribute"]:
            steps[-1] = standard_name(steps[-1], self._context.language)
        return Link(f"{label} · {steps[-1]}" if steps else label, id_)

    def _section(self, row: Row) -> SectionView:
        name, synonym, about = self._texts(row)
        return SectionView(
            id=row.member,
            name=name,
            synonym=synonym,
            about=about,
            features=features_of(row, self._out.get(row.member, ()), self._context),
            project=self._badge(row),
            fields=tuple(self._field(child) for child in self._children[row.member]),
        )

    def _value(self, row: Row) -> ValueLine:
        return ValueLine(row.member, *self._texts(row), self._badge(row))

    def _predefined(self, parent: str, depth: int) -> Iterable[PredefinedLine]:
        for row in self._children[parent]:
            if row.kind != "Predefined":
                continue
            properties = dict(row.properties or ())
            yield PredefinedLine(
                id=row.member,
                name=row.name,
                code=(properties.get("Code") or "").strip(),
                description=properties.get("Description") or "",
                depth=depth,
                folder=properties.get("IsFolder") == "true",
                types=self._types.get((row.project, row.member), ()),
                features=features_of(row, (), self._context),
            )
            yield from self._predefined(row.member, depth + 1)

    def _other(self, row: Row, depth: int) -> Iterable[OtherLine]:
        name, synonym, about = self._texts(row)
        yield OtherLine(
            id=row.member,
            kind=kind_name(row.kind, self._context.language),
            name=name,
            depth=depth,
            synonym=synonym,
            about=about,
            types=self._types.get((row.project, row.member), ()),
            features=features_of(row, self._out.get(row.member, ()), self._context),
        )
        for child in self._children[row.member]:
            yield from self._other(child, depth + 1)

    def _texts(self, row: Row) -> tuple[str, str, str]:
        """Name, synonym, and what the developer says of it."""
        standard = row.kind == "StandardAttribute"
        name = standard_name(row.name, self._context.language) if standard else row.name
        synonym, about = own_text(row, self._context)
        return name, synonym, about

    def _badge(self, row: Row) -> str:
        return row.project if self._projects.rank(row.project) != self._home else ""


def draw(view: DataView, context: Context, href: Href) -> Mapping[str, str]:
    """The object and the objects that its fields refer to."""
    pairs = view.referred()
    if not pairs:
        return {}
    fields = [
        Field(
            field.name,
            field.types[0].text if len(field.types) == 1 else "",
            context.say(mark.ru, mark.en) if (mark := _MARKS.get(table.kind)) else "",
            table.kind in _KEYS,
        )
        for table in view.tables
        if table.kind in _REFERRED
        for field in table.fields
    ]
    fields += [
        Field(section.name, context.say("табличная часть", "tabular section"))
        for section in view.sections
    ]
    targets = list(dict.fromkeys(target for _, target in pairs if target != view.object))
    entities = [
        _entity(view.object, fields, context, None, main=True),
        *(_entity(target, (), context, href(target) or None) for target in targets),
    ]
    relations = [Relation(view.object, target, name) for name, target in pairs]
    title = context.say(
        "Объекты, на которые ссылаются реквизиты", "Objects that attributes refer to"
    )
    picture = entity_diagram(
        entities,
        relations,
        title=title,
        id_prefix="entities",
        more_text=context.say("ещё {}", "{} more"),
    )
    return {"entities": picture}


def _entity(
    id_: str, fields: Sequence[Field], context: Context, link: str | None, main: bool = False
) -> Entity:
    type_, _, name = full_name(id_, context.language).partition(".")
    return Entity(id_, name, type_, link, fields, main=main)


PART = Part("data", INPUTS, read, draw)
