"""Which part of the data an object belongs to: by a hash of its id, so that it stays there.

An object keeps its part from upload to upload and from model to model, whatever else comes or
goes. So a champion that was trained on an earlier upload has not seen today's test objects.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

TRAIN, VALIDATION, TEST = "train", "validation", "test"
PARTS = (TRAIN, VALIDATION, TEST)

TEST_SHARE, VALIDATION_SHARE = 0.2, 0.1


def part_of(object_id: str, salt: int = 0) -> str:
    """The part of an object; ids that differ in letter case alone belong together."""
    place = _place(object_id, salt)
    if place < TEST_SHARE:
        return TEST
    return VALIDATION if place < TEST_SHARE + VALIDATION_SHARE else TRAIN


def folds(object_ids: Iterable[str], count: int, salt: int = 0) -> npt.NDArray[np.int64]:
    """The fold of each object, 0 to count - 1; with 5 of them, fold 0 is the test part."""
    return np.array([int(_place(name, salt) * count) for name in object_ids], dtype=np.int64)


def is_test(object_ids: Iterable[str], salt: int = 0) -> npt.NDArray[np.bool_]:
    """Which of the objects belong to the test part; each distinct id is hashed once."""
    known: dict[str, bool] = {}
    found = []
    for object_id in object_ids:
        answer = known.get(object_id)
        if answer is None:
            answer = known[object_id] = part_of(object_id, salt) == TEST
        found.append(answer)
    return np.array(found, dtype=bool)


def _place(object_id: str, salt: int) -> float:
    """Where an object stands between 0 and 1."""
    text = f"{salt}:{object_id.casefold()}".encode("utf-8", "surrogatepass")
    place = int.from_bytes(blake2b(text, digest_size=8).digest(), "big") / 2**64
    return min(place, 1 - 2**-53)
