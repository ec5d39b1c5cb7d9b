"""What speaks for each subsystem as the home of each object: pairs of the two, in numbers.

All evidence comes from other objects whose home is known: those alike in words, those near in the
graph. The home of the object itself is never asked. A pass that leaves out a fold does not ask the
homes of that fold at all, so that what is learned in it has seen nothing of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.objects.likeness import (
    Near,
    latent,
    nearest,
    pieces,
    spread,
    strongest,
    weighed,
)
from cai_assets.learning.features.objects.reading import NAMES, NESTED, Objects, folded
from cai_assets.learning.features.objects.spaces import company, vocabulary, words_and_company
from cai_assets.learning.features.sparse import Sparse, csr, ones
from cai_assets.learning.model import Codes, Floats

NOBODY = -1
"""The fold of a pass that leaves nothing out."""

ALIKE = ("words", "name", "letters", "uses", "used_by", "everything", "latent")
"""Relations that are cosines; the others are links."""

_COLUMNS = ("share", "log", "most", "first", "section")
"""Of each relation: the subsystem's share of the votes and its logarithm, the greatest value of
its objects, whether that is the greatest of all, and the share of the enclosing subsystem."""

_MOST, _COMMON = 64, 8
_WIDTH = 150
_POWER = 3.0
_KEEP, _STEPS = 0.7, 6
_LOW = 0.01
_BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Pairs:
    """Objects and subsystems that something speaks for; rows are sorted by object, then home.

    `features[pair]` has the columns of `Evidence.names`.
    """

    row: Codes
    home: Codes
    features: npt.NDArray[np.float32]


class Evidence:
    """Evidence of all kinds for the objects of a configuration.

    `known` are the objects with a home that may be asked, `fold[object]` the folds of all objects.
    """

    def __init__(self, objects: Objects, known: Codes, fold: Codes, seed: int) -> None:
        self._objects = objects
        self._fold = fold
        self._known = known
        self._count = len(objects.homes)
        self.words = vocabulary(objects)
        self.near, self._latent = _relations(objects, self.words, known, seed)
        self._section = _sections(objects.homes)
        self._own_name = _own_names(objects)

    @property
    def names(self) -> list[str]:
        """The columns of features."""
        found = []
        for name in self.near:
            found += [f"{name}_{column}" for column in _COLUMNS]
        return [*found, "centre", "type", "name_of_home", "name_of_object", "whole_name"]

    def pairs(self, left_out: int, rows: npt.NDArray[np.bool_]) -> Pairs:
        """Pairs of the chosen objects, as if the homes of one fold were not known."""
        width = self._count
        cells = len(self._objects) * width
        asked = {name: self._asked(near, left_out, rows) for name, near in self.near.items()}
        keys = {
            name: near.row * width + self._objects.home[near.column] for name, near in asked.items()
        }
        seen = np.zeros(cells, dtype=np.bool_)
        seen.reshape(len(self._objects), width)[np.ix_(rows, self._commonest(left_out))] = True
        for key in keys.values():
            seen[key] = True
        pair = np.flatnonzero(seen)
        row, home = pair // max(width, 1), pair % max(width, 1)
        section = row * width + self._section[home]
        features = np.zeros((len(pair), len(self.names)), dtype=np.float32)
        for place, (name, near) in enumerate(asked.items()):
            power = _POWER if name in ALIKE else 1.0
            votes = np.bincount(keys[name], near.value**power, cells)[pair]
            share = votes / np.maximum(np.bincount(row, votes, len(self._objects)), 1e-12)[row]
            most = np.zeros(cells)
            most[keys[name][::-1]] = near.value[::-1]  # nearest first, so the last written is it
            columns = features[:, len(_COLUMNS) * place :]
            columns[:, 0] = share
            columns[:, 1] = np.log(share + _LOW)
            columns[:, 2] = most[pair]
            columns[:, 3] = _first(row, most[pair])
            columns[:, 4] = np.bincount(section, share, cells)[section]
        rest = features[:, len(_COLUMNS) * len(asked) :]
        rest[:, 0] = self._centres(row, home, left_out)
        rest[:, 1] = self._types(row, home, left_out)
        for place, own in enumerate(self._own_name):
            rest[:, 2 + place] = np.asarray(own[row, home]).ravel()
        return Pairs(row, home, features)

    def _commonest(self, left_out: int) -> Codes:
        """The homes of the most objects. They compete wherever nothing speaks for them, too.

        Else clear cases would have one candidate and teach nothing.
        """
        sizes = np.bincount(self._objects.home[self._seen(left_out)], minlength=self._count)
        order = np.lexsort((np.arange(self._count), -sizes))[:_COMMON]
        return order[sizes[order] > 0]

    def _asked(self, near: Near, left_out: int, rows: npt.NDArray[np.bool_]) -> Near:
        kept = (self._fold[near.column] != left_out) & rows[near.row]
        return Near(near.row[kept], near.column[kept], near.value[kept])

    def _seen(self, left_out: int) -> Codes:
        seen: Codes = self._known[self._fold[self._known] != left_out]
        return seen

    def _own(self, row: Codes, home: Codes, seen: Codes) -> npt.NDArray[np.bool_]:
        """Pairs whose object is itself one of those of the subsystem that were seen."""
        asked = np.zeros(len(self._objects), dtype=np.bool_)
        asked[seen] = True
        found: npt.NDArray[np.bool_] = asked[row] & (self._objects.home[row] == home)
        return found

    def _centres(self, row: Codes, home: Codes, left_out: int) -> Floats:
        """The cosine between an object and the middle of the other objects of a subsystem."""
        seen = self._seen(left_out)
        middle = np.zeros((self._count, self._latent.shape[1]))
        np.add.at(middle, self._objects.home[seen], self._latent[seen])
        own = self._own(row, home, seen).astype(np.float64)
        found = np.zeros(len(row))
        for start in range(0, len(row), _BLOCK):
            part = slice(start, start + _BLOCK)
            object_ = self._latent[row[part]]
            other = middle[home[part]] - own[part, None] * object_
            length = np.sqrt(np.einsum("pd,pd->p", other, other))
            found[part] = np.einsum("pd,pd->p", object_, other) / np.maximum(length, 1e-9)
        return found

    def _types(self, row: Codes, home: Codes, left_out: int) -> Floats:
        """How much likelier the type is among the other objects of a subsystem (a logarithm).

        How many they are is not told: the home of an object has one other object less than it has
        objects, which would give it away.
        """
        seen, type_ = self._seen(left_out), self._objects.type
        types = len(self._objects.types)
        counts = np.zeros((self._count, types))
        np.add.at(counts, (self._objects.home[seen], type_[seen]), 1)
        own = self._own(row, home, seen)
        usual = (counts.sum(axis=0) + 1) / (counts.sum() + types)
        usual = usual[type_[row]]
        here = (counts[home, type_[row]] - own + usual) / (counts.sum(axis=1)[home] - own + 1)
        found: Floats = np.log(here / usual)
        return found


def _first(row: Codes, value: Floats) -> npt.NDArray[np.bool_]:
    """Where the greatest value of each row stands, if it is above 0; rows are sorted."""
    starts = np.append(True, row[1:] != row[:-1]) if len(row) else np.zeros(0, dtype=np.bool_)
    greatest = np.maximum.reduceat(value, np.flatnonzero(starts)) if len(row) else value
    found: npt.NDArray[np.bool_] = (value > 0) & (value >= greatest[np.cumsum(starts) - 1])
    return found


def _relations(
    objects: Objects, words: Sparse, known: Codes, seed: int
) -> tuple[dict[str, Near], Floats]:
    uses, used = company(objects)
    everything = words_and_company(words, uses, used)
    hidden = latent(everything, _WIDTH, seed)
    letters = weighed(pieces(name.rpartition(".")[2] for name in objects.ids))
    cosines = (words, weighed(objects.bags[NAMES]), letters, uses, used, everything, hidden)
    found = {
        name: nearest(matrix, matrix[known], known, _MOST)
        for name, matrix in zip(ALIKE, cosines, strict=True)
    }
    found["walks"] = strongest(spread(objects.linked(), _KEEP, _STEPS), known, _MOST)
    for family, matrix in objects.links.items():
        for side, links in (("to", matrix), ("from", matrix.T.tocsr())):
            often = np.sqrt(np.maximum(np.asarray(links.sum(axis=0)).ravel(), 1e-12))
            rare = links.copy()
            rare.data = rare.data / often[rare.indices]
            found[f"{side}_{family}"] = strongest(rare, known, _MOST)
    return found, hidden


def _sections(homes: list[str]) -> Codes:
    """The number of the first home in the same enclosing subsystem, for each home."""
    first: dict[str, int] = {}
    found = []
    for at, home in enumerate(homes):
        outer = home.rpartition(NESTED)[0] or home
        found.append(first.setdefault(outer.casefold(), at))
    return np.array(found, dtype=np.int64)


def _own_names(objects: Objects) -> list[Sparse]:
    """Objects × homes: what part of the subsystem's name the object's name has, the reverse, all.

    Words weigh the more, the rarer they are.
    """
    position = {folded(name): at for at, name in enumerate(objects.ids)}
    at = np.array([position.get(folded(home), -1) for home in objects.homes], dtype=np.int64)
    names = ones(objects.bags[NAMES])
    often = np.asarray(names.sum(axis=0)).ravel()
    rare = np.log((1 + names.shape[0]) / (1 + often)) + 1
    heavy = names.copy()
    heavy.data = rare[heavy.indices]
    total = np.asarray(heavy.sum(axis=1)).ravel()
    shared = (heavy @ names[at].T).tocoo()
    row, home, weight = shared.row, shared.col, shared.data
    kept = at[home] >= 0
    row, home, weight = row[kept], home[kept], weight[kept]
    of_home, of_object = weight / total[at[home]], weight / total[row]
    whole = (of_home > 1 - 1e-9).astype(np.float64)
    return [csr(row, home, shared.shape, values) for values in (of_home, of_object, whole)]
