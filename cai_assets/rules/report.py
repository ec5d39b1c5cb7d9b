"""Findings as a page: how many, of which rules, where most of them are."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.bars import bar_chart
from cai_assets.rules.gates import new_findings
from cai_assets.rules.model import Rule, Severity, Text

Language = Literal["ru", "en"]

_MOST = 15
_SEVERITIES = {
    Severity.BLOCKER: Text("Блокирующие", "Blocker"),
    Severity.CRITICAL: Text("Критичные", "Critical"),
    Severity.MAJOR: Text("Важные", "Major"),
    Severity.MINOR: Text("Незначительные", "Minor"),
    Severity.INFO: Text("Информация", "Info"),
}
_WORDS = {
    "title": Text("Замечания", "Findings"),
    "open": Text("открытых", "open"),
    "new": Text("новых с прошлой выгрузки", "new since the upload before"),
    "fixed": Text("устранённых", "fixed"),
    "suppressed": Text("не считаются", "do not count"),
    "rule": Text("Правило", "Rule"),
    "meaning": Text("О чём", "About"),
    "severity": Text("Важность", "Severity"),
    "count": Text("Замечаний", "Findings"),
    "rules": Text("Правила с наибольшим числом замечаний", "Rules with most findings"),
    "objects": Text("Объекты с наибольшим числом замечаний", "Objects with most findings"),
    "worst": Text("С чего начать", "Where to begin"),
    "clean": Text("Замечаний нет.", "No findings."),
}


def to_markdown(
    findings: pa.Table,
    before: pa.Table | None,
    rules: dict[str, Rule],
    language: Language = "ru",
) -> str:
    """The page in one language. `before` are the findings of the upload before, if there is one."""
    at = 0 if language == "ru" else 1

    def word(name: str) -> str:
        return _WORDS[name][at]

    opened = _open(findings)
    lines = [f"## {word('title')}", "", _figures(findings, opened, before, word)]
    if not opened.num_rows:
        return "\n".join([*lines, "", word("clean")])
    severity = open_by_severity(findings)
    named = [(_SEVERITIES[s][at], count) for s, count in severity.items() if count]
    by_rule = Counter(opened.column("rule").cast(pa.string()).to_pylist()).most_common()
    by_object = Counter(filter(None, opened.column("object").cast(pa.string()).to_pylist()))
    lines += ["", bar_chart(word("severity"), named), "", f"### {word('rules')}", ""]
    lines += [
        f"| {word('rule')} | {word('meaning')} | {word('severity')} | {word('count')} |",
        "|:--|:--|:--|--:|",
    ]
    severities = _severity_of_rules(opened)
    lines += [
        f"| `{key}` | {rules[key].title[at] if key in rules else ''} "
        f"| {_SEVERITIES[Severity(severities[key])][at]} | {count} |"
        for key, count in by_rule[:_MOST]
    ]
    lines += ["", f"### {word('worst')}", "", *_worst(opened, at)]
    lines += ["", bar_chart(word("objects"), by_object.most_common(_MOST))]
    return "\n".join(lines)


def open_by_severity(findings: pa.Table) -> dict[Severity, int]:
    """How many open findings there are of each severity, the worst first; also of which none."""
    counts = Counter(_open(findings).column("severity").cast(pa.string()).to_pylist())
    return {severity: counts[severity] for severity in Severity}


def _open(findings: pa.Table) -> pa.Table:
    return findings.filter(pc.equal(findings.column("status").cast(pa.string()), "open"))


def _figures(findings: pa.Table, opened: pa.Table, before: pa.Table | None, word: object) -> str:
    assert callable(word)
    parts = [f"**{opened.num_rows}** {word('open')}"]
    if before is not None:
        old = _open(before)
        parts.append(f"**{new_findings(opened, old).num_rows}** {word('new')}")
        parts.append(f"**{new_findings(old, opened).num_rows}** {word('fixed')}")
    parts.append(f"{findings.num_rows - opened.num_rows} {word('suppressed')}")
    return ", ".join(parts) + "."


def _severity_of_rules(opened: pa.Table) -> dict[str, str]:
    rule, severity = (opened.column(name).cast(pa.string()) for name in ("rule", "severity"))
    return dict(zip(rule.to_pylist(), severity.to_pylist(), strict=True))


def _worst(opened: pa.Table, at: int) -> list[str]:
    """The first findings of the worst severities, one line each."""
    columns = ["severity", "rule", "file", "line", ("message_ru", "message_en")[at]]
    rows = zip(*(opened.column(name).to_pylist() for name in columns), strict=True)
    ranked = sorted(rows, key=lambda row: (Severity(row[0]).rank, row[1], row[2], row[3]))
    return [
        f"- `{rule}` {message} — {file}:{line}" for _, rule, file, line, message in ranked[:_MOST]
    ]
