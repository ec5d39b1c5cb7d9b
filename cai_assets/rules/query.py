"""One query as rules see it, wherever it stands: a literal, a schema or a dynamic list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cai_assets.onec.query.parser import ParsedQuery


@dataclass
class QueryView:
    """A parsed query and where it comes from.

    `origin`: `literal`, `composition` or `dynamic_list`; `form`: `whole`, or why it is but a
    part of a query (see the table `queries`). Rules yield `Found` with token positions of
    `query.tokens`; the engine maps them to the file.
    """

    query: ParsedQuery
    origin: str = "literal"
    form: str = "whole"
    tables: frozenset[str] = field(default_factory=frozenset)
    """Folded canonical ids of the configuration's objects; empty where they are not known."""
