"""JUnit XML: valid for Jenkins and for Ant, and a build server counts what fails the build."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from cai_assets.rules.model import Severity
from cai_assets.rules.reports import junit
from cai_assets.rules.reports.model import Report
from cai_assets_tests.rules.reports.making import RULES, make_report, published_schema

REPORTS = [make_report(), make_report(findings=[], troubles=(), compared=False, language="en")]


@pytest.mark.parametrize("report", REPORTS, ids=["findings", "clean"])
@pytest.mark.parametrize("name", ["junit-10.xsd", "JUnit.xsd"])
def test_it_is_valid_for_published_schemas(name: str, report: Report) -> None:
    schema = etree.XMLSchema(etree.parse(published_schema(name)))
    schema.assertValid(etree.fromstring(junit.render(report).encode()))


def _suites(report: Report) -> dict[str, ET.Element]:
    root = ET.fromstring(junit.render(report))
    assert root.tag == "testsuites"
    return {suite.get("name", ""): suite for suite in root}


@pytest.mark.parametrize("report", REPORTS, ids=["findings", "clean"])
def test_the_figures_of_a_suite_are_those_of_its_cases(report: Report) -> None:
    for name, suite in _suites(report).items():
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases)), name
        for figure, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(figure) == str(len(suite.findall(f"testcase/{tag}"))), name
        assert {child.tag for child in suite} == {
            "properties", "testcase", "system-out", "system-err",
        }  # fmt: skip


def test_every_rule_is_a_suite_and_a_clean_one_passes() -> None:
    suites = _suites(REPORTS[1])
    assert list(suites) == [rule.key for rule in RULES]
    for suite in suites.values():
        (case,) = suite.findall("testcase")
        assert list(case) == []


def test_only_what_fails_the_build_is_a_failure() -> None:
    suites = _suites(REPORTS[0])
    first, known = suites["BadCall"].findall("testcase")
    failure = first.find("failure")
    assert failure is not None
    assert failure.get("type") == "blocker"
    assert failure.text is not None
    assert failure.text.startswith("src/CommonModules/Общий модуль/Module.bsl:7:5 BadCall")
    assert first.get("classname") == "CommonModule.Общий.Проц"
    assert [child.tag for child in known] == ["skipped"]
    assert suites["Style"].get("failures") == "0"
    assert suites["Style"].get("skipped") == "1"
    strict = _suites(make_report(fail_on=Severity.INFO))
    assert strict["Style"].get("failures") == "1"
    never = _suites(make_report(fail_on=None))
    assert {suite.get("failures") for suite in never.values()} == {"0"}


def test_a_rule_that_failed_is_an_error() -> None:
    suite = _suites(REPORTS[0])["cai"]
    assert [case.get("name") for case in suite.findall("testcase")] == [
        "Clean src/А.bsl",
        "src/Б.bsl",
    ]
    assert suite.get("errors") == "2"


def test_characters_that_xml_does_not_know_are_left_out() -> None:
    (case,) = _suites(make_report(fail_on=Severity.INFO))["Style"].findall("testcase")
    assert case.get("name") == "Configuration.xml:7: А Б"
