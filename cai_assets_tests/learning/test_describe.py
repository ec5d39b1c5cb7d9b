"""`docs/learned-tables.md` says what the schemas of the dataset and the models say."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.knowledge.schema import Table
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.describe import describe, groups
from cai_assets.learning.model import Model
from cai_assets.learning.training import tables_of

_PAGE = Path(__file__).parents[2] / "docs" / "learned-tables.md"
_TABLES = [table for _, _, tables in groups() for table in tables]


def test_the_page_is_that_of_the_schemas() -> None:
    assert _PAGE.read_text(encoding="utf-8") == describe(), (
        "run: python -m cai_assets.learning.describe > docs/learned-tables.md"
    )


def test_every_heading_can_be_linked_to() -> None:
    headings = [line.lstrip("# ") for line in describe().splitlines() if line.startswith("#")]
    assert len({heading.lower().replace(" ", "-") for heading in headings}) == len(headings)


@pytest.mark.parametrize("table", _TABLES, ids=[table.name for table in _TABLES])
def test_keys_name_columns_and_columns_have_a_meaning(table: Table) -> None:
    assert set(table.key) <= set(table.column_names)
    assert all(column.meaning.strip() for column in table.columns)
    assert table.title.strip()
    assert table.title_ru.strip()


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_every_model_says_what_it_is_for_in_both_languages(model: Model[object]) -> None:
    titles = (metric.title for metric in model.metrics)
    baselines = model.baseline_titles.values()
    for words in (model.title, model.question, model.unit, *titles, *baselines):
        assert words.ru.strip()
        assert words.en.strip()
        assert words.ru != words.en or words.en.isascii()
    assert model.least > 0
    assert len(tables_of(model)) == len(model.outputs) + 2


def test_there_are_the_five_models_by_name() -> None:
    assert [model.name for model in MODELS] == [
        "classification_model",
        "regression_model",
        "clustering_model",
        "ranking_model",
        "recommendation_model",
    ]
