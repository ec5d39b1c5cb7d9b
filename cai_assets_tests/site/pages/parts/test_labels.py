"""Parts of objects are called in words."""

from __future__ import annotations

import pytest

from cai_assets.site.pages.parts.labels import module_kind, part_label, place_label


@pytest.mark.parametrize(
    ("id_", "russian", "english"),
    [
        ("Catalog.Т", "", ""),
        ("Catalog.Т.Attribute.Цена", "реквизит Цена", "attribute Цена"),
        ("Catalog.Т.TabularSection.С.Attribute.К", "табличная часть С · реквизит К",
         "tabular section С · attribute К"),
        ("Catalog.Т.ManagerModule.Найти", "модуль менеджера · Найти", "manager module · Найти"),
        ("Catalog.Т.Form.Ф.Module", "форма Ф · модуль", "form Ф · module"),
        ("Catalog.Т.Form.Ф.Открыть", "форма Ф · Открыть", "form Ф · Открыть"),
        ("Catalog.Т.Form.Ф.Item.Поле", "форма Ф · элемент Поле", "form Ф · item Поле"),
        ("Catalog.Т.Command.К.CommandModule.Обработка", "команда К · Обработка",
         "command К · Обработка"),
        ("Document.Д.Attribute.А", "Документ.Д.Attribute.А", "Document.Д.Attribute.А"),
    ],
)  # fmt: skip
def test_a_part_of_an_object(id_: str, russian: str, english: str) -> None:
    assert part_label(id_, "Catalog.Т", "ru") == russian
    assert part_label(id_, "Catalog.Т", "en") == english


@pytest.mark.parametrize(
    ("id_", "label"),
    [
        ("Catalog.Т.ObjectModule.Имя", "модуль объекта · Имя"),
        ("CommonModule.Цены.Найти", "Цены.Найти"),
        ("Document.Д.ObjectModule.Имя", "Документ.Д · модуль объекта · Имя"),
        ("Document.Д", "Документ.Д"),
    ],
)
def test_a_place_seen_from_an_object(id_: str, label: str) -> None:
    assert place_label(id_, "Catalog.Т", "ru") == label


def test_kinds_of_modules() -> None:
    assert module_kind("ObjectModule", "ru") == "модуль объекта"
    assert module_kind("ObjectModule", "en") == "object module"
    assert module_kind("НовыйModule", "ru") == "НовыйModule"
