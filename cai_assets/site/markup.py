"""What a page of HTML holds: its anchors, its links, its headings. Read back from what is written.

The check for broken links looks at the pages themselves, not at what was meant to be written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from posixpath import join, normpath
from urllib.parse import unquote

from lxml import etree

_ADDRESSES = etree.XPath("//@href | //@src | //@action", smart_strings=False)
_ANCHORS = etree.XPath("//@id", smart_strings=False)
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
    anchors = Counter(_ANCHORS(root))
    links, outside = set(), set()
    for address in set(_ADDRESSES(root)):
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
    path, _, fragment = address.partition("#")
    path = path.partition("?")[0]
    found = _path(path, page.rpartition("/")[0]) if path else page
    return f"{found}#{unquote(fragment)}" if fragment else found


@lru_cache(maxsize=1 << 14)
def _path(address: str, folder: str) -> str:
    return normpath(join(folder, unquote(address)))


def _is_outside(address: str) -> bool:
    """Whether it names a scheme or a host; a colon behind a slash is part of a name."""
    return address.startswith("//") or ":" in address.partition("#")[0].partition("/")[0]
