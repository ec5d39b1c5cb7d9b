"""Pages of queries: texts by object, what is read most, which have errors."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from cai_assets.site.derived import queries
from cai_assets.site.model import Page, Rows
from cai_assets.site.pages.queries import TEXT_SHOWN, Queries, QueryPages
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered
from cai_assets_tests.site.tables import Given

_PAGE = Page("Document", "queries:Document", "", "Document")
_ALL = Page("", "queries", "", "queries")


def _query(object_: str, line: int, text: str = "ВЫБРАТЬ 1", **of: Any) -> dict[str, Any]:
    return {
        "owner": f"{object_}.ObjectModule.Провести",
        "object": object_,
        "origin": "literal",
        "name": "",
        "text": text,
        "form": "whole",
        "queries": 1,
        "tables": [],
        "virtual_tables": [],
        "parameters": [],
        "temporary_tables": [],
        "errors": 0,
        "error": "",
        "file": "м.bsl",
        "line": line,
        "column": 1,
        "length": len(text),
        **of,
    }


def _page(*queries: dict[str, Any]) -> Rows:
    return given(QueryPages(), queries=queries)


def _overview(*queries: dict[str, Any]) -> Rows:
    columns = Queries().inputs["queries"].columns
    rows = [
        {name: value for name, value in {**row, "page": "Document"}.items() if name in columns}
        for row in queries
    ]
    return given(Queries(), queries=rows)


def test_queries_stand_by_object_and_line() -> None:
    view = QueryPages().view(
        _PAGE,
        _page(_query("Document.Б", 5), _query("Document.А", 9), _query("Document.А", 2)),
        RUSSIAN,
    )

    assert [(one.object, [q.line for q in one.queries]) for one in view.objects] == [
        ("Document.А", [2, 9]),
        ("Document.Б", [5]),
    ]
    assert view.objects[0].queries[0].label == "модуль объекта · Провести"


def test_texts_are_escaped_and_long_ones_cut() -> None:
    text = "ВЫБРАТЬ Т.А ГДЕ Т.А < &Б <script>alert(1)</script> " + "А" * TEXT_SHOWN
    rows = _page(_query("Document.А", 1, text, parameters=["Б"], form="fragment"))

    html = rendered(QueryPages(), _PAGE, rows).files["Document.html"]

    assert "<script>alert" not in html
    assert "&lt; &amp;Б &lt;script&gt;" in html
    assert "А" * TEXT_SHOWN not in html
    assert "всего символов" in html
    assert ">часть</span>" in html


def test_tables_are_ranked_by_the_queries_that_read_them() -> None:
    view = Queries().view(
        _ALL,
        _overview(
            _query("Document.А", 1, tables=["Catalog.Т", "Catalog.Т"]),
            _query("Document.Б", 2, tables=["Catalog.Т", "Catalog.У"]),
            _query(
                "Document.Б", 3, tables=["Catalog.У"],
                virtual_tables=["InformationRegister.К.SliceLast"],
            ),
        ),
        RUSSIAN,
    )  # fmt: skip

    assert [(one.table, one.queries, one.objects) for one in view.most_read] == [
        ("Catalog.Т", 2, 2),
        ("Catalog.У", 2, 1),
    ]
    (virtual,) = view.virtual
    assert (virtual.table, virtual.name) == (
        "InformationRegister.К",
        "РегистрСведений.К.СрезПоследних",
    )


def test_errors_are_told_in_the_language_of_the_site() -> None:
    wrong = _query("Document.А", 1, errors=1, error="unknown function Ф", error_line=8)

    russian = rendered(Queries(), _ALL, _overview(wrong)).files["queries.html"]
    english = rendered(Queries(), _ALL, _overview(wrong), ENGLISH).files["queries.html"]

    assert "нет такой функции: Ф" in russian
    assert "м.bsl:8" in russian.replace("<wbr>", "")
    assert "unknown function Ф" in english


@pytest.mark.parametrize(
    ("lengths", "pages"),
    [
        ({"Document.А": 10, "Document.Б": 10}, ["Document", "Document"]),
        ({"Document.А": 150_000, "Document.Б": 150_000}, ["Document", "Document-2"]),
        ({"Document.А": 900_000, "Document.Б": 1, "Catalog.В": 1},
         ["Document", "Document-2", "Catalog"]),
    ],
)  # fmt: skip
def test_texts_are_cut_into_pages_between_objects(
    lengths: dict[str, int], pages: list[str]
) -> None:
    columns = {
        name: pa.nulls(len(lengths), pa.string())
        for name in queries._COLUMNS
        if name not in ("object", "text")
    }
    columns["object"] = pa.array(list(lengths))
    columns["text"] = pa.array(["А" * length for length in lengths.values()])

    table = queries.TABLES["object_queries"](Given(queries=pa.table(columns)))

    assert table.column("page").to_pylist() == pages
    assert table.column("length").to_pylist() == list(lengths.values())
