"""The dataset and the five models on real configurations: figures, intervals, seconds, memory.

    python benchmarks/models.py FOLDER [FOLDER …] [--data DIR] [--write docs/models.md]

Each FOLDER is an upload. It is built and learned from in a data folder of its own (`--data` keeps
it), once for the time and once more for the memory. Prints Markdown; with `--write`, puts it
between the lines `<!-- measured -->` and `<!-- /measured -->` of a page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measure import Run, checked, machine

sys.path.insert(0, str(Path(__file__).parents[1]))

from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.knowledge.store import StoredTables, read_table
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.dataset.build import READS, build
from cai_assets.learning.dataset.checks import run_checks
from cai_assets.learning.dataset.filters import Filters
from cai_assets.learning.dataset.jsonl import write
from cai_assets.learning.dataset.schema import GROUP as DATASET
from cai_assets.learning.evaluation import PROMOTIONS, SAME
from cai_assets.learning.model import Model
from cai_assets.learning.schema import DECISIONS, EVALUATION, SCORES

MEBIBYTE = 1024 * 1024
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def main() -> None:
    """Build, learn, print or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cai-bench-") as scratch:
        data = options.data or Path(scratch)
        parts = [f"Machine: {machine()}.\n"]
        for folder in options.folders:
            parts += _measure(folder, data)
    text = "\n".join(parts) + "\n"
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        head, tail = page.split(BEGIN)[0], page.split(END)[1]
        options.write.write_text(
            f"{head}{BEGIN}\n{text}{END}{tail}", encoding="utf-8", newline="\n"
        )
    else:
        sys.stdout.write(text)


def _measure(folder: Path, data: Path) -> list[str]:
    """One upload: its dataset, its models."""
    snapshots = Snapshots(data / "tables")
    before = set(snapshots.configurations())
    cai = [sys.executable, "-m", "cai_assets.cli", "--data", str(data), "--lang", "en"]
    checked([*cai, "build", str(folder), "--quiet"])
    (name,) = set(snapshots.configurations()) - before or {_newest(snapshots)}
    environment = {"CAI_DATASET_VENDOR": "true"}
    train = [*cai, "train", name, "--quiet", "--anew"]
    timed = checked(train, env=environment)
    weighed = checked(train, env=environment, memory=True)
    snapshot = snapshots.current(name)
    assert snapshot is not None
    return [
        f"### {folder.name}\n",
        *_dataset(Path(str(snapshot.folder)), folder),
        *_models(Path(str(snapshot.folder)), timed, weighed),
    ]


def _newest(snapshots: Snapshots) -> str:
    """The configuration that was published last."""
    found = [(snapshots.current(name), name) for name in snapshots.configurations()]
    return max((str(s.info.get("published")), name) for s, name in found if s is not None)[1]


def _dataset(folder: Path, source: Path) -> list[str]:
    started = time.perf_counter()
    made = build(
        source,
        {group: StoredTables(folder / group, tables) for group, tables in READS.items()},
        filters=Filters(vendor=True),
    )
    built = time.perf_counter() - started
    with tempfile.TemporaryDirectory(prefix="cai-bench-") as files:
        write(made.tables["tasks"], Path(files))
        checked_ = run_checks(made.tables, Path(files))
    whole = time.perf_counter() - started
    table = read_table(folder / DATASET / "routines.parquet", ["category", "dropped", "body"])
    rows = table.num_rows
    categories = _counts(table.column("category"))
    shares = ", ".join(
        f"{name} {100 * count / rows:.1f} %"
        for name, count in sorted(categories.items(), key=lambda item: -item[1])
    )
    dropped = _counts(table.column("dropped"))
    reasons = ", ".join(f"{name} {count:,}" for name, count in sorted(dropped.items()) if name)
    empty = sum(not body for body in table.column("body").to_pylist())
    return [
        f"Dataset: {rows:,} routines, {empty} with an empty body, {dropped.get('', 0):,} kept "
        f"(left out: {reasons or 'none'}). Categories: {shares}. Built in {built:.1f} s, "
        f"{whole:.1f} s with its files and {len(checked_)} checks, "
        f"{sum(not check.passed for check in checked_)} of which failed; "
        f"{made.stats.peak_bytes / MEBIBYTE:.0f} MiB at most.\n"
    ]


def _counts(column: Any) -> Mapping[str, int]:
    import pyarrow as pa

    pairs = column.cast(pa.string()).value_counts().to_pylist()
    return {pair["values"] or "": pair["counts"] for pair in pairs}


def _models(folder: Path, timed: Run, weighed: Run) -> list[str]:
    decisions = {
        row["model"]: row
        for row in read_table(folder / EVALUATION / f"{DECISIONS.name}.parquet").to_pylist()
    }
    heads = ("model", "figure", "model (95 %)", "best baseline (95 %)", "apart", "over baseline",
             "promoted", "s", "MiB")  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", f"|{':--|' * len(heads)}"]
    lines += (_row(model, decisions[model.name]) for model in MODELS)
    lines.append("")
    lines.append(
        f"One materialization of everything (dataset, five models, evaluation, clean-up): "
        f"{timed.wall:.0f} s wall, {timed.cpu:.0f} s CPU; "
        f"{weighed.peak_bytes / MEBIBYTE:.0f} MiB at most, all processes together.\n"
    )
    lines += ["| model | contender | " + "figures (95 %) |", "|:--|:--|:--|"]
    for model in MODELS:
        table = read_table(folder / model.name / f"{SCORES.name}.parquet").to_pylist()
        for contender in dict.fromkeys(row["contender"] for row in table):
            figures = "; ".join(
                f"{row['metric']} {_interval(row['value'], row['low'], row['high'])}"
                for row in table
                if row["contender"] == contender
            )
            lines.append(f"| {model.name} | {contender} | {figures} |")
    return [*lines, ""]


def _row(model: Model[Any], row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return f"| `{model.name}` | {row['metric']} | {row['note_en']} | | | | | | |"
    promoted = "yes" if row["decision"] in (*PROMOTIONS, SAME) else f"no: {row['decision']}"
    apart = "yes" if row["low"] > row["baseline_high"] else "no"
    cells = (
        f"`{model.name}`",
        row["metric"],
        _interval(row["value"], row["low"], row["high"]),
        f"{row['baseline']} "
        + _interval(row["baseline_value"], row["baseline_low"], row["baseline_high"]),
        apart,
        _interval(row["over_baseline"], row["over_baseline_low"], row["over_baseline_high"]),
        promoted,
        f"{row['seconds']:.1f}",
        f"{row['peak_bytes'] / MEBIBYTE:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _interval(value: float, low: float, high: float) -> str:
    return f"{value:.3f} ({low:.3f}–{high:.3f})"


if __name__ == "__main__":
    main()
