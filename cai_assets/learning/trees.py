"""Boosted trees as plain arrays, so that `skops` loads them without trusting a type.

Trees of scikit-learn are read without bounds checks, wherefore skops does not trust them: a foreign
file could lead out of the array. Here a forest is a few arrays of numbers, looked through before
use; then scikit-learn's own code walks the trees, and gives the figures of the estimator itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cai_assets.learning.model import Floats

Forest = dict[str, Any]
"""`base`, the number of `features`, the `sizes` of the trees, and their nodes one after another."""

_COLUMNS = {
    "value": np.float64,
    "feature_idx": np.int32,
    "num_threshold": np.float64,
    "missing_go_to_left": np.uint8,
    "left": np.int32,
    "right": np.int32,
    "is_leaf": np.uint8,
}


def forest_of(estimator: Any) -> Forest:
    """The trees of a fitted `HistGradientBoosting…` with one tree per round and no categories.

    Raises ValueError for others.
    """
    rounds = estimator._predictors
    if any(len(trees) != 1 for trees in rounds):
        raise ValueError("several trees per round: more than two classes")
    nodes = [trees[0].nodes for trees in rounds]
    whole = np.concatenate(nodes)
    if whole["is_categorical"].any():
        raise ValueError("the trees split by categories")
    return {
        "base": float(np.asarray(estimator._baseline_prediction).ravel()[0]),
        "features": int(estimator.n_features_in_),
        "sizes": np.array([len(tree) for tree in nodes], dtype=np.int32),
        **{name: whole[name].astype(type_) for name, type_ in _COLUMNS.items()},
    }


def raw_scores(forest: Forest, features: npt.NDArray[Any]) -> Floats:
    """The sum of the trees for each row: the prediction of a regressor, the logit of a classifier.

    Raises ValueError if the forest is not one or `features` has other columns.
    """
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
    from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

    _check(forest)
    rows = np.ascontiguousarray(features, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != forest["features"]:
        raise ValueError(f"features of shape {rows.shape} for {forest['features']} columns")
    found = np.full(len(rows), forest["base"], dtype=np.float64)
    nodes = np.zeros(int(forest["sizes"].sum()), dtype=PREDICTOR_RECORD_DTYPE)
    for name in _COLUMNS:
        nodes[name] = forest[name]
    no_bits = np.zeros((0, 8), dtype=np.uint32)
    no_map = np.zeros(forest["features"], dtype=np.uint32)
    start = 0
    for size in forest["sizes"].tolist():
        tree = TreePredictor(nodes[start : start + size], no_bits, no_bits)
        found += tree.predict(rows, no_bits, no_map, 1)
        start += size
    return found


def chances(forest: Forest, features: npt.NDArray[Any]) -> Floats:
    """The chance of the second class that a classifier gives each row."""
    found: Floats = 1 / (1 + np.exp(-raw_scores(forest, features)))
    return found


def _check(forest: Forest) -> None:
    """Every way through a tree stays in the tree and ends: children stand behind their parent."""
    sizes = np.asarray(forest["sizes"])
    total = int(sizes.sum())
    if (sizes < 1).any() or any(np.shape(forest[name]) != (total,) for name in _COLUMNS):
        raise ValueError("the trees do not fit together")
    place = np.arange(total) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    inner = np.asarray(forest["is_leaf"]) == 0
    for side in ("left", "right"):
        child = np.asarray(forest[side])
        if (inner & ((child <= place) | (child >= np.repeat(sizes, sizes)))).any():
            raise ValueError("a tree leads out of itself")
    feature = np.asarray(forest["feature_idx"])
    if (inner & ((feature < 0) | (feature >= forest["features"]))).any():
        raise ValueError("a tree asks for a feature that there is not")
