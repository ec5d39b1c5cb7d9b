"""Simple means of telling the home of an object: the commonest, the nearest, the neighbours'.

They play by the same rules as the model: an object may ask all others but not itself, and settings
for the objects of a fold are those that do best on the other folds.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from cai_assets.learning.features.objects.evidence import Evidence
from cai_assets.learning.features.objects.likeness import Near
from cai_assets.learning.features.objects.reading import Objects
from cai_assets.learning.model import Codes, Floats

_NEAREST, _POWERS, _WORDS = (1, 3, 5, 10, 20, 40), (1, 2, 3), ("words", "name")


def simple_homes(
    objects: Objects, evidence: Evidence, known: Codes, fold: Codes
) -> Mapping[str, Floats]:
    """Scores of homes for each known object, by name of the means: known × homes."""
    votes = _Votes(objects, known)
    return {
        "majority": votes.commonest(),
        "nearest_one": votes.of(evidence.near["words"], 1, 1),
        "nearest": _tuned(votes, evidence, known, fold),
        "graph_neighbours": votes.of(evidence.near["walks"], len(objects), 1),
    }


class _Votes:
    """Votes of neighbours for their homes."""

    def __init__(self, objects: Objects, known: Codes) -> None:
        self._home = objects.home
        self.home = objects.home[known]
        self._known = known
        self._width = len(objects.homes)
        self._place = np.full(len(objects), -1, dtype=np.int64)
        self._place[known] = np.arange(len(known))

    def commonest(self) -> Floats:
        """How many other objects each home has."""
        home = self._home[self._known]
        found = np.tile(np.bincount(home, minlength=self._width).astype(float), (len(home), 1))
        found[np.arange(len(home)), home] -= 1
        return found

    def of(self, near: Near, most: int, power: float, seen: Codes | None = None) -> Floats:
        """Likeness to a power, added up over the `most` nearest; of `seen` alone if given."""
        row, column, value = self._place[near.row], near.column, near.value
        kept = row >= 0
        if seen is not None:
            among = np.zeros(len(self._place), dtype=np.bool_)
            among[seen] = True
            kept &= among[column]
        row, column, value = row[kept], column[kept], value[kept]
        starts = np.flatnonzero(np.append(True, row[1:] != row[:-1])) if len(row) else row
        rank = np.arange(len(row)) - np.repeat(starts, np.diff(np.append(starts, len(row))))
        first = rank < most
        key = row[first] * self._width + self._home[column[first]]
        found = np.bincount(key, value[first] ** power, len(self._known) * self._width)
        return found.reshape(len(self._known), self._width).astype(np.float64)


def _tuned(votes: _Votes, evidence: Evidence, known: Codes, fold: Codes) -> Floats:
    """The nearest by words: of all fields or of names alone, how many count, and how much."""
    home = votes.home
    settings = list(product(_WORDS, _NEAREST, _POWERS))
    whole: dict[tuple[str, int, int], Floats] = {}
    found = np.zeros((len(known), 0))
    for number in np.unique(fold[known]).tolist():
        mine = fold[known] == number
        hits = [
            int(
                (votes.of(evidence.near[words], most, power, known[~mine]).argmax(axis=1) == home)[
                    ~mine
                ].sum()
            )
            for words, most, power in settings
        ]
        best = settings[int(np.argmax(hits))]
        if best not in whole:
            whole[best] = votes.of(evidence.near[best[0]], best[1], best[2])
        if not found.shape[1]:
            found = np.zeros_like(whole[best])
        found[mine] = whole[best][mine]
    return found
