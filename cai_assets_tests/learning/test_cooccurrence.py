"""The dual form of EASE gives the scores of the plain one; neighbours are what they say."""

from __future__ import annotations

import numpy as np

from cai_assets.learning.features.modules.cooccurrence import Shallow, Together, neighbours
from cai_assets.learning.features.sparse import Sparse, csr
from cai_assets.learning.model import Floats


def drawn(rows: int, items: int) -> Floats:
    return (np.random.default_rng(3).random((rows, items)) < 0.3).astype(float)


def sparse(dense: Floats) -> Sparse:
    row, column = np.nonzero(dense)
    return csr(row, column, (dense.shape[0], dense.shape[1]))


def test_the_dual_form_scores_as_the_weights_of_items_do() -> None:
    dense = drawn(12, 30)
    ridge = 2.0
    inverse = np.linalg.inv(dense.T @ dense + ridge * np.eye(30))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    queries = drawn(4, 30)
    found = Shallow.of(sparse(dense), ridge).scores(sparse(queries))
    unused = queries == 0
    assert np.allclose(found[unused], (queries @ weights)[unused])


def test_without_rows_all_scores_are_0() -> None:
    nothing = csr([], [], (0, 5))
    assert np.array_equal(Shallow.of(nothing, 1.0).scores(csr([0], [1], (1, 5))), np.zeros((1, 5)))


def test_neighbours_are_cosines_and_only_the_nearest_are_kept() -> None:
    rows = csr([0, 0, 1, 1, 1, 2], [0, 1, 0, 1, 2, 2], (3, 3))
    together = Together.of(rows)
    assert together.alone.tolist() == [2, 2, 2]
    near = neighbours(together, shrink=0.0, most=5).toarray()
    assert np.allclose(near, np.array([[0, 1, 0.5], [1, 0, 0.5], [0.5, 0.5, 0]]))
    one = neighbours(together, shrink=0.0, most=1).toarray()
    assert np.allclose(one, np.array([[0, 1, 0.5], [1, 0, 0], [0, 0, 0]]))


def test_shrinkage_lowers_what_rests_on_little() -> None:
    together = Together.of(csr([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 2, 3], (3, 4)))
    near = neighbours(together, shrink=1.0, most=5).toarray()
    assert near[0, 1] > near[2, 3] > 0
