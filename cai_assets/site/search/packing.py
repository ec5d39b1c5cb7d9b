"""Numbers and sorted words as short texts of ASCII that a script can hold in quotes.

A number has one digit of base 45 or more, the lowest first; each but the last stands 45 places
higher in the alphabet. The alphabet is that of printable ASCII from `#` without the backslash.
`static/query.js` reads this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.integer[Any]]
Bytes = npt.NDArray[np.uint8]

BASE = 45
LETTERS = 2 * BASE
"""How many values one letter can have."""

_FIRST, _BACKSLASH = ord("#"), ord("\\")
ALPHABET: Bytes = np.array(
    [code for code in range(_FIRST, _FIRST + LETTERS + 1) if code != _BACKSLASH], dtype=np.uint8
)
_TEXT = ALPHABET.tobytes().decode("ascii")
_NEAR = "\uffff"


def letters(values: Integers) -> str:
    """Each number as one letter."""
    return ALPHABET[np.clip(values, 0, LETTERS - 1)].tobytes().decode("ascii")


def widths(values: Integers) -> npt.NDArray[np.int64]:
    """How many letters each number takes."""
    found = np.ones(len(values), dtype=np.int64)
    limit = BASE
    while (values >= limit).any():
        found += values >= limit
        limit *= BASE
    return found


def put(out: Bytes, starts: npt.NDArray[np.int64], values: Integers) -> None:
    """Write numbers into `out`, each from its start on."""
    left = values.astype(np.int64)
    at = starts.copy()
    while len(left):
        more = left >= BASE
        out[at] = ALPHABET[left % BASE + np.where(more, BASE, 0)]
        left, at = left[more] // BASE, at[more] + 1


def numbers(values: Sequence[int] | Integers) -> str:
    """Numbers one after another."""
    array = np.asarray(values, dtype=np.int64)
    sizes = widths(array)
    out = np.empty(int(sizes.sum()), dtype=np.uint8)
    put(out, np.cumsum(sizes) - sizes, array)
    return out.tobytes().decode("ascii")


def sorted_texts(texts: Sequence[str], separator: str) -> str:
    """Texts, each as the length that it shares with the one before (a letter) and the rest."""
    found = []
    before = ""
    for text in texts:
        shared = _shared(before, text)
        found.append(_TEXT[shared] + text[shared:])
        before = text
    return separator.join(found)


def _shared(before: str, text: str) -> int:
    """How many characters two texts begin with alike, as far as one letter can say."""
    low, high = 0, min(len(before), len(text), LETTERS - 1)
    while low < high:
        middle = (low + high + 1) // 2
        if before.startswith(text[low:middle], low):
            low = middle
        else:
            high = middle - 1
    same = text[:low]
    if same.isascii() or max(same) <= _NEAR:
        return low
    return 0  # scripts count characters beyond these as two


def script_order(text: str) -> bytes:
    """A key to sort texts as scripts compare them: by units of UTF-16."""
    return text.encode("utf-16-be", "surrogatepass")
