"""Candidates for what a module may use besides, and what speaks for each.

A `Recommender` knows the rows (uses of modules) it may learn from. Asked with other rows it names
candidates: what goes with the used items, what modules of the same role use, what the object's
description links to, what belongs to objects in use, what has a name alike. Each candidate gets
figures, from which a classifier learns how good it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.modules.cooccurrence import Shallow, Together, neighbours
from cai_assets.learning.features.modules.uses import Uses
from cai_assets.learning.features.sparse import Sparse, chunked, csr, ones
from cai_assets.learning.model import Codes, Floats

FEATURES = (
    "shallow",
    "shallow_rank",
    "near",
    "near_rank",
    "popularity",
    "popular_in_kind",
    "popular_in_role",
    "popular_in_subsystem",
    "same_subsystem",
    "used_of_object",
    "used_of_subsystem",
    "linked",
    "linked_back",
    "recorded",
    "linked_by_used",
    "linking_to_used",
    "used_by_used",
    "used_by_users",
    "name_like_object",
    "name_like_routine",
    "name_like_used_objects",
    "name_like_used_routines",
    "item_kind",
    "module_kind",
    "object_type",
    "item_client",
    "item_server",
    "module_client",
    "module_server",
    "used",
    "users_of_object",
)
"""Columns of `Candidates.features`, in order."""

_CELLS = 3_000_000
_RANKS = 100
_SMOOTH_KIND, _SMOOTH_ROLE, _SMOOTH_SUBSYSTEM = 5.0, 2.0, 5.0
_FROM_SHALLOW, _FROM_NEAR, _FROM_OTHERS = 60, 25, 15
_FROM_LINKS, _FROM_OBJECTS = 30, 30


class Asked(NamedTuple):
    """Rows that are asked about: what each uses and what it is, codes as in `Modules`.

    `matrix` is rows × items without what is to be found again.
    """

    matrix: Sparse
    owner: Codes
    kind: Codes
    type: Codes
    role: Codes
    subsystem: Codes
    client: npt.NDArray[np.bool_]
    server: npt.NDArray[np.bool_]

    def part(self, rows: slice | Codes) -> Asked:
        """Some of the rows."""
        return Asked(
            self.matrix[rows],
            self.owner[rows],
            self.kind[rows],
            self.type[rows],
            self.role[rows],
            self.subsystem[rows],
            self.client[rows],
            self.server[rows],
        )


class Vocabulary(NamedTuple):
    """The numbers that features use for kinds, by code of the upload at hand; -1 for unknown."""

    item_kind: Codes
    module_kind: Codes
    object_type: Codes


class Candidates(NamedTuple):
    """Pairs of a row and an item with their features, by row, then by item."""

    row: Codes
    item: Codes
    features: npt.NDArray[np.float32]


def asked_modules(uses: Uses, modules: Codes, left_out: Codes | None = None) -> Asked:
    """Rows of modules, each without the item `left_out` (-1 for none)."""
    of = uses.modules
    matrix = uses.matrix[modules]
    if left_out is not None:
        rows = np.repeat(np.arange(len(modules)), np.diff(matrix.indptr))
        matrix.data[matrix.indices == left_out[rows]] = 0
        matrix.eliminate_zeros()
    return Asked(
        matrix,
        of.owner[modules],
        of.kind[modules],
        of.type[modules],
        of.role[modules],
        of.subsystem[modules],
        of.client[modules],
        of.server[modules],
    )


@dataclass(frozen=True, slots=True)
class Recommender:
    """What is known of the rows to learn from.

    `popular` are shares of rows that use an item, by code of a group; the last row of each is for
    the code -1. `of_users[o]` are items that rows using something of object `o` use, `of_owner[o]`
    those that the modules of `o` use.
    """

    uses: Uses
    shallow: Shallow
    near: Sparse
    together: Together
    popular_in_kind: Floats
    popular_in_role: Floats
    popular_in_subsystem: Floats
    of_owner: Sparse
    by_object: Sparse
    item_object: Sparse

    @classmethod
    def of(cls, uses: Uses, rows: Asked, *, ridge: float, shrink: float, near: int) -> Recommender:
        """Learn from `rows`."""
        matrix = rows.matrix
        size = len(uses.nodes.ids) + 1
        together = Together.of(matrix)
        count = matrix.shape[0]
        overall = together.alone / max(count, 1)
        owned = np.flatnonzero(rows.owner >= 0)
        item_object = csr(np.arange(len(uses.items)), uses.items.node, (len(uses.items), size))

        def popular(codes: Codes, groups: int, smooth: float) -> Floats:
            known = np.flatnonzero(codes >= 0)
            member = csr(codes[known], known, (groups + 1, count))
            often = np.asarray(member.sum(axis=1), dtype=np.float64).reshape(-1, 1)
            return np.asarray(((member @ matrix).toarray() + smooth * overall) / (often + smooth))

        return cls(
            uses,
            Shallow.of(matrix, ridge),
            neighbours(together, shrink, near),
            together,
            popular(_kind(uses, rows), len(uses.kinds) * max(len(uses.types), 1), _SMOOTH_KIND),
            popular(rows.role, len(uses.roles), _SMOOTH_ROLE),
            popular(rows.subsystem, len(uses.subsystems), _SMOOTH_SUBSYSTEM),
            ones(csr(rows.owner[owned], owned, (size, count)) @ matrix),
            ones(matrix @ item_object),
            item_object,
        )

    def candidates(self, asked: Asked, vocabulary: Vocabulary) -> Candidates:
        """Candidates for each row with their features; no row's own object or used items."""
        count, width = asked.matrix.shape
        found = [
            _Chunk(self, asked.part(part)).candidates(vocabulary, part.start)
            for part in chunked(count, width, _CELLS)
        ]
        if not found or not width:
            empty = np.empty(0, dtype=np.int64)
            return Candidates(empty, empty, np.empty((0, len(FEATURES)), dtype=np.float32))
        return Candidates(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def _kind(uses: Uses, rows: Asked) -> Codes:
    """Kind of module and type of its object as one code."""
    known = (rows.kind >= 0) & (rows.type >= 0)
    return np.where(known, rows.kind * len(uses.types) + rows.type, -1)


class _Chunk:
    """Some rows that are asked about, as dense matrices rows × items and rows × objects."""

    def __init__(self, knows: Recommender, asked: Asked) -> None:
        uses = knows.uses
        self.knows, self.asked = knows, asked
        self.node = uses.items.node
        own = asked.owner
        counted = asked.matrix @ knows.item_object
        used = ones(counted)
        self.forbidden = asked.matrix.toarray() > 0
        self.forbidden |= self.node[None, :] == own[:, None]
        self.shallow = self._allowed(knows.shallow.scores(asked.matrix))
        self.near = self._allowed((asked.matrix @ knows.near).toarray())
        self.in_role = knows.popular_in_role[asked.role]
        users = ones(knows.by_object[:, own]) if knows.by_object.shape[0] else None
        self.by_used = (used @ knows.of_owner).toarray()
        self.by_users = _shares(users, knows.shallow.rows, len(own))
        self.used_of_object = counted.toarray()
        self.linked = uses.links[own].toarray()
        self.linked_back = uses.links.T.tocsr()[own].toarray()
        self.recorded = uses.records[own].toarray()
        self.by_used_links = (used @ uses.links).toarray()
        self.to_used_links = (used @ uses.links.T).toarray()
        self.like_object = (uses.object_words[own] @ uses.object_words.T).toarray()
        self.like_routine = (uses.object_words[own] @ uses.routine_words.T).toarray()
        profile = _mean_rows(counted) @ uses.object_words
        self.like_used_objects = (profile @ uses.object_words.T).toarray()
        self.routine_profile = (_mean_rows(asked.matrix) @ uses.routine_words).toarray()

    def _allowed(self, scores: Floats) -> Floats:
        scores[self.forbidden] = 0
        return scores

    def candidates(self, vocabulary: Vocabulary, first: int) -> Candidates:
        """The candidates of these rows; rows are numbered from `first`."""
        node = self.node
        chosen = np.zeros(self.forbidden.shape, dtype=bool)
        shallow_rank = _choose(chosen, self.shallow, _FROM_SHALLOW)
        near_rank = _choose(chosen, self.near, _FROM_NEAR)
        alike = 0.5 + self.like_object + self.like_used_objects
        linked = ((self.linked > 0) | (self.linked_back > 0)) * alike
        around = (self.by_used_links > 0) * alike
        alone = self.knows.together.alone / max(self.knows.shallow.rows.shape[0], 1)
        _choose(chosen, self.in_role, _FROM_OTHERS)
        _choose(chosen, self.by_users, _FROM_OTHERS)
        _choose(chosen, self.by_used * (1 + alone), _FROM_OTHERS)
        _choose(chosen, linked[:, node], _FROM_LINKS)
        _choose(chosen, around[:, node], _FROM_OTHERS)
        _choose(chosen, self.like_object[:, node] + self.like_routine, _FROM_OTHERS)
        of_used = (self.used_of_object > 0) * alike
        _choose(chosen, of_used[:, node] * (0.1 + alone), _FROM_OBJECTS)
        chosen &= ~self.forbidden
        row, item = np.nonzero(chosen)
        features = self._features(row, item, shallow_rank, near_rank, vocabulary)
        return Candidates(row + first, item, features)

    def _features(
        self,
        row: Codes,
        item: Codes,
        shallow_rank: Floats,
        near_rank: Floats,
        vocabulary: Vocabulary,
    ) -> npt.NDArray[np.float32]:
        knows, asked, uses = self.knows, self.asked, self.knows.uses
        items, node = uses.items, self.node[item]
        subsystem = uses.node_subsystem[node]
        own = asked.subsystem[row]
        used = np.asarray(asked.matrix.sum(axis=1)).ravel()
        columns = (
            self.shallow[row, item],
            shallow_rank[row, item],
            self.near[row, item],
            near_rank[row, item],
            knows.together.alone[item],
            knows.popular_in_kind[_kind(uses, asked)[row], item],
            self.in_role[row, item],
            knows.popular_in_subsystem[own, item],
            (own == subsystem) & (own >= 0),
            self.used_of_object[row, node],
            self._used_of_subsystem()[row, subsystem],
            self.linked[row, node],
            self.linked_back[row, node],
            self.recorded[row, node],
            self.by_used_links[row, node],
            self.to_used_links[row, node],
            self.by_used[row, item],
            self.by_users[row, item],
            self.like_object[row, node],
            self.like_routine[row, item],
            self.like_used_objects[row, node],
            self._like_used_routines(row, item),
            vocabulary.item_kind[items.kind[item]],
            vocabulary.module_kind[asked.kind[row]],
            vocabulary.object_type[asked.type[row]],
            items.client[item],
            items.server[item],
            asked.client[row],
            asked.server[row],
            used[row],
            np.asarray(knows.by_object.sum(axis=0)).ravel()[node],
        )
        return np.column_stack([np.asarray(column, dtype=np.float32) for column in columns])

    def _used_of_subsystem(self) -> Floats:
        """How many items of each subsystem a row uses; the last column is for none."""
        of = self.knows.uses.node_subsystem
        home = np.flatnonzero(of >= 0)
        member = csr(home, of[home], (len(of), len(self.knows.uses.subsystems) + 1))
        return np.asarray((member.T @ self.used_of_object.T).T)

    def _like_used_routines(self, row: Codes, item: Codes) -> Floats:
        words = self.knows.uses.routine_words
        found = np.zeros(len(row))
        for part in chunked(len(row), words.shape[1], _CELLS):
            chosen = words[item[part]]
            at = np.repeat(row[part], np.diff(chosen.indptr))
            values = chosen.data * self.routine_profile[at, chosen.indices]
            places = np.repeat(np.arange(len(row))[part], np.diff(chosen.indptr))
            found += np.bincount(places, values, len(row))
        return found


def _choose(chosen: npt.NDArray[np.bool_], scores: Floats, most: int) -> Floats:
    """Mark the best `most` items above 0 of each row. Their ranks, `_RANKS` for all others."""
    ranks = np.full(scores.shape, float(_RANKS))
    keep = min(_RANKS, scores.shape[1])
    if not keep:
        return ranks
    best = np.argpartition(-scores, keep - 1, axis=1)[:, :keep]
    best.sort(axis=1)
    values = np.take_along_axis(scores, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    row, place = np.nonzero(values > 0)
    ranks[row, best[row, place]] = place
    row, place = np.nonzero(values[:, :most] > 0)
    chosen[row, best[row, place]] = True
    return ranks


def _shares(users: Sparse | None, rows: Sparse, count: int) -> Floats:
    """For each column of `users` (rows × asked) the share of its rows that use an item."""
    if users is None:
        return np.zeros((count, rows.shape[1]))
    often = np.asarray(users.sum(axis=0), dtype=np.float64).reshape(-1, 1)
    return np.asarray((users.T @ rows).toarray() / (often + 1))


def _mean_rows(matrix: Sparse) -> Sparse:
    """Each row divided by its sum."""
    total = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1)
    found = matrix.copy().tocsr()
    found.data = found.data / np.repeat(total, np.diff(found.indptr))
    return found
