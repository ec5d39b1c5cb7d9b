"""Text for people, and JSON for scripts: what is new, by file, and figures on the rest."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from cai_assets.cli.reports import FORMATS as NAMED
from cai_assets.rules.config import Language
from cai_assets.rules.reports import FORMATS, plain_json, text
from cai_assets_tests.rules.reports.making import FINDINGS, finding, make_report


def test_new_findings_stand_below_their_file() -> None:
    lines = text.render(make_report(language="en")).splitlines()
    assert lines[:3] == [
        "src/CommonModules/Общий модуль/Module.bsl",
        "  7:5       blocker  Плохо: <a> & «так»  BadCall",
        "  7:1       minor    Плохо: <c> & «так»  Secret",
    ]
    assert not any("<b>" in line or "<d>" in line for line in lines)


def test_the_summary_counts_all() -> None:
    lines = text.render(make_report(language="en")).splitlines()
    assert lines[-4:] == [
        "blocker: 1  BadCall 1",
        "minor: 1  Secret 1",
        "info: 1  Style 1",
        "new: 3, known from the baseline: 1, fixed: 1, suppressed by comments: 1, "
        "on vendor support: 1, excluded by the settings: 1",
    ]
    clean = make_report(findings=[], compared=False, fixed=(), troubles=(), language="en")
    assert text.render(clean) == "findings: 0\n"


def test_rules_that_failed_are_said() -> None:
    said = text.render(make_report(language="en"))
    assert "Clean src/А.bsl: the rule failed, its findings are missing: ValueError: x" in said
    assert "src/Б.bsl: the file was not looked at: gone" in said


@pytest.mark.parametrize("language", get_args(Language))
def test_it_speaks_one_language(language: Language) -> None:
    rows = [finding("a", message="m", file="f")]
    report = make_report(findings=rows, language=language, troubles=(), fixed=())
    said = text.render(report).replace("BadCall", "").replace("baseline", "")
    cyrillic = any("а" <= character <= "я" for character in said)
    assert cyrillic is (language == "ru")
    latin = {word.strip(":,") for word in said.split() if word.isascii() and word.isalpha()}
    assert (latin <= {"f", "m"}) is (language == "ru")


def test_json_has_every_finding_with_its_state() -> None:
    content = json.loads(plain_json.render(make_report()))
    assert content["counts"] == {
        "open": 4, "suppressed": 1, "vendor": 1, "excluded": 1,
        "new": 3, "known": 1, "fixed": 1, "failing": 2,
    }  # fmt: skip
    assert [row["fingerprint"] for row in content["findings"]] == [f.fingerprint for f in FINDINGS]
    assert [row["failing"] for row in content["findings"]] == [
        True, False, True, False, False, False, False,
    ]  # fmt: skip
    assert content["fixed"][0]["rule"] == "Style"
    assert len(content["problems"]) == 2


def test_the_command_line_knows_every_format() -> None:
    assert set(NAMED) == set(FORMATS)
