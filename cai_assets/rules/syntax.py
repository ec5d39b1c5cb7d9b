"""What rules about code ask of a tree again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.nodes import (
    Await,
    Binary,
    Branch,
    Call,
    CallStatement,
    Chain,
    Directive,
    Expression,
    For,
    ForEach,
    Index,
    MethodCall,
    Module,
    Name,
    New,
    Node,
    Parenthesised,
    Property,
    RoutineNode,
    Statement,
    String,
    Ternary,
    Try,
    Unary,
    While,
    walk,
)
from cai_assets.rules.module import ModuleView

_BODIES = (RoutineNode, Branch, While, For, ForEach, Try, Module)
"""Nodes that hold a list of statements."""
_EXPRESSIONS = (
    Unary, Binary, Parenthesised, Ternary, Await, Call, New, MethodCall, Index, Chain,
)  # fmt: skip
"""Nodes that hold expressions and are part of one."""
STRINGS = frozenset({k.STRING, k.STRING_START, k.STRING_PART, k.STRING_TAIL})
"""Kinds of tokens that literals are made of."""

N = TypeVar("N", bound=Node)


def words(*names: str) -> frozenset[str]:
    """Names folded, to be compared with folded names of the source."""
    return frozenset(name.casefold() for name in names)


def alternatives(option: object) -> frozenset[str]:
    """Names of a parameter that lists them as `А|Б|В`, folded."""
    return words(*(part.strip() for part in str(option).split("|") if part.strip()))


def calls_of(view: ModuleView, names: Iterable[str]) -> list[Call]:
    """Calls of global or local routines with one of these folded names, in the source's order."""
    index = view.calls
    found = [call for name in names for call in index.get(name, ())]
    return sorted(found, key=lambda call: call.start)


def text_of(view: ModuleView, node: Node) -> str:
    """The tokens of a node without what is between them, folded: equal for equal code."""
    return "".join(view.tokens.code.values[node.start : node.end + 1]).casefold()


def words_of(view: ModuleView, node: Node) -> tuple[str, ...]:
    """The tokens of a node, folded except for strings: what two pieces of code have to share."""
    kinds, values = view.tokens.code.kinds, view.tokens.code.values
    span = range(node.start, node.end + 1)
    return tuple(values[n] if kinds[n] in STRINGS else values[n].casefold() for n in span)


def last_with_semicolon(view: ModuleView, node: Node) -> int:
    """The last token of a statement, its semicolon included."""
    kinds = view.tokens.code.kinds
    following = node.end + 1
    return following if following < len(kinds) and kinds[following] == k.SEMICOLON else node.end


def called(statement: Statement, names: frozenset[str]) -> bool:
    """Whether a statement is a call of an unqualified name out of `names`."""
    return (
        isinstance(statement, CallStatement)
        and isinstance(statement.call, Call)
        and statement.call.name.casefold() in names
    )


def code_of(statements: Sequence[Statement]) -> list[Statement]:
    """Statements without preprocessor lines."""
    return [statement for statement in statements if not isinstance(statement, Directive)]


def statement_of(view: ModuleView, node: Node) -> Node:
    """The innermost statement around `node`, or the node itself if it is one."""
    while not any(item is node for item in block_of(view, node)):
        above = view.parent(node)
        if above is None:
            break
        node = above
    return node


def block_of(view: ModuleView, statement: Node) -> list[Statement]:
    """The list of statements that `statement` stands in; empty if it is in none."""
    above = view.parent(statement)
    if isinstance(above, Try):
        return above.handler if statement.start > above.middle else above.body
    return above.body if isinstance(above, _BODIES) else []


def following(view: ModuleView, statement: Node) -> Statement | None:
    """The next statement of the same list; preprocessor lines are passed over."""
    block = code_of(block_of(view, statement))
    at = next((n for n, item in enumerate(block) if item is statement), len(block))
    return block[at + 1] if at + 1 < len(block) else None


def handler_around(view: ModuleView, node: Node) -> Try | None:
    """The innermost `Попытка` in whose `Исключение` part `node` stands."""
    for above in view.ancestors(node):
        if isinstance(above, Try) and node.start > above.middle:
            return above
    return None


def loop_around(view: ModuleView, node: Node) -> Node | None:
    """The innermost loop that runs `node` again and again.

    The bounds of `Для` and the collection of `Для Каждого` are looked at once, so they are not
    inside that loop; the condition of `Пока` is.
    """
    below = node
    for above in view.ancestors(node):
        if isinstance(above, RoutineNode):
            return None
        if isinstance(above, While):
            return above
        if isinstance(above, (For, ForEach)) and any(below is item for item in above.body):
            return above
        below = above
    return None


def outermost_expression(view: ModuleView, node: Node) -> Node:
    """The whole expression that `node` is part of."""
    for above in view.ancestors(node):
        if not isinstance(above, _EXPRESSIONS):
            break
        node = above
    return node


def within(node: Node, *types: type[N]) -> Iterator[N]:
    """Nodes of these types in `node`, itself included, in the source's order."""
    return (item for item in walk(node) if isinstance(item, types))


def path(node: Node | None) -> tuple[str, ...]:
    """Folded names of a path `А.Б.В`; empty for any other expression."""
    if isinstance(node, Name):
        return (node.name.casefold(),)
    if isinstance(node, Chain) and isinstance(node.head, Name):
        links = [link.name.casefold() for link in node.links if isinstance(link, Property)]
        return (*path(node.head), *links) if len(links) == len(node.links) else ()
    return ()


def literal(view: ModuleView, node: Expression | None) -> str | None:
    """The value of a string literal of one token; None for anything else."""
    if isinstance(node, String) and node.start == node.end:
        return view.tokens.code.values[node.start].strip('"').replace('""', '"')
    return None


def argument(arguments: Sequence[Expression | None] | None, index: int) -> Expression | None:
    """An argument, or None where it is omitted."""
    return arguments[index] if arguments and index < len(arguments) else None


_DIRECTIVES = words(
    "НаКлиенте", "AtClient", "НаСервере", "AtServer", "НаСервереБезКонтекста",
    "AtServerNoContext", "НаКлиентеНаСервере", "AtClientAtServer",
    "НаКлиентеНаСервереБезКонтекста", "AtClientAtServerNoContext",
)  # fmt: skip


def directive_of(routine: RoutineNode) -> str:
    """The folded compilation directive of a routine, without `&`; empty for none."""
    names = (annotation.name.casefold() for annotation in routine.annotations)
    return next((name for name in names if name in _DIRECTIVES), "")
