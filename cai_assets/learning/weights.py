"""What counts most in a trained model: the weights of a linear one, the splits of trees.

A page that tells this needs a few arrays of a state, and to load the state for them takes
scikit-learn and seconds. So they are read from the file itself: a `skops` file is a zip archive
with `schema.json`, which says in which `.npy` file each array is. Nothing is executed: NumPy reads
no pickles here.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.modules.suggestions import FEATURES as SUGGESTION_FEATURES
from cai_assets.learning.features.routines.reading import FEATURES as ROUTINE_FEATURES
from cai_assets.learning.model import Floats

LINEAR, TREES = "linear", "trees"

_SCHEMA = "schema.json"

_Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts, the most first, none that is zero.

    `kind` is `linear`: the weight of a feature in standard deviations, with its sign; or `trees`:
    the share of all splits that ask about it.
    """

    kind: str
    features: tuple[tuple[str, float], ...]


class _Stored:
    """The parts of a state in a `skops` file; the lists and mappings are those of its schema."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._top = json.loads(self._archive.read(_SCHEMA))

    def node(self, *way: str | int) -> Any:
        """The content of a dictionary or list below the top."""
        node = self._top
        for step in way:
            node = node["content"][step]
        return node["content"]

    def array(self, *way: str | int) -> _Array:
        """An array below the top."""
        node = self.node(*way[:-1])[way[-1]]
        found: _Array = np.load(io.BytesIO(self._archive.read(node["file"])), allow_pickle=False)
        return found


def weights_of(model: str, data: bytes) -> Weights | None:
    """The weights in the file of a model, or None if it has none or is not what is known."""
    read = _READERS.get(model)
    if read is None:
        return None
    try:
        return read(_Stored(data))
    except (KeyError, IndexError, TypeError, ValueError, OSError, zipfile.BadZipFile):
        return None


def _linear(stored: _Stored) -> Weights:
    names, weights = stored.array("features"), stored.array("weights")
    # Classification has a row for each fold and one, the last, that learned from all of them.
    last = weights[-1] if weights.ndim > 1 else weights
    return _sorted(LINEAR, names.tolist(), last)


def _suggestions(stored: _Stored) -> Weights:
    return _splits(SUGGESTION_FEATURES, [_forest(stored, "judge")])


def _expectations(stored: _Stored) -> Weights:
    names = list(ROUTINE_FEATURES)
    # As `features.routines.encoding.encoded` puts them side by side.
    for category in sorted(stored.node("means")):
        names += [f"mean_by_{category}", f"count_by_{category}"]
    names.append("words")
    forests = [_forest(stored, "expected", at) for at in range(len(stored.node("expected")))]
    return _splits(names, forests)


def _forest(stored: _Stored, *way: str | int) -> _Array:
    """Which feature each split of a forest asks about."""
    feature, leaf = stored.array(*way, "feature_idx"), stored.array(*way, "is_leaf")
    found: _Array = feature[leaf == 0]
    return found


def _splits(names: Sequence[str], forests: Sequence[_Array]) -> Weights:
    counts = np.bincount(np.concatenate(forests), minlength=len(names)).astype(np.float64)
    if len(counts) != len(names):
        raise ValueError("the trees ask about other features")
    return _sorted(TREES, names, counts / max(counts.sum(), 1))


def _sorted(kind: str, names: Sequence[str], weights: Floats) -> Weights:
    pairs = zip(names, weights.tolist(), strict=True)
    ordered = sorted((pair for pair in pairs if pair[1]), key=lambda pair: (-abs(pair[1]), pair[0]))
    return Weights(kind, tuple(ordered))


_READERS: Mapping[str, Callable[[_Stored], Weights]] = {
    "classification_model": _linear,
    "regression_model": _expectations,
    "ranking_model": _linear,
    "recommendation_model": _suggestions,
}
"""Clustering learns no weights."""
