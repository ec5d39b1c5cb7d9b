"""The tables of the analysis as the report asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from cai_assets.knowledge.coded import Coded

_ENOUGH, _SHARE_ENOUGH = 20, 1 / 300
"""A group is called most complex if it has so many routines, and this share of all."""


class Rows:
    """Rows by scope and measure; each table is turned into rows once, the large ones in part."""

    def __init__(self, result: Mapping[str, pa.Table]) -> None:
        self._result = result
        self._known: dict[tuple[str, ...], list[dict[str, Any]]] = {}

    def table(self, name: str) -> pa.Table:
        """A table as it is."""
        return self._result[name]

    def count(self, name: str) -> int:
        """Rows of a table."""
        return int(self._result[name].num_rows)

    def has_contract(self) -> bool:
        """Whether there was a contract to hold the upload against."""
        return self.count("contract_rules") > 0

    def all(self, name: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        return self._cached((name,), self._result[name])

    def of(self, name: str, scope: str, measure: str | None = None) -> list[dict[str, Any]]:
        """The rows of a scope, and of a measure if one is named."""
        table = self._result[name]
        kept = Coded.of(table, "scope").map(lambda text: int(text == scope)) == 1
        if measure is not None:
            kept &= Coded.of(table, "measure").map(lambda text: int(text == measure)) == 1
        return self._cached((name, scope, measure or ""), table.filter(pa.array(kept)))

    def whole(self, name: str, measure: str | None = None) -> dict[str, Any]:
        """The row about the configuration; empty if there is none."""
        return next(iter(self.of(name, "configuration", measure)), {})

    def subsystem_count(self) -> int:
        """Subsystems of the upload."""
        return sum(bool(row["name"]) for row in self.of("structure", "subsystem"))

    def partly_locked(self) -> bool:
        """Whether the vendor locks some of the code, and leaves some to change."""
        lines = {row["name"]: row["lines"] for row in self.of("structure", "support")}
        return bool(0 < lines.get("locked", 0) < sum(lines.values()))

    def worst(self, scope: str) -> list[dict[str, Any]]:
        """Groups with enough routines by the share above the threshold, worst first."""
        rows = self.of("quantiles", scope, "cognitive")
        enough = max(_ENOUGH, _SHARE_ENOUGH * self.whole("structure").get("routines", 0))
        found = [row for row in rows if row["count"] >= enough and row["over"]]
        return sorted(found, key=lambda row: (-row["share_over"], row["name"]))

    def mutual_pairs(self) -> list[tuple[str, str, int, int]]:
        """Subsystems that use each other: the two, edges there and back; most there first.

        The first of a pair is the one that uses the other more. Pairs are ordered by what runs
        the weaker way, for that is what would have to be cut.
        """
        edges = {
            (row["source"], row["target"]): row["edges"] for row in self.all("subsystem_matrix")
        }
        pairs = [
            (one, other, there, edges[other, one])
            for (one, other), there in edges.items()
            if (other, one) in edges and (-there, one) < (-edges[other, one], other)
        ]
        return sorted(pairs, key=lambda pair: (-pair[3], -pair[2], pair[0]))

    def _cached(self, key: tuple[str, ...], table: pa.Table) -> list[dict[str, Any]]:
        if key not in self._known:
            self._known[key] = table.to_pylist()
        return list(self._known[key])
