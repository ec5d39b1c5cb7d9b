"""Which names a module writes: what tells that a name is used where no type is known.

A module that handles values of unknown types still writes the names of their attributes, and
reaches forms and procedures by names in text literals. Names are folded by letter case.
"""

from __future__ import annotations

import re

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import NAME_IN, Tokens
from cai_assets.onec.facts import ModuleNames

_WORD = re.compile(r"[^\W\d]\w*")
_LOCALISED = re.compile(r"[\"|]\s*[a-z]{2}\s*=\s*'", re.IGNORECASE)
"""A text for people, as `НСтр` takes it: its words are no names."""

_STRINGS = frozenset({k.STRING, k.STRING_START, k.STRING_PART, k.STRING_TAIL})
_ENDS = frozenset({k.STRING, k.STRING_TAIL})
_IS_STRING = bytes(kind in _STRINGS for kind in range(256))


def names_of(tokens: Tokens) -> ModuleNames:
    """The distinct names in the code of a module, folded and sorted, by where they stand."""
    members: set[str] = set()
    words: set[str] = set()
    for value in set(tokens.code.values):
        first = value[0]
        if first == ".":
            members.add(NAME_IN[value].casefold())
        elif first == "_" or first.isalpha():
            words.add(value.casefold())
    return ModuleNames(
        tuple(sorted(members - {""})), tuple(sorted(words)), tuple(sorted(_in_texts(tokens)))
    )


def _in_texts(tokens: Tokens) -> set[str]:
    kinds, values, _ = tokens.code
    strings = kinds.translate(_IS_STRING)
    found: set[str] = set()
    seen: set[str] = set()
    localised = False
    index = strings.find(1)
    while index >= 0:
        kind, text = kinds[index], values[index]
        if kind in {k.STRING, k.STRING_START}:
            localised = bool(_LOCALISED.match(text))
        if not localised and text not in seen:
            seen.add(text)
            found.update(_WORD.findall(text))
        if kind in _ENDS:
            localised = False
        index = strings.find(1, index + 1)
    return {word.casefold() for word in found}
