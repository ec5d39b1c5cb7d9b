"""English names of the platform as words."""

from __future__ import annotations

import re
from functools import cache

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def words(name: str) -> str:
    """`DataLockControlMode` → `Data lock control mode`; abbreviations stay as they are."""
    first, *others = _CAPITAL.split(name)
    return " ".join([first, *(word if word.isupper() else word.lower() for word in others)])
