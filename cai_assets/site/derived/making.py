"""What modules of derived tables share: names of groups, homes of objects, making tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.site.model import Source

DEPENDENCIES, ARCHITECTURE, PRACTICES = (
    "dependency_analysis",
    "architecture_analysis",
    "best_practices",
)

_TEXT, _INT, _FLAG = pa.string(), pa.int64(), pa.bool_()


def homes_of(source: Source) -> dict[str, str]:
    """The home subsystem of each object that has one."""
    nodes = source.needed(DEPENDENCIES, "graph_nodes", ["object", "subsystem"])
    pairs = zip(
        nodes.column("object").to_pylist(), Coded.of(nodes, "subsystem").texts(), strict=True
    )
    return {object_: home for object_, home in pairs if home}


def table_of(
    rows: Sequence[Mapping[str, Any]],
    texts: Sequence[str],
    numbers: Sequence[str] = (),
    flags: Sequence[str] = (),
) -> pa.Table:
    """A table of these columns: texts, whole numbers, yes or no."""
    types = [(name, _TEXT) for name in texts]
    types += [(name, _INT) for name in numbers]
    types += [(name, _FLAG) for name in flags]
    return pa.Table.from_pylist(
        [{name: row[name] for name, _ in types} for row in rows], schema=pa.schema(types)
    )
