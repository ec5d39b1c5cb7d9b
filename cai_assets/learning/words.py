"""Words of names and texts, in Russian and English, cut down to their stems.

`ПолучитьОстаткиТоваров` → получ, остатк, товар. Names are divided where the letter case changes,
at digits and underscores; runs of capitals stay together (`HTTPЗапрос` → http, запрос). Stems are
those of Snowball, which is pure Python and slow, so each distinct word is stemmed once.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

_LOWER, _UPPER = "a-zа-яё", "A-ZА-ЯЁ"
_PART = re.compile(
    rf"[{_UPPER}]+(?![{_LOWER}])|[{_UPPER}]?[{_LOWER}]+|\d+",
)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CYRILLIC = re.compile("[а-яё]")
_MOST = 500_000

_RUSSIAN = (
    "и в во не на с со по для из к ко у о об от до за при если или то что как так его ее их это "
    "а но же бы ли где когда чтобы который которая которые которых также только уже"
)
_ENGLISH = (
    "the a an of to in is are be on for and or if by with from as at it this that into its not"
)
STOP_WORDS = frozenset([*_RUSSIAN.split(), *_ENGLISH.split()])
"""Words that say nothing alone."""


def parts(name: str) -> list[str]:
    """The words of one name, folded: `ЭтоНовыйОбъект1` → это, новый, объект, 1."""
    return [piece.casefold().replace("ё", "е") for piece in _PART.findall(name)]


@lru_cache(maxsize=_MOST)
def stems_of_name(name: str) -> tuple[str, ...]:
    """The stems of the words of one name, in order."""
    return tuple(stem(word) for word in parts(name))


def stems_of_text(text: str) -> list[str]:
    """The stems of a text for people, stop words left out; names inside it are divided."""
    return [
        found
        for word in _WORD.findall(text)
        for found, part in ((stem(part), part) for part in parts(word))
        if part not in STOP_WORDS
    ]


@lru_cache(maxsize=_MOST)
def stem(word: str) -> str:
    """The stem of one folded word: by the Russian rules if it has a Cyrillic letter."""
    language = "russian" if _CYRILLIC.search(word) else "english"
    return str(_stemmer(language).stemWord(word)) or word


@cache
def _stemmer(language: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(language)
