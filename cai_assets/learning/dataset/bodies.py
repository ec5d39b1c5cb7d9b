"""Cut a module into its routines and say of each what its text holds.

Where routines stand is known from the table `routines`; nothing is parsed again, the lexer alone
tells names, literals, comments and operators apart.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from cai_assets.learning.dataset.licenses import is_generated, license_of
from cai_assets.learning.dataset.masking import PASSWORD, is_suspect, mask_text, secret_literals
from cai_assets.learning.words import parts
from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import TokenList, Tokens, tokenize

SHINGLE_TOKENS = 4
"""Tokens of a shingle: fewer make unlike routines alike, more hide small changes."""

COUNTED = (
    "loops", "branches", "raises", "tries", "returns", "assignments", "property_assignments",
    "minuses", "products", "additions", "comparisons", "constructors", "literals", "tokens",
)  # fmt: skip
"""What is counted in a routine, in this order: `Syntax` has the meanings."""


class Place(NamedTuple):
    """Where a routine stands: line and column of its header, line of its last token."""

    line: int
    column: int
    end_line: int


class Syntax(NamedTuple):
    """Counts over the tokens of a routine."""

    loops: int
    branches: int
    """`Если`, `ИначеЕсли` and `?`."""
    raises: int
    tries: int
    returns: int
    """`Возврат` with a value."""
    assignments: int
    """To a variable."""
    property_assignments: int
    """To something behind a dot or in brackets."""
    minuses: int
    """`-`; a minus sign too."""
    products: int
    """`*`, `/` and `%`."""
    additions: int
    """`+`, which also joins texts."""
    comparisons: int
    constructors: int
    literals: int
    """Texts, numbers and dates."""
    tokens: int


NO_SYNTAX = Syntax(*[0] * len(COUNTED))


class Body(NamedTuple):
    """A routine's text and what it holds."""

    text: str
    signature: str
    identifiers: list[str]
    words: list[str]
    syntax: Syntax
    masked: int
    empty: bool
    """No code between header and end."""
    stops: npt.NDArray[np.int32]
    """Pairs: a line of the text, from 0, behind which no statement is torn, and a number of the
    block in which it ends. Between two lines of one block stand whole statements."""
    shingles: npt.NDArray[np.uint32]
    """Distinct hashes of token sequences, sorted; values of short literals do not count."""


class ModuleBodies(NamedTuple):
    """The routines of a module, in the order they were asked for."""

    bodies: list[Body]
    license: str
    generated: bool


NO_BODY = Body(
    "", "", [], [], NO_SYNTAX, 0, True,
    np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint32),
)  # fmt: skip
"""For a routine whose source cannot be read or has changed meanwhile."""


def read_bodies(text: str, places: Sequence[Place]) -> ModuleBodies:
    """The routines at `places`, which are sorted, of a module's text."""
    tokens = tokenize(text)
    module = _Module(tokens)
    starts = [module.offset(place.line, place.column) for place in places]
    ends = [*starts[1:], len(tokens.text)][: len(starts)]
    bodies = [
        module.body(start, min(end, module.offset(place.end_line + 1, 1)))
        for place, start, end in zip(places, starts, ends, strict=True)
    ]
    head = _head(tokens)
    return ModuleBodies(bodies, license_of(head), is_generated(head))


def _flags(*chosen: int) -> bytes:
    return bytes(kind in chosen for kind in range(256))


_TEXTS = (k.STRING, k.STRING_START, k.STRING_PART, k.STRING_TAIL)
_IS_NAME = _flags(k.NAME, k.MEMBER)
_IS_TEXT = _flags(k.COMMENT, *_TEXTS)
_HEADER_END = _flags(k.PROCEDURE, k.FUNCTION)
_ENDS = (k.END_PROCEDURE, k.END_FUNCTION)


def _kind(*kinds: int) -> bytes:
    return b"[" + b"".join(b"\\x%02x" % kind for kind in kinds) + b"]"


_OPENS_STATEMENT = _kind(
    k.SEMICOLON, k.THEN, k.ELSE, k.DO, k.TRY, k.EXCEPT, k.RIGHT_PARENTHESIS, k.EXPORT, k.LABEL,
    k.COLON,
)  # fmt: skip
_INDEX = _kind(k.LEFT_BRACKET) + rb"[^\x10\x11\x13]*" + _kind(k.RIGHT_BRACKET)
_ASSIGNED = re.compile(
    rb"(?<=" + _OPENS_STATEMENT + rb")" + _kind(k.NAME) + _kind(k.EQUAL), re.DOTALL
)
_PROPERTY_ASSIGNED = re.compile(
    rb"(?<=" + _OPENS_STATEMENT + rb")" + _kind(k.NAME)
    + rb"(?:" + _kind(k.MEMBER) + rb"|" + _INDEX + rb")+" + _kind(k.EQUAL),
    re.DOTALL,
)  # fmt: skip
"""Patterns over the kinds of tokens, one byte each: an `=` that assigns stands in the first
place of a statement, all others compare."""

_PRODUCTS = (k.MULTIPLY, k.DIVIDE, k.MODULO)
_COMPARISONS = (k.NOT_EQUAL, k.LESS, k.LESS_OR_EQUAL, k.GREATER, k.GREATER_OR_EQUAL)
_LITERALS = (k.STRING, k.STRING_START, k.NUMBER, k.DATE)

_STOPS = np.isin(np.arange(256), (k.SEMICOLON, k.THEN, k.ELSE, k.DO, k.TRY, k.EXCEPT))
"""Kinds of tokens behind which a statement may begin."""

_OPENS = (k.THEN, k.ELSE, k.DO, k.TRY, k.EXCEPT, k.PROCEDURE, k.FUNCTION)
_CLOSES = (k.ELSIF, k.ELSE, k.EXCEPT, k.END_IF, k.END_DO, k.END_TRY)
_STRUCTURE = np.isin(np.arange(256), (*_OPENS, *_CLOSES))
_HEADERS = (k.PROCEDURE, k.FUNCTION)
"""Kinds of tokens that begin and end lists of statements; `Иначе` does both."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_MEMO_LIMIT = 500_000
_WORD = re.compile(r"\w+|[^\w\s|\"]")
_IS_LINE = np.isin(np.arange(256), (k.STRING_START, k.STRING_PART, k.STRING_TAIL))


class _Plain(dict[str, str]):
    """A name or a member → the name without the dot."""

    def __missing__(self, value: str) -> str:
        name = value.lstrip(".").strip()
        if len(self) < _MEMO_LIMIT:
            self[value] = name
        return name


class _Hash(dict[str, int]):
    """A token → its hash. Letter case does not count, nor does the value of a literal."""

    def __missing__(self, value: str) -> int:
        first = value[0]
        if first in "\"|'":
            return 1
        if first.isdecimal():
            return 2
        found = crc32(value.casefold().encode("utf-8", "surrogatepass"))
        if len(self) < _MEMO_LIMIT:
            self[value] = found
        return found


_PLAIN, _HASH = _Plain(), _Hash()


class _Module:
    """The tokens of a module with the hashes of its shingles."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._windows, self._starts = _windows(tokens.code)
        starts = np.array(tokens.line_starts, dtype=np.int64)
        offsets = np.array(tokens.code.offsets, dtype=np.int64)
        kinds = np.frombuffer(tokens.code.kinds, dtype=np.uint8)
        lines = np.searchsorted(starts, offsets, side="right")
        self._pairs = np.stack([lines, _blocks(kinds)], axis=1).astype(np.int32)
        ends_line = np.append(lines[:-1] < lines[1:], True)[: len(lines)]
        self._whole = np.flatnonzero(_STOPS[kinds] & ends_line)

    def offset(self, line: int, column: int) -> int:
        """The offset of a place; the end of the text for a line behind it."""
        starts = self._tokens.line_starts
        end = len(self._tokens.text)
        return min(starts[line - 1] + column - 1, end) if line <= len(starts) else end

    def body(self, start: int, end: int) -> Body:
        """The routine whose header begins at offset `start`, and which ends before `end`."""
        code = self._tokens.code
        first = bisect_left(code.offsets, start)
        last = bisect_left(code.offsets, end)
        if first >= last:
            return NO_BODY
        closing = [at for kind in _ENDS if (at := code.kinds.find(kind, first, last)) >= 0]
        if closing:
            last = min(closing) + 1
        stop = code.offsets[last - 1] + len(code.values[last - 1])
        header = _header_end(code.kinds, first, last)
        inner = last - len(closing[:1])
        kinds = code.kinds[first:last]
        names = compress(code.values[first:last], kinds.translate(_IS_NAME))
        text, words, masked = self._text(start, stop, secret_literals(code, first, last))
        return Body(
            text,
            _joined(self._tokens, first, header),
            list(dict.fromkeys(map(_PLAIN.__getitem__, names))),
            words,
            _syntax(kinds),
            masked,
            header >= inner,
            self._stops(first, header, inner),
            self._shingles(first, inner),
        )

    def _text(self, start: int, stop: int, secrets: list[int]) -> tuple[str, list[str], int]:
        """The text with placeholders, the words of its literals and comments, the placeholders."""
        everything = self._tokens.all
        first, last = bisect_left(everything.offsets, start), bisect_left(everything.offsets, stop)
        flags = everything.kinds[first:last].translate(_IS_TEXT)
        if not any(flags):
            return self._tokens.text[start:stop], [], 0
        texts = list(compress(everything.values[first:last], flags))
        joined = "\n".join(texts)
        if not secrets and not is_suspect(joined):
            return self._tokens.text[start:stop], _words(joined), 0
        offsets = list(compress(everything.offsets[first:last], flags))
        hidden = {self._tokens.code.offsets[at] for at in secrets}
        pieces: list[str] = []
        masked, done = 0, start
        for number, (value, offset) in enumerate(zip(texts, offsets, strict=True)):
            if offset in hidden:
                changed, count = f'"{PASSWORD}"', 1
            else:
                changed, count = mask_text(value)
            if count:
                pieces += [self._tokens.text[done:offset], changed]
                done = offset + len(value)
                masked += count
                texts[number] = changed
        text = "".join([*pieces, self._tokens.text[done:stop]])
        return text, _words("\n".join(texts)), masked

    def _stops(self, first: int, header: int, last: int) -> npt.NDArray[np.int32]:
        """Where a line of the routine ends together with a statement, or with its header."""
        if header >= last:
            return np.empty(0, dtype=np.int32)
        begin, end = np.searchsorted(self._whole, (header, last))
        chosen = self._whole[begin:end]
        if self._pairs[header - 1, 0] < self._pairs[header, 0]:
            chosen = np.concatenate([[header - 1], chosen])
        pairs = self._pairs[chosen]
        pairs[:, 0] -= self._pairs[first, 0]
        return pairs.ravel()

    def _shingles(self, first: int, last: int) -> npt.NDArray[np.uint32]:
        """Those from the parameters to the closing word: a copy under another name is a copy."""
        kinds = self._tokens.code.kinds
        begin = next(
            (at + 2 for at in range(first, min(first + 3, last)) if _HEADER_END[kinds[at]]), first
        )
        start, end = self._starts[begin], self._starts[last]
        if end - start < SHINGLE_TOKENS:
            values = self._tokens.code.values[begin:last]
            whole = crc32("\0".join(values).casefold().encode("utf-8", "surrogatepass"))
            return np.array([whole], dtype=np.uint32)
        return np.unique(self._windows[start : end - SHINGLE_TOKENS + 1])


def _words(text: str) -> list[str]:
    """The distinct words of a text, numbers left out."""
    return [word for word in dict.fromkeys(parts(text)) if not word.isdecimal()]


def _windows(code: TokenList) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Hashes of `SHINGLE_TOKENS` after one another, and where each token's begin among them.

    Literals of one line count as literals, whatever they say; those of several lines, which are
    queries most of the time, word by word: some functions have nothing else.
    """
    hashes = np.fromiter(map(_HASH.__getitem__, code.values), np.uint64, len(code.values))
    kinds = np.frombuffer(code.kinds, dtype=np.uint8)
    texts = np.flatnonzero(_IS_LINE[kinds])
    starts = np.arange(len(hashes) + 1)
    if len(texts):
        words = [_WORD.findall(code.values[at]) or [""] for at in texts.tolist()]
        sizes = np.ones(len(hashes), dtype=np.int64)
        sizes[texts] = [len(found) for found in words]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        hashes = np.repeat(hashes, sizes)
        inside = np.repeat(_IS_LINE[kinds], sizes)
        hashes[inside] = [_HASH[word] if word else 0 for found in words for word in found]
    size = len(hashes) - SHINGLE_TOKENS + 1
    if size <= 0:
        return np.empty(0, dtype=np.uint32), starts
    mixed = np.zeros(size, dtype=np.uint64)
    for step in range(SHINGLE_TOKENS):
        mixed = (mixed ^ hashes[step : step + size]) * _PRIME
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(32)).astype(np.uint32), starts


def _blocks(kinds: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """For each token a number of the list of statements that is open behind it."""
    positions = np.flatnonzero(_STRUCTURE[kinds])
    found = np.zeros(len(positions) + 1, dtype=np.int64)
    stack = [0]
    for at, kind in enumerate(kinds[positions].tolist(), 1):
        if kind in _HEADERS:
            del stack[1:]
        elif kind in _CLOSES and len(stack) > 1:
            stack.pop()
        if kind in _OPENS:
            stack.append(at)
        found[at] = stack[-1]
    return found[np.searchsorted(positions, np.arange(len(kinds)), side="right")]


def _header_end(kinds: bytes, first: int, last: int) -> int:
    """The position behind the parameters and `Экспорт` of the header that begins at `first`."""
    depth, at = 0, first
    while at < last:
        kind = kinds[at]
        if kind == k.LEFT_PARENTHESIS:
            depth += 1
        elif kind == k.RIGHT_PARENTHESIS:
            depth -= 1
            if depth <= 0:
                return at + 2 if at + 1 < last and kinds[at + 1] == k.EXPORT else at + 1
        at += 1
    return min(first + 2, last)


def _joined(tokens: Tokens, first: int, last: int) -> str:
    """Code tokens in one line: a space where anything stood between two, comments left out."""
    values, offsets = tokens.code.values, tokens.code.offsets
    pieces: list[str] = []
    behind = offsets[first]
    for value, offset in zip(values[first:last], offsets[first:last], strict=True):
        if offset > behind and pieces:
            pieces.append(" ")
        pieces.append(value)
        behind = offset + len(value)
    return "".join(pieces)


def _syntax(kinds: bytes) -> Syntax:
    count = kinds.count
    return Syntax(
        loops=count(k.FOR) + count(k.WHILE),
        branches=count(k.IF) + count(k.ELSIF) + count(k.QUESTION),
        raises=count(k.RAISE),
        tries=count(k.TRY),
        returns=count(k.RETURN) - count(bytes((k.RETURN, k.SEMICOLON))),
        assignments=len(_ASSIGNED.findall(kinds)),
        property_assignments=len(_PROPERTY_ASSIGNED.findall(kinds)),
        minuses=count(k.MINUS),
        products=_sum(kinds, _PRODUCTS),
        additions=count(k.PLUS),
        comparisons=_sum(kinds, _COMPARISONS),
        constructors=count(k.NEW),
        literals=_sum(kinds, _LITERALS),
        tokens=len(kinds),
    )


def _sum(kinds: bytes, chosen: Iterable[int]) -> int:
    return sum(kinds.count(kind) for kind in chosen)


def _head(tokens: Tokens) -> str:
    """The comments before any code."""
    kinds = tokens.all.kinds
    count = next((at for at, kind in enumerate(kinds) if kind > k.DIRECTIVE), len(kinds))
    is_comment = _flags(k.COMMENT)
    return "\n".join(compress(tokens.all.values[:count], kinds[:count].translate(is_comment)))
