"""Who may do what with an object: rights by role, restrictions on rows, rights on its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Row, Rows, Words
from cai_assets.site.pages.parts.labels import part_label
from cai_assets.site.pages.parts.model import Heading, Part
from cai_assets.site.terms import right_name
from cai_assets.site.terms.rights import MAIN

INPUTS = {
    "object_rights": Input(
        "object_rights",
        ("role", "object", "right", "value", "restriction", "fields"),
        "page",
        "site",
    ),
}

GRANTED, RESTRICTED = "+", "r"


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role: `main` says of each of the view's columns `+`, `r` (on some rows) or nothing."""

    role: str
    main: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restriction:
    """A condition on rows, and the roles and rights that have it."""

    text: str
    fields: str
    uses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PartLine:
    """Rights that a role states on a part of the object."""

    id: str
    label: str
    role: str
    granted: tuple[str, ...]
    denied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessView:
    """Rights on the object. `columns` are the rights by which roles are compared."""

    columns: tuple[str, ...]
    roles: tuple[RoleLine, ...]
    restrictions: tuple[Restriction, ...]
    parts: tuple[PartLine, ...]

    def headings(self) -> Sequence[Heading]:
        """One for all."""
        return [("part-access", Words("Права", "Rights"))]


def read(page: Page, rows: Rows, context: Context) -> AccessView | None:
    """Rights on the object; None if no role states any."""
    stated = rows["object_rights"]
    own = [row for row in stated if row.object == page.key and row.value]
    parts = [row for row in stated if row.object != page.key]
    if not own and not parts:
        return None
    granted = {row.right for row in own}
    main = [right for right in MAIN if right in granted]
    return AccessView(
        columns=tuple(right_name(right, context.language) for right in main),
        roles=tuple(_roles(own, main, context)),
        restrictions=tuple(_restrictions(own, context)),
        parts=tuple(_parts(page.key, parts, context)),
    )


def _roles(own: Iterable[Row], main: Sequence[str], context: Context) -> Iterable[RoleLine]:
    by_role: dict[str, dict[str, str]] = defaultdict(dict)
    for row in own:
        by_role[row.role][row.right] = RESTRICTED if row.restriction else GRANTED
    for role in sorted(by_role, key=lambda role: (role.casefold(), role)):
        rights = by_role[role]
        yield RoleLine(
            role,
            tuple(rights.get(right, "") for right in main),
            tuple(
                sorted(right_name(right, context.language) for right in rights if right not in MAIN)
            ),
        )


def _restrictions(own: Iterable[Row], context: Context) -> Iterable[Restriction]:
    found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in own:
        if row.restriction:
            rights = found[row.restriction, row.fields or ""][row.role]
            rights.add(right_name(row.right, context.language))
    for (text, fields), roles in sorted(found.items()):
        uses = tuple((role, ", ".join(sorted(rights))) for role, rights in sorted(roles.items()))
        yield Restriction(text, fields, uses)


def _parts(object_: str, rows: Iterable[Row], context: Context) -> Iterable[PartLine]:
    found: Mapping[tuple[str, str], tuple[set[str], set[str]]]
    found = defaultdict(lambda: (set(), set()))
    for row in rows:
        granted, denied = found[row.object, row.role]
        (granted if row.value else denied).add(right_name(row.right, context.language))
    for (id_, role), (granted, denied) in sorted(found.items()):
        label = part_label(id_, object_, context.language)
        yield PartLine(id_, label, role, tuple(sorted(granted)), tuple(sorted(denied)))


PART = Part("access", INPUTS, read)
