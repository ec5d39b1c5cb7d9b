"""What a role grants: rights by object, restrictions with their templates, who asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Row, Rows, Words
from cai_assets.site.names import type_heading
from cai_assets.site.pages.parts.labels import part_label
from cai_assets.site.pages.parts.model import Heading, Part
from cai_assets.site.terms.rights import MAIN

INPUTS = {
    "rights": Input("rights", ("object", "right", "value", "restriction", "fields"), "role"),
    "restriction_templates": Input("restriction_templates", ("name", "condition"), "role"),
    "role_settings": Input(
        "roles",
        ("project", "set_for_new_objects", "set_for_attributes", "independent_rights"),
        "role",
    ),
    "role_summary": Input(
        "roles_summary",
        ("read", "change", "interactive_delete", "full"),
        "role",
        "architecture_analysis",
        optional=True,
    ),
    "role_checks": Input("role_checks", ("source", "file", "line"), "role", "site"),
}

TEMPLATE_SHOWN = 6000
GRANTED, DENIED = "+", "-"

DANGEROUS = (
    "Administration",
    "DataAdministration",
    "UpdateDataBaseConfiguration",
    "ConfigurationExtensionsAdministration",
    "InteractiveOpenExtDataProcessors",
    "InteractiveOpenExtReports",
    "ExclusiveMode",
    "ExternalConnection",
    "Automation",
    "ThickClient",
    "TechnicalSpecialistMode",
)
"""Rights on the configuration that only an administrator needs (standard 488 of 1C, and what lets
code run that is not part of the configuration)."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction on rows. `uses` are its objects with the rights that it limits."""

    number: int
    text: str
    fields: str
    templates: tuple[str, ...]
    uses: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template of restrictions; `used` says how many restrictions of the role name it.

    `condition` is the first `TEMPLATE_SHOWN` characters of `length`: those of the standard
    subsystems are as long as a module and the same in each role.
    """

    name: str
    condition: str
    length: int
    used: int
    anchor: str


@dataclass(frozen=True, slots=True)
class RightsRow:
    """What is stated for an object: a mark for each right of the table.

    A mark is `+`, `-`, empty for what the file does not state, or the numbers of restrictions.
    """

    object: str
    label: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightsTable:
    """Rights on objects of a type; `parts` are those on their attributes and commands."""

    type: str
    rights: tuple[str, ...]
    rows: tuple[RightsRow, ...]
    part_rights: tuple[str, ...] = ()
    parts: tuple[RightsRow, ...] = ()

    @property
    def anchor(self) -> str:
        """The anchor of its heading."""
        return f"rights-{self.type}"


@dataclass(frozen=True, slots=True)
class Check:
    """Code that asks whether the user has the role."""

    source: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class RoleView:
    """All that a role says."""

    set_for_new_objects: bool
    set_for_attributes: bool
    independent_rights: bool
    granted: int
    denied: int
    restricted: int
    read: int | None
    change: int | None
    interactive_delete: int | None
    full: bool
    dangerous: tuple[str, ...]
    tables: tuple[RightsTable, ...]
    restrictions: tuple[Restriction, ...]
    templates: tuple[Template, ...]
    checks: tuple[Check, ...]

    def headings(self) -> Sequence[Heading]:
        """Rights by type, restrictions, checks."""
        found = [(table.anchor, _heading(table.type)) for table in self.tables]
        if self.restrictions:
            found.append(("row-restrictions", Words("Ограничения", "Restrictions")))
        if self.templates:
            found.append(("row-templates", Words("Шаблоны ограничений", "Templates")))
        if self.checks:
            found.append(("role-checks", Words("Проверки в коде", "Checks in code")))
        return found


def _heading(type_: str) -> Words:
    return Words(type_heading(type_, "ru"), type_heading(type_, "en"))


def read(page: Page, rows: Rows, context: Context) -> RoleView:
    """The view of the role's page."""
    rights = _merged(rows["rights"])
    templates = sorted({(row.name, row.condition or "") for row in rows["restriction_templates"]})
    numbers = _numbered(rights)
    restrictions = _restrictions(rights, numbers, [name for name, _ in templates])
    settings = rows["role_settings"]
    summary = rows.one("role_summary")
    named = [short for one in restrictions for short in one.templates]
    return RoleView(
        any(row.set_for_new_objects for row in settings),
        any(row.set_for_attributes for row in settings),
        any(row.independent_rights for row in settings),
        sum(bool(right.value) for right in rights.values()),
        sum(not right.value for right in rights.values()),
        sum(bool(right.value and right.restrictions) for right in rights.values()),
        summary.read if summary else None,
        summary.change if summary else None,
        summary.interactive_delete if summary else None,
        bool(summary and summary.full),
        _dangerous(rights),
        _tables(rights, numbers, context),
        restrictions,
        _templates(templates, named),
        tuple(
            sorted(
                {Check(row.source, row.file or "", row.line or 0) for row in rows["role_checks"]},
                key=lambda check: (check.source, check.file, check.line),
            )
        ),
    )


@dataclass(frozen=True, slots=True)
class _Right:
    value: bool
    restrictions: tuple[tuple[str, str], ...]


_Rights = Mapping[tuple[str, str], _Right]


def _merged(rows: Iterable[Row]) -> _Rights:
    """What the projects of the upload state for each object and right.

    A role of the configuration that an extension adopts grants what either grants.
    """
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row.object, row.right].append(row)
    return {
        key: _Right(
            any(row.value for row in stated),
            tuple(
                sorted({(row.restriction, row.fields or "") for row in stated if row.restriction})
            ),
        )
        for key, stated in sorted(found.items())
    }


def _numbered(rights: _Rights) -> dict[tuple[str, str], int]:
    """A number for each restriction, in the order of the objects that it stands at first."""
    found: dict[tuple[str, str], int] = {}
    for right in rights.values():
        for restriction in right.restrictions:
            found.setdefault(restriction, len(found) + 1)
    return found


def _restrictions(
    rights: _Rights, numbers: Mapping[tuple[str, str], int], templates: Sequence[str]
) -> tuple[Restriction, ...]:
    uses: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (object_, name), right in rights.items():
        for restriction in right.restrictions:
            uses[restriction][object_].append(name)
    shorts = sorted({name.partition("(")[0].strip() for name in templates})
    return tuple(
        Restriction(
            number,
            restriction[0],
            restriction[1],
            tuple(short for short in shorts if _names_template(restriction[0], short)),
            tuple((id_, tuple(names)) for id_, names in uses[restriction].items()),
        )
        for restriction, number in numbers.items()
    )


def _templates(found: Sequence[tuple[str, str]], named: Sequence[str]) -> tuple[Template, ...]:
    made: dict[str, int] = defaultdict(int)
    templates = []
    for name, condition in found:
        short = name.partition("(")[0].strip()
        made[short] += 1
        anchor = f"row-template-{short}" + (f"~{made[short]}" if made[short] > 1 else "")
        shown = condition[:TEMPLATE_SHOWN]
        templates.append(Template(name, shown, len(condition), named.count(short), anchor))
    return tuple(templates)


def _names_template(text: str, short: str) -> bool:
    """Whether a restriction uses a template: `#Имя`, not as the beginning of a longer name."""
    mark = f"#{short}".casefold()
    folded = text.casefold()
    at = folded.find(mark)
    while at >= 0:
        after = folded[at + len(mark) : at + len(mark) + 1]
        if not (after.isalnum() or after == "_"):
            return True
        at = folded.find(mark, at + 1)
    return False


def _dangerous(rights: _Rights) -> tuple[str, ...]:
    granted = {
        name
        for (object_, name), right in rights.items()
        if right.value and object_.partition(".")[0] == "Configuration"
    }
    return tuple(name for name in DANGEROUS if name in granted)


def _tables(
    rights: _Rights, numbers: Mapping[tuple[str, str], int], context: Context
) -> tuple[RightsTable, ...]:
    objects: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for (object_, name), right in rights.items():
        if right.restrictions and right.value:
            mark = " ".join(str(numbers[one]) for one in right.restrictions)
        else:
            mark = GRANTED if right.value else DENIED
        objects[object_.partition(".")[0]][object_][name] = mark
    found = []
    for type_, stated in objects.items():
        whole = {id_: marks for id_, marks in stated.items() if _is_object(id_)}
        parts = {id_: marks for id_, marks in stated.items() if not _is_object(id_)}
        columns, part_columns = _columns(whole), _columns(parts)
        found.append(
            RightsTable(
                type_,
                columns,
                tuple(
                    RightsRow(id_, id_.partition(".")[2] or id_, _marks(marks, columns))
                    for id_, marks in whole.items()
                ),
                part_columns,
                tuple(
                    RightsRow(id_, _part(id_, context), _marks(marks, part_columns))
                    for id_, marks in parts.items()
                ),
            )
        )
    return tuple(
        sorted(
            found,
            key=lambda table: (
                table.type != "Configuration",
                type_heading(table.type, context.language),
            ),
        )
    )


def _is_object(id_: str) -> bool:
    """Whether a right is about an object and not about a part: nested subsystems are objects."""
    return id_.count(".") <= 1 or id_.startswith("Subsystem.")


def _columns(stated: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The rights that are stated, in Designer's order, the others behind them by name."""
    names = {name for marks in stated.values() for name in marks}
    return (*(name for name in MAIN if name in names), *sorted(names - set(MAIN)))


def _marks(marks: Mapping[str, str], columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(marks.get(name, "") for name in columns)


def _part(id_: str, context: Context) -> str:
    type_, name, *_ = id_.split(".")
    return f"{name} · {part_label(id_, f'{type_}.{name}', context.language)}"


PART = Part("role", INPUTS, read)
