"""What rules found: the list of all, and a page per rule with its findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.gates import GROUP as PRACTICES
from cai_assets.rules.help import plain_default, said, standard_url
from cai_assets.rules.model import Rule
from cai_assets.site.derived import GROUP as DERIVED
from cai_assets.site.model import NOT_IN_JSON, Context, Input, Page, Row, Rows, Section, Source
from cai_assets.site.pages.parts.labels import part_label
from cai_assets.site.terms.findings import OPEN, SEVERITIES, STATUSES, rank

SHOWN = 2000
"""Findings of a rule that its page has at most."""

_SUBSYSTEMS, _OBJECTS = 60, 30

_COUNTED = ("severity", "status", "new", "count")


@dataclass(frozen=True, slots=True)
class Count:
    """How many findings: those that count, the new ones among them, and those that do not."""

    open: int = 0
    new: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.other


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the list."""

    rule: str
    title: str
    severity: str
    count: Count
    enabled: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What is counted: a severity, a subsystem, an object. `severities` has the open ones."""

    id: str
    count: Count
    severities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that could not look at a file."""

    rule: str
    file: str
    error: str


@dataclass(frozen=True, slots=True)
class FindingsView:
    """All findings, counted. `compared`: an earlier upload says which are new."""

    count: Count
    compared: bool
    statuses: Mapping[str, int]
    severities: tuple[Line, ...]
    rules: tuple[RuleLine, ...]
    silent: tuple[RuleLine, ...]
    subsystems: tuple[Line, ...]
    more_subsystems: int
    objects: tuple[Line, ...]
    more_objects: int
    failures: tuple[Failure, ...]


class Findings(Section):
    """The list of all findings by severity, rule, subsystem and object."""

    name = "findings"
    template = "findings.html"
    json = True
    inputs = {
        "rules": Input("finding_rules", ("rule", *_COUNTED), group=DERIVED),
        "objects": Input("finding_objects", ("object", "subsystem", *_COUNTED), group=DERIVED),
        "problems": Input("rule_problems", ("rule", "file", "error"), group=PRACTICES),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "findings", "findings", "index")]

    def view(self, page: Page, rows: Rows, context: Context) -> FindingsView:
        counted = rows["rules"]
        lines = _rule_lines(counted, context)
        subsystems = _lines(rows["objects"], "subsystem")
        objects = [line for line in _lines(rows["objects"], "object") if line.id]
        statuses: Counter[str] = Counter()
        for row in counted:
            statuses[row.status] += row.count
        return FindingsView(
            count=_count(counted),
            compared=any(row.new is not None for row in counted),
            statuses={status: statuses[status] for status in STATUSES if statuses[status]},
            severities=_by_severity(counted),
            rules=tuple(line for line in lines if line.count.total),
            silent=tuple(line for line in lines if not line.count.total),
            subsystems=tuple(subsystems[:_SUBSYSTEMS]),
            more_subsystems=max(0, len(subsystems) - _SUBSYSTEMS),
            objects=tuple(objects[:_OBJECTS]),
            more_objects=max(0, len(objects) - _OBJECTS),
            failures=tuple(
                sorted(
                    (
                        Failure(row.rule or "", row.file or "", row.error)
                        for row in rows["problems"]
                    ),
                    key=lambda failure: (failure.rule, failure.file, failure.error),
                )
            ),
        )

    def title(self, view: FindingsView, context: Context) -> str:
        return context.say("Замечания", "Findings")


def _count(rows: Iterable[Row]) -> Count:
    open_ = new = other = 0
    for row in rows:
        if row.status == OPEN:
            open_ += row.count
            new += row.count if row.new else 0
        else:
            other += row.count
    return Count(open_, new, other)


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column) or ""].append(row)
    return groups


def _by_severity(rows: Sequence[Row]) -> tuple[Line, ...]:
    groups = _grouped(rows, "severity")
    return tuple(Line(severity, _count(groups.get(severity, ()))) for severity in SEVERITIES)


def _lines(rows: Sequence[Row], column: str) -> list[Line]:
    """Those with the worst first: by blockers, then critical ones, and so on."""
    lines = []
    for id_, mine in _grouped(rows, column).items():
        severities = tuple(line.count.open for line in _by_severity(mine))
        lines.append(Line(id_, _count(mine), severities))
    return sorted(
        lines, key=lambda line: (-line.count.open, -line.count.total, line.severities, line.id)
    )


def _rule_lines(rows: Sequence[Row], context: Context) -> list[RuleLine]:
    groups = _grouped(rows, "rule")
    rules = all_rules()
    lines = []
    for key in {*rules, *groups}:
        mine = groups.get(key, [])
        rule = rules.get(key)
        # A team may have changed the severity: what the findings say goes before.
        severity = min((row.severity for row in mine), key=rank, default="")
        lines.append(
            RuleLine(
                key,
                said(rule.title, context.language) if rule else key,
                severity or (rule.severity.value if rule else ""),
                _count(mine),
                rule.enabled if rule else True,
            )
        )
    return sorted(
        lines,
        key=lambda line: (rank(line.severity), -line.count.open, -line.count.total, line.rule),
    )


# --- A rule -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text, as code or not."""

    text: str
    code: bool


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """What a team may change in the rule; `default` as in TOML."""

    name: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Standard:
    """A development standard of 1C that the rule comes from."""

    number: int
    address: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding. `status` is empty for an open one."""

    line: int
    routine: str
    label: str = field(metadata=NOT_IN_JSON)
    message: str
    status: str
    new: bool


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Findings of one file."""

    file: str
    findings: tuple[FindingLine, ...]


@dataclass(frozen=True, slots=True)
class ObjectGroup:
    """Findings of one object, which may be none; `total` counts those not shown, too."""

    object: str
    total: int
    files: tuple[FileGroup, ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule and all that it found."""

    rule: str
    name: str
    severity: str
    kind: str
    scope: str
    enabled: bool
    description: tuple[tuple[Span, ...], ...]
    standards: tuple[Standard, ...]
    parameters: tuple[ParameterLine, ...]
    count: Count
    statuses: Mapping[str, int]
    compared: bool
    objects: tuple[ObjectGroup, ...]
    more: int
    more_objects: int


class RulePages(Section):
    """A page per rule, those that found nothing, too."""

    name = "findings"
    template = "rule.html"
    json = True
    inputs = {
        "counts": Input("finding_rules", ("rule", *_COUNTED), "rule", DERIVED),
        "findings": Input(
            "findings",
            ("severity", "object", "routine", "message_ru", "message_en", "status", "file")
            + ("line", "column", "new"),
            "rule",
            DERIVED,
        ),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        table = source.table(DERIVED, "finding_rules", ["rule"])
        assert table is not None
        found = table.column("rule").to_pylist()
        return [Page(key, f"rule:{key}", "findings", key) for key in sorted({*all_rules(), *found})]

    def view(self, page: Page, rows: Rows, context: Context) -> RuleView:
        rule = all_rules().get(page.key)
        found = sorted(rows["findings"], key=_order)
        statuses = Counter(row.status for row in found)
        groups, more, more_objects = _object_groups(found, context)
        return RuleView(
            rule=page.key,
            severity=min((row.severity for row in found), key=rank, default="")
            or (rule.severity.value if rule else ""),
            count=_count(rows["counts"]),
            statuses={status: statuses[status] for status in STATUSES if statuses[status]},
            compared=any(row.new is not None for row in rows["counts"]),
            objects=groups,
            more=more,
            more_objects=more_objects,
            **_explained(page.key, rule, context),
        )

    def title(self, view: RuleView, context: Context) -> str:
        return view.name


def _explained(key: str, rule: Rule | None, context: Context) -> dict[str, Any]:
    """What the catalogue says of a rule; of one it no longer has, only the key."""
    if rule is None:
        return {
            "name": key, "kind": "", "scope": "", "enabled": True,
            "description": (), "standards": (), "parameters": (),
        }  # fmt: skip
    language = context.language
    return {
        "name": said(rule.title, language),
        "kind": rule.kind.value,
        "scope": rule.scope.value,
        "enabled": rule.enabled,
        "description": paragraphs(said(rule.description, language)),
        "standards": tuple(Standard(number, standard_url(number)) for number in rule.standards),
        "parameters": tuple(
            ParameterLine(p.name, plain_default(p.default), said(p.meaning, language))
            for p in rule.parameters
        ),
    }


def paragraphs(text: str) -> tuple[tuple[Span, ...], ...]:
    """Descriptions of rules are paragraphs with code between backticks, no other Markdown."""
    return tuple(
        tuple(
            Span(piece, position % 2 == 1)
            for position, piece in enumerate(paragraph.split("`"))
            if piece
        )
        for paragraph in text.split("\n\n")
    )


def _order(row: Row) -> tuple[Any, ...]:
    return (row.file, row.line, row.column, row.message_en, row.routine or "", row.status)


def _object_groups(
    found: Sequence[Row], context: Context
) -> tuple[tuple[ObjectGroup, ...], int, int]:
    """Objects with the most findings first, `SHOWN` rows in all; findings and objects left out."""
    by_object = _grouped(found, "object")
    ordered = sorted(
        by_object.items(),
        key=lambda item: (-sum(row.status == OPEN for row in item[1]), -len(item[1]), item[0]),
    )
    groups: list[ObjectGroup] = []
    room = SHOWN
    for id_, rows in ordered:
        if room <= 0:
            break
        shown = rows[:room]
        room -= len(shown)
        files = tuple(
            FileGroup(file, tuple(_finding_line(row, context) for row in mine))
            for file, mine in _grouped(shown, "file").items()
        )
        groups.append(ObjectGroup(id_, len(rows), files))
    return tuple(groups), max(0, len(found) - SHOWN), len(ordered) - len(groups)


def _finding_line(row: Row, context: Context) -> FindingLine:
    return FindingLine(
        row.line or 0,
        row.routine or "",
        part_label(row.routine, row.object, context.language) if row.routine else "",
        context.say(row.message_ru, row.message_en),
        "" if row.status == OPEN else row.status,
        bool(row.new),
    )
