"""What a part of an object's page is.

A module of this package has `INPUTS`, a frozen view, `read` which makes the view, and `PART`
which names them. Its templates are `templates/parts/<name>.html` and `.md`; both get the view as
`part`. A page says which parts it has (`objects.PARTS`); everything else follows from the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cai_assets.site.model import Context, Href, Input, Page, Rows, Words

Heading = tuple[str, Words]
"""Anchor and text of a heading. Anchors of headings hold a hyphen: names of attributes and
routines, which are anchors on the same page, cannot."""


class PartView(Protocol):
    """The view of a part: a frozen dataclass of ids and texts."""

    def headings(self) -> Sequence[Heading]:
        """What the table of contents says of it, from top to bottom."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an object's page.

    `read` returns None if there is nothing to show: the page then has no such part. `draw` makes
    pictures of the view by name, which templates find in `pictures`.
    """

    name: str
    inputs: Mapping[str, Input]
    read: Callable[[Page, Rows, Context], PartView | None]
    draw: Callable[[Any, Context, Href], Mapping[str, str]] | None = None


def inputs_of(parts: Sequence[Part]) -> dict[str, Input]:
    """The inputs of all parts by name; parts may share an input under one name.

    Raises ValueError if two parts call different inputs by the same name.
    """
    found: dict[str, Input] = {}
    for part in parts:
        for name, input_ in part.inputs.items():
            if found.setdefault(name, input_) != input_:
                raise ValueError(f"part {part.name} reads as {name!r} what another reads otherwise")
    return found
