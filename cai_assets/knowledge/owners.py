"""Which metadata object an id belongs to: `Catalog.X` for `Catalog.X.Form.F.Item`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded

_LOOK = -2
"""Stands for a beginning of ids under which there are objects within objects."""


class Owners:
    """The objects of an upload by their folded ids, over all its projects.

    An object that an extension adopts is the same node as the one it adopts.
    """

    def __init__(self, objects: Iterable[str]) -> None:
        self.ids: list[str] = []
        self._position: dict[str, int] = {}
        self._beginnings: dict[str, int] = {}
        self._nested: set[str] = set()
        for name in objects:
            folded = name.casefold()
            if folded not in self._position:
                self._position[folded] = len(self.ids)
                self.ids.append(name)
                if folded.count(".") > 1:
                    self._nested.add(".".join(folded.split(".", 2)[:2]))

    def find(self, name: str) -> int:
        """The position in `ids` of the object with the longest id that begins `name`, else -1."""
        beginning = name[: name.find(".", name.find(".") + 1)] if name.count(".") > 1 else name
        known = self._beginnings.get(beginning)
        if known is None:
            folded = beginning.casefold()
            known = _LOOK if folded in self._nested else self._find(folded)
            self._beginnings[beginning] = known
        return known if known != _LOOK else self._find(name.casefold())

    def _find(self, rest: str) -> int:
        while rest:
            found = self._position.get(rest)
            if found is not None:
                return found
            rest = rest.rpartition(".")[0]
        return -1


def object_columns(references: pa.Table, stored: Mapping[str, pa.Table]) -> dict[str, pa.Array]:
    """The columns `source_object` and `target_object` of `references`; null if there is none."""
    owners = Owners(stored["objects"].column("object").to_pylist())
    return {
        f"{end}_object": Coded(
            Coded.of(references, end).map(owners.find).astype(np.int64), owners.ids
        ).column()
        for end in ("source", "target")
    }
