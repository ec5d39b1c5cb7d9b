"""An object as a file states it, before it becomes rows; the same for both layouts.

Readers fill a tree of `Part`; `rows` names every part, numbers it among its siblings, fills in
defaults and turns types and links into references. What both layouts share is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from cai_assets.onec.facts import (
    FileFacts,
    Member,
    MetadataObject,
    Problem,
    Properties,
    Reference,
    Texts,
    ValueType,
)
from cai_assets.onec.metadata.defaults import STANDARD_ATTRIBUTE, defaults_of
from cai_assets.onec.metadata.values import reference_target

ADOPTED: Final = "Adopted"
OBJECT_PARTS: Final = frozenset({"Subsystem", "Table", "Cube", "DimensionTable"})
"""Parts that are objects of their own."""

_UNORDERED = frozenset({"Form", "Template", "Recalculation"})
_VALUE_LINKS = frozenset(
    {
        "addressing_value",
        "base_calculation_type",
        "choice_parameter",
        "displaced_calculation_type",
        "ext_dimension_type",
        "fill_value",
        "leading_calculation_type",
    }
)
"""Edges to a value: an enumeration's value or a predefined item, which files name without
saying that it is one (`Catalog.Валюты.Рубль`)."""

_OWN_MODULE_HANDLERS = frozenset({"Method", "Operation", "IntegrationServiceChannel"})


class Link(NamedTuple):
    """An edge of a part: where to, of which kind."""

    target: str
    kind: str
    line: int
    note: str = ""


@dataclass(slots=True)
class Part:
    """An object or a part of one, with its own parts inside."""

    kind: str
    name: str = ""
    line: int = 0
    uuid: str | None = None
    synonym: Texts = field(default_factory=dict)
    comment: str = ""
    belonging: str = "Own"
    extended_uuid: str | None = None
    value_type: ValueType | None = None
    properties: Properties = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def object_rows(part: Part, id_: str, facts: FileFacts) -> None:
    """Add the rows of a top-level object, a nested subsystem or a part of an external source."""
    steps = id_.split(".")
    parent = ".".join(steps[:-2]) or None
    if part.name.casefold() != steps[-1].casefold():
        stated = f"the name {part.name}" if part.name else "no name"
        facts.problems.append(Problem(part.line, 1, f"the file of {id_} states {stated}"))
        part.name = part.name or steps[-1]
    facts.objects.append(
        MetadataObject(
            id=id_,
            type=part.kind,
            name=part.name,
            uuid=part.uuid or "",
            line=part.line,
            parent=parent,
            synonym=part.synonym,
            comment=part.comment,
            belonging=part.belonging,
            extended_uuid=part.extended_uuid,
            value_type=part.value_type,
            properties=_complete(part, part.kind),
        )
    )
    _references(part, id_, id_, facts)
    _member_rows(part.parts, id_, id_, id_, part.kind, facts)


def member_rows(parts: list[Part], object_id: str, facts: FileFacts) -> None:
    """Add the rows of parts that stand in a file of their own: declarations, predefined items."""
    _member_rows(parts, object_id, object_id, object_id, object_id.split(".")[-2], facts)


def _member_rows(
    parts: list[Part], object_id: str, parent: str, prefix: str, path: str, facts: FileFacts
) -> None:
    """`prefix` begins the ids; it differs from `parent` for predefined items in folders."""
    orders: dict[str, int] = {}
    members = facts.members
    for part in parts:
        kind = part.kind
        order = 0
        if kind not in _UNORDERED:
            order = orders.get(kind, 0)
            orders[kind] = order + 1
        if not part.name:
            facts.problems.append(Problem(part.line, 1, f"{parent}: a {kind} has no name"))
            continue
        id_ = f"{prefix}.{kind}.{part.name}"
        part_path = f"{path}.{kind}"
        properties = _complete(part, part_path)
        if kind == "StandardAttribute":
            properties = {
                name: value
                for name, value in properties.items()
                if STANDARD_ATTRIBUTE.get(name) != value
            }
            if not properties and not part.synonym and not part.comment and not part.links:
                continue
        if part.extended_uuid:
            properties["ExtendedConfigurationObject"] = part.extended_uuid
        members.append(
            Member(
                id=id_,
                object=object_id,
                parent=parent,
                kind=kind,
                name=part.name,
                order=order,
                line=part.line,
                uuid=part.uuid,
                synonym=part.synonym,
                comment=part.comment,
                belonging=part.belonging,
                value_type=part.value_type,
                properties=properties,
            )
        )
        _references(part, id_, object_id, facts)
        if part.parts:
            inner = prefix if kind == "Predefined" else id_
            inner_path = path if kind == "Predefined" else part_path
            _member_rows(part.parts, object_id, id_, inner, inner_path, facts)


def _complete(part: Part, path: str) -> Properties:
    """Fill in what the file leaves out, in a fixed order of names.

    An adopted object states only what its extension controls: nothing is filled in there.
    """
    stated = part.properties
    if part.belonging != ADOPTED:
        defaults = defaults_of(path)
        if defaults:
            stated = {**defaults, **stated}
    return {name: stated[name] for name in sorted(stated) if stated[name]}


def _references(part: Part, id_: str, object_id: str, facts: FileFacts) -> None:
    references = facts.references
    value_type = part.value_type
    if value_type is not None:
        for name in value_type.names:
            target = reference_target(name)
            if target is not None:
                references.append(Reference(id_, target, "type", part.line))
    for link in part.links:
        edge = _edge_target(link, part.kind, object_id)
        if edge is not None:
            references.append(Reference(id_, edge, link.kind, link.line, link.note))


def _edge_target(link: Link, part_kind: str, object_id: str) -> str | None:
    """Return the id that a link names, None if it names nothing of the configuration."""
    if link.kind == "handler" and part_kind in _OWN_MODULE_HANDLERS:
        return f"{object_id}.{link.target}"
    if link.kind in _VALUE_LINKS:
        return _value_id(link.target)
    if link.kind == "command_group" and "." not in link.target:
        return None  # a group of the platform; the property has its name
    return link.target


def _value_id(name: str) -> str | None:
    """Return the id of a value that a file names; an empty reference is no value."""
    steps = name.split(".")
    if len(steps) != 3:
        return name
    if steps[2] == "EmptyRef":
        return None
    return f"{steps[0]}.{steps[1]}.Predefined.{steps[2]}"


def type_links(value_type: ValueType, kind: str, line: int) -> list[Link]:
    """Edges of a type that is no value type: a command's parameter, a subscription's source.

    The note is the type as written, since `CatalogObject.X` and `CatalogManager.X` differ;
    a type that means all objects (`CatalogObject`) is its own target.
    """
    return [Link(reference_target(name) or name, kind, line, name) for name in value_type.names]
