"""The nearest known word to one that the index does not know: a typing error, most likely."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cai_assets.learning.search.tokens import MOST_LETTERS

SHORTEST, LONG = 5, 8
"""Letters from which one letter may be wrong, and from which two may be."""

Letters = npt.NDArray[np.uint32]


class Spelling:
    """Words by length; `spread[word]` says in how many routines a word stands."""

    def __init__(self, words: Sequence[str], spread: npt.NDArray[np.int32]) -> None:
        self._words, self._spread = words, spread

    @cached_property
    def _by_length(self) -> dict[int, tuple[npt.NDArray[np.int64], Letters]]:
        lengths = np.array([len(word) for word in self._words], dtype=np.int64)
        found = {}
        for length in range(SHORTEST - 1, MOST_LETTERS + 1):
            chosen = np.flatnonzero((lengths == length) & (self._spread > 0))
            if len(chosen):
                texts = np.array([self._words[at] for at in chosen.tolist()], dtype=f"U{length}")
                found[length] = (chosen, texts.view(np.uint32).reshape(-1, length))
        return found

    def nearest(self, word: str) -> int | None:
        """The number of the nearest word, of equally near ones that of most routines.

        None if none is near: one letter (two in a long word) is left out, put in, put in place
        of another or exchanged with its neighbour. The first letter is taken to be right.
        """
        if len(word) < SHORTEST:
            return None
        most = 2 if len(word) >= LONG else 1
        best: tuple[int, int, int] | None = None
        for length in range(len(word) - most, len(word) + most + 1):
            numbers, letters = self._by_length.get(length, (None, None))
            if numbers is None or letters is None:
                continue
            same = letters[:, 0] == ord(word[0])
            distances = _distances(word, letters[same])
            for at in np.flatnonzero(distances <= most).tolist():
                number = int(numbers[same][at])
                found = (int(distances[at]), -int(self._spread[number]), number)
                best = found if best is None else min(best, found)
        return None if best is None else best[2]


def _distances(word: str, letters: Letters) -> npt.NDArray[np.int8]:
    """The distance of Damerau and Levenshtein (optimal alignment) to words of one length."""
    count, length = letters.shape
    before = np.zeros((length + 1, count), dtype=np.int8)
    last = np.repeat(np.arange(length + 1, dtype=np.int8)[:, None], count, axis=1)
    for row, letter in enumerate(word, 1):
        now = np.empty_like(last)
        now[0] = row
        for column in range(1, length + 1):
            other = letters[:, column - 1] != ord(letter)
            now[column] = np.minimum(
                np.minimum(last[column], now[column - 1]) + 1, last[column - 1] + other
            )
            if row > 1 and column > 1:
                swapped = (letters[:, column - 2] == ord(letter)) & (
                    letters[:, column - 1] == ord(word[row - 2])
                )
                exchanged = np.where(swapped, before[column - 2] + 1, np.int8(100))
                now[column] = np.minimum(now[column], exchanged)
        before, last = last, now
    return last[length]
