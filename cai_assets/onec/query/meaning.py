"""What a parsed query refers to: tables, fields, values, types, temporary tables, parameters.

Names are resolved through aliases, subqueries, unions and the temporary tables of the package.
Nothing outside the text is asked: whether a table or a field exists is for `knowledge` to find
out. A name that the text alone does not decide is left out: an unqualified field where several
tables could have it, a column of a temporary table that another package made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cai_assets.onec.bsl.nodes import Node
from cai_assets.onec.query import kinds as k
from cai_assets.onec.query.lexer import NAME_IN
from cai_assets.onec.query.nodes import (
    Asterisk,
    Cast,
    DropTable,
    Extension,
    Field,
    FunctionCall,
    InlineTable,
    Query,
    Refs,
    Select,
    SelectField,
    Source,
    Subquery,
    Table,
    TableParameter,
    TypeLiteral,
    Value,
    VirtualTable,
)
from cai_assets.onec.query.parser import ParsedQuery
from cai_assets.onec.query.relations import Derived, Origin, Relation, Scope, fields_of
from cai_assets.onec.query.tables import CONSTANTS, GAPS, TableName, table_name, type_id, value_id


class TableUse(NamedTuple):
    """A table of metadata that a query reads; `virtual` as in `TableName`. Tokens as in nodes."""

    id: str
    virtual: str
    start: int
    end: int


class FieldUse(NamedTuple):
    """A field that a query names, as a path from a table of metadata.

    `traced` where the query reaches the table through a subquery or a temporary table.
    """

    table: str
    virtual: str
    path: tuple[str, ...]
    start: int
    end: int
    traced: bool


class ValueUse(NamedTuple):
    """An object or a value that a query names; `kind`: value, type, cast, refs.

    `note` is `EmptyRef` where the value is the empty reference of the object.
    """

    id: str
    kind: str
    note: str
    start: int
    end: int


@dataclass(slots=True)
class Meaning:
    """What one text refers to, in the order in which it is evaluated.

    Names of temporary tables are as written first; `made` are filled by the text, `used` read
    by it, `dropped` destroyed. A table that is used and not made comes from elsewhere.
    """

    tables: list[TableUse] = field(default_factory=list)
    fields: list[FieldUse] = field(default_factory=list)
    values: list[ValueUse] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def understand(parsed: ParsedQuery) -> Meaning:
    """What a parsed text refers to. Never raises; broken queries give what was read of them."""
    reader = _Reader()
    for query in parsed.package.queries:
        if isinstance(query, Query):
            reader.query(query, None)
        elif isinstance(query, DropTable):
            reader.meaning.dropped.append(query.name)
            reader.temporary.pop(query.name.lower(), None)
    reader.meaning.parameters = _parameters(parsed)
    return reader.meaning


def _parameters(parsed: ParsedQuery) -> list[str]:
    """Names of parameters in the order of the text, each once."""
    tokens = parsed.tokens
    if k.PARAMETER not in tokens.kinds:
        return []
    found: dict[str, str] = {}
    at = tokens.kinds.find(k.PARAMETER)
    while at >= 0:
        name = NAME_IN[tokens.values[at]]
        found.setdefault(name.lower(), name)
        at = tokens.kinds.find(k.PARAMETER, at + 1)
    return list(found.values())


class _Reader:
    """Reads the queries of one package in order."""

    def __init__(self) -> None:
        self.meaning = Meaning()
        self.temporary: dict[str, Derived] = {}
        self._used: set[str] = set()

    # --- queries ------------------------------------------------------------------------

    def query(self, query: Query, outer: Scope | None) -> Derived:
        """Read a query or a subquery; what columns it has."""
        columns: Derived | None = None
        scopes = []
        for select in query.selects:
            scope = self._select(select, outer)
            scopes.append(scope)
            if columns is None:
                columns = scope.output
            elif scope.output is not None:
                columns.merge(scope.output)
        if columns is None:
            return Derived()
        # What follows all selects names the columns of the first.
        scope = scopes[0]
        indexes = (select.index_by for select in query.selects)
        for part in (query.order_by, query.totals, *query.extensions, *indexes):
            if part is not None:
                self._expressions(part, scope)
        into = query.into
        if into is not None:
            key = into.name.lower()
            known = self.temporary.get(key) if into.adds else None
            if known is not None:
                known.merge(columns)
            else:
                self.temporary[key] = columns
                self.meaning.made.append(into.name)
        return columns

    def _select(self, select: Select, outer: Scope | None) -> Scope:
        scope = Scope(outer)
        for source in select.sources:
            self._source(source, scope)
        for source in select.sources:
            self._conditions(source, scope)
        output = Derived()
        for item in select.fields:
            self._expressions(item.value, scope)
            self._column(item, scope, output)
        for part in (select.where, select.group_by, select.having, select.for_update):
            if part is not None:
                self._expressions(part, scope)
        scope.output = output
        for clause in (select.order_by, *select.extensions):
            if clause is not None:
                self._expressions(clause, scope)
        return scope

    def _column(self, item: SelectField, scope: Scope, output: Derived) -> None:
        value = item.value
        if type(value) is Asterisk:
            if not value.names:
                output.stars += scope.relations
            else:
                output.stars.append(scope.aliases.get(value.names[0].lower()))
            return
        origins: tuple[Origin, ...] = ()
        name = item.alias
        plain = value.operand if type(value) is Cast else value
        if type(plain) is Field or type(plain) is InlineTable:
            found = scope.resolve(plain.names)
            if found is not None:
                origins = fields_of(*found) or ()
                name = name or "".join(found[1])
            name = name or "".join(plain.names)
        output.add(name, origins)

    # --- sources ------------------------------------------------------------------------

    def _source(self, source: Source, scope: Scope) -> None:
        table = source.table
        relation: Relation | None = None
        alias = source.alias
        if type(table) is Subquery:
            # A subquery of `ИЗ` sees no table beside it.
            relation = self.query(table.query, scope.outer)
        elif type(table) is Table or type(table) is VirtualTable:
            relation = self._table(table)
            if not alias:
                scope.unnamed.append((table.names, relation))
                scope.aliases.setdefault("".join(table.names[1:]).lower(), relation)
                alias = table.names[-1]
            if type(table) is VirtualTable and table.parameters:
                self._table_parameters(table.parameters, relation, scope.outer)
        scope.relations.append(relation)
        if alias:
            scope.aliases[alias.lower()] = relation
        for join in source.joins:
            self._source(join.source, scope)

    def _conditions(self, source: Source, scope: Scope) -> None:
        for join in source.joins:
            self._conditions(join.source, scope)
            self._expressions(join.condition, scope)

    def _table(self, table: Table | VirtualTable) -> Relation | None:
        names = table.names
        if len(names) == 1:
            known = self.temporary.get(names[0].lower())
            if known is not None:
                self._use(names[0])
                return known
        found = table_name(names)
        if found is None:
            if len(names) == 1:
                self._use(names[0])
        elif found.id != CONSTANTS:
            self.meaning.tables.append(TableUse(found.id, found.virtual, table.start, table.end))
        return found

    def _use(self, name: str) -> None:
        if name not in self._used:
            self._used.add(name)
            self.meaning.used.append(name)

    def _table_parameters(
        self, parameters: list[TableParameter], relation: Relation | None, outer: Scope | None
    ) -> None:
        """Conditions name fields of the register itself; a bare word is a periodicity."""
        scope = Scope(outer)
        scope.relations.append(relation)
        for parameter in parameters:
            value = parameter.value
            if value is not None and not (type(value) is Field and len(value.names) == 1):
                self._expressions(value, scope)
            for extension in parameter.extensions:
                self._expressions(extension, scope)

    # --- expressions --------------------------------------------------------------------

    def _expressions(self, root: Node, scope: Scope) -> None:
        """Everything in an expression or a clause, in the order of the text."""
        stack: list[Any] = [root]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is Field:
                self._field(node.names, node, scope)
            elif kind is Subquery:
                self.query(node.query, scope)
            elif kind is FunctionCall:
                stack.extend(reversed(_without_period(node)))
            elif kind is InlineTable:
                self._inline_table(node, scope)
            elif kind in _NAMING:
                self._named(node)
                if kind is Cast or kind is Refs:
                    stack.append(node.operand)
            elif kind is Extension:
                stack.extend(item.value for item in reversed(node.items))
            else:
                for name in reversed(node.children):
                    child = getattr(node, name)
                    if type(child) is list:
                        stack.extend(reversed(child))
                    elif child is not None:
                        stack.append(child)

    def _field(self, names: tuple[str, ...], node: Node, scope: Scope) -> None:
        found = scope.resolve(names)
        if found is None:
            return
        relation, path = found
        if any(name[:1] in GAPS or "#" in name for name in path):
            return
        traced = type(relation) is Derived
        fields = self.meaning.fields
        for table, full in fields_of(relation, path) or ():
            fields.append(FieldUse(table.id, table.virtual, full, node.start, node.end, traced))
            if type(relation) is TableName and relation.id == CONSTANTS:
                self.meaning.tables.append(TableUse(table.id, "", node.start, node.end))

    def _inline_table(self, node: InlineTable, scope: Scope) -> None:
        if node.empty:
            return
        stack: list[tuple[tuple[str, ...], InlineTable]] = [(node.names, node)]
        while stack:
            prefix, table = stack.pop()
            for item in table.fields:
                value = item.value
                if type(value) is InlineTable:
                    stack.append((prefix + value.names, value))
                elif type(value) is Field:
                    self._field(prefix + value.names, value, scope)
                elif type(value) is Asterisk:
                    self._field(prefix, value, scope)
                else:
                    self._expressions(value, scope)

    def _named(self, node: Value | TypeLiteral | Cast | Refs) -> None:
        values = self.meaning.values
        if isinstance(node, Value):
            found = value_id(node.names)
            if found is not None:
                values.append(ValueUse(found[0], "value", found[1], node.start, node.end))
        else:
            target = type_id(node.type.names)
            if target is not None:
                kind = _NAMING[type(node)]
                values.append(ValueUse(target, kind, "", node.type.start, node.type.end))


_NAMING: dict[type, str] = {Value: "value", TypeLiteral: "type", Cast: "cast", Refs: "refs"}
_PERIOD_AT = {"BEGINOFPERIOD": 1, "ENDOFPERIOD": 1, "DATEADD": 1, "DATEDIFF": 2}


def _without_period(call: FunctionCall) -> list[Any]:
    """The arguments of a function without the word for a period, which is no field."""
    at = _PERIOD_AT.get(call.name)
    if at is None:
        return call.arguments
    return [
        argument
        for position, argument in enumerate(call.arguments)
        if position != at or type(argument) is not Field
    ]
