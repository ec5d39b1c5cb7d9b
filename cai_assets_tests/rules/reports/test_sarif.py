"""SARIF 2.1.0: valid for the schema of OASIS, and what GitHub and IDEs look at is there."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from cai_assets.rules.model import Severity
from cai_assets.rules.reports import sarif
from cai_assets.rules.reports.model import Report
from cai_assets_tests.rules.reports.making import RULES, make_report, published_schema

REPORTS = [make_report(), make_report(findings=[], troubles=(), compared=False, language="en")]


def _run(report: Report) -> dict[str, Any]:
    (run,) = json.loads(sarif.render(report))["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("report", REPORTS, ids=["findings", "clean"])
def test_it_is_valid_for_the_schema_of_oasis(report: Report) -> None:
    schema = json.loads(published_schema("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    assert [
        error.message for error in validator.iter_errors(json.loads(sarif.render(report)))
    ] == []


def test_the_log_names_its_version_and_schema() -> None:
    content = json.loads(sarif.render(REPORTS[0]))
    assert content["version"] == "2.1.0"
    assert content["$schema"].endswith("/sarif-schema-2.1.0.json")
    assert set(content) == {"$schema", "version", "runs"}


def test_rules_have_texts_help_levels_and_standards() -> None:
    rules = _run(REPORTS[0])["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.key for rule in RULES]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == [
        "error", "warning", "note", "note",
    ]  # fmt: skip
    assert rules[0]["shortDescription"]["text"] == "Правило BadCall"
    assert "`most` = `5`: Сколько" in rules[0]["help"]["markdown"]
    assert rules[0]["helpUri"].endswith("/783/hdoc")
    assert rules[0]["properties"]["tags"] == ["bug", "std783", "std499"]
    assert "security-severity" not in rules[0]["properties"]
    assert 0 < float(rules[2]["properties"]["security-severity"]) < 10


def test_results_lead_to_their_rules_and_places() -> None:
    run = _run(REPORTS[0])
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    first, whole_line = run["results"][0], run["results"][2]
    place = first["locations"][0]["physicalLocation"]
    uri = place["artifactLocation"]["uri"]
    assert uri.isascii()
    assert unquote(uri) == "src/CommonModules/Общий модуль/Module.bsl"
    assert place["region"] == {"startLine": 7, "startColumn": 5, "endLine": 8, "endColumn": 12}
    assert whole_line["locations"][0]["physicalLocation"]["region"] == {"startLine": 7}
    assert first["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "CommonModule.Общий.Проц", "kind": "function"}
    ]
    assert first["partialFingerprints"]["cai/v1"] == "a" * 32
    assert first["message"]["text"] == "Плохо: <a> & «так»"
    assert run["columnKind"] == "unicodeCodePoints"


def test_states_against_the_baseline_and_suppressions() -> None:
    results = {r["partialFingerprints"]["cai/v1"][0]: r for r in _run(REPORTS[0])["results"]}
    assert set(results) == set("abcd1")
    assert {mark: result.get("baselineState") for mark, result in results.items()} == {
        "a": "new", "b": "unchanged", "c": "new", "d": None, "1": "new",
    }  # fmt: skip
    assert results["d"]["suppressions"] == [{"kind": "inSource"}]
    assert all(result["suppressions"] == [] for mark, result in results.items() if mark != "d")
    alone = _run(make_report(compared=False))["results"]
    assert all("baselineState" not in result for result in alone)


def test_what_is_not_listed_is_counted() -> None:
    assert _run(REPORTS[0])["properties"] == {
        "vendorFindings": 1,
        "excludedFindings": 1,
        "fixedFindings": 1,
    }


def test_rules_that_failed_are_notifications() -> None:
    (invocation,) = _run(REPORTS[0])["invocations"]
    rule, file = invocation["toolExecutionNotifications"]
    assert (rule["level"], rule["associatedRule"]) == ("error", {"id": "Clean"})
    assert "associatedRule" not in file
    assert unquote(
        file["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    ) == "src/Б.bsl"  # fmt: skip


def test_levels_follow_severities_that_a_team_has_set() -> None:
    severities = {rule.key: Severity.INFO for rule in RULES}
    rules = _run(make_report(severities=severities))["tool"]["driver"]["rules"]
    assert {rule["defaultConfiguration"]["level"] for rule in rules} == {"note"}
