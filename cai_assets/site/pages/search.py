"""The page of all results of a search; scripts fill it in the browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from cai_assets.site.model import Context, Input, Page, Rows, Section, Source


@dataclass(frozen=True, slots=True)
class SearchView:
    """Nothing: what is shown depends on the query."""


class Search(Section):
    """The page of results."""

    name = "search"
    template = "search.html"
    inputs: ClassVar[Mapping[str, Input]] = {}

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "search", "", "search")]

    def view(self, page: Page, rows: Rows, context: Context) -> SearchView:
        return SearchView()

    def title(self, view: SearchView, context: Context) -> str:
        return context.say("Поиск", "Search")
