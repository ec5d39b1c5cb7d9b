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


FIRST, AGAIN = "`cai parse`, first run", "`cai parse`, one module changed"


def _measure(ours: Path, theirs: Path, out: Path, options: argparse.Namespace) -> None:
    rounds = [_round(ours, theirs, out, options, memory=False) for _ in range(options.runs)]
    stages = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    memory = _round(ours, theirs, out, options, memory=True)
    _print(rounds, memory, stages["seconds_by_stage"])


def _round(
    ours: Path, theirs: Path, out: Path, options: argparse.Namespace, *, memory: bool
) -> dict[str, Run]:
    """Each command once, in turn, so that all meet the machine in the same state."""
    shutil.rmtree(out, ignore_errors=True)
    runs = {FIRST: checked(_cai(ours, out), memory=memory)}
    _change_a_module(ours)
    runs[AGAIN] = checked(_cai(ours, out), memory=memory)
    if options.rival:
        if options.rival_clean:
            checked(_words(options.rival_clean, theirs))
        name = f"`{_shown(options.rival)}`"
        runs[name] = checked(_words(options.rival, theirs), memory=memory)
    return runs


def _shown(command: str) -> str:
    """The command without the folder it lies in."""
    program, _, rest = command.partition(" ")
    return f"{Path(program).name} {rest}"


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


def _print(rounds: list[dict[str, Run]], memory: dict[str, Run], stages: dict[str, float]) -> None:
    say = sys.stdout.write
    say(f"Machine: {machine()}. {len(rounds)} runs each, in turn; median (min–max). ")
    say("Memory: all processes together, in a further run.\n\n")
    say("| command | wall, s | CPU, s | peak memory, MiB |\n|:--|--:|--:|--:|\n")
    for name in rounds[0]:
        wall = spread([runs[name].wall for runs in rounds])
        cpu = spread([runs[name].cpu for runs in rounds])
        say(f"| {name} | {wall} | {cpu} | {memory[name].peak_bytes / 2**20:.0f} |\n")
    say("\n")
    for name in rounds[0]:
        if name != FIRST:
            ratios = [runs[name].wall / runs[FIRST].wall for runs in rounds]
            say(f"- Wall time of {name} by that of the first run: {spread(ratios)}\n")
        if name not in (FIRST, AGAIN):
            ratios = [runs[FIRST].wall / runs[name].wall for runs in rounds]
            say(f"- Wall time of the first run by that of {name}: {spread(ratios)}\n")
    shown = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in stages.items())
    say(f"- Seconds by stage, one module changed: {shown}\n")


if __name__ == "__main__":
    main()
