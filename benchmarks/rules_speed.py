"""`cai check` on a configuration: the first run, nothing changed, one module changed, per rule.

    python benchmarks/rules_speed.py PATH [--runs 3]

PATH is copied to a temporary folder first, so that one module can be changed. The last table has
the CPU seconds of each rule in one process, parsing left out. Prints Markdown.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from measure import Run, checked, machine, spread

FIRST, SAME, CHANGED = "first run", "nothing changed", "one module changed"
ALONE = "rules alone, tables there, first run"
_MOST = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cai-bench-") as folder:
        work = Path(folder)
        source = work / "source"
        shutil.copytree(options.path, source, ignore=shutil.ignore_patterns(".git"))
        rounds = [_round(source, work / "cache", memory=False) for _ in range(options.runs)]
        memory = _round(source, work / "cache", memory=True)
        _print(rounds, memory)
        _print_rules(source)


def _round(source: Path, cache: Path, *, memory: bool) -> dict[str, Run]:
    """Each case once, in turn, so that all meet the machine in the same state."""
    shutil.rmtree(cache, ignore_errors=True)
    command = [
        sys.executable, "-m", "cai_assets.cli", "check", str(source), "--vendor",
        "--fail-on", "never", "--format", "sarif", "--out", str(cache.parent / "report.sarif"),
        "--cache", str(cache),
    ]  # fmt: skip
    runs = {FIRST: checked(command, memory=memory)}
    runs[SAME] = checked(command, memory=memory)
    _change_a_module(source)
    runs[CHANGED] = checked(command, memory=memory)
    for name in ("findings", "checked_modules", "rule_problems"):
        (cache / f"{name}.parquet").unlink()
    runs[ALONE] = checked(command, memory=memory)
    return runs


def _change_a_module(path: Path) -> None:
    """Append a comment to the module in the middle of the list."""
    modules = sorted(path.rglob("*.bsl"))
    with modules[len(modules) // 2].open("ab") as file:
        file.write(b"\r\n// changed\r\n")


def _print(rounds: list[dict[str, Run]], memory: dict[str, Run]) -> None:
    say = sys.stdout.write
    say(f"Machine: {machine()}. {len(rounds)} runs each, in turn; median (min–max). ")
    say("Memory: all processes together, in a further run.\n\n")
    say("| `cai check`, a report as SARIF | wall, s | CPU, s | peak memory, MiB |\n")
    say("|:--|--:|--:|--:|\n")
    for name in rounds[0]:
        wall = spread([runs[name].wall for runs in rounds])
        cpu = spread([runs[name].cpu for runs in rounds])
        say(f"| {name} | {wall} | {cpu} | {memory[name].peak_bytes / 2**20:.0f} |\n")
    say("\n")


def _print_rules(source: Path) -> None:
    """Seconds of each rule; the stages tell what parsing and the view cost beside."""
    from cai_assets.knowledge.extract import extract
    from cai_assets.rules.run import check_configuration

    tables = extract(source).tables
    started = time.process_time()
    run = check_configuration(source, tables, workers=1, timed=True)
    whole = time.process_time() - started
    seconds = run.stats.rule_seconds
    say = sys.stdout.write
    inside = sum(seconds.values())
    say(f"All rules in one process: {whole:.2f} s CPU, of these in rules {inside:.2f}; ")
    say(f"findings: {run.findings.num_rows}, rules: {run.stats.rules}")
    say(f", files: {run.stats.files}, problems: {run.stats.problems}.\n\n")
    say("| rule | CPU, s |\n|:--|--:|\n")
    for key, value in sorted(seconds.items(), key=lambda pair: -pair[1])[:_MOST]:
        say(f"| {key} | {value:.2f} |\n")


if __name__ == "__main__":
    main()
