"""Joins: what they join to, how, and on which conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.nodes import Node, walk
from cai_assets.onec.query.nodes import (
    Binary,
    Expression,
    Field,
    FunctionCall,
    IsNull,
    Join,
    Parenthesised,
    Select,
    SelectField,
    Source,
    Subquery,
    Unary,
    VirtualTable,
)
from cai_assets.rules.model import Found, Kind, Severity, Text, query_rule
from cai_assets.rules.query import QueryView

Options = Mapping[str, Any]


def _joined(query: QueryView) -> Iterator[Source]:
    """Sources on either side of a join, each once."""
    for source in query.find(Source):
        if source.joins or isinstance(query.parent(source), Join):
            yield source


@query_rule(
    "JoinWithSubQuery",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(655,),
    title=Text("Соединение с вложенным запросом", "Join with a subquery"),
    description=Text(
        "СУБД плохо оценивает, сколько строк вернет вложенный запрос, и может выбрать медленный "
        "план. Поместите вложенный запрос во временную таблицу, проиндексируйте ее и соединяйтесь "
        "с ней.",
        "The database cannot tell how many rows a subquery returns and may choose a slow plan. "
        "Put the subquery into a temporary table with an index and join that.",
    ),
    message=Text(
        "Соединение с вложенным запросом: вынесите его во временную таблицу",
        "Join with a subquery: move it into a temporary table",
    ),
)
def join_with_subquery(query: QueryView, _options: Options) -> Iterator[Found]:
    for source in _joined(query):
        if isinstance(source.table, Subquery):
            inner = source.table.query
            yield Found(inner.start, inner.end)


@query_rule(
    "JoinWithVirtualTable",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(655,),
    title=Text("Соединение с виртуальной таблицей", "Join with a virtual table"),
    description=Text(
        "Виртуальная таблица разворачивается в подзапрос, и соединение с ней медленное по тем же "
        "причинам, что и с вложенным запросом. Сначала выберите ее с параметрами во временную "
        "таблицу.",
        "A virtual table unfolds into a subquery, so joining it is slow for the same reasons. "
        "Select it, with parameters, into a temporary table first.",
    ),
    message=Text(
        "Соединение с виртуальной таблицей «{table}»: выберите ее во временную таблицу",
        "Join with the virtual table “{table}”: select it into a temporary table",
    ),
)
def join_with_virtual_table(query: QueryView, _options: Options) -> Iterator[Found]:
    for source in _joined(query):
        table = source.table
        if isinstance(table, VirtualTable):
            yield Found(table.start, table.end, {"table": ".".join(table.names)})


@query_rule(
    "FullOuterJoinQuery",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(435,),
    title=Text("Полное внешнее соединение", "Full outer join"),
    description=Text(
        "PostgreSQL выполняет полное внешнее соединение медленно. Замените его объединением двух "
        "левых соединений.",
        "PostgreSQL runs full outer joins slowly. Replace it by a union of two left joins.",
    ),
    message=Text(
        "Полное внешнее соединение: замените объединением левых соединений",
        "Full outer join: replace it by a union of left joins",
    ),
)
def full_outer_join(query: QueryView, _options: Options) -> Iterator[Found]:
    for join in query.find(Join):
        if join.kind == "FULL":
            yield Found(join.start, join.source.start - 1)


@query_rule(
    "LogicalOrInJoinQuerySection",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(658,),
    title=Text("ИЛИ в условии соединения", "OR in the condition of a join"),
    description=Text(
        "Из-за `ИЛИ` по разным полям СУБД не может взять индекс и сравнивает все строки со всеми. "
        "Разбейте запрос на несколько и объедините их. `ИЛИ` по одному полю СУБД сводит к `В`, "
        "о нем правило не говорит.",
        "With `OR` over different fields the database cannot use an index and compares all rows "
        "with all. Split the query and unite the parts. `OR` over a single field becomes `IN` and "
        "is not reported.",
    ),
    message=Text(
        "ИЛИ по разным полям в условии соединения", "OR over different fields in a join's condition"
    ),
)
def or_in_join(query: QueryView, _options: Options) -> Iterator[Found]:
    for join in query.find(Join):
        for part in _conjuncts(join.condition):
            nodes = list(walk(part))
            if len({_text(n) for n in nodes if isinstance(n, Field)}) > 1:
                for node in nodes:
                    if isinstance(node, Binary) and node.operator == "OR":
                        yield Found(node.position, node.position)


def _conjuncts(condition: Expression) -> Iterator[Expression]:
    """The conditions that `И` joins, from left to right."""
    rest = [condition]
    while rest:
        node = rest.pop()
        while isinstance(node, Parenthesised):
            node = node.inner
        if isinstance(node, Binary) and node.operator == "AND":
            rest += [node.right, node.left]
        else:
            yield node


def _text(field: Field) -> str:
    return ".".join(field.names).casefold()


@query_rule(
    "FieldsFromJoinsWithoutIsNull",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    standards=(412,),
    enabled=False,
    title=Text(
        "Поля внешнего соединения без проверки на NULL", "Outer-join fields without a check"
    ),
    description=Text(
        "Если для строки нет пары, поля присоединенной таблицы равны `NULL`: сравнения с ними "
        "ложны, а значения ломают код. Оберните поле в `ЕСТЬNULL` или проверьте `ЕСТЬ NULL`.",
        "Where a row has no match, the joined table's fields are `NULL`: comparisons fail and "
        "values break code. Wrap the field in `ISNULL` or test `IS NULL`.",
    ),
    message=Text(
        "Поля таблицы «{alias}» берутся без проверки на NULL: {fields}",
        "Fields of “{alias}” are used without a NULL check: {fields}",
    ),
)
def outer_fields_without_check(query: QueryView, _options: Options) -> Iterator[Found]:
    for join in query.find(Join):
        select = next((n for n in query.ancestors(join) if isinstance(n, Select)), None)
        if select is None or _requires_a_match(query, select.where):
            continue
        unchecked: dict[str, list[str]] = {}
        for source in _nullable(query, join):
            used = _unchecked(query, join, select, source.alias.casefold()) if source.alias else []
            if used:
                unchecked[source.alias] = used
        if unchecked:
            names = [name for found in unchecked.values() for name in found]
            yield Found(
                join.start,
                join.end,
                {"alias": "», «".join(unchecked), "fields": ", ".join(dict.fromkeys(names))},
            )


def _nullable(query: QueryView, join: Join) -> list[Source]:
    """The sources whose fields a join may leave without a value."""
    outer = query.parent(join)
    left = [outer] if isinstance(outer, Source) else []
    return {
        "LEFT": [join.source],
        "RIGHT": left,
        "FULL": [*left, join.source],
    }.get(join.kind, [])


def _requires_a_match(query: QueryView, where: Expression | None) -> bool:
    """Whether `ГДЕ` tests a field with `ЕСТЬ НЕ NULL` or `НЕ … ЕСТЬ NULL`."""
    if where is None:
        return False
    for node in walk(where):
        if isinstance(node, IsNull):
            above: Node | None = query.parent(node)
            while isinstance(above, Parenthesised):
                above = query.parent(above)
            if node.negated or (isinstance(above, Unary) and above.operator == "NOT"):
                return True
    return False


def _unchecked(query: QueryView, join: Join, select: Select, alias: str) -> list[str]:
    """The fields of `alias` that are used bare in the fields, conditions and other joins."""
    siblings = query.parent(join)
    others = siblings.joins if isinstance(siblings, Source) else []
    places: list[tuple[Node, bool]] = [(item, True) for item in select.fields]
    if select.where is not None:
        places.append((select.where, True))
    places += [(other.condition, False) for other in others if other is not join]
    found = []
    for place, predicate_counts in places:
        for node in walk(place):
            if (
                isinstance(node, Field)
                and len(node.names) > 1
                and node.names[0].casefold() == alias
                and not _checked(query, node, predicate_counts)
            ):
                found.append(".".join(node.names))
    return found


def _checked(query: QueryView, field: Field, predicate_counts: bool) -> bool:
    """Whether `ЕСТЬNULL(…)` stands around the field, or `… ЕСТЬ NULL` if that counts here."""
    for above in query.ancestors(field):
        if isinstance(above, FunctionCall) and above.name == "ISNULL":
            return True
        if predicate_counts and isinstance(above, IsNull):
            return True
        if isinstance(above, SelectField | Select | Join):
            return False
    return False
