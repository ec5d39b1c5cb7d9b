"""The uses that a state was learned from, as plain arrays, and back in the places of today."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.modules.suggestions import Asked, Vocabulary
from cai_assets.learning.features.modules.uses import Uses
from cai_assets.learning.features.sparse import csr, stored_rows
from cai_assets.learning.model import Codes, State


def stored_form(uses: Uses, rows: Asked) -> State:
    """Rows by ids and names, so that another upload can read them."""
    row, column = stored_rows(rows.matrix)
    used, item = np.unique(column, return_inverse=True)

    def named(names: list[str], codes: Codes) -> npt.NDArray[np.str_]:
        return np.array([names[code] if code >= 0 else "" for code in codes.tolist()], dtype=str)

    return {
        "items": named(uses.items.ids, used),
        "row": row.astype(np.int32),
        "item": item.astype(np.int32),
        "owners": named(uses.nodes.ids, rows.owner),
        "row_kinds": named(uses.kinds, rows.kind),
        "row_types": named(uses.types, rows.type),
        "row_roles": named(uses.roles, rows.role),
        "row_subsystems": named(uses.subsystems, rows.subsystem),
        "item_kinds": np.array(uses.item_kinds, dtype=str),
        "kinds": np.array(uses.kinds, dtype=str),
        "types": np.array(uses.types, dtype=str),
    }


def restored(state: State, uses: Uses) -> Asked:
    """The rows that a state was learned from, in the places of today's items and objects."""
    place = uses.item_place()
    item = np.array([place.get(name.casefold(), -1) for name in state["items"].tolist()] + [-1])
    column = item[state["item"]]
    known = column >= 0
    count = len(state["owners"])

    def codes(column: str, names: Iterable[str]) -> Codes:
        known = {name: code for code, name in enumerate(names)}
        return np.array([known.get(name, -1) for name in state[column].tolist()], dtype=np.int64)

    position = uses.nodes.position
    nothing = np.zeros(count, dtype=bool)
    return Asked(
        csr(state["row"][known], column[known], (count, len(uses.items))),
        np.array(
            [position.get(name.casefold(), -1) for name in state["owners"].tolist()],
            dtype=np.int64,
        ),
        codes("row_kinds", uses.kinds),
        codes("row_types", uses.types),
        codes("row_roles", uses.roles),
        codes("row_subsystems", uses.subsystems),
        nothing,
        nothing,
    )


def vocabulary_of(state: State, uses: Uses) -> Vocabulary:
    """The numbers that the state knows kinds by."""

    def numbers(column: str, names: list[str]) -> Codes:
        known = {name: code for code, name in enumerate(state[column].tolist())}
        return np.array([*(known.get(name, -1) for name in names), -1], dtype=np.int64)

    return Vocabulary(
        numbers("item_kinds", uses.item_kinds),
        numbers("kinds", uses.kinds),
        numbers("types", uses.types),
    )


def plain_vocabulary(uses: Uses) -> Vocabulary:
    """The numbers that a state made of this upload knows kinds by."""
    return Vocabulary(
        *(
            np.append(np.arange(len(names)), -1)
            for names in (uses.item_kinds, uses.kinds, uses.types)
        )
    )
