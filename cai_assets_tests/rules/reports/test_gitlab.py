"""GitLab Code Quality: every field that its documentation names, and no other."""

from __future__ import annotations

import json

import jsonschema

from cai_assets.rules.reports import gitlab
from cai_assets_tests.rules.reports.making import make_report

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
_DOCUMENTED = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "additionalProperties": False,
                "required": ["path", "lines"],
                "properties": {
                    # Relative, and not starting with `./`.
                    "path": {"type": "string", "pattern": "^(?!\\./|/|\\\\).+"},
                    "lines": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["begin"],
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            },
        },
    },
}


def test_it_is_what_gitlab_documents() -> None:
    for report in (make_report(), make_report(findings=[])):
        jsonschema.validate(json.loads(gitlab.render(report)), _DOCUMENTED)


def test_all_open_findings_are_there_each_with_a_fingerprint_of_its_own() -> None:
    issues = json.loads(gitlab.render(make_report()))
    assert [issue["fingerprint"][0] for issue in issues] == ["a", "b", "c", "1"]
    assert issues[0]["severity"] == "blocker"
    assert issues[0]["location"]["lines"] == {"begin": 7, "end": 8}
    assert issues[0]["location"]["path"] == "src/CommonModules/Общий модуль/Module.bsl"
