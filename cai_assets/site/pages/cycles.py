"""Cycles: subsystems, and objects, that depend on each other, and where to cut them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.analysis.markdown import subsystem_path
from cai_assets.site.derived.making import DEPENDENCIES
from cai_assets.site.drawing import Edge, Node, layered
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Section, Source
from cai_assets.site.subsystem_paths import enclosing

_EVIDENCE = 3
_MOST_CUTS = 400
_SMALL = 30
"""A cycle of at most so many members is drawn."""


@dataclass(frozen=True, slots=True)
class Place:
    """A dependency between two objects that makes the cycle, and where it is written."""

    source: str
    target: str
    links: int
    kind: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A dependency that is suggested to be cut: of subsystems, or of objects."""

    source: str
    target: str
    links: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A dependency inside a small cycle."""

    source: str
    target: str
    links: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cycle; `level` is `subsystem` or `object`. `cuts_left` are not told."""

    cycle: int
    level: str
    members: tuple[str, ...]
    edges: int
    links: int
    cut_edges: int
    cut_links: int
    cuts: tuple[Cut, ...]
    cuts_left: int
    ways: tuple[Way, ...]

    def label(self, id_: str) -> str:
        """The path of a member that is a subsystem, without what encloses all of them."""
        paths = [enclosing(member) for member in self.members]
        around = ""
        for level in zip(*(path[:-1] for path in paths), strict=False):
            if len(set(level)) > 1:
                break
            around = level[0] + "."
        return subsystem_path(id_.removeprefix(around))


@dataclass(frozen=True, slots=True)
class CyclesView:
    """All cycles: those of subsystems first, larger ones first."""

    cycles: tuple[Cycle, ...]


class Cycles(Section):
    """The page of cycles."""

    name = "architecture"
    template = "cycles.html"
    markdown = "cycles.md"
    json = True
    inputs = {
        "cycles": Input(
            "cycles",
            (
                "cycle", "level", "members", "edges", "links", "cut_edges", "cut_links",
            ),
            None,
            DEPENDENCIES,
        ),
        "edges": Input(
            "cycle_edges",
            (
                "cycle", "from_subsystem", "to_subsystem", "source_object", "target_object",
                "links", "kind", "file", "line", "cut",
            ),
            None,
            DEPENDENCIES,
        ),
    }  # fmt: skip

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "cycles", "", "cycles")]

    def view(self, page: Page, rows: Rows, context: Context) -> CyclesView:
        edges: dict[int, list[Row]] = defaultdict(list)
        for row in rows["edges"]:
            edges[row.cycle].append(row)
        cycles = sorted(rows["cycles"], key=lambda row: row.cycle)
        return CyclesView(tuple(_cycle(row, edges[row.cycle]) for row in cycles))

    def pictures(self, view: CyclesView, context: Context, href: Href) -> Mapping[str, str]:
        return {
            str(cycle.cycle): _picture(cycle, context, href) for cycle in view.cycles if cycle.ways
        }

    def title(self, view: CyclesView, context: Context) -> str:
        return context.say("Циклы зависимостей", "Cycles of dependencies")

    def weight(self, page: Page) -> float:
        return 20.0


def _ends(row: Row, level: str) -> tuple[str, str]:
    if level == "subsystem":
        return row.from_subsystem, row.to_subsystem
    return row.source_object, row.target_object


def _cycle(row: Row, edges: Sequence[Row]) -> Cycle:
    by_ends: Mapping[tuple[str, str], list[Row]] = defaultdict(list)
    for edge in edges:
        by_ends[_ends(edge, row.level)].append(edge)
    cuts = sorted(
        (
            Cut(*ends, sum(edge.links for edge in found), _places(found))
            for ends, found in by_ends.items()
            if any(edge.cut for edge in found)
        ),
        key=lambda cut: (cut.links, cut.source, cut.target),
    )
    ways = [
        Way(*ends, sum(edge.links for edge in found), any(edge.cut for edge in found))
        for ends, found in sorted(by_ends.items())
    ]
    return Cycle(
        row.cycle,
        row.level,
        tuple(sorted(row.members)),
        row.edges,
        row.links,
        row.cut_edges,
        row.cut_links,
        tuple(cuts[:_MOST_CUTS]),
        max(len(cuts) - _MOST_CUTS, 0),
        tuple(ways) if len(row.members) <= _SMALL else (),
    )


def _places(edges: Sequence[Row]) -> tuple[Place, ...]:
    places = [
        Place(edge.source_object, edge.target_object, edge.links, edge.kind, edge.file, edge.line)
        for edge in edges
    ]
    places.sort(key=lambda place: (-place.links, place.source, place.target))
    return tuple(places[:_EVIDENCE])


def _picture(cycle: Cycle, context: Context, href: Href) -> str:
    """The members and what they use of each other; suggested cuts warn."""
    return layered(
        [Node(one, one.rpartition(".")[2], href(one)) for one in cycle.members],
        [Edge(way.source, way.target, way.links, way.cut) for way in cycle.ways],
        title=context.say(f"Цикл {cycle.cycle + 1}", f"Cycle {cycle.cycle + 1}"),
        id_prefix=f"cycle-{cycle.cycle}",
        more_text=context.say("ещё {}", "{} more"),
    )
