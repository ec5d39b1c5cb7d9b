"""Who needs an object and what it needs: by the kind of reference, with evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cai_assets.knowledge import reasons
from cai_assets.knowledge.edges import EDGE_KIND, EDGE_KINDS, Family
from cai_assets.site.derived.links import DEPENDENCIES, PLACES
from cai_assets.site.drawing import Node, Side, neighbourhood, tone_of
from cai_assets.site.model import (
    NOT_IN_JSON,
    Context,
    Href,
    Input,
    Language,
    Page,
    Row,
    Rows,
    Words,
)
from cai_assets.site.names import full_name, kind_name, type_heading
from cai_assets.site.pages.parts.labels import part_label
from cai_assets.site.pages.parts.model import Heading, Part

_LINKS = (
    "source_object",
    "target_object",
    "source",
    "target",
    "kind",
    "file",
    "line",
    "rank",
    "total",
)

INPUTS = {
    "used_by": Input("object_links", _LINKS, "target_object", "site"),
    "uses": Input("object_links", _LINKS, "source_object", "site"),
    "dangling": Input(
        "dangling",
        ("source", "target", "kind", "reason", "file", "line", "total"),
        "source_object",
        "site",
    ),
    "cycle_links": Input(
        "cycle_links",
        ("cycle", "target_object", "links", "back", "cut", "size", "members"),
        "source_object",
        "site",
    ),
    "unused": Input(
        "unused",
        ("kind", "id", "confidence", "public_api", "reason_ru", "reason_en", "file", "line"),
        "object",
        DEPENDENCIES,
    ),
}

SHOWN = 20
"""Objects of one kind of reference that stand open; the others are folded."""
_BUSIEST_USERS, _BUSIEST_USED = 3, 0
"""Objects of one kind of reference that have several places each, by direction."""
_MUTUAL = 12

_FAMILIES = tuple(Family)
_KIND_ORDER = {kind.name: place for place, kind in enumerate(EDGE_KINDS)}


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of evidence: what names, what is named, where."""

    source: str
    source_label: str = field(metadata=NOT_IN_JSON)
    target_label: str
    """Empty if the object itself is named."""
    file: str
    line: int

    @property
    def file_name(self) -> str:
        """The file without its folders."""
        return self.file.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Other:
    """An object at the other end, and the first references."""

    object: str
    label: str = field(metadata=NOT_IN_JSON)
    total: int
    first: Place | None
    """Of an object that uses this one; what this one uses, its own code tells."""
    places: tuple[Place, ...] = field(metadata=NOT_IN_JSON)


@dataclass(frozen=True, slots=True)
class Group:
    """References of one kind. `meaning` says what the kind is."""

    kind: str
    label: str
    meaning: str = field(metadata=NOT_IN_JSON)
    links: int
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An object at the other end with all its references."""

    object: str
    links: int


@dataclass(frozen=True, slots=True)
class Side_:
    """One direction."""

    objects: int
    links: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Dangling:
    """References to something that is not there."""

    source: str
    source_label: str = field(metadata=NOT_IN_JSON)
    target: str
    label: str = field(metadata=NOT_IN_JSON)
    kind: str
    reason: str
    total: int
    file: str
    line: int
    certain: bool
    """Known to be missing; else it may be the platform's or is known only at run time."""


@dataclass(frozen=True, slots=True)
class Unused:
    """Something of the object that nobody seems to need."""

    id: str
    label: str = field(metadata=NOT_IN_JSON)
    kind: str
    certain: bool
    public: bool
    reason: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Mutual:
    """An object of the same cycle that uses this one and is used by it."""

    object: str
    label: str = field(metadata=NOT_IN_JSON)
    links: int
    back: int


@dataclass(frozen=True, slots=True)
class Cycle:
    """The cycle that the object is part of. `cut`: dependencies that had better go."""

    size: int
    members: tuple[str, ...]
    mutual: tuple[Mutual, ...]
    mutual_count: int
    cut: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsesView:
    """All that is known about what depends on what around an object."""

    object: str = field(metadata=NOT_IN_JSON)
    label: str = field(metadata=NOT_IN_JSON)
    configuration: str = field(metadata=NOT_IN_JSON)
    used_by: Side_
    uses: Side_
    dangling: tuple[Dangling, ...]
    unused: tuple[Unused, ...]
    cycle: Cycle | None

    def headings(self) -> Sequence[Heading]:
        """Both directions."""
        found: list[Heading] = [
            ("part-used-by", Words("Где используется", "Used by")),
            ("part-uses", Words("Что использует", "Uses")),
        ]
        if self.dangling:
            found.append(("part-dangling", Words("Неразрешённые ссылки", "Unresolved references")))
        return found


def read(page: Page, rows: Rows, context: Context) -> UsesView | None:
    """What the object needs and who needs it; None if it stands alone."""
    language = context.language
    used_by = _side(rows["used_by"], page.key, language, users=True)
    uses = _side(rows["uses"], page.key, language, users=False)
    dangling = _dangling(rows["dangling"], page.key, language)
    unused = _unused(rows["unused"], page.key, language)
    return UsesView(
        page.key,
        full_name(page.key, language),
        context.configuration,
        used_by,
        uses,
        dangling,
        unused,
        _cycle(rows["cycle_links"], language),
    )


def _side(rows: Iterable[Row], object_: str, language: Language, users: bool) -> Side_:
    """The references of one direction: groups by kind, in each the busiest objects first."""
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        other = row.source_object if users else row.target_object
        found[row.kind][other].append(row)
    groups = []
    busiest = _BUSIEST_USERS if users else _BUSIEST_USED
    for kind in sorted(found, key=_order):
        totals = {other: mine[0].total for other, mine in found[kind].items()}
        ordered = sorted(totals, key=lambda other: (-totals[other], other))
        others = []
        for position, other in enumerate(ordered):
            # Thousands may use an object: one place is enough for all but the busiest.
            most = PLACES if position < busiest else 1
            mine = sorted(found[kind][other], key=lambda row: row.rank)[:most]
            places = tuple(_place(row, object_, other, language, users) for row in mine)
            others.append(
                Other(
                    other,
                    full_name(other, language),
                    totals[other],
                    places[0] if users else None,
                    places,
                )
            )
        known = EDGE_KIND.get(kind)
        groups.append(
            Group(
                kind,
                _kind_label(kind, language),
                "" if known is None else known.meaning_ru if language == "ru" else known.meaning,
                sum(one.total for one in others),
                tuple(others),
            )
        )
    objects = {other for by_other in found.values() for other in by_other}
    return Side_(len(objects), sum(group.links for group in groups), tuple(groups))


def _order(kind: str) -> tuple[int, int, str]:
    known = EDGE_KIND.get(kind)
    family = len(_FAMILIES) if known is None else _FAMILIES.index(known.family)
    return family, _KIND_ORDER.get(kind, len(_KIND_ORDER)), kind


_LABELS = {"type": Words("тип реквизита или значения", "type of an attribute or value")}
"""Where the name of the kind alone does not say enough."""


def _kind_label(kind: str, language: Language) -> str:
    words = _LABELS.get(kind)
    label = (
        kind_name(kind, language) if words is None else words.ru if language == "ru" else words.en
    )
    return label[:1].upper() + label[1:]


def _place(row: Row, object_: str, other: str, language: Language, users: bool) -> Place:
    mine, theirs = (other, object_) if users else (object_, other)
    file = row.file or ""
    return Place(
        row.source,
        part_label(row.source, mine, language),
        part_label(row.target, theirs, language),
        # The folders of the object's own files stand on its page already.
        file if users else file.rpartition("/")[2],
        row.line or 0,
    )


_REASONS = {
    reasons.NOT_HERE: "нет в выгрузке",
    reasons.NO_PART: "у объекта нет такой части",
    reasons.NO_FIELD: "нет такого поля",
    reasons.NO_ROUTINE: "нет такой процедуры или функции",
    reasons.NO_REGISTER: "нет такого регистра",
    reasons.AS_NUMBER: "записано числом или идентификатором",
    reasons.PLATFORM_OR_MISSING: "принадлежит платформе или отсутствует",
    reasons.AT_RUN_TIME: "известно только при выполнении",
    reasons.UNKNOWN_TYPE: "тип одного из шагов не известен",
}
_MISSING = frozenset(
    {reasons.NOT_HERE, reasons.NO_PART, reasons.NO_FIELD, reasons.NO_ROUTINE, reasons.NO_REGISTER}
)
"""Reasons that say something is wrong for certain."""


def _dangling(rows: Iterable[Row], object_: str, language: Language) -> tuple[Dangling, ...]:
    found = [
        Dangling(
            row.source,
            part_label(row.source, object_, language) or full_name(object_, language),
            row.target,
            full_name(row.target, language),
            kind_name(row.kind, language),
            _REASONS.get(row.reason, row.reason) if language == "ru" else row.reason,
            row.total,
            row.file or "",
            row.line or 0,
            row.reason in _MISSING,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (not one.certain, one.target, one.kind)))


def _unused(rows: Iterable[Row], object_: str, language: Language) -> tuple[Unused, ...]:
    found = [
        Unused(
            row.id,
            part_label(row.id, object_, language) or full_name(row.id, language),
            row.kind,
            row.confidence == "certain",
            bool(row.public_api),
            row.reason_ru if language == "ru" else row.reason_en,
            row.file or "",
            row.line or 0,
        )
        for row in rows
    ]
    ranks = {"object": 0, "attribute": 1, "form": 2, "exported_routine": 3, "routine": 4}
    return tuple(sorted(found, key=lambda o: (ranks.get(o.kind, 5), o.public, o.id, o.line)))


def _cycle(rows: Sequence[Row], language: Language) -> Cycle | None:
    if not rows:
        return None
    both = sorted(
        (row for row in rows if row.back),
        key=lambda row: (-min(row.links, row.back), -(row.links + row.back), row.target_object),
    )
    members = rows[0].members
    return Cycle(
        rows[0].size,
        tuple(members.split("\n")) if members else (),
        tuple(
            Mutual(row.target_object, full_name(row.target_object, language), row.links, row.back)
            for row in both[:_MUTUAL]
        ),
        len(both),
        tuple(sorted(row.target_object for row in rows if row.cut)),
    )


def neighbours(side: Side_) -> list[Neighbour]:
    """The objects of a side with all their references."""
    totals: Counter[str] = Counter()
    for group in side.groups:
        for other in group.others:
            totals[other.object] += other.total
    return [Neighbour(object_, links) for object_, links in totals.items()]


def draw(view: UsesView, context: Context, href: Href) -> Mapping[str, str]:
    """The object among its neighbours."""
    if not view.used_by.objects and not view.uses.objects:
        return {}
    language, say = context.language, context.say
    type_, _, name = view.object.partition(".")
    picture = neighbourhood(
        Node(view.object, name or type_, note=type_heading(type_, language)),
        Side(
            say("Используют", "Used by"),
            _nodes(view.used_by, language, href),
            "#part-used-by",
            view.used_by.objects,
        ),
        Side(
            say("Использует", "Uses"),
            _nodes(view.uses, language, href),
            "#part-uses",
            view.uses.objects,
        ),
        title=say(f"{view.label}: соседи", f"{view.label}: neighbours"),
        id_prefix="near",
        more_text=say("ещё {}", "{} more"),
    )
    return {"neighbourhood": picture}


_DRAWN = 7


def _nodes(side: Side_, language: Language, href: Href) -> list[Node]:
    """The busiest neighbours; what is not drawn needs no address."""
    chosen = sorted(neighbours(side), key=lambda one: (-one.links, one.object))[:_DRAWN]
    nodes = []
    for one in chosen:
        type_, _, name = one.object.partition(".")
        nodes.append(
            Node(
                one.object,
                name or type_,
                href(one.object) or None,
                group=type_heading(type_, language),
                tone=tone_of(type_),
                weight=one.links,
            )
        )
    return nodes


PART = Part("uses", INPUTS, read, draw)
