"""How words of comments stand for words of names: IBM model 1, learned from pairs of both.

`t(q | n)` is the probability that a name with the word n is described with the word q («возвраща»
for «получ»). Both are beginnings of stems, so that forms of a word are one. The method is that of
Brown et al., "The Mathematics of Statistical Machine Translation" (1993), model 1, with a share of
the probability kept for the word itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cai_assets.learning.model import Codes, Floats
from cai_assets.learning.search.index import Index, Reals
from cai_assets.learning.search.tokens import start_of

ROUNDS, BACKGROUND, LEAST = 5, 0.3, 0.01
"""Rounds of learning, the share of words that come from nowhere, the least probability kept."""

Pairs = Sequence[tuple[Sequence[str], Sequence[str], bool]]
"""Words of a question, those of the name that answers it, and whether that is a function."""


@dataclass(frozen=True, slots=True)
class Translation:
    """Probabilities by column of a question's word: `rows[start:end]` are words of names."""

    asked: npt.NDArray[np.str_]
    named: npt.NDArray[np.str_]
    starts: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]
    chances: Reals
    usual: Reals
    functions: Reals


def learn_translation(pairs: Pairs) -> Translation:
    """Probabilities from pairs; equal pairs in equal order give equal numbers."""
    asked = sorted({word for question, *_ in pairs for word in question})
    named = sorted({word for _, name, _ in pairs for word in name})
    of_asked, of_named = _positions(asked), _positions(named)
    columns, rows, groups = [], [], []
    group = 0
    for question, name, _ in pairs:
        own = [of_named[word] for word in dict.fromkeys(name)]
        for word in dict.fromkeys(question):
            columns += [of_asked[word]] * len(own)
            rows += own
            groups += [group] * len(own)
            group += 1
    column, row, number = (np.array(x, dtype=np.int64) for x in (columns, rows, groups))
    usual = np.bincount(
        np.array([of_asked[w] for question, *_ in pairs for w in dict.fromkeys(question)], int),
        minlength=len(asked),
    ) / max(group, 1)
    keys, cell = np.unique(column * max(len(named), 1) + row, return_inverse=True)
    cell_row = keys % max(len(named), 1)
    chance = _learned(cell, cell_row, number, usual[column], len(named))
    kept = chance >= LEAST
    cell_column = keys[kept] // max(len(named), 1)
    return Translation(
        np.array(asked, dtype=str),
        np.array(named, dtype=str),
        np.searchsorted(cell_column, np.arange(len(asked) + 1)).astype(np.int32),
        cell_row[kept].astype(np.int32),
        chance[kept].astype(np.float32),
        usual.astype(np.float32),
        _functions(pairs, of_asked),
    )


def _functions(pairs: Pairs, of_asked: dict[str, int]) -> Reals:
    """Which share of questions that begin with a word is answered by a function; one is a half."""
    ones, all_ = np.ones(len(of_asked)), np.full(len(of_asked), 2.0)
    for question, _, function in pairs:
        if question:
            ones[of_asked[question[0]]] += function
            all_[of_asked[question[0]]] += 1
    shares: Reals = (ones / all_).astype(np.float32)
    return shares


def _learned(cell: Codes, cell_row: Codes, number: Codes, usual: Floats, rows: int) -> Floats:
    """Expectation and maximisation: how much of each word each word of the name accounts for."""
    cells = len(cell_row)
    per_row = np.bincount(cell_row, minlength=rows)
    chance = 1 / np.maximum(per_row[cell_row], 1.0)
    sizes = np.bincount(number) if len(number) else np.zeros(0)
    for _ in range(ROUNDS):
        share = (1 - BACKGROUND) * chance[cell] / sizes[number]
        whole = np.bincount(number, weights=share, minlength=len(sizes))[number]
        share /= whole + BACKGROUND * usual
        gained = np.bincount(cell, weights=share, minlength=cells)
        chance = (
            gained
            / np.maximum(np.bincount(cell_row, weights=gained, minlength=rows), 1e-12)[cell_row]
        )
    return chance


class Translator:
    """A translation against an index: its words as numbers of the index."""

    def __init__(self, translation: Translation, index: Index) -> None:
        self._of = translation
        self._column = {word: at for at, word in enumerate(translation.asked.tolist())}
        self._row = np.full(len(index.terms) + 1, len(translation.named), dtype=np.int32)
        for at, word in enumerate(translation.named.tolist()):
            number = index.numbers.get(word)
            if number is not None:
                self._row[number] = at

    def chances(self, words: Sequence[str], terms: npt.NDArray[np.int32]) -> Reals:
        """`t(word | term)`, words × terms; 0 where nothing is known."""
        of = self._of
        table = np.zeros((len(words), len(of.named) + 1), dtype=np.float32)
        for at, word in enumerate(words):
            column = self._column.get(word)
            if column is not None:
                part = slice(of.starts[column], of.starts[column + 1])
                table[at, of.rows[part]] = of.chances[part]
        return table[:, self._row[terms]]

    def function(self, first: Sequence[str]) -> float:
        """How likely a question with such a first word asks for a function; a half if unknown."""
        columns = [self._column.get(start_of(word)) for word in first]
        return 0.5 if columns in ([], [None]) else float(self._of.functions[columns[0]])

    def usual(self, words: Sequence[str]) -> Reals:
        """How usual each word is in questions; a rare one's share if it is not known."""
        least = float(self._of.usual.min(initial=1.0)) or 1e-4
        columns = [self._column.get(word) for word in words]
        return np.array(
            [least if column is None else self._of.usual[column] for column in columns],
            dtype=np.float32,
        )


def _positions(words: Sequence[str]) -> dict[str, int]:
    return {word: at for at, word in enumerate(words)}
