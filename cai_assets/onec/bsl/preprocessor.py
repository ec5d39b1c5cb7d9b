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
_THEN = re.compile(r"(.*?)\s*\b(?:тогда|then)\b", re.IGNORECASE)
_CLOSES = {
    "endregion": ("region", "#КонецОбласти (#EndRegion)", "#Область (#Region)"),
    "endif": ("if", "#КонецЕсли (#EndIf)", "#Если (#If)"),
    "endinsert": ("insert", "#КонецВставки (#EndInsert)", "#Вставка (#Insert)"),
    "enddelete": ("delete", "#КонецУдаления (#EndDelete)", "#Удаление (#Delete)"),
}
_CLOSED_BY = {opening: (closing, words) for opening, closing, words in _CLOSES.values()}
OF_MODULE = frozenset({"use", "native", "stack", "shebang"})
"""Kinds that speak about the whole module and never stand among statements."""


@dataclass(slots=True)
class _Open:
    """An unfinished region, condition, insertion or deletion."""

    kind: str
    text: str
    line: int
    column: int
    members: list[int]
    path: str
    branch: str
    branch_line: int
    conditions: list[str] = field(default_factory=list)


class Preprocessor:
    """The preprocessor lines of a module, in order.

    `end_of[n]` is the position in `directives` of the `#КонецЕсли` that ends the condition of
    which the n-th line is part, or -1.
    """

    __slots__ = ("_paths", "_places", "_stack", "blocks", "directives", "end_of", "errors")

    def __init__(self, tokens: Tokens) -> None:
        self.directives = read_directives(tokens)
        self.end_of = [-1] * len(self.directives)
        self.blocks: list[Block] = []
        self.errors: list[Problem] = []
        self._stack: list[_Open] = []
        self._places: list[int] = []
        self._paths: list[tuple[str, str]] = []
        for number, directive in enumerate(self.directives):
            self._take(number, directive)
            self._places.append(directive.start)
            self._paths.append((self._region_path(), self._condition()))
        last_line = tokens.place(len(tokens.text))[0]
        for unclosed in reversed(self._stack):
            self._end_block(unclosed, last_line)
            closing, opening = _CLOSED_BY[unclosed.kind]
            self._error(unclosed.line, unclosed.column, f"{opening} without {closing}")
        self.blocks.sort(key=lambda block: block.line)

    def enclosing(self, index: int) -> tuple[str, str]:
        """Region path and condition around a code token."""
        at = bisect_right(self._places, index) - 1
        return self._paths[at] if at >= 0 else ("", "")

    def _take(self, number: int, directive: Directive) -> None:
        kind = directive.kind
        if kind in _CLOSED_BY:
            path = self._region_path()
            opened = _Open(
                kind,
                directive.text,
                directive.line,
                directive.column,
                [number],
                path,
                kind,
                directive.line,
            )
            if kind == "if":
                opened.conditions.append(directive.text)
            self._stack.append(opened)
        elif kind in {"elsif", "else"}:
            self._next_branch(number, directive)
        elif kind in _CLOSES:
            self._close(number, directive)
        elif kind == "unknown":
            self._error(directive.line, directive.column, "unknown preprocessor instruction")

    def _next_branch(self, number: int, directive: Directive) -> None:
        opened = self._innermost("if")
        if opened is None:
            word = "#Иначе (#Else)" if directive.kind == "else" else "#ИначеЕсли (#ElsIf)"
            self._error(directive.line, directive.column, f"{word} without #Если (#If)")
            return
        self._end_block(opened, directive.line)
        opened.members.append(number)
        opened.branch = directive.kind
        opened.branch_line = directive.line
        opened.text = directive.text
        if directive.kind == "elsif":
            opened.conditions.append(directive.text)

    def _close(self, number: int, directive: Directive) -> None:
        opening, closing_word, opening_word = _CLOSES[directive.kind]
        opened = self._innermost(opening)
        if opened is None:
            self._error(directive.line, directive.column, f"{closing_word} without {opening_word}")
            return
        self._stack.remove(opened)
        self._end_block(opened, directive.line)
        if opening == "if":
            for member in opened.members:
                self.end_of[member] = number

    def _innermost(self, kind: str) -> _Open | None:
        # Regions and conditions may overlap; each closes the last of its own kind.
        for opened in reversed(self._stack):
            if opened.kind == kind:
                return opened
        return None

    def _end_block(self, opened: _Open, end_line: int) -> None:
        self.blocks.append(
            Block(opened.branch, opened.text, opened.path, opened.branch_line, end_line)
        )

    def _region_path(self) -> str:
        return "/".join(opened.text for opened in self._stack if opened.kind == "region")

    def _condition(self) -> str:
        parts: list[str] = []
        for opened in self._stack:
            if opened.kind == "if":
                excluded = opened.conditions if opened.branch == "else" else opened.conditions[:-1]
                parts.extend(f"НЕ ({condition})" for condition in excluded)
                if opened.branch != "else":
                    parts.append(opened.text)
        if len(parts) == 1:
            return parts[0]
        return " И ".join(
            f"({part})" if " " in part and not part.startswith("НЕ (") else part for part in parts
        )

    def _error(self, line: int, column: int, message: str) -> None:
        self.errors.append(Problem(line, column, message))


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
        condition = _THEN.match(rest)
        rest = condition[1] if condition else rest
    line, column = tokens.place(tokens.all.offsets[index])
    return Directive(start, kind, " ".join(rest.split()), index, line, column)
