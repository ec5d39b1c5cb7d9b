"""SARIF 2.1.0 (OASIS standard, errata 01), as GitHub code scanning and IDEs read it.

Findings that comments suppress are there, marked so. Those on vendor support and in excluded
places are only counted: GitHub would show them, and takes 25,000 results at most.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from cai_assets.rules.help import rule_help, said, standard_url
from cai_assets.rules.model import Kind, Rule, Severity
from cai_assets.rules.reports.json_text import json_text
from cai_assets.rules.reports.model import Finding, Report, Trouble
from cai_assets.rules.settling import EXCLUDED, OPEN, SUPPRESSED, VENDOR

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_LEVELS = {
    Severity.BLOCKER: "error",
    Severity.CRITICAL: "error",
    Severity.MAJOR: "warning",
    Severity.MINOR: "note",
    Severity.INFO: "note",
}
_SECURITY = {
    Severity.BLOCKER: "9.5",
    Severity.CRITICAL: "8.0",
    Severity.MAJOR: "6.0",
    Severity.MINOR: "3.0",
    Severity.INFO: "1.0",
}
"""GitHub's `security-severity`, a number from 0 to 10 by which it names the severity."""


def render(report: Report) -> str:
    """The log file: JSON."""
    return json_text(log(report), 4)


def log(report: Report) -> dict[str, Any]:
    """The log as plain values."""
    position = {rule.key: at for at, rule in enumerate(report.rules)}
    shown = [finding for finding in report.findings if finding.status in (OPEN, SUPPRESSED)]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "cai",
                "fullName": f"cai-assets {report.version}",
                "version": report.version,
                "language": "ru" if report.language == "ru" else "en-US",
                "rules": [_rule(rule, report) for rule in report.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(t) for t in report.troubles],
            }
        ],
        "results": [_result(finding, position[finding.rule], report) for finding in shown],
        "properties": {
            "vendorFindings": report.statuses[VENDOR],
            "excludedFindings": report.statuses[EXCLUDED],
        },
    }
    if report.compared:
        run["properties"]["fixedFindings"] = len(report.fixed)
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule, report: Report) -> dict[str, Any]:
    language = report.language
    severity = report.severities[rule.key]
    text = said(rule.description, language)
    tags = [str(rule.kind).replace("_", "-"), *(f"std{number}" for number in rule.standards)]
    properties: dict[str, Any] = {"tags": tags, "problem.severity": _problem(severity)}
    if rule.kind is Kind.VULNERABILITY:
        tags.append("security")
        properties["security-severity"] = _SECURITY[severity]
    described: dict[str, Any] = {
        "id": rule.key,
        "name": rule.key,
        "shortDescription": {"text": said(rule.title, language)},
        "fullDescription": {"text": text, "markdown": text},
        "help": {"text": text, "markdown": rule_help(rule, language)},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": properties,
    }
    if rule.standards:
        described["helpUri"] = standard_url(rule.standards[0])
    return described


def _problem(severity: Severity) -> str:
    return {"error": "error", "warning": "warning", "note": "recommendation"}[_LEVELS[severity]]


def _result(finding: Finding, index: int, report: Report) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": max(finding.line, 1)}
    if finding.end_column:
        region["startColumn"] = finding.column
        region["endLine"] = finding.end_line
        region["endColumn"] = finding.end_column
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(finding.file), "uriBaseId": _ROOT},
            "region": region,
        }
    }
    if finding.owner:
        kind = "function" if finding.routine else "object"
        location["logicalLocations"] = [{"fullyQualifiedName": finding.owner, "kind": kind}]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
        "partialFingerprints": {
            "cai/v1": finding.fingerprint,
            # The only one that GitHub looks at.
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
        },
        # If any result has them, all must, if only to say that there are none.
        "suppressions": [{"kind": "inSource"}] if finding.status == SUPPRESSED else [],
    }
    if report.compared and finding.status == OPEN:
        result["baselineState"] = "new" if finding.new else "unchanged"
    return result


def _notification(trouble: Trouble) -> dict[str, Any]:
    notification: dict[str, Any] = {"level": "error", "message": {"text": trouble.error}}
    if trouble.rule:
        notification["associatedRule"] = {"id": trouble.rule}
    if trouble.file:
        artifact = {"uri": quote(trouble.file), "uriBaseId": _ROOT}
        notification["locations"] = [{"physicalLocation": {"artifactLocation": artifact}}]
    return notification
