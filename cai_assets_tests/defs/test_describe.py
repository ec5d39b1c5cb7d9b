"""`docs/analysis-tables.md` says what the schemas of the analyses say."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.defs.describe import GROUPS, describe
from cai_assets.defs.jobs import GROUPS as BUILT
from cai_assets.knowledge.schema import Table
from cai_assets.knowledge.snapshots import GROUP as PARSED

_DOCS = Path(__file__).parents[2] / "docs"
_TABLES = [table for group in GROUPS.values() for table in group.tables.values()]


def test_the_page_is_that_of_the_schemas() -> None:
    assert (_DOCS / "analysis-tables.md").read_text(encoding="utf-8") == describe(), (
        "run: python -m cai_assets.defs.describe > docs/analysis-tables.md"
    )


def test_it_describes_every_group_that_is_built() -> None:
    assert {PARSED, *GROUPS} == set(BUILT)


def test_every_heading_can_be_linked_to() -> None:
    headings = [line.lstrip("# ") for line in describe().splitlines() if line.startswith("#")]
    assert len({heading.lower().replace(" ", "-") for heading in headings}) == len(headings)


@pytest.mark.parametrize("table", _TABLES, ids=[table.name for table in _TABLES])
def test_keys_name_columns_and_columns_have_a_meaning(table: Table) -> None:
    assert set(table.key) <= set(table.column_names)
    assert all(column.meaning.strip() for column in table.columns)
    assert table.title.strip()
    assert table.title_ru.strip()
