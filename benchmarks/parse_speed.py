"""`cai parse` on a configuration, next to any other indexer, in one session.

    python benchmarks/parse_speed.py PATH [--runs 3] [--rival "rlm-bsl-index index build {path}"]

PATH is copied to a temporary folder first, so that one module can be changed for the second run.
The rival's command gets a copy of its own. Prints a Markdown table for `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from measure import Run, checked, machine, spread


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rival", help="command with {path}; run in turn with ours")
    parser.add_argument("--rival-clean", help="command with {path} that removes the rival's index")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cai-bench-") as folder:
        work = Path(folder)
        ours, theirs = work / "ours", work / "theirs"
        shutil.copytree(options.path, ours, ignore=shutil.ignore_patterns(".git"))
        if options.rival:
            shutil.copytree(options.path, theirs, ignore=shutil.ignore_patterns(".git"))
        _measure(ours, theirs, work / "tables", options)


def _measure(ours: Path, theirs: Path, out: Path, options: argparse.Namespace) -> None:
    first: list[Run] = []
    again: list[Run] = []
    rival: list[Run] = []
    for _ in range(options.runs):
        shutil.rmtree(out, ignore_errors=True)
        first.append(checked(_cai(ours, out)))
        _change_a_module(ours)
        again.append(checked(_cai(ours, out)))
        if options.rival:
            if options.rival_clean:
                checked(_words(options.rival_clean, theirs))
            rival.append(checked(_words(options.rival, theirs)))
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    _print(first, again, rival, summary, options)


def _words(command: str, path: Path) -> list[str]:
    """The words of `command`. The path comes in last: a shell would eat its backslashes."""
    return [word.format(path=path) for word in shlex.split(command)]


def _cai(path: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "cai_assets.cli", "parse", str(path), "--out", str(out)]


def _change_a_module(path: Path) -> None:
    """Append a comment to the module in the middle of the list."""
    modules = sorted(path.rglob("*.bsl"))
    with modules[len(modules) // 2].open("ab") as file:
        file.write(b"\r\n// changed\r\n")


def _print(
    first: list[Run],
    again: list[Run],
    rival: list[Run],
    summary: dict[str, object],
    options: argparse.Namespace,
) -> None:
    say = sys.stdout.write
    say(f"Machine: {machine()}. {options.runs} runs each, in turn; median (min–max).\n\n")
    say("| command | wall, s | CPU, s | peak memory of all processes, MiB |\n|---|---|---|---|\n")
    for name, runs in (
        ("`cai parse`, first run", first),
        ("`cai parse`, one module changed", again),
        (f"`{options.rival}`", rival),
    ):
        if runs:
            memory = spread([run.peak_bytes / 2**20 for run in runs], 0)
            wall, cpu = spread([r.wall for r in runs]), spread([r.cpu for r in runs])
            say(f"| {name} | {wall} | {cpu} | {memory} |\n")
    middle = statistics.median(run.wall for run in first)
    ratio = statistics.median(b.wall / a.wall for a, b in zip(first, again, strict=True))
    say(f"\nSecond run after one changed module: {ratio:.0%} of the first.\n")
    if rival:
        share = statistics.median(a.wall / b.wall for a, b in zip(first, rival, strict=True))
        say(f"Wall time against the rival, run by run: {share:.2f}.\n")
    say(f"Median of the first run: {middle:.2f} s.\n\n")
    say(f"```json\n{json.dumps(summary.get('stages', summary), ensure_ascii=False)[:2000]}\n```\n")


if __name__ == "__main__":
    main()
