"""Queries: a page for all with the tables that are read most, and pages with the texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cai_assets.onec.russian import in_russian
from cai_assets.site.derived.data import METHODS_RU
from cai_assets.site.model import Context, Input, Language, Page, Row, Rows, Section, Source
from cai_assets.site.names import full_name, type_heading
from cai_assets.site.pages.parts.labels import part_label

TEXT_SHOWN = 12_000
_MOST_READ, _LONGEST, _WITH_ERRORS = 40, 15, 200
_WHOLE = frozenset({"whole", "joined"})


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A query. `text` is cut to `TEXT_SHOWN` of `length` characters.

    `part` is `fragment` or `template` for what is no whole query.
    """

    owner: str
    label: str
    name: str
    origin: str
    part: str
    text: str
    length: int
    queries: int
    tables: tuple[str, ...]
    virtual_tables: tuple[str, ...]
    parameters: tuple[str, ...]
    temporary_tables: tuple[str, ...]
    errors: int
    error: str
    error_line: int
    file: str
    line: int

    @property
    def first_line(self) -> str:
        """What stands in the summary."""
        return " ".join(self.text.split())[:160]


@dataclass(frozen=True, slots=True)
class ObjectQueries:
    """The queries of an object."""

    object: str
    queries: tuple[QueryLine, ...]


@dataclass(frozen=True, slots=True)
class QueryPageView:
    """The queries of some objects of a type. `number` counts the pages of the type from 1."""

    type: str
    number: int
    objects: tuple[ObjectQueries, ...]

    @property
    def total(self) -> int:
        """Queries on the page."""
        return sum(len(one.queries) for one in self.objects)


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page of texts: its key, from which object to which, how many queries."""

    page: str
    type: str
    first: str
    last: str
    objects: int
    queries: int

    @property
    def number(self) -> int:
        """Which page of its type it is, from 1."""
        return int(self.page.partition("-")[2] or 1)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A table that queries read: in how many of them, of how many objects."""

    table: str
    name: str
    """Of a virtual table the name with it, else empty."""
    queries: int
    objects: int


@dataclass(frozen=True, slots=True)
class FoundQuery:
    """A query of which something is said: its length, an error."""

    owner: str
    label: str
    file: str
    line: int
    length: int
    queries: int
    tables: int
    error: str


@dataclass(frozen=True, slots=True)
class QueriesView:
    """All queries of the configuration in figures."""

    total: int
    parts: int
    objects: int
    tables: int
    pages: tuple[PageLine, ...]
    most_read: tuple[ReadLine, ...]
    virtual: tuple[ReadLine, ...]
    longest: tuple[FoundQuery, ...]
    errors: tuple[FoundQuery, ...]
    errors_in_all: int


class QueryPages(Section):
    """Pages with the texts of queries."""

    name = "queries"
    template = "query_page.html"
    inputs = {
        "queries": Input(
            "object_queries",
            (
                *("owner", "object", "origin", "name", "text", "form", "queries", "tables"),
                *("virtual_tables", "parameters", "temporary_tables", "errors", "error"),
                *("error_line", "file", "line", "column", "length"),
            ),
            "page",
            "site",
        )
    }

    def pages(self, source: Source) -> Iterable[Page]:
        table = source.needed("site", "object_queries", ["page"])
        for page in sorted(set(table.column("page").to_pylist())):
            yield Page(page, f"queries:{page}", "queries", page or "-")

    def view(self, page: Page, rows: Rows, context: Context) -> QueryPageView:
        by_object: dict[str, list[Row]] = defaultdict(list)
        for row in rows["queries"]:
            by_object[row.object or ""].append(row)
        type_, _, number = page.key.partition("-")
        return QueryPageView(
            type_,
            int(number or 1),
            tuple(
                ObjectQueries(
                    object_,
                    tuple(
                        _line(row, context.language)
                        for row in sorted(
                            found, key=lambda row: (row.file, row.line, row.column, row.name or "")
                        )
                    ),
                )
                for object_, found in sorted(by_object.items())
            ),
        )

    def title(self, view: QueryPageView, context: Context) -> str:
        heading = type_heading(view.type, context.language)
        number = f" {view.number}" if view.number > 1 else ""
        return context.say(f"Запросы: {heading}{number}", f"Queries: {heading}{number}")


class Queries(Section):
    """The page of all queries."""

    name = "queries"
    template = "queries.html"
    inputs = {
        "queries": Input(
            "object_queries",
            (
                *("page", "owner", "object", "form", "queries", "tables", "virtual_tables"),
                *("errors", "error", "error_line", "file", "line", "length"),
            ),
            None,
            "site",
        )
    }

    def pages(self, source: Source) -> Iterable[Page]:
        if source.needed("site", "object_queries", ["page"]).num_rows:
            yield Page("", "queries", "", "queries")

    def view(self, page: Page, rows: Rows, context: Context) -> QueriesView:
        found = sorted(rows["queries"], key=lambda row: (row.file, row.line, repr(row)))
        language = context.language
        wrong = [row for row in found if row.errors]
        longest = sorted(found, key=lambda row: (-row.length, row.file, row.line))
        most = _most_read(found, lambda row: row.tables)
        virtual = _most_read(found, lambda row: row.virtual_tables)
        return QueriesView(
            len(found),
            sum(row.form not in _WHOLE for row in found),
            len({row.object for row in found}),
            len(most),
            _page_lines(found),
            tuple(ReadLine(table, "", number, of) for table, number, of in most[:_MOST_READ]),
            tuple(
                ReadLine(*_virtual(table, language), number, of)
                for table, number, of in virtual[:_MOST_READ]
            ),
            tuple(_found(row, language) for row in longest[:_LONGEST]),
            tuple(_found(row, language) for row in wrong[:_WITH_ERRORS]),
            len(wrong),
        )

    def title(self, view: QueriesView, context: Context) -> str:
        return context.say("Запросы", "Queries")


def _line(row: Row, language: Language) -> QueryLine:
    return QueryLine(
        row.owner or "",
        _label(row, language),
        row.name or "",
        row.origin,
        "" if row.form in _WHOLE else row.form,
        (row.text or "")[:TEXT_SHOWN],
        row.length,
        row.queries or 0,
        tuple(row.tables or ()),
        tuple(row.virtual_tables or ()),
        tuple(row.parameters or ()),
        tuple(row.temporary_tables or ()),
        row.errors or 0,
        _error(row, language),
        row.error_line or 0,
        row.file or "",
        row.line or 0,
    )


def _label(row: Row, language: Language) -> str:
    owner = row.owner or ""
    return part_label(owner, row.object or "", language) or full_name(owner, language)


def _error(row: Row, language: Language) -> str:
    error: str = row.error or ""
    return in_russian(error) if language == "ru" else error


def _found(row: Row, language: Language) -> FoundQuery:
    owner = row.owner or ""
    label = full_name(row.object or owner, language)
    part = part_label(owner, row.object or "", language) if row.object else ""
    return FoundQuery(
        owner,
        f"{label} · {part}" if part else label,
        row.file or "",
        row.error_line or row.line or 0,
        row.length,
        row.queries or 0,
        len(row.tables or ()),
        _error(row, language),
    )


def _page_lines(rows: Iterable[Row]) -> tuple[PageLine, ...]:
    objects: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        objects[row.page][row.object or ""] += 1
    lines = []
    for page, counted in objects.items():
        names = sorted(counted)
        lines.append(
            PageLine(
                page,
                page.partition("-")[0],
                names[0].partition(".")[2],
                names[-1].partition(".")[2],
                len(names),
                counted.total(),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.type, line.first, line.page)))


def _most_read(
    rows: Iterable[Row], tables_of: Callable[[Row], Iterable[str] | None]
) -> list[tuple[str, int, int]]:
    """Tables with the number of queries that read them and of objects that have these."""
    queries: Counter[str] = Counter()
    objects: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for table in set(tables_of(row) or ()):
            queries[table] += 1
            objects[table].add(row.object or "")
    ranked = sorted(queries, key=lambda table: (-queries[table], table))
    return [(table, queries[table], len(objects[table])) for table in ranked]


def _virtual(table: str, language: Language) -> tuple[str, str]:
    """The object of a virtual table, and its name as a query writes it."""
    object_, _, name = table.rpartition(".")
    shown = METHODS_RU.get(name, name) if language == "ru" else name
    return object_, f"{full_name(object_, language)}.{shown}"
