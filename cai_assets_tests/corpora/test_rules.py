"""All rules on real configurations: no rule fails, findings are told apart, changes suffice."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from cai_assets.knowledge.extract import extract
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.config import RuleConfig
from cai_assets.rules.model import Scope
from cai_assets.rules.reports import FORMATS, Report
from cai_assets.rules.reports.model import make_findings
from cai_assets.rules.run import RuleRun, check_configuration
from cai_assets_tests.rules.reports.making import published_schema

_FOLDER = os.environ.get("CAI_CORPORA", "")

pytestmark = pytest.mark.skipif(
    not _FOLDER, reason="CAI_CORPORA does not name a folder with real configurations"
)

NAMES = ("ssl_3_1_edt", "IRP", "yaxunit", "dt-demo-configuration", "FoxyLink")
_ALL = RuleConfig(vendor=True, enabled=dict.fromkeys(all_rules(), True))


@cache
def _run(name: str) -> RuleRun:
    root = Path(_FOLDER) / name
    if not root.is_dir():
        pytest.skip(f"CAI_CORPORA has no {name}")
    return check_configuration(root, extract(root).tables, config=_ALL)


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_fails_and_every_finding_has_a_fingerprint_of_its_own(name: str) -> None:
    run = _run(name)
    assert run.problems.to_pylist() == []
    assert run.findings.num_rows > 100
    marks = Counter(run.findings.column("fingerprint").to_pylist())
    assert [mark for mark, count in marks.most_common(1) if count > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_places_are_inside_the_files(name: str) -> None:
    root, keys = Path(_FOLDER) / name, set()
    scopes = {key: rule.scope for key, rule in all_rules().items()}
    lines: dict[str, list[str]] = {}
    columns = ["rule", "file", "line", "column", "end_line", "end_column"]
    for rule, file, line, column, end_line, end_column in zip(
        *_run(name).findings.select(columns).to_pydict().values(), strict=True
    ):
        if file not in lines:
            text = (root / file).read_text(encoding="utf-8-sig", errors="replace")
            lines[file] = text.split("\n")
        text_lines = lines[file]
        inside = 1 <= line <= end_line <= len(text_lines) and column >= 1
        inside = inside and end_column <= len(text_lines[end_line - 1]) + 1
        if end_column and scopes[rule] is not Scope.TABLES:
            inside = inside and (line, column) < (end_line, end_column)
        if not inside:
            keys.add((rule, file, line, column, end_line, end_column))
    assert sorted(keys)[:5] == []


@pytest.mark.parametrize("name", NAMES)
def test_its_sarif_is_valid(name: str) -> None:
    rules = sorted(_ALL.chosen(all_rules()), key=lambda rule: rule.key)
    report = Report(
        findings=make_findings(_run(name).findings, "ru")[::20],
        rules=rules,
        severities={rule.key: rule.severity for rule in rules},
        language="ru",
        version="0",
        made=datetime.now(UTC),
    )
    schema = json.loads(published_schema("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(FORMATS["sarif"](report)), schema)
