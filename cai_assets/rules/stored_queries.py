"""Query rules on what stands outside modules: composition schemas and dynamic lists.

Their texts are in the table `queries`; the file is only needed for exact places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from cai_assets.onec.query.parser import ParsedQuery, parse
from cai_assets.rules.engine import Options, Watch, in_order, span_words
from cai_assets.rules.found import RawFinding, anchor_of, message_of
from cai_assets.rules.model import Found, Rule, Scope
from cai_assets.rules.module import Place
from cai_assets.rules.query import QueryView

_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|#\w+);")


class StoredQuery(NamedTuple):
    """A row of `queries`: the place is that of the first character in the file."""

    project: str
    object: str
    owner: str
    origin: str
    name: str
    form: str
    line: int
    column: int
    text: str


def check_stored_queries(
    queries: Iterable[StoredQuery],
    text: str,
    rules: Iterable[Rule],
    options: Options | None = None,
    *,
    file: str = "",
    tables: frozenset[str] = frozenset(),
    watch: Watch | None = None,
) -> list[RawFinding]:
    """What query rules find in the queries of a file of metadata, `text` being all of it.

    Rules of other scopes are passed over. Raises what a rule raises, unless `watch` keeps it.
    """
    options, watch = options or {}, watch or Watch(raising=True)
    chosen = [rule for rule in rules if rule.scope is Scope.QUERY]
    found: list[RawFinding] = []
    for stored in queries:
        query = parse(stored.text)
        view = QueryView(query, stored.origin, stored.form, tables)
        places = _Places(stored, query, text)
        for rule in chosen:
            for one in watch.found_by(rule, view, options):
                found.append(_finding(rule, one, stored, query, places, file))
    return in_order(found)


def _finding(
    rule: Rule, found: Found, stored: StoredQuery, query: ParsedQuery, places: _Places, file: str
) -> RawFinding:
    owner = f"{stored.owner}.{stored.name}" if stored.name else stored.owner
    words = span_words(query.tokens.values, found.first, found.last, 0)
    return RawFinding(
        rule.key,
        stored.project,
        file,
        places.place(found.first, found.last),
        stored.object,
        "",
        message_of(rule, found.message, found.values),
        anchor_of(rule.key, stored.project, owner, words),
    )


class _Places:
    """From the tokens of a query to lines and columns of the XML file that holds it."""

    def __init__(self, stored: StoredQuery, query: ParsedQuery, text: str) -> None:
        self._stored = stored
        self._tokens = query.tokens
        self._text = text

    def place(self, first: int, last: int) -> Place:
        """The span of the tokens; the line where the query begins if the file is not as it was."""
        start, end = self._tokens.offsets[first], self._tokens.end_offset(last)
        offsets = self._offsets
        if len(offsets) <= end:
            return Place(self._stored.line, self._stored.column, self._stored.line, 0)
        line, column = self._place(offsets[start])
        behind = max(end - 1, start)
        end_line, end_column = self._place(offsets[behind])
        return Place(line, column, end_line, end_column + offsets[behind + 1] - offsets[behind])

    def _place(self, offset: int) -> tuple[int, int]:
        line = self._text.count("\n", 0, offset) + 1
        return line, offset - self._text.rfind("\n", 0, offset)

    @cached_property
    def _offsets(self) -> list[int]:
        """For each character of the query, and one behind, its offset in the file."""
        text = self._text
        at = 0
        for _ in range(self._stored.line - 1):
            at = text.find("\n", at) + 1
        at += self._stored.column - 1
        offsets = [at]
        for character in self._stored.text:
            if entity := _ENTITY.match(text, at):
                at = entity.end()
            elif text.startswith(character, at):
                at += 1
            else:
                return offsets
            offsets.append(at)
        return offsets
