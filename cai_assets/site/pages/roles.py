"""Roles: the page of each, and the list that compares them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Rows, Section, Source
from cai_assets.site.names import type_heading
from cai_assets.site.pages.jobs import by_object, pages_of_types
from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.parts import card, findings, role, uses
from cai_assets.site.pages.parts.model import Part, inputs_of
from cai_assets.site.pages.parts.role import DANGEROUS

TYPE = "Role"

_PARTS: tuple[Part, ...] = (card.PART, role.PART, uses.PART, findings.PART)


class RolePages(Objects):
    """The page of a role: its card and what it grants."""

    types = frozenset({TYPE})
    parts = _PARTS
    inputs = inputs_of(_PARTS)


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in the list. `cells` count the objects of each type on which it grants anything."""

    role: str
    name: str
    synonym: str
    granted: int
    denied: int
    restricted: int
    read: int
    change: int
    interactive_delete: int
    checks: int
    set_for_new_objects: bool
    full: bool
    dangerous: tuple[str, ...]
    cells: tuple[int, ...]

    @property
    def warned(self) -> bool:
        """Whether somebody who hands it out has to know more than its name."""
        return bool(
            self.full or self.set_for_new_objects or self.interactive_delete or self.dangerous
        )


@dataclass(frozen=True, slots=True)
class RolesView:
    """All roles, the types of the matrix, and data that only full roles reach."""

    types: tuple[str, ...]
    most: tuple[int, ...]
    """The highest count of each type."""
    roles: tuple[RoleLine, ...]
    only_full: tuple[str, ...]

    @property
    def warned(self) -> tuple[RoleLine, ...]:
        """Broad and dangerous roles, those that grant most first."""
        found = [line for line in self.roles if line.warned]
        return tuple(sorted(found, key=lambda line: (not line.full, -line.change, line.name)))


class Roles(Section):
    """The list of all roles."""

    name = "roles"
    template = "roles.html"
    inputs = {
        "objects": Input("objects", ("project", "object", "name", "synonym"), "type"),
        "summary": Input(
            "roles_summary",
            (
                *("role", "granted", "denied", "restricted", "read", "change"),
                *("interactive_delete", "set_for_new_objects", "full"),
            ),
            None,
            "architecture_analysis",
            optional=True,
        ),
        "access": Input(
            "object_access", ("object", "only_full"), None, "architecture_analysis", optional=True
        ),
        "types": Input("role_types", ("role", "type", "objects", "restricted"), None, "site"),
        "configuration": Input("configuration_rights", ("role", "right"), None, "site"),
        "checks": Input("role_checks", ("role",), None, "site"),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return pages_of_types(source, {TYPE}, Page(TYPE, "roles", "", "roles"))

    def view(self, page: Page, rows: Rows, context: Context) -> RolesView:
        types = _ordered({row.type for row in rows["types"]} - {"Configuration"}, context)
        cells: dict[str, dict[str, int]] = defaultdict(dict)
        for row in rows["types"]:
            cells[row.role][row.type] = row.objects
        summary = {row.role: row for row in sorted(rows["summary"])}
        dangerous: dict[str, set[str]] = defaultdict(set)
        for row in rows["configuration"]:
            dangerous[row.role].add(row.right)
        checks: dict[str, int] = defaultdict(int)
        for row in rows["checks"]:
            checks[row.role] += 1
        lines = []
        for row in by_object(rows["objects"]):
            known = summary.get(row.object)
            counts = cells.get(row.object, {})
            lines.append(
                RoleLine(
                    row.object,
                    row.name,
                    row.synonym or "",
                    known.granted if known else 0,
                    known.denied if known else 0,
                    known.restricted if known else 0,
                    known.read if known else 0,
                    known.change if known else 0,
                    known.interactive_delete if known else 0,
                    checks.get(row.object, 0),
                    bool(known and known.set_for_new_objects),
                    bool(known and known.full),
                    tuple(name for name in DANGEROUS if name in dangerous.get(row.object, ())),
                    tuple(counts.get(type_, 0) for type_ in types),
                )
            )
        lines.sort(key=lambda line: line.name.casefold())
        most = tuple(max((line.cells[at] for line in lines), default=0) for at in range(len(types)))
        only = tuple(sorted(row.object for row in rows["access"] if row.only_full))
        return RolesView(types, most, tuple(lines), only)

    def title(self, view: RolesView, context: Context) -> str:
        return context.say("Роли", "Roles")


def _ordered(types: Iterable[str], context: Context) -> tuple[str, ...]:
    return tuple(sorted(types, key=lambda type_: type_heading(type_, context.language)))
