"""What a page of HTML holds: its anchors, its links, its headings. Read back from what is written.

The check for broken links looks at the pages themselves, not at what was meant to be written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from posixpath import join, normpath
from urllib.parse import unquote, urlsplit

from lxml import etree

_ADDRESSES = etree.XPath("//*[@href or @src or @action]")
_ANCHORS = etree.XPath("//@id")
_HEADINGS = etree.XPath("count(//h1)")


@dataclass(frozen=True, slots=True)
class Markup:
    """`links` are paths below the root with anchors; `outside` are addresses elsewhere."""

    anchors: tuple[str, ...]
    duplicates: tuple[str, ...]
    links: tuple[str, ...]
    outside: tuple[str, ...]
    headings: int


def read_markup(text: str, path: str) -> Markup:
    """What the page `path` with this text holds."""
    root = etree.HTML(text)
    anchors = Counter(map(str, _ANCHORS(root)))
    links, outside = set(), set()
    for element in _ADDRESSES(root):
        for name in ("href", "src", "action"):
            address = element.get(name)
            if address is None:
                continue
            if _is_outside(address):
                outside.add(address)
            else:
                links.add(target(address, path))
    return Markup(
        anchors=tuple(anchors),
        duplicates=tuple(name for name, count in anchors.items() if count > 1),
        links=tuple(sorted(links)),
        outside=tuple(sorted(outside)),
        headings=int(_HEADINGS(root)),
    )


def target(address: str, page: str) -> str:
    """Path below the root, and anchor, that a relative address on `page` leads to.

    A path that leaves the site begins with `..`.
    """
    path, sharp, fragment = address.partition("#")
    folder = page.rpartition("/")[0]
    path = unquote(path.partition("?")[0])
    found = normpath(join(folder, path)) if path else page
    return f"{found}#{unquote(fragment)}" if sharp and fragment else found


def _is_outside(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.scheme or parts.netloc)
