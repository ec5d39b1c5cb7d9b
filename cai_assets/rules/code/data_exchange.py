"""Handlers of writing and deleting stand back while data is loaded by an exchange."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cai_assets.onec.bsl.nodes import Chain, Expression, If, Property, Return, RoutineNode
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import code_of, within, words

_HANDLERS = words(
    "ПередЗаписью", "ПриЗаписи", "ПередУдалением", "BeforeWrite", "OnWrite", "BeforeDelete"
)
_MODULES = frozenset({"", "ObjectModule", "RecordSetModule", "ValueManagerModule"})
_EXCHANGE = words("ОбменДанными", "DataExchange")
_LOADING = words("Загрузка", "Load")


@module_rule(
    "DataExchangeLoading",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    standards=(464, 465, 752, 773),
    title=Text("Нет проверки «ОбменДанными.Загрузка»", "DataExchange.Load is not checked"),
    description=Text(
        "Обработчик записи или удаления не выходит, когда данные загружает обмен. Проверки и "
        "дозаполнение исказят или отвергнут данные, которые уже прошли их в другой базе, и "
        "замедлят загрузку.\n\nНачинайте обработчик с "
        "`Если ОбменДанными.Загрузка Тогда Возврат; КонецЕсли;`.",
        "A handler of writing or deleting does not return while an exchange loads data. Its checks "
        "and defaults distort or reject data that passed them in another infobase, and slow the "
        "load down.\n\nBegin the handler with `If DataExchange.Load Then Return; EndIf;`.",
    ),
    message=Text(
        "В обработчике «{name}» нет выхода при «ОбменДанными.Загрузка»",
        "The handler “{name}” does not return on DataExchange.Load",
    ),
    parameters=(
        Parameter(
            "findFirst",
            False,
            Text("Требовать проверку первым оператором", "Demand the check as the first statement"),
        ),
    ),
)
def data_exchange_loading(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    if module.context.kind not in _MODULES:
        return
    for routine in module.tree.routines:
        if routine.is_function or routine.name.casefold() not in _HANDLERS:
            continue
        if not _returns_on_load(routine, first_only=options["findFirst"]):
            yield Found(routine.position, routine.position, {"name": routine.name})


def _returns_on_load(routine: RoutineNode, *, first_only: bool) -> bool:
    statements = code_of(routine.body)
    return any(
        isinstance(statement, If)
        and _mentions_load(statement.branches[0].condition)
        and any(within(statement.branches[0], Return))
        for statement in statements[: 1 if first_only else None]
    )


def _mentions_load(condition: Expression | None) -> bool:
    if condition is None:
        return False
    return any(_is_load(_names(chain)) for chain in within(condition, Chain))


def _names(chain: Chain) -> list[str]:
    names = [getattr(chain.head, "name", "")]
    names += [link.name if isinstance(link, Property) else "" for link in chain.links]
    return [name.casefold() for name in names]


def _is_load(names: Sequence[str]) -> bool:
    pairs = zip(names, names[1:], strict=False)
    return any(first in _EXCHANGE and second in _LOADING for first, second in pairs)
