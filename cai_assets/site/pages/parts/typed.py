"""Types of attributes, constants and parameters, as pages show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Row
from cai_assets.site.terms import type_text

TYPES = Input(
    "types",
    (
        "project",
        "owner",
        "order",
        "type",
        "target",
        "string_length",
        "string_fixed",
        "number_precision",
        "number_scale",
        "number_nonnegative",
        "date_fractions",
    ),
    "object",
)
"""The types of an object's parts; parts of the page share it under the name `types`."""


@dataclass(frozen=True, slots=True)
class Link:
    """A text, and the id that it leads to."""

    text: str
    target: str = ""


Types = Mapping[tuple[str, str], tuple[Link, ...]]
"""Types by project and owner."""


def types_by_owner(rows: Iterable[Row], context: Context) -> Types:
    """The types of each owner in their order, with qualifiers."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row.project, row.owner].append(row)
    return {
        owner: tuple(_typed(row, context) for row in sorted(mine, key=lambda row: row.order))
        for owner, mine in found.items()
    }


def _typed(row: Row, context: Context) -> Link:
    return Link(type_text(row.type, context.language) + _qualifiers(row, context), row.target or "")


def _qualifiers(row: Row, context: Context) -> str:
    """`(50)` of a string, `(15, 2)` of a number; what a date consists of is its name."""
    if row.type == "String":
        length = str(row.string_length) if row.string_length else context.say("неогр.", "unlimited")
        fixed = context.say(", фикс.", ", fixed") if row.string_fixed and row.string_length else ""
        return f"({length}{fixed})"
    if row.type == "Number" and row.number_precision:
        scale = f", {row.number_scale}" if row.number_scale else ""
        sign = context.say(", неотр.", ", nonnegative") if row.number_nonnegative else ""
        return f"({row.number_precision}{scale}{sign})"
    if row.type == "Date":
        return {
            "Date": "",
            "Time": context.say(" (время)", " (time)"),
        }.get(row.date_fractions or "Date", context.say(" и время", " and time"))
    return ""
