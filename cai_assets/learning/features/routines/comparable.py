"""Routines like a routine: those of other objects whose words around them are most alike."""

from __future__ import annotations

import numpy as np

from cai_assets.learning.features.routines.reading import Routines
from cai_assets.learning.features.routines.words import RoutineWords
from cai_assets.learning.features.sparse import chunked
from cai_assets.learning.model import Codes

_MOST_COMMON = 0.05
"""Words of a larger share of routines say nothing about likeness and cost most of the time."""

_LEAST = 0.25
_CELLS = 8_000_000


def comparable(routines: Routines, words: RoutineWords, rows: Codes, most: int) -> list[list[int]]:
    """Up to `most` routines like each of `rows`, the most alike first.

    Copies, routines of the same object and those that have little in common are left out.
    """
    count = len(routines)
    often = np.asarray(words.matrix.sum(axis=0)).ravel()
    kept = np.flatnonzero((often > 1) & (often <= max(_MOST_COMMON * count, 2)))
    matrix = words.matrix[:, kept].multiply(np.log(count / often[kept])[None, :]).tocsr()
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(length, 1e-12), np.diff(matrix.indptr))
    columns = matrix.T.tocsr()
    _, objects = np.unique(np.array(routines.objects, dtype=object), return_inverse=True)
    _, bodies = np.unique(np.array(routines.digests, dtype=object), return_inverse=True)
    found: list[list[int]] = []
    for part in chunked(len(rows), count, _CELLS):
        chosen = rows[part]
        alike = (matrix[chosen] @ columns).toarray()
        alike[objects[chosen][:, None] == objects[None, :]] = 0
        alike[bodies[chosen][:, None] == bodies[None, :]] = 0
        for values in alike:
            near = np.flatnonzero(values >= _LEAST)
            order = np.lexsort((near, -values[near]))[:most]
            found.append(near[order].tolist())
    return found
