"""Subsystems around subsystems: what encloses each, and where the ways to two of them part."""

from __future__ import annotations

from functools import cache


def enclosing(subsystem: str) -> list[str]:
    """The subsystem and those around it, outermost first; `''` has none."""
    parts = subsystem.split(".")
    return [".".join(parts[:end]) for end in range(2, len(parts) + 1, 2)] if subsystem else []


@cache
def parted(source: str, target: str) -> tuple[str, str, str]:
    """Where the ways to two different subsystems part: what encloses both, then one of each.

    A subsystem stands for itself where it encloses the other.
    """
    left, right = enclosing(source), enclosing(target)
    level = 0
    while level < min(len(left), len(right)) and left[level] == right[level]:
        level += 1
    around = left[level - 1] if level else ""
    return (
        around,
        left[level] if level < len(left) else source,
        right[level] if level < len(right) else target,
    )


def seen_by(source: str, target: str) -> list[tuple[str, str]]:
    """Each subsystem that encloses the source and not the target, with its partner."""
    _, mine, partner = parted(source, target)
    return [
        (around, partner)
        for around in enclosing(source)
        if (around == mine or around.startswith(mine + "."))
        and not f"{target}.".startswith(f"{around}.")
    ]
