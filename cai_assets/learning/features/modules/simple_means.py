"""Simple means of suggesting: what is popular, what is popular in the role, neighbours of items."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from cai_assets.learning.features.modules.cooccurrence import Together, neighbours
from cai_assets.learning.features.modules.leaving_out import Cases, Scores, places_by, reciprocal
from cai_assets.learning.features.modules.suggestions import Asked, asked_modules
from cai_assets.learning.features.modules.uses import Uses
from cai_assets.learning.features.sparse import Sparse, csr
from cai_assets.learning.model import Codes, Floats

_SHRINKS, _NEAREST, _LEANS = (0.0, 3.0, 10.0, 30.0), (20, 50, 200, 1_000_000), (0.5, 0.7)
_TIE = 1e-6


def simple_means(uses: Uses, learned: Codes, trained: Codes, trials: Cases) -> Mapping[str, Scores]:
    """Scores of items by name of the means, from the modules `learned`.

    Settings of the neighbours are those that do best on `trials` if only `trained` are known:
    shrinkage, how many neighbours count, cosine or leaning towards rare items. Equal scores go by
    popularity.
    """
    rows = asked_modules(uses, learned)
    alone = np.asarray(rows.matrix.sum(axis=0), dtype=np.float64).ravel()
    tie = alone * (_TIE / max(alone.max(initial=0), 1))
    known = np.flatnonzero(rows.role >= 0)
    roles = csr(rows.role[known], known, (len(uses.roles) + 1, len(learned)))
    in_role = roles @ rows.matrix
    near = neighbours(Together.of(rows.matrix), *_settings(uses, trained, trials))

    def popular(asked: Asked) -> Floats:
        return np.broadcast_to(tie, asked.matrix.shape)

    def popular_in_role(asked: Asked) -> Floats:
        return np.asarray(in_role[asked.role].toarray() + tie)

    def neighbouring(asked: Asked) -> Floats:
        return np.asarray((asked.matrix @ near).toarray() + tie)

    return {
        "popularity": popular,
        "popularity_in_role": popular_in_role,
        "item_neighbours": neighbouring,
    }


def _settings(uses: Uses, trained: Codes, trials: Cases) -> tuple[float, int, float]:
    """The best settings of `neighbours` on `trials`; the first of equals."""
    seen = Together.of(uses.matrix[trained])
    found = []
    for settings in product(_SHRINKS, _NEAREST, _LEANS):
        near = neighbours(seen, *settings)
        places = places_by(uses, trials, _through(near))
        found.append((float(reciprocal(places).sum()), settings))
    return max(found, key=lambda pair: pair[0])[1]


def _through(near: Sparse) -> Scores:
    def scores(asked: Asked) -> Floats:
        return np.asarray((asked.matrix @ near).toarray())

    return scores
