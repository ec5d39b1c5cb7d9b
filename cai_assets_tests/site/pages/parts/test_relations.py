"""Movements, subscriptions and other relations stand with the parts that take part."""

from __future__ import annotations

from cai_assets_tests.site.pages.parts.rows import (
    ID,
    relation,
    relations_view,
)


def test_movements_say_whether_they_are_declared_and_which_code_writes_them() -> None:
    declared = relation("register_record", "in", "Document.Заказ", ID)
    written = relation("movement", "in", "Document.Заказ.ObjectModule.Провести", ID)
    other = relation("movement", "in", "Document.Сторно.ObjectModule.Провести", ID)
    view = relations_view(declared, written, other)
    assert [(line.id, line.declared, line.routines) for line in view.recorders] == [
        ("Document.Заказ", True, ("Document.Заказ.ObjectModule.Провести",)),
        ("Document.Сторно", False, ("Document.Сторно.ObjectModule.Провести",)),
    ]
    assert view.movements == ()


def test_a_subscription_that_names_the_object_twice_stands_once_by_itself() -> None:
    row = {"subscription": "EventSubscription.П", "event": "OnWrite", "handler": "CommonModule.М.Р"}
    view = relations_view(subscriptions=[{**row, "via": "CatalogObject"}, {**row, "via": ""}])
    (line,) = view.subscriptions
    assert (line.event, line.via) == ("ПриЗаписи", "")


def test_relations_stand_in_groups_with_the_parts_that_take_part() -> None:
    view = relations_view(
        relation("owner", "in", "Catalog.Партии", ID),
        relation("exchange_content", "in", "ExchangePlan.Сайт", ID, "Deny"),
        relation("functional_option", "in", "FunctionalOption.Опт", f"{ID}.Attribute.Цена"),
        relation("functional_option", "in", "FunctionalOption.Всё", ID),
        relation("functional_option", "out", f"{ID}.Form.Ф.Item.К", "FunctionalOption.Форма"),
        relation("input_by_string", "out", ID, f"{ID}.StandardAttribute.Code"),
    )
    told = {
        group.title: [(one.id, tuple(note.text for note in one.notes)) for one in group.related]
        for group in view.groups
    }
    assert told == {
        "Подчинённые": [("Catalog.Партии", ())],
        "Планы обмена": [("ExchangePlan.Сайт", ("без авторегистрации",))],
        "Функциональные опции частей": [
            ("FunctionalOption.Опт", ("Цена",)),
            ("FunctionalOption.Форма", ("Ф.К",)),
        ],
        "Ввод по строке": [("", ("Код",))],
    }
