"""`docs/tables.md` from the schema: `python -m cai_assets.knowledge.describe > docs/tables.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pyarrow as pa

from cai_assets.knowledge.schema import TABLES, Table

_HEAD = """# Tables of a parsed configuration

Written from `cai_assets/knowledge/schema.py`; a test holds the two together. Each table is one
Parquet file. `project` names the configuration, extension or set of external objects a row
belongs to; lines and columns count from 1. Columns marked ∑ are derived from several files.
"""


def describe() -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *_index(), *(line for t in TABLES.values() for line in _table(t))])


def _index() -> Iterator[str]:
    yield "| table | a row is about |\n|:--|:--|"
    for table in TABLES.values():
        yield f"| [`{table.name}`](#{table.name}) | {table.title}. {table.title_ru} |"
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n\n{table.title}. Key: {_names(table.key)}."
    for link in table.links:
        yield f"{_names(link.columns)} → `{link.table}` ({_names(link.target)})."
    yield "\n| column | type | meaning |\n|:--|:--|:--|"
    for column in table.columns:
        mark = " ∑" if column.derived else ""
        yield f"| `{column.name}`{mark} | {_type(column.type)} | {column.meaning} |"
    yield ""


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _type(type_: pa.DataType) -> str:
    if pa.types.is_dictionary(type_):
        return "text, repeating"
    if pa.types.is_list(type_):
        return f"list of {_type(type_.value_type)}"
    if pa.types.is_map(type_):
        return "name → text"
    names = {pa.string(): "text", pa.bool_(): "yes/no", pa.int32(): "int32", pa.int64(): "int64"}
    return names[type_]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(describe())
