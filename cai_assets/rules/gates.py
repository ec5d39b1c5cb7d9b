"""The quality gate over findings: no new ones that are bad enough, and no rule that failed."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.checks import SHOWN_ROWS, Check, CheckResult
from cai_assets.rules.model import Severity

GROUP = "best_practices"

NO_NEW_FINDINGS = Check(
    "no_new_findings",
    "findings",
    "No new open finding is as severe as CAI_FAIL_ON or worse, compared with the upload before.",
    "Нет новых замечаний уровня CAI_FAIL_ON и выше по сравнению с прошлой выгрузкой.",
    group=GROUP,
)
RULES_RAN = Check(
    "rules_ran",
    "rule_problems",
    "Every rule could look at every module and query.",
    "Каждое правило смогло проверить каждый модуль и запрос.",
    error=False,
    group=GROUP,
)


def at_least(findings: pa.Table, severity: Severity) -> pa.Table:
    """The open findings that are as severe as `severity` or worse."""
    bad = [item.value for item in Severity if item.rank <= severity.rank]
    return findings.filter(
        pc.and_(
            pc.equal(_plain(findings, "status"), "open"),
            pc.is_in(_plain(findings, "severity"), value_set=pa.array(bad)),
        )
    )


def new_findings(findings: pa.Table, before: pa.Table | None) -> pa.Table:
    """The findings whose fingerprint is not among those `before`; all if there are none before."""
    if before is None:
        return findings
    known = pc.is_in(
        findings.column("fingerprint"), value_set=before.column("fingerprint").combine_chunks()
    )
    return findings.filter(pc.invert(known))


def no_new_findings(
    findings: pa.Table, before: pa.Table | None, severity: Severity, allowed: int
) -> CheckResult:
    """Compare with the upload before: at most `allowed` new findings of this severity or worse."""
    severe = at_least(findings, severity)
    total = findings.filter(pc.equal(_plain(findings, "status"), "open")).num_rows
    said = f"{total} open findings, {severe.num_rows} of severity {severity} or worse"
    if before is None:
        return CheckResult(
            NO_NEW_FINDINGS,
            True,
            f"{said}; no earlier upload to compare",
            {"open": total, "severe": severe.num_rows},
        )
    fresh = new_findings(severe, before)
    return CheckResult(
        NO_NEW_FINDINGS,
        fresh.num_rows <= allowed,
        f"{said}, {fresh.num_rows} of these new",
        {"open": total, "severe": severe.num_rows, "new": fresh.num_rows, "allowed": allowed},
        fresh.select(["rule", "severity", "object", "file", "line", "message_en"]).slice(
            0, SHOWN_ROWS
        ),
    )


def rules_ran(problems: pa.Table) -> CheckResult:
    """Whether some rule failed somewhere."""
    count = problems.num_rows
    return CheckResult(
        RULES_RAN,
        not count,
        f"{count} times a rule could not look" if count else "all rules looked at everything",
        {"problems": count},
        problems.slice(0, SHOWN_ROWS),
    )


def _plain(table: pa.Table, column: str) -> pa.ChunkedArray:
    return table.column(column).cast(pa.string())
