"""Step through the tokens of a query: what every part of the parser does."""

from __future__ import annotations

from typing import Final

from cai_assets.onec.query import kinds as k
from cai_assets.onec.query.lexer import NAME_IN, QueryTokens

MAX_DEPTH: Final = 100
"""Levels of nesting that are read; a query of the platform has far fewer."""


class Failure(Exception):
    """Parsing cannot go on; `index` is the token that shows it."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index
        self.message = message


class TokenReader:
    """Reads tokens at `at`, the position of the next one."""

    def __init__(self, tokens: QueryTokens) -> None:
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.values = tokens.values
        self.at = 0
        self.depth = 0

    def fail(self, expected: str) -> Failure:
        """What was expected at the next token, and what stands there."""
        if self.kinds[self.at] == k.OPEN_STRING:
            return Failure(self.at, "the string has no closing quote")
        return Failure(self.at, f"expected {expected}, found {self.found()}")

    def found(self) -> str:
        """The next token as an error shows it."""
        if self.kinds[self.at] == k.END:
            return k.description(k.END)
        text = self.values[self.at]
        return f"'{text}'" if len(text) <= 40 else f"'{text[:39]}…'"

    def take(self, kind: int) -> int:
        """The position of the next token, which must be of this kind."""
        at = self.at
        if self.kinds[at] != kind:
            raise self.fail(k.description(kind))
        self.at = at + 1
        return at

    def accept(self, kind: int) -> bool:
        """Step over the next token if it is of this kind."""
        if self.kinds[self.at] == kind:
            self.at += 1
            return True
        return False

    def name(self) -> str:
        """A name where nothing else may stand: any word."""
        at = self.at
        if not k.WORD[self.kinds[at]]:
            raise self.fail("a name")
        self.at = at + 1
        return self.values[at]

    def names(self) -> tuple[str, ...]:
        """A path of names."""
        kinds, values = self.kinds, self.values
        at = self.at
        if not k.WORD[kinds[at]] and kinds[at] != k.PLACEHOLDER:
            raise self.fail("a name")
        first = values[at]
        self.at = at = at + 1
        if kinds[at] != k.MEMBER:
            return (first,)
        names = [first]
        while kinds[at] == k.MEMBER:
            names.append(NAME_IN[values[at]])
            at += 1
        self.at = at
        return tuple(names)

    def enter(self) -> None:
        """One level deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Failure(self.at, f"nesting is deeper than {MAX_DEPTH} levels")
