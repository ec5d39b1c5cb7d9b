"""Upload after upload of one configuration through inbox, daemon and code server.

    python benchmarks/soak.py [PATH] [--uploads 100] [--first 10] [--keep 5] [--sqlite] [--train]

PATH, by default the sample, is copied once; before each upload one module gets another line. The
next upload follows when the one before is built. Memory (proportional set size) of each program
is taken at rest after the first uploads and after the last; prints tables in Markdown. Ends with
exit code 1 if memory grew by more than a tenth, an upload was lost, or files beyond those of the
kept uploads stayed. Models are trained only with --train: they take minutes for each upload.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import dagster as dg
from measure import machine

from cai_assets.defs.cleanup.history import remove_runs
from cai_assets.intake.uploads import DataRoot, read_journal
from cai_assets_tests.conftest import SAMPLE
from cai_assets_tests.integration.disturbing import (
    builds,
    complete_uploads,
    kept_uploads,
    orphans,
    quiet,
    stop_training,
)
from cai_assets_tests.integration.stack import Stack, wait

GROWTH = 0.10
PROGRAMS = ("code", "daemon", "webserver")
_MEBIBYTE = 1024**2
_BUILD_SECONDS = 900.0
_LOOKS, _PAUSE = 5, 2.0


@dataclass
class State:
    """The stack at rest: bytes of memory by program, bytes of files by folder."""

    uploads: int
    memory: dict[str, int]
    disk: dict[str, int]


@dataclass
class Soak:
    """What a run of uploads came to. `seconds` from file in the inbox to the end of its run."""

    states: list[State] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    history_cleaned: int = 0


def main() -> int:
    """Upload, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--uploads", type=int, default=100)
    parser.add_argument("--first", type=int, default=10, help="uploads before the first look")
    parser.add_argument("--keep", type=int, default=5, help="CAI_KEEP_UPLOADS")
    parser.add_argument("--sqlite", action="store_true", help="history in SQLite, not PostgreSQL")
    parser.add_argument("--train", action="store_true", help="train the models after each upload")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cai-soak-") as folder:
        soak = _soak(options, Path(folder))
    _print(soak, options)
    return 1 if soak.faults else 0


def _soak(options: argparse.Namespace, folder: Path) -> Soak:
    source = folder / "source"
    shutil.copytree(options.path, source, ignore=shutil.ignore_patterns(".git"))
    module = max(source.rglob("*.bsl"), key=lambda path: path.stat().st_size)
    soak = Soak()
    settings = {
        "CAI_KEEP_UPLOADS": str(options.keep),
        "CAI_CLEAN_AT": "0 3 1 1 *",  # not while memory is measured
        "CAI_RETRAIN_AT": "0 3 1 1 *",
    }
    with Stack(folder / "stack", postgres=not options.sqlite, settings=settings) as stack:
        stack.start(*PROGRAMS)
        if not options.train:
            stop_training(stack)
        for number in range(1, options.uploads + 1):
            with module.open("a", encoding="utf-8") as text:
                text.write(f"\n// Выгрузка {number}\n")
            began = time.monotonic()
            stack.upload(source)
            wait(partial(_built, stack, number), _BUILD_SECONDS, f"upload {number}", 0.5)
            soak.seconds.append(time.monotonic() - began)
            print(f"upload {number}: {soak.seconds[-1]:.1f} s", file=sys.stderr, flush=True)
            if number in (options.first, options.uploads):
                soak.states.append(_state(stack, number))
        _hold(stack, options, soak)
    return soak


def _built(stack: Stack, count: int) -> bool:
    return len(builds(stack)) >= count and quiet(stack)


def _state(stack: Stack, uploads: int) -> State:
    wait(lambda: not orphans(stack), 60, "processes of runs to end")
    looks = []
    for _ in range(_LOOKS):
        time.sleep(_PAUSE)
        looks.append(stack.memory())
    memory = {name: int(statistics.median(look[name] for look in looks)) for name in looks[0]}
    disk = {path.name: _size(path) for path in sorted(stack.home.iterdir()) if path.is_dir()}
    disk |= {"history": _size(stack.dagster_home), "database": _database_size(stack)}
    return State(uploads, memory, {name: size for name, size in disk.items() if size})


def _database_size(stack: Stack) -> int:
    if not stack.postgres:
        return 0
    import sqlalchemy

    engine = sqlalchemy.create_engine(stack.postgres_url)
    with engine.connect() as connection:
        size = connection.execute(sqlalchemy.text("SELECT pg_database_size(current_database())"))
        return int(size.scalar_one())


def _size(folder: Path) -> int:
    sizes = []
    for path in folder.rglob("*"):
        try:
            sizes.append(path.lstat().st_size if path.is_file() else 0)
        except FileNotFoundError:
            continue
    return sum(sizes)


def _hold(stack: Stack, options: argparse.Namespace, soak: Soak) -> None:
    """What must hold at the end."""
    runs = [run for run in builds(stack) if run.is_success]
    if len({run.tags["cai/upload"] for run in runs}) != options.uploads:
        soak.faults.append(f"{len(runs)} builds went well, of {options.uploads} uploads")
    events = [event["event"] for event in read_journal(DataRoot(stack.home))]
    if events.count("accepted") != options.uploads:
        soak.faults.append(f"{events.count('accepted')} uploads were accepted")
    kept, complete = kept_uploads(stack.home), complete_uploads(stack.home)
    for what, count in (("uploads", len(kept)), ("sets of tables", len(complete))):
        if count > options.keep:
            soak.faults.append(f"{count} {what} stayed, {options.keep} are to be kept")
    first, last = soak.states[0], soak.states[-1]
    for name in PROGRAMS:
        before, after = first.memory[name], last.memory[name]
        if after > before * (1 + GROWTH):
            soak.faults.append(f"{name} grew from {before} to {after} bytes")
    with stack.instance() as instance:
        soak.history_cleaned = remove_runs(instance, time.time() + 1, (), time.monotonic() + 600)
        left = len(instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS])))
        if left > 1 + options.uploads // 10:
            soak.faults.append(f"{left} runs stay in the history after a clean-up")


def _print(soak: Soak, options: argparse.Namespace) -> None:
    first, last = soak.states[0], soak.states[-1]
    print(machine())
    print(f"\n| program | MiB after {first.uploads} | MiB after {last.uploads} | growth |")
    print("|:--|--:|--:|--:|")
    for name in sorted(last.memory):
        print(_row(name, first.memory.get(name, 0), last.memory[name]))
    print(f"\n| files | MiB after {first.uploads} | MiB after {last.uploads} | growth |")
    print("|:--|--:|--:|--:|")
    for name in sorted(last.disk):
        print(_row(name, first.disk.get(name, 0), last.disk[name]))
    half = max(1, min(options.first, len(soak.seconds) // 2))
    begin, end = (statistics.median(part) for part in (soak.seconds[:half], soak.seconds[-half:]))
    print(
        f"\n{options.uploads} uploads, {options.keep} kept; from file to finished site, median of "
        f"the first {half} {begin:.1f} s, of the last {half} {end:.1f} s. A clean-up removed "
        f"{soak.history_cleaned} runs from the history."
    )
    print("\n".join(f"\nFAULT: {fault}" for fault in soak.faults))


def _row(name: str, before: int, after: int) -> str:
    growth = f"{after / before - 1:+.0%}" if before else ""
    return f"| {name} | {before / _MEBIBYTE:.1f} | {after / _MEBIBYTE:.1f} | {growth} |"


if __name__ == "__main__":
    raise SystemExit(main())
