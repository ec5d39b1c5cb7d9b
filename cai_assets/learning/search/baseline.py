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


class Bm25:
    """Scores of all documents of an index for a question; doc comments count if asked for."""

    def __init__(
        self, index: Index, k1: float = K1, b: float = B, *, comments: bool = False
    ) -> None:
        self._index, self.k1, self.b = index, k1, b
        self._end = WIDTH if comments else schema.COMMENT
        fields = [*_BAG, schema.COMMENT] if comments else _BAG
        lengths = index.lengths[fields].sum(axis=0, dtype=np.float64)
        usual = max(float(lengths.mean()), 1e-9) if len(index) else 1.0
        self._damping = k1 * (1 - b + b * lengths / usual)

    def scores(self, stems: Sequence[str]) -> Floats:
        """One score per document, 0 where no word matches."""
        index, asked = self._index, ask(self._index, stems)
        total = np.zeros(len(index))
        for at, number in enumerate(asked.numbers[0]):
            if number >= 0:
                documents, frequency = self._bag(number)
                worth = asked.times[at] * index.rarity[number] * (self.k1 + 1)
                total[documents] += worth * frequency / (frequency + self._damping[documents])
        return total

    def top(self, stems: Sequence[str], most: int) -> tuple[Codes, Floats]:
        """The best documents with their scores, falling; ties in the order of the index."""
        total = self.scores(stems)
        chosen = best(total, most)
        return chosen, total[chosen]

    def _bag(self, number: int) -> tuple[Codes, Floats]:
        """The documents that have a stem in any field of the bag, and how often in all of them.

        A stem stands in no field of beginnings, so its fields are one run of postings.
        """
        first = number * WIDTH
        part = slice(int(self._index.pointer[first]), int(self._index.pointer[first + self._end]))
        index = self._index
        times = np.bincount(index.document[part], weights=index.frequency[part])
        documents = np.flatnonzero(times)
        return documents, times[documents].astype(np.float64)


def tuned(index: Index, questions: Sequence[Question]) -> Bm25:
    """BM25 with the settings that do best on `questions` (mean reciprocal rank).

    First k1 is chosen with the usual b, then b, then k1 once more; of many questions, every n-th.
    """
    asked = questions[:: len(questions) // _MOST_TUNED + 1]

    def worth(k1: float, b: float) -> float:
        bm25 = Bm25(index, k1, b)
        return sum(reciprocal(bm25.top(question.stems, 10)[0], question) for question in asked)

    k1, b = K1, B
    if asked:
        k1 = max(GRID[0], key=lambda value: worth(value, b))
        b = max(GRID[1], key=lambda value: worth(k1, value))
        k1 = max(GRID[0], key=lambda value: worth(value, b))
    return Bm25(index, k1, b)


def reciprocal(found: Codes, question: Question) -> float:
    """One by the place of the first right answer; 0 if there is none."""
    right = np.flatnonzero(np.isin(found, question.routines))
    return 1 / (int(right[0]) + 1) if len(right) else 0.0
