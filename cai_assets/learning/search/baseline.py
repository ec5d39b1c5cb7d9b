"""BM25 over all words of a routine in one bag: what the model has to beat.

Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
2009) over the stems of the name, the object, the place, the parameters, the names in the body, the
words of literals and comments inside, and the callers. It also searches until a model is promoted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cai_assets.learning.model import Codes, Floats
from cai_assets.learning.search import schema
from cai_assets.learning.search.index import Index
from cai_assets.learning.search.matching import WIDTH, ask, best
from cai_assets.learning.search.questions import Question

K1, B = 1.2, 0.75
"""What BM25 has where nothing was tuned."""

GRID = ((0.4, 0.8, 1.2, 2.0, 3.0), (0.2, 0.4, 0.6, 0.75, 0.9))
"""Values of k1 and b among which the validation part chooses."""

_MOST_TUNED = 300
_BAG = [field for field in range(WIDTH) if field not in (schema.START, schema.COMMENT)]


class Bag:
    """The fields of an index as one; doc comments belong to it if asked for."""

    def __init__(self, index: Index, *, comments: bool = False) -> None:
        self.index = index
        self._end = WIDTH if comments else schema.COMMENT
        fields = [*_BAG, schema.COMMENT] if comments else _BAG
        self.lengths: Floats = index.lengths[fields].sum(axis=0, dtype=np.float64)
        self._known: dict[int, tuple[Codes, Floats]] = {}

    def postings(self, number: int) -> tuple[Codes, Floats]:
        """The documents that have a stem, rising, and how often they do.

        A stem stands in no field of beginnings, so its fields are one run of postings.
        """
        known = self._known.get(number)
        if known is None:
            index, first = self.index, number * WIDTH
            part = slice(int(index.pointer[first]), int(index.pointer[first + self._end]))
            times = np.bincount(index.document[part], weights=index.frequency[part])
            documents = np.flatnonzero(times)
            known = self._known[number] = documents, times[documents].astype(np.float64)
        return known


class Bm25:
    """Scores of all documents of a bag for a question."""

    def __init__(self, bag: Bag, k1: float = K1, b: float = B) -> None:
        self._bag, self.k1, self.b = bag, k1, b
        usual = max(float(bag.lengths.mean()), 1e-9) if len(bag.index) else 1.0
        self._damping = k1 * (1 - b + b * bag.lengths / usual)

    def scores(self, stems: Sequence[str]) -> Floats:
        """One score per document, 0 where no word matches."""
        index = self._bag.index
        asked = ask(index, stems)
        total = np.zeros(len(index))
        for at, number in enumerate(asked.numbers[0]):
            if number >= 0:
                documents, times = self._bag.postings(number)
                worth = asked.times[at] * index.rarity[number] * (self.k1 + 1)
                total[documents] += worth * times / (times + self._damping[documents])
        return total

    def top(self, stems: Sequence[str], most: int) -> tuple[Codes, Floats]:
        """The best documents with their scores, falling; ties in the order of the index."""
        total = self.scores(stems)
        chosen = best(total, most)
        return chosen, total[chosen]


def tuned(index: Index, questions: Sequence[Question]) -> Bm25:
    """BM25 with the settings that do best on `questions` (mean reciprocal rank).

    First k1 is chosen with the usual b, then b, then k1 once more; of many questions, every n-th.
    """
    bag = Bag(index)
    asked = questions[:: len(questions) // _MOST_TUNED + 1]

    def worth(k1: float, b: float) -> float:
        bm25 = Bm25(bag, k1, b)
        return sum(reciprocal(bm25.top(question.stems, 10)[0], question) for question in asked)

    k1, b = K1, B
    if asked:
        k1 = max(GRID[0], key=lambda value: worth(value, b))
        b = max(GRID[1], key=lambda value: worth(k1, value))
        k1 = max(GRID[0], key=lambda value: worth(value, b))
    return Bm25(bag, k1, b)


def reciprocal(found: Codes, question: Question) -> float:
    """One by the place of the first right answer; 0 if there is none."""
    right = np.flatnonzero(np.isin(found, question.routines))
    return 1 / (int(right[0]) + 1) if len(right) else 0.0
