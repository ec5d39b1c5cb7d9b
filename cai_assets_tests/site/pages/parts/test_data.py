"""Fields, sections, predefined items and other parts stand in order, with what is special."""

from __future__ import annotations

from cai_assets.site.pages.parts import data
from cai_assets.site.pages.parts.typed import Link
from cai_assets_tests.site.pages.given import RUSSIAN
from cai_assets_tests.site.pages.parts.rows import (
    EXTENSION,
    ID,
    data_view,
    member,
    relation,
    type_row,
)


def test_fields_stand_by_kind_in_their_order_with_what_is_special() -> None:
    view = data_view(
        members=[
            member("Attribute.Цвет", 1, properties=[("Indexing", "Index")]),
            member(
                "Attribute.Цена", 0, properties=[("FillChecking", "ShowError"), ("FillValue", "0")]
            ),
            member("StandardAttribute.Description", properties=[("FillChecking", "ShowError")]),
            member("Dimension.Склад", comment="Где лежит", properties=[("ToolTip.ru", "Место")]),
        ]
    )
    assert [table.kind for table in view.tables] == ["Dimension", "Attribute", "StandardAttribute"]
    dimension, attributes, standard = view.tables
    assert dimension.fields[0].about == "Где лежит\nМесто"
    assert [(line.name, [one.text for one in line.features]) for line in attributes.fields] == [
        ("Цена", ["обязательный"]),
        ("Цвет", ["индекс"]),
    ]
    assert standard.fields[0].name == "Наименование"


def test_what_an_extension_adds_bears_its_name_and_what_it_adopts_stands_once() -> None:
    view = data_view(
        members=[
            member("Attribute.Курьер", 0, EXTENSION),
            member("Attribute.Цена", 1, EXTENSION, synonym="Чужое"),
            member("Attribute.Цена", 5, synonym="Цена"),
        ]
    )
    lines = view.tables[0].fields
    assert [(line.name, line.synonym, line.project) for line in lines] == [
        ("Цена", "Цена", ""),
        ("Курьер", "", EXTENSION),
    ]


def test_tabular_sections_hold_their_attributes_and_predefined_items_their_depth() -> None:
    view = data_view(
        members=[
            member("TabularSection.Состав.Attribute.Часть"),
            member("TabularSection.Состав"),
            member("Predefined.Услуги.Predefined.Доставка"),
            member("Predefined.Услуги", properties=[("IsFolder", "true"), ("Code", "01 ")]),
        ]
        + [{**member("Predefined.Прочее", 1), "parent": f"{ID}.Predefined.Услуги"}]
    )
    assert [field.name for field in view.sections[0].fields] == ["Часть"]
    assert [(line.name, line.depth, line.code, line.folder) for line in view.predefined] == [
        ("Услуги", 0, "01", True),
        ("Доставка", 1, "", False),
        ("Прочее", 1, "", False),
    ]


def test_parts_of_kinds_without_a_table_are_listed_under_their_parents() -> None:
    parameter = member(
        "Operation.Найти.Parameter.Код",
        properties=[("XDTOValueType", "{http://www.w3.org/2001/XMLSchema}string")],
    )
    handler = relation(
        "handler", "out", f"{ID}.Operation.Найти", f"{ID}.Module.Найти", "ProcedureName"
    )
    view = data_view(members=[member("Operation.Найти"), parameter], relations=[handler])
    assert [(line.kind, line.name, line.depth) for line in view.others] == [
        ("операция", "Найти", 0),
        ("параметр", "Код", 1),
    ]
    assert view.others[0].features == (Link("ИмяПроцедуры: Найти", f"{ID}.Module.Найти"),)
    assert view.others[1].features == (Link("Тип значения: xs:string"),)


def test_the_picture_shows_what_fields_and_sections_refer_to_once() -> None:
    view = data_view(
        members=[member("Attribute.Склад"), member("TabularSection.Состав.Attribute.Часть")]
        + [member("TabularSection.Состав")],
        types=[
            type_row("Attribute.Склад", "CatalogRef.Склады", target="Catalog.Склады"),
            type_row("Attribute.Склад", "String", 1),
            type_row("TabularSection.Состав.Attribute.Часть", "CatalogRef.Товары", target=ID),
        ],
    )
    assert view.referred() == [("Склад", "Catalog.Склады"), ("Состав", ID)]
    assert "Склады" in data.draw(view, RUSSIAN, lambda id_: f"{id_}.html")["entities"]
    assert data.draw(data_view(members=[member("Attribute.Цвет")]), RUSSIAN, str) == {}


def test_a_route_point_says_where_it_leads() -> None:
    point = f"{ID}.FlowchartPoint.Проверка"
    view = data_view(
        members=[member("FlowchartPoint.Проверка", properties=[("PointType", "Condition")])],
        relations=[
            relation("transition", "out", point, f"{ID}.FlowchartPoint.Конец", "true"),
            relation("transition", "out", point, f"{ID}.FlowchartPoint.Снова", "false"),
        ],
    )
    assert [one.text for one in view.others[0].features] == [
        "Вид точки: Условие",
        "нет → Снова",
        "да → Конец",
    ]


def test_a_column_of_a_journal_names_the_fields_that_it_shows() -> None:
    column = f"{ID}.Column.Номер"
    view = data_view(
        members=[member("Column.Номер")],
        relations=[
            relation("journal_column", "out", column, "Document.Заказ.StandardAttribute.Number"),
            relation("journal_column", "out", column, "Document.Акт.Attribute.НомерАкта"),
        ],
    )
    assert [type_.text for type_ in view.tables[0].fields[0].types] == [
        "Документ.Акт · НомерАкта",
        "Документ.Заказ · Номер",
    ]
