"""Cut the text of a BSL module into tokens.

One regular expression splits the text into tokens and the gaps between them, so that together
they are the text again, whatever it holds. Everything per token is done by C-level functions on
parallel lists; no Python object is made for a token.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, compress, islice
from typing import NamedTuple

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.text import normalise_line_ends

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_SPACE = rf"\s{_INVISIBLE}"
_BLANK = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + _INVISIBLE

_TOKEN = re.compile(
    rf"""(?=[^{_SPACE}])(
      [^\W\d]\w*                              # word
    | \.[^\W\d]\w*                          # member
    | [(),;=]
    | //[^\n]*                                # comment
    | "[^"\n]*(?:""[^"\n]*)*"?                # string or its first line
    | \|[^"\n]*(?:""[^"\n]*)*"?               # next line of a string
    | \d+(?:\.\d*)? | \.\d+                   # number
    | <[=>]? | >=?
    | [&~][ \t\u00a0]*\w*                     # annotation, label
    | \#(?:[^\n/]|/(?!/))*                    # preprocessor line up to a comment
    | '[^'\n]*'?                              # date
    | [^{_SPACE}]
    )""",
    re.VERBOSE,
)

_MEMO_LIMIT = 1_000_000


class _KindOf(dict[str, int]):
    """Text of a token → its kind. Remembers words, because they repeat."""

    def __init__(self) -> None:
        super().__init__(k.SYMBOLS)
        for kind, words in k.KEYWORDS.items():
            for word in words:
                for spelling in (word, word.lower(), word.upper()):
                    self[spelling] = kind

    def __missing__(self, text: str) -> int:
        first = text[0]
        if first == "/":
            return k.COMMENT
        if first == '"':
            return k.STRING_START if text.count('"') % 2 else k.STRING
        if first == "|":
            return k.STRING_TAIL if text.count('"') % 2 else k.STRING_PART
        if first == "#":
            return k.DIRECTIVE
        kind = _kind_of_repeating(text, first)
        if len(self) < _MEMO_LIMIT:
            self[text] = kind
        return kind


def _kind_of_repeating(text: str, first: str) -> int:
    if first.isdecimal():
        return k.NUMBER
    if first == ".":
        return k.NUMBER if text[1].isdecimal() else k.MEMBER
    if first == "'":
        return k.DATE if len(text) > 1 and text[-1] == "'" else k.UNKNOWN
    if first == "&":
        return k.ANNOTATION if len(text) > 1 and text[-1] not in " \t\u00a0" else k.UNKNOWN
    if first == "~":
        return k.LABEL if len(text) > 1 and text[-1] not in " \t\u00a0" else k.UNKNOWN
    if first == "_" or first.isalpha() or text.isidentifier():
        return k.FOLDED.get(text.lower(), k.NAME)
    return k.UNKNOWN


_KIND_OF = _KindOf()


class _NameIn(dict[str, str]):
    """Text of a member, an annotation or a label → the word in it."""

    def __missing__(self, text: str) -> str:
        word = text[1:].lstrip(" \t\u00a0")
        if len(self) < _MEMO_LIMIT:
            self[text] = word
        return word


NAME_IN = _NameIn()
"""`.Имя`, `& НаСервере`, `~Метка` → the word without its mark. One string for equal words."""


class TokenList(NamedTuple):
    """Parallel lists: kind, text and offset in the module's text of each token."""

    kinds: bytes
    values: list[str]
    offsets: list[int]


class Tokens:
    """The tokens of a module.

    `all` holds every token; `code` only what the grammar sees, without comments, preprocessor
    lines and what stands between `#Удаление` and `#КонецУдаления`. `code_flags` tells for each
    of `all` whether it is in `code`; `deleted` are the positions in `all` of the two lines of
    each such pair.
    """

    __slots__ = ("_line_starts", "_text_lines", "all", "code", "code_flags", "deleted", "text")

    def __init__(self, text: str, everything: TokenList) -> None:
        self.text = text
        self.all = everything
        self.deleted: list[tuple[int, int]] = []
        kinds, values, offsets = everything
        if k.DIRECTIVE in kinds and _DELETION.search(text):
            self.deleted = _deletions(everything)
        self.code_flags = _without(kinds.translate(_IS_CODE), self.deleted)
        self.code = TokenList(
            bytes(compress(kinds, self.code_flags))
            if self.deleted
            else kinds.translate(None, k.TRIVIA),
            list(compress(values, self.code_flags)),
            list(compress(offsets, self.code_flags)),
        )
        self._line_starts: list[int] = []
        self._text_lines: list[str] = []

    @property
    def text_lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        if not self._text_lines:
            self._text_lines = self.text.split("\n")
        return self._text_lines

    @property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line, and one behind the end of the text."""
        if not self._line_starts:
            ends = accumulate(map(len, self.text_lines))
            self._line_starts = [0, *(end + n for n, end in enumerate(ends, 1))]
        return self._line_starts

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset in the text."""
        line_starts = self.line_starts
        line = bisect_right(line_starts, offset)
        return line, offset - line_starts[line - 1] + 1

    def place_of(self, index: int) -> tuple[int, int]:
        """Line and column of a code token, or of the end of the module behind the last."""
        return self.place(self.offset_of(index))

    def line_of(self, index: int) -> int:
        """Line of a code token."""
        return bisect_right(self.line_starts, self.offset_of(index))

    def offset_of(self, index: int) -> int:
        """Offset of a code token, or of the end of the module behind the last."""
        offsets = self.code.offsets
        return offsets[index] if index < len(offsets) else len(self.text)

    def begins_line(self, index: int) -> bool:
        """Whether a line ends between a code token and the one before it."""
        return index == 0 or "\n" in self.text[self.offset_of(index - 1) : self.offset_of(index)]

    def code_lines(self) -> list[int]:
        """The lines that hold code or a preprocessor line, in order.

        The marks `#Вставка` and `#Удаление` and what is deleted do not count as code.
        """
        starts: Iterable[str]
        if any(character in self.text for character in _INVISIBLE):
            starts = (line.lstrip(_BLANK) for line in self.text_lines)
        else:
            starts = map(str.lstrip, self.text_lines)
        lines = [n for n, start in enumerate(starts, 1) if start and start[:2] != "//"]
        if k.DIRECTIVE not in self.all.kinds or not _EXTENSION_MARK.search(self.text):
            return lines
        return self._without_extension_marks(lines)

    def _without_extension_marks(self, lines: list[int]) -> list[int]:
        values, offsets = self.all.values, self.all.offsets
        marks = {
            self.place(offset)[0]
            for kind, value, offset in zip(self.all.kinds, values, offsets, strict=True)
            if kind == k.DIRECTIVE and _EXTENSION_MARK.match(value)
        }
        for start, end in self.deleted:
            marks.update(range(self.place(offsets[start])[0], self.place(offsets[end])[0]))
        return [line for line in lines if line not in marks]

    def comments(self) -> tuple[list[int], list[str]]:
        """Offset and text of every comment."""
        kinds, values, offsets = self.all
        flags = kinds.translate(_IS_COMMENT)
        return list(compress(offsets, flags)), list(compress(values, flags))

    def comment_above(self, index: int) -> list[str]:
        """The comment lines directly above a code token, with no empty line between."""
        lines = self.text_lines
        below = first = self.line_of(index) - 1
        while first and lines[first - 1].lstrip(_BLANK).startswith("//"):
            first -= 1
        return [line.strip(_BLANK) for line in lines[first:below]]


def _flags(chosen: Iterable[int]) -> bytes:
    table = bytearray(256)
    for kind in chosen:
        table[kind] = 1
    return bytes(table)


_IS_COMMENT = _flags((k.COMMENT,))
_IS_CODE = _flags(kind for kind in range(k.COUNT) if kind not in k.TRIVIA)
_EXTENSION_MARK = re.compile(
    r"#\s*(?:вставка|insert|конецвставки|endinsert|удаление|delete|конецудаления|enddelete)\b",
    re.IGNORECASE,
)
_DELETION = re.compile(r"#\s*(?:(удаление|delete)|(конецудаления|enddelete))\b", re.IGNORECASE)


def tokenize(text: str) -> Tokens:
    """Cut a module into tokens. Never raises; line ends are normalised to LF first."""
    text = normalise_line_ends(text)
    parts = _TOKEN.split(text)
    values = parts[1::2]
    kinds = bytes(map(_KIND_OF.__getitem__, values))
    # A token begins where the gap before it ends; behind the last gap no token follows.
    offsets = list(islice(accumulate(map(len, parts)), 0, len(parts) - 1, 2))
    return Tokens(text, TokenList(kinds, values, offsets))


def _deletions(tokens: TokenList) -> list[tuple[int, int]]:
    """What an extension deletes is text of the vendor, often torn: it is not parsed."""
    pairs = []
    start = -1
    index = tokens.kinds.find(k.DIRECTIVE)
    while index >= 0:
        found = _DELETION.match(tokens.values[index])
        if found and found[1] and start < 0:
            start = index
        elif found and found[2] and start >= 0:
            pairs.append((start, index))
            start = -1
        index = tokens.kinds.find(k.DIRECTIVE, index + 1)
    return pairs


def _without(flags: bytes, deleted: list[tuple[int, int]]) -> bytes:
    if not deleted:
        return flags
    kept = bytearray(flags)
    for start, end in deleted:
        kept[start:end] = bytes(end - start)
    return bytes(kept)
