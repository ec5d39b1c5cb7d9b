"""The report of the trend: how the uploads kept differ, as a chart and a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from cai_assets.analysis.architecture.words import Language, words
from cai_assets.analysis.charts import line_chart, number
from cai_assets.analysis.markdown import decimal, table

_MOST = 20
_FIGURES = {
    "objects": "objects",
    "lines": "lines",
    "routines": "routines",
    "mean_cognitive": "mean_cognitive",
    "over": "over_cognitive",
    "contract": "violations",
    "findings": "findings",
    "cycles": "cycles",
    "unused": "unused",
}
"""Columns of the table `trend` by the key of their name."""


def trend_to_markdown(trend: pa.Table, language: Language = "ru") -> str:
    """The table `trend` as a page of its own."""
    said = words(language)
    parts = [f"# {said['trend']}"]
    parts += list(trend_parts(trend, language)) if trend.num_rows > 1 else [said["one_upload"]]
    return "\n\n".join(parts) + "\n"


def trend_parts(trend: pa.Table, language: Language) -> Iterator[str]:
    """A chart of all uploads and a table of the latest, figures that nobody measured left out."""
    said = words(language)
    rows = trend.to_pylist()
    figures = {
        key: column
        for key, column in _FIGURES.items()
        if any(row[column] is not None for row in rows)
    }
    labels = [row["published"][:10] or row["upload"] for row in rows]
    lines = [(said[key], [row[column] for row in rows]) for key, column in figures.items()]
    yield line_chart(said["trend"], labels, lines, "," if language == "ru" else ".")
    cells = [
        [
            f"{_number_of(row['upload'])} {row['version']}".strip(),
            row["published"][:10],
            *(_told(row[column], language) for column in figures.values()),
        ]
        for row in rows[-_MOST:]
    ]
    heads = [said["upload"], said["date"], *(said[key] for key in figures)]
    yield table(heads, cells, left=2)


def _number_of(upload: str) -> str:
    """`000012-20260102T030405Z-9f86d081` → `12`; what has no number stays as it is."""
    first = upload.partition("-")[0]
    return str(int(first)) if first.isascii() and first.isdigit() else upload


def _told(value: Any, language: Language) -> str:
    if value is None:
        return "–"
    return decimal(value, language, 2) if isinstance(value, float) else number(value)
