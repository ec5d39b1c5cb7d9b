"""What an object is: names, purpose, place in the configuration, the properties that matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Row, Rows
from cai_assets.site.pages.parts.facts import Fact, facts_of, linked
from cai_assets.site.pages.parts.merging import PROJECTS, Projects
from cai_assets.site.pages.parts.model import Heading, Part
from cai_assets.site.pages.parts.typed import TYPES, Link, types_by_owner
from cai_assets.site.schedule import COLUMNS, DAILY_COLUMNS, Schedule, in_words
from cai_assets.site.terms import property_name, type_text

RELATIONS = Input(
    "object_relations",
    ("way", "kind", "source", "target", "note", "source_object", "target_object"),
    "object",
    "site",
)
"""Relations of the object; parts of the page share it under the name `relations`."""

INPUTS = {
    "objects": Input(
        "objects",
        (
            "project",
            "type",
            "synonym",
            "synonyms",
            "comment",
            "belonging",
            "properties",
            "subsystems",
            "support",
            "file",
            "line",
        ),
        "object",
    ),
    "projects": PROJECTS,
    "types": TYPES,
    "relations": RELATIONS,
    "schedules": Input("schedules", ("project", *COLUMNS), "job"),
    "daily_schedules": Input("daily_schedules", ("project", *DAILY_COLUMNS), "job"),
}


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """What a project says of the object: `belonging` is `Own` or `Adopted`."""

    project: str
    kind: str
    belonging: str
    synonym: str
    comment: str
    properties: Mapping[str, str]
    file: str
    line: int

    def lines(self, context: Context) -> Sequence[PropertyLine]:
        """All that an extension states of an object: it states what it changes or controls."""
        return _lines(self.properties, context)


@dataclass(frozen=True, slots=True)
class PropertyLine:
    """A property: the platform's name, the name in words, the value in words or linked."""

    name: str
    label: str
    values: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """The head of the page.

    `project` is empty if the upload has one project only; `others` are the projects that extend
    the object. `support` is `locked`, `editable`, `off` or empty. `types` are those of the value,
    or the sources of an event subscription. `properties` have the names and values of the
    platform; `lines` tells them in words.
    """

    synonym: str
    synonyms: Mapping[str, str]
    explanation: str
    comment: str
    project: str
    project_kind: str
    others: tuple[ProjectLine, ...]
    support: str
    subsystems: tuple[str, ...]
    options: tuple[str, ...]
    types: tuple[Link, ...]
    facts: tuple[Fact, ...]
    schedule: str
    properties: Mapping[str, str]
    file: str
    line: int

    def lines(self, context: Context) -> Sequence[PropertyLine]:
        """All properties, in words."""
        return _lines(self.properties, context)

    def headings(self) -> Sequence[Heading]:
        """None: the card stands above all headings."""
        return ()


def read(page: Page, rows: Rows, context: Context) -> CardView:
    """The head of the page."""
    projects = Projects(rows["projects"])
    first, *others = projects.ordered(rows["objects"])
    properties = dict(first.properties or ())
    synonyms = dict(first.synonyms or ())
    synonym = synonyms.get(context.language) or first.synonym or ""
    explanation = _localised(properties, "Explanation", context)
    return CardView(
        synonym=synonym,
        synonyms={
            language: text
            for language, text in sorted(synonyms.items())
            if text and text != synonym
        },
        explanation=explanation,
        comment=first.comment or "",
        project=first.project if projects.several else "",
        project_kind=projects.kind(first.project) if projects.several else "",
        others=tuple(_project_line(row, projects) for row in others),
        support=first.support or "",
        subsystems=tuple(sorted({one for row in rows["objects"] for one in row.subsystems or ()})),
        options=_options(page.key, rows["relations"]),
        types=types_by_owner(rows["types"], context).get((first.project, page.key), ())
        or _sources(rows["relations"], context),
        facts=facts_of(first.type, properties, context),
        schedule=_schedule(first.project, rows, context),
        properties=_stated(first),
        file=first.file,
        line=first.line,
    )


def _project_line(row: Row, projects: Projects) -> ProjectLine:
    return ProjectLine(
        project=row.project,
        kind=projects.kind(row.project),
        belonging=row.belonging or "",
        synonym=row.synonym or "",
        comment=row.comment or "",
        properties=_stated(row),
        file=row.file,
        line=row.line,
    )


def _stated(row: Row) -> Mapping[str, str]:
    return {name: value for name, value in sorted(row.properties or ()) if value}


def _options(object_: str, relations: Iterable[Row]) -> tuple[str, ...]:
    """Functional options that have the object itself in their content."""
    found = {
        row.source
        for row in relations
        if row.kind == "functional_option" and row.way == "in" and row.target == object_
    }
    return tuple(sorted(found))


def _sources(relations: Iterable[Row], context: Context) -> tuple[Link, ...]:
    """The types that an event subscription names."""
    found = {
        Link(type_text(row.note, context.language), row.target if "." in row.target else "")
        for row in relations
        if row.kind == "subscription_source" and row.way == "out"
    }
    return tuple(sorted(found, key=lambda link: (link.text, link.target)))


def _schedule(project: str, rows: Rows, context: Context) -> str:
    mine = [row for row in rows["schedules"] if row.project == project]
    details = [row for row in rows["daily_schedules"] if row.project == project]
    return in_words(Schedule.of(mine[0], details), context.language) if mine else ""


def _localised(properties: Mapping[str, str], name: str, context: Context) -> str:
    """A text in the language of the site, else in the first language there is."""
    wanted = properties.get(f"{name}.{context.language}")
    if wanted:
        return wanted
    texts = sorted(item for item in properties.items() if item[0].startswith(f"{name}."))
    return texts[0][1] if texts else properties.get(name, "")


def _lines(properties: Mapping[str, str], context: Context) -> Sequence[PropertyLine]:
    lines = (
        PropertyLine(
            name,
            property_name(name, context.language),
            linked(name, value, context) if "." not in name else (Link(value),),
        )
        for name, value in properties.items()
    )
    return sorted(lines, key=lambda line: (line.label.casefold(), line.name))


PART = Part("card", INPUTS, read)
