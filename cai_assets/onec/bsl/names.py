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

_LAST_WORD = re.compile(r"([^\W\d]\w*)\"$")
_FIRST_WORD = re.compile(r"\"(\w+)")
_BEFORE_PLACE = re.compile(r"([^\W\d]\w*)%\d")
_BEHIND_PLACE = re.compile(r"%\d([^\W\d]\w*)")
_PLUS = bytes([k.PLUS])

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
    texts, parts = _in_texts(tokens)
    return ModuleNames(
        tuple(sorted(members - {""})),
        tuple(sorted(words)),
        tuple(sorted(texts)),
        tuple(sorted(parts)),
    )


def _in_texts(tokens: Tokens) -> tuple[set[str], set[str]]:
    kinds, values, _ = tokens.code
    strings = kinds.translate(_IS_STRING)
    found: set[str] = set()
    parts: set[str] = set()
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
            if "%" in text:
                parts.update(_of_template(text))
        if not localised and kind == k.STRING:
            parts.update(_joined(kinds, text, index))
        if kind in _ENDS:
            localised = False
        index = strings.find(1, index + 1)
    return {word.casefold() for word in found}, parts


def _of_template(text: str) -> set[str]:
    """What stands before and behind a place to be filled: `"Шаг%1"` gives `шаг*`."""
    found = {f"{word.casefold()}*" for word in _BEFORE_PLACE.findall(text)}
    return found | {f"*{word.casefold()}" for word in _BEHIND_PLACE.findall(text)}


def _joined(kinds: bytes, text: str, index: int) -> set[str]:
    """The last word of a literal that `+` prolongs, the first of one that it puts behind."""
    found = set()
    if kinds[index + 1 : index + 2] == _PLUS and (last := _LAST_WORD.search(text)):
        found.add(f"{last[1].casefold()}*")
    if index and kinds[index - 1 : index] == _PLUS and (first := _FIRST_WORD.match(text)):
        found.add(f"*{first[1].casefold()}")
    return found
