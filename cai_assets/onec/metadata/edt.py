"""Objects of an EDT project: one `.mdo` file states an object with all its parts.

EDT writes only what differs from a default, in lower camel case, and repeats an element for
each entry of a list. Names and values are turned into those of a Designer dump.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import FileFacts, Problem
from cai_assets.onec.metadata import edt_values as values
from cai_assets.onec.metadata.defaults import EDT_ONLY, defaults_of
from cai_assets.onec.metadata.kinds import KINDS
from cai_assets.onec.metadata.model import (
    ADOPTED,
    OBJECT_PARTS,
    Link,
    Part,
    member_rows,
    object_rows,
    type_links,
)
from cai_assets.onec.metadata.properties import Action, Role, role_of, scalar
from cai_assets.onec.metadata.values import edt_type
from cai_assets.onec.metadata.xml import LOCAL, Element, add_edt_text, line, parse, text

if TYPE_CHECKING:
    from cai_assets.onec.sources import SourceFile

_PARTS: Final = {
    "accountingFlags": "AccountingFlag",
    "addressingAttributes": "AddressingAttribute",
    "attributes": "Attribute",
    "columns": "Column",
    "commands": "Command",
    "dimensions": "Dimension",
    "enumValues": "EnumValue",
    "extDimensionAccountingFlags": "ExtDimensionAccountingFlag",
    "fields": "Field",
    "forms": "Form",
    "functions": "Function",
    "integrationServiceChannels": "IntegrationServiceChannel",
    "methods": "Method",
    "operations": "Operation",
    "parameters": "Parameter",
    "recalculations": "Recalculation",
    "resources": "Resource",
    "standardAttributes": "StandardAttribute",
    "standardTabularSections": "StandardTabularSection",
    "tableFields": "Field",
    "tabularSections": "TabularSection",
    "templates": "Template",
    "urlTemplates": "URLTemplate",
}
"""Elements that hold a part; `forms` of a configuration and the like are lists of files."""

_FILES: Final = {
    "subsystems": "Subsystem",
    "tables": "Table",
    "cubes": "Cube",
    "dimensionTables": "DimensionTable",
}

_CONFIGURATION_LISTS: Final = {
    (kind.group[0].lower() + kind.group[1:]) for kind in KINDS if kind.name != "Language"
} | {"httpServices", "wsReferences", "xDTOPackages", "webSocketClients"}

_NAMES: Final = {
    "extendedConfigurationObject": "ExtendedConfigurationObject",
    "httpMethod": "HTTPMethod",
    "rootURL": "RootURL",
    "variantsStorage": "VariantsStorage",
    "xdtoPackages": "XDTOPackages",
    "xdtoReturningValueType": "XDTOReturningValueType",
    "xdtoValueType": "XDTOValueType",
}
"""Where the Designer name is not the EDT name with a capital letter."""


class _Roles(dict[str, Role]):
    """Tag → role for one kind of object or part, worked out on first sight."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def __missing__(self, tag: str) -> Role:
        role = _role(self.kind, LOCAL[tag])
        if len(self) < 1000:
            self[tag] = role
        return role


_ROLES: Final[dict[str, _Roles]] = {}


def _role(kind: str, local: str) -> Role:
    if kind == "Configuration":
        if local == "languages":
            return Role(Action.PARTS, "Language")
        if local in _CONFIGURATION_LISTS:
            return Role(Action.FILES, "", "contains")
    if local in _FILES:
        return Role(Action.FILES, _FILES[local], "contains")
    if local in _PARTS:
        return Role(Action.PARTS, _PARTS[local])
    name = _NAMES.get(local) or local[:1].upper() + local[1:]
    role = role_of(kind, name)
    if name == "Predefined" and role.action is Action.SCALAR and kind not in values.FLAGGED:
        return Role(Action.PREDEFINED, "Predefined")
    return role


def read_object(source: SourceFile, data: bytes) -> FileFacts:
    """Read an object's `.mdo`.

    Raises UnreadableFile if the XML is damaged or dangerous.
    """
    root = parse(data)
    facts = FileFacts()
    kind = LOCAL[root.tag]
    id_ = source.owner
    if id_.split(".")[-2:-1] != [kind]:
        raise UnreadableFile(
            f"the file states a {kind}, but its place is that of {id_}", line(root)
        )
    part = _Reader(facts, id_).part(root, kind)
    steps = id_.split(".")
    if len(steps) > 2 and kind not in OBJECT_PARTS:
        member_rows([part], ".".join(steps[:-2]), facts)
    else:
        object_rows(part, id_, facts)
    return facts


def read_configuration(source: SourceFile, data: bytes) -> FileFacts:
    """Read `Configuration.mdo`: the configuration itself and its languages.

    Raises UnreadableFile if the XML is damaged or dangerous.
    """
    root = parse(data)
    if LOCAL[root.tag] != "Configuration":
        raise UnreadableFile(f"the file states a {LOCAL[root.tag]}, no configuration", line(root))
    facts = FileFacts()
    part = _Reader(facts, "").part(root, "Configuration")
    languages = part.parts
    part.parts = []
    part.links += [Link(f"Language.{item.name}", "contains", item.line) for item in languages]
    object_rows(part, f"Configuration.{part.name}", facts)
    for language in languages:
        object_rows(language, f"Language.{language.name}", facts)
    return facts


class _Reader:
    """Turns elements into parts; problems go to the facts of the file."""

    def __init__(self, facts: FileFacts, id_: str) -> None:
        self.facts = facts
        self.id = id_

    def part(self, element: Element, kind: str) -> Part:
        part = Part(kind, line=line(element), uuid=element.get("uuid"))
        part.extended_uuid = element.get("extendedConfigurationObject")
        roles = _ROLES.get(kind)
        if roles is None:
            roles = _ROLES[kind] = _Roles(kind)
        omitted = EDT_ONLY.get(kind, {})
        properties = part.properties
        extension: Element | None = None
        for item in element:
            role = roles[item.tag]
            action, name, reference = role
            if action == 0:  # Action.SCALAR, spelled out as it is by far the most frequent
                value = item.text
                if len(item):
                    self._unknown(item, part)
                elif value:
                    if name in properties:
                        properties[name] += ", " + scalar(name, value)
                    else:
                        properties[name] = scalar(name, value)
            elif action is Action.SKIP:
                continue
            elif action is Action.IDENTITY:
                if name == "Extension":
                    extension = item
                else:
                    _identity(part, name, item)
            elif action is Action.PARTS:
                if not len(item) and text(item):  # named here, stated in a file of its own
                    self._file(part, name, item)
                else:
                    part.parts.append(self.part(item, name))
            elif action is Action.REFERENCES:
                if target := text(item):
                    part.links.append(Link(target, reference, line(item)))
                elif len(item):
                    self._unknown(item, part)
            elif action is Action.REFERENCE:
                if target := text(item):
                    properties[name] = target
                    part.links.append(Link(target, reference, line(item), name))
            elif action is Action.TYPE:
                value_type = edt_type(item)
                if reference == "type":
                    part.value_type = value_type if value_type.names else None
                else:
                    part.links += type_links(value_type, reference, line(item))
            elif action is Action.TEXT:
                values.text_property(properties, name, item)
            elif action is Action.FILES:
                self._file(part, name, item)
            elif action is Action.PREDEFINED:
                part.parts += [self._predefined(entry) for entry in item]
            else:
                values.READERS[action](part, role, item)
        for name, value in omitted.items():
            properties.setdefault(name, value)
        if part.belonging == ADOPTED:
            self._adopt(part, extension)
        return part

    def _file(self, part: Part, kind: str, item: Element) -> None:
        target = text(item)
        if not target:
            return
        if kind and "." not in target:  # a nested subsystem, by name alone
            target = f"{self.id}.{kind}.{target}"
        part.links.append(Link(target, "contains", line(item)))

    def _predefined(self, element: Element) -> Part:
        part = Part("Predefined", line=line(element), uuid=element.get("id"))
        for item in element:
            values.predefined_property(part, LOCAL[item.tag], item, self._unknown)
            if LOCAL[item.tag] in ("content", "childItems", "items"):
                part.parts.append(self._predefined(item))
        return part

    def _adopt(self, part: Part, extension: Element | None) -> None:
        """Keep what the extension controls.

        The rest of an adopted object's `.mdo` is what EDT wrote when it created the file and
        says nothing about the object; Designer leaves it out.
        """
        controlled: set[str] = set()
        extended: list[str] = []
        for item in extension if extension is not None else ():
            name = LOCAL[item.tag]
            if name == "typeExtension":
                part.value_type = values.extended_type(item)
                continue
            name = _NAMES.get(name) or name[:1].upper() + name[1:]
            controlled.add(name)
            if text(item) == "Extended":
                extended.append(name)
        if part.kind == "Configuration":
            controlled |= values.EXTENSION_PROPERTIES
        controlled |= values.ALWAYS_OWN.get(part.kind, set())
        defaults = defaults_of(part.kind)
        stated = part.properties
        part.properties = {
            name: value
            for name in controlled
            if (value := stated.get(name) or defaults.get(name, ""))
        }
        if extended:
            part.properties["ExtendedProperties"] = ", ".join(sorted(extended))

    def _unknown(self, item: Element, part: Part) -> None:
        where = f"{part.kind} {part.name}".strip()
        self.facts.problems.append(
            Problem(line(item), 1, f"element <{LOCAL[item.tag]}> of {where} is not understood")
        )


def _identity(part: Part, name: str, item: Element) -> None:
    if name == "Name":
        part.name = text(item)
    elif name == "Synonym":
        add_edt_text(part.synonym, item)
    elif name == "Comment":
        part.comment = item.text or ""
    elif name == "ObjectBelonging":
        part.belonging = text(item) or part.belonging
    elif name == "ExtendedConfigurationObject":
        part.extended_uuid = text(item) or part.extended_uuid
