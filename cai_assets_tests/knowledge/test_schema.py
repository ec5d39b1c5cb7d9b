"""The schema holds together, and the documentation says what it says."""

from __future__ import annotations

from pathlib import Path

from cai_assets.knowledge.describe import describe
from cai_assets.knowledge.schema import TABLES

_DOCS = Path(__file__).parents[2] / "docs"


def test_keys_and_links_name_columns_that_exist() -> None:
    for table in TABLES.values():
        assert set(table.key) <= set(table.column_names), table.name
        for link in table.links:
            assert set(link.target) <= set(TABLES[link.table].column_names), link
            assert len(link.columns) == len(link.target), link


def test_a_link_points_to_a_key_or_to_a_part_of_one() -> None:
    for table in TABLES.values():
        for link in table.links:
            assert set(link.target) <= set(TABLES[link.table].key), (table.name, link)


def test_every_column_has_a_meaning() -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert column.meaning.strip(), (table.name, column.name)


def test_the_documentation_of_tables_is_that_of_the_schema() -> None:
    assert (_DOCS / "tables.md").read_text(encoding="utf-8") == describe(), (
        "run: python -m cai_assets.knowledge.describe > docs/tables.md"
    )
