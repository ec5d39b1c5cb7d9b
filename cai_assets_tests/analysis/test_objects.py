"""What the tables say about an object, whatever way its name is spelt."""

from __future__ import annotations

import pytest

from cai_assets.analysis.objects import (
    AmbiguousObject,
    Edge,
    UnknownObject,
    canonical_name,
    describe,
    find_object,
)
from cai_assets_tests.analysis.memory import Memory, small_shop


@pytest.fixture
def tables() -> Memory:
    return small_shop()


@pytest.mark.parametrize(
    "spelling",
    [
        "Catalog.Товары",
        "catalog.ТОВАРЫ",
        "Справочник.Товары",
        "справочники.товары",
        "Catalogs.Товары",
        "товары",
        " Товары ",
    ],
)
def test_an_object_is_found_by_any_of_its_names(tables: Memory, spelling: str) -> None:
    assert find_object(tables, spelling) == "Catalog.Товары"


def test_nested_names_are_translated_at_every_step() -> None:
    assert canonical_name("Подсистема.А.Подсистема.Б") == "Subsystem.А.Subsystem.Б"
    assert canonical_name("Отчет") == "Отчет"


def test_a_bare_name_that_several_objects_have_is_ambiguous(tables: Memory) -> None:
    with pytest.raises(AmbiguousObject) as error:
        find_object(tables, "склады")
    assert error.value.candidates == ("Catalog.Склады", "Document.Склады")


def test_a_misspelt_name_brings_close_ones(tables: Memory) -> None:
    with pytest.raises(UnknownObject) as error:
        find_object(tables, "Справочник.Товра")
    assert error.value.close[0] == "Catalog.Товары"
    with pytest.raises(UnknownObject) as error:
        find_object(tables, "Товар")
    assert "Catalog.Товары" in error.value.close


def test_each_project_that_holds_the_object_has_a_card_configurations_first(
    tables: Memory,
) -> None:
    first, second = describe(tables, "Catalog.Товары")
    assert (first.project, first.belonging) == ("Торговля", "Own")
    assert (second.project, second.belonging) == ("Доработки", "Adopted")
    assert first.synonym == "Товары и услуги"
    assert first.properties == {"CodeLength": "9"}
    assert first.subsystems == ("Subsystem.Склад",)
    assert second.members == ()


def test_members_stand_below_their_parents_standard_ones_last(tables: Memory) -> None:
    card = describe(tables, "Catalog.Товары")[0]
    assert [(row.depth, row.name, row.types) for row in card.members] == [
        (0, "Артикул", ("String(25)", "CatalogRef.Склады")),
        (0, "Цена", ("Number(15,2)",)),
        (0, "Штрихкоды", ()),
        (1, "Код", ()),
        (0, "Code", ()),
    ]


def test_routines_stand_in_the_order_of_the_source_with_their_calls_counted(
    tables: Memory,
) -> None:
    (module,) = describe(tables, "Catalog.Товары")[0].modules
    assert module.ncloc == 9
    assert [(row.name, row.export, row.calls) for row in module.routines] == [
        ("Первая", True, 2),
        ("Вторая", False, 1),
    ]


def test_only_granted_rights_count(tables: Memory) -> None:
    (role,) = describe(tables, "Catalog.Товары")[0].roles
    assert role.role == "Role.Кладовщик"
    assert role.granted == ("Read", "View")
    assert role.restricted == ("Read",)


def test_edges_lead_to_other_objects_and_keep_why_they_are_not_resolved(tables: Memory) -> None:
    card = describe(tables, "Catalog.Товары")[0]
    assert card.refers_to == (
        Edge("owner", "Catalog.Нет", 1, "not in this upload"),
        Edge("type", "Catalog.Склады", 1, ""),
    )
    assert card.referred_by == (
        Edge("call", "Document.Заказ", 2, ""),
        Edge("type", "Document.Заказ.Attribute.Товар", 1, ""),
    )


def test_a_scheduled_job_has_its_schedule(tables: Memory) -> None:
    assert describe(tables, "ScheduledJob.Обмен")[0].schedule == {"begin_time": "01:00:00"}
    assert describe(tables, "Catalog.Склады")[0].schedule == {}
