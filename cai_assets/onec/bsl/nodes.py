"""The syntax tree of a BSL module.

Faithful: every statement and expression of the source has its node, in the order of the source,
broken ones included. `start` and `end` are the first and the last token of a node, as positions
in `Tokens.code`, so that exact places are at hand without storing them. Nodes compare by
identity. Long chains of operators lean to the left; use `walk`, which never recurses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias


class Node:
    """Anything with a place in the source."""

    __slots__ = ()
    start: int
    end: int
    children: ClassVar[tuple[str, ...]] = ()
    """Fields that hold nodes or lists of nodes, in the order of the source."""


class Leaf(Node):
    """A node of a single token."""

    __slots__ = ()

    @property
    def end(self) -> int:  # type: ignore[override]
        """The token itself."""
        return self.start


# --- expressions ------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Name(Leaf):
    """A bare name."""

    start: int
    name: str


@dataclass(slots=True, eq=False)
class Number(Leaf):
    """A number as written."""

    start: int
    text: str


@dataclass(slots=True, eq=False)
class Date(Leaf):
    """A date as written, with its apostrophes."""

    start: int
    text: str


@dataclass(slots=True, eq=False)
class Boolean(Leaf):
    """`Истина` or `Ложь`."""

    start: int
    value: bool


@dataclass(slots=True, eq=False)
class Undefined(Leaf):
    """`Неопределено`."""

    start: int


@dataclass(slots=True, eq=False)
class Null(Leaf):
    """`Null`."""

    start: int


@dataclass(slots=True, eq=False)
class String(Node):
    """A string literal: one token, the lines of a multi-line one, or adjacent strings."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Unary(Node):
    """`НЕ`, `-` or `+` before an operand; `operator` is the token kind."""

    start: int
    operator: int
    operand: Expression
    children = ("operand",)

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the operand."""
        return self.operand.end


@dataclass(slots=True, eq=False)
class Binary(Node):
    """Two operands; `operator` is the token kind, `position` its token."""

    left: Expression
    operator: int
    position: int
    right: Expression
    children = ("left", "right")

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the leftmost operand."""
        node: Expression = self
        while isinstance(node, Binary):
            node = node.left
        return node.start

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the right operand."""
        return self.right.end


@dataclass(slots=True, eq=False)
class Parenthesised(Node):
    """An expression in parentheses."""

    start: int
    inner: Expression
    end: int
    children = ("inner",)


@dataclass(slots=True, eq=False)
class Ternary(Node):
    """`?(condition, then, otherwise)`."""

    start: int
    condition: Expression
    then: Expression
    otherwise: Expression
    end: int
    children = ("condition", "then", "otherwise")


@dataclass(slots=True, eq=False)
class Await(Node):
    """`Ждать` before an expression."""

    start: int
    operand: Expression
    children = ("operand",)

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the operand."""
        return self.operand.end


@dataclass(slots=True, eq=False)
class Call(Node):
    """A call of an unqualified name. An omitted argument is None."""

    start: int
    name: str
    arguments: list[Expression | None]
    end: int
    children = ("arguments",)


@dataclass(slots=True, eq=False)
class New(Node):
    """`Новый Тип(…)`, or `Новый(Имя, Параметры)` with an empty `type_name`.

    `arguments` is None where no parentheses are written.
    """

    start: int
    type_name: str
    arguments: list[Expression | None] | None
    end: int
    children = ("arguments",)


@dataclass(slots=True, eq=False)
class Property(Leaf):
    """The link `.Имя` of a chain. The token begins with the dot."""

    start: int
    name: str


@dataclass(slots=True, eq=False)
class MethodCall(Node):
    """The link `.Имя(…)` of a chain. The token begins with the dot."""

    start: int
    name: str
    arguments: list[Expression | None]
    end: int
    children = ("arguments",)


@dataclass(slots=True, eq=False)
class Index(Node):
    """The link `[…]` of a chain."""

    start: int
    index: Expression
    end: int
    children = ("index",)


@dataclass(slots=True, eq=False)
class Chain(Node):
    """What follows dots and brackets: `Запрос.Выполнить().Выгрузить()[0].Поле`."""

    head: Expression
    links: list[Link]
    children = ("head", "links")

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the head."""
        return self.head.start

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the last link."""
        return self.links[-1].end


@dataclass(slots=True, eq=False)
class BrokenExpression(Node):
    """Tokens that make no expression; an error tells why."""

    start: int
    end: int


Link: TypeAlias = Property | MethodCall | Index
Expression: TypeAlias = (
    Name
    | Number
    | Date
    | Boolean
    | Undefined
    | Null
    | String
    | Unary
    | Binary
    | Parenthesised
    | Ternary
    | Await
    | Call
    | New
    | Chain
    | BrokenExpression
)


# --- statements -------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Assignment(Node):
    """`target = value`."""

    target: Expression
    value: Expression
    children = ("target", "value")

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the target."""
        return self.target.start

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the value."""
        return self.value.end


@dataclass(slots=True, eq=False)
class CallStatement(Node):
    """A call whose result is dropped; with `Ждать`, the call is an `Await`."""

    call: Expression
    children = ("call",)

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the call."""
        return self.call.start

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the call."""
        return self.call.end


@dataclass(slots=True, eq=False)
class Branch(Node):
    """A branch of `Если`: its first, an `ИначеЕсли`, or `Иначе` (without a condition)."""

    start: int
    condition: Expression | None
    body: list[Statement]
    end: int
    children = ("condition", "body")


@dataclass(slots=True, eq=False)
class If(Node):
    """`Если … КонецЕсли`."""

    start: int
    branches: list[Branch]
    end: int
    children = ("branches",)


@dataclass(slots=True, eq=False)
class While(Node):
    """`Пока … Цикл … КонецЦикла`."""

    start: int
    condition: Expression
    body: list[Statement]
    end: int
    children = ("condition", "body")


@dataclass(slots=True, eq=False)
class For(Node):
    """`Для А = … По … Цикл … КонецЦикла`. A missing variable has an empty name."""

    start: int
    variable: Name
    first: Expression
    last: Expression
    body: list[Statement]
    end: int
    children = ("variable", "first", "last", "body")


@dataclass(slots=True, eq=False)
class ForEach(Node):
    """`Для Каждого А Из … Цикл … КонецЦикла`."""

    start: int
    variable: Name
    collection: Expression
    body: list[Statement]
    end: int
    children = ("variable", "collection", "body")


@dataclass(slots=True, eq=False)
class Try(Node):
    """`Попытка … Исключение … КонецПопытки`; `middle` is the token `Исключение`."""

    start: int
    body: list[Statement]
    middle: int
    handler: list[Statement]
    end: int
    children = ("body", "handler")


@dataclass(slots=True, eq=False)
class Return(Node):
    """`Возврат`, with or without a value."""

    start: int
    value: Expression | None
    end: int
    children = ("value",)


@dataclass(slots=True, eq=False)
class Raise(Node):
    """`ВызватьИсключение`: bare, with a value, or with `(…)` and then `arguments`."""

    start: int
    value: Expression | None
    arguments: list[Expression | None] | None
    end: int
    children = ("value", "arguments")


@dataclass(slots=True, eq=False)
class Break(Leaf):
    """`Прервать`."""

    start: int


@dataclass(slots=True, eq=False)
class Continue(Leaf):
    """`Продолжить`."""

    start: int


@dataclass(slots=True, eq=False)
class Goto(Node):
    """`Перейти ~Метка`."""

    start: int
    label: str
    end: int


@dataclass(slots=True, eq=False)
class Label(Node):
    """`~Метка:`."""

    start: int
    name: str
    end: int


@dataclass(slots=True, eq=False)
class Execute(Node):
    """`Выполнить` with the text of code."""

    start: int
    arguments: list[Expression | None]
    end: int
    children = ("arguments",)


@dataclass(slots=True, eq=False)
class Handler(Node):
    """`ДобавитьОбработчик Событие, Обработчик`, or `УдалитьОбработчик` where `adds` is false."""

    start: int
    adds: bool
    event: Expression
    handler: Expression
    children = ("event", "handler")

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the handler."""
        return self.handler.end


@dataclass(slots=True, eq=False)
class Empty(Leaf):
    """A lone `;`."""

    start: int


@dataclass(slots=True, eq=False)
class Directive(Leaf):
    """A preprocessor line. `start` is the code token that follows it.

    `kind`: region, endregion, if, elsif, else, endif, insert, endinsert, delete, enddelete,
    use, native, stack, shebang, unknown. `text` is the region's name, the condition or the rest.
    `index` is its token in `Tokens.all`.
    """

    start: int
    kind: str
    text: str
    index: int
    line: int
    column: int


@dataclass(slots=True, eq=False)
class BrokenStatement(Node):
    """Tokens that make no statement; an error tells why."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class AnnotationArgument(Node):
    """`Имя`, `Имя = Значение` or a value alone."""

    start: int
    name: str
    value: Expression | Annotation | None
    end: int
    children = ("value",)


@dataclass(slots=True, eq=False)
class Annotation(Node):
    """`&НаСервере`, `&Перед("Имя")`; `arguments` is None without parentheses."""

    start: int
    name: str
    arguments: list[AnnotationArgument] | None
    end: int
    children = ("arguments",)


@dataclass(slots=True, eq=False)
class DeclaredVariable(Leaf):
    """A name in a declaration `Перем`."""

    start: int
    name: str
    export: bool


@dataclass(slots=True, eq=False)
class VariableDeclaration(Node):
    """`Перем А, Б Экспорт;` with its annotations."""

    start: int
    annotations: list[Annotation]
    variables: list[DeclaredVariable]
    end: int
    children = ("annotations", "variables")


Statement: TypeAlias = (
    Assignment
    | CallStatement
    | If
    | While
    | For
    | ForEach
    | Try
    | Return
    | Raise
    | Break
    | Continue
    | Goto
    | Label
    | Execute
    | Handler
    | Empty
    | Directive
    | VariableDeclaration
    | BrokenStatement
)


# --- module -----------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class FormalParameter(Node):
    """A parameter in a header. `start` is its first token, `position` that of its name."""

    start: int
    position: int
    name: str
    by_value: bool
    default: Expression | None
    annotations: list[Annotation]
    end: int
    children = ("annotations", "default")


@dataclass(slots=True, eq=False)
class RoutineNode(Node):
    """A procedure or function.

    `start` is its first annotation or the header, `header` the token `Процедура`, `Функция` or
    `Асинх`, `position` the name, `body_start` the first token behind the header.
    """

    start: int
    header: int
    position: int
    name: str
    is_function: bool
    asynchronous: bool
    export: bool
    annotations: list[Annotation]
    parameters: list[FormalParameter]
    variables: list[VariableDeclaration]
    body: list[Statement]
    body_start: int
    end: int
    closed: bool = True
    has_errors: bool = False
    children = ("annotations", "parameters", "variables", "body")


@dataclass(slots=True, eq=False)
class Module(Node):
    """A whole module. `body` are the statements outside routines."""

    start: int = 0
    end: int = 0
    variables: list[VariableDeclaration] = field(default_factory=list)
    routines: list[RoutineNode] = field(default_factory=list)
    body: list[Statement] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    children = ("variables", "routines", "body")


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the source."""
    stack: list[Node] = [node]
    while stack:
        node = stack.pop()
        yield node
        for name in reversed(node.children):
            child = getattr(node, name)
            if isinstance(child, Node):
                stack.append(child)
            elif child is not None:
                stack.extend(item for item in reversed(child) if item is not None)
