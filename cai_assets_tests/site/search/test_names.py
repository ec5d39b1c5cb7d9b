"""Full names in the index: the type, the names above, the own name."""

from __future__ import annotations

import pytest

from cai_assets.site.search.model import Document
from cai_assets.site.search.names import Path, path_of, squashed, typed_types


@pytest.mark.parametrize(
    ("id_", "path"),
    [
        ("Catalog.Товары", Path("Catalog", (), "Товары")),
        ("Catalog.Товары.ManagerModule.Найти", Path("Catalog", ("Товары",), "Найти")),
        ("Catalog.Т.Form.Список.Открыть", Path("Catalog", ("Т", "Список"), "Открыть")),
        ("CommonModule.Строки.Найти", Path("CommonModule", ("Строки",), "Найти")),
        ("Subsystem.А.Subsystem.Б", Path("Subsystem", ("А",), "Б")),
        ("Catalog.Form.Form.Form", Path("Catalog", ("Form",), "Form")),
        ("Catalog.Т.TabularSection.Ч.Attribute.Р", Path("Catalog", ("Т", "Ч"), "Р")),
        ("CommonModule.MyModule.MyModule", Path("CommonModule", ("MyModule",), "MyModule")),
        ("Catalog.Т.Attribute", Path("Catalog", ("Т",), "Attribute")),
        ("Catalog.Т.ObjectModule", Path("Catalog", ("Т",), "ObjectModule")),
    ],
)
def test_a_path_leaves_out_steps_that_only_say_what_follows(id_: str, path: Path) -> None:
    assert path_of(Document("a.html", "x", "routine", id=id_)) == path


def test_without_an_id_the_title_is_the_path() -> None:
    assert path_of(Document("a", "Строки.Найти", "routine")) == Path("", ("Строки",), "Найти")
    assert path_of(Document("a", "Товары", "Catalog")) == Path("Catalog", (), "Товары")
    assert path_of(Document("a", "Версия 8.3 и др.", "page")) == Path("", (), "Версия 8.3 и др.")
    assert path_of(Document("a", "...", "page")) == Path("", (), "...")
    assert path_of(Document("a", "", "page")).name == ""


def test_types_are_known_in_both_languages_and_numbers() -> None:
    types = typed_types()
    for typed in ("справочник", "справочники", "catalog", "catalogs", "справочникссылка"):
        assert types[typed] == "Catalog"
    assert types["общиймодуль"] == "CommonModule"


def test_names_are_compared_by_letters_and_digits() -> None:
    assert squashed("Учёт_Товаров 2") == "учеттоваров2"
