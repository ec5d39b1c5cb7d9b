"""What goes together: scores of items from the rows of others, by two means.

`Shallow` is EASE (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data"): the linear
model that reproduces each row from its other items, with a ridge. Its weights are items × items;
the same scores follow from the inverse of rows × rows (the dual form), which is far smaller here.
`neighbours` are the classic item-to-item similarities (Sarwar et al. 2001) with shrinkage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cai_assets.learning.features.sparse import Sparse, chunked, csr
from cai_assets.learning.model import Floats

_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Shallow:
    """EASE of `rows` (rows × items): `inverse` is that of `rows @ rows.T + ridge`.

    With P = (XᵀX + ridge)⁻¹ the score of item j for a row q without j is −(qP)ⱼ / Pⱼⱼ, which by
    the identity of Woodbury is (q Xᵀ inverse X)ⱼ / (1 − xⱼᵀ inverse xⱼ); `slack` is what is below
    the line.
    """

    rows: Sparse
    columns: Sparse
    inverse: Floats
    slack: Floats

    @classmethod
    def of(cls, rows: Sparse, ridge: float) -> Shallow:
        """Learn from rows × items; no rows give scores of 0."""
        count, width = rows.shape
        inverse = np.linalg.inv((rows @ rows.T).toarray() + ridge * np.eye(count))
        columns = rows.T.tocsr()
        slack = np.ones(width)
        for part in chunked(width, count, _CELLS):
            block = columns[part]
            slack[part] -= np.asarray(block.multiply(block @ inverse).sum(axis=1)).ravel()
        return cls(rows, columns, inverse, np.maximum(slack, 1e-9))

    def scores(self, queries: Sparse) -> Floats:
        """Scores of all items for each row of `queries`; those of its own items mean nothing."""
        weights = (queries @ self.columns).toarray() @ self.inverse
        found: Floats = np.asarray(self.columns @ weights.T).T / self.slack
        return found


@dataclass(frozen=True, slots=True)
class Together:
    """How often two different items stand in one row: `both[i, j]`, and each alone: `alone`."""

    both: Sparse
    alone: Floats

    @classmethod
    def of(cls, rows: Sparse) -> Together:
        """Count over rows × items."""
        both = (rows.T @ rows).tocsr()
        both.setdiag(0)
        both.eliminate_zeros()
        both.sort_indices()
        return cls(both, np.asarray(rows.sum(axis=0), dtype=np.float64).ravel())


def neighbours(together: Together, shrink: float, most: int, lean: float = 0.5) -> Sparse:
    """Similarities of items (i, j): both / (alone_i^lean · alone_j^(1−lean) + shrink).

    With `lean` 0.5 it is the cosine. Only the `most` items nearest to each j are kept.
    """
    matrix = together.both.tocoo()
    row, column = matrix.row, matrix.col
    alone = np.maximum(together.alone, 1)
    values = matrix.data / (alone[row] ** lean * alone[column] ** (1 - lean) + shrink)
    order = np.lexsort((row, -values, column))
    row, column, values = row[order], column[order], values[order]
    begin = np.searchsorted(column, np.arange(matrix.shape[1]))
    near = np.arange(len(column)) - begin[column] < most
    return csr(row[near], column[near], matrix.shape, values[near])
