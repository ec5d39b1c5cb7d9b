"""The fields of all routines as counted stems: each distinct name or word is cut up once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.learning.model import Codes
from cai_assets.learning.search import schema
from cai_assets.learning.words import parts, stem, stems_of_name, stems_of_text

START_LETTERS, LATIN_START_LETTERS = 5, 7
"""Russian words change much more from form to form; `current` and `currency` are to stay apart."""

MOST_LETTERS = 40
"""Longer stems are keys and encoded data, which nobody asks for."""


class Lists(NamedTuple):
    """Lists of texts: `values[codes[at]]` belongs to row `rows[at]`, rows rising."""

    rows: Codes
    codes: Codes
    values: list[str]


class Counted(NamedTuple):
    """Postings, sorted by term, field and document: parallel columns, and the terms."""

    term: Codes
    field: Codes
    document: Codes
    frequency: Codes
    terms: list[str]
    words: list[str]


class Vocabulary:
    """Stems and their numbers in order of first use, each with the first word that had it."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.words: list[str] = []

    def numbers_of(self, words: Iterable[tuple[str, str]]) -> list[int]:
        """The numbers of stems, given with their words; new ones get the next number."""
        found = []
        for term, word in words:
            if not term or len(term) > MOST_LETTERS:
                continue
            number = self.numbers.setdefault(term, len(self.numbers))
            if number == len(self.words):
                self.words.append(word)
            found.append(number)
        return found


def count_fields(
    routines: pa.Table, synonyms: Mapping[tuple[str, str], str], comments: list[str]
) -> Counted:
    """The postings of `ml_dataset.routines`, comments of routines by row in their own field.

    `synonyms` are the texts in all languages by project and object.
    """
    vocabulary = Vocabulary()
    pieces = [
        _postings(vocabulary, field, lists, cut, routines.num_rows)
        for field, lists, cut in _sources(routines, synonyms, comments)
    ]
    keys = np.concatenate(pieces)
    return _counted(keys, vocabulary, max(routines.num_rows, 1))


def start_of(term: str) -> str:
    """The beginning of a stem as a term of its own: the same in all forms of the word."""
    letters = LATIN_START_LETTERS if term[:1].isascii() else START_LETTERS
    return f"{term[:letters]}*"


Cut = Callable[[str], Iterable[tuple[str, str]]]


def _sources(
    routines: pa.Table, synonyms: Mapping[tuple[str, str], str], comments: list[str]
) -> Iterator[tuple[int, Lists, Cut]]:
    name = _single(Coded.of(routines, "name"))
    yield schema.NAME, name, _name
    yield schema.START, name, _starts
    projects, objects = Coded.of(routines, "project").texts(), Coded.of(routines, "object").texts()
    own = [
        f"{_last(obj or '')} {synonyms.get((p or '', obj or ''), '')}"
        for p, obj in zip(projects, objects, strict=True)
    ]
    yield schema.OBJECT, _single(Coded.of(pa.table({"text": own}), "text")), _text
    yield schema.PLACE, _single(_places(routines)), _text
    yield schema.PARAMETERS, lists_of(routines, "parameter_names"), _name
    yield schema.BODY, lists_of(routines, "identifiers"), _name
    yield schema.TEXT_WORDS, lists_of(routines, "words"), _word
    yield schema.CALLERS, callers_of(routines, lists_of(routines, "calls")), _last_name
    yield schema.COMMENT, _single(Coded.of(pa.table({"text": comments}), "text")), _text


def lists_of(table: pa.Table, column: str) -> Lists:
    """A column of lists; a null is an empty list."""
    column_ = table.column(column).combine_chunks()
    array = column_.chunk(0) if isinstance(column_, pa.ChunkedArray) else column_
    lengths = array.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    coded = Coded.of(pa.table({"item": array.flatten()}), "item")
    rows = np.repeat(np.arange(len(array), dtype=np.int64), lengths)
    known = coded.codes >= 0
    return Lists(rows[known], coded.codes[known], coded.values)


def callers_of(routines: pa.Table, callees: Lists) -> Lists:
    """Which routines call each routine, by name; callees of that id in any project."""
    ids = Coded.of(routines, "routine")
    position = {value: code for code, value in enumerate(ids.values)}
    target = np.array([position.get(value, -1) for value in callees.values], dtype=np.int64)
    called = target[callees.codes] if len(target) else callees.codes
    known = called >= 0
    called, caller = called[known], ids.codes[callees.rows[known]]
    # A routine may stand twice under one id (in branches of the preprocessor): all get the callers.
    order = np.argsort(called, kind="stable")
    starts = np.searchsorted(called[order], ids.codes, "left")
    counts = np.searchsorted(called[order], ids.codes, "right") - starts
    rows = np.repeat(np.arange(len(ids.codes)), counts)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = caller[order][np.repeat(starts, counts) + within]
    other = chosen != ids.codes[rows]
    return Lists(rows[other], chosen[other], ids.values)


def _places(routines: pa.Table) -> Coded:
    """The form or command that a module belongs to, and the regions of the routine."""
    module, region = Coded.of(routines, "module"), Coded.of(routines, "region")
    owners = [".".join(value.split(".")[3:4]) for value in module.values] + [""]
    regions = [*region.values, ""]
    texts = [
        f"{owners[m]} {regions[r]}"
        for m, r in zip(module.codes.tolist(), region.codes.tolist(), strict=True)
    ]
    return Coded.of(pa.table({"text": texts}), "text")


def _single(coded: Coded) -> Lists:
    known = np.flatnonzero(coded.codes >= 0)
    return Lists(known, coded.codes[known], coded.values)


def _postings(vocabulary: Vocabulary, field: int, lists: Lists, cut: Cut, count: int) -> Codes:
    """One key per occurrence: the term, the field and the document in one number."""
    used = np.unique(lists.codes)
    terms: list[int] = []
    lengths = np.zeros(len(lists.values) + 1, dtype=np.int64)
    for code in used.tolist():
        found = vocabulary.numbers_of(cut(lists.values[code]))
        terms += found
        lengths[code] = len(found)
    starts = np.cumsum(lengths) - lengths
    counts = lengths[lists.codes]
    documents = np.repeat(lists.rows, counts)
    within = np.arange(len(documents)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = np.repeat(starts[lists.codes], counts) + within
    numbers = np.array(terms, dtype=np.int64)[places]
    return (numbers * len(schema.FIELDS) + field) * max(count, 1) + documents


def _counted(keys: Codes, vocabulary: Vocabulary, count: int) -> Counted:
    texts = list(vocabulary.numbers)
    order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(texts), dtype=np.int64)
    rank[order] = np.arange(len(texts))
    width = len(schema.FIELDS) * count
    keys = rank[keys // width] * width + keys % width if texts else keys
    keys, frequency = np.unique(keys, return_counts=True)
    return Counted(
        keys // width,
        keys // count % len(schema.FIELDS),
        keys % count,
        frequency,
        [texts[number] for number in order],
        [vocabulary.words[number] for number in order],
    )


def _name(text: str) -> Iterable[tuple[str, str]]:
    return zip(stems_of_name(text), parts(text), strict=True)


def _starts(text: str) -> Iterable[tuple[str, str]]:
    return [(start_of(term), term) for term in stems_of_name(text)]


def _last_name(text: str) -> Iterable[tuple[str, str]]:
    return _name(_last(text))


def _word(text: str) -> Iterable[tuple[str, str]]:
    folded = text.replace("ё", "е")
    return ((stem(folded), folded),)


def _text(text: str) -> Iterable[tuple[str, str]]:
    return [(term, term) for term in stems_of_text(text)]


def _last(text: str) -> str:
    return text.rpartition(".")[2]
