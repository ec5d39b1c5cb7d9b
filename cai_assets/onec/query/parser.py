"""Parse the text of a query or of a package of queries.

The tree always comes back, with the errors beside it: a query that cannot be read keeps what was
read of it, and parsing resumes behind the next `;`.
"""

from __future__ import annotations

from typing import NamedTuple

from cai_assets.onec.facts import Problem
from cai_assets.onec.query import kinds as k
from cai_assets.onec.query.composition import CompositionParser
from cai_assets.onec.query.lexer import QueryTokens, tokenize
from cai_assets.onec.query.nodes import (
    NOWHERE,
    Asterisk,
    BrokenQuery,
    DropTable,
    Expression,
    ForUpdate,
    GroupBy,
    IndexBy,
    IndexItem,
    Into,
    OrderBy,
    OrderItem,
    Query,
    QueryPackage,
    Select,
    SelectField,
    Table,
    Top,
    Totals,
    TotalsGroup,
    Tuple,
)
from cai_assets.onec.query.reader import Failure


class ParsedQuery(NamedTuple):
    """A parsed text: tokens, tree, and syntax errors by place in the text (from 1)."""

    tokens: QueryTokens
    package: QueryPackage
    errors: list[Problem]


def parse(text: str) -> ParsedQuery:
    """Parse a query text. Never raises: what is not understood becomes an error."""
    tokens = tokenize(text)
    parser = QueryParser(tokens)
    package = parser.package()
    return ParsedQuery(tokens, package, parser.errors)


class QueryParser(CompositionParser):
    """Reads packages, queries and their clauses."""

    def __init__(self, tokens: QueryTokens) -> None:
        super().__init__(tokens)
        self.errors: list[Problem] = []
        self._open: list[Query] = []

    def package(self) -> QueryPackage:
        """The whole text."""
        package = QueryPackage(0, max(len(self.tokens) - 1, 0))
        kinds = self.kinds
        while True:
            while kinds[self.at] == k.SEMICOLON:
                self.at += 1
            if kinds[self.at] == k.END:
                break
            start = self.at
            try:
                package.queries.append(self._query_of_package())
                if kinds[self.at] not in _AFTER_QUERY:
                    raise self.fail("';' or the end of the query")
            except Failure as failure:
                self._report(failure)
                self._resume(package, start)
        if not package.queries:
            self._report(self.fail("'ВЫБРАТЬ' (SELECT)"))
        return package

    def _report(self, failure: Failure) -> None:
        line, column = self.tokens.place_of(failure.index)
        self.errors.append(Problem(line, column, failure.message))

    def _resume(self, package: QueryPackage, start: int) -> None:
        """Keep what was read of a broken query and go to the next `;`."""
        kinds = self.kinds
        while kinds[self.at] not in _AFTER_QUERY:
            self.at += 1
        end = max(self.at - 1, start)
        last = package.queries[-1] if package.queries else None
        if last is not None and last.start == start:
            last.end = end
            if isinstance(last, Query):
                last.has_errors = True
        elif self._open:
            query = self._open[0]
            for broken in self._open:
                broken.end = end
                for select in broken.selects[-1:]:
                    select.end = end
            query.has_errors = True
            package.queries.append(query)
        else:
            package.queries.append(BrokenQuery(start, end))
        self._open.clear()
        self.depth = 0

    def _query_of_package(self) -> Query | DropTable:
        kind = self.kinds[self.at]
        if kind == k.SELECT:
            return self.query()
        if kind == k.DROP:
            start = self.at
            self.at = start + 1
            name = self.temporary_name()
            return DropTable(start, name, self.at - 1)
        raise self.fail("'ВЫБРАТЬ' (SELECT)")

    # --- queries ------------------------------------------------------------------------

    def query(self) -> Query:
        """Selects joined by unions, and what follows them all."""
        query = Query(self.at, [], None, NOWHERE, None, [], self.at)
        self._open.append(query)
        self.enter()
        kinds = self.kinds
        self._select(query, "", NOWHERE)
        while True:
            kind = kinds[self.at]
            if kind == k.UNION:
                at = self.at
                self.at = at + 1
                union = "UNION_ALL" if self.accept(k.ALL) else "UNION"
                query.selects[-1].order_by, query.order_by = query.order_by, None
                self._select(query, union, at)
            elif kind == k.ORDER and query.order_by is None:
                query.order_by = self._order_by()
            elif kind == k.AUTOORDER and query.autoorder == NOWHERE:
                query.autoorder = self.at
                self.at += 1
            elif kind == k.TOTALS and query.totals is None:
                query.totals = self._totals()
            elif kind == k.INDEX and query.selects[-1].index_by is None:
                query.selects[-1].index_by = self._index_by()
            elif kind == k.LEFT_BRACE:
                query.extensions.append(self.extension())
            else:
                break
        query.end = self.at - 1
        self.depth -= 1
        self._open.pop()
        return query

    def _select(self, query: Query, union: str, union_at: int) -> None:
        if self.kinds[self.at] != k.SELECT:
            raise self.fail(k.description(k.SELECT))
        select = Select(self.at, union, union_at, end=self.at)
        query.selects.append(select)
        self.at += 1
        self._limits(select)
        select.fields = self.select_fields()
        self._clauses(select)
        select.end = self.at - 1

    def _limits(self, select: Select) -> None:
        kinds = self.kinds
        while True:
            at = self.at
            kind = kinds[at]
            if kind == k.DISTINCT:
                select.distinct = at
            elif kind == k.ALLOWED:
                select.allowed = at
            elif kind == k.TOP and kinds[at + 1] in _COUNTS:
                text = self.values[at + 1]
                select.top = Top(at, int(text) if text.isdecimal() else -1, at + 1)
                self.at = at + 1
            else:
                return
            self.at += 1

    def _clauses(self, select: Select) -> None:
        """What follows the fields, each clause once and in its order."""
        kinds = self.kinds
        passed = 0
        while True:
            at = self.at
            kind = kinds[at]
            if kind == k.LEFT_BRACE:
                if self.opens_join(at):
                    return
                select.extensions.append(self.extension())
                continue
            rank = _RANKS.get(kind, 0)
            if rank <= passed:
                return
            passed = rank
            if kind == k.FROM:
                select.from_at = at
                self.at = at + 1
                select.sources = self.sources()
            elif kind == k.WHERE:
                select.where_at = at
                self.at = at + 1
                select.where = self.expression()
            elif kind == k.GROUP:
                select.group_by = self._group_by()
            elif kind == k.HAVING:
                self.at = at + 1
                select.having = self.expression()
            elif kind == k.FOR:
                select.for_update = self._for_update()
            elif kind == k.INDEX:
                select.index_by = self._index_by()
            else:
                self.at = at + 1
                name = self.temporary_name()
                select.into = Into(at, name, kind == k.ADD, self.at - 1)

    # --- fields -------------------------------------------------------------------------

    def select_fields(self) -> list[SelectField]:
        """Fields separated by commas."""
        fields = [self._select_field()]
        while self.kinds[self.at] == k.COMMA:
            self.at += 1
            fields.append(self._select_field())
        return fields

    def _select_field(self) -> SelectField:
        start = self.at
        value: Expression
        if self.kinds[start] == k.STAR:
            self.at = start + 1
            value = Asterisk(start, (), start)
        else:
            value = self.expression()
        alias = self.alias()
        at = self.at
        return SelectField(start, value, alias, at - 1 if alias else NOWHERE, at - 1)

    # --- clauses ------------------------------------------------------------------------

    def _group_by(self) -> GroupBy:
        start = self.at
        self.at = start + 1
        self.take(k.BY)
        if self.kinds[self.at] == k.GROUPING and self.kinds[self.at + 1] == k.SETS:
            self.at += 2
            self.take(k.LEFT_PAREN)
            sets = [self._set()]
            while self.accept(k.COMMA):
                sets.append(self._set())
            return GroupBy(start, [], sets, self.take(k.RIGHT_PAREN))
        return GroupBy(start, self._expressions(), None, self.at - 1)

    def _set(self) -> Tuple:
        start = self.take(k.LEFT_PAREN)
        items = [] if self.kinds[self.at] == k.RIGHT_PAREN else self._expressions()
        return Tuple(start, items, self.take(k.RIGHT_PAREN))

    def _expressions(self) -> list[Expression]:
        items = [self.expression()]
        while self.accept(k.COMMA):
            items.append(self.expression())
        return items

    def _index_by(self) -> IndexBy:
        start = self.at
        self.at = start + 1
        self.take(k.BY)
        sets = self.kinds[self.at] == k.SETS and self.kinds[self.at + 1] == k.LEFT_PAREN
        if sets:
            self.at += 2
        items = [self._index_item(sets)]
        while self.accept(k.COMMA):
            items.append(self._index_item(sets))
        if sets:
            self.take(k.RIGHT_PAREN)
        return IndexBy(start, items, sets, self.at - 1)

    def _index_item(self, of_sets: bool) -> IndexItem:
        start = self.at
        value = self._set() if of_sets else self.expression()
        unique = self.accept(k.UNIQUE)
        return IndexItem(start, value, unique, self.at - 1)

    def _for_update(self) -> ForUpdate:
        start = self.at
        self.at = start + 1
        self.take(k.UPDATE)
        tables: list[Table] = []
        while k.SOFT[self.kinds[self.at]] and not self.begins_clause():
            at = self.at
            names = self.names()
            tables.append(Table(at, names, self.at - 1))
            if not self.accept(k.COMMA):
                break
        return ForUpdate(start, tables, self.at - 1)

    def _order_by(self) -> OrderBy:
        start = self.at
        self.at = start + 1
        self.take(k.BY)
        items = [self._order_item()]
        while self.accept(k.COMMA):
            items.append(self._order_item())
        return OrderBy(start, items, self.at - 1)

    def _order_item(self) -> OrderItem:
        start = self.at
        value = self.expression()
        direction = ""
        hierarchy = False
        while True:
            if self.accept(k.ASC):
                direction = "ASC"
            elif self.accept(k.DESC):
                direction = "DESC"
            elif self.accept(k.HIERARCHY):
                hierarchy = True
            else:
                return OrderItem(start, value, direction, hierarchy, self.at - 1)

    def _totals(self) -> Totals:
        start = self.at
        self.at = start + 1
        fields = [] if self.kinds[self.at] == k.BY else self.select_fields()
        self.take(k.BY)
        groups = [self._totals_group()]
        while self.accept(k.COMMA):
            groups.append(self._totals_group())
        return Totals(start, fields, groups, self.at - 1)

    def _totals_group(self) -> TotalsGroup:
        start = self.at
        kinds = self.kinds
        value: Expression | None = None
        hierarchy = ""
        periods: list[Expression] | None = None
        if kinds[start] == k.OVERALL and kinds[start + 1] != k.MEMBER:
            self.at = start + 1
        else:
            value = self.expression()
            if kinds[self.at] == k.ONLY and kinds[self.at + 1] == k.HIERARCHY:
                self.at += 2
                hierarchy = "ONLY_HIERARCHY"
            elif self.accept(k.HIERARCHY):
                hierarchy = "HIERARCHY"
            elif kinds[self.at] == k.PERIODS and kinds[self.at + 1] == k.LEFT_PAREN:
                self.at += 2
                periods = self._periods()
        alias = self.alias()
        return TotalsGroup(start, value, hierarchy, periods, alias, self.at - 1)

    def _periods(self) -> list[Expression]:
        """The arguments of `ПЕРИОДАМИ`; those left out are not in the list."""
        periods: list[Expression] = []
        while self.kinds[self.at] not in (k.RIGHT_PAREN, k.END):
            if not self.accept(k.COMMA):
                periods.append(self.expression())
                if self.kinds[self.at] not in (k.COMMA, k.RIGHT_PAREN):
                    break
        self.take(k.RIGHT_PAREN)
        return periods


_AFTER_QUERY = frozenset((k.SEMICOLON, k.END))
_COUNTS = frozenset((k.NUMBER, k.PARAMETER, k.PLACEHOLDER))
_RANKS = {
    k.INTO: 1,
    k.ADD: 1,
    k.FROM: 2,
    k.WHERE: 3,
    k.GROUP: 4,
    k.HAVING: 5,
    k.FOR: 6,
    k.INDEX: 7,
}
