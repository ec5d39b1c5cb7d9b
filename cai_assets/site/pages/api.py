"""What common modules offer to others: the list of modules by subsystem, and their routines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cai_assets.analysis.markdown import subsystem_path
from cai_assets.site.derived import GROUP as SITE
from cai_assets.site.model import Context, Input, Page, Row, Rows, Section, Source
from cai_assets.site.pages.parts.doc_text import first_sentence, flowing


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A common module in the list."""

    object: str
    name: str
    client: bool
    server: bool
    exported: int
    public: int
    described: int


@dataclass(frozen=True, slots=True)
class SubsystemLine:
    """A subsystem (empty for none): its pages by id, and its modules."""

    subsystem: str
    name: str
    pages: tuple[str, ...]
    modules: tuple[ModuleLine, ...]

    @property
    def exported(self) -> int:
        """Exported routines of all its modules."""
        return sum(module.exported for module in self.modules)

    @property
    def public(self) -> int:
        """Of them in the region of the public interface."""
        return sum(module.public for module in self.modules)

    @property
    def described(self) -> float:
        """The share with a description, 0 to 1."""
        return sum(module.described for module in self.modules) / max(self.exported, 1)


@dataclass(frozen=True, slots=True)
class ApiView:
    """All common modules that export something."""

    subsystems: tuple[SubsystemLine, ...]

    @property
    def modules(self) -> int:
        """How many there are."""
        return sum(len(one.modules) for one in self.subsystems)

    @property
    def exported(self) -> int:
        """Exported routines."""
        return sum(one.exported for one in self.subsystems)

    @property
    def public(self) -> int:
        """Of them in the region of the public interface."""
        return sum(one.public for one in self.subsystems)


@dataclass(frozen=True, slots=True)
class RoutineLine:
    """An exported routine."""

    routine: str
    name: str
    function: bool
    deprecated: bool
    summary: str


@dataclass(frozen=True, slots=True)
class ApiModule:
    """A module with its routines: those for everybody, and the others."""

    object: str
    name: str
    client: bool
    server: bool
    routines: tuple[RoutineLine, ...]
    others: tuple[RoutineLine, ...]


@dataclass(frozen=True, slots=True)
class ApiPageView:
    """The modules of a subsystem; `number` counts its pages from 1."""

    subsystem: str
    name: str
    number: int
    modules: tuple[ApiModule, ...]


class Api(Section):
    """All common modules by subsystem."""

    name = "api"
    template = "api.html"
    json = True
    inputs = {
        "modules": Input(
            "api_modules",
            ("object", "page", "subsystem", "client", "server")
            + ("exported", "public", "described"),
            group=SITE,
        )
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "api", "api", "index")] if _keys(source) else []

    def view(self, page: Page, rows: Rows, context: Context) -> ApiView:
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows["modules"]:
            groups[row.subsystem].append(row)
        lines = [
            SubsystemLine(
                subsystem,
                _name(subsystem, context),
                tuple(f"api:{key}" for key in sorted({row.page for row in mine}, key=_number)),
                tuple(
                    ModuleLine(
                        row.object,
                        _short(row.object),
                        row.client,
                        row.server,
                        row.exported,
                        row.public,
                        row.described,
                    )
                    for row in sorted(mine, key=lambda row: (row.object.casefold(), row.object))
                ),
            )
            for subsystem, mine in groups.items()
        ]
        return ApiView(
            tuple(sorted(lines, key=lambda one: (not one.subsystem, one.name.casefold(), one.name)))
        )

    def title(self, view: ApiView, context: Context) -> str:
        return context.say("Программный интерфейс", "Programming interface")


class ApiPages(Section):
    """The exported routines of the common modules of a subsystem."""

    name = "api"
    template = "api_page.html"
    inputs = {
        "modules": Input("api_modules", ("object", "subsystem", "client", "server"), "page", SITE),
        "routines": Input(
            "api_routines",
            ("object", "routine", "name", "function", "kind", "deprecated", "description", "line"),
            "page",
            SITE,
        ),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page(key, f"api:{key}", "api", _file(key)) for key in _keys(source)]

    def view(self, page: Page, rows: Rows, context: Context) -> ApiPageView:
        routines: dict[str, list[Row]] = defaultdict(list)
        for row in rows["routines"]:
            routines[row.object].append(row)
        ordered = sorted(rows["modules"], key=lambda row: (row.object.casefold(), row.object))
        subsystem = ordered[0].subsystem
        modules = tuple(_module(row, routines[row.object]) for row in ordered)
        return ApiPageView(subsystem, _name(subsystem, context), _number(page.key), modules)

    def title(self, view: ApiPageView, context: Context) -> str:
        number = f" ({view.number})" if view.number > 1 else ""
        return (
            f"{context.say('Программный интерфейс', 'Programming interface')}: {view.name}{number}"
        )

    def weight(self, page: Page) -> float:
        return 3.0


def _keys(source: Source) -> list[str]:
    table = source.needed(SITE, "api_modules", ["page"])
    return sorted(set(table.column("page").to_pylist()))


def _number(key: str) -> int:
    return int(key.rpartition("#")[2]) if "#" in key else 1


def _file(key: str) -> str:
    """A file name: names of subsystems hold no dots and no sharp signs."""
    subsystem, _, number = key.partition("#")
    names = ".".join(subsystem.split(".")[1::2]) or "none"
    return f"{names}-{number}" if number else names


def _name(subsystem: str, context: Context) -> str:
    return subsystem_path(subsystem) or context.say("Без подсистемы", "In no subsystem")


def _short(object_: str) -> str:
    return object_.partition(".")[2]


def _module(row: Row, routines: Iterable[Row]) -> ApiModule:
    """What is public stands open; of a module without such a region what is not internal."""
    ordered = sorted(routines, key=lambda one: (one.line, one.routine))
    public = any(one.kind == "public" for one in ordered)
    shown = "public" if public else ""
    return ApiModule(
        row.object,
        _short(row.object),
        row.client,
        row.server,
        tuple(_line(one) for one in ordered if one.kind == shown),
        tuple(_line(one) for one in ordered if one.kind != shown),
    )


def _line(row: Row) -> RoutineLine:
    summary = first_sentence(flowing(row.description or ""))
    return RoutineLine(row.routine, row.name, bool(row.function), bool(row.deprecated), summary)
