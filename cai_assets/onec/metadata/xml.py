"""Safe and fast access to the XML of a configuration.

Uploads come from strangers: no DOCTYPE, so no entities; no network; bounded size, depth and
text. Metadata has millions of elements: the helpers here are what every reader calls per element.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from lxml import etree

from cai_assets.onec.errors import UnreadableFile

if TYPE_CHECKING:
    from cai_assets.onec.facts import Texts

Element: TypeAlias = etree._Element

MAX_FILE_BYTES: Final = 512 * 1024 * 1024
"""Largest XML file that is parsed; depth (256) and text (10 MB) are bounded by libxml2."""

XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
XSI_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"

_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_DECLARED = re.compile(rb"""^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]+)["']""")
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_UTF8 = frozenset((b"utf-8", b"utf8", b"us-ascii", b"ascii"))
_PLACE = re.compile(r", line \d+, column \d+$")
_MAX_NAMES = 20_000
_NAMESPACE_WARNINGS = frozenset((etree.ErrorTypes.WAR_NS_URI, etree.ErrorTypes.WAR_NS_URI_RELATIVE))


def _parser(encoding: str | None, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


_AS_DECLARED = _parser(None)
_AS_UTF8 = _parser("utf-8")


def parse(data: bytes, max_bytes: int = MAX_FILE_BYTES) -> Element:
    """Parse a document and return its root.

    A byte order mark is tolerated; a document that declares another encoding but is valid
    UTF-8 is read as UTF-8, as 1C writes nothing else. Comments and instructions are left out.

    Raises UnreadableFile: too large, too deep, malformed, wrong encoding, or with a DOCTYPE.
    """
    if len(data) > max_bytes:
        raise UnreadableFile(
            f"XML file of {len(data)} bytes is larger than the limit of {max_bytes} bytes"
        )
    parser = _AS_DECLARED
    if data.startswith(_BOM):
        data = data[3:]
        parser = _AS_UTF8
    elif data.startswith(_WIDE):
        data = _narrow(data)
        parser = _AS_UTF8
    else:
        declared = _DECLARED.match(data[:200])
        if declared is not None and declared[1].lower() not in _UTF8 and _is_utf8(data):
            parser = _AS_UTF8
    if not data.strip():
        raise UnreadableFile("XML file is empty; dump it again", 1)
    if data.startswith((b"<!DOCTYPE", b"<!doctype"), _prolog_end(data)):
        raise _doctype()
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        root = _with_foreign_namespace(data, None if parser is _AS_DECLARED else "utf-8")
        if root is None:
            what = _PLACE.sub("", error.msg or "it cannot be parsed")
            message = f"XML is damaged: {what}; dump the file again"
            raise UnreadableFile(message, error.lineno or 1) from None
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise UnreadableFile(f"XML cannot be read: {error}; dump the file again", 1) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()
    return root


def _with_foreign_namespace(data: bytes, encoding: str | None) -> Element | None:
    """Parse XML whose only fault is a namespace that is no URI, None if it has others.

    Developers name the namespaces of web services in Russian, which libxml2 takes for an error.
    """
    parser = _parser(encoding, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, LookupError):
        return None
    faults = {entry.type for entry in parser.error_log}
    return root if faults and faults <= _NAMESPACE_WARNINGS else None


def _doctype() -> UnreadableFile:
    return UnreadableFile("XML has a DOCTYPE, which 1C never writes; remove it", 1)


def _prolog_end(data: bytes) -> int:
    match = _PROLOG.match(data)
    return match.end() if match is not None else 0


def _narrow(data: bytes) -> bytes:
    """Turn UTF-16 into UTF-8; a declaration of the old encoding is overridden by the parser."""
    encoding = "utf-16"
    if data.startswith(b"<\x00"):
        encoding = "utf-16-le"
    elif data.startswith(b"\x00<"):
        encoding = "utf-16-be"
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"XML is not valid UTF-16: {error.reason}; save it as UTF-8") from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class _LocalNames(dict[object, str]):
    """Qualified tag → local name; entity nodes, whose tag is no string, get an empty name."""

    def __missing__(self, tag: object) -> str:
        name = tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""
        if len(self) >= _MAX_NAMES:
            self.clear()
        self[tag] = name
        return name


LOCAL: Final = _LocalNames()
"""`LOCAL[element.tag]` is the local name; a mapping, since a call per element is felt."""


def child(element: Element, name: str) -> Element | None:
    """Return the first child with this local name."""
    for item in element:
        if LOCAL[item.tag] == name:
            return item
    return None


def children(element: Element, name: str) -> list[Element]:
    """Return all children with this local name."""
    return [item for item in element if LOCAL[item.tag] == name]


def text(element: Element | None) -> str:
    """Return the element's own text, stripped; empty if there is none."""
    if element is None:
        return ""
    value = element.text
    return value.strip() if value else ""


def child_text(element: Element, name: str) -> str:
    """Return the stripped text of the first child with this local name."""
    return text(child(element, name))


def joined_text(element: Element) -> str:
    """Return all texts inside the element, joined by commas."""
    return ", ".join(filter(None, (part.strip() for part in element.itertext())))


def line(element: Element) -> int:
    """Return the line on which the element's start tag ends, as libxml2 counts."""
    number: int | None = element.sourceline
    return number or 0


def unprefixed(value: str) -> str:
    """Return what follows the prefix: `cfg:CatalogRef.X` → `CatalogRef.X`."""
    return value[value.find(":") + 1 :]


def xsi_type(element: Element) -> str:
    """Return the local name of `xsi:type`, empty if it is not stated."""
    value = element.get(XSI_TYPE)
    return unprefixed(value) if value else ""


def edt_texts(elements: list[Element]) -> Texts:
    """Join repeated EDT entries `<synonym><key>ru</key><value>…` into one localised text."""
    texts: Texts = {}
    for element in elements:
        add_edt_text(texts, element)
    return texts


def add_edt_text(texts: Texts, element: Element) -> None:
    """Add one EDT entry (`key`, `value`) to a localised text; empty values are left out."""
    key = value = ""
    for item in element:
        name = LOCAL[item.tag]
        if name == "key":
            key = item.text or ""
        elif name == "value":
            value = item.text or ""
    if value:
        texts[key] = value


def designer_texts(element: Element | None) -> Texts:
    """Read a Designer text: `<v8:item><v8:lang>ru</v8:lang><v8:content>…`."""
    texts: Texts = {}
    if element is None:
        return texts
    for item in element:
        language = content = ""
        for part in item:
            name = LOCAL[part.tag]
            if name == "lang":
                language = part.text or ""
            elif name == "content":
                content = part.text or ""
        if content:
            texts[language] = content
    return texts
