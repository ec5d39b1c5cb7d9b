"""Movements that documents prepare in queries.

A query of a document that makes a temporary table with the name of a register the document
records is where its movements come from: a posting that works by the names of registers takes
the tables from there.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.edge_rows import EdgeRows
from cai_assets.knowledge.known import Known
from cai_assets.knowledge.mention_edges import Records

TEMPORARY_TABLE = "temporary table"
"""The note of these edges."""


def movement_edges(known: Known) -> pa.Table:
    """The edges `movement` from queries of documents."""
    rows = EdgeRows("queries")
    queries = known.stored["queries"]
    owner = Coded.of(queries, "object")
    of_document = owner.map(lambda text: int(text.startswith("Document."))) == 1
    with_tables = pc.list_value_length(queries.column("temporary_tables")).fill_null(0)
    chosen = queries.take(pa.array(np.flatnonzero(of_document & (with_tables.to_numpy() > 0))))
    records = Records(known)
    for project, source, object_, tables, file, line in zip(
        Coded.of(chosen, "project").texts(),
        Coded.of(chosen, "owner").texts(),
        Coded.of(chosen, "object").texts(),
        chosen.column("temporary_tables").to_pylist(),
        Coded.of(chosen, "file").texts(),
        chosen.column("line").to_pylist(),
        strict=True,
    ):
        listed = records.listed(object_ or "")
        for table in tables:
            register = listed.get(table.casefold())
            target = known.find(register) if register else None
            if target:
                rows.add(project, source, target, "movement", file, line, note=TEMPORARY_TABLE)
    return rows.table()
