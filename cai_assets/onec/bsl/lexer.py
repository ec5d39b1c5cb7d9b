"""Cut the text of a BSL module into tokens.

One regular expression splits the text into tokens and the gaps between them, so that together
they are the text again, whatever it holds. Everything per token is done by C-level functions on
parallel lists; no Python object is made for a token.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, compress, repeat

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.text import normalise_line_ends

_SPACE = r"\s\u200b\u200c\u200d\u2060\ufeff\u00ad"

_TOKEN = re.compile(
    rf"""(?=[^{_SPACE}])(
      [^\W\d]\w*                              # word
    | \.[ \t\u00a0]*[^\W\d]\w*                # member
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


class TokenList:
    """Parallel lists: kind, text, offset in the module's text, and line of each token."""

    __slots__ = ("kinds", "lines", "offsets", "values")

    def __init__(
        self, kinds: bytes, values: list[str], offsets: list[int], lines: list[int]
    ) -> None:
        self.kinds = kinds
        self.values = values
        self.offsets = offsets
        self.lines = lines

    def __len__(self) -> int:
        return len(self.values)

    def select(self, flags: bytes) -> TokenList:
        """The tokens whose flag is not zero."""
        return TokenList(
            bytes(compress(self.kinds, flags)),
            list(compress(self.values, flags)),
            list(compress(self.offsets, flags)),
            list(compress(self.lines, flags)),
        )


class Tokens:
    """The tokens of a module.

    `all` holds every token; `code` only what the grammar sees, without comments, preprocessor
    lines and what stands between `#Удаление` and `#КонецУдаления`; `deleted` are the positions
    in `all` of the two lines of each such pair.
    """

    __slots__ = ("_line_starts", "all", "code", "code_flags", "deleted", "text")

    def __init__(
        self,
        text: str,
        everything: TokenList,
        code_flags: bytes,
        deleted: list[tuple[int, int]],
    ) -> None:
        self.text = text
        self.all = everything
        self.code_flags = code_flags
        self.deleted = deleted
        self.code = everything.select(code_flags)
        self._line_starts: list[int] = []

    @property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line."""
        if not self._line_starts:
            ends = accumulate(map(len, self.text.split("\n")))
            self._line_starts = [0, *(end + n for n, end in enumerate(ends, 1))]
        return self._line_starts

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset in the text."""
        line = bisect_right(self.line_starts, offset, 0, len(self.line_starts) - 1)
        return line, offset - self.line_starts[line - 1] + 1

    def place_of(self, index: int) -> tuple[int, int]:
        """Line and column of a code token, or of the end of the module behind the last."""
        code = self.code
        if index >= len(code):
            return self.place(len(self.text))
        line = code.lines[index]
        return line, code.offsets[index] - self.line_starts[line - 1] + 1

    def code_lines(self) -> list[int]:
        """Line of every token that is code or a preprocessor line, in order.

        The marks `#Вставка` and `#Удаление` and what is deleted do not count as code.
        """
        everything = self.all
        if k.DIRECTIVE not in everything.kinds:
            return self.code.lines
        flags = bytearray(self.code_flags)
        index = everything.kinds.find(k.DIRECTIVE)
        while index >= 0:
            flags[index] = not _EXTENSION_MARK.match(everything.values[index])
            index = everything.kinds.find(k.DIRECTIVE, index + 1)
        for start, end in self.deleted:
            flags[start:end] = bytes(end - start)
        return list(compress(everything.lines, flags))

    def comments(self) -> list[tuple[int, str]]:
        """Line and text of every comment."""
        everything = self.all
        flags = everything.kinds.translate(_ONLY_COMMENTS)
        return list(
            zip(compress(everything.lines, flags), compress(everything.values, flags), strict=True)
        )


def _flags(chosen: Iterable[int]) -> bytes:
    table = bytearray(256)
    for kind in chosen:
        table[kind] = 1
    return bytes(table)


_ONLY_COMMENTS = _flags((k.COMMENT,))
_ONLY_CODE = _flags(kind for kind in range(k.COUNT) if kind not in k.TRIVIA)
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
    gaps = parts[0::2]
    kinds = bytes(map(_KIND_OF.__getitem__, values))
    offsets = list(accumulate(map(len, parts)))[0::2]
    offsets.pop()
    lines = list(accumulate(map(str.count, gaps, repeat("\n")), initial=1))
    del lines[0], lines[-1]
    everything = TokenList(kinds, values, offsets, lines)
    code_flags = kinds.translate(_ONLY_CODE)
    deleted: list[tuple[int, int]] = []
    if k.DIRECTIVE in kinds and _DELETION.search(text):
        deleted = _deletions(everything)
        code_flags = _without(code_flags, deleted)
    return Tokens(text, everything, code_flags, deleted)


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


def _without(code_flags: bytes, deleted: list[tuple[int, int]]) -> bytes:
    flags = bytearray(code_flags)
    for start, end in deleted:
        flags[start:end] = bytes(end - start)
    return bytes(flags)
