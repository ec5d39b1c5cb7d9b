"""All that is known of the findings as JSON, for scripts: one object per finding."""

from __future__ import annotations

from typing import Any

from cai_assets.rules.reports.json_text import json_text
from cai_assets.rules.reports.model import Finding, Report


def render(report: Report) -> str:
    """The file: JSON, findings of every status."""
    content: dict[str, Any] = {
        "cai_assets": report.version,
        "language": report.language,
        "counts": {
            **dict(sorted(report.statuses.items())),
            "new": len(report.new),
            "known": len(report.open) - len(report.new),
            "fixed": len(report.fixed),
            "failing": len(report.failing),
        },
        "findings": [_finding(finding, report) for finding in report.findings],
        "fixed": [known._asdict() for known in report.fixed],
        "problems": [trouble._asdict() for trouble in report.troubles],
    }
    return json_text(content, 2)


def _finding(finding: Finding, report: Report) -> dict[str, Any]:
    row = finding._asdict()
    row["failing"] = report.fails(finding)
    return row
