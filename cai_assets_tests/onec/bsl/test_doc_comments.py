"""Doc comments by standard 453."""

from __future__ import annotations

from cai_assets.onec.bsl.doc_comments import DocField, ParsedComment, parse_doc_comment


def parsed(text: str) -> ParsedComment:
    return parse_doc_comment([f"//{line}" for line in text.strip("\n").split("\n")])


def types(item: DocField) -> list[tuple[str, str]]:
    return [(one.name, one.description) for one in item.types]


def test_all_sections_in_russian() -> None:
    doc = parsed(
        """
 Считает цену.
 Округляет вверх.

 Параметры:
  Товар - СправочникСсылка.Товары - что продаётся.

 Возвращаемое значение:
  Число - цена с налогом.

 Варианты вызова:
  Цена(Товар)

 Пример:
  Если Цена(Товар) > 0 Тогда
    Продать(Товар);
  КонецЕсли;
"""
    )
    assert doc.description == "Считает цену.\nОкругляет вверх."
    assert [(p.name, types(p)) for p in doc.parameters] == [
        ("Товар", [("СправочникСсылка.Товары", "что продаётся.")])
    ]
    assert doc.returns == "Число - цена с налогом."
    assert [(t.name, t.description) for t in doc.return_types] == [("Число", "цена с налогом.")]
    assert doc.call_options == "Цена(Товар)"
    assert doc.examples == "Если Цена(Товар) > 0 Тогда\n  Продать(Товар);\nКонецЕсли;"
    assert not doc.deprecated


def test_all_sections_in_english() -> None:
    doc = parsed(
        """
 Adds up.

 Parameters:
  Item - CatalogRef.Items - what is sold

 Returns:
  Number - the price

 Call options:
  Price(Item)

 Examples:
  A = Price(Item);
"""
    )
    assert doc.description == "Adds up."
    assert types(doc.parameters[0]) == [("CatalogRef.Items", "what is sold")]
    assert [t.name for t in doc.return_types] == ["Number"]
    assert (doc.call_options, doc.examples) == ("Price(Item)", "A = Price(Item);")


def test_further_types_and_continued_lines() -> None:
    doc = parsed(
        """
 Параметры:
  Ссылка - ЛюбаяСсылка - объект,
           значения которого нужны.
         - Строка - полное имя - со словами через дефис.
  Поля   - Строка
         - Структура
         - Массив из Строка - имена.
"""
    )
    assert [types(p) for p in doc.parameters] == [
        [
            ("ЛюбаяСсылка", "объект, значения которого нужны."),
            ("Строка", "полное имя - со словами через дефис."),
        ],
        [("Строка", ""), ("Структура", ""), ("Массив из Строка", "имена.")],
    ]
    assert doc.parameters[1].type_names == ("Строка", "Структура", "Массив из Строка")


def test_a_continued_line_that_looks_like_a_parameter_is_told_by_its_indentation() -> None:
    doc = parsed(
        """
 Параметры:
  Режим - Строка - режим работы, один из:
          Полный - Всё сразу
          Краткий - Главное
  Имя - Строка - имя.
"""
    )
    assert [p.name for p in doc.parameters] == ["Режим", "Имя"]
    assert "Краткий - Главное" in doc.parameters[0].types[0].description


def test_fields_nest_by_their_stars() -> None:
    doc = parsed(
        """
 Параметры:
  Настройки - Структура - все настройки:
   * Имя - Строка - имя.
   * Отбор - Структура:
    ** Ключ - Строка
    ** Значение - Произвольный - что угодно
   * Флаг - Булево
"""
    )
    fields = doc.parameters[0].types[0].fields
    assert [(f.name, f.type_names) for f in fields] == [
        ("Имя", ("Строка",)),
        ("Отбор", ("Структура",)),
        ("Флаг", ("Булево",)),
    ]
    assert [f.name for f in fields[1].types[0].fields] == ["Ключ", "Значение"]
    assert doc.parameters[0].full_description.split("\n") == [
        "все настройки:",
        "* Имя - Строка - имя.",
        "* Отбор - Структура",
        "** Ключ - Строка",
        "** Значение - Произвольный - что угодно",
        "* Флаг - Булево",
    ]


def test_links_and_lists_of_types() -> None:
    doc = parsed(
        """
 Параметры:
  А - см. ОбщийМодуль.Настройки
  Б - Массив из см. ОбщийМодуль.Строка - строки
  В - Число, Строка - что есть
  Г - Соответствие из КлючИЗначение:
    * Ключ - Строка

 Возвращаемое значение:
  см. НовыеНастройки.
"""
    )
    assert [p.type_names for p in doc.parameters] == [
        ("см. ОбщийМодуль.Настройки",),
        ("Массив из см. ОбщийМодуль.Строка",),
        ("Число", "Строка"),
        ("Соответствие из КлючИЗначение",),
    ]
    assert doc.parameters[3].types[0].fields[0].name == "Ключ"
    assert [t.name for t in doc.return_types] == ["см. НовыеНастройки."]


def test_a_parameter_without_a_type_keeps_its_description() -> None:
    doc = parsed(" Параметры:\n  А - то, что нужно посчитать сразу")
    assert (doc.parameters[0].name, doc.parameters[0].types) == ("А", [])
    assert doc.parameters[0].full_description == "то, что нужно посчитать сразу"


def test_return_value_of_several_types_with_fields() -> None:
    doc = parsed(
        """
 Возвращаемое значение:
  Структура - итог:
   * Сумма - Число - сколько.
  Неопределено - если ничего
                 не нашлось.
"""
    )
    assert [(t.name, t.description) for t in doc.return_types] == [
        ("Структура", "итог:"),
        ("Неопределено", "если ничего не нашлось."),
    ]
    assert doc.return_types[0].fields[0].type_names == ("Число",)


def test_deprecation() -> None:
    doc = parsed(" Устарела. Следует использовать Модуль.Новая.\n Старое описание.")
    assert (doc.deprecated, doc.deprecation) == (True, "Следует использовать Модуль.Новая.")
    assert doc.description == "Старое описание."
    assert parsed(" Deprecate. Use New.").deprecation == "Use New."
    assert parsed(" Устарела").deprecated
    assert parsed(" Описание.\n Устарела. См. Новая").deprecated
    assert parsed(" Описание.\n Deprecated. See New").deprecated


def test_a_word_in_the_middle_of_a_description_is_no_deprecation() -> None:
    doc = parsed(" Проверяет, что версия\n устарела и требует замены.")
    assert not doc.deprecated
    assert doc.description.endswith("устарела и требует замены.")


def test_rulers_and_marks_for_tools_are_no_description() -> None:
    doc = parse_doc_comment(["//////////////", "// Описание.", "// @skip-check имя-проверки"])
    assert doc.description == "Описание."
    assert doc.text == "//////////////\n// Описание.\n// @skip-check имя-проверки"


def test_a_parameter_is_found_whatever_the_case() -> None:
    doc = parsed(" Параметры:\n  Имя - Строка")
    assert doc.parameter("ИМЯ") is doc.parameters[0]
    assert doc.parameter("Другое") is None
