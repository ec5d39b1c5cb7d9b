"""A question against an index: which routines to look at closely, and what matches in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cai_assets.learning.model import Codes
from cai_assets.learning.search import schema
from cai_assets.learning.search.index import Index, Reals, Small
from cai_assets.learning.search.tokens import start_of

WIDTH = len(schema.FIELDS)

K1 = 1.2
LENGTH_SHARE = np.full(WIDTH, 0.75, dtype=np.float32)
LENGTH_SHARE[schema.OBJECT] = 0.3
"""How much the length of a field counts, BM25's b; how many synonyms an object has says little."""

FIRST_WEIGHTS: Mapping[int, float] = {
    schema.NAME: 1.0,
    schema.START: 2.0,
    schema.OBJECT: 0.3,
    schema.PLACE: 0.2,
    schema.PARAMETERS: 0.1,
    schema.BODY: 0.7,
    schema.TEXT_WORDS: 0.5,
    schema.CALLERS: 0.3,
}
"""What the fields count for when candidates are chosen; tuned on validation parts."""

_UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in terms of an index: distinct stems in order, and how often each was said.

    `numbers[0]` are the stems, `numbers[1]` their beginnings; -1 for what the index has not.
    """

    stems: tuple[str, ...]
    numbers: tuple[list[int], list[int]]
    times: Reals
    rarity: Reals

    def number(self, at: int, field: int) -> int:
        """The number of the term to look up in a field."""
        return self.numbers[field == schema.START][at]


@dataclass(frozen=True, slots=True)
class Matches:
    """Candidates and what matches in each: `impacts[term, field, candidate]`, BM25 without weight.

    `first` is the score that chose them, falling.
    """

    asked: Asked
    documents: Codes
    first: Reals
    impacts: Reals


def ask(index: Index, stems: Sequence[str]) -> Asked:
    """Stems of a question as terms of the index."""
    distinct = tuple(dict.fromkeys(stems))
    numbers = [index.numbers.get(stem, _UNKNOWN) for stem in distinct]
    starts = [index.numbers.get(start_of(stem), _UNKNOWN) for stem in distinct]
    times = np.array([stems.count(stem) for stem in distinct], dtype=np.float32)
    most = float(np.log1p((len(index) + 0.5) / 0.5))
    rarity = [
        float(index.rarity[max(number, start)]) if max(number, start) >= 0 else most
        for number, start in zip(numbers, starts, strict=True)
    ]
    return Asked(distinct, (numbers, starts), times, np.array(rarity, dtype=np.float32))


class Matcher:
    """Finds candidates of an index. `weights` are those of the fields, 0 for those not read."""

    def __init__(self, index: Index, weights: Mapping[int, float] = FIRST_WEIGHTS) -> None:
        self._index = index
        self._weights = np.zeros(WIDTH, dtype=np.float32)
        for field, weight in weights.items():
            self._weights[field] = weight
        self._fields = [int(field) for field in np.flatnonzero(self._weights)]
        lengths = index.lengths
        usual = np.maximum(lengths.mean(axis=1, keepdims=True), 1e-9) if len(index) else 1.0
        share = LENGTH_SHARE[:, None]
        self._damping = (K1 * (1 - share + share * lengths / usual)).astype(np.float32)

    def match(self, asked: Asked, most: int) -> Matches:
        """The `most` best candidates by the sum over fields; ties in the order of the index."""
        total = np.zeros(len(self._index), dtype=np.float32)
        found: list[tuple[int, int, Small, Reals]] = []
        for at in range(len(asked.stems)):
            for field in self._fields:
                number = asked.number(at, field)
                if number < 0:
                    continue
                documents, impact = self._impacts(number, field, float(asked.times[at]))
                if len(documents):
                    total[documents] += self._weights[field] * impact
                    found.append((at, field, documents, impact))
        chosen = best(total, most)
        impacts = np.zeros((len(asked.stems), WIDTH, len(chosen)), dtype=np.float32)
        order = np.argsort(chosen, kind="stable")
        rising = chosen[order].astype(np.int32)
        for at, field, documents, impact in found if len(chosen) else ():
            place = np.minimum(np.searchsorted(documents, rising), len(documents) - 1)
            same = documents[place] == rising
            impacts[at, field, order[same]] = impact[place[same]]
        return Matches(asked, chosen, total[chosen], impacts)

    def _impacts(self, number: int, field: int, times: float) -> tuple[Small, Reals]:
        """The documents that have a stem in a field, and what it counts for: BM25 of the field."""
        part = self._index.postings(number, field)
        documents = self._index.document[part]
        frequency = self._index.frequency[part].astype(np.float32)
        worth = np.float32(times * float(self._index.rarity[number]) * (K1 + 1))
        return documents, worth * frequency / (frequency + self._damping[field][documents])


def best(total: Reals, most: int) -> Codes:
    """Positions of the highest scores above 0, falling; equal ones in order."""
    positive = np.flatnonzero(total > 0)
    if len(positive) > most:
        least = np.partition(total[positive], len(positive) - most)[len(positive) - most]
        positive = positive[total[positive] >= least]
    return positive[np.lexsort((positive, -total[positive]))][:most]
