"""Which words stand in which documents, and how much each weighs there: BM25F, cut to levels.

The fields of a document are its name, its synonym, what its kind is called, its place (names
above it) and its text. A posting has a group, the best field the word stands in, and a level.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cai_assets.knowledge.coded import Codes
from cai_assets.learning.words import STOP_WORDS, parts, stem
from cai_assets.site.search.packing import LETTERS, script_order

NAME, SYNONYM, PLACE, TEXT = 3, 2, 1, 0
"""Groups of postings: the greater, the better the field."""
GROUPS = 4
LEVELS = LETTERS // GROUPS
"""How many degrees of weight a posting has within its group."""

_KIND: Final = 4
_GROUPS: Final = {NAME: NAME, SYNONYM: SYNONYM, _KIND: SYNONYM, PLACE: PLACE, TEXT: TEXT}
"""Fields and their groups: what the kind is called is as good as a word of the synonym."""
_WEIGHTS: Final = {NAME: 5.0, SYNONYM: 4.0, _KIND: 1.5, PLACE: 1.5, TEXT: 1.0}
_SHORTNESS: Final = {NAME: 0.6, SYNONYM: 0.6, _KIND: 0.0, PLACE: 0.3, TEXT: 0.7}
"""How much a word counts for more in a short field: `b` of BM25."""
_SATURATION = 2.5
"""`k1` of BM25: from where on more of a word says little more."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_MOST_LETTERS = 40
"""Longer words are keys and encoded data, which nobody asks for."""


class Field(NamedTuple):
    """The words of all documents in one field: parallel columns, documents rising."""

    documents: Codes
    terms: Codes


class Postings(NamedTuple):
    """Sorted by term and document: parallel columns of integers, and the terms in script order.

    `names` and `synonyms` are the numbers of different words in each document's name and synonym.
    """

    term: Codes
    document: Codes
    group: Codes
    level: Codes
    terms: list[str]
    names: Codes
    synonyms: Codes


class _Cutter:
    """Cuts texts into terms, each distinct word once."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._known: dict[str, tuple[int, ...]] = {}

    def field(self, texts: Sequence[str]) -> Field:
        """The words of one field of all documents; stop words left out."""
        words = [words_in(text) for text in texts]
        sizes = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        codes: dict[str, int] = {}
        flat = np.array(
            [codes.setdefault(word, len(codes)) for word in chain.from_iterable(words)],
            dtype=np.int64,
        )
        cut = [self._terms(word) for word in codes]
        counts = np.fromiter(map(len, cut), dtype=np.int64, count=len(cut))
        terms = np.fromiter(chain.from_iterable(cut), dtype=np.int64)
        begins = (np.cumsum(counts) - counts)[flat]
        counts = counts[flat]
        ends = np.cumsum(counts)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        documents = np.repeat(np.arange(len(words), dtype=np.int64), sizes)
        return Field(np.repeat(documents, counts), terms[np.repeat(begins, counts) + within])

    def _terms(self, word: str) -> tuple[int, ...]:
        found = self._known.get(word)
        if found is None:
            numbers = self.numbers
            found = self._known[word] = tuple(
                numbers.setdefault(stem(part), len(numbers))
                for part in pieces(word)
                if part not in STOP_WORDS and len(part) <= _MOST_LETTERS
            )
        return found


def words_in(text: str) -> list[str]:
    """Runs of letters and runs of digits."""
    return _WORD.findall(text)


def pieces(word: str) -> list[str]:
    """The parts of a word, folded; a word with letters of other alphabets stays whole."""
    found = parts(word)
    if sum(map(len, found)) != len(word):
        return [word.lower().replace("ё", "е")]
    return found


def postings_of(
    names: Sequence[str],
    synonyms: Sequence[str],
    kinds: Sequence[str],
    places: Sequence[str],
    texts: Sequence[str],
) -> Postings:
    """The postings of documents, given by the texts of their fields."""
    cutter = _Cutter()
    count = len(names)
    fields = {
        NAME: cutter.field(names),
        SYNONYM: cutter.field(synonyms),
        _KIND: cutter.field(kinds),
        PLACE: cutter.field(places),
        TEXT: cutter.field(texts),
    }
    terms, fields = _sorted_terms(cutter, fields)
    width = max(len(terms), 1)
    keys = [field.documents * width + field.terms for field in fields.values()]
    cells, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    weight = np.zeros(len(cells))
    group = np.zeros(len(cells), dtype=np.int64)
    begin = 0
    for name, field in fields.items():
        at = inverse[begin : begin + len(field.terms)]
        begin += len(field.terms)
        lengths = np.bincount(field.documents, minlength=count)
        average = max(float(lengths[lengths > 0].mean()), 1.0) if len(field.terms) else 1.0
        norm = 1 - _SHORTNESS[name] + _SHORTNESS[name] * lengths / average
        weight += np.bincount(
            at, weights=_WEIGHTS[name] / norm[field.documents], minlength=len(cells)
        )
        np.maximum.at(group, at, _GROUPS[name])
    term, document = cells % width, cells // width
    level = (weight / (_SATURATION + weight) * LEVELS).astype(np.int64)
    order = np.argsort(term, kind="stable")
    return Postings(
        term[order],
        document[order],
        group[order],
        level[order],
        terms,
        _distinct(fields[NAME], count, width),
        _distinct(fields[SYNONYM], count, width),
    )


def _sorted_terms(cutter: _Cutter, fields: dict[int, Field]) -> tuple[list[str], dict[int, Field]]:
    """Terms numbered in the order of scripts."""
    terms = sorted(cutter.numbers, key=script_order)
    place: npt.NDArray[np.int64] = np.empty(len(terms), dtype=np.int64)
    place[[cutter.numbers[term] for term in terms]] = np.arange(len(terms))
    return terms, {
        name: Field(field.documents, place[field.terms]) for name, field in fields.items()
    }


def _distinct(field: Field, count: int, width: int) -> Codes:
    cells = np.unique(field.documents * width + field.terms)
    return np.bincount(cells // width, minlength=count)
