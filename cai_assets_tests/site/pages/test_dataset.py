"""The card of the dataset."""

from __future__ import annotations

from typing import Any

from cai_assets.learning.dataset.categories import BY_NAME, CATEGORIES
from cai_assets.learning.splits import PARTS
from cai_assets.site.model import Context, Page
from cai_assets.site.pages.dataset import _BUCKETS, _PARTS, Dataset, DatasetView
from cai_assets.site.tables import Place, StoredSource
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered

PAGE = Page("", "dataset", "models", "dataset")


def figure(section: str, name: str, value: float | None = None, text: str = "") -> dict[str, Any]:
    return {"section": section, "name": name, "value": value, "text": text}


def view(*rows: dict[str, Any], context: Context = RUSSIAN) -> DatasetView:
    found = Dataset().view(PAGE, given(Dataset(), figures=rows), context)
    assert isinstance(found, DatasetView)
    return found


def html(*rows: dict[str, Any], context: Context = RUSSIAN) -> str:
    return rendered(Dataset(), PAGE, given(Dataset(), figures=rows), context).files["dataset.html"]


def test_tasks_are_told_by_part_in_the_order_of_training() -> None:
    found = view(
        figure("task", "query", 6), figure("task_split", "query/test", 1),
        figure("task_split", "query/train", 5),
    )  # fmt: skip
    (line,) = found.tasks
    assert (line.name, line.total, line.parts) == ("написать запрос", 6, (5, 0, 1))
    assert tuple(words.en for words in _PARTS) == PARTS


def test_categories_come_with_the_most_first_and_rules_with_their_reason() -> None:
    small, large = list(CATEGORIES)[:2]
    rule = next(iter(BY_NAME.values()))
    found = view(
        figure("category", small, 3), figure("category", large, 9),
        figure("category_reason", rule.name, 4), figure("category_reason", "forgotten", 2),
    )  # fmt: skip
    assert [count.name for count in found.categories] == [
        CATEGORIES[large].ru,
        CATEGORIES[small].ru,
    ]
    assert [(line.rule, line.reason, line.count) for line in found.rules] == [
        (rule.name, rule.reason.ru, 4)
    ]


def test_lengths_stand_in_their_order() -> None:
    rows = [figure("lines", name, 1) for name in sorted(_BUCKETS)]
    assert [count.key for count in view(*rows).lines] == list(_BUCKETS)


def test_a_dataset_of_nothing_says_why() -> None:
    rows = (
        figure("count", "routines", 5), figure("count", "kept", 0),
        figure("dropped", "vendor", 5), figure("dropped", "", 0),
    )  # fmt: skip
    page = html(*rows)
    assert "не прошёл ни один метод" in page
    assert "код поставщика на замке" in page
    assert "<figure" not in page
    assert "No routine passed" in html(*rows, context=ENGLISH)


def test_licences_tell_what_was_kept_and_which_is_not_stated() -> None:
    found = view(
        figure("license", "MIT", 2), figure("license", "", 7), figure("license_kept", "MIT", 1)
    )
    assert [(line.name, line.routines, line.kept) for line in found.licenses] == [
        ("не указана", 7, 0),
        ("MIT", 2, 1),
    ]


def test_the_order_of_figures_does_not_matter() -> None:
    rows = [figure("count", name, 1) for name in ("routines", "kept", "modules")]
    rows += [figure("filter", "vendor", None, "no"), figure("hash", "tasks", None, "abc")]
    assert view(*rows) == view(*reversed(rows))
    assert [(one.key, one.value) for one in view(*rows).filters] == [("vendor", "нет")]


def test_names_are_escaped() -> None:
    evil = "<script>alert(1)</script>"
    page = html(*(figure(section, evil, 1, evil) for section in (
        "count", "task", "category", "module_kind", "dropped", "license", "filter", "hash",
    )))  # fmt: skip
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;") >= 8


def test_an_upload_without_a_dataset_has_no_card(tmp_path: Any) -> None:
    assert list(Dataset().pages(StoredSource(Place(tmp_path)))) == []
