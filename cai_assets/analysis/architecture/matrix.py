"""What subsystems use of each other.

An object may stand in several subsystems, often in one of the code and in a section of the
interface. Here each has one home, the same as in the dependency analysis: of those that list it
one that is no section of the command interface; then the most deeply nested; then the one that
lists fewer objects; then the first by id. References that only say where something stands, and
rights of roles, do not count (`knowledge/edges.py`).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cai_assets.analysis.architecture.facts import Facts
from cai_assets.analysis.architecture.schema import SUBSYSTEM_MATRIX
from cai_assets.analysis.dependencies.merge import Nodes
from cai_assets.analysis.dependencies.subsystems import find_homes
from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.knowledge.edges import EDGE_KIND, Family


def counts_as_use(kind: str) -> bool:
    """Whether an edge of this kind makes its source depend on its target."""
    edge = EDGE_KIND.get(kind)
    return edge is None or (edge.dependency and edge.family is not Family.ACCESS)


def homes(facts: Facts) -> Codes:
    """By node the subsystem that is its home, -1 for none."""
    objects = facts.tables["objects"]
    nodes = Nodes.of(objects)
    found = find_homes(objects, nodes)
    codes = [facts.subsystem_of.get(name.casefold(), -1) for name in found.names]
    home = np.array([*codes, -1], dtype=np.int64)[found.of]
    rows = [nodes.position[name.casefold()] for name in facts.node_ids]
    return home[np.array(rows, dtype=np.int64)]


def subsystem_matrix(facts: Facts) -> pa.Table:
    """The table `subsystem_matrix`, most edges first."""
    home = np.append(homes(facts), -1)
    ends: list[tuple[Codes, Codes]] = []
    for table, source, target in facts.edges():
        known = (source >= 0) & (target >= 0) & (home[source] >= 0) & (home[target] >= 0)
        if "kind" in table.column_names:
            known &= Coded.of(table, "kind").map(lambda kind: int(counts_as_use(kind))) == 1
        ends.append((source[known], target[known]))
    source = np.concatenate([end[0] for end in ends])
    target = np.concatenate([end[1] for end in ends])
    across = home[source] != home[target]
    source, target = source[across], target[across]
    span = max(len(facts.subsystems), 1)
    pair, of_row = np.unique(home[source] * span + home[target], return_inverse=True)
    known_pairs = set(pair.tolist())
    edges = np.bincount(of_row, minlength=len(pair))
    sources = _distinct(of_row, source, len(pair))
    targets = _distinct(of_row, target, len(pair))
    rows = [
        {
            "source": facts.subsystems[code // span],
            "target": facts.subsystems[code % span],
            "edges": int(edges[position]),
            "source_objects": int(sources[position]),
            "target_objects": int(targets[position]),
            "mutual": (code % span) * span + code // span in known_pairs,
        }
        for position, code in enumerate(pair.tolist())
    ]
    rows.sort(key=lambda row: (-row["edges"], row["source"], row["target"]))
    return pa.Table.from_pylist(rows, schema=SUBSYSTEM_MATRIX.arrow_schema)


def _distinct(group: Codes, value: Codes, groups: int) -> Codes:
    if not len(group):
        return np.zeros(groups, dtype=np.int64)
    span = int(value.max()) + 1
    return np.bincount(np.unique(group * span + value) // span, minlength=groups)
