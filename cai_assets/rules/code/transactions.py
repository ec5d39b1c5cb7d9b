"""Transactions are opened, committed and rolled back as standard 783 wants it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cai_assets.onec.bsl.nodes import (
    Boolean,
    Branch,
    Break,
    Call,
    CallStatement,
    Continue,
    If,
    Name,
    Node,
    Return,
    Statement,
    Try,
    Undefined,
)
from cai_assets.rules.model import Found, Kind, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import (
    block_of,
    calls_of,
    code_of,
    following,
    handler_around,
    last_with_semicolon,
    within,
    words,
)

_BEGIN = words("НачатьТранзакцию", "BeginTransaction")
_COMMIT = words("ЗафиксироватьТранзакцию", "CommitTransaction")
_ROLLBACK = words("ОтменитьТранзакцию", "RollbackTransaction")
_PARTNERS = {
    "начатьтранзакцию": ("ЗафиксироватьТранзакцию", "ОтменитьТранзакцию"),
    "begintransaction": ("CommitTransaction", "RollbackTransaction"),
    "зафиксироватьтранзакцию": ("НачатьТранзакцию", ""),
    "committransaction": ("BeginTransaction", ""),
    "отменитьтранзакцию": ("", "НачатьТранзакцию"),
    "rollbacktransaction": ("", "BeginTransaction"),
}
"""What a call must be paired with: on success, and on failure."""


@module_rule(
    "BeginTransactionBeforeTryCatch",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    standards=(783,),
    title=Text(
        "Начало транзакции не перед «Попытка»", "Transaction does not begin right before Try"
    ),
    description=Text(
        "Между `НачатьТранзакцию()` и `Попытка` стоит код. Если он вызовет исключение, транзакция "
        "останется открытой: блокировки держатся до конца вызова сервера, а следующая запись "
        "завершится ошибкой «в данной транзакции уже происходили ошибки».\n\n"
        "Ставьте `Попытка` сразу после `НачатьТранзакцию()`, а подготовку данных — до нее.",
        "There is code between `BeginTransaction()` and `Try`. If it raises, the transaction stays "
        "open: locks are kept until the server call ends, and the next write fails because "
        "“errors have already occurred in this transaction”.\n\n"
        "Put `Try` right behind `BeginTransaction()`, and prepare data before it.",
    ),
    message=Text(
        "После начала транзакции сразу должна идти «Попытка»",
        "Try must follow right behind the beginning of the transaction",
    ),
)
def begin_before_try(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for statement in _statements_calling(module, _BEGIN):
        if not isinstance(_next_in_order(module, statement), Try):
            yield Found(statement.start, last_with_semicolon(module, statement))


@module_rule(
    "CommitTransactionOutsideTryCatch",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    standards=(783,),
    title=Text(
        "Фиксация транзакции не последняя в «Попытка»", "Commit is not the last statement of Try"
    ),
    description=Text(
        "`ЗафиксироватьТранзакцию()` стоит вне `Попытка` или за ней в попытке идет еще код. "
        "Если этот код вызовет исключение, обработчик отменит транзакцию, которой уже нет, "
        "а при фиксации вне попытки ошибка самой фиксации останется без отмены.\n\n"
        "Делайте фиксацию последним оператором части `Попытка`.",
        "`CommitTransaction()` stands outside `Try`, or more code follows it there. If that code "
        "raises, the handler rolls back a transaction that is already gone; and a commit "
        "outside a `Try` that fails is never rolled back.\n\n"
        "Make the commit the last statement of the `Try` part.",
    ),
    message=Text(
        "Фиксация транзакции должна быть последним оператором части «Попытка»",
        "The commit must be the last statement of the Try part",
    ),
)
def commit_outside_try(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for statement in _statements_calling(module, _COMMIT):
        if not _ends_try(module, statement):
            yield Found(statement.start, last_with_semicolon(module, statement))


@module_rule(
    "PairingBrokenTransaction",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    standards=(783,),
    title=Text("Непарные вызовы транзакции", "Calls of a transaction are not in pairs"),
    description=Text(
        "В методе начало транзакции не имеет своей фиксации или отмены, либо наоборот. Непарные "
        "вызовы приводят к незакрытым транзакциям или к отмене чужой, внешней транзакции.\n\n"
        "На каждый `НачатьТранзакцию()` в том же методе должен приходиться один "
        "`ЗафиксироватьТранзакцию()` и один `ОтменитьТранзакцию()`.",
        "A transaction that begins in a routine has no commit or no rollback there, or the other "
        "way round. Unpaired calls leave transactions open or roll back one of the caller's.\n\n"
        "Each `BeginTransaction()` needs one `CommitTransaction()` and one "
        "`RollbackTransaction()` in the same routine.",
    ),
    message=Text(
        "Для «{call}» нет парного вызова «{partner}»",
        "“{call}” has no matching call of “{partner}”",
    ),
)
def pairing_broken(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    by_routine: dict[int, list[Call]] = {}
    for call in calls_of(module, _BEGIN | _COMMIT | _ROLLBACK):
        routine = module.routine_of(call)
        if routine is not None:
            by_routine.setdefault(id(routine), []).append(call)
    for calls in by_routine.values():
        for which, closing in enumerate((_COMMIT, _ROLLBACK)):
            for call in _unpaired(module, calls, closing):
                partner = _PARTNERS[call.name.casefold()][which]
                yield Found(call.start, call.end, {"call": call.name, "partner": partner})


@module_rule(
    "WrongUseOfRollbackTransactionMethod",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    standards=(783,),
    title=Text("Отмена транзакции не первой в «Исключение»", "Rollback is not first in Except"),
    description=Text(
        "`ОтменитьТранзакцию()` вызывается вне части `Исключение` или после других вызовов в ней. "
        "До отмены нельзя обращаться к базе: запись журнала или чтение сами завершатся ошибкой и "
        "скроют исходную.\n\nВызывайте отмену первой в части `Исключение`.",
        "`RollbackTransaction()` is called outside the `Except` part, or behind other calls in it. "
        "Before the rollback the database must not be touched: writing or reading fails "
        "itself and hides the first error.\n\nCall the rollback first in the `Except` part.",
    ),
    message=Text(
        "Отмена транзакции должна быть первым вызовом в части «Исключение»",
        "The rollback must be the first call of the Except part",
    ),
)
def wrong_rollback(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for call in calls_of(module, _ROLLBACK):
        attempt = handler_around(module, call)
        if attempt is None or _first_call(attempt.handler) is not call:
            yield Found(call.start, call.start)


def _statements_calling(module: ModuleView, names: frozenset[str]) -> Iterator[CallStatement]:
    for call in calls_of(module, names):
        above = module.parent(call)
        if isinstance(above, CallStatement):
            yield above


def _next_in_order(module: ModuleView, statement: Node) -> Statement | None:
    """What is written next in the routine: in the same list, or behind what encloses it."""
    node: Node | None = statement
    while node is not None:
        found = following(module, node)
        if found is not None:
            return found
        above = module.parent(node)
        if isinstance(above, Branch):
            later = _later_branch(module, above)
            if later is not None:
                return later
            above = module.parent(above)
        elif isinstance(above, Try) and node.start < above.middle and code_of(above.handler):
            return code_of(above.handler)[0]
        node = above if block_of(module, above or node) else None
    return None


def _later_branch(module: ModuleView, branch: Branch) -> Statement | None:
    condition = module.parent(branch)
    branches = condition.branches if isinstance(condition, If) else []
    for other in branches:
        if other.start > branch.start and code_of(other.body):
            return code_of(other.body)[0]
    return None


def _ends_try(module: ModuleView, statement: Node) -> bool:
    """Whether nothing follows a statement in the `Попытка` part around it."""
    node: Node | None = statement
    while node is not None:
        after = following(module, node)
        if _only_leaves(after) and not isinstance(module.parent(node), Try):
            # An early exit from within a branch; at the end of the attempt it could stand behind.
            return any(isinstance(x, Try) and node.start < x.middle for x in module.ancestors(node))
        if after is not None:
            return False
        above = module.parent(node)
        if isinstance(above, Try) and node.start < above.middle:
            return True
        if isinstance(above, Branch):
            if _later_branch(module, above) is not None:
                return False
            above = module.parent(above)
        node = above if above is not None and block_of(module, above) else None
    return False


def _unpaired(module: ModuleView, calls: Sequence[Call], closing: frozenset[str]) -> list[Call]:
    """Calls without a partner. What closes on a path that ends there closes no other's begin."""
    waiting: list[Call] = []
    unpaired: list[Call] = []
    alternatives = 0
    for call in calls:
        name = call.name.casefold()
        if name in _BEGIN:
            waiting.append(call)
        elif name in closing:
            if _is_alternative(module, call, calls):
                alternatives += 1
            elif waiting:
                waiting.pop(0)
            else:
                unpaired.append(call)
    return unpaired + waiting[alternatives:]


def _is_alternative(module: ModuleView, call: Call, calls: Sequence[Call]) -> bool:
    """Whether a closing call ends its path, or the handler of its `Попытка` closes instead."""
    statement = module.parent(call)
    if not isinstance(statement, CallStatement):
        return False
    if _only_leaves(following(module, statement)):
        return True
    attempt = module.parent(statement)
    return (
        isinstance(attempt, Try)
        and statement.start < attempt.middle
        and any(
            attempt.middle < other.start < attempt.end
            and other.name.casefold() == call.name.casefold()
            for other in calls
        )
    )


def _only_leaves(statement: Statement | None) -> bool:
    """`Возврат`, `Продолжить` or `Прервать`, which cannot fail."""
    return isinstance(statement, (Break, Continue)) or (
        isinstance(statement, Return)
        and (statement.value is None or isinstance(statement.value, (Name, Boolean, Undefined)))
    )


def _first_call(handler: Sequence[Statement]) -> Node | None:
    for statement in handler:
        for call in within(statement, Call):
            return call
    return None
