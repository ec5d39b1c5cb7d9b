"""The first page: what this configuration is, how it is, where to begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.analysis.charts import number
from cai_assets.analysis.markdown import decimal
from cai_assets.site.derived import GROUP as SITE
from cai_assets.site.derived.making import ARCHITECTURE
from cai_assets.site.drawing import Line, line_chart
from cai_assets.site.health import Health, judge
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Section, Source, Words
from cai_assets.site.names import type_heading
from cai_assets.site.pages.subsystem_map import SIZES, Area, Size, area_map, areas_of
from cai_assets.site.pages.type_order import rank

_HOT = 6


@dataclass(frozen=True, slots=True)
class Project:
    """A configuration, an extension or a set of external objects."""

    project: str
    kind: str
    synonym: str
    version: str
    vendor: str
    compatibility: str
    prefix: str


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How many objects of a type there are."""

    type: str
    heading: str
    objects: int


@dataclass(frozen=True, slots=True)
class Used:
    """An object that many others depend on."""

    object: str
    about: str
    users: int


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A routine that is hard to change and much relied on."""

    routine: str
    cognitive: int
    lines: int
    callers: int


@dataclass(frozen=True, slots=True)
class Change:
    """Changes since the upload before, counted."""

    what: str
    change: str
    count: int
    breaking: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A measure of the uploads kept, oldest first; None where it was not looked for."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class OverviewView:
    """What the first page shows."""

    project: Project
    others: tuple[Project, ...]
    types: tuple[TypeCount, ...]
    objects: int
    subsystems: int
    modules: int
    lines: int
    routines: int
    exported: int
    forms: int
    findings: int | None
    vendor_findings: int
    health: tuple[Health, ...]
    areas: tuple[Area, ...]
    outside: Size
    modules_used: tuple[Used, ...]
    data_used: tuple[Used, ...]
    hot_spots: tuple[HotSpot, ...]
    upload: str
    changes: tuple[Change, ...]
    uploads: tuple[str, ...]
    trends: tuple[Trend, ...]

    def count(self, what: str, change: str) -> int:
        """How many changes of a sort there are since the upload before."""
        return sum(one.count for one in self.changes if (one.what, one.change) == (what, change))


_TRENDS: Mapping[str, Words] = {
    "objects": Words("Объектов", "Objects"),
    "lines": Words("Строк кода", "Lines of code"),
    "findings": Words("Открытых замечаний", "Open findings"),
    "over_cognitive": Words("Методов сложнее порога", "Routines above the threshold"),
    "mean_cognitive": Words("Средняя когнитивная сложность", "Mean cognitive complexity"),
    "cycles": Words("Циклов подсистем", "Cycles of subsystems"),
    "unused": Words("Неиспользуемого", "Unused things"),
    "violations": Words("Нарушений контракта", "Violations of the contract"),
}


class Overview(Section):
    """The first page."""

    name = "overview"
    template = "overview.html"
    markdown = "overview.md"
    json = True
    inputs = {
        "projects": Input(
            "projects",
            (
                "project", "kind", "synonym", "version", "vendor", "compatibility_mode",
                "name_prefix",
            ),
        ),
        "figures": Input("overview_figures", ("name", "value"), None, SITE),
        "structure": Input(
            "structure",
            ("scope", "name", "objects", "forms", "modules", "lines", "routines", "exported"),
            None,
            ARCHITECTURE,
        ),
        "homes": Input("subsystem_homes", SIZES, None, SITE),
        "quantiles": Input(
            "quantiles", ("scope", "measure", "share_over"), None, ARCHITECTURE
        ),
        "api": Input("api", ("scope", "share_described"), None, ARCHITECTURE),
        "used": Input(
            "overview_most_used", ("kind", "object", "synonym", "comment", "users"), None, SITE
        ),
        "hot": Input(
            "hot_spots",
            ("what", "rank", "id", "cognitive", "ncloc", "callers"),
            None,
            ARCHITECTURE,
        ),
        "changes": Input(
            "overview_changes", ("upload", "what", "change", "count", "breaking"), None, SITE
        ),
        "trend": Input(
            "trend", ("upload", "published", "version", *_TRENDS), None, ARCHITECTURE
        ),
    }  # fmt: skip

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "index", "", "index")]

    def view(self, page: Page, rows: Rows, context: Context) -> OverviewView:
        projects = sorted(
            (
                Project(
                    row.project,
                    row.kind,
                    row.synonym or row.project,
                    row.version or "",
                    row.vendor or "",
                    (row.compatibility_mode or "").removeprefix("Version").replace("_", "."),
                    row.name_prefix or "",
                )
                for row in rows["projects"]
            ),
            key=lambda project: (project.kind != "configuration", project.kind, project.project),
        )
        figures = {row.name: row.value for row in rows["figures"]}
        whole = next((row for row in rows["structure"] if row.scope == "configuration"), None)
        areas, outside = areas_of(rows["homes"])
        uploads, trends = _trends(rows["trend"], context)
        open_ = figures.get("findings.open")
        return OverviewView(
            project=projects[0],
            others=tuple(projects[1:]),
            types=_types(rows["structure"], context),
            objects=whole.objects if whole else 0,
            subsystems=int(figures["subsystems"]),
            modules=whole.modules if whole else 0,
            lines=whole.lines if whole else 0,
            routines=whole.routines if whole else 0,
            exported=whole.exported if whole else 0,
            forms=whole.forms if whole else 0,
            findings=None if open_ is None else int(open_),
            vendor_findings=int(figures.get("findings.other", 0)),
            health=judge(_values(figures, rows, whole)),
            areas=areas,
            outside=outside,
            modules_used=_used(rows["used"], "code"),
            data_used=_used(rows["used"], "data"),
            hot_spots=tuple(
                HotSpot(row.id, row.cognitive, row.ncloc, row.callers)
                for row in sorted(rows["hot"], key=lambda row: (row.rank, row.id))
                if row.what == "routine"
            )[:_HOT],
            upload=rows["changes"][0].upload if rows["changes"] else "",
            changes=tuple(
                sorted(
                    (Change(*row[1:]) for row in rows["changes"]),
                    key=lambda change: (change.what, change.change),
                )
            ),
            uploads=uploads,
            trends=trends,
        )

    def pictures(self, view: OverviewView, context: Context, href: Href) -> Mapping[str, str]:
        found = {}
        if view.areas:
            found["map"] = area_map(view.areas, view.outside, context, href)
        if view.trends:
            found["trend"] = _trend_picture(view, context)
        return found

    def title(self, view: OverviewView, context: Context) -> str:
        return view.project.synonym or context.configuration

    def weight(self, page: Page) -> float:
        return 10.0


def _types(rows: Sequence[Row], context: Context) -> tuple[TypeCount, ...]:
    found = [
        TypeCount(row.name, type_heading(row.name, context.language), row.objects)
        for row in rows
        if row.scope == "type" and row.objects
    ]
    return tuple(sorted(found, key=lambda line: (rank(line.type), line.heading)))


def _used(rows: Sequence[Row], kind: str) -> tuple[Used, ...]:
    found = []
    for row in rows:
        if row.kind == kind:
            name = row.object.partition(".")[2]
            says_more = "".join(row.synonym.split()).casefold() != name.casefold()
            synonym = row.synonym if says_more else ""
            about = (row.comment or synonym) if kind == "code" else synonym
            found.append(Used(row.object, about, row.users))
    return tuple(sorted(found, key=lambda used: (-used.users, used.object)))


def _values(figures: Mapping[str, float], rows: Rows, whole: Row | None) -> dict[str, float | None]:
    """The measures of health by key."""
    read = figures.get("files.parsed", 0)
    meant = read + figures.get("files.partly", 0) + figures.get("files.failed", 0)
    worst = sum(figures.get(f"findings.open.{severity}", 0) for severity in ("blocker", "critical"))
    subsystems = figures["cycles.subsystems"]
    useless = sum(figures.get(f"unused.{kind}", 0) for kind in ("routine", "exported_routine"))
    return {
        "parsed": read / meant if meant else None,
        "findings": worst * 1000 / whole.lines
        if whole and whole.lines and "findings.open" in figures
        else None,
        "complex": next(
            (
                row.share_over
                for row in rows["quantiles"]
                if (row.scope, row.measure) == ("configuration", "cognitive")
            ),
            None,
        ),
        "cycles": figures["cycles.subsystem.largest"] / subsystems if subsystems else None,
        "contract": figures.get("contract.violations"),
        "unused": useless / whole.routines if whole and whole.routines else None,
        "described": next(
            (row.share_described for row in rows["api"] if row.scope == "configuration"), None
        ),
    }


def _trends(rows: Sequence[Row], context: Context) -> tuple[tuple[str, ...], tuple[Trend, ...]]:
    """Names of the uploads, and the measures that are known of two or more of them."""
    ordered = sorted(rows, key=lambda row: row.upload)
    if len(ordered) < 2:
        return (), ()
    versions = len({row.version for row in ordered}) == len(ordered)
    names = tuple(
        row.version if versions and row.version else (row.published or row.upload)[:10]
        for row in ordered
    )
    trends = []
    for measure, words in _TRENDS.items():
        values = tuple(getattr(row, measure) for row in ordered)
        if sum(value is not None for value in values) > 1:
            trends.append(Trend(context.say(words.ru, words.en), values))
    return names, tuple(trends)


def _trend_picture(view: OverviewView, context: Context) -> str:
    """The measures of the uploads kept, as lines."""

    def written(value: float) -> str:
        whole = value == int(value)
        return number(int(value)) if whole else decimal(value, context.language, 2)

    return line_chart(
        view.uploads,
        [Line(trend.name, trend.values) for trend in view.trends],
        title=context.say("Динамика по выгрузкам", "Trend over uploads"),
        id_prefix="trend",
        written=written,
    )
