"""Why an object may belong to a subsystem: the words, likes and links that speak for it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cai_assets.learning.features.objects.evidence import ALIKE, Evidence
from cai_assets.learning.features.objects.likeness import Near, unit_rows
from cai_assets.learning.features.objects.reading import Objects
from cai_assets.learning.features.sparse import csr, stored_rows
from cai_assets.learning.model import Codes, Floats, Words

_WORDS, _OBJECTS = 4, 3
_LEAST = 0.01


class HomeReason(NamedTuple):
    """Words and objects of the subsystem, the weightiest first, and both as a sentence."""

    words: list[str]
    alike: list[str]
    linked: list[str]
    why: Words


class HomeReasons:
    """Reasons out of the evidence of the objects whose home is known."""

    def __init__(self, objects: Objects, evidence: Evidence, known: Codes) -> None:
        self._objects = objects
        self._words = evidence.words
        members = csr(objects.home[known], known, (len(objects.homes), len(objects)))
        self._middles = unit_rows((members @ evidence.words).tocsr())
        self._alike = evidence.near["everything"]
        links = [near for name, near in evidence.near.items() if name not in (*ALIKE, "walks")]
        self._linked = Near(
            np.concatenate([near.row for near in links]),
            np.concatenate([near.column for near in links]),
            np.concatenate([near.value for near in links]),
        )

    def of(self, rows: Codes, homes: Codes) -> list[HomeReason]:
        """The reasons for each object and the subsystem beside it; an object comes once."""
        words = self._shared(rows, homes)
        alike = self._members(self._alike, rows, homes)
        linked = self._members(self._linked, rows, homes)
        return [
            HomeReason(*found, _sentence(*found))
            for found in zip(words, alike, linked, strict=True)
        ]

    def _shared(self, rows: Codes, homes: Codes) -> list[list[str]]:
        """Words with the greatest part in the likeness to the middle of the subsystem."""
        width = max(len(self._objects.words), 1)
        parts = self._words[rows].multiply(self._middles[homes]).tocsr()
        row, column = stored_rows(parts)
        folded = csr(row, column % width, (len(rows), width), parts.data)
        row, column = stored_rows(folded)
        return _best(row, column, folded.data, len(rows), _WORDS, self._objects.words.tolist())

    def _members(self, near: Near, rows: Codes, homes: Codes) -> list[list[str]]:
        """Neighbours that stand in the subsystem."""
        objects = self._objects
        place = np.full(len(objects), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        row = place[near.row]
        kept = row >= 0
        kept[kept] = objects.home[near.column[kept]] == homes[row[kept]]
        found = csr(row[kept], near.column[kept], (len(rows), len(objects)), near.value[kept])
        row, column = stored_rows(found)
        return _best(row, column, found.data, len(rows), _OBJECTS, objects.ids)


def _best(
    row: Codes, column: Codes, value: Floats, count: int, most: int, names: list[str]
) -> list[list[str]]:
    """The names of the columns with the greatest values of each row."""
    order = np.lexsort((column, -value, row))
    order = order[value[order] >= _LEAST]
    row, column = row[order], column[order]
    found: list[list[str]] = [[] for _ in range(count)]
    for at, name in zip(row.tolist(), column.tolist(), strict=True):
        if len(found[at]) < most:
            found[at].append(names[name])
    return found


def _sentence(words: list[str], alike: list[str], linked: list[str]) -> Words:
    pairs = (
        (words, "общие слова", "shared words"),
        (alike, "похожи", "alike"),
        (linked, "связаны", "linked"),
    )
    return Words(
        "; ".join(f"{ru}: {', '.join(names)}" for names, ru, _ in pairs if names),
        "; ".join(f"{en}: {', '.join(names)}" for names, _, en in pairs if names),
    )
