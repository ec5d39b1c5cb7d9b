"""GitLab's Code Quality report: the subset of Code Climate that merge requests show.

All open findings are reported: GitLab compares the reports of two branches by fingerprint.
"""

from __future__ import annotations

from typing import Any

from cai_assets.rules.reports.json_text import json_text
from cai_assets.rules.reports.model import Finding, Report


def render(report: Report) -> str:
    """The artifact `codequality`: JSON."""
    return json_text(list(map(_issue, report.open)), 1)


def _issue(finding: Finding) -> dict[str, Any]:
    return {
        "description": finding.message,
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": str(finding.severity),
        "location": {
            "path": finding.file,
            "lines": {"begin": finding.line, "end": max(finding.end_line, finding.line)},
        },
    }
