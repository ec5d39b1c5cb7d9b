"""Search over the routines of an upload: how long it takes to load, and to answer.

    python benchmarks/search_speed.py FOLDER_OF_UPLOAD [--questions 1000]

The folder holds `parsed_configuration` and `ml_dataset`, of which the index is built and the model
is trained. Questions are first sentences of doc
comments of the test part, as many as there are, repeated up to the number; they are asked with
comments in the index, as people ask, on one core. Loading is that of a process of its own. Prints
Markdown for `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
from measure import checked, machine, spread

sys.path.insert(0, str(Path(__file__).parents[1]))

from cai_assets.knowledge.store import read_table, write_table
from cai_assets.learning.models.ranking import MODEL, Examples
from cai_assets.learning.search.ranker import learned_state, learned_table
from cai_assets.learning.search.schema import INDEX_TABLES, LEARNED
from cai_assets.learning.search.searcher import Searcher
from cai_assets.learning.splits import TEST

_SEED = 0
_COLD = """
import sys, time
from pathlib import Path
started = time.perf_counter()
from cai_assets.knowledge.store import read_table
from cai_assets.learning.search.ranker import learned_state
from cai_assets.learning.search.schema import INDEX_TABLES, LEARNED
from cai_assets.learning.search.searcher import Searcher
imported = time.perf_counter()
folder = Path(sys.argv[1])
tables = {t.name: read_table(folder / f"{t.name}.parquet") for t in INDEX_TABLES}
state = learned_state(read_table(folder / f"{LEARNED.name}.parquet"))
searcher = Searcher(tables, state)
loaded = time.perf_counter()
searcher.search(sys.argv[2])
print(imported - started, loaded - imported, time.perf_counter() - loaded)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("upload", type=Path)
    parser.add_argument("--questions", type=int, default=1000)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    write = sys.stdout.write
    write(f"{machine()}; one core\n\n")
    examples, built = _built(given.upload)
    questions = [question.text for question in examples.part(TEST)]
    if not questions:
        sys.exit(f"{given.upload}: no comment of the test part asks a question")
    tables = {
        **examples.tables,
        LEARNED.name: learned_table(MODEL.train(examples, MODEL.parameters, _SEED)),
    }
    with tempfile.TemporaryDirectory(prefix="cai-bench-") as folder:
        for name, table in tables.items():
            write_table(table, Path(folder) / f"{name}.parquet")
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        read = {name: read_table(Path(folder) / f"{name}.parquet") for name in tables}
        cold = [_cold(folder, questions[at % len(questions)]) for at in range(5)]
    asked = [questions[at % len(questions)] for at in range(given.questions)]
    milliseconds = _times(read, asked)
    rows = [
        ("routines", f"{len(examples.index):,}"),
        ("index built, s", f"{built:.1f}"),
        ("index and model on disk, MB", f"{size / 1e6:.1f}"),
        ("imports of a new process, s", spread([times[0] for times in cold])),
        ("loading index and model, s", spread([times[1] for times in cold])),
        ("first question, s", spread([times[2] for times in cold])),
        ("questions asked", f"{len(asked):,} ({min(len(questions), len(asked)):,} different)"),
        ("p50, ms", f"{np.percentile(milliseconds, 50):.1f}"),
        ("p95, ms", f"{np.percentile(milliseconds, 95):.1f}"),
        ("p99, ms", f"{np.percentile(milliseconds, 99):.1f}"),
        ("longest, ms", f"{max(milliseconds):.1f}"),
        ("mean, ms", f"{statistics.mean(milliseconds):.1f}"),
    ]
    write("| what | value |\n|:--|--:|\n")
    for what, value in rows:
        write(f"| {what} | {value} |\n")


def _built(upload: Path) -> tuple[Examples, float]:
    """The index and the questions of an upload, and the seconds that it took."""
    inputs = {
        group: {
            name: read_table(upload / group / f"{name}.parquet", list(columns))
            for name, columns in tables.items()
        }
        for group, tables in MODEL.reads.items()
    }
    started = time.perf_counter()
    examples = MODEL.prepare(inputs, _SEED)
    return examples, time.perf_counter() - started


def _cold(folder: str, question: str) -> tuple[float, float, float]:
    """Seconds of imports, of loading and of the first question in a process of its own."""
    root = os.fspath(Path(__file__).parents[1])
    command = [sys.executable, "-c", _COLD, folder, question]
    output = checked(command, env={"PYTHONPATH": root}).output
    imports, loading, first = map(float, output.split())
    return imports, loading, first


def _times(tables: Mapping[str, pa.Table], questions: list[str]) -> list[float]:
    """Milliseconds of each question, after one that is not counted."""
    index = {table.name: tables[table.name] for table in INDEX_TABLES}
    searcher = Searcher(index, learned_state(tables[LEARNED.name]))
    searcher.search(questions[0])
    found = []
    for question in questions:
        started = time.perf_counter()
        searcher.search(question)
        found.append((time.perf_counter() - started) * 1000)
    return found


if __name__ == "__main__":
    main()
