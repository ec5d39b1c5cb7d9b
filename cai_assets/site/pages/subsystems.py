"""All subsystems: the map, what they use of each other, the table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.analysis.charts import number
from cai_assets.site.derived import GROUP as SITE
from cai_assets.site.derived.making import ARCHITECTURE, DEPENDENCIES
from cai_assets.site.drawing import Cell, Edge, Node, heat_map, layered
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Section, Source
from cai_assets.site.names import type_heading
from cai_assets.site.pages.subsystem_map import (
    SIZES,
    Area,
    Size,
    area_map,
    area_of,
    areas_of,
    labels,
)
from cai_assets.site.subsystem_paths import enclosing


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

    def pictures(self, view: SubsystemsView, context: Context, href: Href) -> Mapping[str, str]:
        found = {}
        if view.areas:
            found["map"] = area_map(view.areas, view.outside_size, context, href)
        if view.uses:
            found["graph"] = _graph(view, context, href)
            found["matrix"] = _matrix(view, context, href)
        return found

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


def _graph(view: SubsystemsView, context: Context, href: Href) -> str:
    """Who uses whom: the strongest of the dependencies."""
    names = labels(view.areas)
    return layered(
        [
            Node(
                area.subsystem,
                names[area.subsystem],
                href(area.subsystem),
                weight=area.size.objects,
            )
            for area in view.areas
        ],
        [Edge(use.source, use.target, use.links, use.forbidden > 0) for use in view.uses],
        title=context.say("Кто кого использует", "Who uses whom"),
        id_prefix="graph",
        more_text=context.say("ещё {}", "{} more"),
        more_href="#table",
        most_nodes=26,
        most_edges=48,
    )


def _matrix(view: SubsystemsView, context: Context, href: Href) -> str:
    """Who uses whom and how much."""
    names = labels(view.areas)
    nodes = [
        Node(area.subsystem, names[area.subsystem], href(area.subsystem)) for area in view.areas
    ]
    pairs = {(use.source, use.target) for use in view.uses}
    mutual = context.say(", взаимно", ", mutual")
    cells = {
        (use.source, use.target): Cell(
            use.links,
            f"{names[use.source]} → {names[use.target]}: {number(use.links)}"
            + (mutual if (use.target, use.source) in pairs else ""),
            warn=use.forbidden > 0,
        )
        for use in view.uses
    }
    return heat_map(
        nodes,
        nodes,
        cells,
        title=context.say("Матрица связей подсистем", "Matrix of links of subsystems"),
        id_prefix="matrix",
        more_text=context.say("ещё {}", "{} more"),
    )
