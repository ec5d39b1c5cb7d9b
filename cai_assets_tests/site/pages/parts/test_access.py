"""Roles are compared by their rights; equal restrictions stand once."""

from __future__ import annotations

from cai_assets_tests.site.pages.parts.rows import (
    ID,
    access_view,
    right,
)


def test_roles_are_compared_by_the_main_rights() -> None:
    view = access_view(
        right("View"),
        right("Read", restriction="ГДЕ Склад = &Склад"),
        right("InputByString"),
        right("Read", "Role.Админ"),
        right("Insert", "Role.Админ", value=False),
    )
    assert view.columns == ("Чтение", "Просмотр")
    assert [(line.role, line.main, line.others) for line in view.roles] == [
        ("Role.Админ", ("+", ""), ()),
        ("Role.Кладовщик", ("r", "+"), ("Ввод по строке",)),
    ]


def test_equal_restrictions_stand_once_with_all_that_have_them() -> None:
    text = "ГДЕ Склад = &Склад"
    view = access_view(
        right("Read", restriction=text),
        right("Update", restriction=text),
        right("Read", "Role.Админ", restriction=text),
    )
    (one,) = view.restrictions
    assert one.uses == (("Role.Админ", "Чтение"), ("Role.Кладовщик", "Изменение, Чтение"))


def test_rights_on_parts_name_the_part_also_those_denied() -> None:
    view = access_view(right("Edit", object=f"{ID}.Attribute.Цена", value=False))
    (line,) = view.parts
    assert (line.label, line.granted, line.denied) == ("реквизит Цена", (), ("Редактирование",))
    assert view.roles == ()
