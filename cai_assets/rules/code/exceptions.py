"""Errors are handled and logged so that they can be found again (standards 498, 499)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cai_assets.onec.bsl.nodes import (
    Assignment,
    Binary,
    Call,
    Chain,
    Expression,
    MethodCall,
    Name,
    New,
    Node,
    Property,
    Raise,
    Statement,
    Ternary,
    Try,
    Unary,
)
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import (
    block_of,
    calls_of,
    code_of,
    handler_around,
    statement_of,
    text_of,
    within,
    words,
)

_LOG = words("ЗаписьЖурналаРегистрации", "WriteLogEvent")
_LEVEL = words("УровеньЖурналаРегистрации", "EventLogLevel")
_ERROR = words("Ошибка", "Error")
_DETAILED = words("ПодробноеПредставлениеОшибки", "DetailErrorDescription")
_BRIEF = words("КраткоеПредставлениеОшибки", "BriefErrorDescription")
_SIMPLE = words("ОписаниеОшибки", "ErrorDescription")
_INFO = words("ИнформацияОбОшибке", "ErrorInfo")
_PROCESSING = words("ОбработкаОшибок", "ErrorProcessing")
_ARGUMENTS = 5
_COMMENT = 4


@module_rule(
    "MissingCodeTryCatchEx",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    standards=(499,),
    title=Text("Пустая часть «Исключение»", "Empty Except part"),
    description=Text(
        "Ошибка перехватывается и теряется: ни пользователь, ни администратор о ней не узнают, "
        "а данные могут остаться неполными.\n\nОбработайте ошибку: запишите ее в журнал "
        "регистрации с подробным представлением или вызовите исключение дальше. Если молчание "
        "задумано, проверьте условие вместо попытки.",
        "The error is caught and lost: neither user nor administrator hears of it, and data may "
        "stay incomplete.\n\nHandle it: write it to the event log with its detailed description, "
        "or raise it again. If silence is intended, test a condition instead of trying.",
    ),
    message=Text(
        "Добавьте обработку ошибки в часть «Исключение»", "Handle the error in the Except part"
    ),
    parameters=(
        Parameter(
            "commentAsCode",
            False,
            Text(
                "Комментарий в попытке считать обработкой",
                "A comment in the Try counts as handling",
            ),
        ),
    ),
)
def missing_code(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for attempt in module.find(Try):
        if attempt.handler:
            continue
        if not (options["commentAsCode"] and _has_comment(module, attempt)):
            yield Found(attempt.middle, attempt.middle)


def _has_comment(module: ModuleView, attempt: Try) -> bool:
    tokens = module.tokens
    first, last = tokens.offset_of(attempt.start), tokens.offset_of(attempt.end)
    return any(first < offset < last for offset in tokens.comments()[0])


@module_rule(
    "UsageWriteLogEvent",
    severity=Severity.INFO,
    kind=Kind.CODE_SMELL,
    standards=(498, 499),
    title=Text("Неполная запись в журнал регистрации", "Incomplete record of the event log"),
    description=Text(
        "Запись без уровня важности и комментария не найти отбором, а из записи об ошибке без "
        "подробного представления не узнать, где ошибка возникла.\n\nУказывайте уровень, а в "
        "части `Исключение` — `УровеньЖурналаРегистрации.Ошибка` и "
        "`ПодробноеПредставлениеОшибки(ИнформацияОбОшибке())`.",
        "A record without level and comment is not found by filters, and a record of an error "
        "without its detailed description does not tell where it arose.\n\nState the level; in an "
        "`Except` part `EventLogLevel.Error` and `DetailErrorDescription(ErrorInfo())`.",
    ),
    message=Text(
        "Неполная запись в журнал регистрации", "The record of the event log is incomplete"
    ),
)
def usage_write_log_event(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for call in calls_of(module, _LOG):
        message = _fault(module, call)
        if message is not None:
            yield Found(call.start, call.end, message=message)


_TOO_FEW = Text(
    "Укажите все пять параметров записи журнала", "State all five parameters of the log record"
)
_NO_LEVEL = Text(
    "Укажите вторым параметром уровень журнала", "State the level of the record, parameter two"
)
_NO_COMMENT = Text(
    "Укажите пятым параметром комментарий записи", "State the comment of the record, parameter five"
)
_NOT_ERROR = Text(
    "В части «Исключение» указывайте уровень «Ошибка»", "State the level Error in an Except part"
)
_NO_DETAIL = Text(
    "В комментарии нет подробного представления ошибки",
    "The comment has no detailed description of the error",
)


def _fault(module: ModuleView, call: Call) -> Text | None:
    if len(call.arguments) < _ARGUMENTS:
        return _TOO_FEW
    level, comment = call.arguments[1], call.arguments[_COMMENT]
    if level is None:
        return _NO_LEVEL
    if comment is None:
        return _NO_COMMENT
    if handler_around(module, call) is None:
        return None
    if not _may_be_error(level):
        return _NOT_ERROR
    block = code_of(block_of(module, statement_of(module, call)))
    if any(isinstance(statement, Raise) for statement in block):
        return None
    return None if _tells_detail(module, block, comment, follow=True) else _NO_DETAIL


def _may_be_error(level: Expression) -> bool:
    """False only where the level is plainly another."""
    if not isinstance(level, Chain) or not isinstance(level.head, Name):
        return True
    link = level.links[0]
    return (
        level.head.name.casefold() in _LEVEL
        and len(level.links) == 1
        and isinstance(link, Property)
        and link.name.casefold() in _ERROR
    )


def _tells_detail(
    module: ModuleView, block: Sequence[Statement], comment: Expression, *, follow: bool
) -> bool:
    if any(_is_detailed(module, call) for call in within(comment, Call, MethodCall)):
        return True
    if any(_is_poor(module, call) for call in within(comment, Call, MethodCall)):
        return False
    return all(
        follow and _is_variable(operand) and _assigned_well(module, block, operand)
        for operand in _operands(comment)
    )


def _is_detailed(module: ModuleView, call: Node) -> bool:
    return _named(module, call, _DETAILED) and any(
        inner.name.casefold() in _INFO for inner in within(call, Call)
    )


def _is_poor(module: ModuleView, call: Node) -> bool:
    return _named(module, call, _BRIEF) or (
        isinstance(call, Call) and call.name.casefold() in _SIMPLE
    )


def _named(module: ModuleView, call: Node, names: frozenset[str]) -> bool:
    """A global function, or a method of `ОбработкаОшибок`, with one of `names`."""
    if isinstance(call, Call):
        return call.name.casefold() in names
    above = module.parent(call)
    return (
        isinstance(call, MethodCall)
        and call.name.casefold() in names
        and isinstance(above, Chain)
        and isinstance(above.head, Name)
        and above.head.name.casefold() in _PROCESSING
    )


def _operands(expression: Expression) -> Iterator[Expression]:
    """The operands of a chain of operators."""
    stack = [expression]
    while stack:
        item = stack.pop()
        if isinstance(item, Binary):
            stack += [item.right, item.left]
        elif isinstance(item, Unary):
            stack.append(item.operand)
        else:
            yield item


def _is_variable(operand: Expression) -> bool:
    return isinstance(operand, (Name, Chain, Call, New, Ternary))


def _assigned_well(module: ModuleView, block: Sequence[Statement], variable: Expression) -> bool:
    """A variable set in the first statement of the block is looked at, any other is trusted."""
    first = block[0] if block else None
    if not isinstance(first, Assignment) or text_of(module, first.target) != text_of(
        module, variable
    ):
        return True
    return _tells_detail(module, block, first.value, follow=False)
