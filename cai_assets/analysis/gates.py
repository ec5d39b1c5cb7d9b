"""Quality gates over the analyses: what an upload must not make worse.

A gate compares with the upload before, so that a team with old debts is told of new ones. Without
an earlier upload there is nothing to compare, and the gate says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.checks import SHOWN_ROWS, Check, CheckResult
from cai_assets.knowledge.coded import Coded

DEPENDENCIES, ARCHITECTURE, CHANGES = "dependency_analysis", "architecture_analysis", "changes"

CYCLES_KEPT = Check(
    "cycles_kept",
    "cycles",
    "No more objects and subsystems depend on each other in cycles than in the upload before.",
    "Объектов и подсистем, зависимых друг от друга по кругу, не стало больше, чем было.",
    group=DEPENDENCIES,
)
CONTRACT_KEPT = Check(
    "contract_kept",
    "contract_violations",
    "Subsystems use each other as `architecture.toml` allows. What the upload before violated "
    "too, or the first one, is a warning.",
    "Подсистемы используют друг друга так, как разрешает `architecture.toml`. Нарушения, которые "
    "были и раньше, и нарушения первой выгрузки — предупреждение.",
    group=ARCHITECTURE,
)
API_KEPT = Check(
    "api_kept",
    "changes",
    "No change breaks who calls exported routines or uses attributes.",
    "Ни одно изменение не ломает тех, кто вызывает экспортные методы или использует реквизиты.",
    error=False,
    group=CHANGES,
)

_LEVELS = ("subsystem", "object")


def cycles_kept(
    tables: Mapping[str, pa.Table], before: Mapping[str, pa.Table] | None, allowed: int
) -> CheckResult:
    """Compare the members of cycles with those before; `allowed` is by how many they may grow.

    Both mappings have `cycles` and `cycle_edges`. New edges are the evidence.
    """
    now = _members(tables["cycles"])
    figures: dict[str, int | float] = {f"{level}s_in_cycles": now[level] for level in _LEVELS}
    said = f"{now['object']} objects and {now['subsystem']} subsystems stand in cycles"
    if before is None:
        return CheckResult(CYCLES_KEPT, True, f"{said}; no earlier upload to compare", figures)
    then = _members(before["cycles"])
    growth = {level: now[level] - then[level] for level in _LEVELS}
    figures |= {f"{level}s_before": then[level] for level in _LEVELS}
    return CheckResult(
        CYCLES_KEPT,
        all(grown <= allowed for grown in growth.values()),
        f"{said}; before: {then['object']} and {then['subsystem']}",
        figures,
        new_rows(
            tables["cycle_edges"],
            before["cycle_edges"],
            ("level", "source_object", "target_object"),
        ).slice(0, SHOWN_ROWS),
    )


def _members(cycles: pa.Table) -> dict[str, int]:
    sizes = dict.fromkeys(_LEVELS, 0)
    for level, size in zip(
        Coded.of(cycles, "level").texts(), cycles.column("size").to_pylist(), strict=True
    ):
        sizes[level or ""] += size
    return sizes


def contract_kept(violations: pa.Table, before: pa.Table | None, *, stated: bool) -> CheckResult:
    """Whether subsystems keep to the contract; `stated` tells whether there is one."""
    if not stated:
        return CheckResult(CONTRACT_KEPT, True, "no architecture.toml in this upload")
    fresh = (
        violations
        if before is None
        else new_rows(violations, before, ("rule", "source_object", "target_object"))
    )
    count = violations.num_rows
    said = f"{count} uses that the contract does not allow"
    return CheckResult(
        replace(CONTRACT_KEPT, error=before is not None and fresh.num_rows > 0),
        not count,
        "the contract is kept"
        if not count
        else f"{said}; no earlier upload to compare"
        if before is None
        else f"{said}, {fresh.num_rows} of them new",
        {"violations": count, "new": fresh.num_rows},
        (fresh if fresh.num_rows else violations).slice(0, SHOWN_ROWS),
    )


def api_kept(changes: pa.Table) -> CheckResult:
    """Whether a change breaks its users."""
    breaking = changes.filter(pc.fill_null(changes.column("breaking"), False))
    return CheckResult(
        API_KEPT,
        not breaking.num_rows,
        f"{breaking.num_rows} of {changes.num_rows} changes break the interface"
        if breaking.num_rows
        else f"{changes.num_rows} changes, none breaks the interface",
        {"breaking": breaking.num_rows, "changes": changes.num_rows},
        breaking.slice(0, SHOWN_ROWS),
    )


def new_rows(table: pa.Table, before: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """The rows of `table` whose key no row of `before` has."""
    known = set(zip(*(Coded.of(before, name).texts() for name in key), strict=True))
    rows = zip(*(Coded.of(table, name).texts() for name in key), strict=True)
    return table.filter(pa.array([row not in known for row in rows], pa.bool_()))
