"""Rights of roles. EDT (`Rights.rights`) and Designer (`Ext/Rights.xml`) write the same XML.

Objects and rights carry their English names in both, so they are ids as they stand.
"""

from __future__ import annotations

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import (
    FileFacts,
    Problem,
    Reference,
    RestrictionTemplate,
    Right,
    RoleFlags,
)
from cai_assets.onec.metadata import xml
from cai_assets.onec.metadata.xml import LOCAL, Element
from cai_assets.onec.sources import SourceFile


def read_rights(source: SourceFile, data: bytes) -> FileFacts:
    """Read the rights, row-level restrictions, templates and flags of one role.

    Every role × object with a granted right is also a reference of kind `right`, whose note
    lists the granted rights.
    """
    root = xml.parse(data)
    if LOCAL[root.tag] != "Rights":
        raise UnreadableFile(f"root element {LOCAL[root.tag]} is not Rights", xml.line(root))
    facts = FileFacts()
    role = source.owner
    flags = {
        "setForNewObjects": False,
        "setForAttributesByDefault": True,
        "independentRightsOfChildObjects": False,
    }
    for element in root:
        name = LOCAL[element.tag]
        if name == "object":
            _read_object(role, element, facts)
        elif name == "restrictionTemplate":
            facts.restriction_templates.append(
                RestrictionTemplate(
                    role,
                    xml.child_text(element, "name"),
                    _condition(element),
                    xml.line(element),
                )
            )
        elif name in flags:
            flags[name] = xml.text(element) == "true"
    facts.role_flags.append(RoleFlags(role, *flags.values()))
    return facts


def _read_object(role: str, element: Element, facts: FileFacts) -> None:
    target = ""
    granted: list[str] = []
    for part in element:
        name = LOCAL[part.tag]
        if name == "name":
            target = xml.text(part)
        elif name == "right":
            right = _read_right(role, target, part)
            facts.rights.append(right)
            if right.value:
                granted.append(right.right)
    line = xml.line(element)
    if not target:
        facts.problems.append(Problem(line, 1, "rights without the name of their object"))
    elif granted:
        facts.references.append(Reference(role, target, "right", line, ", ".join(granted)))


def _read_right(role: str, target: str, element: Element) -> Right:
    name = ""
    value = False
    conditions: list[str] = []
    fields: list[str] = []
    for part in element:
        tag = LOCAL[part.tag]
        if tag == "name":
            name = part.text or ""
        elif tag == "value":
            value = part.text == "true"
        elif tag == "restrictionByCondition":
            conditions.append(_condition(part))
            fields.append(", ".join(xml.text(field) for field in xml.children(part, "field")))
    restriction = "\n\n".join(conditions)
    if fields:
        differ = len(set(fields)) > 1
        restricted = "; ".join(fields) if differ else fields[0]
    else:
        restricted = ""
    return Right(role, target, name, value, xml.line(element), restriction, restricted)


def _condition(element: Element) -> str:
    condition = xml.child(element, "condition")
    text = condition.text if condition is not None else None
    return text.replace("\r\n", "\n") if text else ""
