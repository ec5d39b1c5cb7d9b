"""Search over the routines of an upload, as the command line and the site ask it.

What is searched, beside what a model is measured on, is the doc comment. It counts as a comment
inside the body, gets the weight of the name when candidates are chosen, and adds its own BM25 to
the score. These weights are a rule, not learned: with the first sentences of all comments as
questions and the rest of the comments to be found, they raised MRR@10 on the validation part of
a large configuration from 0.50 to 0.54. The figures of the model are those without comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cai_assets.learning.model import Codes, Floats, State, Words
from cai_assets.learning.search import schema
from cai_assets.learning.search.baseline import Bag, Bm25
from cai_assets.learning.search.index import Index
from cai_assets.learning.search.matching import (
    FIRST_WEIGHTS,
    Asked,
    Matcher,
    Matches,
    ask,
)
from cai_assets.learning.search.ranker import CANDIDATES, Ranker
from cai_assets.learning.search.spelling import Spelling
from cai_assets.learning.words import parts, stems_of_text

COMMENT_CHOOSES, COMMENT_COUNTS = 1.0, 2.0
"""What a comment counts for among the fields that choose candidates, and in the score."""

FIELD_TITLES = (
    Words("имя", "name"),
    Words("имя", "name"),
    Words("объект", "object"),
    Words("форма или область", "form or region"),
    Words("параметры", "parameters"),
    Words("имена в тексте", "names in its text"),
    Words("строки и комментарии", "literals and comments"),
    Words("кто вызывает", "callers"),
    Words("описание", "doc comment"),
)
"""What people read for `schema.FIELDS`."""


class Match(NamedTuple):
    """A word of the question, how it was read (the same unless misspelt), where it was found."""

    word: str
    read_as: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A routine that was found.

    `score` is the estimated chance that it is the one meant, or BM25 where no model was promoted;
    it orders the hits of one answer. `exact`: the question is its name, and the score is 1.
    """

    project: str
    routine: str
    object: str
    signature: str
    summary: str
    file: str
    line: int
    export: bool
    score: float
    exact: bool
    why: tuple[Match, ...]

    def reasons(self, language: str) -> str:
        """Which words were found where, for people: «остатки» – имя, описание."""
        titles = dict(zip(schema.FIELDS, FIELD_TITLES, strict=True))
        parts = []
        for word, read_as, fields in self.why:
            names = dict.fromkeys(getattr(titles[field], language) for field in fields)
            shown = word if word == read_as else f"{word} → {read_as}"
            parts.append(f"«{shown}» – {', '.join(names)}")
        return "; ".join(parts)


class Searcher:
    """Answers questions about an upload from the tables of its index.

    Without a state the order is that of BM25, comments included.
    """

    def __init__(self, tables: Mapping[str, pa.Table], state: State | None = None) -> None:
        self._index = Index.of(tables)
        self._matcher = Matcher(self._index, {**FIRST_WEIGHTS, schema.COMMENT: COMMENT_CHOOSES})
        self._ranker = None if state is None else Ranker(self._index, state)

    def search(self, question: str, top: int = 10) -> list[Hit]:
        """The `top` best routines, the best first; none if no word of the question is known.

        A routine whose name is the question (with the module or without) comes first.
        """
        words = self._words(question)
        asked = ask(self._index, [stem for _, stem in words])
        matches = self._matcher.match(asked, CANDIDATES)
        scores = self._scores(asked, matches)
        order = np.argsort(-scores, kind="stable")
        documents, scores = matches.documents[order], scores[order]
        exact = self._named(question)
        inside = np.isin(documents, exact)
        rest = exact[~np.isin(exact, documents)]
        ranked = [
            *((document, 1.0) for document in documents[inside].tolist()),
            *((document, 1.0) for document in rest.tolist()),
            *zip(documents[~inside].tolist(), scores[~inside].tolist(), strict=True),
        ][:top]
        shown = {stem: word for word, stem in reversed(words)}
        found = dict(zip(matches.documents.tolist(), range(len(matches.documents)), strict=True))
        named = set(exact.tolist())
        return [
            self._hit(document, score, document in named, _why(matches, found.get(document), shown))
            for document, score in ranked
        ]

    def _words(self, question: str) -> list[tuple[Match, str]]:
        """The words of a question with their stems; an unknown stem is that of the nearest word."""
        index, found = self._index, []
        for part in parts(question):
            for stem in stems_of_text(part):
                nearest = None if stem in index.numbers else self._spelling.nearest(stem)
                if nearest is None:
                    found.append((Match(part, part, ()), stem))
                else:
                    found.append((Match(part, index.words[nearest], ()), index.terms[nearest]))
        return found

    def _scores(self, asked: Asked, matches: Matches) -> Floats:
        if self._ranker is None:
            return self._bm25.scores(asked.stems)[matches.documents]
        comment = matches.impacts[:, schema.COMMENT]
        merged = matches.impacts.copy()
        merged[:, schema.TEXT_WORDS] += comment
        scores = self._ranker.scores(
            Matches(asked, matches.documents, matches.first, merged)
        ) + COMMENT_COUNTS * comment.sum(axis=0) / max(float(asked.rarity.sum()), 1e-9)
        chance: Floats = np.exp(scores - scores.max(initial=-np.inf))
        return chance / max(float(chance.sum()), 1e-300)

    def _named(self, question: str) -> Codes:
        """The routines whose name the question is, in the order of the index."""
        name = question.partition("(")[0].strip().casefold()
        if not name or any(map(str.isspace, name)):
            return np.empty(0, dtype=np.int64)
        ending = f".{name}"
        rows = [row for row, id_ in enumerate(self._folded) if f".{id_}".endswith(ending)]
        return np.array(rows, dtype=np.int64)

    @cached_property
    def _bm25(self) -> Bm25:
        return Bm25(Bag(self._index, comments=True))

    @cached_property
    def _spelling(self) -> Spelling:
        index = self._index
        whole = [not term.endswith("*") for term in index.terms]
        return Spelling(index.terms, np.where(whole, index.spread, 0))

    @cached_property
    def _folded(self) -> list[str]:
        return [id_.casefold() for id_ in self._index.documents.column("routine").to_pylist()]

    def _hit(self, document: int, score: float, exact: bool, why: tuple[Match, ...]) -> Hit:
        row = self._index.documents.slice(document, 1).to_pylist()[0]
        return Hit(
            row["project"] or "",
            row["routine"],
            row["object"] or "",
            row["signature"] or "",
            row["summary"],
            row["file"] or "",
            row["line"],
            bool(row["export"]),
            score,
            exact,
            why,
        )


def _why(matches: Matches, place: int | None, shown: Mapping[str, Match]) -> tuple[Match, ...]:
    """Words that match the candidate in that place, in the order of the question."""
    if place is None:
        return ()
    found = []
    for at, stem in enumerate(matches.asked.stems):
        fields = np.flatnonzero(matches.impacts[at, :, place]).tolist()
        if fields:
            names = tuple(schema.FIELDS[field] for field in fields)
            found.append(shown[stem]._replace(fields=names))
    return tuple(found)
