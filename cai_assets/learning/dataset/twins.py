"""Near-duplicates: found by MinHash and banding, verified by the exact Jaccard index of shingles.

Going from the best routine to the worst, each becomes the twin of a better one that it resembles,
or stands for itself. So no two that stand for themselves resemble each other, and every twin
resembles the one that stands for it, not only a chain of others between them.

Sketches are those of datasketch. Its index, a dictionary per band, is made for data that come one
after another; here all are known, and sorting each band once is several times as fast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Codes

THRESHOLD = 0.85
"""Share of common shingles from which on two routines are twins."""

BANDS, ROWS = 21, 6
"""Pairs that agree in all rows of a band are compared. One at the threshold is overlooked once in
20,000, one that shares half of its shingles is compared in 28 of 100 cases."""

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
    values, ends = shingles.values.to_numpy(), shingles.offsets.to_numpy()
    first: dict[str, int] = {}
    for at in order.tolist():
        first.setdefault(digests[at], at)
    distinct = list(first.values())
    sets = [values[ends[at] : ends[at + 1]] for at in distinct]
    stands = _stand_ins(sets, threshold)
    twin_of = {at: distinct[other] for at, other in zip(distinct, stands, strict=True)}
    found = np.full(len(digests), -1, dtype=np.int64)
    for at in order.tolist():
        found[at] = twin_of[first[digests[at]]]
    return found


def jaccard(one: Shingles, other: Shingles) -> float:
    """Common by all shingles of two sorted arrays of distinct ones."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    total = len(one) + len(other) - common
    return common / total if total else 1.0


def _stand_ins(sets: Sequence[Shingles], threshold: float) -> list[int]:
    """For each set, the best first, the position of the one that stands for it."""
    buckets = _buckets(sketches(sets))
    members: list[dict[int, list[int]]] = [defaultdict(list) for _ in range(BANDS)]
    stands = []
    for at, (shingles, keys) in enumerate(zip(sets, buckets, strict=True)):
        shared = [members[band][key] for band, key in keys]
        candidates = sorted({other for bucket in shared for other in bucket})
        twin = _most_alike(shingles, candidates, sets, threshold)
        stands.append(at if twin < 0 else twin)
        if twin < 0:
            for bucket in shared:
                bucket.append(at)
    return stands


def _most_alike(
    shingles: Shingles, candidates: Sequence[int], sets: Sequence[Shingles], threshold: float
) -> int:
    """The first of the candidates that are most alike; -1 if none is alike enough."""
    best, twin = threshold, -1
    for other in candidates:
        theirs = sets[other]
        least, most = sorted((len(shingles), len(theirs)))
        if least < best * most:
            continue
        alike = jaccard(shingles, theirs)
        if alike > best or (alike == best and twin < 0):
            best, twin = alike, other
    return twin


def sketches(sets: Sequence[Shingles], seed: int = SEED) -> npt.NDArray[np.uint32]:
    """The MinHash of each set, a row of `BANDS * ROWS` numbers."""
    from datasketch import MinHash

    size = BANDS * ROWS
    empty = MinHash(num_perm=size, seed=seed, hashfunc=int, scheme=_SCHEME)
    found = np.empty((len(sets), size), dtype=np.uint32)
    for at, shingles in enumerate(sets):
        sketch = empty.copy()
        sketch.update_batch(shingles.tolist())
        found[at] = sketch.hashvalues
    return found


def _buckets(rows: npt.NDArray[np.uint32]) -> list[list[tuple[int, int]]]:
    """For each row the bands, with a number of the bucket, in which it is not alone."""
    found: list[list[tuple[int, int]]] = [[] for _ in range(len(rows))]
    for band in range(BANDS):
        part = np.ascontiguousarray(rows[:, band * ROWS : (band + 1) * ROWS])
        keys = part.view(np.dtype((np.void, part.dtype.itemsize * ROWS))).ravel()
        _, buckets, sizes = np.unique(keys, return_inverse=True, return_counts=True)
        for at in np.flatnonzero(sizes[buckets] > 1).tolist():
            found[at].append((band, int(buckets[at])))
    return found
