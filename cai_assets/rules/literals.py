"""The queries in a module's string literals, parsed once, with their places in the module."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import Tokens
from cai_assets.onec.bsl.nodes import String
from cai_assets.rules.module import ModuleView, Place
from cai_assets.rules.query import QueryView


@dataclass
class LiteralQuery:
    """A literal that is a query, and the view of it that query rules get."""

    node: String
    view: QueryView
    tokens: Tokens

    def place(self, first: int, last: int) -> Place:
        """The span in the module of the query's tokens from `first` to `last`."""
        inside = self.view.query.tokens
        start = self._source_offset(inside.offsets[first])
        last_text = inside.values[last]
        end = self._source_offset(inside.offsets[last] + max(len(last_text) - 1, 0))
        line, column = self.tokens.place(start)
        end_line, end_column = self.tokens.place(end)
        return Place(line, column, end_line, end_column + bool(last_text))

    @cached_property
    def _parts(self) -> tuple[list[int], list[int]]:
        """Of each line: its offset in the value, and in the module's text."""
        code = self.tokens.code
        starts, offsets = [], []
        at = 0
        for index in range(self.node.start, self.node.end + 1):
            text = code.values[index]
            starts.append(at)
            offsets.append(code.offsets[index] + 1)
            closed = code.kinds[index] in {k.STRING, k.STRING_TAIL}
            inner = text[1:-1] if closed else text[1:]
            at += len(inner) - inner.count('""') + 1
        return starts, offsets

    def _source_offset(self, offset: int) -> int:
        starts, offsets = self._parts
        part = bisect_right(starts, offset) - 1
        at, text = offsets[part], self.tokens.text
        for _ in range(offset - starts[part]):
            at += 2 if text.startswith('""', at) else 1
        return at


def literal_queries(module: ModuleView, tables: frozenset[str]) -> list[LiteralQuery]:
    """The queries of a module in the order of the source."""
    return [
        LiteralQuery(node, QueryView(query, "literal", "whole", tables), module.tokens)
        for node, query in module.queries
    ]
