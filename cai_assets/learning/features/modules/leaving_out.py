"""The game of leaving out: cases, folds by object, and where contenders rank what was left out.

Everything that is drawn is drawn by digests of ids, so that the same upload gives the same cases
and an object keeps its cases whatever else comes or goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.modules.suggestions import (
    FEATURES,
    Asked,
    Candidates,
    asked_modules,
)
from cai_assets.learning.features.modules.uses import Uses
from cai_assets.learning.features.sparse import chunked
from cai_assets.learning.model import Codes, Floats

Scores = Callable[[Asked], Floats]
"""A simple means: scores of all items (rows × items) for rows that are asked about."""

TOP = 10
"""Places that count."""

_FOLDS = 4
_FOLD_SALT = 1
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Cases:
    """Modules, each with an item that it uses and that is left out."""

    module: Codes
    item: Codes

    def __len__(self) -> int:
        return len(self.module)


def drawn(uses: Uses, modules: Codes, most: int) -> Codes:
    """At most so many modules, always the same ones, in their order."""
    if len(modules) <= most:
        return modules
    marks = [_mark(uses.modules.ids[module]) for module in modules.tolist()]
    chosen = sorted(range(len(modules)), key=lambda place: (marks[place], place))[:most]
    return modules[np.sort(np.array(chosen, dtype=np.int64))]


def leave_out(uses: Uses, modules: Codes, most: int) -> Cases:
    """Up to `most` items of each module that uses several, always the same ones."""
    found: list[tuple[int, int]] = []
    starts, indices = uses.matrix.indptr, uses.matrix.indices
    for module in modules.tolist():
        items = indices[starts[module] : starts[module + 1]].tolist()
        if len(items) > 1:
            name = uses.modules.ids[module]
            items.sort(key=lambda item: (_mark(f"{name}:{uses.items.ids[item]}"), item))
            found += ((module, item) for item in items[:most])
    columns = np.array(found, dtype=np.int64).reshape(-1, 2)
    return Cases(columns[:, 0], columns[:, 1])


def folds(uses: Uses, modules: Codes) -> Iterator[npt.NDArray[np.bool_]]:
    """Which of the modules are in each fold; those of one object are together."""
    of = _fold_of(uses, modules)
    for fold in range(_FOLDS):
        if (of == fold).any():
            yield of == fold


def paired_folds(
    uses: Uses, rows: Codes, modules: Codes
) -> Iterator[tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    row_fold, module_fold = _fold_of(uses, rows), _fold_of(uses, modules)
    for fold in np.unique(module_fold).tolist():
        yield row_fold == fold, module_fold == fold


def _fold_of(uses: Uses, modules: Codes) -> Codes:
    owners = uses.modules.owner[modules].tolist()
    marks = [
        _mark(f"{_FOLD_SALT}:{uses.nodes.ids[owner] if owner >= 0 else ''}") for owner in owners
    ]
    return np.array([mark[0] % _FOLDS for mark in marks], dtype=np.int64)


def ordered(candidates: Candidates, scores: Floats) -> tuple[Codes, Codes]:
    """Candidates by row, the best first, and the place of each in its row, from 0."""
    shallow = candidates.features[:, FEATURES.index("shallow")]
    order = np.lexsort((candidates.item, -shallow, -scores, candidates.row))
    row = candidates.row[order]
    begin = np.searchsorted(row, row)
    return order, np.arange(len(row)) - begin


def places_of(candidates: Candidates, scores: Floats, cases: Cases) -> Floats:
    """The place of what was left out of each case, from 1; infinite if it is no candidate."""
    order, place = ordered(candidates, scores)
    row, item = candidates.row[order], candidates.item[order]
    true = cases.item[row] == item
    found = np.full(len(cases), np.inf)
    found[row[true]] = place[true] + 1
    return found


def places_by(uses: Uses, cases: Cases, scores: Scores) -> Floats:
    """The same for a simple means. Equal scores go by item.

    What a module uses besides and what belongs to its object is not in the list; an item with a
    score of 0 is not suggested.
    """
    found = np.full(len(cases), np.inf)
    for part in chunked(len(cases), len(uses.items), _CELLS):
        item = cases.item[part]
        asked = asked_modules(uses, cases.module[part], item)
        given = np.array(scores(asked), dtype=np.float64)
        given[asked.matrix.nonzero()] = 0
        given[uses.items.node[None, :] == asked.owner[:, None]] = 0
        own = given[np.arange(len(item)), item][:, None]
        earlier = np.arange(given.shape[1])[None, :] < item[:, None]
        above = ((given > own) | ((given == own) & earlier)).sum(axis=1)
        found[part] = np.where(own[:, 0] > 0, above + 1.0, np.inf)
    return found


def reciprocal(places: Floats) -> Floats:
    """One divided by the place; 0 behind the places that count."""
    return np.where(places <= TOP, 1 / places, 0.0)


def _mark(text: str) -> bytes:
    return blake2b(text.casefold().encode("utf-8", "surrogatepass"), digest_size=8).digest()
