"""Fields of queries: dereferences through dots and references that are not needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.metadata.kinds import kind_by_bsl_name
from cai_assets.onec.query.nodes import (
    Dereference,
    Field,
    InlineTable,
    Parameter,
    Query,
    Select,
    Source,
    Subquery,
    Table,
    TableParameter,
    VirtualTable,
)
from cai_assets.rules.model import Found, Kind, Severity, Text, query_rule
from cai_assets.rules.query import QueryView

Options = Mapping[str, Any]

_REFERENCE = frozenset({"ссылка", "reference"})
_OBJECT_TABLE = 2
"""Names of a table of an object: `Справочник.X`; one more names a tabular section."""


@query_rule(
    "QueryNestedFieldsByDot",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(654,),
    title=Text("Разыменование полей через точку", "Dereferences in a query"),
    description=Text(
        "Каждая точка за полем ссылочного типа — скрытое соединение, для составного типа — "
        "соединение со всеми его таблицами. Соединитесь с нужной таблицей явно или сузьте тип "
        "через `ВЫРАЗИТЬ`.",
        "Each dot behind a reference field is a hidden join, for a composite type one with every "
        "table of the type. Join the table you need, or narrow the type by `CAST`.",
    ),
    message=Text(
        "Разыменование ссылочного поля «{field}»", "The reference field “{field}” is dereferenced"
    ),
)
def nested_fields(query: QueryView, _options: Options) -> Iterator[Found]:
    for field in query.find(Field):
        names = len(field.names) - _table_names(field.names)
        if names > 1 or (names == 1 and len(field.names) > 1 and _filters_table(query, field)):
            yield Found(field.start, field.end, {"field": ".".join(field.names)})
    for item in query.find(Dereference):
        if len(item.names) > 1:
            yield Found(item.start, item.end, {"field": ".".join(item.names)})


def _table_names(names: tuple[str, ...]) -> int:
    """How many of the names say which table a field is of; `Справочник.X.Поле` has two."""
    if len(names) > _OBJECT_TABLE and kind_by_bsl_name(names[0]) is not None:
        return _OBJECT_TABLE
    return 1


def _filters_table(query: QueryView, field: Field) -> bool:
    """Whether the field stands in a parameter of a virtual table, not in a query within it."""
    for above in query.ancestors(field):
        if isinstance(above, Query):
            return False
        if isinstance(above, TableParameter):
            return True
    return False


@query_rule(
    "RefOveruse",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(654,),
    title=Text("Лишняя «.Ссылка» в запросе", "Needless “.Ref” in a query"),
    description=Text(
        "`Т.Контрагент.Ссылка` равно `Т.Контрагент`, а `Т.Ссылка.Реквизит` — `Т.Реквизит`, но "
        "лишняя `Ссылка` добавляет соединение с таблицей. Уберите ее.",
        "`T.Partner.Ref` equals `T.Partner`, and `T.Ref.Attribute` equals `T.Attribute`, but the "
        "needless `Ref` adds a join. Remove it.",
    ),
    message=Text("Лишнее получение ссылки в «{field}»", "A needless reference in “{field}”"),
)
def needless_reference(query: QueryView, _options: Options) -> Iterator[Found]:
    if query.query.errors:
        return  # whose tables are not all known
    for field in query.find(Field):
        if len(field.names) < _OBJECT_TABLE or isinstance(_around(query, field), InlineTable):
            continue
        if _is_needless(field.names, _sources(query, field)):
            yield Found(field.start, field.end, {"field": ".".join(field.names)})


def _around(query: QueryView, field: Field) -> InlineTable | Query | None:
    """The nearest table of fields or query around a field."""
    return next((n for n in query.ancestors(field) if isinstance(n, InlineTable | Query)), None)


def _is_needless(names: tuple[str, ...], sources: Mapping[str, bool]) -> bool:
    folded = [name.casefold() for name in names]
    if not sources:
        return len(names) > _OBJECT_TABLE and folded[-1] in _REFERENCE
    if len(names) > _OBJECT_TABLE and kind_by_bsl_name(names[0]) is not None:
        folded = folded[1:-1]
    last = max((at for at, name in enumerate(folded) if name in _REFERENCE), default=-1)
    if last < 1:
        return False
    if last == len(folded) - 1:
        return folded[-2] not in sources
    return last > 1 or not sources.get(folded[0], False)


def _sources(query: QueryView, field: Field) -> dict[str, bool]:
    """The sources in scope by folded alias; true where `Ссылка` is a field like any other.

    So it is in tabular sections, virtual and temporary tables, where it leads to another table.
    """
    found: dict[str, bool] = {}
    for above in query.ancestors(field):
        if isinstance(above, Select):
            pending = list(above.sources)
            while pending:
                source = pending.pop()
                pending += [join.source for join in source.joins]
                found.setdefault(_name(source), _leads_elsewhere(source))
    return found


def _name(source: Source) -> str:
    if source.alias:
        return source.alias.casefold()
    table = source.table
    if isinstance(table, Table | VirtualTable):
        return table.names[-1].casefold()
    return table.name.casefold() if isinstance(table, Parameter) else ""


def _leads_elsewhere(source: Source) -> bool:
    table = source.table
    if isinstance(table, Table):
        return len(table.names) != _OBJECT_TABLE
    return not isinstance(table, Subquery | Parameter)
