"""Tables of the site about queries: the texts, cut into pages by type of object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.model import Source

PAGE_CHARACTERS = 200_000
"""Texts of queries on a page, about: with their markup under a megabyte in any script."""

_COLUMNS = (
    *("project", "owner", "object", "origin", "name", "text", "form", "queries", "tables"),
    *("virtual_tables", "parameters", "temporary_tables", "errors", "error", "error_line"),
    *("file", "line", "column"),
)


def _object_queries(source: Source) -> pa.Table:
    """Queries with the page that shows them: `Catalog`, `Catalog-2`; `length` in characters.

    All queries of an object are on one page, objects in order.
    """
    table = source.needed(PARSED, "queries", list(_COLUMNS))
    lengths = pc.fill_null(pc.utf8_length(table.column("text")), 0)
    owners = Coded.of(table, "object")
    sizes: dict[str, int] = defaultdict(int)
    for code, length in zip(owners.codes.tolist(), lengths.to_pylist(), strict=True):
        sizes[owners.values[code] if code >= 0 else ""] += length
    page_of = _pages(sizes)
    pages = [page_of[owners.values[code] if code >= 0 else ""] for code in owners.codes.tolist()]
    found = table.append_column("length", lengths.cast(pa.int64()))
    return found.append_column("page", pa.array(pages, pa.string()))


def _pages(sizes: Mapping[str, int]) -> dict[str, str]:
    """The page of each object, by how long its queries are."""
    found: dict[str, str] = {}
    used: dict[str, int] = defaultdict(int)
    number: dict[str, int] = defaultdict(lambda: 1)
    for object_ in sorted(sizes):
        type_ = object_.partition(".")[0]
        if used[type_] and used[type_] + sizes[object_] > PAGE_CHARACTERS:
            number[type_] += 1
            used[type_] = 0
        used[type_] += sizes[object_]
        found[object_] = type_ if number[type_] == 1 else f"{type_}-{number[type_]}"
    return found


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {"object_queries": _object_queries}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {PARSED: ("queries",)}
"""Tables by group that they are made from."""
