"""Near-duplicates: found by MinHash and LSH, verified by the exact Jaccard index of shingles.

Going from the best routine to the worst, each becomes the twin of a better one that it resembles,
or stands for itself. So no two that stand for themselves resemble each other, and every twin
resembles the one that stands for it, not only a chain of others between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Codes

THRESHOLD = 0.85
"""Share of common shingles from which on two routines are twins."""

BANDS, ROWS = 21, 6
"""Of the index: a pair at the threshold is overlooked once in 20,000."""

SEED = 1
_SCHEME = "affine32"
"""For hashes of 32 bits."""

Shingles = npt.NDArray[np.uint32]


def find_twins(
    digests: Sequence[str], shingles: pa.ListArray, order: Codes, threshold: float = THRESHOLD
) -> Codes:
    """The one that stands for each: its own position if it stands for itself, -1 if left out.

    `order` lists the positions to look at, the best first; what is not in it is left out.
    Equal digests make twins without being compared.
    """
    index = _Index(threshold)
    values = shingles.values.to_numpy()
    ends = shingles.offsets.to_numpy()
    known: dict[str, int] = {}
    found = np.full(len(digests), -1, dtype=np.int64)
    for at in order.tolist():
        digest = digests[at]
        twin = known.get(digest)
        if twin is None:
            twin = known[digest] = index.like(at, values[ends[at] : ends[at + 1]])
        found[at] = twin
    return found


def jaccard(one: Shingles, other: Shingles) -> float:
    """Common by all shingles of two sorted arrays of distinct ones."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    total = len(one) + len(other) - common
    return common / total if total else 1.0


class _Index:
    """Those that stand for themselves."""

    def __init__(self, threshold: float) -> None:
        from datasketch import MinHash, MinHashLSH

        self._threshold = threshold
        self._size = BANDS * ROWS
        self._new = MinHash
        first = MinHash(num_perm=self._size, seed=SEED, hashfunc=int, scheme=_SCHEME)
        self._permutations = first.permutations
        self._lsh = MinHashLSH(num_perm=self._size, params=(BANDS, ROWS))
        self._shingles: dict[int, Shingles] = {}

    def like(self, at: int, shingles: Shingles) -> int:
        """The most alike of those that stand for themselves; `at`, which joins them, if none."""
        sketch = self._new(
            num_perm=self._size, seed=SEED, hashfunc=int, scheme=_SCHEME,
            permutations=self._permutations,
        )  # fmt: skip
        sketch.update_batch(shingles.tolist())
        best, twin = self._threshold, -1
        for other in sorted(self._lsh.query(sketch)):
            theirs = self._shingles[other]
            least, most = sorted((len(shingles), len(theirs)))
            if least < best * most:
                continue
            alike = jaccard(shingles, theirs)
            if alike > best or (alike == best and twin < 0):
                best, twin = alike, other
        if twin >= 0:
            return twin
        self._lsh.insert(at, sketch, check_duplication=False)
        self._shingles[at] = shingles
        return at
