"""What each real configuration gives: rows, problems, checks; and whether layout twins agree.

    python benchmarks/corpora.py FOLDER [--twins ssl_3_1_edt ssl_3_1]

FOLDER holds one configuration per sub-folder. Prints Markdown for `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
from measure import machine

sys.path.insert(0, str(Path(__file__).parents[1]))

from cai_assets.knowledge import checks
from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.summary import summarize
from cai_assets.onec.errors import NoProjects
from cai_assets_tests.twins import compared_rows, differing_rows

_TABLES = (
    "objects",
    "members",
    "forms",
    "form_items",
    "rights",
    "modules",
    "routines",
    "calls",
    "queries",
    "references",
)


def main() -> None:
    """Read every configuration and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--twins", nargs=2, metavar=("EDT", "DESIGNER"))
    options = parser.parse_args()
    sys.stdout.write(f"Machine: {machine()}.\n\n")
    heads = ("files", "parsed", "partly", "unsupported", "failed", "BSL lines", *_TABLES)
    columns = ("configuration", *heads, "syntax errors", "failed checks", "s")
    sys.stdout.write(f"| {' | '.join(columns)} |\n|{':--|' * len(columns)}\n")
    kept = {}
    for root in sorted(path for path in options.folder.iterdir() if path.is_dir()):
        try:
            result = extract(root)
        except NoProjects:
            continue
        _print_row(root, result.tables, result.stats.seconds)
        if options.twins and root.name in options.twins:
            kept[root.name] = result.tables
    if options.twins:
        _print_twins(*(kept[name] for name in options.twins))


def _print_row(root: Path, tables: Mapping[str, pa.Table], seconds: float) -> None:
    summary = summarize(tables)
    statuses = [
        summary.statuses.get(name, 0) for name in ("parsed", "partly", "unsupported", "failed")
    ]
    errors = sum(tables["modules"].column("syntax_errors").to_pylist())
    failed = [
        f"{result.check.name} {result.check.table}"
        for result in checks.run_checks(tables, files=checks.files_below(root))
        if not result.passed
    ]
    cells = [
        root.name,
        summary.rows["source_files"],
        *statuses,
        summary.code_lines,
        *(summary.rows[name] for name in _TABLES),
        errors,
        ", ".join(failed) or "–",
        f"{seconds:.2f}",
    ]
    row = " | ".join(f"{cell:,}" if isinstance(cell, int) else cell for cell in cells)
    sys.stdout.write(f"| {row} |\n")


def _print_twins(edt: Mapping[str, pa.Table], designer: Mapping[str, pa.Table]) -> None:
    found = differing_rows(edt, designer)
    count = sum(len(rows) for rows in found.values())
    sys.stdout.write(
        f"\nLayout twins: {compared_rows(edt):,} and {compared_rows(designer):,} rows compared, "
        f"{count} differ.\n"
    )
    for table, rows in found.items():
        sys.stdout.write(f"- `{table}`: {rows[:3]}\n")


if __name__ == "__main__":
    main()
