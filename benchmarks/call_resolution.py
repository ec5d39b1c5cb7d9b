"""How call sites are resolved in configurations: the figures of `docs/calls.md`.

    python benchmarks/call_resolution.py PATH… [--rest]

Prints Markdown. With `--rest` also what is most often left unresolved, for each reason.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from cai_assets.knowledge import resolve
from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.resolutions import CATALOGUE, RESOLVED

_SHOWN = 12
_QUIET = frozenset({"resolved", "platform"})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--rest", action="store_true")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = {}
    modules: dict[str, tuple[int, int]] = {}
    seconds: dict[str, float] = {}
    rest: dict[str, dict[str, Counter[str]]] = {}
    for path in options.paths:
        watch = _Watch()
        tables = extract(path).tables
        calls = tables["calls"]
        seconds[path.name] = watch.stop()
        counts[path.name] = Counter(text or "" for text in Coded.of(calls, "resolution").texts())
        modules[path.name] = _of_common_modules(tables)
        rest[path.name] = _rest(calls)
    _print_shares(counts, modules, seconds)
    if options.rest:
        _print_rest(rest)


class _Watch:
    """CPU seconds that resolving calls takes, without reading files."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._with_calls = resolve._with_calls
        resolve._with_calls = self._timed

    def _timed(
        self, stored: Mapping[str, pa.Table], previous: Mapping[str, pa.Table] | None
    ) -> dict[str, pa.Table]:
        start = time.process_time()
        tables = self._with_calls(stored, previous)
        self._seconds += time.process_time() - start
        return tables

    def stop(self) -> float:
        resolve._with_calls = self._with_calls
        return self._seconds


def _of_common_modules(tables: Mapping[str, pa.Table]) -> tuple[int, int]:
    """Calls whose receiver, as written, is the name of a common module: resolved, and all."""
    objects = tables["objects"]
    names = {
        name.casefold()
        for name, type_ in zip(
            objects.column("name").to_pylist(), Coded.of(objects, "type").texts(), strict=True
        )
        if type_ == "CommonModule"
    }
    calls = tables["calls"]
    named = Coded.of(calls, "receiver").map(lambda text: int(text.casefold() in names)) == 1
    found = Coded.of(calls, "resolution").map(lambda text: int(text in RESOLVED)) == 1
    return int(np.sum(named & found)), int(np.sum(named))


def _rest(calls: pa.Table) -> dict[str, Counter[str]]:
    quiet = {one.name for one in CATALOGUE if one.group in _QUIET}
    resolution = Coded.of(calls, "resolution")
    rows = np.flatnonzero(resolution.map(lambda text: int(text not in quiet)) == 1)
    few = calls.select(["resolution", "receiver", "name"]).take(pa.array(rows))
    found: dict[str, Counter[str]] = {}
    for why, receiver, name in zip(
        *(Coded.of(few, column).texts() for column in few.column_names), strict=True
    ):
        found.setdefault(why or "", Counter())[f"{receiver}.{name}".lstrip(".")] += 1
    return found


def _print_shares(
    counts: Mapping[str, Counter[str]],
    modules: Mapping[str, tuple[int, int]],
    seconds: Mapping[str, float],
) -> None:
    _row("resolution", *counts)
    _row(":--", *("--:" for _ in counts))
    for one in CATALOGUE:
        _row(f"`{one.name}`", *(f"{found[one.name]:,}" for found in counts.values()))
    _row("call sites", *(f"{found.total():,}" for found in counts.values()))
    for title, groups in (
        ("resolved to a routine", {"resolved"}),
        ("platform", {"platform"}),
        ("not resolved, with a reason", {"reason"}),
        ("type not known", {"unknown"}),
        ("classified (all but the line above)", {"resolved", "platform", "reason"}),
    ):
        wanted = [one.name for one in CATALOGUE if one.group in groups]
        _row(
            title,
            *(
                f"{sum(found[name] for name in wanted) / max(found.total(), 1):.2%}"
                for found in counts.values()
            ),
        )
    _row("`Module.Method` resolved", *(_share(*modules[name]) for name in counts))
    _row("CPU s", *(f"{seconds[name]:.2f}" for name in counts))


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}, {part / max(whole, 1):.2%}"


def _print_rest(rest: Mapping[str, Mapping[str, Counter[str]]]) -> None:
    for name, reasons in rest.items():
        print(f"\n## {name}")
        for reason, found in sorted(reasons.items()):
            shown = ", ".join(f"`{text}` {count}" for text, count in found.most_common(_SHOWN))
            print(f"\n- **{reason}**: {shown}")


def _row(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
