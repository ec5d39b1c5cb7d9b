"""Whether a human said something in a doc comment that the name of the routine does not say."""

from __future__ import annotations

import re
from functools import lru_cache

from cai_assets.learning.words import stems_of_name, stems_of_text

LEAST_WORDS = 3
LEAST_NEW = 2
"""Stems that are not in the name: `Get access key.` above `GetAccessKey` has none."""

_STOCK = re.compile(
    r"(?:только\s+)?для\s+(?:внутреннего|служебного)\s+использования|продолжение\s+(?:процедур|"
    r"функци|выполнения)|(?:для|см\.?|смотри(?:те)?|из)\s+(?:также\s+)?(?:процедур\w*|функци\w*|"
    r"метод\w*|описани\w*|выше|ниже)|см\.?\s|смотри(?:те)?\s|описание\s+и\s+параметры|"
    r"соответствует\s+операции|(?:процедура\s*-\s*)?обработчик\s+(?:события|подписки|команды|"
    r"ожидания|оповещения|регламентного|обновления)|для\s+вызова\s+из|"
    r"see\s|continuation\s+of|internal\s+use|for\s+internal\s+use|only\s+for|"
    r"(?:event\s+)?handler\s+of|to\s?do\b|fixme\b|todo\b|\+\+|<\w+",
    re.IGNORECASE,
)
"""How sentences begin that say nothing about what the routine does."""

_SENTENCES = re.compile(r"\n+|(?<=[.!?])\s+(?=[А-ЯЁA-Z])")
_WORD = re.compile(r"[^\W\d_]{2,}")


def prose(description: str) -> str:
    """The description without sentences that say nothing."""
    kept = []
    for paragraph in description.split("\n"):
        told = [piece for piece in _SENTENCES.split(paragraph) if not _STOCK.match(piece.strip())]
        kept.append(" ".join(piece.strip() for piece in told if piece.strip()))
    return "\n".join(kept).strip()


@lru_cache(maxsize=100_000)
def says_something(description: str, name: str) -> bool:
    """Whether a description, without stock sentences, has words of its own."""
    text = prose(description)
    words = [word for word in text.split() if _WORD.search(word)]
    if len(words) < LEAST_WORDS:
        return False
    return len(set(stems_of_text(text)) - set(stems_of_name(name))) >= LEAST_NEW
