"""Preprocessor lines of a module: which belong together, and what they enclose.

They may stand anywhere, even inside an expression, so they are not part of the grammar. The
parser asks here where the other branches of an `#Если` end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import Tokens
from cai_assets.onec.bsl.nodes import Directive
from cai_assets.onec.facts import Block, Problem

_WORDS = {
    "область": "region",
    "region": "region",
    "конецобласти": "endregion",
    "endregion": "endregion",
    "если": "if",
    "if": "if",
    "иначеесли": "elsif",
    "elsif": "elsif",
    "иначе": "else",
    "else": "else",
    "конецесли": "endif",
    "endif": "endif",
    "вставка": "insert",
    "insert": "insert",
    "конецвставки": "endinsert",
    "endinsert": "endinsert",
    "удаление": "delete",
    "delete": "delete",
    "конецудаления": "enddelete",
    "enddelete": "enddelete",
    "использовать": "use",
    "use": "use",
    "native": "native",
    "stack": "stack",
}
_LINE = re.compile(r"#\s*(\w+|!)?\s*(.*)", re.DOTALL)
_THEN = re.compile(r"\b(?:тогда|then)\b", re.IGNORECASE)
_CLOSES = {
    "endregion": ("region", "#КонецОбласти (#EndRegion)", "#Область (#Region)"),
    "endif": ("if", "#КонецЕсли (#EndIf)", "#Если (#If)"),
    "endinsert": ("insert", "#КонецВставки (#EndInsert)", "#Вставка (#Insert)"),
    "enddelete": ("delete", "#КонецУдаления (#EndDelete)", "#Удаление (#Delete)"),
}
_CLOSED_BY = {opening: (closing, words) for opening, closing, words in _CLOSES.values()}
OF_MODULE = frozenset({"use", "native", "stack", "shebang"})
"""Kinds that speak about the whole module and never stand among statements."""


EXTENSION_MARKS = frozenset({"insert", "endinsert", "delete", "enddelete"})
"""Kinds that mark what an extension changes in the vendor's text."""

MAX_SHOWN = 50
"""Enclosing regions or conditions that a path names; deeper ones are hostile, not code."""


@dataclass(slots=True)
class _Open:
    """An unfinished region, condition, insertion or deletion, and its current branch."""

    kind: str
    text: str
    line: int
    column: int
    parent: str
    branch: str
    branch_line: int
    members: list[int]
    excluded: list[str] = field(default_factory=list)
    """Conditions of the branches before the current one."""


class Preprocessor:
    """The preprocessor lines of a module, in order.

    `end_of[n]` is the position in `directives` of the `#КонецЕсли` that ends the condition of
    which the n-th line is part, or -1.
    """

    __slots__ = ("_around", "_open", "_places", "blocks", "directives", "end_of", "errors")

    def __init__(self, tokens: Tokens) -> None:
        self.directives = read_directives(tokens)
        self.end_of = [-1] * len(self.directives)
        self.blocks: list[Block] = []
        self.errors: list[Problem] = []
        # Regions and conditions may overlap; each closes the last of its own kind.
        self._open: dict[str, list[_Open]] = {kind: [] for kind in _CLOSED_BY}
        self._places = [directive.start for directive in self.directives]
        self._around: list[tuple[str, str]] = []
        for number, directive in enumerate(self.directives):
            self._take(number, directive)
            if directive.kind in {"if", "elsif"} and not _THEN.search(
                tokens.all.values[directive.index]
            ):
                self._error(directive, "expected 'Тогда' (Then) at the end of the condition")
            self._around.append((self._region_path(), self._condition()))
        if self.directives:
            self._end_unclosed(tokens.place(len(tokens.text))[0])

    def enclosing(self, index: int) -> tuple[str, str]:
        """Region path and condition around a code token."""
        at = bisect_right(self._places, index) - 1
        return self._around[at] if at >= 0 else ("", "")

    def _take(self, number: int, directive: Directive) -> None:
        kind = directive.kind
        if kind in _CLOSED_BY:
            place = directive.line, directive.column
            self._open[kind].append(
                _Open(
                    kind,
                    directive.text,
                    *place,
                    self._region_path(),
                    kind,
                    directive.line,
                    [number],
                )
            )
        elif kind in {"elsif", "else"}:
            self._next_branch(number, directive)
        elif kind in _CLOSES:
            self._close(number, directive)
        elif kind == "unknown":
            self._error(directive, "unknown preprocessor instruction")

    def _next_branch(self, number: int, directive: Directive) -> None:
        if not self._open["if"]:
            word = "#Иначе (#Else)" if directive.kind == "else" else "#ИначеЕсли (#ElsIf)"
            self._error(directive, f"{word} without #Если (#If)")
            return
        opened = self._open["if"][-1]
        self._end_block(opened, directive.line)
        opened.members.append(number)
        if opened.branch != "else":
            opened.excluded.append(opened.text)
        opened.branch = directive.kind
        opened.branch_line = directive.line
        opened.text = directive.text

    def _close(self, number: int, directive: Directive) -> None:
        opening, closing_word, opening_word = _CLOSES[directive.kind]
        if not self._open[opening]:
            self._error(directive, f"{closing_word} without {opening_word}")
            return
        opened = self._open[opening].pop()
        self._end_block(opened, directive.line)
        if opening == "if":
            for member in opened.members:
                self.end_of[member] = number

    def _end_unclosed(self, last_line: int) -> None:
        for kind, stack in self._open.items():
            closing, opening = _CLOSED_BY[kind]
            for opened in stack:
                self._end_block(opened, last_line)
                message = f"{opening} without {closing}"
                self.errors.append(Problem(opened.line, opened.column, message))
        self.blocks.sort(key=lambda block: block.line)

    def _end_block(self, opened: _Open, end_line: int) -> None:
        self.blocks.append(
            Block(opened.branch, opened.text, opened.parent, opened.branch_line, end_line)
        )

    def _region_path(self) -> str:
        return "/".join(opened.text for opened in self._open["region"][:MAX_SHOWN])

    def _condition(self) -> str:
        parts: list[str] = []
        for opened in self._open["if"][:MAX_SHOWN]:
            parts.extend(f"НЕ ({condition})" for condition in opened.excluded[:MAX_SHOWN])
            if opened.branch != "else":
                parts.append(opened.text)
        if len(parts) <= 1:
            return "".join(parts)
        return " И ".join(
            f"({part})" if " " in part and not part.startswith("НЕ (") else part for part in parts
        )

    def _error(self, directive: Directive, message: str) -> None:
        self.errors.append(Problem(directive.line, directive.column, message))


def read_directives(tokens: Tokens) -> list[Directive]:
    """The preprocessor lines that are in force, each with the code token that follows it."""
    kinds = tokens.all.kinds
    found: list[Directive] = []
    index = kinds.find(k.DIRECTIVE)
    counted, code_before = 0, 0
    deleted = iter([*tokens.deleted, (len(kinds), len(kinds))])
    delete_start, delete_end = next(deleted)
    while index >= 0:
        while index > delete_end:
            delete_start, delete_end = next(deleted)
        if not delete_start < index < delete_end:
            code_before += tokens.code_flags.count(1, counted, index)
            counted = index
            found.append(_directive(tokens, index, code_before))
        index = kinds.find(k.DIRECTIVE, index + 1)
    return found


def _directive(tokens: Tokens, index: int, start: int) -> Directive:
    match = _LINE.match(tokens.all.values[index])
    word, rest = (match[1] or "", match[2].rstrip()) if match else ("", "")
    kind = "shebang" if word == "!" else _WORDS.get(word.lower(), "unknown")
    if kind in {"if", "elsif"}:
        then = _THEN.search(rest)
        rest = rest[: then.start()] if then else rest
    line, column = tokens.place(tokens.all.offsets[index])
    return Directive(start, kind, " ".join(rest.split()), index, line, column)
