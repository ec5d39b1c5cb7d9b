"""File names and anchors that work everywhere: long names, odd letters, any file system.

A name stays readable where it can: `Номенклатура.html`. It gets a mark (eight hexadecimal digits
of its id) where it would not survive: too long, characters that Windows or addresses do not
take, a device name of Windows, or equal to another but for the letter case.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

_MOST_CHARACTERS = 80
"""1C's own limit of a name; with a mark and an ending it fits 255 bytes in any script."""

_ODD = re.compile(r"[^\w.\-]")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_BLANK = re.compile(r"\s")
_NOT_IN_PATH = re.compile(r"[^\w.~/-]")
_NOT_IN_FRAGMENT = re.compile(r"[^\w.~/?!$&'()*+,;=:@-]")


def file_names(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A file name without ending for each pair of id and name, different on any file system.

    Ids have to differ. The file name of an id depends on its own name and on those equal to it
    but for the letter case, on nothing else.
    """
    wanted: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for id_, name in names:
        plain = _ODD.sub("_", unicodedata.normalize("NFC", name))[:_MOST_CHARACTERS].strip(".")
        if _DEVICES.fullmatch(plain):
            plain = f"_{plain}"
        changed = plain != name or not plain
        wanted[_folded(plain)].append((id_, plain, changed))
    return {
        id_: f"{plain}~{mark(id_)}" if changed or len(rivals) > 1 else plain
        for rivals in wanted.values()
        for id_, plain, changed in rivals
    }


def mark(id_: str) -> str:
    """Eight hexadecimal digits of an id."""
    return hashlib.blake2b(id_.encode(), digest_size=4).hexdigest()


def anchor(text: str) -> str:
    """The `id` of an element about a part of an object; HTML forbids blanks in it."""
    return _BLANK.sub("_", text)


def fragment(text: str) -> str:
    """A link to the anchor about `text` on the same page, with its sharp sign."""
    return _encoded(f"#{anchor(text)}")[1]


def file_link(name: str) -> str:
    """A link to a file in the folder of the page."""
    return _encoded(name)[0]


def relative(address: str, page: str) -> str:
    """An address below the root of the site as a link from `page`.

    Addresses are paths with an optional `#anchor`. Letters of any script stay as they are, as
    links in HTML may have them; percent signs would make Russian names three times as long.
    """
    path, fragment = _encoded(address)
    if address.partition("#")[0] == page:
        return fragment or path.rpartition("/")[2]
    return f"{root_of(page)}{path}{fragment}"


@lru_cache(maxsize=1 << 16)
def _encoded(address: str) -> tuple[str, str]:
    """Path, and anchor with its sharp sign, as they are written in links."""
    path, sharp, fragment = address.partition("#")
    return _NOT_IN_PATH.sub(_percent, path), sharp + _NOT_IN_FRAGMENT.sub(_percent, fragment)


def _percent(match: re.Match[str]) -> str:
    return quote(match[0], safe="")


def root_of(page: str) -> str:
    """The way from a page to the root of the site: empty, or `../` for each folder."""
    return "../" * page.count("/")


def _folded(name: str) -> str:
    """What case-insensitive file systems take for the same; HFS+ and APFS fold accents' forms."""
    return unicodedata.normalize("NFC", name.casefold()).upper()
