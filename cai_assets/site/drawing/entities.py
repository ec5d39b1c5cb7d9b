"""Objects with their fields, and the fields that refer to other objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cai_assets.site.drawing.canvas import (
    PAD,
    SMALL,
    at,
    fitted,
    link,
    more,
    points,
    text,
    tone,
    width_of,
)
from cai_assets.site.drawing.layered import arrows, framed
from cai_assets.site.drawing.layout import Box, Layout, Link, lay_out
from cai_assets.site.drawing.model import NONE, Edge
from cai_assets.site.drawing.tones import tone_at

MOST_ENTITIES, MOST_FIELDS = 14, 8
_WIDTH, _HEAD, _LINE, _FOOT = 230, 40, 18, 6
_ACROSS, _BETWEEN = 70, 14


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object: an attribute, dimension, resource or tabular section.

    `kind` is a mark before its name, such as `И` for a dimension; `key` makes the name bold.
    """

    name: str
    type: str = ""
    kind: str = ""
    key: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """An object with its fields; `note` says what it is; `main` is the one the picture is about."""

    id: str
    name: str
    note: str = ""
    href: str | None = None
    fields: Sequence[Field] = ()
    tone: int = NONE
    main: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A field of one object, by its name, that refers to another object."""

    source: str
    target: str
    field: str = ""
    note: str = ""


def entity_diagram(
    entities: Sequence[Entity],
    relations: Sequence[Relation],
    *,
    title: str,
    id_prefix: str,
    more_text: str,
    most: int = MOST_ENTITIES,
    most_fields: int = MOST_FIELDS,
) -> str:
    """A box for each object with its fields; lines from fields to what they refer to.

    Shows the first `most` objects, and of each the fields that have a line, then the first others,
    up to `most_fields`; `more_text`, like `ещё {}`, counts the rest.
    """
    shown = list(entities[:most])
    place = {entity.id: position for position, entity in enumerate(shown)}
    known = list(
        dict.fromkeys(
            Relation(relation.source, relation.target, relation.field, relation.note)
            for relation in relations
            if relation.source in place and relation.target in place
        )
    )
    tables = [_table(entity, known, most_fields) for entity in shown]
    boxes = [
        Box(_WIDTH, _height(entity, table)) for entity, table in zip(shown, tables, strict=True)
    ]
    links = [
        Link(
            place[relation.source],
            place[relation.target],
            leaves=_port(
                shown[place[relation.source]], tables[place[relation.source]], relation.field
            ),
            arrives=_HEAD / 2,
        )
        for relation in known
    ]
    layout = lay_out(boxes, links, _ACROSS, _BETWEEN)
    names = {entity.id: entity.name for entity in shown}
    edges = [Edge(r.source, r.target, note=r.note or _told(r, names)) for r in known]
    parts = [
        *arrows(edges, layout, names, mark_back=False),
        *(
            _drawn(entity, table, spot, more_text)
            for entity, table, spot in zip(shown, tables, layout.places, strict=True)
        ),
        *_loops(known, shown, tables, layout),
    ]
    return framed(title, id_prefix, layout, parts)


def _told(relation: Relation, names: dict[str, str]) -> str:
    source = names[relation.source] + ("." + relation.field if relation.field else "")
    return f"{source} → {names[relation.target]}"


def _table(entity: Entity, relations: Sequence[Relation], most: int) -> list[Field]:
    """The fields that are shown, in their order: those with a line first in choosing."""
    joined = {relation.field for relation in relations if relation.source == entity.id}
    ranked = sorted(
        range(len(entity.fields)), key=lambda n: (entity.fields[n].name not in joined, n)
    )
    return [entity.fields[n] for n in sorted(ranked[:most])]


def _height(entity: Entity, table: Sequence[Field]) -> float:
    rows = len(table) + (len(entity.fields) > len(table))
    return _HEAD + _LINE * rows + (_FOOT if rows else 0)


def _port(entity: Entity, table: Sequence[Field], name: str) -> float:
    """Where the line of a field leaves: at its row, at the row that counts the rest, or above."""
    for row, shown in enumerate(table):
        if shown.name == name:
            return _line(row + 0.5)
    hidden = any(field.name == name for field in entity.fields)
    return _line(len(table) + 0.5) if hidden else _HEAD / 2


def _line(row: float) -> float:
    """How far down a row begins."""
    return _HEAD + _FOOT / 2 + _LINE * row


def _drawn(entity: Entity, table: Sequence[Field], spot: tuple[float, float], rest: str) -> str:
    x, y = spot
    height = _height(entity, table)
    name = fitted(entity.name, _WIDTH - 2 * PAD, bold=True)
    head = (
        f'<rect x="{at(x)}" y="{at(y)}" width="{_WIDTH}" height="{_HEAD}" rx="3"/>'
        f'<text class="d-h" x="{at(x + PAD)}" y="{at(y + 17)}">{text(name)}</text>'
        f'<text class="d-j" x="{at(x + PAD)}" y="{at(y + 32)}">'
        f"{text(fitted(entity.note, _WIDTH - 2 * PAD, SMALL))}</text>"
    )
    cut = entity.name if name != entity.name else ""
    classes = f"{tone(tone_at(entity.id, entity.tone))}{' d-c' if entity.main else ''}".strip()
    head = link(entity.href, head, cut, classes)
    rows = [_row(field, x, y + _line(row)) for row, field in enumerate(table)]
    left = len(entity.fields) - len(table)
    if left:
        label = text(more(rest, left))
        line = y + _line(len(table)) + 13
        rows.append(f'<text class="d-p" x="{at(x + PAD)}" y="{at(line)}">{label}</text>')
    frame = f'<rect x="{at(x)}" y="{at(y)}" width="{_WIDTH}" height="{at(height)}" rx="3"/>'
    return f"{frame}{''.join(rows)}{head}"


def _row(field: Field, x: float, y: float) -> str:
    """One field: its mark, its name and, where there is room, its type."""
    indent = PAD + (16 if field.kind else 0)
    room = _WIDTH - indent - PAD
    name = fitted(field.name, room, bold=field.key)
    left = room - width_of(name, bold=field.key) - 8
    parts = []
    if field.kind:
        parts.append(
            f'<text class="d-p" x="{at(x + PAD)}" y="{at(y + 13)}">{text(field.kind)}</text>'
        )
    bold = ' class="d-h"' if field.key else ""
    parts.append(f'<text{bold} x="{at(x + indent)}" y="{at(y + 13)}">{text(name)}</text>')
    if field.type and left > 30:
        shown = text(fitted(field.type, left, SMALL))
        end = at(x + _WIDTH - PAD)
        parts.append(f'<text class="d-p d-e" x="{end}" y="{at(y + 13)}">{shown}</text>')
    return "".join(parts)


def _loops(
    relations: Sequence[Relation],
    entities: Sequence[Entity],
    tables: Sequence[Sequence[Field]],
    layout: Layout,
) -> list[str]:
    """Bows of fields that refer to their own object, from the row up to the head."""
    parts = []
    for entity, table, (x, y) in zip(entities, tables, layout.places, strict=True):
        for relation in relations:
            if relation.source != entity.id or relation.target != entity.id:
                continue
            port = _port(entity, table, relation.field)
            if port > _HEAD:
                right = x + _WIDTH
                parts.append(
                    f'<path class="d-l" stroke-width="1.2" d="M{points(right, y + port)}'
                    f'c22 0 22 {at(_HEAD / 2 - port)} 5 {at(_HEAD / 2 - port)}"/>'
                    f'<path class="d-a" d="M{points(right, y + _HEAD / 2)}l6-3.5v7z"/>'
                )
    return parts
