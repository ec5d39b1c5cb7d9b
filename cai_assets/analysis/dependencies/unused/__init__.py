"""What nothing in the upload needs: objects, exported and local routines, attributes, forms.

A finding is `certain` if no edge leads to the thing and its name is written nowhere that could
mean it; it is `likely` if the name is written somewhere, where the type of a value is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from cai_assets.analysis.dependencies.graph import Ints
from cai_assets.analysis.dependencies.merge import Nodes
from cai_assets.analysis.dependencies.schema import TABLES
from cai_assets.analysis.dependencies.unused.evidence import Evidence
from cai_assets.analysis.dependencies.unused.members import unused_attributes, unused_forms
from cai_assets.analysis.dependencies.unused.objects import unused_objects
from cai_assets.analysis.dependencies.unused.routines import unused_routines


def find_unused(
    tables: Mapping[str, pa.Table],
    nodes: Nodes,
    ends: tuple[Ints, Ints],
    routine_edges: pa.Table,
) -> pa.Table:
    """The table `unused`, sorted by kind, project and id; `ends` are the objects of references."""
    evidence = Evidence(tables)
    rows = [
        *unused_objects(tables, nodes, ends, evidence),
        *unused_routines(tables, routine_edges, evidence),
        *unused_attributes(tables, evidence),
        *unused_forms(tables, evidence),
    ]
    rows.sort(key=lambda row: (row.kind, row.project, row.id.casefold(), row.line or 0))
    return pa.Table.from_pylist(
        [row.columns() for row in rows], schema=TABLES["unused"].arrow_schema
    )
