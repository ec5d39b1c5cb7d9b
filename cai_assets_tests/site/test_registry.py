"""Where links lead."""

from __future__ import annotations

import pytest

from cai_assets.site.registry import Registry

REGISTRY = Registry(
    {
        "Catalog.Товары": "Catalog/Товары.html",
        "CommonModule.Цены": "CommonModule/Цены.html",
        "Subsystem.А": "Subsystem/А.html",
        "Subsystem.А.Subsystem.Б": "Subsystem/А.Subsystem.Б.html",
        "rule:UnionAll": "rules/UnionAll.html",
    },
    {
        "Catalog.Товары.Attribute.Цена",
        "Catalog.Товары.Form.Форма",
        "CommonModule.Цены.Цена",
    },
)


@pytest.mark.parametrize(
    ("id_", "address"),
    [
        ("Catalog.Товары", "Catalog/Товары.html"),
        ("Catalog.Товары.Attribute.Цена", "Catalog/Товары.html#Attribute.Цена"),
        ("CommonModule.Цены.Цена", "CommonModule/Цены.html#Цена"),
        ("Subsystem.А.Subsystem.Б", "Subsystem/А.Subsystem.Б.html"),
        ("rule:UnionAll", "rules/UnionAll.html"),
        # The nearest thing above that the site has.
        ("Catalog.Товары.Ссылка", "Catalog/Товары.html"),
        ("Catalog.Товары.Form.Форма.Command.Найти", "Catalog/Товары.html#Form.Форма"),
        ("Catalog.Нет", ""),
        ("Нет", ""),
        ("", ""),
    ],
)
def test_an_id_leads_to_its_page_or_to_the_nearest_above(id_: str, address: str) -> None:
    assert REGISTRY.address(id_) == address
