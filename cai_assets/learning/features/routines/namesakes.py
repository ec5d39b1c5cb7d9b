"""A routine's name among the names of its module: helpers, families, order.

`ПодключитьФайлы` beside `ПодключитьФайлыЗавершение` hands on to it; the fifth of a family of
`Заполнить…` is like the others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cai_assets.learning.words import stems_of_name

NAME_FEATURES = (
    "routines_of_module",
    "position",
    "relative_position",
    "routines_of_region",
    "position_in_region",
    "name_words",
    "names_that_continue",
    "words_of_the_continued",
    "words_that_continue",
    "same_first_word",
    "same_first_words",
    "same_last_word",
    "frequency_of_words",
)
"""Columns of `name_features`, in order."""


def name_features(
    names: Sequence[str], modules: Sequence[str], regions: Sequence[str]
) -> npt.NDArray[np.float32]:
    """Names × `NAME_FEATURES`; the order within a module is that of the rows."""
    found = np.zeros((len(names), len(NAME_FEATURES)), dtype=np.float32)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, module in enumerate(modules):
        rows_of[module].append(row)
    for rows in rows_of.values():
        _of_module(names, regions, rows, found)
    return found


def continued(name: Sequence[str], known: set[tuple[str, ...]]) -> int:
    """How many of the first words are the whole name of another routine; 0 if none are."""
    for length in range(len(name) - 1, 0, -1):
        if tuple(name[:length]) in known:
            return length
    return 0


def _of_module(
    names: Sequence[str], regions: Sequence[str], rows: list[int], found: npt.NDArray[np.float32]
) -> None:
    stems = [stems_of_name(names[row]) for row in rows]
    folded = [names[row].casefold() for row in rows]
    ordered = sorted(folded)
    known = set(stems)
    first = Counter(name[:1] for name in stems)
    two = Counter(name[:2] for name in stems)
    last = Counter(name[-1:] for name in stems)
    words = Counter(word for name in stems for word in set(name))
    in_region = Counter(regions[row] for row in rows)
    met: Counter[str] = Counter()
    for position, (row, name) in enumerate(zip(rows, stems, strict=True)):
        region = regions[row]
        met[region] += 1
        text = folded[position]
        longer = bisect_left(ordered, text + "\uffff") - bisect_right(ordered, text)
        begun = continued(name, known)
        found[row] = (
            len(rows),
            position,
            position / len(rows),
            in_region[region],
            met[region],
            len(name),
            longer,
            begun,
            len(name) - begun if begun else 0,
            first[name[:1]],
            two[name[:2]],
            last[name[-1:]],
            sum(words[word] for word in name) / max(len(name), 1),
        )
