"""SonarQube's generic issues: what its scanner demands of a report, checked field by field."""

from __future__ import annotations

import json
from typing import Any

from cai_assets.rules.reports import sonar
from cai_assets_tests.rules.reports.making import make_report

_STRING, _NUMBER = str, int
_TYPES = {"BUG", "VULNERABILITY", "CODE_SMELL"}
_SEVERITIES = {"BLOCKER", "CRITICAL", "MAJOR", "MINOR", "INFO"}
_IMPACTS = {"BLOCKER", "HIGH", "MEDIUM", "LOW", "INFO"}
_QUALITIES = {"RELIABILITY", "SECURITY", "MAINTAINABILITY"}
_ATTRIBUTES = {
    "CONVENTIONAL", "FORMATTED", "IDENTIFIABLE", "CLEAR", "COMPLETE", "EFFICIENT", "LOGICAL",
    "DISTINCT", "FOCUSED", "MODULAR", "TESTED", "LAWFUL", "RESPECTFUL", "TRUSTWORTHY",
}  # fmt: skip


def _content(**changes: Any) -> dict[str, Any]:
    content = json.loads(sonar.render(make_report(**changes)))
    assert isinstance(content, dict)
    return content


def _require(content: dict[str, Any]) -> None:
    """What SonarQube's documentation demands of the format with rules."""
    assert set(content) == {"rules", "issues"}
    ids = [rule["id"] for rule in content["rules"]]
    assert len(ids) == len(set(ids))
    for rule in content["rules"]:
        assert set(rule) == {
            "id", "name", "description", "engineId", "cleanCodeAttribute", "type", "severity",
            "impacts",
        }  # fmt: skip
        assert all(rule[name] for name in ("id", "name", "engineId"))
        assert rule["type"] in _TYPES
        assert rule["severity"] in _SEVERITIES
        assert rule["cleanCodeAttribute"] in _ATTRIBUTES
        assert rule["impacts"]
        for impact in rule["impacts"]:
            assert set(impact) == {"softwareQuality", "severity"}
            assert impact["softwareQuality"] in _QUALITIES
            assert impact["severity"] in _IMPACTS
    for issue in content["issues"]:
        # `severity`, `type` and `engineId` belong to rules; here the scanner refuses them.
        assert set(issue) == {"ruleId", "primaryLocation"}
        assert issue["ruleId"] in ids
        place = issue["primaryLocation"]
        assert set(place) == {"message", "filePath", "textRange"}
        assert place["message"]
        assert place["filePath"]
        span = place["textRange"]
        assert span["startLine"] >= 1
        if "startColumn" in span:
            start = (span["startLine"], span["startColumn"])
            assert (1, 0) <= start < (span["endLine"], span["endColumn"])


def test_it_is_what_the_scanner_demands() -> None:
    _require(_content())
    _require(_content(findings=[]))
    assert _content(findings=[]) == {"rules": [], "issues": []}


def test_all_open_findings_are_there_known_ones_too() -> None:
    content = _content()
    assert [issue["ruleId"] for issue in content["issues"]] == [
        "BadCall", "BadCall", "Secret", "Style",
    ]  # fmt: skip
    assert [rule["id"] for rule in content["rules"]] == ["BadCall", "Secret", "Style"]


def test_columns_count_from_zero_and_a_whole_line_has_none() -> None:
    spans = [issue["primaryLocation"]["textRange"] for issue in _content()["issues"]]
    assert spans[0] == {"startLine": 7, "startColumn": 4, "endLine": 8, "endColumn": 11}
    assert spans[2] == {"startLine": 7}


def test_severities_and_qualities_are_mapped() -> None:
    rules = {rule["id"]: rule for rule in _content()["rules"]}
    assert rules["BadCall"]["impacts"] == [
        {"softwareQuality": "RELIABILITY", "severity": "BLOCKER"}
    ]
    assert rules["Secret"]["impacts"] == [{"softwareQuality": "SECURITY", "severity": "LOW"}]
    assert rules["Style"]["impacts"] == [{"softwareQuality": "MAINTAINABILITY", "severity": "INFO"}]
    assert (rules["Secret"]["type"], rules["Secret"]["severity"]) == ("VULNERABILITY", "MINOR")
