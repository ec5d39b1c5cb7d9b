"""Routines cut out of a module, and what their text holds."""

from __future__ import annotations

import numpy as np

from cai_assets.learning.dataset.bodies import NO_BODY, Body, Place, read_bodies
from cai_assets.learning.dataset.twins import jaccard
from cai_assets.onec.bsl.analyse import analyse

MODULE = """// Copyright (c) 2020, Фирма
// Licensed under the Apache License, Version 2.0

&НаСервере
// комментарий между
Функция Цена(Знач Товар, // какой товар
    Дата = Неопределено) Экспорт

    // Письма: ivanov@firma-test.ru
    Результат = 0;
    Для Каждого Строка Из Товар.Цены Цикл
        Если Строка.Дата <= Дата Тогда
            Результат = Строка.Цена * 2 - 1;
            Товар.Итог = Результат;
        Иначе
            Прервать;
        КонецЕсли;
    КонецЦикла;
    Возврат Результат;

КонецФункции // Цена()

Процедура Пустая() КонецПроцедуры Процедура Пароли()
    Пароль = "qwe123";
КонецПроцедуры
"""


def _read(text: str) -> list[Body]:
    routines = analyse(text).routines
    places = [Place(one.line, one.column, one.end_line) for one in routines]
    return read_bodies(text, places).bodies


def test_a_body_goes_from_its_header_to_its_closing_word() -> None:
    price, empty, passwords = _read(MODULE)
    assert price.text.startswith("Функция Цена(Знач Товар,")
    assert price.text.endswith("КонецФункции")
    assert empty.text == "Процедура Пустая() КонецПроцедуры"
    assert passwords.text.startswith("Процедура Пароли()")


def test_a_signature_is_one_line_without_comments() -> None:
    price, empty, _ = _read(MODULE)
    assert price.signature == "Функция Цена(Знач Товар, Дата = Неопределено) Экспорт"
    assert empty.signature == "Процедура Пустая()"


def test_names_stand_once_in_their_order_and_words_are_folded() -> None:
    price, _, _ = _read(MODULE)
    assert price.identifiers == [
        "Цена", "Товар", "Дата", "Результат", "Строка", "Цены", "Итог",
    ]  # fmt: skip
    assert price.words == ["какой", "товар", "письма", "email"]


def test_syntax_tells_what_assigns_from_what_compares() -> None:
    syntax = _read(MODULE)[0].syntax
    assert (syntax.assignments, syntax.property_assignments) == (2, 1)
    assert (syntax.loops, syntax.branches, syntax.returns) == (1, 1, 1)
    assert (syntax.products, syntax.minuses, syntax.comparisons) == (1, 1, 1)
    compared = _read("Функция Ф()\n Возврат А = Б И В.Г = Д;\nКонецФункции")[0].syntax
    assert (compared.assignments, compared.property_assignments) == (0, 0)


def test_secrets_are_masked_in_place_and_the_code_still_parses() -> None:
    price, _, passwords = _read(MODULE)
    assert "// Письма: <EMAIL>" in price.text
    assert 'Пароль = "<PASSWORD>";' in passwords.text
    assert (price.masked, passwords.masked) == (1, 1)
    assert not analyse(passwords.text).errors
    assert "qwe" not in "".join(passwords.words)


def test_only_a_routine_without_code_is_empty() -> None:
    assert [body.empty for body in _read(MODULE)] == [False, True, False]
    assert _read("Процедура П()\n// пусто\nКонецПроцедуры")[0].empty


def test_stops_pair_lines_with_the_block_they_end_in() -> None:
    code = (
        "Процедура П()\n А();\n Если Б Тогда\n  В();\n Иначе\n  Г();\n КонецЕсли;\nКонецПроцедуры"
    )
    stops = _read(code)[0].stops
    blocks = dict(zip(stops[::2].tolist(), stops[1::2].tolist(), strict=True))
    assert list(blocks) == [0, 1, 2, 3, 4, 5, 6]
    assert blocks[0] == blocks[1] == blocks[6]
    assert blocks[2] == blocks[3]
    assert blocks[4] == blocks[5]
    assert len({blocks[0], blocks[2], blocks[4]}) == 3


def test_a_statement_over_two_lines_is_not_torn() -> None:
    stops = _read("Процедура П()\n А(1,\n  2);\n Б();\nКонецПроцедуры")[0].stops
    assert stops[::2].tolist() == [0, 2, 3]


def test_a_copy_under_another_name_with_other_literals_has_the_same_shingles() -> None:
    code = 'Процедура {0}(А)\n Б = А.В({1}, "{0}");\n Г(Б);\n{2}КонецПроцедуры'
    one, other, longer = (
        _read(code.format(*values))[0].shingles
        for values in (("П", 1, ""), ("Р", 27, ""), ("С", 1, " Д(Б);\n"))
    )
    assert np.array_equal(one, other)
    assert 0 < jaccard(one, longer) < 1


def test_texts_of_several_lines_count_word_by_word() -> None:
    code = 'Функция Ф()\n Возврат "ВЫБРАТЬ\n |{}\n |ИЗ Справочник.Валюты";\nКонецФункции'
    one, other, third = (
        _read(code.format(fields))[0].shingles
        for fields in ("Код, Наименование", "Код,  Наименование", "Курс, Кратность, Дата")
    )
    assert np.array_equal(one, other)
    assert jaccard(one, third) < 0.8


def test_the_licence_stands_in_the_head_of_the_module() -> None:
    read = read_bodies(MODULE, [])
    assert (read.license, read.generated, read.bodies) == ("Apache-2.0", False, [])
    assert read_bodies("Процедура П()\nКонецПроцедуры\n// MIT License", []).license == ""


def test_a_place_behind_the_end_of_a_changed_file_has_no_body() -> None:
    bodies = read_bodies("А = 1;", [Place(100, 1, 120)]).bodies
    assert bodies == [NO_BODY]


def test_a_routine_without_an_end_goes_as_far_as_the_tables_say() -> None:
    text = "Процедура П()\n А();\nПроцедура Р()\n Б();\nКонецПроцедуры"
    first, second = read_bodies(text, [Place(1, 1, 2), Place(3, 1, 5)]).bodies
    assert first.text == "Процедура П()\n А();"
    assert second.text.startswith("Процедура Р()")


def test_both_languages_and_asynchronous_routines_are_read() -> None:
    text = "Async Function F(A) Export\n Return A = 1;\nEndFunction"
    body = _read(text)[0]
    assert body.text == text
    assert body.signature == "Async Function F(A) Export"
    assert not body.empty
