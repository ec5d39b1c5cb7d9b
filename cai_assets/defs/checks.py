"""Checks of the parsed configuration as Dagster's asset checks: specs and results, no logic.

`knowledge.checks` decides; here its results get severities and metadata that help to find the
cause. The checks run inside the multi-asset, so they see the tables before anyone reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import dagster as dg

from cai_assets.analysis.gates import API_KEPT, CONTRACT_KEPT, CYCLES_KEPT
from cai_assets.defs.io_manager import sample
from cai_assets.defs.keys import table_key
from cai_assets.knowledge.checks import CHECKS, Check, CheckResult
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.dataset.checks import CHECKS as DATASET_CHECKS
from cai_assets.learning.gates import BEATS_BASELINE, PROMOTIONS_KEPT, trained_check
from cai_assets.rules.gates import NO_NEW_FINDINGS, RULES_RAN
from cai_assets.site.checks import CHECKS as SITE_CHECKS

ALL_CHECKS = (
    *CHECKS,
    CYCLES_KEPT,
    CONTRACT_KEPT,
    NO_NEW_FINDINGS,
    RULES_RAN,
    API_KEPT,
    *DATASET_CHECKS,
    *(trained_check(model.name) for model in MODELS),
    BEATS_BASELINE,
    PROMOTIONS_KEPT,
    *SITE_CHECKS,
)
"""Every check of every group."""

_SAMPLE_ROWS = 20


def check_specs(checks: Iterable[Check]) -> list[dg.AssetCheckSpec]:
    """One spec for every check."""
    return [
        dg.AssetCheckSpec(
            check.name,
            asset=table_key(check.table, check.group),
            description=f"{check.meaning}\n\n{check.meaning_ru}",
            blocking=check.blocking,
        )
        for check in checks
    ]


def check_results(results: Iterable[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """Results as Dagster records them, in the order given."""
    for result in results:
        metadata: dict[str, dg.MetadataValue] = {
            name: dg.MetadataValue.float(value)
            if isinstance(value, float)
            else dg.MetadataValue.int(value)
            for name, value in result.figures.items()
        }
        if result.rows is not None and result.rows.num_rows:
            metadata["rows"] = sample(result.rows, _SAMPLE_ROWS)
        yield dg.AssetCheckResult(
            asset_key=table_key(result.check.table, result.check.group),
            check_name=result.check.name,
            passed=result.passed,
            severity=dg.AssetCheckSeverity.ERROR
            if result.check.error
            else dg.AssetCheckSeverity.WARN,
            description=result.message,
            metadata=metadata,
        )
