"""A report with a finding of every sort, and the schemas that are published for formats."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cai_assets.rules.baseline import Known
from cai_assets.rules.model import Kind, Parameter, Severity, Text
from cai_assets.rules.reports import Report
from cai_assets.rules.reports.model import Finding, Trouble
from cai_assets_tests.rules.making import make_rule

SCHEMAS = os.environ.get("CAI_SCHEMAS", "")


def published_schema(name: str) -> Path:
    """The published schema `name`; skips the test where `CAI_SCHEMAS` names no folder with it."""
    path = Path(SCHEMAS) / name
    if not SCHEMAS or not path.is_file():
        pytest.skip(f"CAI_SCHEMAS names no folder with {name}")
    return path


RULES = [
    replace(
        make_rule(
            "BadCall", lambda *_: (), parameters=(Parameter("most", 5, Text("Сколько", "Most")),)
        ),
        severity=Severity.BLOCKER,
        standards=(783, 499),
    ),
    make_rule("Clean", lambda *_: ()),
    replace(make_rule("Secret", lambda *_: ()), kind=Kind.VULNERABILITY, severity=Severity.MINOR),
    replace(make_rule("Style", lambda *_: ()), kind=Kind.CODE_SMELL, severity=Severity.INFO),
]


def finding(mark: str, rule: str = "BadCall", **changes: Any) -> Finding:
    """An open new finding in the middle of a line."""
    severity = next(item.severity for item in RULES if item.key == rule)
    row = Finding(
        mark * 32, rule, severity, "bug", "Проект", "CommonModule.Общий",
        "CommonModule.Общий.Проц", f"Плохо: <{mark}> & «так»", "open",
        "src/CommonModules/Общий модуль/Module.bsl", 7, 5, 8, 12, True,
    )  # fmt: skip
    return row._replace(**changes)


FINDINGS = [
    finding("a"),
    finding("b", new=False),
    finding("c", "Secret", end_column=0, end_line=7, column=1),
    finding("d", "Style", status="suppressed"),
    finding("e", status="vendor"),
    finding("f", status="excluded"),
    finding("1", "Style", object="", routine="", file="Configuration.xml", message="А\x01\nБ"),
]


def make_report(**changes: Any) -> Report:
    """A report on `FINDINGS`, compared with a baseline, in Russian."""
    report = Report(
        findings=FINDINGS,
        rules=RULES,
        severities={rule.key: rule.severity for rule in RULES},
        language="ru",
        version="1.2.3",
        made=datetime(2025, 3, 1, 10, 20, 30, tzinfo=UTC),
        fail_on=Severity.MINOR,
        compared=True,
        fixed=(Known("Catalog.А", "Style", "", "9" * 32),),
        troubles=(Trouble("Clean", "src/А.bsl", "ValueError: x"), Trouble("", "src/Б.bsl", "gone")),
    )
    return replace(report, **changes)
