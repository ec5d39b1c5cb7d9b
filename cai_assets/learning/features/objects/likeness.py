"""How alike objects are: by words, by what they are linked with, and the nearest of each.

Likenesses are cosines of rows weighed by TF-IDF. Everything goes block by block, so that a
configuration with tens of thousands of objects takes time, not memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.sparse import Sparse, chunked, csr
from cai_assets.learning.model import Codes, Floats

_CELLS = 4_000_000
_DIGITS = 6
"""Likenesses are rounded, so that ties stay ties on every machine."""


@dataclass(frozen=True, slots=True)
class Near:
    """For each row its nearest columns, nearest first: entries `row`, `column`, `value`."""

    row: Codes
    column: Codes
    value: Floats


def weighed(counts: Sparse) -> Sparse:
    """Rows of length 1 or empty: (1 + ln n) · (ln((1 + rows) / (1 + rows with it)) + 1)."""
    found = counts.tocsr().astype(np.float64)
    found.eliminate_zeros()
    often = np.bincount(found.indices, minlength=found.shape[1])
    rare = np.log((1 + found.shape[0]) / (1 + often)) + 1
    found.data = (1 + np.log(np.maximum(found.data, 1))) * rare[found.indices]
    return unit_rows(found)


def unit_rows(matrix: Sparse) -> Sparse:
    """Rows of length 1; empty ones stay empty."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    found = matrix.copy()
    found.data = found.data / np.repeat(np.maximum(length, 1e-12), np.diff(found.indptr))
    return found


def beside(blocks: Sequence[tuple[Sparse, float]]) -> Sparse:
    """Matrices side by side, each with its weight, in rows of length 1."""
    from scipy import sparse

    return unit_rows(sparse.hstack([matrix * weight for matrix, weight in blocks]).tocsr())


def pieces(names: Iterable[str], lengths: Sequence[int] = (3, 4, 5)) -> Sparse:
    """How often each run of letters stands in each name, its ends marked."""
    place: dict[str, int] = {}
    columns: list[int] = []
    counts: list[int] = []
    for name in names:
        text = f"\x02{name.casefold()}\x03"
        before = len(columns)
        for length in lengths:
            columns += [
                place.setdefault(text[at : at + length], len(place))
                for at in range(len(text) - length + 1)
            ]
        counts.append(len(columns) - before)
    rows = np.repeat(np.arange(len(counts)), np.array(counts, dtype=np.int64))
    return csr(rows, columns, (len(counts), len(place)))


def latent(matrix: Sparse, width: int, seed: int) -> Floats:
    """Rows in `width` dimensions or fewer (truncated SVD), of length 1 or zero."""
    from sklearn.utils.extmath import randomized_svd

    width = min(width, min(matrix.shape) - 1)
    if width < 1 or not matrix.nnz:
        return np.zeros((matrix.shape[0], 1))
    left, strength, _ = randomized_svd(matrix, width, n_iter=4, random_state=seed)
    found = left * strength
    length = np.sqrt((found * found).sum(axis=1, keepdims=True))
    return np.where(length > 1e-9, found / np.maximum(length, 1e-9), 0.0)


def nearest(rows: Any, columns: Any, own: Codes, most: int) -> Near:
    """The `most` columns with the greatest product above 0 with each row.

    `rows` and `columns` are sparse or dense with the same width; `own[column]` is the row that it
    stands for, which is no neighbour of itself.
    """
    other = columns.T.tocsr() if hasattr(columns, "tocsr") else columns.T
    found = []
    for part in chunked(rows.shape[0], len(own), _CELLS):
        products = rows[part] @ other
        block = products.toarray() if hasattr(products, "toarray") else products
        found.append(_best(np.asarray(block), part.start, own, most))
    return _joined(found)


def strongest(matrix: Sparse, own: Codes, most: int) -> Near:
    """The `most` greatest entries of each row among the columns `own`."""
    kept = matrix[:, own].tocsr()
    found = []
    for part in chunked(kept.shape[0], len(own), _CELLS):
        found.append(_best(kept[part].toarray(), part.start, own, most))
    return _joined(found)


def evened(links: Sparse) -> Sparse:
    """Links in both directions over the roots of the sums of their row and column.

    So what everybody is linked with says little. Symmetric; rows without links stay empty.
    """
    found = (links + links.T).tocsr()
    root = np.sqrt(np.maximum(np.asarray(found.sum(axis=1)).ravel(), 1e-12))
    found.data = found.data / (np.repeat(root, np.diff(found.indptr)) * root[found.indices])
    found.sort_indices()
    return found


def spread(links: Sparse, keep: float, steps: int, least: float = 1e-4) -> Sparse:
    """Where walks from each row end: Σ (1 − keep) keepᵗ Sᵗ over t from 1 to `steps`.

    S is `evened(links)`. What falls below `least` is left out.
    """
    from scipy import sparse

    even = evened(links)
    total = []
    for part in chunked(even.shape[0], even.shape[0], _CELLS):
        front = even[part] * ((1 - keep) * keep)
        found = front
        for _ in range(steps - 1):
            front = (front @ even) * keep
            front.data[front.data < least] = 0
            front.eliminate_zeros()
            found = found + front
        total.append(found)
    found = sparse.vstack(total).tocsr() if total else even
    found.data = np.round(found.data, _DIGITS)
    found.sort_indices()
    return found


def _best(
    block: Floats, start: int, own: Codes, most: int
) -> tuple[Codes, Codes, npt.NDArray[np.float64]]:
    """Row, column and value of the greatest entries, the first of equals."""
    block = np.round(block, _DIGITS)
    block[np.arange(start, start + len(block))[:, None] == own[None, :]] = 0
    most = min(most, block.shape[1])
    if not most:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    least = -np.partition(-block, most - 1, axis=1)[:, most - 1 : most]
    row, column = np.nonzero((block >= least) & (block > 0))
    value = block[row, column]
    order = np.lexsort((column, -value, row))
    row, column, value = row[order], column[order], value[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    kept = rank < most
    return row[kept] + start, own[column[kept]], value[kept]


def _joined(found: list[tuple[Codes, Codes, npt.NDArray[np.float64]]]) -> Near:
    if not found:
        return Near(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    return Near(*(np.concatenate(column) for column in zip(*found, strict=True)))
