"""The gate over findings, and the check that rules ran: told by themselves, without a run."""

from __future__ import annotations

import pyarrow as pa
import pytest

from cai_assets.rules.gates import at_least, new_findings, no_new_findings, rules_ran
from cai_assets.rules.model import Severity
from cai_assets.rules.schema import TABLES


def findings(*rows: tuple[str, str, str]) -> pa.Table:
    """Findings of (fingerprint, severity, status)."""
    names = ("fingerprint", "severity", "status")
    records = [dict(zip(names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(records, schema=TABLES["findings"].arrow_schema)


BLOCKER = ("а", "blocker", "open")
MAJOR = ("б", "major", "open")
SUPPRESSED = ("в", "blocker", "suppressed")


@pytest.mark.parametrize(
    ("severity", "count"), [(Severity.BLOCKER, 1), (Severity.CRITICAL, 1), (Severity.INFO, 2)]
)
def test_only_open_findings_of_the_severity_or_worse_count(severity: Severity, count: int) -> None:
    assert at_least(findings(BLOCKER, MAJOR, SUPPRESSED), severity).num_rows == count


def test_findings_are_new_by_their_fingerprint() -> None:
    found = new_findings(findings(BLOCKER, MAJOR), findings(MAJOR))
    assert found["fingerprint"].to_pylist() == ["а"]


def test_without_an_upload_before_old_debts_pass() -> None:
    result = no_new_findings(findings(BLOCKER), None, Severity.BLOCKER, 0)
    assert result.passed
    assert result.figures == {"open": 1, "severe": 1}


def test_gate_fails_beyond_what_is_allowed() -> None:
    now, before = findings(BLOCKER, MAJOR), findings()
    outcomes = [no_new_findings(now, before, Severity.MAJOR, n).passed for n in (0, 1, 2)]
    assert outcomes == [False, False, True]


def test_new_findings_below_the_severity_pass() -> None:
    assert no_new_findings(findings(MAJOR), findings(), Severity.BLOCKER, 0).passed


def test_new_findings_are_the_evidence() -> None:
    result = no_new_findings(
        findings(BLOCKER, ("г", "blocker", "open")), findings(BLOCKER), Severity.BLOCKER, 0
    )
    assert result.rows is not None
    assert result.rows.num_rows == 1


def test_problems_of_rules_warn() -> None:
    table = TABLES["rule_problems"]
    none = table.arrow_schema.empty_table()
    row = dict.fromkeys(table.column_names, "x")
    some = pa.Table.from_pylist([row], schema=table.arrow_schema)
    assert rules_ran(none).passed
    result = rules_ran(some)
    assert (result.passed, result.check.error) == (False, False)
    assert result.figures == {"problems": 1}
