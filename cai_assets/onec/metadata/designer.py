"""Objects of a Designer dump: an object's XML file and those of its parts.

`Catalogs/X.xml` states `Properties` and `ChildObjects`; forms and templates are only named
there and declared in files of their own, as are predefined items and exchange contents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import FileFacts, Problem, Reference
from cai_assets.onec.metadata import designer_values as values
from cai_assets.onec.metadata.model import (
    OBJECT_PARTS,
    Link,
    Part,
    member_rows,
    object_rows,
    type_links,
)
from cai_assets.onec.metadata.properties import Action, Role, role_of
from cai_assets.onec.metadata.values import designer_type
from cai_assets.onec.metadata.xml import (
    LOCAL,
    Element,
    child_text,
    designer_texts,
    line,
    parse,
    text,
)

if TYPE_CHECKING:
    from cai_assets.onec.sources import SourceFile

_DECLARED: Final = frozenset({"Form", "Template", "Recalculation"})
"""Members that `ChildObjects` only names."""

_MEMBERS: Final = frozenset(
    {
        "AccountingFlag",
        "AddressingAttribute",
        "Attribute",
        "Column",
        "Command",
        "Dimension",
        "EnumValue",
        "ExtDimensionAccountingFlag",
        "Field",
        "Function",
        "IntegrationServiceChannel",
        "Method",
        "Operation",
        "Parameter",
        "Resource",
        "TabularSection",
        "URLTemplate",
    }
)
"""Members that `ChildObjects` holds in full."""

_STANDARD: Final = {
    "StandardAttributes": "StandardAttribute",
    "StandardTabularSections": "StandardTabularSection",
}


class _Roles(dict[str, Role]):
    """Tag → role for one kind of object or part, worked out on first sight."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def __missing__(self, tag: str) -> Role:
        name = LOCAL[tag]
        standard = _STANDARD.get(name)
        role = Role(Action.PARTS, standard) if standard else role_of(self.kind, name)
        if len(self) < 1000:
            self[tag] = role
        return role


_ROLES: Final[dict[str, _Roles]] = {}


def read_object(source: SourceFile, data: bytes) -> FileFacts:
    """Read an object's XML: a top-level object, a nested subsystem, a part of an object.

    Raises UnreadableFile if the XML is damaged or dangerous, or states something else.
    """
    element = _declared(data)
    id_ = source.owner
    kind = LOCAL[element.tag]
    steps = id_.split(".")
    if steps[-2:-1] != [kind]:
        raise UnreadableFile(
            f"the file states a {kind}, but its place is that of {id_}", line(element)
        )
    facts = FileFacts()
    part = _Reader(facts, id_).part(element, kind)
    if len(steps) > 2 and kind not in OBJECT_PARTS:
        member_rows([part], ".".join(steps[:-2]), facts)
    else:
        object_rows(part, id_, facts)
    return facts


def read_configuration(source: SourceFile, data: bytes) -> FileFacts:
    """Read `Configuration.xml`.

    Raises UnreadableFile if the XML is damaged or dangerous, or states no configuration.
    """
    element = _declared(data)
    if LOCAL[element.tag] != "Configuration":
        raise UnreadableFile(f"the file states a {LOCAL[element.tag]}, no configuration", 2)
    facts = FileFacts()
    part = _Reader(facts, "").part(element, "Configuration")
    object_rows(part, f"Configuration.{part.name}", facts)
    return facts


def read_form_declaration(source: SourceFile, data: bytes) -> FileFacts:
    """Read `Forms/F.xml`: the member row of a form; its body stands elsewhere."""
    return _declaration(source, data)


def read_template_declaration(source: SourceFile, data: bytes) -> FileFacts:
    """Read `Templates/T.xml`: the member row of a template."""
    return _declaration(source, data)


def _declaration(source: SourceFile, data: bytes) -> FileFacts:
    element = _declared(data)
    kind = LOCAL[element.tag]
    steps = source.owner.split(".")
    if steps[-2:-1] != [kind]:
        raise UnreadableFile(
            f"the file states a {kind}, but its place is that of {source.owner}", line(element)
        )
    facts = FileFacts()
    part = _Reader(facts, source.owner).part(element, kind)
    member_rows([part], ".".join(steps[:-2]), facts)
    return facts


def read_predefined(source: SourceFile, data: bytes) -> FileFacts:
    """Read `Ext/Predefined.xml`: the predefined items of the object `source.owner`."""
    root = parse(data)
    facts = FileFacts()
    reader = _Reader(facts, source.owner)
    items = [reader.predefined(item) for item in root if LOCAL[item.tag] == "Item"]
    member_rows(items, source.owner, facts)
    return facts


def read_content(source: SourceFile, data: bytes) -> FileFacts:
    """Read `Ext/Content.xml`: what the exchange plan `source.owner` exchanges."""
    facts = FileFacts()
    for item in parse(data):
        target = child_text(item, "Metadata")
        if target:
            note = child_text(item, "AutoRecord") or "Deny"
            facts.references.append(
                Reference(source.owner, target, "exchange_content", line(item), note)
            )
    return facts


def _declared(data: bytes) -> Element:
    root = parse(data)
    if LOCAL[root.tag] != "MetaDataObject":
        raise UnreadableFile(
            f"the root element is <{LOCAL[root.tag]}>, <MetaDataObject> was expected", line(root)
        )
    for element in root:
        return element
    raise UnreadableFile("<MetaDataObject> is empty", line(root))


class _Reader:
    """Turns elements into parts; problems go to the facts of the file."""

    def __init__(self, facts: FileFacts, id_: str) -> None:
        self.facts = facts
        self.id = id_

    def part(self, element: Element, kind: str) -> Part:
        part = Part(kind, line=line(element), uuid=element.get("uuid"))
        for section in element:
            name = LOCAL[section.tag]
            if name == "Properties":
                self._properties(part, section)
            elif name == "ChildObjects":
                self._children(part, section)
            elif name == "InternalInfo":
                values.property_states(part, section)
            else:
                self._unknown(section, part)
        return part

    def _properties(self, part: Part, element: Element) -> None:
        kind = part.kind
        roles = _ROLES.get(kind)
        if roles is None:
            roles = _ROLES[kind] = _Roles(kind)
        properties = part.properties
        for item in element:
            role = roles[item.tag]
            action, name, reference = role
            if action == 0:  # Action.SCALAR, spelled out as it is by far the most frequent
                if len(item):
                    self._unknown(item, part)
                elif value := item.text:
                    properties[name] = value
            elif action is Action.SKIP:
                continue
            elif action is Action.REFERENCE:
                if target := text(item):
                    properties[name] = target
                    part.links.append(Link(target, reference, line(item), name))
            elif action is Action.IDENTITY:
                _identity(part, name, item)
            elif action is Action.REFERENCES:
                for entry in item:
                    if target := text(entry):
                        part.links.append(Link(target, reference, line(entry)))
                    elif len(entry):
                        self._unknown(entry, part)
            elif action is Action.TYPE:
                value_type = designer_type(item)
                if reference == "type":
                    part.value_type = value_type if value_type.names else None
                else:
                    part.links += type_links(value_type, reference, line(item))
            elif action is Action.TEXT:
                for language, value in designer_texts(item).items():
                    properties[f"{name}.{language}"] = value
            elif action is Action.PARTS:
                part.parts += [self._standard(entry, name) for entry in item]
            else:
                values.READERS[action](part, role, item)

    def _standard(self, element: Element, kind: str) -> Part:
        """A standard attribute or tabular section: its properties have no wrapper."""
        part = Part(kind, name=element.get("name") or "", line=line(element))
        self._properties(part, element)
        return part

    def _children(self, part: Part, element: Element) -> None:
        for item in element:
            kind = LOCAL[item.tag]
            if len(item):
                if kind in _MEMBERS:
                    part.parts.append(self.part(item, kind))
                else:
                    self._unknown(item, part)
            elif kind in _DECLARED or not (name := text(item)):
                continue
            else:
                target = f"{kind}.{name}"
                if part.kind != "Configuration":
                    target = f"{self.id}.{target}"
                part.links.append(Link(target, "contains", line(item)))

    def predefined(self, element: Element) -> Part:
        part = Part("Predefined", line=line(element), uuid=element.get("id"))
        for item in element:
            name = LOCAL[item.tag]
            if name == "ChildItems":
                part.parts += [self.predefined(entry) for entry in item]
            else:
                values.predefined_property(part, name, item, self._unknown)
        return part

    def _unknown(self, item: Element, part: Part) -> None:
        where = f"{part.kind} {part.name}".strip()
        self.facts.problems.append(
            Problem(line(item), 1, f"element <{LOCAL[item.tag]}> of {where} is not understood")
        )


def _identity(part: Part, name: str, item: Element) -> None:
    if name == "Name":
        part.name = text(item)
    elif name == "Synonym":
        part.synonym = designer_texts(item)
    elif name == "Comment":
        part.comment = item.text or ""
    elif name == "ObjectBelonging":
        part.belonging = text(item) or part.belonging
    elif name == "ExtendedConfigurationObject":
        part.extended_uuid = text(item) or None
