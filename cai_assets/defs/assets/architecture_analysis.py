"""How an upload is built: structure, complexity, interface, contract; and the uploads kept."""

from __future__ import annotations

from pathlib import Path

from cai_assets.analysis.architecture import (
    READS,
    TABLES,
    Contract,
    analyse,
    find_contract,
    read_contract,
    to_markdown,
    trend,
    trend_to_markdown,
)
from cai_assets.analysis.gates import ARCHITECTURE, CONTRACT_KEPT, contract_kept
from cai_assets.defs.assets.group import Group, Outcome, Work, group_asset
from cai_assets.knowledge.snapshots import GROUP as PARSED

VERSION = "1"

_TREND = "trend"
_OWN = {name: table for name, table in TABLES.items() if name != _TREND}


def compute(work: Work) -> Outcome:
    """Measure the upload and hold it against its contract."""
    tables = work.tables()
    contract = _contract(work, tables["projects"].column("path").to_pylist())
    found = analyse(
        tables, contract, work.snapshot.upload, str(work.snapshot.info.get("published", ""))
    )
    before = work.earlier_own(CONTRACT_KEPT.table)
    return Outcome(
        {name: found[name] for name in _OWN},
        {"structure": {"report": work.page(to_markdown(found, work.language))}},
        [
            contract_kept(
                found[CONTRACT_KEPT.table],
                before[CONTRACT_KEPT.table] if before else None,
                stated=contract is not None,
            )
        ],
    )


def compute_trend(work: Work) -> Outcome:
    """One row for each upload kept, this one included."""
    measures = work.tables(ARCHITECTURE)["measures"]
    found = trend(work.snapshots, work.configuration, measures)
    return Outcome(
        {_TREND: found}, {_TREND: {"report": work.page(trend_to_markdown(found, work.language))}}
    )


def _contract(work: Work, project_paths: list[str]) -> Contract | None:
    named = work.settings.architecture
    path: Path | None = find_contract(work.content, project_paths, named)
    return None if path is None else read_contract(path)


architecture_analysis = group_asset(
    Group(
        name=ARCHITECTURE,
        tables=_OWN,
        version=VERSION,
        reads={PARSED: READS},
        checks=(CONTRACT_KEPT,),
        description="Measures structure, complexity and interface; checks the contract.",
    ),
    compute,
)

architecture_trend = group_asset(
    Group(
        name=ARCHITECTURE,
        step="architecture_trend",
        tables={_TREND: TABLES[_TREND]},
        version=VERSION,
        reads={
            ARCHITECTURE: ["measures"],
            "best_practices": ["findings"],
            "dependency_analysis": ["cycles", "unused"],
        },
        description="Puts the figures of the uploads kept side by side.",
    ),
    compute_trend,
)
