"""The few handles on sparse matrices that features need."""

from __future__ import annotations

from typing import Any

import numpy as np

from cai_assets.learning.model import Codes

Sparse = Any
"""`scipy.sparse.csr_matrix`, whose package is imported where it is used."""


def csr(rows: Any, columns: Any, shape: tuple[int, int], values: Any = None) -> Sparse:
    """A sparse matrix; what falls on one place is added up, ones where no values are given."""
    from scipy import sparse

    data = np.ones(len(rows)) if values is None else np.asarray(values, dtype=np.float64)
    matrix = sparse.coo_matrix((data, (np.asarray(rows), np.asarray(columns))), shape=shape)
    found = matrix.tocsr()
    found.sort_indices()
    return found


def ones(matrix: Sparse) -> Sparse:
    """The same places, each with a 1."""
    found = matrix.copy()
    found.data[:] = 1
    return found


def stored_rows(matrix: Sparse) -> tuple[Codes, Codes]:
    """Rows and columns of the places that are set, row by row."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return rows.astype(np.int64), matrix.indices.astype(np.int64)


def chunked(count: int, width: int, cells: int) -> list[slice]:
    """Slices of rows so that a dense matrix of them has about `cells` cells."""
    step = max(1, cells // max(width, 1))
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]
