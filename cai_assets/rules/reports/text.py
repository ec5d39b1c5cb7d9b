"""Findings for people: by file, worst first in the summary; plain, or with colours by rich."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cai_assets.rules.model import Severity
from cai_assets.rules.reports.model import Report, by_file

SEVERITIES = {
    Severity.BLOCKER: ("блокирующее", "blocker"),
    Severity.CRITICAL: ("критичное", "critical"),
    Severity.MAJOR: ("важное", "major"),
    Severity.MINOR: ("незначительное", "minor"),
    Severity.INFO: ("сведение", "info"),
}
_STYLES = {
    Severity.BLOCKER: "bold red",
    Severity.CRITICAL: "red",
    Severity.MAJOR: "yellow",
    Severity.MINOR: "cyan",
    Severity.INFO: "dim",
}
_STATUSES = (
    ("suppressed", ("отключено комментариями", "suppressed by comments")),
    ("vendor", ("на поддержке поставщика", "on vendor support")),
    ("excluded", ("исключено настройками", "excluded by the settings")),
)
_NEW = ("новых", "new")
_FOUND = ("замечаний", "findings")
_KNOWN = ("известных по файлу baseline", "known from the baseline")
_FIXED = ("исправлено", "fixed")
_TROUBLE = (
    "правило не выполнено, его замечаний нет",
    "the rule failed, its findings are missing",
)
_UNREAD = ("файл не просмотрен", "the file was not looked at")

Span = tuple[str, str]
"""A text and its style, empty for none."""


class Line(NamedTuple):
    """A line of the report as styled spans."""

    spans: tuple[Span, ...]

    @property
    def plain(self) -> str:
        """Without styles."""
        return "".join(text for text, _ in self.spans)


def render(report: Report) -> str:
    """The whole report as plain text."""
    return "".join(f"{line.plain}\n" for line in lines(report))


def lines(report: Report) -> Iterator[Line]:
    """New findings by file, then what went wrong, then figures."""
    width = max((len(_severity(f.severity, report)) for f in report.new), default=0)
    for file, findings in by_file(report.new).items():
        yield Line(((file, "bold"),))
        for finding in findings:
            place = f"{finding.line}:{finding.column}"
            yield Line(
                (
                    (f"  {place:<9} ", "dim"),
                    (
                        f"{_severity(finding.severity, report):<{width}}  ",
                        _STYLES[finding.severity],
                    ),
                    (finding.message, ""),
                    (f"  {finding.rule}", "dim"),
                )
            )
        yield Line(())
    for trouble in report.troubles:
        what = report.in_language(_TROUBLE if trouble.rule else _UNREAD)
        place = " ".join(filter(None, (trouble.rule, trouble.file)))
        yield Line(((f"{place}: ", "bold"), (f"{what}: {trouble.error}", "red")))
    yield from summary(report)


def summary(report: Report) -> Iterator[Line]:
    """The figures: new findings by severity and rule, and what does not count."""
    rules = Counter(finding.rule for finding in report.new)
    for severity in Severity:
        keys = [key for key in rules if report.severities[key] is severity]
        if keys:
            keys.sort(key=lambda key: (-rules[key], key))
            count = sum(rules[key] for key in keys)
            listed = ", ".join(f"{key} {rules[key]}" for key in keys)
            name = _severity(severity, report)
            yield Line(((f"{name}: {count}", _STYLES[severity]), (f"  {listed}", "dim")))
    say = report.in_language
    parts = [f"{say(_NEW if report.compared else _FOUND)}: {len(report.new)}"]
    if report.compared:
        parts.append(f"{say(_KNOWN)}: {len(report.open) - len(report.new)}")
        parts.append(f"{say(_FIXED)}: {len(report.fixed)}")
    parts += [
        f"{say(title)}: {report.statuses[status]}"
        for status, title in _STATUSES
        if report.statuses[status]
    ]
    yield Line(((", ".join(parts), "bold"),))


def _severity(severity: Severity, report: Report) -> str:
    return report.in_language(SEVERITIES[severity])
