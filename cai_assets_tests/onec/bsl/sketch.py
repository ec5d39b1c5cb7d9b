"""Draw a syntax tree in brackets, so that a test shows the shape it means."""

from __future__ import annotations

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl import nodes as n
from cai_assets.onec.bsl.lexer import Tokens
from cai_assets.onec.bsl.literals import string_value
from cai_assets.onec.bsl.parser import Parsed, parse

_SYMBOLS = {kind: text for text, kind in k.SYMBOLS.items()}
_SYMBOLS |= {k.AND: "И", k.OR: "ИЛИ", k.NOT: "НЕ"}


def parse_clean(text: str) -> Parsed:
    """Parse code that must have no error."""
    parsed = parse(text)
    assert parsed.errors == []
    return parsed


def expression(code: str) -> str:
    """The shape of one expression."""
    parsed = parse_clean(f"А = {code};")
    statement = parsed.module.body[0]
    assert isinstance(statement, n.Assignment)
    return draw(parsed.tokens, statement.value)


def statements(code: str) -> list[str]:
    """The shapes of the statements of a module's body."""
    parsed = parse_clean(code)
    return [draw(parsed.tokens, item) for item in parsed.module.body]


def body(parsed: Parsed, routine: int = 0) -> list[str]:
    """The shapes of the statements of a routine, whatever errors there are."""
    return [draw(parsed.tokens, item) for item in parsed.module.routines[routine].body]


def draw(tokens: Tokens, node: n.Node | None) -> str:
    """The shape of a node."""

    def many(items: list[n.Expression | None] | None) -> str:
        return "" if items is None else "(" + ", ".join(draw(tokens, i) for i in items) + ")"

    def block(items: list[n.Statement]) -> str:
        return "{" + "; ".join(draw(tokens, item) for item in items) + "}"

    match node:
        case None:
            return "_"
        case n.Name():
            return node.name
        case n.Number() | n.Date():
            return node.text
        case n.Boolean():
            return "Истина" if node.value else "Ложь"
        case n.Undefined() | n.Null():
            return type(node).__name__
        case n.String():
            return repr(string_value(tokens, node))
        case n.Unary():
            return f"[{_SYMBOLS[node.operator]} {draw(tokens, node.operand)}]"
        case n.Binary():
            left, right = draw(tokens, node.left), draw(tokens, node.right)
            return f"[{left} {_SYMBOLS[node.operator]} {right}]"
        case n.Parenthesised():
            return f"({draw(tokens, node.inner)})"
        case n.Ternary():
            parts = (node.condition, node.then, node.otherwise)
            return "?(" + ", ".join(draw(tokens, part) for part in parts) + ")"
        case n.Await():
            return f"Ждать {draw(tokens, node.operand)}"
        case n.Call():
            return node.name + many(node.arguments)
        case n.New():
            return f"Новый {node.type_name}{many(node.arguments)}"
        case n.Chain():
            return draw(tokens, node.head) + "".join(draw(tokens, link) for link in node.links)
        case n.Property():
            return f".{node.name}"
        case n.MethodCall():
            return f".{node.name}{many(node.arguments)}"
        case n.Index():
            return f"<{draw(tokens, node.index)}>"
        case n.Assignment():
            return f"{draw(tokens, node.target)} := {draw(tokens, node.value)}"
        case n.CallStatement():
            return draw(tokens, node.call)
        case n.If():
            return "Если" + "".join(draw(tokens, branch) for branch in node.branches)
        case n.Branch():
            return f" {draw(tokens, node.condition)} {block(node.body)}"
        case n.While():
            return f"Пока {draw(tokens, node.condition)} {block(node.body)}"
        case n.For():
            first, last = draw(tokens, node.first), draw(tokens, node.last)
            return f"Для {node.variable.name} {first} {last} {block(node.body)}"
        case n.ForEach():
            return (
                f"Каждого {node.variable.name} {draw(tokens, node.collection)} {block(node.body)}"
            )
        case n.Try():
            return f"Попытка {block(node.body)} {block(node.handler)}"
        case n.Return():
            return f"Возврат {draw(tokens, node.value)}"
        case n.Raise():
            return f"Вызвать {draw(tokens, node.value)}{many(node.arguments)}"
        case n.Goto():
            return f"Перейти {node.label}"
        case n.Label():
            return f"~{node.name}"
        case n.Execute():
            return f"Выполнить{many(node.arguments)}"
        case n.Handler():
            sign = "+" if node.adds else "-"
            return f"{sign}{draw(tokens, node.event)}, {draw(tokens, node.handler)}"
        case n.Directive():
            return f"#{node.kind} {node.text}".strip()
        case _:
            return type(node).__name__
