"""The texts of chains, `Документы.Заказ.СоздатьДокумент().Товары[]`, as steps.

Texts are those of `calls.receiver` and `assignments.value`: calls stand as `()`, or with the one
literal argument that decides what they return, indexes as `[]`, constructors as `Новый Имя()`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

NAME, CALL, INDEX, NEW, OTHER = range(5)
_BRANCHES = " | "


class Step(NamedTuple):
    """One step: its kind, its name folded by letter case, its literal argument if it has one."""

    kind: int
    name: str = ""
    literal: str = ""


@lru_cache(maxsize=1 << 17)
def steps_of(text: str) -> tuple[Step, ...]:
    """The steps of a chain, the head first."""
    steps: list[Step] = []
    for part in _parts(text):
        name = part
        indexes = 0
        while name.endswith("[]"):
            name = name[:-2]
            indexes += 1
        if name or not steps:
            steps.append(_step(name))
        steps += [Step(INDEX)] * indexes
    return tuple(steps)


def branches_of(text: str) -> list[str]:
    """The branches of a value that is one of several."""
    return text.split(_BRANCHES) if _BRANCHES in text else [text]


def _parts(text: str) -> list[str]:
    """Cut at dots outside quotes."""
    if '"' not in text:
        return text.split(".")
    parts: list[str] = []
    for number, piece in enumerate(text.split('"')):
        if number % 2:
            parts[-1] += f'"{piece}"'
            continue
        first, *rest = piece.split(".")
        if parts:
            parts[-1] += first
        else:
            parts.append(first)
        parts += rest
    return parts


def _step(text: str) -> Step:
    if not text.endswith(")"):
        return Step(NAME, text.casefold()) if text.isidentifier() else Step(OTHER)
    name, _, arguments = text.partition("(")
    literal = arguments[1:-2] if arguments.startswith('"') else ""
    _, space, type_name = name.partition(" ")
    if space:
        return Step(NEW, type_name.casefold())
    if name.casefold() in _NEW:
        return Step(NEW)
    return Step(CALL, name.casefold(), literal) if name.isidentifier() else Step(OTHER)


_NEW = frozenset({"новый", "new"})
