"""Constants, pictures, links and other structured properties as Designer writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cai_assets.onec.metadata.model import Link, Part
from cai_assets.onec.metadata.properties import Action, Role, scalar
from cai_assets.onec.metadata.values import canonical, designer_type
from cai_assets.onec.metadata.xml import (
    LOCAL,
    XSI_NIL,
    Element,
    child,
    child_text,
    joined_text,
    line,
    text,
    xsi_type,
)


def constant(element: Element) -> tuple[str, list[str]]:
    """Return a constant as text and the metadata it names.

    Elements of an array are joined by commas; an undefined value and an empty string are empty.
    """
    kind = xsi_type(element)
    if element.get(XSI_NIL) == "true":
        return "", []
    if kind == "FixedArray":
        texts: list[str] = []
        names: list[str] = []
        for item in element:
            value, targets = constant(item)
            texts.append(value)
            names += targets
        return ", ".join(texts), names
    if kind == "TypeDescription":
        return ", ".join(designer_type(element).names), []
    value = element.text or ""
    if len(element):
        value = joined_text(element)
    if kind == "Type" and value:
        value = canonical(value, element)
    return value, [value] if kind in ("DesignTimeRef", "MDObjectRef") and value else []


def _value(part: Part, role: Role, item: Element) -> None:
    value, targets = constant(item)
    if value:
        part.properties[role.name] = value
    if role.reference:
        part.links += [Link(target, role.reference, line(item)) for target in targets]


def _values(part: Part, role: Role, item: Element) -> None:
    joined: list[str] = []
    for entry in item:
        inner = child(entry, "Value")
        value, targets = constant(entry if inner is None else inner)
        value = scalar(role.name, value)
        if value:
            joined.append(value)
        if role.reference:
            part.links += [Link(target, role.reference, line(entry)) for target in targets]
    if joined:
        part.properties[role.name] = ", ".join(joined)


def _picture(part: Part, role: Role, item: Element) -> None:
    if name := child_text(item, "Ref"):
        part.properties[role.name] = name
        if name.startswith("CommonPicture."):
            part.links.append(Link(name, role.reference, line(item)))


def _choice_parameters(part: Part, role: Role, item: Element) -> None:
    for entry in item:
        name = entry.get("name") or ""
        inner = child(entry, "value")
        if inner is None:
            continue
        value, targets = constant(inner)
        part.properties[f"{role.name}.{name}"] = value
        part.links += [Link(target, role.reference, line(entry), name) for target in targets]


def _choice_links(part: Part, role: Role, item: Element) -> None:
    for entry in item:
        if target := child_text(entry, "DataPath"):
            part.links.append(Link(target, role.reference, line(entry), child_text(entry, "Name")))


def _type_link(part: Part, role: Role, item: Element) -> None:
    if target := child_text(item, "DataPath"):
        part.links.append(Link(target, role.reference, line(item)))


def _characteristics(part: Part, role: Role, item: Element) -> None:
    for entry in item:
        for inner in entry:
            name = LOCAL[inner.tag]
            if name in ("CharacteristicTypes", "CharacteristicValues"):
                target = inner.get("from") or ""
                if target:
                    part.links.append(Link(target, role.reference, line(entry), name))


def _content(part: Part, role: Role, item: Element) -> None:
    """Metadata with its own mark: the use of a common attribute."""
    for entry in item:
        target = child_text(entry, "Metadata")
        if target:
            note = child_text(entry, "Use") or "Auto"
            part.links.append(Link(target, role.reference, line(entry), note))
        if separation := child_text(entry, "ConditionalSeparation"):
            part.links.append(Link(separation, "data_separation", line(entry), target))


def _qname(part: Part, role: Role, item: Element) -> None:
    prefix, colon, name = text(item).partition(":")
    if colon:
        namespace = item.nsmap.get(prefix) or prefix
        part.properties[role.name] = f"{{{namespace}}}{name}"
    elif prefix:
        part.properties[role.name] = prefix


def _flags(part: Part, role: Role, item: Element) -> None:
    """Names of the functions that are switched on."""
    used = [
        child_text(entry, "functionality") for entry in item if child_text(entry, "use") == "true"
    ]
    if used:
        part.properties[role.name] = ", ".join(sorted(used))


READERS: Final[dict[Action, Callable[[Part, Role, Element], None]]] = {
    Action.VALUE: _value,
    Action.VALUES: _values,
    Action.PICTURE: _picture,
    Action.CHOICE_PARAMETERS: _choice_parameters,
    Action.CHOICE_LINKS: _choice_links,
    Action.TYPE_LINK: _type_link,
    Action.CHARACTERISTICS: _characteristics,
    Action.CONTENT: _content,
    Action.QNAME: _qname,
    Action.FLAGS: _flags,
}


def property_states(part: Part, info: Element) -> None:
    """Note which properties an extension changes (`xr:PropertyState`)."""
    extended = [
        child_text(item, "Property")
        for item in info
        if LOCAL[item.tag] == "PropertyState" and child_text(item, "State") == "Extended"
    ]
    if extended:
        part.properties["ExtendedProperties"] = ", ".join(sorted(extended))


def predefined_property(
    part: Part, name: str, item: Element, unknown: Callable[[Element, Part], None]
) -> None:
    """Read one property of a predefined item; nested items are the reader's."""
    if name == "Name":
        part.name = text(item)
    elif name == "Type":
        value_type = designer_type(item)
        part.value_type = value_type if value_type.names else None
    elif name == "Code":
        if (value := item.text or "").strip():
            part.properties["Code"] = value
    elif name == "ExtDimensionTypes":
        for entry in item:
            _ext_dimension(part, entry)
    elif name == "AccountingFlags":
        for entry in item:
            if entry.get("ref") and text(entry) == "true":
                part.links.append(Link(entry.get("ref"), "accounting_flag", line(entry)))
    elif name in _ITEM_LINKS:
        for entry in item:
            if target := text(entry):
                part.links.append(Link(target, _ITEM_LINKS[name], line(entry)))
    elif len(item):
        unknown(item, part)
    elif value := item.text or "":
        part.properties[name] = value


_ITEM_LINKS: Final = {
    "Base": "base_calculation_type",
    "Leading": "leading_calculation_type",
    "Displaced": "displaced_calculation_type",
}


def _ext_dimension(part: Part, item: Element) -> None:
    """A kind of ext dimension of a predefined account, with its flags in the note."""
    notes: list[str] = []
    target = item.get("name") or ""
    for inner in item:
        name = LOCAL[inner.tag]
        if name == "Turnover" and text(inner) == "true":
            notes.append("TurnoversOnly")
        elif name == "AccountingFlags":
            notes += [flag.get("ref") or "" for flag in inner if text(flag) == "true"]
    if target:
        note = ", ".join(sorted(notes))
        part.links.append(Link(target, "ext_dimension_type", line(item), note))
