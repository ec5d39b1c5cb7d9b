"""The queries that a module's string literals make, alone or joined, and what code does to them.

A query is often built: literals joined by `+`, a variable that grows from statement to statement,
words put into gaps by `СтрЗаменить`. What is joined without a condition is decidable, and is one
text. Where it is not, the literal is kept and its form says that it is only a part.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import Tokens
from cai_assets.onec.bsl.literals import string_value
from cai_assets.onec.bsl.nodes import (
    Assignment,
    Binary,
    Call,
    Chain,
    Expression,
    For,
    ForEach,
    If,
    MethodCall,
    Module,
    Name,
    New,
    Node,
    Parenthesised,
    Property,
    Statement,
    String,
    Try,
    While,
)
from cai_assets.onec.facts import QueryLiteral
from cai_assets.onec.query.places import Piece, QueryPlaces, literal_width

WHOLE: Final = "whole"
JOINED: Final = "joined"
FRAGMENT: Final = "fragment"
TEMPLATE: Final = "template"

_REPLACERS = frozenset(
    {
        "стрзаменить",
        "strreplace",
        "стршаблон",
        "strtemplate",
        "подставитьпараметрывстроку",
        "подставитьпараметрывстрокуизмассива",
        "подставитьпараметрыпоимени",
        "вставитьпараметрывстроку",
        "substituteparameterstostring",
        "substituteparameterstostringfromarray",
        "stringreplace",
    }
)
"""Functions that put text into gaps of their first argument."""

_CHARACTERS = {"пс": "\n", "lf": "\n", "вк": "", "cr": "", "таб": "\t", "tab": "\t"}
_TEXT_OF_QUERY = ("текст", "text")
_QUERY_TYPES = frozenset({"запрос", "query"})

_MOST_PARTS = 1000
"""A variable that is added to itself again and again doubles its parts each time."""

Found: TypeAlias = tuple[int, String, str]
"""Position of the routine or -1, a literal that begins a query, its value."""


def query_literals(tokens: Tokens, module: Module, found: Sequence[Found]) -> list[QueryLiteral]:
    """The queries of a module by the literals that begin one, in the order of the source."""
    queries: list[tuple[int, QueryLiteral]] = []
    at = 0
    while at < len(found):
        routine = found[at][0]
        last = at
        while last < len(found) and found[last][0] == routine:
            last += 1
        body = module.routines[routine].body if routine >= 0 else module.body
        flow = _Flow(tokens, {node.start: node for _, node, _ in found[at:last]})
        flow.block(body)
        flow.replaced(body)
        values = {node.start: text for _, node, text in found[at:last]}
        queries += ((text.first.start, text.fact(routine, tokens, values)) for text in flow.texts())
        at = last
    return [query for _, query in sorted(queries, key=lambda row: row[0])]


Part: TypeAlias = String | str


@dataclass(slots=True, eq=False)
class _Text:
    """A query as far as code makes it: literals and characters between them."""

    parts: list[Part]
    form: str = WHOLE
    superseded: bool = False

    @property
    def first(self) -> String:
        """The literal that begins it."""
        return next(part for part in self.parts if isinstance(part, String))

    def fact(self, routine: int, tokens: Tokens, values: dict[int, str]) -> QueryLiteral:
        """The text with the places of its pieces."""
        pieces: list[Piece] = []
        text = ""
        for part in self.parts:
            if isinstance(part, str):
                text += part
                continue
            _add_pieces(pieces, len(text), tokens, part)
            value = values.get(part.start)
            text += string_value(tokens, part) if value is None else value
        form = self.form
        if form == WHOLE and _marked_as_part(tokens, self.first):
            form = FRAGMENT
        line, column = tokens.place_of(self.first.start)
        return QueryLiteral(routine, line, column, text, form, QueryPlaces(pieces, literal_width))


def _add_pieces(pieces: list[Piece], offset: int, tokens: Tokens, node: String) -> None:
    """A piece for each token of a literal, which is a line of it."""
    kinds, values, offsets = tokens.code
    for index in range(node.start, node.end + 1):
        raw = values[index]
        closed = kinds[index] in {k.STRING, k.STRING_TAIL}
        inner = raw[1:-1] if closed else raw[1:]
        line, column = tokens.place(offsets[index] + 1)
        pieces.append(Piece(offset, line, column, raw[1:]))
        offset += len(inner) - inner.count('""') + 1


def _marked_as_part(tokens: Tokens, node: String) -> bool:
    """Whether `// @query-part` stands behind a literal: EDT is told so not to check it."""
    end = tokens.code.offsets[node.end] + len(tokens.code.values[node.end])
    text = tokens.text
    line_end = text.find("\n", end)
    return "@query-part" in text[end : line_end if line_end >= 0 else None].lower()


@dataclass(slots=True)
class _Block:
    """A sequence of statements that run one after another."""

    statements: Sequence[Statement] = field(default_factory=list)


class _Flow:
    """Follows the literals of one routine through assignments, statement by statement."""

    def __init__(self, tokens: Tokens, literals: dict[int, String]) -> None:
        self._tokens = tokens
        self._literals = literals
        self._starts = sorted(literals)
        self._texts: list[_Text] = []
        self._taken: set[int] = set()
        self._holds: dict[str, tuple[_Text, _Block]] = {}
        """What a variable or property holds now, and the block in which it was assigned."""
        self._held: dict[str, list[_Text]] = {}
        """Everything that it held anywhere in the routine."""

    def texts(self) -> Iterable[_Text]:
        """All texts; literals that no statement showed stand for themselves."""
        for start in self._starts:
            if start not in self._taken:
                self._new([self._literals[start]], WHOLE)
        return [text for text in self._texts if not text.superseded]

    def _new(self, parts: list[Part], form: str) -> _Text:
        text = _Text(parts, form)
        self._texts.append(text)
        self._taken.update(part.start for part in parts if isinstance(part, String))
        return text

    # --- statements ---------------------------------------------------------------------

    def block(self, statements: Sequence[Statement]) -> None:
        """Follow the statements of a block."""
        block = _Block(statements)
        for statement in statements:
            if type(statement) is Assignment:
                self._assignment(statement, block)
            elif type(statement) is If:
                for branch in statement.branches:
                    self.block(branch.body)
            elif type(statement) is Try:
                self.block(statement.body)
                self.block(statement.handler)
            elif isinstance(statement, While | For | ForEach):
                self.block(statement.body)
            elif self._within(statement):
                self._scan(statement, WHOLE)

    def _assignment(self, node: Assignment, block: _Block) -> None:
        key = _key(node.target)
        value = node.value
        if type(value) is Parenthesised:
            value = value.inner
        has_literal = self._within(value)
        if not has_literal and not self._holds:
            return
        if type(value) is String:
            self._hold(key, self._new([value], WHOLE) if has_literal else None, block)
        elif type(value) is Binary and value.operator == k.PLUS:
            self._sum(key, value, block)
        elif type(value) is Name or type(value) is Chain:
            held = self._holds.get(_key(value))
            if has_literal:
                self._scan(value, WHOLE)
            self._hold(key, held[0] if held else None, held[1] if held else block)
        else:
            before = len(self._texts)
            self._scan(value, WHOLE)
            if type(value) is New and value.type_name.lower() in _QUERY_TYPES:
                for name in _TEXT_OF_QUERY if len(self._texts) > before else ():
                    self._hold(f"{key}.{name}", self._texts[-1], block)
            elif key in self._holds:
                self._changed(key, value)

    def _hold(self, key: str, text: _Text | None, block: _Block) -> None:
        if text is None:
            self._holds.pop(key, None)
        elif key:
            self._holds[key] = (text, block)
            self._held.setdefault(key, []).append(text)

    def _changed(self, key: str, value: Expression) -> None:
        """`Т = Функция(Т, …)` makes what `Т` held a template; another value replaces it."""
        words = self._tokens.code.values[value.start : value.end + 1]
        if key.partition(".")[0] in map(str.lower, words):
            for text in self._held[key]:
                text.form = TEMPLATE
        else:
            del self._holds[key]

    # --- sums ---------------------------------------------------------------------------

    def _sum(self, key: str, node: Binary, block: _Block) -> None:
        """`А + Б + …`: one text if every part is known here."""
        operands = _operands(node)
        parts: list[Part] = []
        used: list[_Text] = []
        known = True
        if not self._within(node) and not any(_key(operand) in self._holds for operand in operands):
            self._hold(key, None, block)
            return
        for operand in operands:
            character = _character(operand)
            if type(operand) is String:
                parts.append(operand)
            elif character is not None:
                parts.append(character)
            else:
                held = self._holds.get(_key(operand))
                if held and held[1] is block and held[0].form in (WHOLE, JOINED):
                    parts += held[0].parts
                    used.append(held[0])
                else:
                    known = False
        literals = [part for part in parts if isinstance(part, String)]
        known = known and len(parts) <= _MOST_PARTS
        if known and literals and literals[0].start in self._literals:
            for text in used:
                text.superseded = True
            self._hold(key, self._new(parts, JOINED), block)
            return
        self._appended(node)
        first: _Text | None = None
        for operand in operands:
            if type(operand) is String and operand.start in self._literals:
                text = self._new([operand], FRAGMENT)
                first = first or text
            elif self._within(operand):
                self._scan(operand, FRAGMENT)
        if first or key not in map(_key, operands):
            self._hold(key, first, block)

    def _appended(self, node: Binary) -> None:
        """What stands in a sum that is not decidable is a part of a query."""
        if node.operator != k.PLUS:
            return
        for operand in _operands(node):
            for text in self._held.get(_key(operand), ()):
                if text.form != TEMPLATE:
                    text.form = FRAGMENT

    # --- literals in other places -------------------------------------------------------

    def _within(self, node: Node) -> bool:
        """Whether a literal that begins a query stands in a node."""
        at = bisect_left(self._starts, node.start)
        return at < len(self._starts) and self._starts[at] <= node.end

    def _scan(self, root: Node, form: str) -> None:
        """Texts of the literals below a node, by what the calls around them do."""
        stack: list[tuple[Node, str]] = [(root, form)]
        while stack:
            node, form = stack.pop()
            if type(node) is String:
                if node.start in self._literals and node.start not in self._taken:
                    self._new([node], form)
                continue
            if type(node) is Binary and node.operator == k.PLUS:
                if not any(self._within(operand) for operand in _operands(node)):
                    continue
                if form == WHOLE:
                    self._sum("", node, _Block())
                    continue
                form = FRAGMENT
            below = [child for child in reversed(_children(node)) if self._within(child)]
            if isinstance(node, Call | MethodCall) and node.name.lower() in _REPLACERS:
                # The first argument has the gaps; the others are looked for or put into them.
                first = node.arguments[0] if node.arguments else None
                stack += ((child, TEMPLATE if child is first else FRAGMENT) for child in below)
            else:
                stack += ((child, form) for child in below)

    def replaced(self, body: Sequence[Statement]) -> None:
        """`СтрЗаменить(Т, …)` anywhere in the routine: what `Т` held is a template."""
        if not self._held or not body:
            return
        values = self._tokens.code.values
        start, end = body[0].start, body[-1].end + 1
        words = values[start:end]
        for spelling in {word for word in set(words) if word.lower().lstrip(".") in _REPLACERS}:
            at = -1
            for _ in range(words.count(spelling)):
                at = words.index(spelling, at + 1)
                key = "".join(_path(words, at + 2)).lower()
                for text in self._held.get(key, ()):
                    text.form = TEMPLATE


def _path(words: list[str], at: int) -> Iterable[str]:
    """The words of `Имя.Имя` from a position on."""
    yield words[at] if at < len(words) else ""
    at += 1
    while at < len(words) and words[at].startswith(".") and len(words[at]) > 1:
        yield words[at]
        at += 1


def _operands(node: Expression) -> list[Expression]:
    """What `+` joins, from left to right, parentheses left out."""
    operands: list[Expression] = []
    stack = [node]
    while stack:
        node = stack.pop()
        if type(node) is Binary and node.operator == k.PLUS:
            stack += (node.left, node.right)
        elif type(node) is Parenthesised:
            stack.append(node.inner)
        else:
            operands.append(node)
    # The stack gives right operands first.
    return operands[::-1]


def _key(node: Expression) -> str:
    """`Т`, `Запрос.Текст` in lower case; empty for what is no variable or property."""
    if type(node) is Name:
        return node.name.lower()
    if type(node) is Chain and type(node.head) is Name:
        names = [node.head.name]
        for link in node.links:
            if type(link) is not Property:
                return ""
            names.append(link.name)
        return ".".join(names).lower()
    return ""


def _character(node: Expression) -> str | None:
    """What `Символы.ПС` stands for in a query; None for anything else."""
    head, _, name = _key(node).partition(".") if type(node) is Chain else ("", "", "")
    return _CHARACTERS.get(name) if head in ("символы", "chars") else None


def _children(node: Any) -> list[Node]:
    children: list[Node] = []
    for name in node.children:
        child = getattr(node, name)
        if isinstance(child, Node):
            children.append(child)
        elif child is not None:
            children.extend(item for item in child if item is not None)
    return children
