"""Trees as arrays give what the estimator gives, and nothing that leads out of them is walked."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from cai_assets.learning.trees import Forest, chances, forest_of, raw_scores


@pytest.fixture(scope="module")
def features() -> npt.NDArray[np.float64]:
    return np.random.default_rng(1).normal(size=(300, 4))


@pytest.fixture
def forest(features: npt.NDArray[np.float64]) -> Forest:
    from sklearn.ensemble import HistGradientBoostingRegressor

    fitted = HistGradientBoostingRegressor(max_iter=5, min_samples_leaf=5)
    return forest_of(fitted.fit(features, features[:, 0] + features[:, 1] ** 2))


def test_a_regressor_says_the_same_as_arrays(features: npt.NDArray[np.float64]) -> None:
    from sklearn.ensemble import HistGradientBoostingRegressor

    truth = np.where(features[:, 2] > 0, features[:, 0], 3.0)
    gaps = np.where(features > 1.5, np.nan, features)
    fitted = HistGradientBoostingRegressor(max_iter=20).fit(gaps, truth)
    assert np.array_equal(raw_scores(forest_of(fitted), gaps), fitted.predict(gaps))


def test_a_classifier_says_the_same_as_arrays(features: npt.NDArray[np.float64]) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    fitted = HistGradientBoostingClassifier(max_iter=20).fit(features, features[:, 0] > 0.3)
    found = chances(forest_of(fitted), features)
    assert np.allclose(found, fitted.predict_proba(features)[:, 1], atol=1e-12)


def test_arrays_of_trees_are_trusted_by_skops(
    forest: Forest, features: npt.NDArray[np.float64]
) -> None:
    from skops.io import dumps, get_untrusted_types, loads

    data = dumps(forest)
    assert get_untrusted_types(data=data) == []
    assert np.array_equal(raw_scores(loads(data), features), raw_scores(forest, features))


def test_several_classes_are_refused(features: npt.NDArray[np.float64]) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    fitted = HistGradientBoostingClassifier(max_iter=2).fit(features, np.arange(300) % 3)
    with pytest.raises(ValueError, match="several trees"):
        forest_of(fitted)


@pytest.mark.parametrize(
    ("column", "value"), [("left", 10_000), ("right", 0), ("left", -1), ("feature_idx", 99)]
)
def test_a_tree_that_leads_out_of_itself_is_not_walked(
    forest: Forest, features: npt.NDArray[np.float64], column: str, value: int
) -> None:
    forest[column][0] = value
    with pytest.raises(ValueError, match="tree"):
        raw_scores(forest, features)


def test_arrays_of_different_lengths_are_refused(
    forest: Forest, features: npt.NDArray[np.float64]
) -> None:
    forest["value"] = forest["value"][:-1]
    with pytest.raises(ValueError, match="fit together"):
        raw_scores(forest, features)


def test_other_columns_are_refused(forest: Forest, features: npt.NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match="columns"):
        raw_scores(forest, features[:, :3])
