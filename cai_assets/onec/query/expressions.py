"""Parse expressions of the query language: recursive descent with precedence.

What the grammar of the platform forbids beyond syntax (an aggregate in `ГДЕ`, a subquery for a
field) is left to rules; the parser tells what cannot be read.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from cai_assets.onec.query import kinds as k
from cai_assets.onec.query.lexer import NAME_IN
from cai_assets.onec.query.nodes import (
    Asterisk,
    Between,
    Binary,
    Boolean,
    Case,
    CaseBranch,
    Cast,
    Dereference,
    Expression,
    Field,
    FunctionCall,
    In,
    InlineTable,
    IsNull,
    Like,
    Null,
    Number,
    Parameter,
    Parenthesised,
    Placeholder,
    Query,
    Refs,
    SelectField,
    String,
    Subquery,
    Tuple,
    TypeLiteral,
    TypeName,
    Unary,
    Undefined,
    Value,
)
from cai_assets.onec.query.reader import Failure, TokenReader

_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT = range(1, 7)


def _levels() -> bytes:
    table = bytearray(k.COUNT)
    table[k.OR] = _OR
    table[k.AND] = _AND
    for kind in (k.COMPARISON, k.NOT, k.IN, k.LIKE, k.BETWEEN, k.IS, k.REFS):
        table[kind] = _COMPARISON
    table[k.PLUS] = table[k.MINUS] = _SUM
    table[k.STAR] = table[k.SLASH] = _PRODUCT
    return bytes(table)


_LEVEL = _levels()
"""How tightly a kind binds as an operator; 0 for no operator."""


class ExpressionParser(TokenReader):
    """Reads expressions."""

    @abstractmethod
    def query(self) -> Query:
        """A subquery; `at` stands on `ВЫБРАТЬ`."""

    @abstractmethod
    def select_fields(self) -> list[SelectField]:
        """Fields separated by commas."""

    # --- operators ----------------------------------------------------------------------

    def expression(self, above: int = 0) -> Expression:
        """An expression of operators that bind tighter than `above`."""
        kinds = self.kinds
        kind = kinds[self.at]
        if kind == k.NAME:
            left = self._name()
        else:
            primary = _PRIMARIES.get(kind)
            if primary is None:
                raise self.fail("an expression")
            left = primary(self)
        while True:
            level = _LEVEL[kinds[self.at]]
            if level <= above:
                return left
            if level == _COMPARISON:
                compared = self._comparison(left)
                if compared is None:
                    return left
                left = compared
            else:
                at = self.at
                self.at = at + 1
                right = self.expression(level)
                left = Binary(left, _OPERATORS.get(kinds[at]) or self.values[at], at, right)

    def _comparison(self, left: Expression) -> Expression | None:
        """A predicate behind its operand; None if the word is no operator here."""
        kinds = self.kinds
        at = self.at
        kind = kinds[at]
        if kind == k.COMPARISON:
            self.at = at + 1
            return Binary(left, self.values[at], at, self.expression(_COMPARISON))
        if kind == k.REFS:
            if not self._names_a_type(at + 1):
                return None
            self.at = at + 1
            return Refs(left, at, False, self.type_name())
        negated = kind == k.NOT
        while kinds[at] == k.NOT:
            at += 1
        if at > self.at:
            negated = (at - self.at) % 2 == 1
        kind = kinds[at]
        self.at = at + 1
        if kind == k.IN:
            return self._in(left, at, negated)
        if kind == k.LIKE:
            pattern = self.expression(_COMPARISON)
            escape = self.expression(_COMPARISON) if self.accept(k.ESCAPE) else None
            return Like(left, at, negated, pattern, escape)
        if kind == k.BETWEEN:
            low = self.expression(_COMPARISON)
            self.take(k.AND)
            return Between(left, at, negated, low, self.expression(_COMPARISON))
        if kind == k.IS and not negated:
            not_null = self.accept(k.NOT)
            return IsNull(left, at, not_null, self.take(k.NULL))
        if kind == k.REFS:
            return Refs(left, at, negated, self.type_name())
        self.at = at
        raise self.fail("'В' (IN)")

    def _names_a_type(self, at: int) -> bool:
        """Whether a table's name or a simple type begins here, so that `ССЫЛКА` is an operator."""
        kinds = self.kinds
        if not k.WORD[kinds[at]]:
            return kinds[at] == k.PLACEHOLDER
        return kinds[at + 1] == k.MEMBER or self.values[at].lower() in k.SIMPLE_TYPES

    def _in(self, left: Expression, at: int, negated: bool) -> In:
        hierarchy = self.accept(k.HIERARCHY)
        if self.kinds[self.at] != k.LEFT_PAREN:
            return In(left, at, negated, hierarchy, self.expression(_COMPARISON))
        values = self._parentheses()
        if type(values) is Parenthesised:
            values = Tuple(values.start, [values.inner], values.end)
        return In(left, at, negated, hierarchy, values)

    def _not(self) -> Expression:
        start = self.at
        self.enter()
        self.at += 1
        node = Unary(start, "NOT", self.expression(_NOT))
        self.depth -= 1
        return node

    def _sign(self) -> Expression:
        start = self.at
        self.enter()
        self.at += 1
        node = Unary(start, self.values[start], self.expression(_PRODUCT))
        self.depth -= 1
        return node

    # --- operands -----------------------------------------------------------------------

    def _name(self) -> Expression:
        """A path, a call, `Т.*` or `Т.Товары.(…)`."""
        start = self.at
        kinds, values = self.kinds, self.values
        at = start + 1
        kind = kinds[at]
        if kind == k.MEMBER:
            names = [values[start]]
            while kind == k.MEMBER:
                names.append(NAME_IN[values[at]])
                at += 1
                kind = kinds[at]
            path = tuple(names)
        elif kind == k.LEFT_PAREN:
            return self._call(start, values[start].upper())
        else:
            path = (values[start],)
        if kind == k.DOT:
            return self._behind_dot(start, path, at)
        self.at = at
        return Field(start, path, at - 1)

    def _behind_dot(self, start: int, path: tuple[str, ...], at: int) -> Expression:
        self.at = at + 1
        if self.accept(k.STAR):
            return Asterisk(start, path, at + 1)
        if self.kinds[self.at] == k.LEFT_PAREN:
            self.enter()
            self.at += 1
            empty = len(path) == 1 and self.kinds[start] == k.EMPTY_TABLE
            fields = self.select_fields() if self.kinds[self.at] != k.RIGHT_PAREN else []
            self.depth -= 1
            return InlineTable(start, path, fields, empty, self.take(k.RIGHT_PAREN))
        raise self.fail("a name, '*' or '('")

    def _function(self) -> Expression:
        start = self.at
        if self.kinds[start + 1] != k.LEFT_PAREN:
            return self._name()
        return self._call(start, k.FUNCTION_OF[self.values[start].lower()])

    def _call(self, start: int, name: str) -> FunctionCall:
        if name not in k.FUNCTIONS:
            raise Failure(start, f"unknown function '{self.values[start]}'")
        self.enter()
        self.at = start + 2
        kinds = self.kinds
        distinct = self.accept(k.DISTINCT)
        arguments: list[Expression] = []
        if kinds[self.at] == k.STAR and name == "COUNT":
            arguments.append(Asterisk(self.at, (), self.at))
            self.at += 1
        elif kinds[self.at] != k.RIGHT_PAREN:
            arguments.append(self.expression())
            while self.accept(k.COMMA):
                arguments.append(self.expression())
        if kinds[self.at] != k.RIGHT_PAREN:
            raise self.fail("',' or ')'")
        self.depth -= 1
        end = self.at
        self.at = end + 1
        return FunctionCall(start, name, arguments, distinct, end)

    def _value(self) -> Expression:
        start = self.at
        if self.kinds[start + 1] != k.LEFT_PAREN:
            return self._name()
        self.at = position = start + 2
        names = self.names()
        if self.accept(k.DOT):
            names = (*names, "")
        return self._behind(Value(start, position, names, self.take(k.RIGHT_PAREN)))

    def _type(self) -> Expression:
        start = self.at
        if self.kinds[start + 1] != k.LEFT_PAREN:
            return self._name()
        self.at = start + 2
        name = self.type_name()
        return TypeLiteral(start, name, self.take(k.RIGHT_PAREN))

    def _cast(self) -> Expression:
        start = self.at
        if self.kinds[start + 1] != k.LEFT_PAREN:
            return self._name()
        self.enter()
        self.at = start + 2
        operand = self.expression()
        self.take(k.AS)
        name = self.type_name()
        self.depth -= 1
        return self._behind(Cast(start, operand, name, self.take(k.RIGHT_PAREN)))

    def type_name(self) -> TypeName:
        """A table or a simple type with its qualifiers."""
        start = self.at
        if self.kinds[start] == k.PARAMETER:
            self.at = start + 1
            return TypeName(start, (self.values[start],), (), start)
        names = self.names()
        qualifiers: list[str] = []
        simple = k.SIMPLE_TYPES.get(names[0].lower()) if len(names) == 1 else None
        if simple:
            names = (simple,)
            if self.accept(k.LEFT_PAREN):
                qualifiers.append(self._qualifier())
                while self.accept(k.COMMA):
                    qualifiers.append(self._qualifier())
                self.take(k.RIGHT_PAREN)
        return TypeName(start, names, tuple(qualifiers), self.at - 1)

    def _qualifier(self) -> str:
        if self.kinds[self.at] in _HANDED_OVER:
            self.at += 1
            return self.values[self.at - 1]
        return self.values[self.take(k.NUMBER)]

    def _case(self) -> Expression:
        start = self.at
        kinds = self.kinds
        self.enter()
        self.at = start + 1
        operand = None if kinds[self.at] == k.WHEN else self.expression()
        branches: list[CaseBranch] = []
        while kinds[self.at] == k.WHEN:
            when = self.at
            self.at = when + 1
            condition = self.expression()
            self.take(k.THEN)
            branches.append(CaseBranch(when, condition, self.expression()))
        if not branches:
            raise self.fail(k.description(k.WHEN))
        otherwise = self.expression() if self.accept(k.ELSE) else None
        if kinds[self.at] != k.END_CASE:
            last = k.WHEN if otherwise is None else k.END_CASE
            raise self.fail(k.description(last))
        self.depth -= 1
        self.at += 1
        return Case(start, operand, branches, otherwise, self.at - 1)

    def _parentheses(self) -> Expression:
        """`(…)`: an expression, several of them, or a subquery."""
        start = self.at
        self.enter()
        self.at = start + 1
        kinds = self.kinds
        if kinds[self.at] == k.SELECT:
            query = self.query()
            self.depth -= 1
            return Subquery(start, query, self.take(k.RIGHT_PAREN))
        first = self.expression()
        if kinds[self.at] == k.COMMA:
            items = [first]
            while self.accept(k.COMMA):
                items.append(self.expression())
            self.depth -= 1
            return Tuple(start, items, self._closing())
        self.depth -= 1
        return self._behind(Parenthesised(start, first, self._closing()))

    def _closing(self) -> int:
        at = self.at
        if self.kinds[at] != k.RIGHT_PAREN:
            raise self.fail("',' or ')'")
        self.at = at + 1
        return at

    def _behind(self, node: Expression) -> Expression:
        """Names behind a closing parenthesis."""
        position = self.at
        if self.kinds[position] != k.MEMBER:
            return node
        names = []
        while self.kinds[self.at] == k.MEMBER:
            names.append(NAME_IN[self.values[self.at]])
            self.at += 1
        return Dereference(node, position, tuple(names), self.at - 1)

    # --- literals -----------------------------------------------------------------------

    def _number(self) -> Expression:
        at = self.at
        self.at = at + 1
        return Number(at, self.values[at])

    def _string(self) -> Expression:
        start = self.at
        while self.kinds[self.at] == k.STRING:
            self.at += 1
        parts = (text[1:-1].replace('""', '"') for text in self.values[start : self.at])
        return String(start, "".join(parts), self.at - 1)

    def _parameter(self) -> Expression:
        at = self.at
        self.at = at + 1
        return Parameter(at, NAME_IN[self.values[at]])

    def _placeholder(self) -> Expression:
        at = self.at
        if self.kinds[at + 1] == k.MEMBER:
            return self._name()
        self.at = at + 1
        return Placeholder(at, self.values[at])

    def _constant(self) -> Expression:
        at = self.at
        self.at = at + 1
        kind = self.kinds[at]
        if kind == k.NULL:
            return Null(at)
        if kind == k.UNDEFINED:
            return Undefined(at)
        return Boolean(at, kind == k.TRUE)

    def _left_or_right(self) -> Expression:
        start = self.at
        if self.kinds[start + 1] == k.LEFT_PAREN:
            return self._call(start, self.values[start].upper())
        return self._name()


_HANDED_OVER = frozenset((k.PARAMETER, k.PLACEHOLDER))
_OPERATORS = {k.AND: "AND", k.OR: "OR"}

_PRIMARIES: dict[int, Callable[[ExpressionParser], Expression]] = {
    **{
        kind: ExpressionParser._name
        for kind in range(k.COUNT)
        if k.SOFT[kind] and kind not in (k.FUNCTION, k.VALUE, k.TYPE, k.CAST, k.LEFT, k.RIGHT)
    },
    k.FUNCTION: ExpressionParser._function,
    k.VALUE: ExpressionParser._value,
    k.TYPE: ExpressionParser._type,
    k.CAST: ExpressionParser._cast,
    k.LEFT: ExpressionParser._left_or_right,
    k.RIGHT: ExpressionParser._left_or_right,
    k.CASE: ExpressionParser._case,
    k.NOT: ExpressionParser._not,
    k.MINUS: ExpressionParser._sign,
    k.PLUS: ExpressionParser._sign,
    k.LEFT_PAREN: ExpressionParser._parentheses,
    k.NUMBER: ExpressionParser._number,
    k.STRING: ExpressionParser._string,
    k.PARAMETER: ExpressionParser._parameter,
    k.PLACEHOLDER: ExpressionParser._placeholder,
    k.NULL: ExpressionParser._constant,
    k.UNDEFINED: ExpressionParser._constant,
    k.TRUE: ExpressionParser._constant,
    k.FALSE: ExpressionParser._constant,
}
