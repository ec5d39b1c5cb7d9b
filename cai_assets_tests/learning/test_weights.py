"""What counts most in a model, read from its file without loading it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest

from cai_assets.learning.features.modules.suggestions import FEATURES
from cai_assets.learning.features.routines.reading import FEATURES as ROUTINE_FEATURES
from cai_assets.learning.weights import LINEAR, TREES, Weights, weights_of


def stored(state: dict[str, Any]) -> bytes:
    from skops.io import dumps

    data: bytes = dumps(state, compression=zipfile.ZIP_DEFLATED)
    return data


def forest(*asked: int) -> dict[str, Any]:
    """A forest that asks about these features, with a leaf behind each split."""
    features = [number for feature in asked for number in (feature, 0)]
    return {
        "feature_idx": np.array(features, dtype=np.int32),
        "is_leaf": np.array([0, 1] * len(asked), dtype=np.uint8),
    }


def test_weights_of_a_linear_model_come_by_size_with_their_sign() -> None:
    state = {
        "features": np.array(["small", "none", "against", "for"]),
        "weights": np.array([0.1, 0.0, -2.0, 1.5]),
    }
    assert weights_of("ranking_model", stored(state)) == Weights(
        LINEAR, (("against", -2.0), ("for", 1.5), ("small", 0.1))
    )


def test_of_folds_the_weights_learned_from_all_are_told() -> None:
    state = {"features": np.array(["a", "b"]), "weights": np.array([[9.0, 9.0], [1.0, 2.0]])}
    found = weights_of("classification_model", stored(state))
    assert found is not None
    assert found.features == (("b", 2.0), ("a", 1.0))


def test_equal_weights_are_in_the_order_of_their_names() -> None:
    state = {"features": np.array(["б", "а"]), "weights": np.array([1.0, -1.0])}
    found = weights_of("ranking_model", stored(state))
    assert found is not None
    assert [name for name, _ in found.features] == ["а", "б"]


def test_trees_are_told_by_the_share_of_their_splits() -> None:
    found = weights_of("recommendation_model", stored({"judge": forest(3, 1, 3, 3)}))
    assert found == Weights(TREES, ((FEATURES[3], 0.75), (FEATURES[1], 0.25)))


def test_encoded_names_have_their_columns_behind_the_plain_numbers() -> None:
    plain = len(ROUTINE_FEATURES)
    state = {
        "means": {"name": {"keys": np.arange(2)}, "kind": {"keys": np.arange(2)}},
        "expected": [forest(0, plain), forest(plain + 3, plain + 4)],
    }
    found = weights_of("regression_model", stored(state))
    assert found is not None
    assert dict(found.features) == {
        ROUTINE_FEATURES[0]: 0.25,
        "mean_by_kind": 0.25,
        "count_by_name": 0.25,
        "words": 0.25,
    }


def test_a_model_without_weights_has_none() -> None:
    assert weights_of("clustering_model", b"") is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive",
        stored({"other": np.arange(3)}),
        stored({"judge": forest(500)}),
        stored({"judge": 1}),
    ],
    ids=["empty", "no archive", "another model", "a feature unknown here", "a number"],
)
def test_what_is_not_understood_gives_nothing(data: bytes) -> None:
    assert weights_of("recommendation_model", data) is None


def test_pickles_are_not_read() -> None:
    array = io.BytesIO()
    np.save(array, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        node = '{"file": "1.npy"}'
        archive.writestr("schema.json", f'{{"content": {{"features": {node}, "weights": {node}}}}}')
        archive.writestr("1.npy", array.getvalue())
    assert weights_of("ranking_model", file.getvalue()) is None
