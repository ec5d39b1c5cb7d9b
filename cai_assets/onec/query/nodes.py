"""The syntax tree of a package of queries.

`start` and `end` are the first and the last token of a node, as positions in `ParsedQuery.tokens`,
so a rule gives exact ranges without places being stored. Every segment of a path is one token
(`Т`, `.Контрагент`): the token of `names[n]` is `start + n`. Keywords and functions are told by
their English names in capitals (`SUM`, `LEFT`), whichever language the text is written in.
Nodes compare by identity. Use `bsl.nodes.walk`, which never recurses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from cai_assets.onec.bsl.nodes import Leaf, Node

NOWHERE: Final = -1
"""In place of a token: the keyword is not written."""

AGGREGATES: Final = frozenset({"AVG", "COUNT", "MAX", "MIN", "SUM"})

# --- expressions ------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Field(Node):
    """A path of names: `Наименование`, `Т.Контрагент.Наименование`."""

    start: int
    names: tuple[str, ...]
    end: int


@dataclass(slots=True, eq=False)
class Number(Leaf):
    """A number as written."""

    start: int
    text: str


@dataclass(slots=True, eq=False)
class String(Node):
    """A string literal, quotes unescaped; adjacent literals are one."""

    start: int
    text: str
    end: int


@dataclass(slots=True, eq=False)
class Boolean(Leaf):
    """`ИСТИНА` or `ЛОЖЬ`."""

    start: int
    value: bool


@dataclass(slots=True, eq=False)
class Null(Leaf):
    """`NULL`."""

    start: int


@dataclass(slots=True, eq=False)
class Undefined(Leaf):
    """`НЕОПРЕДЕЛЕНО`."""

    start: int


@dataclass(slots=True, eq=False)
class Parameter(Leaf):
    """`&Параметр`; `name` is without the sign."""

    start: int
    name: str


@dataclass(slots=True, eq=False)
class Placeholder(Leaf):
    """What code puts text into before the query runs: `%1`, `[Имя]`, `&&Имя`."""

    start: int
    text: str


@dataclass(slots=True, eq=False)
class FunctionCall(Node):
    """A function: `СУММА(…)`, `ЕСТЬNULL(…)`, `ДАТАВРЕМЯ(…)`, `КОЛИЧЕСТВО(РАЗЛИЧНЫЕ …)`.

    `name` is its English name in capitals. Periods such as `МЕСЯЦ` among the arguments are
    `Field` nodes of one name. `КОЛИЧЕСТВО(*)` has one `Asterisk`.
    """

    start: int
    name: str
    arguments: list[Expression]
    distinct: bool
    end: int
    children = ("arguments",)

    @property
    def aggregate(self) -> bool:
        """Whether it is one of `AGGREGATES`."""
        return self.name in AGGREGATES


@dataclass(slots=True, eq=False)
class Value(Node):
    """`ЗНАЧЕНИЕ(Справочник.X.Имя)`; `names` as written, the last may be empty (`X.`).

    `position` is the token of the first name.
    """

    start: int
    position: int
    names: tuple[str, ...]
    end: int


@dataclass(slots=True, eq=False)
class TypeName(Node):
    """A type as `ВЫРАЗИТЬ`, `ТИП` and `ССЫЛКА` name it: a table, or `СТРОКА(10)`, `ЧИСЛО(15, 2)`.

    A simple type has one name, in English capitals (`STRING`, `NUMBER`, `BOOLEAN`, `DATE`).
    """

    start: int
    names: tuple[str, ...]
    qualifiers: tuple[str, ...]
    end: int


@dataclass(slots=True, eq=False)
class TypeLiteral(Node):
    """`ТИП(Справочник.X)`."""

    start: int
    type: TypeName
    end: int
    children = ("type",)


@dataclass(slots=True, eq=False)
class Cast(Node):
    """`ВЫРАЗИТЬ(операнд КАК тип)`."""

    start: int
    operand: Expression
    type: TypeName
    end: int
    children = ("operand", "type")


@dataclass(slots=True, eq=False)
class Dereference(Node):
    """Names behind what is no name: `ВЫРАЗИТЬ(… КАК Документ.X).Дата`."""

    operand: Expression
    position: int
    names: tuple[str, ...]
    end: int
    children = ("operand",)

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the operand; `position` is the token of the first name."""
        return self.operand.start


@dataclass(slots=True, eq=False)
class CaseBranch(Node):
    """`КОГДА условие ТОГДА значение`."""

    start: int
    condition: Expression
    value: Expression
    children = ("condition", "value")

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the value."""
        return self.value.end


@dataclass(slots=True, eq=False)
class Case(Node):
    """`ВЫБОР [операнд] КОГДА … ИНАЧЕ … КОНЕЦ`."""

    start: int
    operand: Expression | None
    branches: list[CaseBranch]
    otherwise: Expression | None
    end: int
    children = ("operand", "branches", "otherwise")


@dataclass(slots=True, eq=False)
class Unary(Node):
    """`НЕ`, `-` or `+`; `operator` is `NOT`, `-`, `+`."""

    start: int
    operator: str
    operand: Expression
    children = ("operand",)

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the operand."""
        return self.operand.end


@dataclass(slots=True, eq=False)
class Binary(Node):
    """Two operands; `operator` is `AND`, `OR`, `=`, `<>`, `<`, `<=`, `>`, `>=`, `+`, `-`, `*`, `/`.

    `position` is the operator's token. Long chains lean to the left.
    """

    left: Expression
    operator: str
    position: int
    right: Expression
    children = ("left", "right")

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the leftmost operand."""
        node: Expression = self
        while isinstance(node, Binary):
            node = node.left
        return node.start

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the right operand."""
        return self.right.end


@dataclass(slots=True, eq=False)
class Parenthesised(Node):
    """An expression in parentheses."""

    start: int
    inner: Expression
    end: int
    children = ("inner",)


@dataclass(slots=True, eq=False)
class Tuple(Node):
    """`(А, Б)`, on either side of `В`."""

    start: int
    items: list[Expression]
    end: int
    children = ("items",)


@dataclass(slots=True, eq=False)
class Subquery(Node):
    """`(ВЫБРАТЬ …)` as a source or within an expression."""

    start: int
    query: Query
    end: int
    children = ("query",)


@dataclass(slots=True, eq=False)
class IsNull(Node):
    """`операнд ЕСТЬ [НЕ] NULL`."""

    operand: Expression
    position: int
    negated: bool
    end: int
    children = ("operand",)

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the operand; `position` is the token `ЕСТЬ`."""
        return self.operand.start


@dataclass(slots=True, eq=False)
class Between(Node):
    """`операнд [НЕ] МЕЖДУ А И Б`."""

    operand: Expression
    position: int
    negated: bool
    low: Expression
    high: Expression
    children = ("operand", "low", "high")

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the operand; `position` is the token `МЕЖДУ`."""
        return self.operand.start

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the upper bound."""
        return self.high.end


@dataclass(slots=True, eq=False)
class In(Node):
    """`операнд [НЕ] В [ИЕРАРХИИ] (…)`; `values` is a `Subquery`, or a `Tuple` of one or more.

    Without parentheses (`В &Список`) it is the expression itself.
    """

    operand: Expression
    position: int
    negated: bool
    hierarchy: bool
    values: Expression
    children = ("operand", "values")

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the operand; `position` is the token `В`."""
        return self.operand.start

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the values."""
        return self.values.end


@dataclass(slots=True, eq=False)
class Like(Node):
    """`операнд [НЕ] ПОДОБНО образец [СПЕЦСИМВОЛ символ]`."""

    operand: Expression
    position: int
    negated: bool
    pattern: Expression
    escape: Expression | None
    children = ("operand", "pattern", "escape")

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the operand; `position` is the token `ПОДОБНО`."""
        return self.operand.start

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the pattern or of the escape character."""
        return (self.escape or self.pattern).end


@dataclass(slots=True, eq=False)
class Refs(Node):
    """`операнд ССЫЛКА Документ.X`."""

    operand: Expression
    position: int
    negated: bool
    type: TypeName
    children = ("operand", "type")

    @property
    def start(self) -> int:  # type: ignore[override]
        """The start of the operand; `position` is the token `ССЫЛКА`."""
        return self.operand.start

    @property
    def end(self) -> int:  # type: ignore[override]
        """The end of the type."""
        return self.type.end


@dataclass(slots=True, eq=False)
class Asterisk(Node):
    """`*`, or `Т.*` with the names before it."""

    start: int
    names: tuple[str, ...]
    end: int


@dataclass(slots=True, eq=False)
class InlineTable(Node):
    """`Товары.(Номенклатура, Количество)`; also `ПУСТАЯТАБЛИЦА.(А, Б)`, where `empty` is set.

    `names` is the path before the parentheses.
    """

    start: int
    names: tuple[str, ...]
    fields: list[SelectField]
    empty: bool
    end: int
    children = ("fields",)


@dataclass(slots=True, eq=False)
class BrokenExpression(Node):
    """Tokens that make no expression; an error tells why."""

    start: int
    end: int


Expression: TypeAlias = (
    Field
    | Number
    | String
    | Boolean
    | Null
    | Undefined
    | Parameter
    | Placeholder
    | FunctionCall
    | Value
    | TypeLiteral
    | Cast
    | Dereference
    | Case
    | Unary
    | Binary
    | Parenthesised
    | Tuple
    | Subquery
    | IsNull
    | Between
    | In
    | Like
    | Refs
    | Asterisk
    | InlineTable
    | BrokenExpression
)

# --- composition ------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class ExtensionItem(Node):
    """An item in braces: `Номенклатура.* КАК Товар`, `(&Период)`, a condition.

    `detailed` is set where `.*` follows; `alias` is empty if none.
    """

    start: int
    value: Expression
    detailed: bool
    alias: str
    end: int
    children = ("value",)


@dataclass(slots=True, eq=False)
class Extension(Node):
    """`{ВЫБРАТЬ …}`, `{ГДЕ …}`, `{УПОРЯДОЧИТЬ ПО …}`, `{ИТОГИ ПО …}`, `{ХАРАКТЕРИСТИКИ …}`.

    `kind`: `SELECT`, `WHERE`, `ORDER`, `TOTALS`, `CHARACTERISTICS`, or empty within the
    parameters of a virtual table. Characteristics have no items: they are rules of their own.
    """

    start: int
    kind: str
    items: list[ExtensionItem]
    end: int
    children = ("items",)


# --- sources ----------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Table(Node):
    """A table by its name: `Справочник.X`, `Документ.Д.Товары`, or `ВТ`, a temporary one."""

    start: int
    names: tuple[str, ...]
    end: int


@dataclass(slots=True, eq=False)
class TableParameter(Node):
    """A parameter of a virtual table: an expression, braces of data composition, or both.

    `start` is the token behind the opening parenthesis or comma.
    """

    start: int
    value: Expression | None
    extensions: list[Extension]
    end: int
    children = ("value", "extensions")

    @property
    def omitted(self) -> bool:
        """Nothing stands between the commas."""
        return self.value is None and not self.extensions


@dataclass(slots=True, eq=False)
class VirtualTable(Node):
    """`РегистрНакопления.X.Остатки(&Период, …)`, `КритерийОтбора.X(&Значение)`.

    `names` are all names as written; `virtual` is the English name of the virtual table
    (`Balance`, `SliceLast`), empty for a filter criterion. `parameters` is None where no
    parentheses are written, and empty for `()`.
    """

    start: int
    names: tuple[str, ...]
    virtual: str
    parameters: list[TableParameter] | None
    end: int
    children = ("parameters",)


@dataclass(slots=True, eq=False)
class Source(Node):
    """A table of `ИЗ` or of a join, its alias (empty if none) and what is joined to it.

    `alias_at` is the alias's token. A `Parameter` is a table handed over by code.
    """

    start: int
    table: SourceTable
    alias: str
    alias_at: int
    joins: list[Join]
    end: int
    children = ("table", "joins")


@dataclass(slots=True, eq=False)
class Join(Node):
    """`[ВИД] СОЕДИНЕНИЕ источник ПО условие`; `kind`: `INNER`, `LEFT`, `RIGHT`, `FULL`.

    `start` is the first keyword, or the brace of an optional join; `on` the token `ПО`.
    """

    start: int
    kind: str
    source: Source
    on: int
    condition: Expression
    optional: bool
    end: int
    children = ("source", "condition")


# --- queries ----------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class SelectField(Node):
    """An item of the list of fields; `alias` is empty if none is written."""

    start: int
    value: Expression
    alias: str
    alias_at: int
    end: int
    children = ("value",)


@dataclass(slots=True, eq=False)
class Top(Node):
    """`ПЕРВЫЕ N`; `count` is -1 where it is no number."""

    start: int
    count: int
    end: int


@dataclass(slots=True, eq=False)
class Into(Node):
    """`ПОМЕСТИТЬ ВТ`, or `ДОБАВИТЬ ВТ` with `adds`."""

    start: int
    name: str
    adds: bool
    end: int


@dataclass(slots=True, eq=False)
class GroupBy(Node):
    """`СГРУППИРОВАТЬ ПО …`: `items`, or, by `ГРУППИРУЮЩИМ НАБОРАМ`, `sets` instead."""

    start: int
    items: list[Expression]
    sets: list[Tuple] | None
    end: int
    children = ("items", "sets")


@dataclass(slots=True, eq=False)
class IndexItem(Node):
    """A field or parameter to index by, or a set of them (a `Tuple`)."""

    start: int
    value: Expression
    unique: bool
    end: int
    children = ("value",)


@dataclass(slots=True, eq=False)
class IndexBy(Node):
    """`ИНДЕКСИРОВАТЬ ПО …`, or `ПО НАБОРАМ (…)` with `sets`."""

    start: int
    items: list[IndexItem]
    sets: bool
    end: int
    children = ("items",)


@dataclass(slots=True, eq=False)
class ForUpdate(Node):
    """`ДЛЯ ИЗМЕНЕНИЯ` and the tables to lock, all if none is named."""

    start: int
    tables: list[Table]
    end: int
    children = ("tables",)


@dataclass(slots=True, eq=False)
class OrderItem(Node):
    """An expression to order by; `direction`: empty, `ASC`, `DESC`; `hierarchy` where written."""

    start: int
    value: Expression
    direction: str
    hierarchy: bool
    end: int
    children = ("value",)


@dataclass(slots=True, eq=False)
class OrderBy(Node):
    """`УПОРЯДОЧИТЬ ПО …`."""

    start: int
    items: list[OrderItem]
    end: int
    children = ("items",)


@dataclass(slots=True, eq=False)
class TotalsGroup(Node):
    """A group of totals: `ОБЩИЕ` (value is None), or an expression.

    `hierarchy`: empty, `HIERARCHY`, `ONLY_HIERARCHY`; `periods` are the arguments of `ПЕРИОДАМИ`
    (the first names the period), None if not written.
    """

    start: int
    value: Expression | None
    hierarchy: str
    periods: list[Expression] | None
    alias: str
    end: int
    children = ("value", "periods")


@dataclass(slots=True, eq=False)
class Totals(Node):
    """`ИТОГИ [поля] ПО группы`."""

    start: int
    fields: list[SelectField]
    groups: list[TotalsGroup]
    end: int
    children = ("fields", "groups")


@dataclass(slots=True, eq=False)
class Select(Node):
    """One `ВЫБРАТЬ` up to the next `ОБЪЕДИНИТЬ`.

    `union` tells how it is joined to the one before: empty for the first, `UNION`, `UNION_ALL`;
    `union_at` is the token `ОБЪЕДИНИТЬ`. `distinct` and `allowed` are tokens or `NOWHERE`.
    `order_by` is set only where an order is written before a following union.
    """

    start: int
    union: str = ""
    union_at: int = NOWHERE
    distinct: int = NOWHERE
    allowed: int = NOWHERE
    top: Top | None = None
    fields: list[SelectField] = field(default_factory=list)
    into: Into | None = None
    from_at: int = NOWHERE
    sources: list[Source] = field(default_factory=list)
    where_at: int = NOWHERE
    where: Expression | None = None
    group_by: GroupBy | None = None
    having: Expression | None = None
    for_update: ForUpdate | None = None
    index_by: IndexBy | None = None
    order_by: OrderBy | None = None
    extensions: list[Extension] = field(default_factory=list)
    end: int = 0
    children = (
        "top",
        "fields",
        "into",
        "sources",
        "where",
        "group_by",
        "having",
        "for_update",
        "index_by",
        "order_by",
        "extensions",
    )


@dataclass(slots=True, eq=False)
class Query(Node):
    """A query of a package or a subquery: selects joined by unions, and what follows them all.

    `autoorder` is the token `АВТОУПОРЯДОЧИВАНИЕ` or `NOWHERE`.
    """

    start: int
    selects: list[Select]
    order_by: OrderBy | None
    autoorder: int
    totals: Totals | None
    extensions: list[Extension]
    end: int
    has_errors: bool = False
    children = ("selects", "order_by", "totals", "extensions")

    @property
    def index_by(self) -> IndexBy | None:
        """What the temporary table is indexed by; it is written behind the last select."""
        return next((select.index_by for select in self.selects if select.index_by), None)

    @property
    def into(self) -> Into | None:
        """The temporary table that it fills; only the first select can name one."""
        return self.selects[0].into if self.selects else None


@dataclass(slots=True, eq=False)
class DropTable(Node):
    """`УНИЧТОЖИТЬ ВТ`."""

    start: int
    name: str
    end: int


@dataclass(slots=True, eq=False)
class BrokenQuery(Node):
    """Tokens between two `;` that begin no query; an error tells why."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class QueryPackage(Node):
    """The queries of one text, in order."""

    start: int = 0
    end: int = 0
    queries: list[Query | DropTable | BrokenQuery] = field(default_factory=list)
    children = ("queries",)


SourceTable: TypeAlias = Table | VirtualTable | Subquery | Parameter | Placeholder
