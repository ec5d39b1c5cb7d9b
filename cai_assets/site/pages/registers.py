"""Registers: who writes and who reads each; a page for all, and one for each type."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cai_assets.site.derived.data import CREATE, METHODS_RU, READ, REGISTERS, WRITE
from cai_assets.site.drawing import Edge, Node, movements
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Section, Source
from cai_assets.site.names import type_heading
from cai_assets.site.pages.jobs import by_object
from cai_assets.site.pages.parts.register import (
    ACCESS_COLUMNS,
    SHOWN,
    Accessor,
    RegisterView,
    access_of,
)
from cai_assets.site.terms import property_value

_OBJECTS = ("project", "object", "type", "name", "synonym", "properties")
_ACCESSORS = 12
"""Objects that write or read a register on the page of its type; its own page has all."""
_TONES = dict(zip(REGISTERS, (2, 3, 4, 5), strict=True))


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A register in the table: how many objects write and read it, and how many documents record.

    `creators` create record sets and neither write nor read them where they do.
    """

    register: str
    name: str
    synonym: str
    kind: str
    """The kind of register or its periodicity, as the property says."""
    recorders: int
    writers: int
    creators: int
    readers: int
    virtual: tuple[str, ...]
    """Virtual tables that queries read."""


@dataclass(frozen=True, slots=True)
class Move:
    """A document that writes a register."""

    document: str
    register: str
    places: int


@dataclass(frozen=True, slots=True)
class RegistersView:
    """All registers by type."""

    groups: tuple[tuple[str, tuple[RegisterLine, ...]], ...]
    moves: tuple[Move, ...]

    @property
    def lines(self) -> tuple[RegisterLine, ...]:
        """All registers."""
        return tuple(line for _, lines in self.groups for line in lines)

    @property
    def unread(self) -> tuple[RegisterLine, ...]:
        """Registers that are written and never read."""
        return tuple(line for line in self.lines if line.writers and not line.readers)

    @property
    def unwritten(self) -> tuple[RegisterLine, ...]:
        """Registers that are read and not written anywhere to be seen."""
        return tuple(
            line for line in self.lines if line.readers and not line.writers and not line.creators
        )


@dataclass(frozen=True, slots=True)
class RegisterCard:
    """A register on the page of its type: the first of those that write and read it."""

    line: RegisterLine
    access: RegisterView

    @property
    def writers(self) -> tuple[Accessor, ...]:
        """Who writes."""
        return self.access.writers[:_ACCESSORS]

    @property
    def creators(self) -> tuple[Accessor, ...]:
        """Who creates record sets whose fate is not seen there."""
        return self.access.creators[:_ACCESSORS]

    @property
    def readers(self) -> tuple[Accessor, ...]:
        """Who reads."""
        return self.access.readers[:_ACCESSORS]


@dataclass(frozen=True, slots=True)
class RegisterTypeView:
    """The registers of one type."""

    type: str
    cards: tuple[RegisterCard, ...]


class Registers(Section):
    """The page of all registers."""

    name = "registers"
    template = "registers.html"
    inputs = {
        "registers": Input("registers", _OBJECTS, None, "site"),
        "access": Input(
            "data_access", ("object", "type", "way", "how", "detail", "source_object"), None, "site"
        ),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        if _types(source):
            yield Page("", "registers", "", "registers")

    def view(self, page: Page, rows: Rows, context: Context) -> RegistersView:
        access: dict[str, list[Row]] = defaultdict(list)
        for row in rows["access"]:
            if row.type in REGISTERS:
                access[row.object].append(row)
        groups: dict[str, list[RegisterLine]] = defaultdict(list)
        for row in by_object(rows["registers"]):
            groups[row.type].append(_line(row, access.get(row.object, ()), context))
        moves: Counter[tuple[str, str]] = Counter()
        for register, mine in access.items():
            for row in mine:
                if row.way == WRITE and (row.source_object or "").startswith("Document."):
                    moves[row.source_object, register] += 1
        return RegistersView(
            tuple(
                (type_, tuple(sorted(groups[type_], key=lambda line: line.name.casefold())))
                for type_ in REGISTERS
                if type_ in groups
            ),
            tuple(Move(*ends, places) for ends, places in sorted(moves.items())),
        )

    def title(self, view: RegistersView, context: Context) -> str:
        return context.say("Регистры", "Registers")

    def pictures(self, view: RegistersView, context: Context, href: Href) -> Mapping[str, str]:
        if not view.moves:
            return {}
        say = context.say
        written = {move.register for move in view.moves}
        documents = sorted({move.document for move in view.moves})
        registers = [
            Node(
                line.register,
                line.name,
                href(line.register) or None,
                type_heading(type_, context.language),
                tone=_TONES[type_],
            )
            for type_, lines in view.groups
            for line in lines
            if line.register in written
        ]
        svg = movements(
            [Node(id_, id_.partition(".")[2], href(id_) or None, tone=1) for id_ in documents],
            registers,
            [Edge(move.document, move.register, move.places) for move in view.moves],
            headings=(say("Документы", "Documents"), say("Регистры", "Registers")),
            title=say("Какие документы пишут в какие регистры", "Which documents write what"),
            id_prefix="registers",
            more_text=say("ещё {}", "{} more"),
            documents_href=href("type:Document") or None,
        )
        return {"movements": svg}


class RegisterTypes(Section):
    """A page for each type of register."""

    name = "registers"
    template = "register_type.html"
    inputs = {
        "registers": Input("registers", _OBJECTS, "type", "site"),
        "access": Input("data_access", ("object", *ACCESS_COLUMNS), "type", "site"),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        for type_ in _types(source):
            yield Page(type_, f"registers:{type_}", "registers", type_)

    def view(self, page: Page, rows: Rows, context: Context) -> RegisterTypeView:
        access: dict[str, list[Row]] = defaultdict(list)
        for row in rows["access"]:
            access[row.object].append(row)
        cards = []
        for row in by_object(rows["registers"]):
            mine = access.get(row.object, [])
            cards.append(
                RegisterCard(_line(row, mine, context), access_of(mine, context.language, SHOWN))
            )
        cards.sort(key=lambda card: card.line.name.casefold())
        return RegisterTypeView(page.key, tuple(cards))

    def title(self, view: RegisterTypeView, context: Context) -> str:
        heading = type_heading(view.type, context.language)
        return context.say(f"{heading}: кто пишет и читает", f"{heading}: who writes and reads")


def _types(source: Source) -> list[str]:
    table = source.needed("site", "registers", ["type"])
    found = set(table.column("type").to_pylist())
    return [type_ for type_ in REGISTERS if type_ in found]


def _line(row: Row, access: Iterable[Row], context: Context) -> RegisterLine:
    properties = dict(row.properties or ())
    language = context.language
    kinds = [
        property_value(name, properties[name], language)
        for name in ("RegisterType", "InformationRegisterPeriodicity")
        if properties.get(name)
    ]
    by_way: dict[str, set[str]] = defaultdict(set)
    recorders, virtual = set(), set()
    for one in access:
        by_way[one.way].add(one.source_object or "")
        if one.how == "recorder":
            recorders.add(one.source_object)
        elif one.how == "virtual":
            virtual.add(one.detail)
    created = by_way[CREATE] - by_way[WRITE]
    return RegisterLine(
        row.object,
        row.name,
        row.synonym or "",
        ", ".join(kinds),
        len(recorders),
        len(by_way[WRITE]),
        len(created),
        len(by_way[READ]),
        tuple(sorted(METHODS_RU.get(one, one) if language == "ru" else one for one in virtual)),
    )
