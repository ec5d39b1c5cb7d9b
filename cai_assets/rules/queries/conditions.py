"""Conditions of queries, and calls of virtual tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.nodes import walk
from cai_assets.onec.query.nodes import (
    Binary,
    Boolean,
    Like,
    Null,
    Number,
    Parameter,
    Placeholder,
    Select,
    String,
    Undefined,
    VirtualTable,
)
from cai_assets.rules.model import Found, Kind, Severity, Text, query_rule
from cai_assets.rules.query import QueryView

Options = Mapping[str, Any]

_LITERALS = (Boolean, Null, Number, Parameter, Placeholder, String, Undefined)


@query_rule(
    "LogicalOrInTheWhereSectionOfQuery",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(658,),
    title=Text("ИЛИ в секции ГДЕ", "OR in the WHERE clause"),
    description=Text(
        "Из-за `ИЛИ` в `ГДЕ` СУБД может не взять индекс и прочитать таблицу целиком. Замените "
        "условие на `В` или разбейте запрос и объедините части через `ОБЪЕДИНИТЬ ВСЕ`.",
        "With `OR` in `WHERE` the database may skip the index and scan the table. Use `IN`, or "
        "split the query and unite the parts by `UNION ALL`.",
    ),
    message=Text("ИЛИ в секции ГДЕ запроса", "OR in the WHERE clause of a query"),
)
def or_in_where(query: QueryView, _options: Options) -> Iterator[Found]:
    seen = set()
    for select in query.find(Select):
        for node in walk(select.where) if select.where is not None else ():
            if isinstance(node, Binary) and node.operator == "OR" and node.position not in seen:
                seen.add(node.position)
                yield Found(node.position, node.position)


@query_rule(
    "IncorrectUseLikeInQuery",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    standards=(726,),
    title=Text("Образец ПОДОБНО вычисляется", "The pattern of LIKE is computed"),
    description=Text(
        "Справа от `ПОДОБНО` может стоять только строковый литерал или параметр. Поле или "
        "вычисление СУБД понимают по-разному, и результат зависит от того, какая из них "
        "используется.",
        "To the right of `LIKE` only a string literal or a parameter may stand. Databases treat "
        "fields and computed patterns differently, so the result depends on which one is used.",
    ),
    message=Text(
        "Образец ПОДОБНО должен быть литералом или параметром",
        "The pattern of LIKE must be a literal or a parameter",
    ),
)
def computed_like_pattern(query: QueryView, _options: Options) -> Iterator[Found]:
    for like in query.find(Like):
        first = next((node for node in walk(like.pattern) if isinstance(node, _LITERALS)), None)
        if not isinstance(first, Parameter | Placeholder | String):
            yield Found(like.start, like.end)


@query_rule(
    "VirtualTableCallWithoutParameters",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    standards=(657, 733),
    title=Text("Виртуальная таблица без параметров", "Virtual table without parameters"),
    description=Text(
        "Без параметров виртуальная таблица вычисляется по всему регистру, а отбор в `ГДЕ` "
        "применяется потом. Передайте условия в параметры таблицы.",
        "Without parameters a virtual table is computed over the whole register, and a filter in "
        "`WHERE` comes too late. Pass the conditions as parameters of the table.",
    ),
    message=Text(
        "Виртуальная таблица «{table}» без отборов в параметрах",
        "The virtual table “{table}” has no filter among its parameters",
    ),
)
def virtual_table_without_parameters(query: QueryView, _options: Options) -> Iterator[Found]:
    for table in query.find(VirtualTable):
        parameters = table.parameters or []
        filters = parameters[1:] if len(parameters) > 1 else parameters
        if all(parameter.omitted for parameter in filters):
            yield Found(table.start, table.end, {"table": ".".join(table.names)})
