"""Conditions and operands that cannot be meant as written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.nodes import (
    Assignment,
    Binary,
    Boolean,
    Expression,
    If,
    Name,
    Node,
    Number,
    Parenthesised,
    Unary,
)
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import (
    last_with_semicolon,
    outermost_expression,
    within,
    words,
    words_of,
)

_CANCEL = words("Отказ", "Cancel")
_LEVELS = (
    frozenset({k.OR}),
    frozenset({k.AND}),
    frozenset({k.EQUAL, k.NOT_EQUAL, k.LESS, k.LESS_OR_EQUAL, k.GREATER, k.GREATER_OR_EQUAL}),
    frozenset({k.PLUS, k.MINUS}),
    frozenset({k.MULTIPLY, k.DIVIDE, k.MODULO}),
)
_LEVEL = {operator: number for number, level in enumerate(_LEVELS) for operator in level}
_HARMLESS = frozenset({k.PLUS, k.MULTIPLY})
"""`А + А` and `А * А` are arithmetic, not mistakes."""
_PAIR = 2
_COMMUTATIVE = frozenset({k.PLUS, k.MULTIPLY, k.EQUAL, k.AND, k.OR})

Form: TypeAlias = tuple[Any, ...]
"""An expression without parentheses and in a fixed order of operands that may be swapped."""


@module_rule(
    "IfElseDuplicatedCondition",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    title=Text("Повторяющееся условие", "Condition repeated"),
    description=Text(
        "Одно и то же условие проверяется в одном `Если` дважды: вторая ветвь не выполнится "
        "никогда. Обычно это копия, в которой забыли поправить условие.\n\n"
        "Исправьте условие или удалите ветвь.",
        "The same condition is tested twice in one `If`: the second branch never runs. Mostly it "
        "is a copy whose condition was not changed.\n\nCorrect the condition, or remove the "
        "branch.",
    ),
    message=Text("Условие повторяется ниже", "The condition is repeated below"),
)
def duplicated_condition(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for node in module.find(If):
        conditions = [branch.condition for branch in node.branches if branch.condition is not None]
        if len(conditions) < _PAIR:
            continue
        first: dict[tuple[str, ...], Expression] = {}
        told: set[tuple[str, ...]] = set()
        for condition in conditions:
            key = words_of(module, condition)
            if key in first and key not in told:
                told.add(key)
                yield Found(first[key].start, first[key].end)
            first.setdefault(key, condition)


@module_rule(
    "IdenticalExpressions",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    title=Text("Одинаковые операнды", "Same operands"),
    description=Text(
        "Слева и справа от операции стоит одно и то же, или операнд повторяется в цепочке `И` "
        "или `ИЛИ`. Результат известен заранее: скорее всего, один из операндов должен быть "
        "другим.\n\nИсправьте операнд или упростите выражение.",
        "The same stands on both sides of an operation, or an operand is repeated in a chain of "
        "`And` or `Or`. The result is known beforehand: one operand should probably be "
        "another.\n\nCorrect it, or simplify the expression.",
    ),
    message=Text(
        "Одинаковые операнды «{operand}» у операции «{operator}»",
        "Same operands “{operand}” of “{operator}”",
    ),
    parameters=(
        Parameter(
            "popularDivisors",
            "60, 1024",
            Text("Делители, которые повторяют намеренно", "Divisors repeated on purpose"),
        ),
    ),
)
def identical_expressions(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    divisors = {text.strip() for text in str(options["popularDivisors"]).split(",")}
    for top in module.find(Binary):
        above = module.parent(top)
        if isinstance(above, Binary) and above.left is top and _same_level(above, top):
            continue
        operands, operators = _chain(top)
        for operand, operator in _repeated(module, operands, operators, divisors):
            whole = outermost_expression(module, top)
            values = {
                "operand": " ".join(module.source(operand).split()),
                "operator": module.tokens.code.values[operator.position],
            }
            yield Found(whole.start, whole.end, values)


def _same_level(first: Binary, second: Binary) -> bool:
    return _LEVEL.get(first.operator) == _LEVEL.get(second.operator)


def _chain(top: Binary) -> tuple[list[Expression], list[Binary]]:
    """Operands and operators of one level, in the order of the source."""
    operands: list[Expression] = []
    operators: list[Binary] = []
    node: Expression = top
    while isinstance(node, Binary) and _same_level(top, node):
        operands.append(node.right)
        operators.append(node)
        node = node.left
    operands.append(node)
    return operands[::-1], operators[::-1]


def _repeated(
    module: ModuleView,
    operands: Sequence[Expression],
    operators: Sequence[Binary],
    divisors: set[str],
) -> Iterator[tuple[Expression, Binary]]:
    """In `А И Б И А` any later operand counts, elsewhere only the last two are compared.

    `А - 1 - 1` takes away twice, which is arithmetic and no mistake.
    """
    kind = operators[-1].operator
    logical = kind in {k.AND, k.OR}
    if not logical and (kind in _HARMLESS or (kind == k.MINUS and len(operands) > _PAIR)):
        return
    forms = [_form(module, operand) for operand in operands]
    start = 0 if logical else len(operands) - _PAIR
    for at in range(start, len(operands) - 1):
        later = forms[at + 1 :]
        popular = (
            kind == k.DIVIDE
            and isinstance(operands[at], Number)
            and module.source(operands[at]) in divisors
        )
        if forms[at] in later and not popular:
            yield operands[at], operators[at]


def _form(module: ModuleView, node: Expression) -> Form:
    while isinstance(node, Parenthesised):
        node = node.inner
    if isinstance(node, Binary):
        operands, operators = _chain(node)
        kinds = [operator.operator for operator in operators]
        forms = [_form(module, operand) for operand in operands]
        if set(kinds) == {kinds[0]} and kinds[0] in _COMMUTATIVE:
            forms.sort(key=repr)
        return ("binary", *kinds, *forms)
    if isinstance(node, Unary):
        return ("unary", node.operator, _form(module, node.operand))
    return words_of(module, node)


@module_rule(
    "UsingCancelParameter",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(686,),
    title=Text("Параметр «Отказ» сбрасывается", "The parameter Cancel is reset"),
    description=Text(
        "Параметру `Отказ` присваивается `Ложь` или новое значение. Отказ, установленный "
        "раньше — платформой, подпиской или другой проверкой, — теряется, и действие "
        "выполняется.\n\nТолько устанавливайте его: `Отказ = Истина` или "
        "`Отказ = Отказ Или …`.",
        "The parameter `Cancel` is set to `False` or to a new value. A refusal that was set "
        "before, by the platform, a subscription or another check, is lost, and the action "
        "goes on.\n\nOnly ever set it: `Cancel = True`, or `Cancel = Cancel Or …`.",
    ),
    message=Text("Присваивание может сбросить «{name}»", "The assignment may reset “{name}”"),
)
def cancel_parameter(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for routine in module.tree.routines:
        if not any(parameter.name.casefold() in _CANCEL for parameter in routine.parameters):
            continue
        for node in within(routine, Assignment):
            if _is_cancel(node.target) and not _keeps(node.value):
                name = module.source(node.target)
                yield Found(node.start, last_with_semicolon(module, node), {"name": name})


def _is_cancel(node: Node) -> bool:
    return isinstance(node, Name) and node.name.casefold() in _CANCEL


def _keeps(value: Expression) -> bool:
    """Whether a refusal stays one: `… = Истина`, or an operand of `ИЛИ` is the parameter."""
    last = value
    while isinstance(last, Binary):
        last = last.right
    if isinstance(last, Boolean) and last.value:
        return True
    while isinstance(value, Parenthesised):
        value = value.inner
    if not isinstance(value, Binary) or value.operator != k.OR:
        return False
    operands, _ = _chain(value)
    return any(_is_cancel(operand) for operand in operands)
