"""Constants, pictures, links and other structured properties as EDT writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cai_assets.onec.facts import Properties, ValueType
from cai_assets.onec.metadata.model import Link, Part
from cai_assets.onec.metadata.properties import Action, Role, scalar
from cai_assets.onec.metadata.values import edt_type
from cai_assets.onec.metadata.xml import LOCAL, Element, joined_text, line, text, xsi_type

FLAGGED: Final = frozenset({"Bot", "ScheduledJob"})
"""Kinds whose `predefined` is a flag and not a list of items."""

EXTENSION_PROPERTIES: Final = frozenset(
    {
        "ConfigurationExtensionCompatibilityMode",
        "ConfigurationExtensionPurpose",
        "KeepMappingToExtendedConfigurationObjectsByIDs",
        "NamePrefix",
        "ScriptVariant",
        "UpdateCatalogAddress",
        "Vendor",
        "Version",
    }
)
"""What an extension states about itself without controlling the base's property."""

ALWAYS_OWN: Final = {
    "CommonForm": {"FormType"},
    "CommonPicture": {"AvailabilityForAppearance", "AvailabilityForChoice"},
    "Form": {"FormType"},
    "Resource": {"Balance"},
    "Template": {"TemplateType"},
    "XDTOPackage": {"Namespace"},
}
"""What holds for an adopted object whether or not the extension lists it as controlled."""

_OMITTED: Final = {"BooleanValue": "false", "NumberValue": "0"}
"""Constants whose `value` EDT leaves out."""


def text_property(properties: Properties, name: str, item: Element) -> None:
    """Store a localised property: one entry per language, `ToolTip.ru`."""
    key = value = ""
    for part in item:
        local = LOCAL[part.tag]
        if local == "key":
            key = part.text or ""
        elif local == "value":
            value = part.text or ""
    if value:
        properties[f"{name}.{key}"] = value


def constant(element: Element) -> tuple[str, list[str]]:
    """Return a constant as text and the metadata it names.

    Elements of an array are joined by commas; an undefined value and an empty string are empty.
    """
    kind = xsi_type(element)
    if kind == "FixedArrayValue":
        texts: list[str] = []
        names: list[str] = []
        for item in element:
            value, targets = constant(item)
            texts.append(value)
            names += targets
        return ", ".join(texts), names
    if kind in ("TypeValue", "TypeDescriptionValue"):
        found = element.xpath(".//*[local-name()='types' or local-name()='value']")
        return ", ".join(filter(None, (text(item) for item in found))), []
    value = ""
    for item in element:
        if LOCAL[item.tag] == "value":
            value = item.text or ""
    if not kind and not len(element):
        value = element.text or ""
    elif not value:
        value = _OMITTED.get(kind) or joined_text(element)
    return value, [value] if kind == "ReferenceValue" and value else []


def _value(part: Part, role: Role, item: Element) -> None:
    value, targets = constant(item)
    if value:
        part.properties[role.name] = value
    if role.reference:
        part.links += [Link(target, role.reference, line(item)) for target in targets]


def _values(part: Part, role: Role, item: Element) -> None:
    value, targets = constant(item)
    value = scalar(role.name, value)
    if value:
        before = part.properties.get(role.name)
        part.properties[role.name] = f"{before}, {value}" if before else value
    if role.reference:
        part.links += [Link(target, role.reference, line(item)) for target in targets]


def _picture(part: Part, role: Role, item: Element) -> None:
    for inner in item:
        if LOCAL[inner.tag] == "picture" and (name := text(inner)):
            part.properties[role.name] = name
            if name.startswith("CommonPicture."):
                part.links.append(Link(name, role.reference, line(item)))


def _choice_parameter(part: Part, role: Role, item: Element) -> None:
    name = ""
    for inner in item:
        local = LOCAL[inner.tag]
        if local == "name":
            name = text(inner)
        elif local == "value":
            value, targets = constant(inner)
            part.properties[f"{role.name}.{name}"] = value
            part.links += [Link(target, role.reference, line(item), name) for target in targets]


def _choice_link(part: Part, role: Role, item: Element) -> None:
    name = target = ""
    for inner in item:
        local = LOCAL[inner.tag]
        if local == "name":
            name = text(inner)
        elif local == "field":
            target = text(inner)
    if target:
        part.links.append(Link(target, role.reference, line(item), name))


def _type_link(part: Part, role: Role, item: Element) -> None:
    for inner in item:
        if LOCAL[inner.tag] == "field" and (target := text(inner)):
            part.links.append(Link(target, role.reference, line(item)))


def _characteristic(part: Part, role: Role, item: Element) -> None:
    for inner in item:
        local = LOCAL[inner.tag]
        if local in ("characteristicTypes", "characteristicValues") and (target := text(inner)):
            note = local[0].upper() + local[1:]
            part.links.append(Link(target, role.reference, line(item), note))


def _content(part: Part, role: Role, item: Element) -> None:
    """Metadata with its own mark: use of a common attribute, registration of changes."""
    target, separation = "", ""
    note = "Deny" if role.reference == "exchange_content" else "Auto"
    for inner in item:
        local = LOCAL[inner.tag]
        if local in ("metadata", "mdObject"):
            target = text(inner)
        elif local in ("use", "autoRecord"):
            note = text(inner) or note
        elif local == "conditionalSeparation":
            separation = text(inner)
    if target:
        part.links.append(Link(target, role.reference, line(item), note))
    if separation:
        part.links.append(Link(separation, "data_separation", line(item), target))


def _qname(part: Part, role: Role, item: Element) -> None:
    name = namespace = ""
    for inner in item:
        local = LOCAL[inner.tag]
        if local == "name":
            name = text(inner)
        elif local == "nsUri":
            namespace = text(inner)
    if name:
        part.properties[role.name] = f"{{{namespace}}}{name}" if namespace else name


def _flags(part: Part, role: Role, item: Element) -> None:
    """Names of the functions that are switched on."""
    used: list[str] = []
    for inner in item:
        name, use = "Biometrics", "false"
        for field in inner:
            local = LOCAL[field.tag]
            if local == "functionality":
                name = text(field) or name
            elif local == "use":
                use = text(field)
        if use == "true":
            used.append(name)
    if used:
        part.properties[role.name] = ", ".join(sorted(used))


READERS: Final[dict[Action, Callable[[Part, Role, Element], None]]] = {
    Action.VALUE: _value,
    Action.VALUES: _values,
    Action.PICTURE: _picture,
    Action.CHOICE_PARAMETERS: _choice_parameter,
    Action.CHOICE_LINKS: _choice_link,
    Action.TYPE_LINK: _type_link,
    Action.CHARACTERISTICS: _characteristic,
    Action.CONTENT: _content,
    Action.QNAME: _qname,
    Action.FLAGS: _flags,
}


def predefined_property(
    part: Part, local: str, item: Element, unknown: Callable[[Element, Part], None]
) -> None:
    """Read one property of a predefined item; nested items are the reader's."""
    if local in ("content", "childItems", "items"):
        return
    if local == "name":
        part.name = text(item)
    elif local == "type":
        value_type = edt_type(item)
        part.value_type = value_type if value_type.names else None
    elif local == "code":
        value, _ = constant(item)
        if value.strip():
            part.properties["Code"] = value
    elif local == "extDimensionTypes":
        _ext_dimension(part, item)
    elif local in ("accountingFlags", "base", "leading", "displaced"):
        if target := text(item):
            part.links.append(Link(target, _ITEM_LINKS[local], line(item)))
    elif len(item):
        unknown(item, part)
    elif value := item.text or "":
        part.properties[local[0].upper() + local[1:]] = value


_ITEM_LINKS: Final = {
    "accountingFlags": "accounting_flag",
    "base": "base_calculation_type",
    "leading": "leading_calculation_type",
    "displaced": "displaced_calculation_type",
}


def _ext_dimension(part: Part, item: Element) -> None:
    """A kind of ext dimension of a predefined account, with its flags in the note."""
    target, notes = "", []
    for inner in item:
        local = LOCAL[inner.tag]
        if local == "characteristicType":
            target = text(inner)
        elif local == "turnover" and text(inner) == "true":
            notes.append("TurnoversOnly")
        elif local == "extDimensionAccountingFlags" and text(inner):
            notes.append(text(inner))
    if target:
        note = ", ".join(sorted(notes))
        part.links.append(Link(target, "ext_dimension_type", line(item), note))


def extended_type(element: Element) -> ValueType:
    """Read `typeExtension`: the types that an adopted attribute checks or adds."""
    copied = element.makeelement("type", {})
    for item in element:
        if LOCAL[item.tag] == "types":
            for inner in item:
                if LOCAL[inner.tag] == "type":
                    entry = copied.makeelement("types", {})
                    entry.text = inner.text
                    copied.append(entry)
        else:
            copied.append(item.__copy__())
    return edt_type(copied)
