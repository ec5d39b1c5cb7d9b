"""Names of the platform are called as Designer calls them; what is not known stays as it is."""

from __future__ import annotations

import pytest

from cai_assets.onec.metadata.defaults import defaults_of
from cai_assets.onec.metadata.kinds import KINDS
from cai_assets.site.terms import (
    event_name,
    item_name,
    property_name,
    property_value,
    right_name,
    standard_name,
    type_text,
)


@pytest.mark.parametrize(
    ("type_", "russian"),
    [
        ("CatalogRef.Товары", "СправочникСсылка.Товары"),
        ("CatalogRef", "СправочникСсылка"),
        ("InformationRegisterRecordSet.Цены", "РегистрСведенийНаборЗаписей.Цены"),
        ("DefinedType.Сумма", "ОпределяемыйТип.Сумма"),
        ("Characteristic.Виды", "Характеристика.Виды"),
        ("Array<CatalogRef.Товары>", "Массив<СправочникСсылка.Товары>"),
        ("ValueStorage", "ХранилищеЗначения"),
        ("Boolean", "Булево"),
        ("SomethingNew", "SomethingNew"),
    ],
)
def test_types_are_called_as_code_calls_them(type_: str, russian: str) -> None:
    assert type_text(type_, "ru") == russian
    assert type_text(type_, "en") == type_


def test_a_name_of_two_events_is_that_of_objects() -> None:
    assert event_name("BeforeStart", "ru") == "ПередСтартом"
    assert event_name("OnCreateAtServer", "ru") == "ПриСозданииНаСервере"
    assert event_name("OnCreateAtServer", "en") == "OnCreateAtServer"
    assert event_name("OnSomethingNew", "ru") == "OnSomethingNew"


def test_a_property_keeps_what_stands_behind_its_dot() -> None:
    assert property_name("ToolTip.en", "ru") == "Подсказка (en)"
    assert property_name("ChoiceParameters.Отбор.Вид", "en") == "Choice parameters (Отбор.Вид)"


def test_values_are_words_and_texts_of_developers_stay() -> None:
    assert property_value("Use", "true", "ru") == "Да"
    assert property_value("WriteMode", "RecorderSubordinate", "en") == "Recorder subordinate"
    assert property_value("NumberPeriodicity", "Nonperiodical", "ru") == "Непериодическая"
    assert property_value("Namespace", "http://Example.org/A", "en") == "http://Example.org/A"
    assert property_value("Mask", "99", "ru") == "99"


def test_rights_elements_and_standard_attributes_have_russian_names() -> None:
    assert right_name("InteractiveInsert", "ru") == "Интерактивное добавление"
    assert right_name("InteractiveInsert", "en") == "Interactive insert"
    assert item_name("InputField", "ru") == "Поле ввода"
    assert item_name("InputField", "en") == "Input field"
    assert standard_name("Description", "ru") == "Наименование"
    assert standard_name("Description", "en") == "Description"


def test_every_property_that_is_filled_in_has_a_russian_name_and_value() -> None:
    paths = [
        path
        for kind in KINDS
        for path in (kind.name, *(f"{kind.name}.{member}" for member in kind.members))
    ]
    filled = {item for path in paths for item in defaults_of(path).items()}
    assert filled
    unnamed = {name for name, _ in filled if property_name(name, "ru").isascii()}
    unsaid = {
        (name, value)
        for name, value in filled
        if value and not value.isdigit() and property_value(name, value, "ru").isascii()
    }
    assert (unnamed, unsaid) == (set(), set())
