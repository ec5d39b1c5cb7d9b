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
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Codes
from cai_assets.learning.model import Floats

THRESHOLD = 0.85
"""Share of common shingles from which on two routines of one split are twins."""

ACROSS = 0.7
"""The same for routines of different splits: what a model was trained on must not help it where it
is measured, so the line is drawn where routines still differ to the eye."""

BANDS, ROWS = 30, 4
"""Pairs that agree in all rows of a band are compared. One that shares 70 % of its shingles is
overlooked once in 4,000, one that shares 85 % never."""

SEED = 1
_SCHEME = "affine32"
"""For hashes of 32 bits."""

Shingles = npt.NDArray[np.uint32]


class Twins(NamedTuple):
    """`stand_in` is the one that stands for each: its own position if it stands for itself, -1 if
    it was left out. `alike` is the share of shingles that it has in common with it."""

    stand_in: Codes
    alike: Floats


def find_twins(
    digests: Sequence[str], shingles: pa.ListArray, order: Codes, splits: Sequence[str]
) -> Twins:
    """Look for twins among the positions in `order`, which has the best first.

    Equal digests make twins without being compared.
    """
    values, ends = shingles.values.to_numpy(), shingles.offsets.to_numpy()
    first: dict[str, int] = {}
    for at in order.tolist():
        first.setdefault(digests[at], at)
    distinct = list(first.values())
    sets = [values[ends[at] : ends[at + 1]] for at in distinct]
    stands = _stand_ins(sets, [splits[at] for at in distinct])
    known = {
        at: (distinct[other], alike) for at, (other, alike) in zip(distinct, stands, strict=True)
    }
    found = Twins(np.full(len(digests), -1, dtype=np.int64), np.zeros(len(digests)))
    for at in order.tolist():
        found.stand_in[at], found.alike[at] = known[first[digests[at]]]
    return found


def jaccard(one: Shingles, other: Shingles) -> float:
    """Common by all shingles of two sorted arrays of distinct ones."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    total = len(one) + len(other) - common
    return common / total if total else 1.0


def _stand_ins(sets: Sequence[Shingles], splits: Sequence[str]) -> list[tuple[int, float]]:
    """For each set, the best first, the position of the one that stands for it, how alike."""
    buckets = _buckets(sketches(sets))
    members: list[dict[int, list[int]]] = [defaultdict(list) for _ in range(BANDS)]
    stands = []
    for at, keys in enumerate(buckets):
        shared = [members[band][key] for band, key in keys]
        candidates = sorted({other for bucket in shared for other in bucket})
        alike, twin = _most_alike(at, candidates, sets, splits)
        stands.append((twin, alike))
        if twin == at:
            for bucket in shared:
                bucket.append(at)
    return stands


def _most_alike(
    at: int, candidates: Sequence[int], sets: Sequence[Shingles], splits: Sequence[str]
) -> tuple[float, int]:
    """The candidate that is most alike, the first of several, if alike enough; else `at`."""
    best, twin = 0.0, at
    for other in candidates:
        least, most = sorted((len(sets[at]), len(sets[other])))
        enough = THRESHOLD if splits[at] == splits[other] else ACROSS
        if least < max(best, enough) * most:
            continue
        alike = jaccard(sets[at], sets[other])
        if alike >= enough and alike > best:
            best, twin = alike, other
    return (best, twin) if twin != at else (1.0, at)


def sketches(sets: Sequence[Shingles], seed: int = SEED) -> npt.NDArray[np.uint32]:
    """The MinHash of each set, a row of `BANDS * ROWS` numbers."""
    from datasketch import MinHash

    size = BANDS * ROWS
    sketch = MinHash(num_perm=size, seed=seed, hashfunc=int, scheme=_SCHEME)
    found = np.empty((len(sets), size), dtype=np.uint32)
    for at, shingles in enumerate(sets):
        sketch.clear()
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
