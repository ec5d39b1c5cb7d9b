"""All tables of the dependency analysis from the tables of the parsed configuration."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.communities import Communities, find_communities
from cai_assets.analysis.dependencies.cycles import find_cycles
from cai_assets.analysis.dependencies.graph import Graph, Reals
from cai_assets.analysis.dependencies.merge import Nodes, merge_objects, merge_routines
from cai_assets.analysis.dependencies.schema import TABLES
from cai_assets.analysis.dependencies.subsystems import (
    Homes,
    edges_table,
    find_homes,
    metrics_table,
    subsystem_graph,
)
from cai_assets.analysis.dependencies.summary import summary_table
from cai_assets.analysis.dependencies.tabulate import build, named, nullable
from cai_assets.analysis.dependencies.unused import find_unused
from cai_assets.knowledge.coded import Coded


def analyse(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Every table of `TABLES`. Equal input gives equal output, row by row."""
    references, objects = tables["references"], tables["objects"]
    nodes = Nodes.of(objects)
    ends = nodes.ends(references)
    merged = merge_objects(references, nodes, ends)
    routine_edges = merge_routines(references, tables["routines"])
    graph = merged.graph(len(nodes.ids))
    homes = find_homes(objects, nodes)
    communities = find_communities(graph)
    rank = graph.page_rank()
    subsystems = subsystem_graph(homes, graph)
    cycles = find_cycles(graph, subsystems, merged, references, nodes)
    found = {
        "graph_nodes": _nodes_table(objects, nodes, graph, homes, communities, rank),
        "graph_edges": merged.table,
        "routine_edges": routine_edges,
        "communities": _communities_table(nodes, graph, homes, communities, rank),
        "subsystem_metrics": metrics_table(subsystems, graph),
        "subsystem_edges": edges_table(subsystems, cycles.of_subsystem_component),
        "cycles": cycles.table,
        "cycle_edges": cycles.edges,
        "unused": find_unused(tables, nodes, ends, routine_edges),
    }
    found["graph_summary"] = summary_table(found, communities.modularity)
    return {name: found[name] for name in TABLES}


def _nodes_table(
    objects: pa.Table,
    nodes: Nodes,
    graph: Graph,
    homes: Homes,
    communities: Communities,
    rank: Reals,
) -> pa.Table:
    codes = nodes.codes(objects, "object")
    _, first = np.unique(codes, return_index=True)
    stated = objects.select(["project", "type"]).take(pa.array(first))
    return build(
        TABLES["graph_nodes"],
        {
            "project": Coded.of(stated, "project").column(),
            "object": nodes.ids,
            "type": Coded.of(stated, "type").column(),
            "subsystem": named(homes.of, homes.names),
            "subsystems": homes.all,
            "in_degree": graph.in_degree,
            "out_degree": graph.out_degree,
            "in_links": graph.in_links,
            "out_links": graph.out_links,
            "page_rank": rank,
            "component": graph.components,
            "component_size": graph.component_sizes,
            "layer": graph.layers,
            "community": nullable(communities.of, communities.of < 0),
            "orphan": (graph.in_degree + graph.out_degree) == 0,
        },
    )


def _communities_table(
    nodes: Nodes, graph: Graph, homes: Homes, communities: Communities, rank: Reals
) -> pa.Table:
    of, count = communities.of, communities.count
    members = np.flatnonzero(of >= 0)
    order = members[np.lexsort((members, -rank[members], of[members]))]
    leaders = order[np.searchsorted(of[order], np.arange(count))]
    sizes = np.bincount(of[members], minlength=count)
    width = len(homes.names) + 1
    table = np.bincount(of[members] * width + homes.of[members] + 1, minlength=count * width)
    by_home = table.reshape(count, width)[:, 1:]
    most = by_home.max(axis=1, initial=0)
    home = by_home.argmax(axis=1) if width > 1 else np.full(count, -1)
    source, target = of[graph.source], of[graph.target]
    inside = source == target
    crossing = np.bincount(source[~inside], graph.links[~inside], count) + np.bincount(
        target[~inside], graph.links[~inside], count
    )
    return build(
        TABLES["communities"],
        {
            "community": np.arange(count),
            "objects": sizes,
            "leader": [nodes.ids[node] for node in leaders.tolist()],
            "subsystem": named(np.where(most > 0, home, -1), homes.names),
            "share": most / np.maximum(sizes, 1),
            "links_inside": np.bincount(source[inside], graph.links[inside], count).astype(int),
            "links_outside": crossing.astype(int),
        },
    )
