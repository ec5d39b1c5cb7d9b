"""SonarQube's generic issue import format with `rules` and `issues` (Server 10.8, Cloud and newer).

Rules state both ways of rating: type and severity, and impacts with a clean code attribute. All
open findings are reported: SonarQube itself tells new code from old.
"""

from __future__ import annotations

from typing import Any

from cai_assets.rules.help import rule_help, said
from cai_assets.rules.model import Kind, Rule, Severity
from cai_assets.rules.reports.json_text import json_text
from cai_assets.rules.reports.model import Finding, Report

ENGINE = "cai"
_IMPACTS = {
    Severity.BLOCKER: "BLOCKER",
    Severity.CRITICAL: "HIGH",
    Severity.MAJOR: "MEDIUM",
    Severity.MINOR: "LOW",
    Severity.INFO: "INFO",
}
_QUALITIES = {
    Kind.BUG: ("RELIABILITY", "LOGICAL"),
    Kind.VULNERABILITY: ("SECURITY", "TRUSTWORTHY"),
    Kind.CODE_SMELL: ("MAINTAINABILITY", "CLEAR"),
}
"""Kind → software quality, clean code attribute."""


def render(report: Report) -> str:
    """The report: JSON."""
    return json_text(issues(report), 2)


def issues(report: Report) -> dict[str, Any]:
    """The report as plain values. Only rules that found something are listed."""
    found = {finding.rule for finding in report.open}
    return {
        "rules": [_rule(rule, report) for rule in report.rules if rule.key in found],
        "issues": [_issue(finding) for finding in report.open],
    }


def _rule(rule: Rule, report: Report) -> dict[str, Any]:
    quality, attribute = _QUALITIES[rule.kind]
    severity = report.severities[rule.key]
    return {
        "id": rule.key,
        "name": said(rule.title, report.language),
        "description": rule_help(rule, report.language),
        "engineId": ENGINE,
        "cleanCodeAttribute": attribute,
        "type": str(rule.kind).upper(),
        "severity": str(severity).upper(),
        "impacts": [{"softwareQuality": quality, "severity": _IMPACTS[severity]}],
    }


def _issue(finding: Finding) -> dict[str, Any]:
    place: dict[str, int] = {"startLine": finding.line}
    if finding.end_column:
        # SonarQube counts columns from 0.
        place["endLine"] = finding.end_line
        place["startColumn"] = finding.column - 1
        place["endColumn"] = finding.end_column - 1
    return {
        "ruleId": finding.rule,
        "primaryLocation": {
            "message": finding.message,
            "filePath": finding.file,
            "textRange": place,
        },
    }
