"""The map of subsystems: areas by lines of code, of which every object is in one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.analysis.charts import number
from cai_assets.analysis.markdown import subsystem_path
from cai_assets.site.drawing import Tile, treemap
from cai_assets.site.model import Context, Href, Row
from cai_assets.site.subsystem_paths import enclosing

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


def area_map(areas: Sequence[Area], outside: Size, context: Context, href: Href) -> str:
    """Areas as large as their code; darker where the code is more complex."""
    say, names = context.say, labels(areas)
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
    return treemap(
        tiles,
        title=say("Подсистемы по объёму кода", "Subsystems by lines of code"),
        id_prefix="map",
        more_text=say("ещё {}", "{} more"),
        more_href=href("subsystems"),
        legend=(say("проще", "simpler"), say("сложнее", "more complex")),
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
