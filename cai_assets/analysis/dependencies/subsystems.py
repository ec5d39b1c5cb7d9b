"""The home subsystem of each object, and how subsystems depend on each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.feedback import Flags, feedback_edges
from cai_assets.analysis.dependencies.graph import Graph, Ints
from cai_assets.analysis.dependencies.merge import Nodes
from cai_assets.analysis.dependencies.schema import TABLES
from cai_assets.analysis.dependencies.tabulate import build, named, nullable

_NESTED = ".Subsystem."


@dataclass(frozen=True, slots=True)
class Homes:
    """`of[node]` is the home of an object in `names`, -1 without one; `all` are its subsystems."""

    names: list[str]
    of: Ints
    all: list[list[str]]


def find_homes(objects: pa.Table, nodes: Nodes) -> Homes:
    """One subsystem per object, always the same for the same configuration.

    Of the subsystems that name the object: one that is not a section of the command interface
    before one that is, since sections are made for the menu; then the deepest; then the one that
    names the fewest objects; then the first by id.
    """
    properties = objects.filter(
        pa.compute.equal(objects.column("type").cast(pa.string()), "Subsystem")
    ).select(["object", "properties"])
    shown = {
        row["object"].casefold(): dict(row["properties"]).get("IncludeInCommandInterface") == "true"
        for row in properties.to_pylist()
    }
    named_by: list[dict[str, str]] = [{} for _ in nodes.ids]
    folded_of: dict[str, str] = {}
    for node, names_ in zip(
        nodes.codes(objects, "object").tolist(),
        objects.column("subsystems").to_pylist(),
        strict=True,
    ):
        own = named_by[node]
        for name in names_ or ():
            folded = folded_of.get(name)
            if folded is None:
                folded = folded_of[name] = name.casefold()
            own.setdefault(folded, name)
    sizes = Counter(name for own in named_by for name in own)

    def preference(item: tuple[str, str]) -> tuple[bool, int, int, str]:
        folded, name = item
        return shown.get(folded, True), -name.count(_NESTED), sizes[folded], folded

    chosen = [_preferred(own, preference) for own in named_by]
    names = sorted({name for name in chosen if name}, key=str.casefold)
    place = {name.casefold(): at for at, name in enumerate(names)}
    of = np.array([place.get(name.casefold(), -1) for name in chosen], dtype=np.int64)
    return Homes(names, of, [sorted(own.values()) for own in named_by])


def _preferred(own: dict[str, str], preference: Callable[[tuple[str, str]], Any]) -> str:
    if len(own) < 2:
        return next(iter(own.values()), "")
    return min(own.items(), key=preference)[1]


@dataclass(frozen=True, slots=True)
class Subsystems:
    """The graph of subsystems; `object_edges` counts the pairs of objects of each edge.

    `edge_of` is the edge of subsystems that each edge of objects belongs to, -1 for none.
    """

    homes: Homes
    graph: Graph
    object_edges: Ints
    edge_of: Ints
    cut: Flags


def subsystem_graph(homes: Homes, objects: Graph) -> Subsystems:
    """Edges between subsystems: those between objects whose homes differ."""
    source, target = homes.of[objects.source], homes.of[objects.target]
    rows = np.flatnonzero((source >= 0) & (target >= 0) & (source != target))
    size = len(homes.names)
    keys, inverse = np.unique(source[rows] * size + target[rows], return_inverse=True)
    links = np.bincount(inverse, objects.links[rows], len(keys)).astype(np.int64)
    graph = Graph(size, keys // max(size, 1), keys % max(size, 1), links)
    edge_of = np.full(len(source), -1, dtype=np.int64)
    edge_of[rows] = inverse
    return Subsystems(
        homes, graph, np.bincount(inverse, minlength=len(keys)), edge_of, feedback_edges(graph)
    )


def metrics_table(subsystems: Subsystems, objects: Graph) -> pa.Table:
    """`subsystem_metrics`. Coupling as Martin (1994) defines it, objects for classes."""
    homes, graph = subsystems.homes, subsystems.graph
    source, target = homes.of[objects.source], homes.of[objects.target]
    size = len(homes.names)
    crosses = source != target
    inside = ~crosses & (source >= 0)
    into, out = crosses & (target >= 0), crosses & (source >= 0)
    afferent = _distinct(objects.source[into], target[into], size)
    efferent = _distinct(objects.source[out], source[out], size)
    coupling = afferent + efferent
    return build(
        TABLES["subsystem_metrics"],
        {
            "subsystem": homes.names,
            "objects": np.bincount(homes.of[homes.of >= 0], minlength=size),
            "afferent": afferent,
            "efferent": efferent,
            "instability": nullable(efferent / np.maximum(coupling, 1), coupling == 0),
            "used_by": graph.in_degree,
            "uses": graph.out_degree,
            "links_inside": _sum(source[inside], objects.links[inside], size),
            "links_in": _sum(target[into], objects.links[into], size),
            "links_out": _sum(source[out], objects.links[out], size),
            "component_size": graph.component_sizes,
            "layer": graph.layers,
        },
    )


def edges_table(subsystems: Subsystems, cycle_of: Ints) -> pa.Table:
    """`subsystem_edges`; `cycle_of` is the cycle of each component, -1 for none."""
    graph, names = subsystems.graph, subsystems.homes.names
    keys = graph.source * graph.size + graph.target
    back_keys = graph.target * graph.size + graph.source
    place = np.minimum(np.searchsorted(keys, back_keys), max(len(keys) - 1, 0))
    mutual = keys[place] == back_keys if len(keys) else np.zeros(0, dtype=bool)
    links_back = np.where(mutual, graph.links[place], 0) if len(keys) else keys
    component = graph.components
    same = component[graph.source] == component[graph.target]
    cycle = np.where(same, cycle_of[component[graph.source]] if len(keys) else 0, -1)
    return build(
        TABLES["subsystem_edges"],
        {
            "from_subsystem": named(graph.source, names),
            "to_subsystem": named(graph.target, names),
            "object_edges": subsystems.object_edges,
            "links": graph.links,
            "links_back": links_back,
            "cycle": nullable(cycle, cycle < 0),
            "cut": subsystems.cut,
        },
    )


def _distinct(things: Ints, groups: Ints, size: int) -> Ints:
    """How many different things stand in each group."""
    if not len(things):
        return np.zeros(size, dtype=np.int64)
    keys = np.unique(groups * (int(things.max()) + 1) + things)
    return np.bincount(keys // (int(things.max()) + 1), minlength=size).astype(np.int64)


def _sum(groups: Ints, values: Ints, size: int) -> Ints:
    return np.bincount(groups, values, size).astype(np.int64)
