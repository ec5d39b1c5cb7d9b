"""What every report is made from: findings as rows, the rules that ran, and what else to tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import pyarrow as pa

from cai_assets.rules.baseline import Comparison, Known
from cai_assets.rules.config import Language
from cai_assets.rules.model import Rule, Severity
from cai_assets.rules.settling import OPEN


class Finding(NamedTuple):
    """A row of `findings`, the message in the report's language. `new`: not in the baseline."""

    fingerprint: str
    rule: str
    severity: Severity
    kind: str
    project: str
    object: str
    routine: str
    message: str
    status: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    new: bool

    @property
    def owner(self) -> str:
        """The routine it stands in, else the object."""
        return self.routine or self.object


class Trouble(NamedTuple):
    """A rule that failed, or a file that could not be looked at (then `rule` is empty)."""

    rule: str
    file: str
    error: str


@dataclass(frozen=True)
class Report:
    """Findings by file and place, of all statuses; paths start at the report's folder.

    `fail_on` is the slightest severity that fails the build, None if none does.
    """

    findings: Sequence[Finding]
    rules: Sequence[Rule]
    severities: dict[str, Severity]
    language: Language
    version: str
    made: datetime
    fail_on: Severity | None = Severity.INFO
    compared: bool = False
    """There was a baseline."""
    fixed: tuple[Known, ...] = ()
    troubles: Sequence[Trouble] = field(default_factory=tuple)

    @cached_property
    def open(self) -> list[Finding]:
        """Findings that count."""
        return [finding for finding in self.findings if finding.status == OPEN]

    @cached_property
    def new(self) -> list[Finding]:
        """Findings that count and are not in the baseline."""
        return [finding for finding in self.open if finding.new]

    @cached_property
    def failing(self) -> list[Finding]:
        """New findings at or above the severity that fails the build."""
        return [finding for finding in self.new if self.fails(finding)]

    @cached_property
    def statuses(self) -> Counter[str]:
        """Number of findings by status."""
        return Counter(finding.status for finding in self.findings)

    def fails(self, finding: Finding) -> bool:
        """Whether a finding fails the build."""
        if self.fail_on is None or not finding.new or finding.status != OPEN:
            return False
        return finding.severity.rank <= self.fail_on.rank

    def in_language(self, pair: tuple[str, str]) -> str:
        """The text of a pair (Russian, English) in the report's language."""
        return pair[0] if self.language == "ru" else pair[1]


def make_findings(
    table: pa.Table, language: Language, *, prefix: str = "", comparison: Comparison | None = None
) -> list[Finding]:
    """Rows of the table `findings`. `prefix` is put before paths, `src/cf/`."""
    names = (
        "fingerprint", "rule", "severity", "kind", "project", "object", "routine",
        f"message_{language}", "status", "file", "line", "column", "end_line", "end_column",
    )  # fmt: skip
    severity = {str(item): item for item in Severity}
    known = comparison.known if comparison else frozenset()
    return [
        Finding(
            row[0], row[1], severity[row[2]], row[3], row[4] or "", row[5] or "", row[6] or "",
            row[7], row[8], prefix + row[9], row[10], row[11], row[12], row[13],
            row[0] not in known,
        )
        for row in zip(*(table.column(name).to_pylist() for name in names), strict=True)
    ]  # fmt: skip


def make_troubles(table: pa.Table, prefix: str = "") -> list[Trouble]:
    """Rows of the table `rule_problems`."""
    names = ("rule", "file", "error")
    return [
        Trouble(rule or "", prefix + file if file else "", error)
        for rule, file, error in zip(
            *(table.column(name).to_pylist() for name in names), strict=True
        )
    ]


def by_file(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by file, in the order they come."""
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.file, []).append(finding)
    return files
