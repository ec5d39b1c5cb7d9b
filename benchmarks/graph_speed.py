"""The dependency analysis on a made-up graph and on real tables; `cai impact` on real ones.

    python benchmarks/graph_speed.py [--nodes 50000] [--edges 300000] [--tables FOLDER ...]

The graph is scale-free (each object prefers what others already use) with planted cycles of
objects and of subsystems; the same numbers each time. A FOLDER is what `cai parse` wrote. Seconds
are CPU seconds of this process. Prints Markdown for `docs/benchmarks.md`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
from measure import checked, machine

sys.path.insert(0, str(Path(__file__).parents[1]))

from cai_assets.analysis.dependencies import analyse
from cai_assets.analysis.dependencies.communities import find_communities
from cai_assets.analysis.dependencies.feedback import feedback_edges
from cai_assets.analysis.dependencies.merge import Nodes, merge_objects
from cai_assets.analysis.impact import find_subject, impact
from cai_assets.cli.impact import DEPENDENCY_GROUP
from cai_assets.cli.stored import StoredTables
from cai_assets.knowledge.schema import TABLES
from cai_assets.knowledge.snapshots import GROUP, Snapshots
from cai_assets.knowledge.store import read_table, write_table

_Result = TypeVar("_Result")
_SUBSYSTEMS, _CYCLES, _SEED = 200, 500, 7
_TYPES = ("Catalog", "Document", "CommonModule", "InformationRegister", "Report", "Enum")
_KINDS = ("call", "type", "query_table", "manager", "handler")
_BIGGEST = 5
_UPLOAD = "20260101T000000Z-bench"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nodes", type=int, default=50_000)
    parser.add_argument("--edges", type=int, default=300_000)
    parser.add_argument("--tables", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    sys.stdout.write(f"Machine: {machine()}.\n\n")
    sys.stdout.write("| graph | objects | edges | references | merge | components, layers ")
    sys.stdout.write("| PageRank | communities | edges to cut | all tables | of them `unused` |\n")
    sys.stdout.write(f"|:--|{'--:|' * 10}\n")
    _print_analysis("made up", synthetic(options.nodes, options.edges))
    analysed = {}
    for folder in options.tables:
        tables = {name: read_table(folder / f"{name}.parquet") for name in TABLES}
        analysed[folder] = _print_analysis(folder.name, tables)
    if analysed:
        sys.stdout.write("\n| configuration | subject | reached | steps | first, ms | again, ms ")
        sys.stdout.write(f"| `cai`, s |\n|:--|:--|{'--:|' * 5}\n")
    for folder, found in analysed.items():
        _print_impact(folder, found)


def synthetic(nodes: int, edges: int) -> dict[str, pa.Table]:
    """The tables of a configuration that has nothing but objects, subsystems and references."""
    random = np.random.default_rng(_SEED)
    source = random.integers(1, nodes, edges)
    # A power of a uniform number prefers the early nodes: degrees then follow a power law.
    target = (source * random.random(edges) ** 3).astype(np.int64)
    loops = random.integers(0, nodes, (_CYCLES, 3))
    source = np.concatenate((source, loops.ravel()))
    target = np.concatenate((target, np.roll(loops, -1, axis=1).ravel()))
    ids = [f"{_TYPES[node % len(_TYPES)]}.О{node:06}" for node in range(nodes)]
    homes = [f"Subsystem.П{node % _SUBSYSTEMS:03}" for node in range(nodes)]
    subsystems = sorted(set(homes))
    count = len(source)
    names = pa.array(ids)

    def ends(codes: np.ndarray) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), names)

    def cycled(values: tuple[str, ...]) -> pa.Array:
        codes = np.arange(count, dtype=np.int32) % len(values)
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values))

    return _filled(
        {
            "objects": {
                "object": [*ids, *subsystems],
                "type": [*(id_.partition(".")[0] for id_ in ids), *("Subsystem",) * _SUBSYSTEMS],
                "name": [*(id_.partition(".")[2] for id_ in ids), *subsystems],
                "subsystems": [*([home] for home in homes), *([],) * _SUBSYSTEMS],
                "properties": [[]] * (nodes + _SUBSYSTEMS),
            },
            "references": {
                "source": ends(source),
                "target": ends(target),
                "source_object": ends(source),
                "target_object": ends(target),
                "kind": cycled(_KINDS),
                "resolved": pa.array(np.ones(count, dtype=bool)),
                "file": cycled(tuple(f"Модуль{at}.bsl" for at in range(1000))),
                "line": pa.array(np.arange(count, dtype=np.int32)),
            },
        }
    )


def _filled(stated: Mapping[str, Mapping[str, object]]) -> dict[str, pa.Table]:
    """Tables with the stated columns; the others are null, and other tables empty."""
    tables = {}
    for name, table in TABLES.items():
        columns = stated.get(name, {})
        length = len(next(iter(columns.values()), []))  # type: ignore[arg-type]
        arrays = []
        for field in table.arrow_schema:
            values = columns.get(field.name)
            if values is None:
                values = pa.nulls(length, field.type)
            elif not isinstance(values, pa.Array):
                values = pa.array(values, type=field.type)
            arrays.append(values)
        tables[name] = pa.Table.from_arrays(arrays, schema=table.arrow_schema)
    return tables


def _cpu(work: Callable[[], _Result]) -> tuple[float, _Result]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def _print_analysis(name: str, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    from cai_assets.analysis.dependencies.merge import merge_routines
    from cai_assets.analysis.dependencies.unused import find_unused

    references = tables["references"]
    nodes = Nodes.of(tables["objects"])
    ends = nodes.ends(references)
    merging, merged = _cpu(lambda: merge_objects(references, nodes, ends))
    graph = merged.graph(len(nodes.ids))
    components, _ = _cpu(lambda: (graph.component_sizes, graph.layers))
    ranking, _ = _cpu(graph.page_rank)
    communities, _ = _cpu(lambda: find_communities(graph))
    cutting, _ = _cpu(lambda: feedback_edges(graph))
    routine_edges = merge_routines(references, tables["routines"])
    unused, _ = _cpu(lambda: find_unused(tables, nodes, ends, routine_edges))
    whole, found = _cpu(lambda: analyse(tables))
    counts = (len(nodes.ids), len(graph.source), references.num_rows)
    seconds = (merging, components, ranking, communities, cutting, whole, unused)
    cells = [name, *(f"{count:,}" for count in counts), *(f"{value:.2f}" for value in seconds)]
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    return found


def _print_impact(folder: Path, found: Mapping[str, pa.Table]) -> None:
    """The most used objects and routines, read from the disk each time."""
    with tempfile.TemporaryDirectory(prefix="cai-bench-") as home:
        snapshots = Snapshots(Path(home) / "tables")
        upload = snapshots.folder("bench", _UPLOAD)
        upload.mkdir(parents=True)
        (upload / GROUP).symlink_to(folder.resolve(), target_is_directory=True)
        for name, table in found.items():
            write_table(table, upload / DEPENDENCY_GROUP / f"{name}.parquet")
        snapshots.publish("bench", _UPLOAD, {})
        parsed, edges = StoredTables(upload / GROUP), StoredTables(upload / DEPENDENCY_GROUP)
        for subject in _subjects(found):
            times = []
            for _ in range(5):
                started = time.perf_counter()
                id_, routine = find_subject(parsed, subject)
                answer = impact(edges, id_, routine=routine)
                times.append((time.perf_counter() - started) * 1000)
            command = [sys.executable, "-m", "cai_assets.cli", "--data", home, "impact", "bench"]
            process = statistics.median(checked([*command, subject]).wall for _ in range(3))
            cells = [folder.name, f"`{subject}`", f"{len(answer.reached):,}"]
            cells += [str(len(answer.by_steps)), f"{times[0]:.0f}"]
            cells += [f"{statistics.median(times[1:]):.0f}", f"{process:.2f}"]
            sys.stdout.write(f"| {' | '.join(cells)} |\n")


def _subjects(found: Mapping[str, pa.Table]) -> list[str]:
    """The objects with the highest PageRank, and the routine that most others call."""
    nodes = found["graph_nodes"].sort_by([("page_rank", "descending")])
    routines = found["routine_edges"].group_by("target").aggregate([("source", "count")])
    busiest = routines.sort_by([("source_count", "descending")]).column("target")
    objects = nodes.column("object").to_pylist()[:_BIGGEST]
    return [*objects, *(str(name) for name in busiest.to_pylist()[:1])]


if __name__ == "__main__":
    main()
