"""The head of a page says what an object is: texts, properties in words, types, schedule."""

from __future__ import annotations

import pytest

from cai_assets.site.pages.parts.typed import Link
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN
from cai_assets_tests.site.pages.parts.rows import (
    BASE,
    EXTENSION,
    ID,
    card_view,
    object_row,
    relation,
    type_row,
)


def test_the_configuration_speaks_first_and_extensions_add_what_they_state() -> None:
    view = card_view(
        objects=[
            object_row(EXTENSION, belonging="Adopted", properties=[("DescriptionLength", "50")]),
            object_row(synonym="Товары и услуги", comment="Все товары"),
        ]
    )
    assert (view.synonym, view.comment, view.project) == ("Товары и услуги", "Все товары", BASE)
    (other,) = view.others
    assert (other.project, other.belonging) == (EXTENSION, "Adopted")
    assert [(line.label, line.values[0].text) for line in other.lines(RUSSIAN)] == [
        ("Длина наименования", "50")
    ]


def test_texts_are_those_of_the_language_of_the_site() -> None:
    row = object_row(
        synonym="Товары",
        synonyms=[("ru", "Товары"), ("en", "Goods")],
        properties=[("Explanation.ru", "Что продаём"), ("Explanation.en", "What we sell")],
    )
    english = card_view(ENGLISH, objects=[row])
    assert (english.synonym, english.explanation) == ("Goods", "What we sell")
    assert english.synonyms == {"ru": "Товары"}


def test_the_code_and_the_hierarchy_of_a_catalogue_are_said_in_words() -> None:
    properties = [
        ("CodeLength", "9"),
        ("CodeType", "String"),
        ("CodeAllowedLength", "Fixed"),
        ("CodeSeries", "WithinSubordination"),
        ("Autonumbering", "true"),
        ("CheckUnique", "true"),
        ("DescriptionLength", "0"),
        ("Hierarchical", "true"),
        ("HierarchyType", "HierarchyOfItems"),
        ("LimitLevelCount", "true"),
        ("LevelCount", "3"),
    ]
    facts = {
        fact.name: fact.values[0].text
        for fact in card_view(objects=[object_row(properties=properties)]).facts
    }
    assert facts == {
        "Код": "строка, 9\u00a0зн., фиксированной длины, автонумерация, контроль уникальности, "
        "в пределах подчинения",
        "Наименование": "нет",
        "Иерархия": "элементы, уровней не больше 3",
    }


@pytest.mark.parametrize(
    ("type_", "properties", "expected"),
    [
        (
            "CommonModule",
            [("Server", "true"), ("ServerCall", "true"), ("ReturnValuesReuse", "DuringSession")],
            {
                "Выполняется": "сервер",
                "Режимы": "вызов сервера",
                "Повторное использование": "на время сеанса",
            },
        ),
        (
            "InformationRegister",
            [("InformationRegisterPeriodicity", "Day"), ("WriteMode", "RecorderSubordinate")],
            {"Периодичность": "в пределах дня", "Режим записи": "подчинение регистратору"},
        ),
        ("Document", [("Posting", "Deny")], {"Номер": "нет", "Проведение": "запрещено"}),
        (
            "EventSubscription",
            [("Event", "BeforeWrite"), ("Handler", "CommonModule.События.Перед")],
            {"Событие": "ПередЗаписью", "Обработчик": "События.Перед"},
        ),
    ],
)
def test_each_type_tells_what_decides_how_it_behaves(
    type_: str, properties: list[tuple[str, str]], expected: dict[str, str]
) -> None:
    view = card_view(objects=[object_row(type=type_, properties=properties)])
    assert {fact.name: fact.values[0].text for fact in view.facts} == expected


def test_properties_that_name_metadata_are_links() -> None:
    properties = [("DefaultListForm", f"{ID}.Form.Список"), ("ToolTip.ru", "Catalog.Нет")]
    lines = {
        line.name: line.values
        for line in card_view(objects=[object_row(properties=properties)]).lines(RUSSIAN)
    }
    assert lines["DefaultListForm"] == (Link("Список", f"{ID}.Form.Список"),)
    assert lines["ToolTip.ru"] == (Link("Catalog.Нет"),)


def test_a_job_says_when_it_runs() -> None:
    view = card_view(
        objects=[object_row(type="ScheduledJob")],
        schedules=[
            {"project": BASE, "begin_time": "01:00:00", "days_repeat_period": 1, "weeks_period": 1}
        ],
    )
    assert view.schedule == "каждый день в 01:00"


def test_types_have_their_qualifiers_in_words() -> None:
    view = card_view(
        types=[
            type_row("", "String", 0, string_length=50, string_fixed=True),
            type_row("", "String", 1, string_length=0),
            type_row("", "Number", 2, number_precision=15, number_scale=2, number_nonnegative=True),
            type_row("", "Date", 3, date_fractions="Date"),
            type_row("", "Date", 4, date_fractions="DateTime"),
            type_row("", "CatalogRef.Склады", 5, target="Catalog.Склады"),
        ]
    )
    assert [type_.text for type_ in view.types] == [
        "Строка(50, фикс.)",
        "Строка(неогр.)",
        "Число(15, 2, неотр.)",
        "Дата",
        "Дата и время",
        "СправочникСсылка.Склады",
    ]
    assert view.types[-1].target == "Catalog.Склады"


def test_a_subscription_names_the_types_that_are_its_sources() -> None:
    view = card_view(
        objects=[object_row(type="EventSubscription")],
        relations=[
            relation("subscription_source", "out", ID, "DefinedType.Т", "DefinedType.Т"),
            relation("subscription_source", "out", ID, "CatalogObject", "CatalogObject"),
        ],
    )
    assert view.types == (
        Link("ОпределяемыйТип.Т", "DefinedType.Т"),
        Link("СправочникОбъект"),
    )
