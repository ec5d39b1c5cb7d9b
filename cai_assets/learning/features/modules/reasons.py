"""Why an item is suggested for a module, in words, from the figures of the candidate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.modules.suggestions import FEATURES, Recommender
from cai_assets.learning.features.sparse import Sparse
from cai_assets.learning.model import Codes, Words

_AT = {name: place for place, name in enumerate(FEATURES)}
_MOST_ITEMS, _MOST_WORDS = 3, 3
_OFTEN = 2
_SHARE_OF_ROLE = 0.2
_ALIKE = 0.3


class Reason(NamedTuple):
    """Items of the module that speak for the suggestion, and the whole reason in words."""

    goes_with: list[str]
    words: Words


class Reasons:
    """Reasons for suggestions of one recommender."""

    def __init__(self, knows: Recommender) -> None:
        self._knows = knows
        self._ids = knows.uses.items.ids
        self._alone = knows.together.alone
        self._rows = knows.shallow.rows.shape[0]
        self._near = knows.near.T.tocsr()
        self._both = knows.together.both

    def of(self, used: Codes, item: int, figures: npt.NDArray[np.float32]) -> Reason:
        """The reason for `item` in a module that uses the items `used`.

        `figures` are the features of the candidate.
        """
        companions = self._companions(used, item)
        found = [self._together(used_item, item) for used_item in companions]
        found += self._facts(item, figures)
        if not found:
            found.append(self._popular(item))
        chosen = found[:_MOST_WORDS]
        return Reason(
            [self._ids[companion] for companion in companions],
            Words("; ".join(w.ru for w in chosen), "; ".join(w.en for w in chosen)),
        )

    def _companions(self, used: Codes, item: int) -> list[int]:
        """The items in use that go with `item` most, if they did so in several modules."""
        similar = _values(self._near, item, used)
        both = _values(self._both, item, used)
        order = np.lexsort((used, -similar))
        return [
            int(used[place])
            for place in order[:_MOST_ITEMS].tolist()
            if similar[place] > 0 and both[place] >= _OFTEN
        ]

    def _together(self, used_item: int, item: int) -> Words:
        both = int(_values(self._both, item, np.array([used_item]))[0])
        of = int(self._alone[used_item])
        name = self._ids[used_item]
        return Words(
            f"есть в {both} из {of} модулей, где используется {name}",
            f"in {both} of {of} modules that use {name}",
        )

    def _facts(self, item: int, figures: npt.NDArray[np.float32]) -> Sequence[Words]:
        found = []
        if figures[_AT["recorded"]]:
            found.append(Words("документ — регистратор", "the document is its recorder"))
        elif figures[_AT["linked"]]:
            found.append(
                Words("описание объекта ссылается на него", "the object's description names it")
            )
        elif figures[_AT["linked_back"]]:
            found.append(
                Words("его описание ссылается на объект модуля", "it names the module's object")
            )
        if figures[_AT["popular_in_role"]] >= _SHARE_OF_ROLE and self._alone[item] >= _OFTEN:
            share = round(100 * float(figures[_AT["popular_in_role"]]))
            found.append(
                Words(
                    f"есть примерно в {share}% модулей такого же назначения",
                    f"in about {share}% of the modules of the same role",
                )
            )
        if figures[_AT["used_of_object"]]:
            count = int(figures[_AT["used_of_object"]])
            owner = self._knows.uses.nodes.ids[self._knows.uses.items.node[item]]
            found.append(
                Words(
                    f"модуль уже использует {owner}: {count}",
                    f"the module already uses {owner}: {count}",
                )
            )
        if figures[_AT["linked_by_used"]]:
            found.append(
                Words(
                    "на него ссылаются описания объектов, которые модуль использует",
                    "descriptions of objects in use name it",
                )
            )
        if figures[_AT["used_by_users"]] >= _SHARE_OF_ROLE:
            found.append(
                Words(
                    "его используют модули, которые используют этот объект",
                    "modules that use this object use it",
                )
            )
        alike = max(figures[_AT["name_like_object"]], figures[_AT["name_like_routine"]])
        if alike >= _ALIKE:
            found.append(Words("похожее имя", "a name alike"))
        return found

    def _popular(self, item: int) -> Words:
        count = int(self._alone[item])
        return Words(
            f"используют {count} из {self._rows} модулей",
            f"{count} of {self._rows} modules use it",
        )


def _values(matrix: Sparse, row: int, columns: Codes) -> npt.NDArray[np.float64]:
    """The values of one row of a sparse matrix in some columns; 0 where none is stored."""
    start, end = matrix.indptr[row], matrix.indptr[row + 1]
    places = matrix.indices[start:end]
    values = matrix.data[start:end]
    at = np.searchsorted(places, columns)
    at[at == len(places)] = 0
    if not len(places):
        return np.zeros(len(columns))
    return np.where(places[at] == columns, values[at], 0.0)
