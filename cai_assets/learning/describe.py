"""`docs/learned-tables.md` from the schemas of the dataset, the models and their evaluation.

`python -m cai_assets.learning.describe > docs/learned-tables.md`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from cai_assets.knowledge.describe import index, section
from cai_assets.knowledge.schema import Table
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.dataset.schema import GROUP as DATASET
from cai_assets.learning.dataset.schema import TABLES as DATASET_TABLES
from cai_assets.learning.schema import (
    CLEANUP,
    CLEANUP_TABLES,
    EVALUATION,
    EVALUATION_TABLES,
    RESULTS,
    SCORES,
)

_HEAD = """# Tables of what is learned

Written from the schemas in `cai_assets/learning`; a test holds the two together. Each table is one
Parquet file in the folder of its group, beside the [tables of the parsed configuration](tables.md).
"""
_EVERY_MODEL = "Every model"


def groups() -> Iterator[tuple[str, str, list[Table]]]:
    """Heading, introduction and tables of each group, in the order of the page."""
    yield "ML dataset", _of(DATASET, "dataset.md"), list(DATASET_TABLES.values())
    names = ", ".join(f"`{model.name}`" for model in MODELS)
    yield _EVERY_MODEL, f"In each of {names}; see [models.md](models.md).", [SCORES, RESULTS]
    for model in MODELS:
        text = f"{model.question.en} {model.question.ru} Group `{model.name}`."
        yield model.title.en, text, list(model.outputs.values())
    yield "Evaluation", _of(EVALUATION, "models.md"), list(EVALUATION_TABLES.values())
    yield "Clean-up", _of(CLEANUP, "models.md"), list(CLEANUP_TABLES.values())


def _of(group: str, page: str) -> str:
    return f"Group `{group}`; see [{page}]({page})."


def describe() -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    for heading, text, tables in groups():
        parts.append(f"## {heading}\n\n{text}\n")
        parts += index(tables)
        for table in tables:
            parts += section(table, "###")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(describe())
