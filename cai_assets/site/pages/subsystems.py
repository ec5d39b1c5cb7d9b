"""All subsystems: the map, what they use of each other, the table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cai_assets.analysis.charts import number
from cai_assets.analysis.markdown import subsystem_path
from cai_assets.site.derived import GROUP as SITE
from cai_assets.site.drawing import Cell, Edge, Node, Tile, heat_map, layered, treemap
from cai_assets.site.model import Context, Input, Page, Row, Rows, Section, Source
from cai_assets.site.names import type_heading
from cai_assets.site.subsystem_tables import ARCHITECTURE, DEPENDENCIES, enclosing

Href = Callable[[str], str]
Say = Callable[[str, str], str]

_WANTED = 24
"""Areas of the map: large subsystems are opened while there are not more of them."""
_LARGE = 0.5
"""A subsystem with a larger share of all objects is opened in any case."""


@dataclass(frozen=True, slots=True)
class Size:
    """What is in a subsystem by home: every object of the configuration counts once."""

    objects: int = 0
    lines: int = 0
    cognitive: int = 0
    routines: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(
            self.objects + other.objects,
            self.lines + other.lines,
            self.cognitive + other.cognitive,
            self.routines + other.routines,
        )


@dataclass(frozen=True, slots=True)
class Area:
    """A subsystem of the map; without what is nested in it if that is on the map by itself."""

    subsystem: str
    size: Size


@dataclass(frozen=True, slots=True)
class Use:
    """What an area of the map uses of another."""

    source: str
    target: str
    links: int
    forbidden: int


@dataclass(frozen=True, slots=True)
class Line:
    """A subsystem in the table. Measures of dependencies are None where it is nobody's home."""

    subsystem: str
    depth: int
    synonym: str
    objects: int
    lines: int
    findings: int
    used_by: int | None
    uses: int | None
    instability: float | None
    cycle: bool
    forbidden: int


@dataclass(frozen=True, slots=True)
class Others:
    """Objects of a type that are in no subsystem."""

    type: str
    heading: str
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubsystemsView:
    """All subsystems, in the order of their hierarchy."""

    lines: tuple[Line, ...]
    areas: tuple[Area, ...]
    uses: tuple[Use, ...]
    outside: tuple[Others, ...]
    outside_size: Size
    forbidden: int

    @property
    def outside_objects(self) -> int:
        """How many objects are in no subsystem."""
        return sum(len(group.objects) for group in self.outside)

    def map(self, href: Href, say: Say) -> Markup:
        """The areas by lines of code."""
        return area_map(self.areas, self.outside_size, href, say)

    def graph(self, href: Href, say: Say) -> Markup:
        """Who uses whom: the strongest of the dependencies."""
        names = labels(self.areas)
        return Markup(
            layered(
                [
                    Node(
                        area.subsystem,
                        names[area.subsystem],
                        href(area.subsystem),
                        weight=area.size.objects,
                    )
                    for area in self.areas
                ],
                [Edge(use.source, use.target, use.links, use.forbidden > 0) for use in self.uses],
                title=say("Кто кого использует", "Who uses whom"),
                id_prefix="graph",
                more_text=say("ещё {}", "{} more"),
                more_href="#table",
                most_nodes=26,
                most_edges=48,
            )
        )

    def matrix(self, href: Href, say: Say) -> Markup:
        """Who uses whom and how much, as a matrix."""
        names = labels(self.areas)
        nodes = [
            Node(area.subsystem, names[area.subsystem], href(area.subsystem)) for area in self.areas
        ]
        mutual = {(use.source, use.target) for use in self.uses}
        cells = {
            (use.source, use.target): Cell(
                use.links,
                f"{names[use.source]} → {names[use.target]}: {number(use.links)}"
                + (say(", взаимно", ", mutual") if (use.target, use.source) in mutual else ""),
                warn=use.forbidden > 0,
            )
            for use in self.uses
        }
        return Markup(
            heat_map(
                nodes,
                nodes,
                cells,
                title=say("Матрица связей подсистем", "Matrix of links of subsystems"),
                id_prefix="matrix",
                more_text=say("ещё {}", "{} more"),
            )
        )


def area_map(areas: Sequence[Area], outside: Size, href: Href, say: Say) -> Markup:
    """Areas as large as their code; darker where the code is more complex."""
    names = labels(areas)
    means = {
        area.subsystem: area.size.cognitive / area.size.routines
        for area in areas
        if area.size.routines
    }
    highest = max(means.values(), default=0) or 1
    lines_of_code = say("строк", "lines")
    tiles = [
        Tile(
            names[area.subsystem],
            area.size.lines,
            means.get(area.subsystem, 0) / highest,
            href(area.subsystem),
            f"{number(area.size.lines)} {lines_of_code}",
        )
        for area in areas
    ]
    if outside.lines:
        tiles.append(
            Tile(
                say("Вне подсистем", "In no subsystem"),
                outside.lines,
                (outside.cognitive / outside.routines if outside.routines else 0) / highest,
                f"{href('subsystems')}#outside",
                f"{number(outside.lines)} {lines_of_code}",
            )
        )
    return Markup(
        treemap(
            tiles,
            title=say("Подсистемы по объёму кода", "Subsystems by lines of code"),
            id_prefix="map",
            more_text=say("ещё {}", "{} more"),
            more_href=href("subsystems"),
            legend=(say("проще", "simpler"), say("сложнее", "more complex")),
        )
    )


def labels(areas: Iterable[Area]) -> dict[str, str]:
    """Names of areas, with what encloses them where two have the same."""
    last = {area.subsystem: area.subsystem.rpartition(".")[2] for area in areas}
    counted = Counter(last.values())
    return {id_: name if counted[name] == 1 else subsystem_path(id_) for id_, name in last.items()}


SIZES = ("subsystem", "objects", "lines", "cognitive", "routines")


def areas_of(rows: Iterable[Row]) -> tuple[tuple[Area, ...], Size]:
    """The areas of the map, by id, from rows of `subsystem_homes`; and the size of the rest.

    Subsystems at the top; the largest of them are opened, as long as the map stays readable.
    """
    own = {row.subsystem: Size(*row[1:]) for row in rows}
    outside = own.pop("", Size())
    whole: dict[str, Size] = defaultdict(Size)
    children: dict[str, set[str]] = defaultdict(set)
    for home, size in own.items():
        around = ""
        for subsystem in enclosing(home):
            whole[subsystem] += size
            children[around].add(subsystem)
            around = subsystem
    total = sum(size.objects for size in own.values())
    shown = {subsystem: whole[subsystem] for subsystem in children[""]}
    closed = set(shown)
    while closed:
        largest = min(closed, key=lambda subsystem: (-whole[subsystem].objects, subsystem))
        closed.remove(largest)
        inside = children[largest]
        itself = own.get(largest)
        grown = len(shown) + len(inside) - (itself is None)
        if inside and (grown <= _WANTED or whole[largest].objects > total * _LARGE):
            del shown[largest]
            if itself is not None:
                shown[largest] = itself
            shown.update((subsystem, whole[subsystem]) for subsystem in inside)
            closed |= inside
    return tuple(Area(subsystem, shown[subsystem]) for subsystem in sorted(shown)), outside


def area_of(subsystem: str, areas: Mapping[str, Area]) -> str | None:
    """The area of the map that a subsystem belongs to."""
    return next((id_ for id_ in reversed(enclosing(subsystem)) if id_ in areas), None)


class Subsystems(Section):
    """The list and the map of subsystems."""

    name = "subsystems"
    template = "subsystems.html"
    markdown = "subsystems.md"
    inputs = {
        "about": Input("objects", ("object", "synonym"), "type"),
        "structure": Input(
            "structure", ("scope", "name", "depth", "objects", "lines"), None, ARCHITECTURE
        ),
        "homes": Input("subsystem_homes", SIZES, None, SITE),
        "outside": Input("subsystem_outside", ("object", "type"), None, SITE),
        "metrics": Input(
            "subsystem_metrics",
            ("subsystem", "used_by", "uses", "instability", "component_size"),
            None,
            DEPENDENCIES,
        ),
        "edges": Input(
            "subsystem_edges", ("from_subsystem", "to_subsystem", "links"), None, DEPENDENCIES
        ),
        "violations": Input(
            "contract_violations", ("from_subsystem", "to_subsystem"), None, ARCHITECTURE
        ),
        "findings": Input("subsystem_findings", ("subsystem", "status", "count"), None, SITE),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        table = source.table("parsed_configuration", "objects", ["type"])
        assert table is not None
        if "Subsystem" in table.column("type").unique().to_pylist():
            yield Page("Subsystem", "subsystems", "", "subsystems")

    def view(self, page: Page, rows: Rows, context: Context) -> SubsystemsView:
        areas, outside = areas_of(rows["homes"])
        return SubsystemsView(
            _lines(rows),
            areas,
            _uses(rows, {area.subsystem: area for area in areas}),
            _others(rows["outside"], context),
            outside,
            len(rows["violations"]),
        )

    def title(self, view: SubsystemsView, context: Context) -> str:
        return context.say("Подсистемы", "Subsystems")

    def weight(self, page: Page) -> float:
        return 10.0


def _lines(rows: Rows) -> tuple[Line, ...]:
    # A subsystem that an extension adopts has no synonym there.
    named = sorted(row for row in rows["about"] if row.synonym)
    synonyms = {row.object: row.synonym for row in named}
    metrics = {row.subsystem: row for row in rows["metrics"]}
    findings: Counter[str] = Counter()
    for row in rows["findings"]:
        if row.status == "open":
            findings[row.subsystem] += row.count
    forbidden: Counter[str] = Counter()
    for row in rows["violations"]:
        for id_ in {*enclosing(row.from_subsystem or ""), *enclosing(row.to_subsystem or "")}:
            forbidden[id_] += 1
    found = []
    for row in rows["structure"]:
        if row.scope == "subsystem" and row.name:
            measured = metrics.get(row.name)
            found.append(
                Line(
                    row.name,
                    row.depth,
                    synonyms.get(row.name, ""),
                    row.objects,
                    row.lines,
                    findings[row.name],
                    measured.used_by if measured else None,
                    measured.uses if measured else None,
                    measured.instability if measured else None,
                    measured is not None and measured.component_size > 1,
                    forbidden[row.name],
                )
            )
    return tuple(
        sorted(found, key=lambda line: [part.casefold() for part in line.subsystem.split(".")])
    )


def _uses(rows: Rows, areas: Mapping[str, Area]) -> tuple[Use, ...]:
    links: Counter[tuple[str, str]] = Counter()
    forbidden: Counter[tuple[str, str]] = Counter()
    known: dict[str, str | None] = {}

    def ends(row: Row) -> tuple[str, str] | None:
        for name in (row.from_subsystem, row.to_subsystem):
            if name not in known:
                known[name] = area_of(name or "", areas)
        source, target = known[row.from_subsystem], known[row.to_subsystem]
        return (source, target) if source and target and source != target else None

    for row in rows["edges"]:
        pair = ends(row)
        if pair:
            links[pair] += row.links
    for row in rows["violations"]:
        pair = ends(row)
        if pair:
            forbidden[pair] += 1
    pairs = links.keys() | forbidden.keys()
    return tuple(Use(*pair, links[pair], forbidden[pair]) for pair in sorted(pairs))


def _others(rows: Sequence[Row], context: Context) -> tuple[Others, ...]:
    by_type: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_type[row.type].append(row.object)
    groups = [
        Others(
            type_,
            type_heading(type_, context.language),
            tuple(sorted(found, key=lambda id_: (id_.casefold(), id_))),
        )
        for type_, found in by_type.items()
    ]
    return tuple(sorted(groups, key=lambda group: (group.heading, group.type)))
