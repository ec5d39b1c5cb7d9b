"""Derived tables about findings: which of them are new, and how many there are of what."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.store import read_table
from cai_assets.rules.gates import GROUP as PRACTICES
from cai_assets.site.model import Source

DEPENDENCIES = "dependency_analysis"
_FINDINGS = (
    "fingerprint",
    "rule",
    "severity",
    "object",
    "routine",
    "message_ru",
    "message_en",
    "status",
    "file",
    "line",
    "column",
)


def _findings(source: Source) -> pa.Table:
    """All findings. `new`: there is an upload before, and it did not have it.

    Never null: a page about an object does not change when a second upload comes.
    """
    findings = _compared(source)
    new = findings.column("new").fill_null(False)
    return findings.set_column(findings.schema.get_field_index("new"), "new", new)


def _compared(source: Source) -> pa.Table:
    """All findings. `new`: the upload before did not have it; null if there is none before."""
    findings = source.needed(PRACTICES, "findings", _FINDINGS)
    before = _before(source)
    if before is None:
        fresh = pa.nulls(findings.num_rows, pa.bool_())
    else:
        known = pc.is_in(findings.column("fingerprint"), value_set=before)
        fresh = pc.invert(known).combine_chunks()
    return findings.append_column("new", fresh)


def _before(source: Source) -> pa.Array | None:
    """Fingerprints of the newest earlier upload that has findings; the last one is this upload."""
    for _, _, folder in reversed(source.uploads[:-1]):
        try:
            table = read_table(folder / PRACTICES / "findings.parquet", ["fingerprint"])
        except (FileNotFoundError, KeyError, pa.ArrowException):
            continue
        return pa.concat_arrays([pa.array([], pa.string()), *table.column("fingerprint").chunks])
    return None


def _counts(*keys: str) -> Callable[[Source], pa.Table]:
    """How many findings have the same values of `keys`, severity, status and `new`."""

    def make(source: Source) -> pa.Table:
        columns = [*keys, "severity", "status", "new"]
        rows = _compared(source).select(columns).unify_dictionaries()
        counted = rows.group_by(columns, use_threads=False).aggregate([([], "count_all")])
        return counted.rename_columns([*columns, "count"])

    return make


def _by_object(source: Source) -> pa.Table:
    """Counts by object, with the home subsystem of the object; empty if it has none."""
    counted = _counts("object")(source)
    nodes = source.needed(DEPENDENCIES, "graph_nodes", ["object", "subsystem"])
    homes = Coded.of(nodes, "subsystem")
    home_of = dict(zip(nodes.column("object").to_pylist(), homes.codes.tolist(), strict=True))
    none = len(homes.values)
    codes = Coded.of(counted, "object").map(lambda object_: home_of.get(object_, none))
    codes = np.where(codes < 0, none, codes)
    return counted.append_column("subsystem", Coded(codes, [*homes.values, ""]).column())


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "findings": _findings,
    "finding_rules": _counts("rule"),
    "finding_objects": _by_object,
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {
    PRACTICES: ("findings",),
    DEPENDENCIES: ("graph_nodes",),
}
"""What the tables are made from, by group."""
