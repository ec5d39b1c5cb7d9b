"""Questions with known answers: the first sentence of a doc comment asks for its routine.

Not every comment is a question. Dropped are those that refer elsewhere («См. …», «Продолжение
процедуры …»), that are no sentence (under `LEAST_WORDS` words, or the name itself), and those that
do not tell routines apart: more than `MOST_ROUTINES` share the sentence, or routines of different
parts of the split do. A sentence of several routines is asked once, and any of them is right; so
is an exact copy of one of them with the same name. A sentence that says the name in words («Set
constant value.») stays, since people ask so; `beyond` tells those that say more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cai_assets.learning.splits import part_of
from cai_assets.learning.words import stems_of_name, stems_of_text

LEAST_WORDS, MOST_ROUTINES = 3, 5

_END = re.compile(r"[.!?…]+(?=\s+[^\sa-zа-яё]|\s*$)|\n\s*\n")
_SHORT = re.compile(r"(?:^|[\s(])(?:см|т|напр|др|пр|e\.g|i\.e|etc|vs)$", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?:см\b|смотр\w*\b|see\b"
    r"|(?:продолжение|окончание|завершение|начало|часть|описание)\s+(?:процедур|функци|метод)"
    r"|для\s+(?:процедур|функци|метод)|(?:continuation|part|end)\s+of\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its text and stems, the rows of the routines that answer it, rising.

    `object` is the object of the first of them, `part` that of the split. `beyond` is whether it
    has words that are not in the name of the first.
    """

    text: str
    stems: tuple[str, ...]
    routines: tuple[int, ...]
    object: str
    part: str
    beyond: bool


def first_sentence(description: str) -> str:
    """The first sentence of a text, on one line; all of it if it has no end."""
    for found in _END.finditer(description):
        if not _SHORT.search(description, 0, found.start()):
            return " ".join(description[: found.end()].split())
    return " ".join(description.split())


def is_reference(sentence: str) -> bool:
    """Whether a sentence says no more than where to look."""
    return _REFERENCE.match(sentence) is not None


def questions_of(
    descriptions: Sequence[str],
    names: Sequence[str],
    objects: Sequence[str],
    copies: Sequence[str],
) -> list[Question]:
    """The questions of all routines, in order of their first routine.

    `descriptions`, `names` and `objects` are by row; `copies` says what is a copy of what: rows
    with the same text there answer the same questions, an empty text is like no other.
    """
    asked: dict[tuple[str, ...], list[int]] = {}
    texts: dict[tuple[str, ...], str] = {}
    for row, description in enumerate(descriptions):
        if not description:
            continue
        sentence = first_sentence(description)
        if is_reference(sentence) or not any(map(str.isspace, sentence)):
            continue
        stems = tuple(stems_of_text(sentence))
        if len(set(stems)) >= LEAST_WORDS:
            asked.setdefault(stems, []).append(row)
            texts.setdefault(stems, sentence)
    alike: dict[str, list[int]] = {}
    for row, copy in enumerate(copies):
        if copy:
            alike.setdefault(copy, []).append(row)
    found = []
    for stems, rows in asked.items():
        answers = sorted({row for own in rows for row in alike.get(copies[own], [own])})
        parts = {part_of(objects[row]) for row in answers}
        if len(parts) > 1 or len(answers) > MOST_ROUTINES:
            continue
        first = rows[0]
        beyond = not set(stems) <= set(stems_of_name(names[first]))
        found.append(
            Question(texts[stems], stems, tuple(answers), objects[first], parts.pop(), beyond)
        )
    return found
