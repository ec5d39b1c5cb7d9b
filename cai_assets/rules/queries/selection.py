"""What a query selects: unions, the first rows, and whether it is a query at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.query.nodes import BrokenQuery, Query, Select
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, query_rule
from cai_assets.rules.query import QueryView

Options = Mapping[str, Any]

_FEWEST = (0, 1)


@query_rule(
    "QueryParseError",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(437,),
    title=Text("Ошибка в тексте запроса", "Query does not parse"),
    description=Text(
        "Текст запроса не разбирается: он упадет при выполнении, а конструктор запросов его не "
        "откроет. Части запросов и шаблоны, которые код дополняет, не проверяются.",
        "The text is no valid query: it fails at run time, and the query wizard cannot open it. "
        "Parts of queries and templates that code completes are left out.",
    ),
    message=Text("Текст запроса не разбирается: {error}", "The query does not parse: {error}"),
)
def query_does_not_parse(query: QueryView, _options: Options) -> Iterator[Found]:
    if query.form not in {"whole", "joined"}:
        return
    first_error = query.query.errors[0].message if query.query.errors else ""
    for item in query.query.package.queries:
        if isinstance(item, BrokenQuery) or (isinstance(item, Query) and item.has_errors):
            yield Found(item.start, item.end, {"error": first_error})


@query_rule(
    "UnionAll",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    standards=(434,),
    title=Text("ОБЪЕДИНИТЬ без ВСЕ", "UNION without ALL"),
    description=Text(
        "`ОБЪЕДИНИТЬ` сортирует и убирает повторы, даже когда их не может быть. Если повторы "
        "невозможны или допустимы, пишите `ОБЪЕДИНИТЬ ВСЕ`.",
        "`UNION` sorts and removes duplicates even where there are none. If duplicates are "
        "impossible or welcome, write `UNION ALL`.",
    ),
    message=Text("ОБЪЕДИНИТЬ без ВСЕ", "UNION without ALL"),
)
def union_without_all(query: QueryView, _options: Options) -> Iterator[Found]:
    for select in query.find(Select):
        if select.union == "UNION":
            yield Found(select.union_at, select.union_at)


@query_rule(
    "SelectTopWithoutOrderBy",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(412,),
    title=Text("ПЕРВЫЕ без УПОРЯДОЧИТЬ ПО", "TOP without ORDER BY"),
    description=Text(
        "Без порядка «первые» строки случайны: разные СУБД и разные планы вернут разное. "
        "Добавьте `УПОРЯДОЧИТЬ ПО`. Для проверки существования допустимо `ПЕРВЫЕ 1`.",
        "Without an order the “first” rows are arbitrary: databases and plans differ. Add "
        "`ORDER BY`. `TOP 1` may stand alone to test for existence.",
    ),
    message=Text("ПЕРВЫЕ без УПОРЯДОЧИТЬ ПО", "TOP without ORDER BY"),
    parameters=(
        Parameter(
            "skipSelectTopOne",
            True,
            Text("Не сообщать о `ПЕРВЫЕ 1`", "Do not report `TOP 1`"),
        ),
    ),
)
def top_without_order(query: QueryView, options: Options) -> Iterator[Found]:
    for item in query.find(Query):
        united = len(item.selects) > 1
        if item.order_by is not None and not united:
            continue
        one_allowed = options["skipSelectTopOne"] and not united
        for select in item.selects:
            top = select.top
            if top is None or top.count < 0:
                continue
            few = top.count in _FEWEST and (one_allowed or select.where is not None)
            if not few:
                yield Found(top.start, top.end)
