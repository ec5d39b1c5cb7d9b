"""What an object is: names, purpose, place in the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Row, Rows
from cai_assets.site.pages.parts.model import Heading, Part

INPUTS = {
    "objects": Input("objects", ("project", "object", "type", "name", "synonym"), "object"),
}


@dataclass(frozen=True, slots=True)
class CardView:
    """The head of the page."""

    synonym: str

    def headings(self) -> Sequence[Heading]:
        """None: the card stands above all headings."""
        return ()


def read(page: Page, rows: Rows, context: Context) -> CardView:
    """The head of the page."""
    row: Row = rows.one("objects")
    return CardView(row.synonym or "")


PART = Part("card", INPUTS, read)
