"""The first page: what this configuration is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Rows, Section, Source


@dataclass(frozen=True, slots=True)
class OverviewView:
    """What the first page shows."""

    synonym: str
    version: str
    vendor: str


class Overview(Section):
    """The first page."""

    name = "overview"
    template = "overview.html"
    inputs = {"projects": Input("projects", ("project", "kind", "synonym", "version", "vendor"))}

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "index", "", "index")]

    def view(self, page: Page, rows: Rows, context: Context) -> OverviewView:
        row = next((r for r in rows["projects"] if r.kind == "configuration"), rows["projects"][0])
        return OverviewView(row.synonym or "", row.version or "", row.vendor or "")

    def title(self, view: OverviewView, context: Context) -> str:
        return view.synonym or context.configuration
