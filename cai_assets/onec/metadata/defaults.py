"""stub"""
from __future__ import annotations
STANDARD_ATTRIBUTE: dict[str, str] = {}
def defaults_of(path: str) -> dict[str, str]:
    return {}
