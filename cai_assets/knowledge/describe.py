"""`docs/tables.md` from the schema: `python -m cai_assets.knowledge.describe > docs/tables.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import pyarrow as pa

from cai_assets.knowledge.schema import TABLES, Table

_HEAD = """# Tables of a parsed configuration

Written from `cai_assets/knowledge/schema.py`; a test holds the two together. Each table is one
Parquet file. `project` names the configuration, extension or set of external objects a row
belongs to; lines and columns count from 1. Columns marked ∑ are derived from several files.
"""
_NUMBERS = {
    pa.int8(): "int8",
    pa.int16(): "int16",
    pa.int32(): "int32",
    pa.int64(): "int64",
    pa.float32(): "float32",
    pa.float64(): "float64",
}


def describe() -> str:
    """The page as Markdown."""
    tables = TABLES.values()
    return "\n".join([_HEAD, *index(tables), *(line for t in tables for line in section(t, "##"))])


def index(tables: Iterable[Table]) -> Iterator[str]:
    """The list of `tables`, each with a link to its section."""
    yield "| table | a row is about |\n|:--|:--|"
    for table in tables:
        yield f"| [`{table.name}`](#{table.name}) | {table.title}. {table.title_ru} |"
    yield ""


def section(table: Table, heading: str) -> Iterator[str]:
    """What a row of `table` is, its key, links and columns; `heading` is `##` or deeper."""
    yield f"{heading} {table.name}\n\n{table.title}. Key: {_names(table.key)}."
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
    return "text" if type_ == pa.string() else "yes/no" if type_ == pa.bool_() else _NUMBERS[type_]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(describe())
