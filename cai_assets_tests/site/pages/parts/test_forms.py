"""Forms show their elements, attributes and handlers; commands their parameters."""

from __future__ import annotations

from cai_assets.site.pages.parts.typed import Link
from cai_assets_tests.site.pages.parts.rows import (
    BASE,
    EXTENSION,
    ID,
    form_row,
    forms_view,
    member,
    of_form,
    relation,
)


def test_elements_are_a_tree_with_their_data_and_handlers() -> None:
    view = forms_view(
        forms=[form_row()],
        form_items=[
            of_form(name="Цена", kind="InputField", parent="Группа", data_path="Объект.Цена"),
            of_form(name="Кнопка", kind="Button", order=1, command="Form.Command.Печать"),
            of_form(name="Группа", kind="UsualGroup"),
            of_form(EXTENSION, name="Группа", kind="UsualGroup"),
            of_form(EXTENSION, name="Курьер", kind="InputField", order=2),
        ],
        form_handlers=[
            {
                "project": BASE,
                "form": f"{ID}.Form.Список",
                "item": item,
                "event": event,
                "procedure": procedure,
            }
            for item, event, procedure in (
                ("Цена", "OnChange", "ЦенаПриИзменении"),
                ("", "OnOpen", "ПриОткрытии"),
            )
        ],
    )
    (form,) = view.forms
    assert [(item.name, item.depth, item.shows, item.project) for item in form.items] == [
        ("Группа", 0, "", ""),
        ("Цена", 1, "Объект.Цена", ""),
        ("Кнопка", 0, "Печать", ""),
        ("Курьер", 0, "", EXTENSION),
    ]
    assert [one.event for one in form.handlers] == ["ПриОткрытии"]
    assert [one.procedure for one in form.items[1].handlers] == ["ЦенаПриИзменении"]
    assert form.handled == 2


def test_columns_stand_under_their_attribute_also_those_added_to_a_table_of_the_object() -> None:
    view = forms_view(
        forms=[form_row()],
        form_attributes=[
            of_form(name="Код", parent="Таблица", types=["String"]),
            of_form(name="Таблица", types=["ValueTable"]),
            of_form(name="Отметка", parent="Объект.Состав", types=["Boolean"]),
        ],
    )
    assert [(line.name, line.depth) for line in view.forms[0].attributes] == [
        ("Таблица", 0),
        ("Код", 1),
        ("Объект.Состав", 0),
        ("Отметка", 1),
    ]


def test_a_form_says_for_what_it_is_the_form_by_default() -> None:
    used = relation("default_form", "out", ID, f"{ID}.Form.Список", "DefaultListForm")
    view = forms_view(forms=[form_row(), form_row("Прочая")], relations=[used])
    assert [(form.name, form.uses) for form in view.forms] == [
        ("Прочая", ()),
        ("Список", ("Основная форма списка",)),
    ]


def test_commands_have_the_types_of_their_parameter() -> None:
    id_ = f"{ID}.Command.Открыть"
    view = forms_view(
        members=[member("Command.Открыть", properties=[("Group", "CommandGroup.Печать")])],
        relations=[
            relation("command_parameter", "out", id_, "Catalog.Склады", "CatalogRef.Склады")
        ],
    )
    assert view.commands[0].parameters == (Link("СправочникСсылка.Склады", "Catalog.Склады"),)
    assert view.commands[0].group[0].target == "CommandGroup.Печать"


def test_a_title_is_told_if_it_says_more_than_the_name() -> None:
    view = forms_view(
        forms=[form_row()],
        form_commands=[
            {"project": BASE, "form": f"{ID}.Form.Список", "order": order, **columns}
            for order, columns in enumerate(
                (
                    {"name": "НоваяЦена", "titles": [("ru", "Новая цена")]},
                    {"name": "Печать", "titles": [("en", "Print"), ("ru", "Ценник")]},
                )
            )
        ],
    )
    assert [(line.name, line.title) for line in view.forms[0].commands] == [
        ("НоваяЦена", ""),
        ("Печать", "Ценник"),
    ]
