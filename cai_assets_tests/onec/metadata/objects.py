"""Tiny metadata files of both layouts for tests, and reading them into facts."""

from __future__ import annotations

from cai_assets.onec.facts import FileFacts, Member
from cai_assets.onec.metadata.readers import reader_for
from cai_assets.onec.sources import FileKind, Layout, SourceFile

UUID = "11111111-2222-3333-4444-555555555555"

_EDT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<mdclass:{kind} xmlns:mdclass="http://g5.1c.ru/v8/dt/metadata/mdclass" '
    'xmlns:core="http://g5.1c.ru/v8/dt/mcore" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" uuid="{uuid}">{body}</mdclass:{kind}>'
)
_DESIGNER = (
    '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n'
    '<MetaDataObject xmlns="http://v8.1c.ru/8.3/MDClasses" '
    'xmlns:app="http://v8.1c.ru/8.2/managed-application/core" '
    'xmlns:cfg="http://v8.1c.ru/8.1/data/enterprise/current-config" '
    'xmlns:v8="http://v8.1c.ru/8.1/data/core" xmlns:xr="http://v8.1c.ru/8.3/xcf/readable" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="2.20">'
    '<{kind} uuid="{uuid}">{body}</{kind}></MetaDataObject>'
)
_NAMESPACES = _DESIGNER[_DESIGNER.index("xmlns:app") : _DESIGNER.rindex(" version")]


def read(layout: Layout, kind: FileKind, owner: str, data: str | bytes) -> FileFacts:
    """Read one file with the reader that its kind has."""
    raw = data if isinstance(data, bytes) else data.encode()
    source = SourceFile("a/b", "p", layout, kind, owner, "", len(raw))
    reader = reader_for(source)
    assert reader is not None
    return reader(source, raw)


def edt(owner: str, body: str) -> FileFacts:
    """Read an `.mdo` with this body; `name` is put in front."""
    kind, name = owner.split(".")[-2:]
    text = _EDT.format(kind=kind, uuid=UUID, body=f"<name>{name}</name>{body}")
    file_kind = FileKind.CONFIGURATION if kind == "Configuration" else FileKind.OBJECT
    return read(Layout.EDT, file_kind, owner, text)


def designer(owner: str, properties: str, children: str = "", raw: str = "") -> FileFacts:
    """Read an object's XML with these properties and child objects."""
    kind, name = owner.split(".")[-2:]
    body = f"{raw}<Properties><Name>{name}</Name>{properties}</Properties>"
    if children:
        body += f"<ChildObjects>{children}</ChildObjects>"
    text = _DESIGNER.format(kind=kind, uuid=UUID, body=body)
    file_kind = {
        "Configuration": FileKind.CONFIGURATION,
        "Form": FileKind.FORM_DECLARATION,
        "Template": FileKind.TEMPLATE_DECLARATION,
    }.get(kind, FileKind.OBJECT)
    return read(Layout.DESIGNER, file_kind, owner, text)


def predefined(owner: str, items: str) -> FileFacts:
    """Read `Ext/Predefined.xml` of a Designer dump."""
    text = (
        '<PredefinedData xmlns="http://v8.1c.ru/8.3/xcf/predef" '
        f'{_NAMESPACES} version="2.20">{items}</PredefinedData>'
    )
    return read(Layout.DESIGNER, FileKind.PREDEFINED, owner, text)


def member(kind: str, name: str, properties: str = "", children: str = "") -> str:
    """A member as Designer writes it."""
    inner = f"<ChildObjects>{children}</ChildObjects>" if children else ""
    return (
        f'<{kind} uuid="{UUID}"><Properties><Name>{name}</Name>{properties}</Properties>'
        f"{inner}</{kind}>"
    )


def rows(*parts: FileFacts) -> dict[str, object]:
    """The rows of several files by key, without their lines."""
    result: dict[str, object] = {}
    for facts in parts:
        assert facts.problems == []
        for row in facts.objects:
            result[row.id] = (
                row.type, row.name, row.uuid, row.parent, row.synonym, row.comment,
                row.belonging, row.extended_uuid, row.value_type, list(row.properties.items()),
            )  # fmt: skip
        for item in facts.members:
            result[item.id] = (
                item.object, item.parent, item.kind, item.name, item.order, item.uuid,
                item.synonym, item.comment, item.belonging, item.value_type,
                list(item.properties.items()),
            )  # fmt: skip
        for edge in facts.references:
            key = f"{edge.source} -> {edge.target} {edge.kind} {edge.note}"
            result[key] = True
    return result


def edges(*parts: FileFacts) -> set[tuple[str, str, str, str]]:
    """The references of several files without their lines."""
    return {
        (edge.source, edge.target, edge.kind, edge.note)
        for facts in parts
        for edge in facts.references
    }


def member_of(facts: FileFacts, id_: str) -> Member:
    """The member with this id."""
    return next(item for item in facts.members if item.id == id_)
