"""Names as weighted stems, so that their likeness is a product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.sparse import Sparse, csr
from cai_assets.learning.words import stems_of_name

_NAME_WEIGHT = 0.2
"""How much the name of a routine counts beside that of an object when words are weighed."""


def name_words(objects: Sequence[str], routines: Sequence[str]) -> tuple[Sparse, Sparse]:
    """Rows of names of objects and of routines over the same stems, each of length 1 or empty.

    A stem weighs the more, the rarer it is.
    """
    place: dict[str, int] = {}
    of_objects, of_routines = _counted(objects, place), _counted(routines, place)
    width = len(place)
    object_words = csr(*of_objects, (len(objects), width))
    routine_words = csr(*of_routines, (len(routines), width))
    often = object_words.sum(axis=0) + _NAME_WEIGHT * routine_words.sum(axis=0)
    often = np.asarray(often, dtype=np.float64).ravel()
    weights = np.log1p(often.sum() / 10 / np.maximum(often, 1e-9))
    return _weighed(object_words, weights), _weighed(routine_words, weights)


def _counted(names: Iterable[str], place: dict[str, int]) -> tuple[list[int], list[int]]:
    """Rows and columns of the distinct stems of each name; new stems get the next place."""
    rows: list[int] = []
    columns: list[int] = []
    for row, name in enumerate(names):
        for stem in sorted(set(stems_of_name(name))):
            rows.append(row)
            columns.append(place.setdefault(stem, len(place)))
    return rows, columns


def _weighed(matrix: Sparse, weights: npt.NDArray[np.float64]) -> Sparse:
    found = matrix.multiply(weights[None, :]).tocsr() if matrix.shape[1] else matrix
    length = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    found.data /= np.repeat(np.maximum(length, 1e-12), np.diff(found.indptr))
    return found
