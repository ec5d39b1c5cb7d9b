"""The names that a module writes, by where they stand."""

from __future__ import annotations

from cai_assets.onec.bsl.lexer import tokenize
from cai_assets.onec.bsl.names import names_of


def test_names_behind_a_dot_and_others_are_told_apart() -> None:
    names = names_of(tokenize("Итог = Строка.Цена * Строка. Количество; // Строка.Скидка\n"))
    assert names.members == ("цена",)
    assert names.words == ("итог", "количество", "строка")
    assert names.texts == ()


def test_words_of_text_literals_over_several_lines() -> None:
    names = names_of(tokenize('Ф = "Справочник.Товары\n|\tФормаЭлемента, Код1\n|";\n'))
    assert names.texts == ("код1", "справочник", "товары", "формаэлемента")


def test_localised_texts_are_no_names() -> None:
    text = 'А = НСтр("ru = \'Цена не указана;\n|\tru = \'Скидка\'"); Б = "Сумма";\n'
    assert names_of(tokenize(text)).texts == ("сумма",)


def test_parts_that_are_joined_to_names() -> None:
    text = 'А = "Шаг_" + Номер + "Клиент"; Б = СтрШаблон("Печать%1Форма", В); Г = "Ничто";\n'
    assert names_of(tokenize(text)).parts == ("*клиент", "*форма", "печать*", "шаг_*")


def test_a_module_without_code_has_no_names() -> None:
    assert names_of(tokenize("// пусто\n")) == ((), (), (), ())
