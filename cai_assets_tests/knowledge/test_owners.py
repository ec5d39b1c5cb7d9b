"""To which object an id belongs."""

from __future__ import annotations

import pytest

from cai_assets.knowledge.owners import Owners

OBJECTS = [
    "Configuration.Торговля",
    "Catalog.Товары",
    "CommonModule.Продажи",
    "Subsystem.Склад",
    "Subsystem.Склад.Subsystem.Приемка",
]


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("Catalog.Товары", "Catalog.Товары"),
        ("catalog.ТОВАРЫ.Form.Элемент.Item.Код", "Catalog.Товары"),
        ("CommonModule.Продажи.Провести", "CommonModule.Продажи"),
        ("Subsystem.Склад", "Subsystem.Склад"),
        ("Subsystem.Склад.Subsystem.Приемка", "Subsystem.Склад.Subsystem.Приемка"),
        ("subsystem.склад.subsystem.приемка.Command.К", "Subsystem.Склад.Subsystem.Приемка"),
        ("Subsystem.Склад.Subsystem.Отгрузка", "Subsystem.Склад"),
        ("Catalog.Нет.Attribute.А", None),
        ("Catalog.Товары2.Attribute.А", None),
        ("Catalog", None),
        ("", None),
    ],
)
def test_the_longest_id_that_begins_the_name(name: str, owner: str | None) -> None:
    owners = Owners(OBJECTS)
    for _ in range(2):  # the second answer comes from memory
        found = owners.find(name)
        assert (owners.ids[found] if found >= 0 else None) == owner


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    owners = Owners(OBJECTS)
    parts = ["Subsystem.Склад.Content", "Subsystem.Склад.Subsystem.Приемка.Content"]
    forward = [owners.find(part) for part in parts]
    assert forward == [Owners(OBJECTS).find(part) for part in parts]
    assert len(set(forward)) == 2


def test_an_object_of_two_projects_is_one() -> None:
    assert Owners(["Catalog.Товары", "CATALOG.товары"]).ids == ["Catalog.Товары"]
