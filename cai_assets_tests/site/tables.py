"""Tables in memory as a source of sections, for tests of derived tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from cai_assets.site.derived import DERIVED, GROUP
from cai_assets.site.model import Source


class Given(Source):
    """The named tables of any group, and the derived ones made from them."""

    def __init__(self, **tables: pa.Table) -> None:
        self._tables = tables

    def table(self, group: str, name: str, columns: Sequence[str]) -> pa.Table | None:
        if group == GROUP and name not in self._tables:
            self._tables[name] = DERIVED[name](self)
        found = self._tables.get(name)
        return None if found is None else found.select(list(columns))

    def latest(self, group: str, name: str, columns: Sequence[str]) -> pa.Table | None:
        return self.table(group, name, columns)

    @property
    def uploads(self) -> Sequence[tuple[str, str, Path]]:
        return ()

    @property
    def models(self) -> Path | None:
        return None
