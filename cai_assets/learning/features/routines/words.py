"""Words around a routine: of its name, parameters, region, doc comment, event, callers.

A word carries where it stands (`n:` in the name, `p:` in a parameter, `c:` in the name of a
caller), since `проверить` as the first word of the name says something else than in the comment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from cai_assets.learning.features.routines.namesakes import continued
from cai_assets.learning.features.routines.reading import Routines
from cai_assets.learning.features.sparse import Sparse, csr, ones
from cai_assets.learning.words import stems_of_name, stems_of_text

Keys = npt.NDArray[np.uint64]

_DESCRIPTION = 600
_CALLERS = 6
_MOST_PARAMETERS = 4


@dataclass(frozen=True, slots=True)
class RoutineWords:
    """`matrix` is routines × words, 1 where a word stands.

    `keys` are digests of the words, sorted: sets of words have no order of their own.
    """

    matrix: Sparse
    keys: Keys


def read_words(routines: Routines) -> RoutineWords:
    """The words of each routine."""
    place: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, words in enumerate(_words(routines)):
        for word in words:
            rows.append(row)
            columns.append(place.setdefault(word, len(place)))
    keys = digests(list(place))
    order = np.argsort(keys, kind="stable")
    column = np.empty(len(order), dtype=np.int64)
    column[order] = np.arange(len(order))
    matrix = ones(csr(rows, column[np.array(columns, dtype=np.int64)], (len(routines), len(place))))
    return RoutineWords(matrix, keys[order])


def digests(texts: list[str]) -> Keys:
    """Eight bytes for each text: a state keeps them in place of long texts."""
    return np.array(
        [
            int.from_bytes(
                blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
            )
            for text in texts
        ],
        dtype=np.uint64,
    )


def _words(routines: Routines) -> Iterator[set[str]]:
    of = routines.categories
    columns = ("name", "description", "directive", "module", "region", "return_types")
    rows = routines.table.select(list(columns)).to_pylist()
    names = [stems_of_name(row["name"]) for row in rows]
    known: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row, name in zip(rows, names, strict=True):
        known[row["module"]].add(name)
    for at, (row, name) in enumerate(zip(rows, names, strict=True)):
        found = _of_name(name, known[row["module"]])
        found |= _of_header(row, routines.parameters[at])
        found |= {
            f"N:{of['name'][at]}",
            f"k:{of['kind'][at]}",
            f"t:{of['role'][at]}",
            f"d:{of['directive'][at]}",
            f"e:{routines.events[at]}",
            f"v:{of['first_word'][at]} {min(len(routines.parameters[at]), _MOST_PARAMETERS)}",
        }
        found.update(f"o:{stem}" for stem in stems_of_name(routines.objects[at].partition(".")[2]))
        found.update(f"r:{stem}" for stem in stems_of_name(row["region"] or ""))
        found.update(f"D:{s}" for s in stems_of_text((row["description"] or "")[:_DESCRIPTION]))
        for caller in routines.callers[at][:_CALLERS]:
            found.update(f"c:{stem}" for stem in names[caller])
            found.add(f"cd:{of['directive'][caller]}>{of['directive'][at]}")
        yield found


def _of_name(name: tuple[str, ...], known: set[tuple[str, ...]]) -> set[str]:
    found = {f"n:{stem}" for stem in name}
    found.update(f"b:{one} {two}" for one, two in zip(name, name[1:], strict=False))
    if name:
        found |= {f"f:{name[0]}", f"l:{name[-1]}"}
    begun = continued(name, known)
    if begun:
        found.add(f"x:{' '.join(name[begun:])}")
    return found


def _of_header(row: Mapping[str, Any], parameters: list[dict[str, Any]]) -> set[str]:
    found = {f"R:{name.casefold()}" for name in row["return_types"] or ()}
    for parameter in parameters:
        found.add(f"P:{parameter['name'].casefold()}")
        found.update(f"p:{stem}" for stem in stems_of_name(parameter["name"]))
        found.update(f"T:{name.casefold()}" for name in parameter["types"] or ())
    return found
