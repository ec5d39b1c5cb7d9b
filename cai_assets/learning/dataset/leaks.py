"""Near copies across splits, found by other means than those that removed twins.

The text of a routine is cut into words and marks by one pattern, comments and literals included,
and pairs are found exactly: two sets that share enough of their shingles share one of their
rarest (prefix filtering: Bayardo, Ma, Srikant, "Scaling up all pairs similarity search", 2007).
So neither an error in the shingles of `bodies` nor one in the sketches of `twins` hides a leak.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.learning.splits import TRAIN

THRESHOLD = 0.9
"""Share of common shingles from which on a routine is a near copy of another."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_SIZE = 4
_PRIME = np.uint64(0x100000001B3)

Shingles = npt.NDArray[np.uint64]


class Leak(NamedTuple):
    """A routine out of the training part, and its near copy in it, as positions in the table."""

    held_out: int
    trained: int
    alike: float


def leaks(routines: pa.Table, rows: Sequence[int], threshold: float = THRESHOLD) -> list[Leak]:
    """Near copies between the training part and the others, among `rows` of `routines`."""
    chosen = routines.select(["body", "split"]).take(pa.array(rows, pa.int64()))
    sets = list(_sets(chosen.column("body")))
    trained = [split == TRAIN for split in chosen.column("split").to_pylist()]
    prefixes = _prefixes(sets, threshold)
    index: dict[int, list[int]] = defaultdict(list)
    for at, prefix in enumerate(prefixes):
        if trained[at]:
            for shingle in prefix:
                index[shingle].append(at)
    found = []
    for at, prefix in enumerate(prefixes):
        if trained[at]:
            continue
        others = {other for shingle in prefix for other in index.get(shingle, ())}
        alike, other = _closest(sets, at, sorted(others), threshold)
        if other >= 0:
            found.append(Leak(rows[at], rows[other], alike))
    return found


def _closest(
    sets: Sequence[Shingles], at: int, others: Iterable[int], threshold: float
) -> tuple[float, int]:
    best, found = threshold, -1
    for other in others:
        least, most = sorted((len(sets[at]), len(sets[other])))
        if least < best * most:
            continue
        common = len(np.intersect1d(sets[at], sets[other], assume_unique=True))
        alike = common / (least + most - common)
        if alike > best or (alike == best and found < 0):
            best, found = alike, other
    return best, found


def _sets(bodies: pa.ChunkedArray) -> Iterator[Shingles]:
    """The distinct shingles of each body; letter case does not count, nor does the header's name.

    A header is left out up to its parenthesis: a copy under another name is a copy.
    """
    hashes: dict[str, int] = {}
    for chunk in bodies.chunks:
        for body in chunk:
            text = body.as_py()
            tokens = _TOKEN.findall(text[text.find("(") :])
            for token in set(tokens).difference(hashes):
                hashes[token] = crc32(token.casefold().encode("utf-8", "surrogatepass"))
            yield _shingles(np.array([hashes[token] for token in tokens], dtype=np.uint64))


def _shingles(tokens: npt.NDArray[np.uint64]) -> Shingles:
    size = max(len(tokens) - _SIZE + 1, 1)
    mixed = np.full(size, 0xCBF29CE484222325, dtype=np.uint64)
    for step in range(min(_SIZE, len(tokens))):
        mixed = (mixed ^ tokens[step : step + size]) * _PRIME
        mixed ^= mixed >> np.uint64(31)
    return np.unique(mixed)


def _prefixes(sets: Sequence[Shingles], threshold: float) -> list[list[int]]:
    """Of each set the rarest shingles, so many that a near copy must share one of them."""
    if not sets:
        return []
    values, place, times = np.unique(np.concatenate(sets), return_inverse=True, return_counts=True)
    rank = np.empty(len(values), dtype=np.int64)
    rank[np.argsort(times, kind="stable")] = np.arange(len(values))
    ranks = np.split(rank[place], np.cumsum([len(one) for one in sets])[:-1])
    return [
        np.sort(own)[: len(own) - math.ceil(threshold * len(own)) + 1].tolist() for own in ranks
    ]
