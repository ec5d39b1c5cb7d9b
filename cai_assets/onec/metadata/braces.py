"""The text format in braces that the platform writes for its internal structures.

`{6,1,"Бета ""А"" и Ко",{0}}`: values separated by commas, strings in double quotes with inner
quotes doubled, lists in braces. Support state and unpacked ordinary forms are written so.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from cai_assets.onec.errors import UnreadableFile

Value: TypeAlias = "str | list[Value]"
"""A value as text (strings without their quotes) or a list of values."""

MAX_DEPTH: Final = 1000

_TOKEN = re.compile(r'\s*(?:("[^"]*+(?:""[^"]*+)*+")|([{},])|([^"{},\s][^"{},]*))')
_SPACE = re.compile(r"\s*")


def decode(data: bytes) -> str:
    """Return the text of a file in braces; raises UnreadableFile if it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"text in braces is not UTF-8 at byte {error.start}; dump it again", line
        ) from None


def parse(text: str) -> list[Value]:
    """Parse one list in braces, the whole of `text`.

    Raises UnreadableFile where the text is damaged, cut off, or nested deeper than MAX_DEPTH.
    """
    root: list[Value] = []
    stack: list[list[Value]] = []
    values = root
    expects_value = True
    position = 0
    for match in _TOKEN.finditer(text):
        if match.start() != position:
            break
        position = match.end()
        string, sign, word = match.groups()
        if sign == ",":
            if not stack:
                raise _damaged(text, match.start(2), "a comma outside the braces")
            if expects_value:
                values.append("")
            expects_value = True
        elif sign == "}":
            if not stack:
                raise _damaged(text, match.start(2), "a closing brace without an opening one")
            if expects_value and values:
                values.append("")
            values = stack.pop()
            expects_value = False
        elif not expects_value:
            raise _damaged(text, position - 1, "a value where a comma is expected")
        elif sign == "{":
            if len(stack) >= MAX_DEPTH:
                raise _damaged(text, match.start(2), f"braces nested over {MAX_DEPTH} deep")
            nested: list[Value] = []
            values.append(nested)
            stack.append(values)
            values = nested
        else:
            if not stack:
                raise _damaged(text, position - 1, "a value outside the braces")
            values.append(string[1:-1].replace('""', '"') if string else word.rstrip())
            expects_value = False
    rest = _SPACE.match(text, position)
    if rest is not None and rest.end() != len(text):
        raise _damaged(text, rest.end(), "a string without its closing quote")
    if stack:
        raise _damaged(text, len(text), "the text is cut off before its closing brace")
    if not root or not isinstance(root[0], list):
        raise _damaged(text, 0, "there is no opening brace")
    return root[0]


def _damaged(text: str, position: int, what: str) -> UnreadableFile:
    line = text.count("\n", 0, position) + 1
    return UnreadableFile(f"text in braces is damaged: {what}; dump it again", line)
