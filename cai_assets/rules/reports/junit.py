"""JUnit XML, for servers that show nothing else: a suite for each rule, a case for each finding.

A new finding at or above the severity that fails the build is a failure, any other a skipped
case; a rule that has found nothing is a case that passed. The text is valid for the schemas of
Jenkins and of Ant, which differ in what they require and allow.
"""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree as ET

from cai_assets.rules.help import said
from cai_assets.rules.model import Rule
from cai_assets.rules.reports.model import Finding, Report

_KNOWN = ("известно по файлу baseline", "known from the baseline")
_SLIGHT = ("ниже порога", "below the threshold")


def render(report: Report) -> str:
    """The file: XML."""
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.open:
        findings[finding.rule].append(finding)
    suites = ET.Element("testsuites")
    for number, rule in enumerate(report.rules):
        suites.append(_suite(number, rule, findings[rule.key], report))
    if report.troubles:
        suites.append(_troubles(len(report.rules), report))
    ET.indent(suites, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, "unicode") + "\n"


def _suite(number: int, rule: Rule, findings: list[Finding], report: Report) -> ET.Element:
    failing = sum(map(report.fails, findings))
    suite = _new_suite(
        number, rule.key, report, max(len(findings), 1), failing, 0, len(findings) - failing
    )
    if not findings:
        _case(suite, rule.key, said(rule.title, report.language))
    for finding in findings:
        place = f"{finding.file}:{finding.line}"
        case = _case(suite, finding.owner or finding.file, f"{place}: {finding.message}")
        if report.fails(finding):
            failure = ET.SubElement(
                case, "failure", type=str(finding.severity), message=_clean(finding.message)
            )
            failure.text = _clean(f"{place}:{finding.column} {finding.rule}\n{finding.message}")
        else:
            reason = _SLIGHT if finding.new else _KNOWN
            ET.SubElement(case, "skipped", message=report.in_language(reason))
    return _closed(suite)


def _troubles(number: int, report: Report) -> ET.Element:
    """Rules that failed are errors: their findings are missing."""
    count = len(report.troubles)
    suite = _new_suite(number, "cai", report, count, 0, count, 0)
    for trouble in report.troubles:
        name = " ".join(filter(None, (trouble.rule, trouble.file)))
        case = _case(suite, trouble.rule or "cai", name)
        ET.SubElement(case, "error", type="fault", message=_clean(trouble.error))
    return _closed(suite)


def _new_suite(
    number: int, name: str, report: Report, tests: int, failures: int, errors: int, skipped: int
) -> ET.Element:
    suite = ET.Element(
        "testsuite",
        name=name,
        package="cai",
        id=str(number),
        tests=str(tests),
        failures=str(failures),
        errors=str(errors),
        skipped=str(skipped),
        time="0",
        timestamp=report.made.strftime("%Y-%m-%dT%H:%M:%S"),
        hostname="localhost",
    )
    ET.SubElement(suite, "properties")
    return suite


def _case(suite: ET.Element, owner: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_token(owner), name=_token(name), time="0")


def _closed(suite: ET.Element) -> ET.Element:
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")
    return suite


def _token(text: str) -> str:
    """One line without double spaces, which Ant's schema wants of names."""
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """Without the control characters that XML 1.0 does not allow."""
    return "".join(c for c in text if c in "\t\n" or c >= " " and c not in "\ufffe\uffff")
