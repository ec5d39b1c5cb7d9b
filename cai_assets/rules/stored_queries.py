"""Query rules on what stands outside modules: composition schemas and dynamic lists.

Their texts are in the table `queries`; the file is only needed for exact places.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from cai_assets.onec.query.parser import parse
from cai_assets.onec.query.places import xml_places
from cai_assets.rules.engine import Options, Watch, in_order, span_words
from cai_assets.rules.found import RawFinding, anchor_of, message_of
from cai_assets.rules.model import Found, Rule, Scope
from cai_assets.rules.placed_query import PlacedQuery
from cai_assets.rules.query import QueryView


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
    lines = text.split("\n")

    def raw(number: int) -> str:
        return lines[number - 1] if number <= len(lines) else ""

    found: list[RawFinding] = []
    for stored in queries:
        places = xml_places(stored.text, stored.line, stored.column, raw)
        view = QueryView(parse(stored.text), stored.origin, stored.form, tables)
        query = PlacedQuery(view, places)
        for rule in chosen:
            make = partial(_finding, rule, stored, query, file)
            found += watch.found_by(rule, view, options, make)
    return in_order(found)


def _finding(
    rule: Rule, stored: StoredQuery, query: PlacedQuery, file: str, found: Found
) -> RawFinding:
    owner = f"{stored.owner}.{stored.name}" if stored.name else stored.owner
    words = span_words(query.view.query.tokens.values, found.first, found.last, 0)
    return RawFinding(
        rule.key,
        stored.project,
        file,
        query.place(found.first, found.last),
        stored.object,
        "",
        message_of(rule, found.message, found.values),
        anchor_of(rule.key, stored.project, owner, words),
    )
