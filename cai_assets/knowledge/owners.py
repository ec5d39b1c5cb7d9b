"""Which metadata object an id belongs to: `Catalog.X` for `Catalog.X.Form.F.Item`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded


class Owners:
    """The objects of an upload by their folded ids, over all its projects.

    An object that an extension adopts is the same node as the one it adopts.
    """

    def __init__(self, objects: Iterable[str]) -> None:
        self.ids: list[str] = []
        self._position: dict[str, int] = {}
        for name in objects:
            folded = name.casefold()
            if folded not in self._position:
                self._position[folded] = len(self.ids)
                self.ids.append(name)

    def find(self, name: str) -> int:
        """The position in `ids` of the object with the longest id that begins `name`, else -1."""
        rest = name.casefold()
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
