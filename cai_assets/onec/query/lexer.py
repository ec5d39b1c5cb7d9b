"""Cut a query text into tokens: one regular expression, one pass, no object per token."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, compress, islice

from cai_assets.onec.query import kinds as k

_TOKEN = re.compile(
    r"""(?=[^\s\ufeff\u200b])(
      [^\W\d][\w#]*                             # word
    | \.(?:\s*(?:[^\W\d][\w#]*|%\w+|\[[^\]\n]*\]|\#[\w#]+))?  # member, dot
    | [(),;=*{}+-]
    | //[^\n]* | /                              # comment, division
    | "[^"]*(?:""[^"]*)*"?                      # string
    | \d+(?:\.\d+)?                             # number
    | <[=>]? | >=?
    | &&\w* | &\s*[^\W\d]\w*                    # placeholder, parameter
    | %[\w%]* | \[[^\]\n]*\] | \#[\w#]*         # placeholder
    | [^\s]
    )""",
    re.VERBOSE,
)
_MEMO_LIMIT = 200_000


class _KindOf(dict[str, int]):
    """Text of a token → its kind. Remembers words, because they repeat."""

    def __init__(self) -> None:
        super().__init__(k.SYMBOLS)

    def __missing__(self, text: str) -> int:
        first = text[0]
        if first == '"':
            return k.STRING if text.count('"') % 2 == 0 else k.OPEN_STRING
        if text[:2] == "//":
            return k.COMMENT
        kind = _kind_of_repeating(text, first)
        if len(self) < _MEMO_LIMIT:
            self[text] = kind
        return kind


def _kind_of_repeating(text: str, first: str) -> int:
    if first == ".":
        return k.MEMBER
    if first.isdecimal():
        return k.NUMBER
    if first == "&":
        if len(text) == 1:
            return k.UNKNOWN
        return k.PLACEHOLDER if text[1] == "&" else k.PARAMETER
    if first in "%[":
        return k.PLACEHOLDER if len(text) > 1 else k.UNKNOWN
    if first == "#":
        return k.NAME if len(text) > 1 else k.UNKNOWN
    if first == "_" or first.isalpha() or text.isidentifier():
        return k.WORDS.get(text.lower(), k.NAME)
    return k.UNKNOWN


_KIND_OF = _KindOf()


class _NameIn(dict[str, str]):
    """Text of a member or parameter → the word in it."""

    def __missing__(self, text: str) -> str:
        word = text[1:].strip()
        if len(self) < _MEMO_LIMIT:
            self[text] = word
        return word


NAME_IN = _NameIn()
"""`.Имя`, `&Имя` → the word without its mark. One string for equal words."""


class QueryTokens:
    """The tokens of a query text without comments: parallel lists of kind, text and offset.

    Two empty tokens of the kind `END` stand behind the last, so that looking ahead is safe.
    """

    __slots__ = ("_line_starts", "kinds", "offsets", "text", "values")

    def __init__(self, text: str, kinds: bytes, values: list[str], offsets: list[int]) -> None:
        self.text = text
        self.kinds = kinds
        self.values = values
        self.offsets = offsets
        self._line_starts: list[int] = []

    def __len__(self) -> int:
        return len(self.values) - 2

    def end_offset(self, index: int) -> int:
        """Offset behind the last character of a token."""
        return self.offsets[index] + len(self.values[index])

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the query's text, from 1, of an offset in it."""
        starts = self._line_starts
        if not starts:
            ends = accumulate(map(len, self.text.split("\n")))
            self._line_starts = starts = [0, *(end + n for n, end in enumerate(ends, 1))]
        line = min(bisect_right(starts, offset), len(starts) - 1)
        return line, offset - starts[line - 1] + 1

    def place_of(self, index: int) -> tuple[int, int]:
        """Line and column, from 1, of a token in the query's text."""
        return self.place(self.offsets[index])


def tokenize(text: str) -> QueryTokens:
    """Cut a query text into tokens. Never raises. Lines must end with LF."""
    parts = _TOKEN.split(text)
    values = parts[1::2]
    kinds = bytes(map(_KIND_OF.__getitem__, values))
    offsets = list(islice(accumulate(map(len, parts)), 0, len(parts) - 1, 2))
    if k.COMMENT in kinds:
        kept = kinds.translate(_IS_CODE)
        values = list(compress(values, kept))
        offsets = list(compress(offsets, kept))
        kinds = kinds.translate(None, _COMMENT)
    values += ("", "")
    offsets += (len(text), len(text))
    return QueryTokens(text, kinds + _END, values, offsets)


_COMMENT = bytes((k.COMMENT,))
_END = bytes((k.END, k.END))
_IS_CODE = bytes(kind != k.COMMENT for kind in range(256))
