"""Temporary tables of a package: whether what is joined to is indexed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.nodes import walk
from cai_assets.onec.query.nodes import (
    DropTable,
    In,
    Into,
    Join,
    Query,
    Source,
    Subquery,
    Table,
)
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, query_rule
from cai_assets.rules.query import QueryView

Options = Mapping[str, Any]


@query_rule(
    "TemporaryTableWithoutIndex",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    standards=(777,),
    enabled=False,
    title=Text("Временная таблица без индекса", "Temporary table without an index"),
    description=Text(
        "Временная таблица без `ИНДЕКСИРОВАТЬ ПО` участвует в соединении или в подзапросе "
        "условия `В (…)` того же пакета. Большую таблицу СУБД каждый раз читает целиком. "
        "Проиндексируйте ее по полям условия `ПО` или по полям подзапроса.\n\n"
        "Небольшим таблицам индекс не нужен, а размер по тексту запроса не виден, поэтому "
        "правило по умолчанию выключено. Таблицы без `ИЗ` и с малым `ПЕРВЫЕ` не считаются.",
        "A temporary table without `INDEX BY` is joined, or read in a subquery of `IN (…)`, in "
        "the same package. The database reads a large one as a whole each time. Index it by the "
        "fields of the join's condition, or by those that the subquery selects.\n\n"
        "Small tables need no index, and the text of a query does not tell the size, so the rule "
        "is off by default. Tables without `FROM` and with a small `TOP` do not count.",
    ),
    message=Text(
        "Временная таблица «{table}» соединяется или отбирается без индекса",
        "The temporary table “{table}” is joined or searched without an index",
    ),
    parameters=(
        Parameter(
            "smallTable",
            1000,
            Text(
                "Таблице с `ПЕРВЫЕ` меньше этого числа индекс не нужен",
                "A table with a `TOP` below this number needs no index",
            ),
        ),
    ),
)
def temporary_table_without_index(query: QueryView, options: Options) -> Iterator[Found]:
    bare: dict[str, Into] = {}
    for item in query.query.package.queries:
        if isinstance(item, DropTable):
            bare.pop(item.name.casefold(), None)
        elif isinstance(item, Query):
            for name in _searched(query, item):
                if into := bare.pop(name, None):
                    yield Found(into.start, into.end, {"table": into.name})
            if (into := item.into) and not into.adds:
                bare.pop(into.name.casefold(), None)
                if not item.has_errors and _wants_index(item, options["smallTable"]):
                    bare[into.name.casefold()] = into


def _wants_index(query: Query, small: int) -> bool:
    """Whether the query fills a table without an index, and with how many rows is not known."""
    return query.index_by is None and any(
        select.sources and not (select.top and 0 <= select.top.count < small)
        for select in query.selects
    )


def _searched(view: QueryView, query: Query) -> Iterator[str]:
    """Folded names of the temporary tables that the query joins or reads within `В (…)`."""
    for node in walk(query):
        if isinstance(node, Source) and (node.joins or isinstance(view.parent(node), Join)):
            yield from _temporary(node)
        elif isinstance(node, In) and isinstance(node.values, Subquery):
            for select in node.values.query.selects:
                for source in select.sources:
                    yield from _temporary(source)


def _temporary(source: Source) -> Iterator[str]:
    if isinstance(source.table, Table) and len(source.table.names) == 1:
        yield source.table.names[0].casefold()
