"""What is kept of what names are given: chains, calls and constructors that lead to a type."""

from __future__ import annotations

import pytest

from cai_assets.onec.bsl.analyse import analyse


def _kept(body: str, header: str = "Процедура П(Ссылка)", end: str = "КонецПроцедуры") -> list[str]:
    facts = analyse(f"{header}\n{body}\n{end}\n")
    assert facts.errors == []
    return [f"{row.name} {row.kind} {row.value}" for row in facts.assignments]


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("А = Документы.Заказ.СоздатьДокумент();", "А assigned Документы.Заказ.СоздатьДокумент()"),
        ("А = Новый Запрос;", "А assigned Новый Запрос()"),
        ("A = New Query(Text);", "A assigned New Query()"),
        ('А = Новый("Массив");', "А assigned Новый Массив()"),
        ("А = Ссылка;", "А assigned Ссылка"),
        ("А = Б[0].В;", "А assigned Б[].В"),
        ("А = (Ссылка.Б());", "А assigned Ссылка.Б()"),
        ("А = ?(Ссылка, Б(), Новый В);", "А assigned Б() | Новый В()"),
        ('А = О.ОбщийМодуль("Имя");', 'А assigned О.ОбщийМодуль("Имя")'),
        ('А = О.Получить("Имя");', "А assigned О.Получить()"),
        ("А.Б = Новый Массив;", "А.Б assigned Новый Массив()"),
        ('А.Вставить("Б", В);', "А.Б assigned В"),
        ('A.B.Insert("C", New Array);', "A.B.C assigned New Array()"),
        ("Для Каждого А Из Б.В() Цикл\nКонецЦикла;", "А element Б.В()"),
    ],
)
def test_what_leads_to_a_type_is_kept(statement: str, kept: str) -> None:
    assert _kept(statement) == [kept]


@pytest.mark.parametrize(
    "statement",
    [
        'А = "текст";',
        "А = 1 + Ссылка.Количество();",
        "А = Не Ссылка;",
        "А = Истина;",
        "А.Б = Ссылка;",
        "А.Вставить(Ключ, Значение);",
        'А.Вставить("не имя", Б);',
        "А[0] = Новый Массив;",
    ],
)
def test_what_leads_to_none_is_not(statement: str) -> None:
    assert _kept(statement) == []


def test_returned_values_are_kept_with_their_place() -> None:
    facts = analyse("Функция Ф()\n  Возврат Новый Массив;\nКонецФункции\n")
    (row,) = facts.assignments
    assert row == (0, 2, 3, "", "returned", "Новый Массив()")


def test_the_literal_that_decides_stays_in_the_receiver_of_the_call() -> None:
    facts = analyse('О.ОбщийМодуль("М").Сделать();')
    assert [(call.receiver, call.name) for call in facts.calls] == [
        ("О", "ОбщийМодуль"),
        ('О.ОбщийМодуль("М")', "Сделать"),
    ]
