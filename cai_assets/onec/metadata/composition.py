"""Data composition schemas: the queries of their datasets, wherever they are nested, and calls.

EDT names them by ending (`Template.dcs`); in a Designer dump every template with an XML body
is `Template.xml`, and only the root element tells a schema from a spreadsheet or another kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Final

from lxml import etree

from cai_assets.onec.errors import NotSupported
from cai_assets.onec.facts import FileFacts, QueryText, Reference
from cai_assets.onec.metadata import xml
from cai_assets.onec.metadata.places import TextPlaces
from cai_assets.onec.metadata.xml import LOCAL, Element
from cai_assets.onec.query import kinds as k
from cai_assets.onec.query.facts import add_query
from cai_assets.onec.query.lexer import tokenize
from cai_assets.onec.sources import SourceFile

_SCHEMA: Final = "DataCompositionSchema"
_OTHER_BODIES: Final = {
    "document": "a spreadsheet document",
    "AppearanceTemplate": "a data composition appearance template",
    "GeographicalScheme": "a geographical schema",
    "GraphicalSchema": "a graphical schema",
    "Help": "an HTML document",
}


def read_composition(source: SourceFile, data: bytes) -> FileFacts:
    """Read the queries of a data composition schema, and the calls in its expressions.

    A query is named by the path of its dataset: names of nested schemas, of unions and of the
    dataset, joined by dots. Raises NotSupported if the template is of another kind.
    """
    root_name = _root_name(data)
    if root_name and root_name != _SCHEMA:
        body = _OTHER_BODIES.get(root_name, f"XML with the root element {root_name}")
        raise NotSupported(f"the template is {body}; only data composition schemas are read")
    facts = FileFacts()
    root = xml.parse(data)
    _read_schema(root, "", source.owner, TextPlaces(data), facts)
    facts.references.extend(_calls(root, source.owner))
    return facts


def _calls(root: Element, owner: str) -> Iterable[Reference]:
    """Exports of common modules that expressions call: only those are called behind a dot."""
    found: dict[Reference, None] = {}
    for element in root.iter("{*}expression"):
        text = element.text or ""
        if "(" not in text or "." not in text:
            continue
        tokens = tokenize(text)
        kinds, values = tokens.kinds, tokens.values
        for at, kind in enumerate(kinds[:-2]):
            if kind == k.MEMBER and values[at + 1] == "(" and at and kinds[at - 1] == k.NAME:
                routine = f"CommonModule.{values[at - 1]}.{values[at].lstrip('. ')}"
                found[Reference(owner, routine, "call", element.sourceline or 1)] = None
    return found


def _root_name(data: bytes) -> str:
    """Look at the root element without reading what may be a large spreadsheet."""
    try:
        events = etree.iterparse(
            BytesIO(data),
            events=("start",),
            no_network=True,
            load_dtd=False,
            resolve_entities=False,
        )
        return LOCAL[next(iter(events))[1].tag]
    except (etree.LxmlError, StopIteration, ValueError):
        return ""


def _read_schema(
    schema: Element, path: str, owner: str, places: TextPlaces, facts: FileFacts
) -> None:
    for element in schema:
        name = LOCAL[element.tag]
        if name == "dataSet":
            _read_dataset(element, path, owner, places, facts)
        elif name == "nestedSchema":
            nested = xml.child(element, "schema")
            if nested is not None:
                inner = f"{path}{xml.child_text(element, 'name')}."
                _read_schema(nested, inner, owner, places, facts)


def _read_dataset(
    element: Element, path: str, owner: str, places: TextPlaces, facts: FileFacts
) -> None:
    """Read a dataset: a query, an object of the calling code, or a union of datasets."""
    name = ""
    query: Element | None = None
    parts: list[Element] = []
    for part in element:
        tag = LOCAL[part.tag]
        if tag == "name":
            name = xml.text(part)
        elif tag == "query":
            query = part
        elif tag == "item":
            parts.append(part)
    text = query.text if query is not None else None
    if query is not None and text and text.strip():
        text = text.replace("\r\n", "\n")
        row = QueryText(owner, "composition", path + name, *places.of(query), text)
        add_query(facts, row, places.within(query, text))
    for part in parts:
        _read_dataset(part, f"{path}{name}.", owner, places, facts)
