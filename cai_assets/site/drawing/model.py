"""What pictures are made of: boxes and arrows of graphs, values of charts.

Everything is a name to show and, where there is a page for it, an address. Pictures look nothing
up: what a name means and where it leads is the caller's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NONE, TONES = 0, 6


@dataclass(frozen=True, slots=True)
class Node:
    """A box: an object, a subsystem, a routine.

    `id` is what edges name; `group` the heading it stands under, `note` a small text on it.
    `tone` is one of the colours 1 to 6; pictures of objects give a node without one the colour of
    its type, if its id begins with a type. `weight` says how much it matters: of too
    many boxes the heaviest are shown. `warn` marks it as one to look at.
    """

    id: str
    name: str
    href: str | None = None
    group: str = ""
    note: str = ""
    tone: int = NONE
    weight: float = 1
    warn: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from node `source` to node `target`; thicker with `weight`.

    `warn` marks a forbidden one. `note` is told when the pointer rests on it.
    """

    source: str
    target: str
    weight: float = 1
    warn: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a neighbourhood: its heading, its nodes, where all of them are listed.

    `total` is how many there are, if `nodes` are the first of them only.
    """

    heading: str
    nodes: Sequence[Node] = ()
    href: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A named value of a chart; `text` is how it is written, by default as a whole number."""

    name: str
    value: float
    href: str | None = None
    text: str = ""
    tone: int = NONE
    warn: bool = False
