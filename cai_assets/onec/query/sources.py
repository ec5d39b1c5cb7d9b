"""Parse what a query reads from: tables, virtual tables, subqueries, joins, and aliases."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Final

from cai_assets.onec.query import kinds as k
from cai_assets.onec.query.expressions import ExpressionParser
from cai_assets.onec.query.lexer import NAME_IN
from cai_assets.onec.query.nodes import (
    NOWHERE,
    Extension,
    Join,
    Parameter,
    Placeholder,
    Source,
    SourceTable,
    Subquery,
    Table,
    TableParameter,
    VirtualTable,
)

VIRTUAL_TABLES: Final[Mapping[str, str]] = {
    word: name
    for name, russian in {
        "ActualActionPeriod": "ФактическийПериодДействия",
        "Balance": "Остатки",
        "BalanceAndTurnovers": "ОстаткиИОбороты",
        "Boundaries": "Границы",
        "DrCrTurnovers": "ОборотыДтКт",
        "ExtDimensions": "Субконто",
        "RecordsWithExtDimensions": "ДвиженияССубконто",
        "ScheduleData": "ДанныеГрафика",
        "SliceFirst": "СрезПервых",
        "SliceLast": "СрезПоследних",
        "TasksByExecutive": "ЗадачиПоИсполнителю",
        "Turnovers": "Обороты",
    }.items()
    for word in (name.casefold(), russian.casefold())
} | {"taskbyperformer": "TasksByExecutive", "extdimensionsrecords": "RecordsWithExtDimensions"}
"""Lower-case name of a virtual table in either language → its English name."""


class SourceParser(ExpressionParser):
    """Reads sources and joins."""

    @abstractmethod
    def extension(self) -> Extension:
        """`{…}` of data composition."""

    def sources(self) -> list[Source]:
        """Sources separated by commas."""
        sources = [self.source()]
        while self.accept(k.COMMA):
            sources.append(self.source())
        return sources

    def source(self) -> Source:
        """A table with its alias and all that is joined to it."""
        start = self.at
        self.enter()
        if self.kinds[start] == k.LEFT_PAREN and self.kinds[start + 1] != k.SELECT:
            self.at = start + 1
            source = self.source()
            self.take(k.RIGHT_PAREN)
            alias = self.alias()
            if alias:
                source.alias, source.alias_at = alias, self.at - 1
            source.start = start
        else:
            table = self._table()
            alias = self.alias()
            alias_at = self.at - 1 if alias else NOWHERE
            source = Source(start, table, alias, alias_at, [], self.at - 1)
        self._joins(source)
        source.end = self.at - 1
        self.depth -= 1
        return source

    def _table(self) -> SourceTable:
        start = self.at
        kinds = self.kinds
        kind = kinds[start]
        if kind == k.LEFT_PAREN:
            self.at = start + 1
            query = self.query()
            return Subquery(start, query, self.take(k.RIGHT_PAREN))
        if kind == k.PARAMETER:
            self.at = start + 1
            return Parameter(start, NAME_IN[self.values[start]])
        if kind == k.PLACEHOLDER and kinds[start + 1] != k.MEMBER:
            self.at = start + 1
            return Placeholder(start, self.values[start])
        if not k.SOFT[kind] and kind != k.PLACEHOLDER:
            raise self.fail("the name of a table")
        names = self.names()
        if kinds[self.at] == k.LEFT_PAREN:
            virtual = VIRTUAL_TABLES.get(names[-1].casefold(), "") if len(names) > 2 else ""
            parameters = self._parameters()
            return VirtualTable(start, names, virtual, parameters, self.at - 1)
        if len(names) == 3:
            name = VIRTUAL_TABLES.get(names[2].casefold())
            if name:
                return VirtualTable(start, names, name, None, self.at - 1)
        return Table(start, names, self.at - 1)

    def _parameters(self) -> list[TableParameter]:
        kinds = self.kinds
        self.enter()
        self.at += 1
        parameters: list[TableParameter] = []
        if kinds[self.at] != k.RIGHT_PAREN:
            parameters.append(self._parameter_of_table())
            while self.accept(k.COMMA):
                parameters.append(self._parameter_of_table())
        if kinds[self.at] != k.RIGHT_PAREN:
            raise self.fail("',' or ')'")
        self.at += 1
        self.depth -= 1
        return parameters

    def _parameter_of_table(self) -> TableParameter:
        start = self.at
        kinds = self.kinds
        value = None
        if kinds[start] not in _ENDS_OF_PARAMETER:
            value = self.expression()
        extensions: list[Extension] = []
        while kinds[self.at] == k.LEFT_BRACE:
            extensions.append(self.extension())
        return TableParameter(start, value, extensions, max(self.at - 1, start))

    # --- joins --------------------------------------------------------------------------

    def opens_join(self, at: int) -> bool:
        """Whether the brace at a position opens an optional join."""
        return self._join_words(at + 1) is not None

    def _join_words(self, at: int) -> tuple[str, int] | None:
        """The kind of the join that begins here and the position behind its keywords."""
        kinds = self.kinds
        kind = kinds[at]
        if kind == k.JOIN:
            return "INNER", at + 1
        if kind in _JOIN_KINDS:
            at += 1
            if kinds[at] == k.OUTER:
                at += 1
            if kinds[at] == k.JOIN:
                return _JOIN_KINDS[kind], at + 1
        return None

    def _joins(self, source: Source) -> None:
        """All joins behind a source. Braces may hold several."""
        kinds = self.kinds
        while True:
            at = self.at
            kind = kinds[at]
            if kind not in _JOINS:
                return
            if kind != k.LEFT_BRACE:
                words = self._join_words(at)
                if words is None:
                    return
                source.joins.append(self._join(at, words, optional=False))
                continue
            words = self._join_words(at + 1)
            if words is None:
                return
            while words is not None:
                source.joins.append(self._join(at, words, optional=True))
                at = self.at
                words = self._join_words(at)
            source.joins[-1].end = self.take(k.RIGHT_BRACE)

    def _join(self, start: int, words: tuple[str, int], *, optional: bool) -> Join:
        kind, self.at = words
        source = self.source()
        on = self.take(k.BY)
        condition = self.expression()
        return Join(start, kind, source, on, condition, optional, self.at - 1)

    # --- names --------------------------------------------------------------------------

    def alias(self) -> str:
        """`[КАК] Имя`; empty if none. Without `КАК` a word that begins a clause is none."""
        at = self.at
        kind = self.kinds[at]
        if kind == k.AS:
            self.at = at + 1
            if self.kinds[at + 1] == k.PLACEHOLDER:
                self.at = at + 2
                return self.values[at + 1]
            return self.name()
        if kind == k.NAME or (k.SOFT[kind] and not self.begins_clause()):
            self.at = at + 1
            return self.values[at]
        return ""

    def begins_clause(self) -> bool:
        """Whether the next word, which could be a name, begins what follows one."""
        at = self.at
        kind = self.kinds[at]
        return kind in _ALWAYS_CLAUSES or self.kinds[at + 1] in _PAIRS.get(kind, ())

    def temporary_name(self) -> str:
        """The name of a temporary table; code may leave a gap in it."""
        at = self.at
        if self.kinds[at] == k.PLACEHOLDER:
            self.at = at + 1
            return self.values[at]
        return self.name()


_JOIN_KINDS = {k.LEFT: "LEFT", k.RIGHT: "RIGHT", k.FULL: "FULL", k.INNER: "INNER"}
_JOINS = frozenset((*_JOIN_KINDS, k.JOIN, k.LEFT_BRACE))
_ENDS_OF_PARAMETER = frozenset((k.COMMA, k.RIGHT_PAREN, k.LEFT_BRACE))
_ALWAYS_CLAUSES = frozenset((k.UNION, k.TOTALS, k.JOIN, k.HIERARCHY, k.UNIQUE, k.DROP))
_PAIRS: Final[Mapping[int, tuple[int, ...]]] = {
    k.ADD: (k.NAME,),
    k.FOR: (k.UPDATE,),
    k.FULL: (k.JOIN, k.OUTER),
    k.GROUP: (k.BY,),
    k.INDEX: (k.BY,),
    k.INNER: (k.JOIN,),
    k.LEFT: (k.JOIN, k.OUTER),
    k.ONLY: (k.HIERARCHY,),
    k.ORDER: (k.BY,),
    k.PERIODS: (k.LEFT_PAREN,),
    k.RIGHT: (k.JOIN, k.OUTER),
}
"""Words that begin a clause only before one of these."""
