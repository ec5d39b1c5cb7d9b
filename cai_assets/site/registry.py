"""Where each id has its place in the site: a page, or an anchor on one.

Objects, rules, types and the like have pages; attributes, forms, modules and routines have
anchors on the page of their object. An id that is not known leads to the nearest known thing
above it: `Catalog.Товары.Ссылка` to the page of `Catalog.Товары`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cai_assets.site.paths import anchor


class Registry:
    """Addresses by id, relative to the root of the site."""

    def __init__(self, pages: Mapping[str, str], parts: Collection[str] = ()) -> None:
        """`pages` are paths by id; `parts` are the ids of parts that their pages anchor."""
        self._pages = pages
        self._parts = frozenset(parts)
        self._found: dict[str, str] = {}

    @property
    def pages(self) -> Mapping[str, str]:
        """The path of each page by its id."""
        return self._pages

    @property
    def parts(self) -> frozenset[str]:
        """The ids of parts that pages anchor."""
        return self._parts

    def address(self, id_: str) -> str:
        """Path and anchor of what the id names or of the nearest thing above it; else empty."""
        found = self._found.get(id_)
        if found is None:
            found = self._found[id_] = self._look_up(id_)
        return found

    def is_page(self, id_: str) -> bool:
        """Whether the id has a page of its own."""
        return id_ in self._pages

    def _look_up(self, id_: str) -> str:
        part = ""
        while id_:
            page = self._pages.get(id_)
            if page is not None:
                return f"{page}#{anchor(part.removeprefix(id_ + '.'))}" if part else page
            if not part and id_ in self._parts:
                part = id_
            id_ = id_.rpartition(".")[0]
        return ""
