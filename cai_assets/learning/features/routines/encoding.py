"""Names and words as numbers: the mean of what is to be learned over routines that share them.

Means and a linear model of words are kept by fold, so that a routine never gets a number that its
own object had a part in: the sums of its fold are taken away, the linear model of the other folds
is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.routines.words import Keys, RoutineWords, digests
from cai_assets.learning.features.sparse import Sparse, csr
from cai_assets.learning.model import Codes, Floats

WHOLE = -1
"""The fold of routines of which nothing was learned: all sums count."""

_SMOOTH = 5.0
_LEAST_NAMES, _LEAST_WORDS = 2, 3
_RIDGE = 1.0

Encoding = dict[str, Any]
"""Plain arrays by name: a part of a state."""


def learn_means(values: Sequence[str], truth: Floats, fold: Codes, folds: int) -> Encoding:
    """Sums and counts of `truth` by value and fold; values that occur once are left out."""
    keys, codes = _coded(values)
    cells = codes * folds + fold
    size = len(keys) * folds
    counts = np.bincount(cells, minlength=size).reshape(-1, folds)
    sums = np.bincount(cells, truth, size).reshape(-1, folds)
    kept = counts.sum(axis=1) >= _LEAST_NAMES
    return {
        "keys": keys[kept],
        "sums": sums[kept].astype(np.float32),
        "counts": counts[kept].astype(np.int32),
        "all_sums": np.bincount(fold, truth, folds),
        "all_counts": np.bincount(fold, minlength=folds),
    }


def means(encoding: Encoding, values: Sequence[str], fold: Codes) -> Floats:
    """For each value its mean without the fold, drawn towards that of all, and how many it is of.

    The number is a logarithm, so that the trees see small numbers apart.
    """
    keys, codes = _coded(values)
    at = _find(encoding["keys"], keys)[codes]
    known = at >= 0
    sums = _without(encoding["sums"], at, fold) * known
    counts = _without(encoding["counts"], at, fold) * known
    zero = np.zeros(len(at), dtype=np.int64)
    all_counts = _without(encoding["all_counts"][None, :], zero, fold)
    overall = _without(encoding["all_sums"][None, :], zero, fold) / np.maximum(all_counts, 1)
    return np.column_stack(
        [(sums + _SMOOTH * overall) / (counts + _SMOOTH), np.log1p(np.maximum(counts, 0))]
    )


def learn_words(
    words: RoutineWords, rows: Codes, truth: Floats, fold: Codes, folds: int
) -> Encoding:
    """A linear model of `truth` by words for all rows and one without each fold (ridge)."""
    from sklearn.linear_model import Ridge

    chosen = words.matrix[rows]
    often = np.asarray(chosen.sum(axis=0)).ravel() >= _LEAST_WORDS
    matrix = _scaled(chosen[:, np.flatnonzero(often)])
    weights = np.zeros((folds + 1, matrix.shape[1]), dtype=np.float32)
    base = np.zeros(folds + 1)
    for without in range(folds + 1):
        learned = np.flatnonzero(fold != without)
        if len(learned) and matrix.shape[1]:
            fitted = Ridge(_RIDGE, solver="sparse_cg", tol=1e-3, max_iter=200)
            fitted.fit(matrix[learned], truth[learned])
            weights[without], base[without] = fitted.coef_, fitted.intercept_
        elif len(learned):
            base[without] = truth[learned].mean()
    return {"keys": words.keys[often], "weights": weights, "base": base}


def weighed_words(encoding: Encoding, words: RoutineWords, rows: Codes, fold: Codes) -> Floats:
    """What the linear model without the fold of each row says."""
    at = _find(encoding["keys"], words.keys)
    known = np.flatnonzero(at >= 0)
    columns = csr(known, at[known], (len(at), len(encoding["keys"])))
    matrix = _scaled(words.matrix[rows] @ columns)
    folds = len(encoding["base"]) - 1
    chosen = np.where(fold == WHOLE, folds, fold)
    found = np.zeros(len(rows))
    for without in np.unique(chosen).tolist():
        mine = np.flatnonzero(chosen == without)
        found[mine] = matrix[mine] @ encoding["weights"][without] + encoding["base"][without]
    return found


def encoded(
    state: Mapping[str, Any],
    categories: Mapping[str, Sequence[str]],
    words: RoutineWords,
    rows: Codes,
    fold: Codes,
) -> Floats:
    """All of it side by side: two columns for each category of the state, one for words."""
    columns = [
        means(encoding, [categories[name][row] for row in rows.tolist()], fold)
        for name, encoding in sorted(state["means"].items())
    ]
    return np.column_stack([*columns, weighed_words(state["words"], words, rows, fold)])


def _coded(values: Sequence[str]) -> tuple[Keys, Codes]:
    """The digests of the distinct values, sorted, and the place of each value among them."""
    place: dict[str, int] = {}
    codes = np.array([place.setdefault(value, len(place)) for value in values], dtype=np.int64)
    keys, inverse = np.unique(digests(list(place)), return_inverse=True)
    return keys, inverse[codes] if len(codes) else codes


def _find(sorted_keys: Keys, keys: Keys) -> Codes:
    """The place of each key among `sorted_keys` in whatever order they are; -1 for none."""
    order = np.argsort(sorted_keys, kind="stable")
    if not len(order):
        return np.full(len(keys), -1, dtype=np.int64)
    at = np.searchsorted(sorted_keys[order], keys)
    at[at == len(order)] = 0
    found = order[at]
    return np.where(sorted_keys[found] == keys, found, -1).astype(np.int64)


def _without(table: npt.NDArray[Any], at: Codes, fold: Codes) -> Floats:
    """Row sums of a table keys × folds without the column of the fold."""
    if not len(table):
        return np.zeros(len(at))
    total = table.sum(axis=1, dtype=np.float64)[at]
    found: Floats = np.where(fold == WHOLE, total, total - table[at, np.maximum(fold, 0)])
    return found


def _scaled(matrix: Sparse) -> Sparse:
    """Rows of 0 and 1 brought to length 1."""
    found = matrix.tocsr().astype(np.float64)
    length = np.sqrt(np.maximum(np.asarray(found.sum(axis=1)).ravel(), 1))
    found.data /= np.repeat(length, np.diff(found.indptr))
    return found
