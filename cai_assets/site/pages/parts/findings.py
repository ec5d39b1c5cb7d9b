"""What rules found in an object: open findings with their places, the others counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.help import said
from cai_assets.site.model import NOT_IN_JSON, Context, Input, Language, Page, Row, Rows, Words
from cai_assets.site.pages.parts.labels import part_label
from cai_assets.site.pages.parts.model import Heading, Part
from cai_assets.site.terms.findings import OPEN, SEVERITIES, STATUSES, rank

SHOWN = 100
"""Findings of an object that its page has at most; the pages of rules have the others."""

INPUTS = {
    "object_findings": Input(
        "findings",
        (
            "rule",
            "severity",
            "routine",
            "message_ru",
            "message_en",
            "status",
            "file",
            "line",
            "column",
            "new",
        ),
        "object",
        "site",
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """An open finding. `message` is empty where it is that of its group."""

    routine: str
    label: str = field(metadata=NOT_IN_JSON)
    message: str
    file: str
    line: int
    new: bool

    @property
    def file_name(self) -> str:
        """The file without its folders."""
        return self.file.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """What one rule found: `count` open findings, the first of them as `places`."""

    rule: str
    name: str
    severity: str
    count: int
    message: str
    """If it is the same for all places."""
    places: tuple[Found, ...]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.places)


@dataclass(frozen=True, slots=True)
class Counted:
    """What one rule found that does not count, and why not."""

    rule: str
    name: str
    severity: str
    status: str
    count: int


@dataclass(frozen=True, slots=True)
class FindingsView:
    """All findings of an object, the worst first."""

    count: int
    new: int
    severities: Mapping[str, int]
    """Open ones, the worst first."""
    rules: tuple[RuleGroup, ...]
    statuses: Mapping[str, int]
    """Those that do not count, by the reason."""
    others: tuple[Counted, ...]

    def headings(self) -> Sequence[Heading]:
        """One."""
        return [("part-findings", Words("Замечания", "Findings"))]


def read(page: Page, rows: Rows, context: Context) -> FindingsView | None:
    """The findings of an object; None if there are none."""
    found = rows["object_findings"]
    if not found:
        return None
    language = context.language
    mine = sorted((row for row in found if row.status == OPEN), key=_order)
    others = [row for row in found if row.status != OPEN]
    severities = Counter(row.severity for row in mine)
    statuses = Counter(row.status for row in others)
    return FindingsView(
        len(mine),
        sum(1 for row in mine if row.new),
        {one: severities[one] for one in SEVERITIES if severities[one]},
        _groups(mine, page.key, language),
        {one: statuses[one] for one in STATUSES if statuses[one]},
        _counted(others, language),
    )


def _order(row: Row) -> tuple[int, str, str, int, int, str]:
    place = (row.file or "", row.line or 0, row.column or 0)
    return rank(row.severity), row.rule, *place, row.message_en


def _groups(rows: Iterable[Row], object_: str, language: Language) -> tuple[RuleGroup, ...]:
    by_rule: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_rule[row.severity, row.rule].append(row)
    groups, left = [], SHOWN
    for (severity, rule), mine in by_rule.items():
        messages = {_message(row, language) for row in mine}
        common = messages.pop() if len(messages) == 1 else ""
        places = tuple(
            Found(
                row.routine or "",
                part_label(row.routine, object_, language) if row.routine else "",
                "" if common else _message(row, language),
                row.file or "",
                row.line or 0,
                bool(row.new),
            )
            for row in mine[:left]
        )
        left -= len(places)
        groups.append(
            RuleGroup(rule, rule_name(rule, language), severity, len(mine), common, places)
        )
    return tuple(groups)


def _counted(rows: Iterable[Row], language: Language) -> tuple[Counted, ...]:
    counts = Counter((row.severity, row.rule, row.status) for row in rows)
    return tuple(
        Counted(rule, rule_name(rule, language), severity, status, count)
        for (severity, rule, status), count in sorted(
            counts.items(), key=lambda item: (rank(item[0][0]), -item[1], item[0])
        )
    )


def _message(row: Row, language: Language) -> str:
    message: str = row.message_ru if language == "ru" else row.message_en
    return message


def rule_name(rule: str, language: Language) -> str:
    """The title of a rule; the key of one that the catalogue no longer has."""
    known = all_rules().get(rule)
    return said(known.title, language) if known else rule


PART = Part("findings", INPUTS, read)
