"""What is known of a question and a candidate: the columns that the re-ranking reads."""

from __future__ import annotations

import numpy as np

from cai_assets.learning.model import Codes
from cai_assets.learning.search import schema
from cai_assets.learning.search.arrays import codes_of
from cai_assets.learning.search.index import Flags, Index, Reals
from cai_assets.learning.search.matching import Matches
from cai_assets.learning.search.tokens import start_of
from cai_assets.learning.search.translation import BACKGROUND, Translator

_FIELDS = tuple(range(schema.COMMENT))
_KINDS = ("FormModule", "ObjectModule", "ManagerModule", "CommandModule", "CommonModule")

NAMES = (
    *(f"bm25_{schema.FIELDS[field]}" for field in _FIELDS),
    "first",
    "first_of_best",
    "place",
    "cover_name",
    "cover_head",
    "cover_all",
    "missing",
    "rarest_missing",
    "rarest_missing_in_name",
    "name_said",
    "name_words",
    "in_order",
    "first_word",
    "last_word",
    "translated",
    "translated_missing",
    "translated_rare",
    "translated_first",
    "agreement",
    "explained",
    "function",
    "function_expected",
    "export",
    "lines",
    "callers",
    "parameters",
    *(f"kind_{kind}" for kind in _KINDS),
    "object_share",
    "place_in_object",
)
"""The names of the columns of `Describer.describe`."""


class Describer:
    """Features of candidates; what does not depend on the question is made once."""

    def __init__(self, index: Index, translator: Translator) -> None:
        self._index = index
        self._translator = translator
        kind = codes_of(index.documents, "module_kind")
        place = kind.map(lambda value: _KINDS.index(value) if value in _KINDS else -1)
        kinds = place[:, None] == np.arange(len(_KINDS))
        self._own = np.column_stack(
            [
                index.numbers_in("function"),
                index.numbers_in("export"),
                np.log1p(index.numbers_in("lines")),
                np.log1p(index.numbers_in("callers")),
                index.numbers_in("parameters"),
                kinds,
            ]
        ).astype(np.float32)
        self._objects = index.objects.codes

    def describe(self, matches: Matches) -> Reals:
        """One row per candidate, of which there is one at least; columns as in `NAMES`."""
        asked, documents = matches.asked, matches.documents
        rarity = asked.rarity
        whole = max(float(rarity.sum()), 1e-9)
        impacts = matches.impacts[:, list(_FIELDS), :]
        hit = impacts > 0
        in_name = hit[:, schema.NAME] | hit[:, schema.START]
        head = in_name | hit[:, schema.OBJECT] | hit[:, schema.PLACE]
        anywhere: Flags = np.any(hit, axis=1)
        own = self._own[documents]
        best = max(float(matches.first.max(initial=0)), 1e-9)
        share, place = self._in_object(documents, matches.first)
        size = len(documents)
        columns = [
            *(impacts.sum(axis=0) / whole),
            matches.first / whole,
            matches.first / best,
            1 / np.arange(1, size + 1),
            rarity @ in_name / whole,
            rarity @ head / whole,
            rarity @ anywhere / whole,
            (~anywhere).sum(axis=0),
            _rarest(rarity, ~anywhere),
            _rarest(rarity, ~in_name),
            *self._names(matches, in_name, anywhere),
            own[:, 0],
            own[:, 0] - self._translator.function(asked.stems[:1]),
            *own[:, 1:].T,
            share,
            place,
        ]
        return np.column_stack(columns).astype(np.float32)

    def _names(self, matches: Matches, in_name: Flags, anywhere: Flags) -> list[Reals]:
        """Columns from `name_said` to `explained`: what needs the words of the names."""
        index, asked, documents = self._index, matches.asked, matches.documents
        starts, ends = index.name_starts[documents], index.name_starts[documents + 1]
        counts = ends - starts
        offsets = np.concatenate(([0], np.cumsum(counts)))
        places = np.repeat(starts - offsets[:-1], counts) + np.arange(offsets[-1])
        terms = index.name_terms[places]
        same = np.array(asked.numbers[1])[:, None] == terms[None, :]  # words × terms of names
        said = same.any(axis=0)
        worth = index.rarity[terms]
        spoken = _sums(said * worth, offsets) / np.maximum(_sums(worth, offsets), 1e-9)
        following = same[:-1, :-1] & same[1:, 1:]
        pairs = np.zeros(len(terms), dtype=np.float32)
        if following.size:
            inside = np.repeat(np.arange(len(documents)), counts)
            pairs[:-1] = following.any(axis=0) & (inside[:-1] == inside[1:])
        words = [start_of(stem) for stem in asked.stems]
        chances = self._translator.chances(words, terms)
        usual = self._translator.usual(words)
        mixed = (1 - BACKGROUND) * _sums(chances, offsets) / np.maximum(counts, 1)
        gain = np.log1p(mixed / (BACKGROUND * usual[:, None]))
        count = len(words)
        whole = max(float(asked.rarity.sum()), 1e-9)
        covered = asked.rarity @ in_name / whole
        missing = ~anywhere
        return [
            spoken,
            counts,
            _sums(pairs, offsets) / np.maximum(counts, 1),
            in_name[0],
            in_name[-1],
            gain.sum(axis=0) / count,
            (gain * missing).sum(axis=0) / np.maximum(missing.sum(axis=0), 1),
            asked.rarity @ gain / whole,
            gain[0],
            2 * spoken * covered / np.maximum(spoken + covered, 1e-9),
            _sums(worth * np.maximum(chances.max(axis=0, initial=0), said), offsets)
            / np.maximum(_sums(worth, offsets), 1e-9),
        ]

    def _in_object(self, documents: Codes, first: Reals) -> tuple[Reals, Reals]:
        """The share of the first scores that a candidate's object has, its place in the object."""
        _, code = np.unique(self._objects[documents], return_inverse=True)
        sums = np.bincount(code, weights=first)
        order = np.argsort(code, kind="stable")  # candidates fall by score within an object
        grouped = code[order]
        begins = np.searchsorted(grouped, grouped, "left")
        place = np.empty(len(documents))
        place[order] = np.arange(len(documents)) - begins
        share = sums[code] / max(float(first.sum()), 1e-9)
        return share, 1 / (1 + place)


def _rarest(rarity: Reals, chosen: Flags) -> Reals:
    values: Reals = (rarity[:, None] * chosen).max(axis=0, initial=0)
    return values


def _sums(values: Reals, offsets: Codes) -> Reals:
    """Sums of parts of the last axis; an empty part is 0."""
    zero = np.zeros((*values.shape[:-1], 1))
    running = np.concatenate((zero, np.cumsum(values, axis=-1, dtype=np.float64)), axis=-1)
    sums: Reals = running[..., offsets[1:]] - running[..., offsets[:-1]]
    return sums
