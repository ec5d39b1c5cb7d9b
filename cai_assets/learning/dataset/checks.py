"""What must hold of the ML dataset, whoever runs the checks: Dagster, `cai` or CI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.checks import SHOWN_ROWS, Check, CheckResult
from cai_assets.knowledge.coded import Coded
from cai_assets.learning.dataset.categories import OTHER
from cai_assets.learning.dataset.jsonl import load_check
from cai_assets.learning.dataset.leaks import leaks
from cai_assets.learning.dataset.schema import GROUP
from cai_assets.learning.dataset.tasks import kept_rows

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath

MOST_OTHER = 1 / 3
MOST_ONE = 0.6
FEW_ROUTINES = 100
"""Below this many kept routines the shares of categories say nothing."""

NO_LEAKAGE = Check(
    "no_leakage",
    "routines",
    "No routine of the validation or test split is a near copy of one in training.",
    "Ни один метод проверочной и тестовой частей не повторяет метод обучающей.",
    group=GROUP,
)
BODIES_PRESENT = Check(
    "bodies_present",
    "routines",
    "Every routine has its text.",
    "У каждого метода есть текст.",
    group=GROUP,
)
CATEGORIES_SHARED = Check(
    "categories_shared",
    "routines",
    "At most a third of the kept routines is `other`, and no category has more than 60 %.",
    "В категории «прочее» не больше трети методов, и ни в одной не больше 60 %.",
    error=False,
    group=GROUP,
)
COUNTS_KEPT = Check(
    "counts_kept",
    "figures",
    "The numbers of routines and examples did not collapse against the upload before.",
    "Число методов и примеров не обвалилось по сравнению с предыдущей выгрузкой.",
    error=False,
    group=GROUP,
)
JSONL_LOADS = Check(
    "jsonl_loads",
    "tasks",
    "Every example stands as a line in the JSONL files and loads, with nothing empty.",
    "Каждый пример есть строкой в файлах JSONL, она читается, и в ней нет пустого.",
    group=GROUP,
)

CHECKS: tuple[Check, ...] = (
    NO_LEAKAGE, BODIES_PRESENT, CATEGORIES_SHARED, COUNTS_KEPT, JSONL_LOADS,
)  # fmt: skip

_EVIDENCE = ("project", "routine", "line", "split", "file")
_COMPARED = ("routines", "kept", "examples")


def no_leakage(routines: pa.Table) -> CheckResult:
    """Compare kept routines across splits: digests of tokens, and texts with `leaks`."""
    rows = kept_rows(routines)
    same = _same_digests(routines, rows)
    near = leaks(routines, rows)
    evidence = sorted({*same, *(leak.held_out for leak in near)})
    return CheckResult(
        NO_LEAKAGE,
        not evidence,
        f"{len(same)} equal and {len(near)} near copies of training routines are held out, "
        f"of {len(rows)} routines",
        {"equal": len(same), "near": len(near), "routines": len(rows)},
        _shown(routines, evidence),
    )


def _same_digests(routines: pa.Table, rows: list[int]) -> list[int]:
    """Routines whose tokens are those of a routine of another split."""
    splits = routines.column("split").to_pylist()
    digests = routines.column("body_digest").to_pylist()
    first: dict[str, str] = {}
    return [at for at in rows if first.setdefault(digests[at], splits[at]) != splits[at]]


def bodies_present(routines: pa.Table) -> CheckResult:
    """Look for routines without text."""
    missing = [at for at, body in enumerate(routines.column("body").to_pylist()) if not body]
    return CheckResult(
        BODIES_PRESENT,
        not missing,
        f"{len(missing)} of {routines.num_rows} routines have no text",
        {"missing": len(missing), "routines": routines.num_rows},
        _shown(routines, missing),
    )


def categories_shared(
    routines: pa.Table, *, most_other: float = MOST_OTHER, most_one: float = MOST_ONE
) -> CheckResult:
    """Compare the shares of categories with their limits."""
    rows = kept_rows(routines)
    coded = Coded.of(routines, "category")
    names, counts = np.unique(coded.codes[rows], return_counts=True)
    total = max(len(rows), 1)
    shares = {
        coded.values[code]: int(count) / total
        for code, count in zip(names.tolist(), counts.tolist(), strict=True)
    }
    largest = max(shares, key=lambda name: (shares[name], name), default=OTHER)
    other = shares.get(OTHER, 0.0)
    few = len(rows) < FEW_ROUTINES
    said = (
        f"{100 * other:.1f} % other; the largest is {largest}: {100 * shares.get(largest, 0):.1f} %"
    )
    return CheckResult(
        CATEGORIES_SHARED,
        few or (other <= most_other and shares[largest] <= most_one),
        f"{len(rows)} kept routines are too few to tell" if few else said,
        {name: round(share, 4) for name, share in sorted(shares.items())},
    )


def counts_kept(
    figures: pa.Table, before: pa.Table | None, *, most_lost: float = 0.5
) -> CheckResult:
    """Compare counts with those of the upload before, if there is one."""
    now = _counts(figures)
    if before is None:
        return CheckResult(COUNTS_KEPT, True, "no earlier upload to compare", now)
    then = _counts(before)
    fallen = [name for name in _COMPARED if now[name] < (1 - most_lost) * then[name]]
    told = ", ".join(f"{name}: {then[name]:.0f} → {now[name]:.0f}" for name in _COMPARED)
    return CheckResult(COUNTS_KEPT, not fallen, told, now)


def _counts(figures: pa.Table) -> dict[str, int | float]:
    rows = zip(
        *(figures.column(name).to_pylist() for name in ("section", "name", "value")), strict=True
    )
    found = {name: value for section, name, value in rows if section == "count"}
    return {name: found.get(name) or 0.0 for name in _COMPARED}


def jsonl_loads(folder: StoredPath, examples: int) -> CheckResult:
    """Read the files in `folder` again; together they hold as many lines as there are examples."""
    counts, faults = load_check(folder)
    lines = sum(counts.values())
    first = f"; the first: {faults[0]}" if faults else ""
    return CheckResult(
        JSONL_LOADS,
        not faults and lines == examples,
        f"{lines} lines of {examples} examples, {len(faults)} of them do not load{first}",
        {"faults": len(faults), "lines": lines, "examples": examples},
    )


def run_checks(
    tables: Mapping[str, pa.Table], files: StoredPath, before: Mapping[str, pa.Table] | None = None
) -> list[CheckResult]:
    """All of `CHECKS` in their order.

    `files` is the folder of the JSONL files; `before` are tables of an earlier upload, or None.
    """
    return [
        no_leakage(tables["routines"]),
        bodies_present(tables["routines"]),
        categories_shared(tables["routines"]),
        counts_kept(tables["figures"], before["figures"] if before is not None else None),
        jsonl_loads(files, tables["tasks"].num_rows),
    ]


def _shown(routines: pa.Table, rows: list[int]) -> pa.Table:
    return routines.select(list(_EVIDENCE)).take(pa.array(rows[:SHOWN_ROWS], pa.int64()))
