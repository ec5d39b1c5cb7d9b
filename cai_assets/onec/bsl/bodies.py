"""What statements do: calls, property chains, first assignments, queries and complexity.

All of it comes from one walk in which every node is visited once, because the walk is what a
large configuration spends its time on. Rows are collected as plain tuples and become named
tuples in one go.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import Tokens
from cai_assets.onec.bsl.literals import MAY_BE_QUERY, query_text, string_value
from cai_assets.onec.bsl.mentions import CALLS, ROOTS, Mentions
from cai_assets.onec.bsl.metrics import NO_OPERATOR, Complexity, count_statements
from cai_assets.onec.bsl.nodes import (
    Assignment,
    Await,
    Binary,
    Call,
    CallStatement,
    Chain,
    Execute,
    Expression,
    For,
    ForEach,
    Goto,
    Handler,
    If,
    Index,
    Link,
    MethodCall,
    Name,
    New,
    Parenthesised,
    Property,
    Raise,
    Return,
    Statement,
    String,
    Ternary,
    Try,
    Unary,
    While,
)
from cai_assets.onec.facts import Assignment as AssignmentFact
from cai_assets.onec.facts import Call as CallFact
from cai_assets.onec.facts import Chain as ChainFact
from cai_assets.onec.facts import Variable

_FLAT = frozenset((Binary, Unary, Parenthesised))
"""Expressions through which the sequence of boolean operators runs."""
_BOOLEAN = frozenset((k.AND, k.OR))

_LITERAL_MATTERS = frozenset(
    {
        *("общиймодуль", "commonmodule", "модуль", "module", "серверныймодуль", "servermodule"),
        *("менеджеробъектапополномуимени", "objectmanagerbyfullname", "вычислить", "eval"),
        *("получитьформу", "getform", "открытьформу", "openform"),
        *("реквизитформывзначение", "formattributetovalue"),
    }
)
"""Functions whose first argument, if it is a literal, decides what they return: it stays."""

_LONGEST_LITERAL = 200
_INSERT = frozenset(("вставить", "insert"))


class BodyReader:
    """Walks the bodies of one module and collects their facts."""

    def __init__(
        self, tokens: Tokens, routines: Sequence[str] = (), *, chains: bool = True
    ) -> None:
        code = tokens.code
        self.mentions = Mentions(tokens, routines)
        self._keeps_chains = chains
        self._tokens = tokens
        self._values = code.values
        self._offsets = code.offsets
        self._line_starts = tokens.line_starts
        self._calls: list[tuple[int, int, int, str, str, int, bool, bool, bool]] = []
        self._chains: list[tuple[int, int, int, str]] = []
        self.variables: list[Variable] = []
        self.queries: list[tuple[int, String, str]] = []
        """The routine, a literal that begins a query, and its value."""
        self._assignments: list[tuple[int, int, int, str, str, str]] = []
        self._routine = -1
        self._own_name = ""
        self._known: set[str] = set()
        self._complexity = Complexity(0)
        self._statements = 0
        self._in_loop = False

    @property
    def calls(self) -> list[CallFact]:
        """Call sites in the order of the walk."""
        return list(map(partial(tuple.__new__, CallFact), self._calls))

    @property
    def assignments(self) -> list[AssignmentFact]:
        """What names are given and routines return, in the order of the walk."""
        return list(map(partial(tuple.__new__, AssignmentFact), self._assignments))

    @property
    def chains(self) -> list[ChainFact]:
        """Property chains in the order of the walk."""
        return list(map(partial(tuple.__new__, ChainFact), self._chains))

    def read(
        self, routine: int, name: str, known: set[str], body: Sequence[Statement]
    ) -> tuple[Complexity, int]:
        """Walk a body: its complexity and its number of statements.

        `routine` is its position or -1; `known` the lower-case names that are no new variables,
        to which those assigned are added.
        """
        self._routine = routine
        self._own_name = name.lower()
        self._known = known
        self._complexity = complexity = Complexity(0 if routine < 0 else 1)
        self._statements = 0
        self._block(body)
        return complexity, self._statements

    def _place(self, index: int, name: str) -> tuple[int, int]:
        """Line and column of the name in a token, which may begin with a dot."""
        offset = self._offsets[index] + len(self._values[index]) - len(name)
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    # --- statements ---------------------------------------------------------------------

    def _block(self, body: Sequence[Statement]) -> None:
        plain = True
        for statement in body:
            if type(statement) is Assignment:
                target = statement.target
                if type(target) is Name:
                    self._assigned(target, "assigned")
                    value = self._source(statement.value)
                    if value:
                        self._given(target.start, target.name, "assigned", value)
                else:
                    if type(statement.value) is String:
                        self.mentions.assigned(self._routine, target, statement.value)
                    self._assign_property(target, statement.value)
            elif type(statement) is CallStatement:
                self._call_statement(statement)
            else:
                visit = _STATEMENTS.get(type(statement))
                if visit is None:
                    plain = False
                else:
                    visit(self, statement)
        self._statements += len(body) if plain else count_statements(body)

    def _assigned(self, target: Name, kind: str) -> None:
        name = target.name
        folded = name.lower()
        if folded and folded not in self._known:
            self._known.add(folded)
            line, column = self._tokens.place_of(target.start)
            self.variables.append(Variable(self._routine, name, kind, False, "", line, column, ""))

    def _given(self, index: int, name: str, kind: str, value: str) -> None:
        line, column = self._tokens.place_of(index)
        self._assignments.append((self._routine, line, column, name, kind, value))

    def _assign_property(self, target: Expression, value: Expression) -> None:
        """`А.Б = …`: kept where the value is made by a call or constructor."""
        name = ""
        if type(target) is Chain:
            name = self._chain(target)
        else:
            self._value(target)
        text = self._source(value)
        if text[-1:] == ")" and name and "(" not in name and "[" not in name:
            self._given(target.start, name, "assigned", text)

    def _inserted(self, node: Chain) -> None:
        """`А.Вставить("Б", …)` gives the property `А.Б`."""
        link = node.links[-1]
        if type(link) is not MethodCall or len(link.arguments) != 2:
            return
        key, value = link.arguments
        if (
            type(key) is String
            and value is not None
            and type(node.head) is Name
            and link.name.lower() in _INSERT
            and all(type(step) is Property for step in node.links[:-1])
        ):
            text = self._text(value)
            name = string_value(self._tokens, key)
            if text and name.isidentifier():
                path = [node.head.name, *(step.name for step in node.links[:-1])]  # type: ignore[union-attr]
                self._given(node.start, ".".join([*path, name]), "assigned", text)

    def _source(self, node: Expression) -> str:
        """Walk a value; what it is written as if that can lead to a type, else empty."""
        kind = type(node)
        if kind is Chain:
            return self._chain(node)  # type: ignore[arg-type]
        self._value(node)
        return "" if kind in _TYPELESS else self._text(node)

    def _text(self, node: Expression) -> str:
        """A value as chains are written, without walking it; empty if it leads to no type."""
        if type(node) is Name:
            return node.name
        if type(node) is Call:
            return f"{node.name}({self._literal(node.name, node.arguments)})"
        if type(node) is New:
            return self._new_text(node)
        if type(node) is Chain:
            head = self._text(node.head)
            return "".join([head, *map(self._link_text, node.links)]) if head else ""
        if type(node) is Await:
            return self._text(node.operand)
        if type(node) is Parenthesised:
            return self._text(node.inner)
        if type(node) is Ternary:
            branches = self._text(node.then), self._text(node.otherwise)
            return " | ".join(filter(None, branches))
        return ""

    def _link_text(self, link: Link) -> str:
        if type(link) is Property:
            return f".{link.name}"
        if type(link) is MethodCall:
            return f".{link.name}({self._literal(link.name, link.arguments)})"
        return "[]"

    def _literal(self, name: str, arguments: Sequence[Expression | None]) -> str:
        """The first argument in quotes, if it is a literal that decides what `name` returns."""
        if not arguments:
            return ""
        first = arguments[0]
        if type(first) is not String or name.lower() not in _LITERAL_MATTERS:
            return ""
        value = string_value(self._tokens, first)
        if len(value) > _LONGEST_LITERAL or '"' in value or not value.isprintable():
            return ""
        return f'"{value}"'

    def _new_text(self, node: New) -> str:
        new = self._values[node.start]
        if node.type_name:
            return f"{new} {node.type_name}()"
        first = node.arguments[0] if node.arguments else None
        name = string_value(self._tokens, first) if type(first) is String else ""
        return f"{new} {name}()" if name.isidentifier() else f"{new}()"

    def _call_statement(self, node: CallStatement) -> None:
        call = node.call
        if type(call) is Await:
            call = call.operand
        if type(call) is Call:
            self._call(call, True)
        elif type(call) is Chain:
            self._chain(call, True)
            self._inserted(call)
        else:
            self._value(call)

    def _if(self, node: If) -> None:
        complexity = self._complexity
        complexity.enter_compound()
        for number, branch in enumerate(node.branches):
            if number:
                complexity.alternative()
            else:
                complexity.structure()
            if branch.condition is not None:
                self._value(branch.condition)
            self._block(branch.body)
            complexity.leave()
        complexity.leave_compound()

    def _while(self, node: While) -> None:
        self._loop((), (node.condition,), node.body)

    def _for(self, node: For) -> None:
        self._assigned(node.variable, "loop")
        self._loop((node.first, node.last), (), node.body)

    def _for_each(self, node: ForEach) -> None:
        self._assigned(node.variable, "loop")
        collection = self._text(node.collection)
        if collection:
            self._given(node.variable.start, node.variable.name, "element", collection)
        self._loop((node.collection,), (), node.body)

    def _loop(
        self,
        once: tuple[Expression, ...],
        each_time: tuple[Expression, ...],
        body: Sequence[Statement],
    ) -> None:
        """A loop: what is evaluated before it, and what at every turn."""
        complexity = self._complexity
        complexity.enter_compound()
        complexity.structure()
        for value in once:
            self._value(value)
        around, self._in_loop = self._in_loop, True
        for value in each_time:
            self._value(value)
        self._block(body)
        self._in_loop = around
        complexity.leave()
        complexity.leave_compound()

    def _try(self, node: Try) -> None:
        complexity = self._complexity
        complexity.enter_compound()
        self._block(node.body)
        complexity.structure()
        self._block(node.handler)
        complexity.leave()
        complexity.leave_compound()

    def _return(self, node: Return) -> None:
        if node.value is not None:
            value = self._source(node.value)
            if value and self._routine >= 0:
                self._given(node.start, "", "returned", value)

    def _raise(self, node: Raise) -> None:
        if node.value is not None:
            self._value(node.value)
        if node.arguments:
            self._arguments(node.arguments)

    def _execute(self, node: Execute) -> None:
        self._arguments(node.arguments)

    def _handler(self, node: Handler) -> None:
        if node.adds:
            self.mentions.handler(self._routine, node)
        self._value(node.event)
        self._value(node.handler)

    def _goto(self, _node: Goto) -> None:
        self._complexity.jump()

    # --- expressions --------------------------------------------------------------------

    def _value(self, node: Expression) -> None:
        """An expression that stands for itself: a new sequence of boolean operators."""
        if type(node) in _FLAT:
            complexity = self._complexity
            around = complexity.last_operator, complexity.operators
            complexity.last_operator = NO_OPERATOR
            self._flat(node, 0, False)
            complexity.last_operator, complexity.operators = around
        else:
            visit = _EXPRESSIONS.get(type(node))
            if visit is not None:
                visit(self, node)

    def _flat(self, node: Expression, parentheses: int, negated: bool) -> None:
        """Operands and operators from left to right. `negated`: `НЕ` stands before the first."""
        complexity = self._complexity
        spine: list[Binary] = []
        while type(node) is Binary:
            spine.append(node)
            node = node.left
        if negated and type(node) is Parenthesised:
            self._negated_group(node, parentheses)
        else:
            self._flat_operand(node, parentheses)
        while spine:
            binary = spine.pop()
            if binary.operator in _BOOLEAN:
                complexity.boolean_operator(binary.operator, parentheses)
            self._flat_operand(binary.right, parentheses)

    def _flat_operand(self, node: Expression, parentheses: int) -> None:
        visit = _EXPRESSIONS.get(type(node))
        if visit is not None:
            visit(self, node)
        elif type(node) is Parenthesised:
            self._flat(node.inner, parentheses + 1, False)
        elif type(node) is Unary:
            self._flat(node.operand, parentheses, node.operator == k.NOT)
        elif type(node) is Binary:
            self._flat(node, parentheses, False)

    def _negated_group(self, node: Parenthesised, parentheses: int) -> None:
        """`НЕ (…)`: a group with operators in it interrupts the sequence on both sides."""
        complexity = self._complexity
        before, operators = complexity.last_operator, complexity.operators
        complexity.last_operator = NO_OPERATOR
        self._flat(node.inner, parentheses + 1, False)
        complexity.last_operator = NO_OPERATOR if complexity.operators > operators else before

    def _arguments(self, arguments: Sequence[Expression | None]) -> None:
        for argument in arguments:
            if type(argument) is not Name and argument is not None:
                self._value(argument)

    def _call(self, node: Call, statement: bool = False) -> None:
        name = node.name
        arguments = node.arguments
        line, column = self._place(node.start, name)
        self._calls.append(
            (self._routine, line, column, "", name, len(arguments), False, statement, self._in_loop)
        )
        if len(name) == len(self._own_name) and name.lower() == self._own_name:
            self._complexity.jump()
        if arguments:
            self._named(node.start, name, "", arguments)
            self._arguments(arguments)

    def _named(
        self, start: int, name: str, receiver: str, arguments: Sequence[Expression | None]
    ) -> None:
        """Tell `mentions` of a call whose arguments may name something."""
        folded = name.lower()
        if folded in CALLS:
            self.mentions.call(self._routine, start, folded, receiver, arguments)

    def _new(self, node: New) -> None:
        arguments = node.arguments or []
        name = node.type_name
        start = node.start
        if name:
            line, column = self._place(start + 1, name)
        else:
            first = arguments[0] if arguments else None
            name = string_value(self._tokens, first) if type(first) is String else ""
            line, column = self._place(start, self._values[start])
        self._calls.append(
            (self._routine, line, column, "", name, len(arguments), True, False, self._in_loop)
        )
        if arguments:
            self.mentions.new(self._routine, node)
            self._arguments(arguments)

    def _chain(self, node: Chain, statement: bool = False) -> str:
        """Calls in a chain, each with the text before it, and the properties at its end.

        Returns the text of the whole chain.
        """
        head = node.head
        if type(head) is Name:
            text = head.name
            folded = text.lower()
            if folded in ROOTS and folded not in self._known:
                self.mentions.chain(self._routine, node, text)
        else:
            text = self._head(head)
        property_chain = ""
        links = node.links
        for link in links:
            if type(link) is Property:
                property_chain = text = f"{text}.{link.name}"
            elif type(link) is MethodCall:
                name = link.name
                arguments = link.arguments
                line, column = self._place(link.start, name)
                dropped = statement and link is links[-1]
                self._calls.append(
                    (
                        self._routine, line, column, text, name, len(arguments),
                        False, dropped, self._in_loop,
                    )
                )  # fmt: skip
                property_chain = ""
                if arguments:
                    self._named(link.start, name, text, arguments)
                    self._arguments(arguments)
                    text = f"{text}.{name}({self._literal(name, arguments)})"
                else:
                    text = f"{text}.{name}()"
            elif type(link) is Index:
                self._value(link.index)
                text += "[]"
        if property_chain and self._keeps_chains:
            line, column = self._tokens.place_of(node.start)
            self._chains.append((self._routine, line, column, property_chain))
        return text

    def _head(self, head: Expression) -> str:
        """Walk the head of a chain; how it is written in the chain's text."""
        self._value(head)
        if type(head) is Call:
            return f"{head.name}({self._literal(head.name, head.arguments)})"
        if type(head) is New:
            return self._new_text(head)
        if type(head) is Ternary:
            return "?()"
        if type(head) is Parenthesised:
            return "(…)"
        return self._values[head.start]

    def _ternary(self, node: Ternary) -> None:
        complexity = self._complexity
        complexity.structure()
        self._value(node.condition)
        self._value(node.then)
        self._value(node.otherwise)
        complexity.leave()

    def _await(self, node: Await) -> None:
        self._value(node.operand)

    def _string(self, node: String) -> None:
        text = None
        if MAY_BE_QUERY(self._values[node.start]):
            text = query_text(self._tokens, node)
            if text is not None:
                self.queries.append((self._routine, node, text))
        self.mentions.string(self._routine, node, is_query=text is not None)


_STATEMENTS: dict[type, Callable[[BodyReader, Any], None]] = {
    If: BodyReader._if,
    While: BodyReader._while,
    For: BodyReader._for,
    ForEach: BodyReader._for_each,
    Try: BodyReader._try,
    Return: BodyReader._return,
    Raise: BodyReader._raise,
    Execute: BodyReader._execute,
    Handler: BodyReader._handler,
    Goto: BodyReader._goto,
}
_TYPELESS = frozenset((String, Binary, Unary))
"""Values of primitive types, which have no methods."""

_EXPRESSIONS: dict[type, Callable[[BodyReader, Any], object]] = {
    Call: BodyReader._call,
    Chain: BodyReader._chain,
    New: BodyReader._new,
    Ternary: BodyReader._ternary,
    Await: BodyReader._await,
    String: BodyReader._string,
}
