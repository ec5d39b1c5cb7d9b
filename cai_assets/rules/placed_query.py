"""A parsed query together with the place of each of its tokens in a file."""

from __future__ import annotations

from dataclasses import dataclass

from cai_assets.onec.facts import QueryLiteral
from cai_assets.onec.query.facts import has_gaps
from cai_assets.onec.query.parser import parse
from cai_assets.onec.query.places import QueryPlaces
from cai_assets.rules.module import ModuleView, Place
from cai_assets.rules.query import QueryView


@dataclass(frozen=True, slots=True)
class PlacedQuery:
    """What query rules see, and where that stands."""

    view: QueryView
    places: QueryPlaces

    def place(self, first: int, last: int) -> Place:
        """The span in the file of the query's tokens from `first` to `last`."""
        tokens = self.view.query.tokens
        line, column = self.places.place(tokens.offsets[first])
        end_line, end_column = self.places.place_behind(tokens.end_offset(last))
        return Place(line, column, end_line, end_column)


def literal_queries(
    module: ModuleView, tables: frozenset[str]
) -> list[tuple[QueryLiteral, PlacedQuery]]:
    """The queries that a module's literals make, alone or joined, in the order of the source."""
    found = []
    for literal in module.facts.queries:
        query = parse(literal.text)
        form = literal.form
        if form in ("whole", "joined") and has_gaps(query.tokens):
            form = "template"
        view = QueryView(query, "literal", form, tables)
        found.append((literal, PlacedQuery(view, literal.places)))
    return found
