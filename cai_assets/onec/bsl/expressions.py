"""The expression half of the parser, and the cursor that all of it shares.

Precedence, from loose to tight: `ИЛИ`, `И`, `НЕ`, comparison, `+ -`, `* / %`, sign. A syntax
error raises `Failure`, which the statement half turns into a `Problem`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import NAME_IN, Tokens
from cai_assets.onec.bsl.nodes import (
    Await,
    Binary,
    Boolean,
    Call,
    Chain,
    Date,
    Expression,
    Index,
    Link,
    MethodCall,
    Name,
    New,
    Null,
    Number,
    Parenthesised,
    Property,
    String,
    Ternary,
    Unary,
    Undefined,
)
from cai_assets.onec.bsl.preprocessor import Preprocessor
from cai_assets.onec.facts import Problem

MAX_DEPTH = 120
"""Nested statements and parentheses together; each level costs up to four Python frames."""

MAX_LINKS = 1000
"""Links of one chain; its receivers are written out, so a longer one would cost its square."""

MAX_ERRORS = 100
"""Syntax errors listed per module."""

_COMPARISON = 3
_SIGN = 6
_PRECEDENCE = [0] * k.COUNT
for _level, _kinds in enumerate(
    (
        (k.OR,),
        (k.AND,),
        (
            k.EQUAL,
            k.NOT_EQUAL,
            k.LESS,
            k.LESS_OR_EQUAL,
            k.GREATER,
            k.GREATER_OR_EQUAL,
        ),
        (k.PLUS, k.MINUS),
        (k.MULTIPLY, k.DIVIDE, k.MODULO),
    ),
    1,
):
    for _kind in _kinds:
        _PRECEDENCE[_kind] = _level

_LINK_STARTS = frozenset((k.MEMBER, k.LEFT_BRACKET, k.DOT))


class Failure(Exception):
    """A syntax error at a code token."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index
        self.message = message


class ExpressionParser:
    """Reads expressions at the cursor `at`, a position in `Tokens.code`."""

    def __init__(self, tokens: Tokens, preprocessor: Preprocessor) -> None:
        code = tokens.code
        self.tokens = tokens
        # Three ends of file let every look at the next tokens go unguarded.
        self.kinds: list[int] = [*code.kinds, *[k.END_OF_FILE] * 3]
        if k.ASYNC in code.kinds or k.AWAIT in code.kinds:
            _fold_contextual_words(self.kinds)
        self.values: list[str] = [*code.values, *[""] * 3]
        self.at = 0
        self.depth = 0
        self.asynchronous = False
        self.errors: list[Problem] = []
        self.error_count = 0
        self.directives = preprocessor.directives
        self.other_branches = {
            directive.start: self.directives[end].start
            for directive, end in zip(self.directives, preprocessor.end_of, strict=True)
            if end >= 0 and directive.kind in {"elsif", "else"}
        }
        """First code token of an `#Иначе` branch → first behind its `#КонецЕсли`."""

    # --- errors and the cursor ----------------------------------------------------------

    def report(self, index: int, message: str) -> None:
        """Note a syntax error at a code token."""
        self.error_count += 1
        if self.error_count <= MAX_ERRORS:
            line, column = self.tokens.place_of(index)
            self.errors.append(Problem(line, column, message))

    def found(self, index: int) -> str:
        """The token at `index` in words, for a message."""
        value = self.values[index]
        if not value:
            return "the end of the module"
        return f"'{value if len(value) <= 40 else value[:37] + '...'}'"

    def fail(self, expected: str) -> Failure:
        """The error that something else stands at the cursor."""
        return Failure(self.at, f"expected {expected}, found {self.found(self.at)}")

    def expect(self, kind: int) -> None:
        """Step over a token of this kind."""
        if self.kinds[self.at] != kind and not (
            self.skip_other_branch() and self.kinds[self.at] == kind
        ):
            raise self.fail(k.describe(kind))
        self.at += 1

    def skip_other_branch(self) -> bool:
        """Step over the `#Иначе` branch that begins here, if one does.

        A condition that cuts through a statement offers alternatives for one place; the tree
        takes the first.
        """
        behind = self.other_branches.get(self.at, -1)
        if behind <= self.at:
            return False
        self.at = behind
        return True

    def enter(self) -> None:
        """Go one level deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Failure(self.at, f"nesting is deeper than {MAX_DEPTH} levels")

    # --- expressions --------------------------------------------------------------------

    def expression(self, tightest: int = 1) -> Expression:
        """An expression of operators that bind at least as tight as `tightest`."""
        kinds = self.kinds
        left = self.named() if kinds[self.at] == k.NAME else self.operand()
        while (precedence := _PRECEDENCE[kinds[self.at]]) >= tightest:
            position = self.at
            self.at = position + 1
            self.enter()
            left = Binary(left, kinds[position], position, self.expression(precedence + 1))
            self.depth -= 1
        return left

    def operand(self) -> Expression:
        """An operand that does not begin with a plain name, with its links."""
        start = self.at
        kind = self.kinds[start]
        parse = self._operands[kind]
        if parse is None:
            if self.skip_other_branch():
                return self.expression(_SIGN)
            raise self.fail("an expression")
        node = parse(self)
        if self.kinds[self.at] in _LINK_STARTS:
            return self.chain(node)
        return node

    def named(self) -> Expression:
        """A name, a call of it, and the links behind."""
        start = self.at
        kinds = self.kinds
        name = self.values[start]
        self.at = start + 1
        node: Expression
        if kinds[start + 1] == k.LEFT_PARENTHESIS:
            arguments = self.arguments()
            node = Call(start, name, arguments, self.at - 1)
        else:
            node = Name(start, name)
        if kinds[self.at] in _LINK_STARTS:
            return self.chain(node)
        return node

    def chain(self, head: Expression) -> Expression:
        """The links behind `head`."""
        kinds = self.kinds
        links: list[Link] = []
        while True:
            start = self.at
            kind = kinds[start]
            if kind == k.MEMBER:
                name = NAME_IN[self.values[start]]
            elif kind == k.LEFT_BRACKET:
                self.enter()
                self.at = start + 1
                index = self.expression()
                self.expect(k.RIGHT_BRACKET)
                self.depth -= 1
                links.append(Index(start, index, self.at - 1))
                continue
            elif kind == k.DOT and k.is_word(kinds[start + 1]):
                # A line end or a comment stands between the dot and the word.
                start += 1
                name = self.values[start]
            elif kind == k.DOT:
                self.at += 1
                raise self.fail("the name of a property or method")
            else:
                break
            self.at = start + 1
            if kinds[start + 1] == k.LEFT_PARENTHESIS:
                arguments = self.arguments()
                links.append(MethodCall(start, name, arguments, self.at - 1))
            else:
                links.append(Property(start, name))
            if len(links) > MAX_LINKS:
                raise Failure(start, f"a chain is longer than {MAX_LINKS} links")
        return Chain(head, links)

    def arguments(self) -> list[Expression | None]:
        """Arguments in parentheses; an omitted one is None, `()` is no argument."""
        kinds = self.kinds
        self.at += 1
        if kinds[self.at] == k.RIGHT_PARENTHESIS:
            self.at += 1
            return []
        self.enter()
        found: list[Expression | None] = []
        while True:
            kind = kinds[self.at]
            if kind == k.COMMA:
                found.append(None)
                self.at += 1
                continue
            if kind == k.RIGHT_PARENTHESIS:
                found.append(None)
                break
            found.append(self.expression())
            kind = kinds[self.at]
            if kind == k.COMMA:
                self.at += 1
            elif kind == k.RIGHT_PARENTHESIS:
                break
            elif not self.skip_other_branch():
                raise self.fail("',' or ')'")
            elif kinds[self.at] == k.RIGHT_PARENTHESIS:
                break
            elif kinds[self.at] == k.COMMA:
                self.at += 1
            else:
                raise self.fail("',' or ')'")
        self.at += 1
        self.depth -= 1
        return found

    # --- operands by their first token --------------------------------------------------

    def _number(self) -> Expression:
        self.at += 1
        return Number(self.at - 1, self.values[self.at - 1])

    def _date(self) -> Expression:
        self.at += 1
        return Date(self.at - 1, self.values[self.at - 1])

    def _true(self) -> Expression:
        self.at += 1
        return Boolean(self.at - 1, True)

    def _false(self) -> Expression:
        self.at += 1
        return Boolean(self.at - 1, False)

    def _undefined(self) -> Expression:
        self.at += 1
        return Undefined(self.at - 1)

    def _null(self) -> Expression:
        self.at += 1
        return Null(self.at - 1)

    def _string(self) -> Expression:
        kinds = self.kinds
        start = at = self.at
        while True:
            kind = kinds[at]
            if kind == k.STRING_START:
                first = at
                at += 1
                while kinds[at] == k.STRING_PART:
                    at += 1
                if kinds[at] != k.STRING_TAIL:
                    self.at = at
                    raise Failure(first, "the string has no closing quote")
            elif kind != k.STRING:
                break
            at += 1
        self.at = at
        return String(start, at - 1)

    def _not(self) -> Expression:
        start = self.at
        self.at += 1
        self.enter()
        operand = self.expression(_COMPARISON)
        self.depth -= 1
        return Unary(start, k.NOT, operand)

    def _sign(self) -> Expression:
        start = self.at
        self.at += 1
        self.enter()
        operand = self.expression(_SIGN)
        self.depth -= 1
        return Unary(start, self.kinds[start], operand)

    def _parenthesised(self) -> Expression:
        start = self.at
        self.at += 1
        self.enter()
        inner = self.expression()
        self.expect(k.RIGHT_PARENTHESIS)
        self.depth -= 1
        return Parenthesised(start, inner, self.at - 1)

    def _ternary(self) -> Expression:
        start = self.at
        self.at += 1
        self.expect(k.LEFT_PARENTHESIS)
        self.enter()
        condition = self.expression()
        self.expect(k.COMMA)
        then = self.expression()
        self.expect(k.COMMA)
        otherwise = self.expression()
        self.expect(k.RIGHT_PARENTHESIS)
        self.depth -= 1
        return Ternary(start, condition, then, otherwise, self.at - 1)

    def _new(self) -> Expression:
        start = self.at
        self.at += 1
        type_name = ""
        if self.kinds[self.at] == k.NAME:
            type_name = self.values[self.at]
            self.at += 1
        elif self.kinds[self.at] != k.LEFT_PARENTHESIS:
            raise self.fail("the name of a type")
        arguments = None
        if self.kinds[self.at] == k.LEFT_PARENTHESIS:
            arguments = self.arguments()
        return New(start, type_name, arguments, self.at - 1)

    def _await(self) -> Expression:
        start = self.at
        if not self.asynchronous:
            return self.named()
        self.at += 1
        self.enter()
        operand = self.expression(_SIGN)
        self.depth -= 1
        return Await(start, operand)

    _operands: ClassVar[list[Callable[[ExpressionParser], Expression] | None]] = [None] * k.COUNT


for _kind, _parse in {
    k.NAME: ExpressionParser.named,
    k.NUMBER: ExpressionParser._number,
    k.DATE: ExpressionParser._date,
    k.STRING: ExpressionParser._string,
    k.STRING_START: ExpressionParser._string,
    k.TRUE: ExpressionParser._true,
    k.FALSE: ExpressionParser._false,
    k.UNDEFINED: ExpressionParser._undefined,
    k.NULL: ExpressionParser._null,
    k.NOT: ExpressionParser._not,
    k.PLUS: ExpressionParser._sign,
    k.MINUS: ExpressionParser._sign,
    k.LEFT_PARENTHESIS: ExpressionParser._parenthesised,
    k.QUESTION: ExpressionParser._ternary,
    k.NEW: ExpressionParser._new,
    k.AWAIT: ExpressionParser._await,
}.items():
    ExpressionParser._operands[_kind] = _parse


def _fold_contextual_words(kinds: list[int]) -> None:
    """`Асинх` is a word of the language only before a header, `Ждать` only after an `Асинх`."""
    headers = {k.PROCEDURE, k.FUNCTION}
    any_async = False
    for at, kind in enumerate(kinds):
        if kind == k.ASYNC:
            if kinds[at + 1] in headers:
                any_async = True
            else:
                kinds[at] = k.NAME
        elif kind == k.AWAIT and not any_async:
            kinds[at] = k.NAME
