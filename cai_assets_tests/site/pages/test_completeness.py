"""The page of the completeness ledger."""

from __future__ import annotations

from typing import Any

from cai_assets.onec.sources import FileKind
from cai_assets.site.model import Context, Page
from cai_assets.site.pages.completeness import Completeness, CompletenessView
from cai_assets.site.terms.files import FILE_KINDS
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered

PAGE = Page("", "completeness", "", "completeness")


def file(path: str, status: str = "parsed", **traits: Any) -> dict[str, Any]:
    row = {"path": path, "kind": "module", "owner": "", "size": 10, "status": status}
    return row | {"reason": "", "problems": 0} | traits


def view(context: Context = RUSSIAN, **tables: Any) -> CompletenessView:
    found = Completeness().view(PAGE, given(Completeness(), **tables), context)
    assert isinstance(found, CompletenessView)
    return found


def test_files_not_read_by_design_do_not_lower_the_share() -> None:
    found = view(files=[
        file("a"), file("b"), file("c"), file("d", "failed", reason="empty"),
        file("e", "unsupported", reason="picture", kind="picture"),
    ])  # fmt: skip
    assert (found.files, found.bytes, found.share) == (5, 50, 0.75)
    assert found.statuses == {"parsed": 3, "failed": 1, "unsupported": 1}


def test_every_file_that_is_not_read_is_named_with_its_reason() -> None:
    found = view(files=[
        file("b", "partly", reason="a string without its closing quote", problems=2, line=7),
        file("a", "failed", reason="unheard of"),
        file("d", "unsupported", reason="picture"),
        file("c", "unsupported", reason="picture"),
        file("e", "unsupported", reason="help page"),
    ])  # fmt: skip
    assert [(one.path, one.reason, one.line) for one in found.troubled] == [
        ("a", "unheard of", 0),
        ("b", "строка без закрывающей кавычки", 7),
    ]
    assert [(one.reason, one.files) for one in found.skipped] == [
        ("картинка", ("c", "d")),
        ("страница справки", ("e",)),
    ]


def test_kinds_that_are_read_come_first() -> None:
    found = view(files=[
        file("a", "unsupported", kind="picture"), file("b", "unsupported", kind="picture"),
        file("c", kind="form"),
    ])  # fmt: skip
    assert [(line.kind, line.statuses) for line in found.kinds] == [
        ("form", (1, 0, 0, 0)),
        ("picture", (0, 0, 0, 2)),
    ]


def test_places_are_in_the_order_of_files_and_lines() -> None:
    found = view(ENGLISH, problems=[
        {"file": "б", "line": 9, "column": 1, "message": "x"},
        {"file": "а", "line": 2, "column": 5, "message": "y"},
        {"file": "б", "line": 3, "column": 1, "message": "z"},
    ])  # fmt: skip
    assert [(one.file, [place.line for place in one.problems]) for one in found.problems] == [
        ("а", [2]),
        ("б", [3, 9]),
    ]


def test_an_upload_without_files_is_complete() -> None:
    assert view().share == 1.0


def test_every_kind_of_file_has_a_name() -> None:
    assert set(FILE_KINDS) == {kind.value for kind in FileKind}


def test_paths_and_messages_are_escaped() -> None:
    evil = "<b onclick='x'>.bsl"
    rows = given(
        Completeness(),
        files=[file(evil, "failed", reason=evil), file(evil, "unsupported", reason=evil)],
        problems=[{"file": evil, "line": 1, "column": 1, "message": evil}],
    )
    html = rendered(Completeness(), PAGE, rows).files["completeness.html"]
    assert "<b onclick" not in html
    assert html.count("&lt;b onclick") >= 5
