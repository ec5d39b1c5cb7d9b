"""Cycles of subsystems and of objects, the dependencies that make them, and what to cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.feedback import Flags, feedback_edges
from cai_assets.analysis.dependencies.graph import Graph, Ints
from cai_assets.analysis.dependencies.merge import Merged, Nodes
from cai_assets.analysis.dependencies.schema import TABLES
from cai_assets.analysis.dependencies.subsystems import Subsystems
from cai_assets.analysis.dependencies.tabulate import build, named

_LEVELS = ("subsystem", "object")


@dataclass(frozen=True, slots=True)
class _Cycles:
    """The components of more than one node, larger ones first, numbered from `begin`."""

    level: int
    graph: Graph
    cut: Flags
    names: list[str]
    begin: int
    components: Ints

    @property
    def of_component(self) -> Ints:
        """The number of each component's cycle, -1 if it is none."""
        of = np.full(int(self.graph.components.max(initial=-1)) + 1, -1, dtype=np.int64)
        of[self.components] = self.begin + np.arange(len(self.components))
        return of

    @property
    def of_edge(self) -> Ints:
        """The number of the cycle that each edge belongs to, -1 if to none."""
        component = self.graph.components
        source, target = component[self.graph.source], component[self.graph.target]
        if not len(source):
            return source
        return np.where(source == target, self.of_component[source], -1)

    def rows(self) -> list[dict[str, object]]:
        """Rows of `cycles`."""
        of_node = self.of_component[self.graph.components]
        of_edge = self.of_edge
        count = len(self.components)
        inside = of_edge >= 0
        edge, links = of_edge[inside] - self.begin, self.graph.links[inside]
        cut = self.cut[inside]
        figures = zip(
            np.bincount(edge, minlength=count).tolist(),
            np.bincount(edge, links, count).astype(int).tolist(),
            np.bincount(edge[cut], minlength=count).tolist(),
            np.bincount(edge[cut], links[cut], count).astype(int).tolist(),
            strict=True,
        )
        rows: list[dict[str, object]] = []
        for number, (edges, weight, cut_edges, cut_links) in enumerate(figures, self.begin):
            members = [self.names[node] for node in np.flatnonzero(of_node == number).tolist()]
            rows.append(
                {
                    "cycle": number,
                    "level": _LEVELS[self.level],
                    "size": len(members),
                    "members": members,
                    "edges": edges,
                    "links": weight,
                    "cut_edges": cut_edges,
                    "cut_links": cut_links,
                }
            )
        return rows


@dataclass(frozen=True, slots=True)
class FoundCycles:
    """`cycles`, `cycle_edges`, and the cycle of each component of subsystems."""

    table: pa.Table
    edges: pa.Table
    of_subsystem_component: Ints


def find_cycles(
    graph: Graph, subsystems: Subsystems, merged: Merged, references: pa.Table, nodes: Nodes
) -> FoundCycles:
    """Strongly connected components with more than one member, on both levels."""
    homes = subsystems.homes
    outer = _cycles(0, subsystems.graph, subsystems.cut, homes.names, 0)
    inner = _cycles(1, graph, feedback_edges(graph), nodes.ids, len(outer.components))
    table = TABLES["cycles"]
    rows = pa.Table.from_pylist([*outer.rows(), *inner.rows()], schema=table.arrow_schema)

    crossing = np.flatnonzero(subsystems.edge_of >= 0)
    edge = subsystems.edge_of[crossing]
    of_crossing = outer.of_edge[edge] if len(edge) else edge
    crossing, edge = crossing[of_crossing >= 0], edge[of_crossing >= 0]
    of_inner = inner.of_edge
    within = np.flatnonzero(of_inner >= 0)
    chosen = np.concatenate((crossing, within))
    cycle = np.concatenate((of_crossing[of_crossing >= 0], of_inner[within]))
    cut = np.concatenate((subsystems.cut[edge], inner.cut[within]))
    level = np.repeat(np.arange(2), (len(crossing), len(within)))
    order = np.lexsort((graph.target[chosen], graph.source[chosen], cycle))
    chosen, cycle, cut, level = chosen[order], cycle[order], cut[order], level[order]
    evidence = _evidence(graph, merged, chosen, references)
    return FoundCycles(
        rows,
        build(
            TABLES["cycle_edges"],
            {
                "cycle": cycle,
                "level": named(level, _LEVELS),
                "from_subsystem": named(homes.of[graph.source[chosen]], homes.names),
                "to_subsystem": named(homes.of[graph.target[chosen]], homes.names),
                "source_object": named(graph.source[chosen], nodes.ids),
                "target_object": named(graph.target[chosen], nodes.ids),
                "links": graph.links[chosen],
                **{name: evidence.column(name).combine_chunks() for name in evidence.column_names},
                "cut": cut,
            },
        ),
        outer.of_component,
    )


def _cycles(level: int, graph: Graph, cut: Flags, names: list[str], begin: int) -> _Cycles:
    sizes = np.bincount(graph.components) if graph.size else np.zeros(0, dtype=np.int64)
    order = np.argsort(-sizes, kind="stable")
    return _Cycles(level, graph, cut, names, begin, order[sizes[order] > 1])


def _evidence(graph: Graph, merged: Merged, edges: Ints, references: pa.Table) -> pa.Table:
    """Kind, file and line of the first reference behind each of the `edges`."""
    keys = merged.target * graph.size + merged.source
    wanted = graph.target[edges] * graph.size + graph.source[edges]
    rows = merged.first[np.searchsorted(keys, wanted)] if len(edges) else edges
    return references.select(["kind", "file", "line"]).take(pa.array(rows))
