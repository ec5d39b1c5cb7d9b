"""Which texts the literals of a module make, and which are only parts of a query."""

from __future__ import annotations

import pytest

from cai_assets.onec.bsl.analyse import analyse, read_module
from cai_assets.onec.facts import QueryLiteral, Reference
from cai_assets.onec.sources import FileKind, Layout, SourceFile


def queries(code: str) -> list[QueryLiteral]:
    facts = analyse(f"Процедура П()\n{code}\nКонецПроцедуры")
    assert facts.errors == []
    return facts.queries


def forms(code: str) -> list[tuple[str, str]]:
    return [(query.form, query.text) for query in queries(code)]


Q = '"ВЫБРАТЬ А ИЗ Б"'
A = "ВЫБРАТЬ А ИЗ Б"

CASES = {
    "alone": (f"Т = {Q};", [("whole", A)]),
    "in a call": (f"Ф(Новый Запрос({Q}));", [("whole", A)]),
    "returned": (f"Если Х Тогда\nВозврат {Q};\nКонецЕсли;", [("whole", A)]),
    # sums
    "joined": (f'Т = {Q} + " ГДЕ В1";', [("joined", f"{A} ГДЕ В1")]),
    "joined by characters": (f'Т = {Q} + Символы.ПС + "ГДЕ Г";', [("joined", f"{A}\nГДЕ Г")]),
    "joined in parentheses": (f'Т = ({Q} + (";" + {Q}));', [("joined", f"{A};{A}")]),
    "joined in a call": (f'Ф({Q} + " ГДЕ Г");', [("joined", f"{A} ГДЕ Г")]),
    "with a value": (f'Т = {Q} + Имя + " ГДЕ Г";', [("fragment", A)]),
    "behind a value": (f"Т = Начало + {Q};", [("fragment", A)]),
    # growing
    "grown": (f'Т = {Q};\nТ = Т + " ГДЕ Г";\nТ = Т + Chars.LF + "УПОРЯДОЧИТЬ ПО А";',
              [("joined", f"{A} ГДЕ Г\nУПОРЯДОЧИТЬ ПО А")]),
    "grown in a property": (f'З.Текст = {Q};\nЗ.Текст = З.Текст + " ГДЕ Г";',
                            [("joined", f"{A} ГДЕ Г")]),
    "grown by another name": (f'Т = {Q};\nУ = Т + " ГДЕ Г";', [("joined", f"{A} ГДЕ Г")]),
    "put together": (f'Т = {Q};\nУ = "ГДЕ Г";\nТ = Т + У;', [("fragment", A)]),
    "two put together": (f'Т = {Q};\nУ = {Q};\nТ = Т + ";" + У;', [("joined", f"{A};{A}")]),
    "grown on a condition": (f'Т = {Q};\nЕсли Х Тогда\nТ = Т + " ГДЕ Г";\nКонецЕсли;',
                             [("fragment", A)]),
    "grown in a loop": (f'Т = {Q};\nДля Каждого Х Из У Цикл\nТ = Т + ";" + {Q};\nКонецЦикла;',
                        [("fragment", A), ("fragment", A)]),
    "grown by a value": (f"Т = {Q};\nТ = Т + Отбор;", [("fragment", A)]),
    "replaced, then grown": (f'Т = {Q};\nТ = "";\nТ = Т + "Б";', [("whole", A)]),
    # gaps
    "filled": (f'Т = СтрЗаменить({Q}, "А", Поле);', [("template", A)]),
    "filled later": (f'Т = {Q};\nТ = СтрЗаменить(Т, "А", Поле);', [("template", A)]),
    "filled elsewhere": (f'Т = {Q};\nЗ.Текст = StrReplace(Т, "А", Поле);', [("template", A)]),
    "filled by a method": (
        f"З = Новый Запрос({Q});\nЗ.Текст = С.ПодставитьПараметрыВСтроку(З.Текст, Х);",
        [("template", A)]),
    "changed by a function": (f"Т = {Q};\nТ = Готово(Т);", [("template", A)]),
    "put into a gap": (f'Т = СтрЗаменить(Ф, {Q}, {Q});', [("fragment", A), ("fragment", A)]),
    "another is filled": (f'Т = {Q};\nУ = СтрЗаменить(Ф, "А", Т);', [("whole", A)]),
    "marked": (f"Т = {Q}; // @query-part-1", [("fragment", A)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_forms(name: str) -> None:
    code, expected = CASES[name]
    assert forms(code) == expected


def test_a_text_that_doubles_ends_as_a_part() -> None:
    (query,) = queries(f"Т = {Q};\n" + "Т = Т + Т;\n" * 40)
    assert query.form == "fragment"
    assert query.text.count("ВЫБРАТЬ") <= 1000


def test_routines_do_not_share_variables() -> None:
    first = f"Процедура А()\nТ = {Q};\nКонецПроцедуры\n"
    second = "Процедура Б()\nТ = Т + Х;\nКонецПроцедуры\n"
    facts = analyse(f"{first}{second}Т = {Q};")
    assert [(query.routine, query.form) for query in facts.queries] == [(0, "whole"), (-1, "whole")]


# --- places -----------------------------------------------------------------------------


def place_of(query: QueryLiteral, word: str) -> tuple[int, int]:
    return query.places.place(query.text.index(word))


def test_places_in_a_literal_of_several_lines() -> None:
    (query,) = queries('  Т = "ВЫБРАТЬ\n\t|  ""а""  КАК Б\n  // заметка\n |ИЗ Т";')
    assert (query.line, query.column) == (2, 7)
    assert place_of(query, "ВЫБРАТЬ") == (2, 8)
    assert place_of(query, '"а"') == (3, 5)
    assert place_of(query, "КАК") == (3, 12)
    assert place_of(query, "ИЗ") == (5, 3)
    assert query.places.line(query.text.index("ИЗ")) == 5


def test_places_in_joined_literals() -> None:
    (query,) = queries(f'Т = {Q};\nТ = Т + Символы.ПС + "ГДЕ Г" + " И Д";')
    assert query.text == f"{A}\nГДЕ Г И Д"
    assert place_of(query, "ГДЕ") == (3, 23)
    assert place_of(query, "И Д") == (3, 34)


# --- files ------------------------------------------------------------------------------


def source() -> SourceFile:
    return SourceFile(
        path="CommonModules/М/Ext/Module.bsl",
        project="П",
        layout=Layout.DESIGNER,
        kind=FileKind.MODULE,
        owner="CommonModule.М",
        module_kind="Module",
        size=0,
    )


def test_a_file_has_what_its_queries_name() -> None:
    code = """Функция Ф()
    З = "ВЫБРАТЬ Т.Код, Т.Код КАК К
    |ПОМЕСТИТЬ ВТ
    |ИЗ Справочник.С КАК Т
    |ГДЕ Т.Вид = ЗНАЧЕНИЕ(Перечисление.В.Да) И Т.Дата > &Дата И Т.А ССЫЛКА Документ.Д;
    |ВЫБРАТЬ * ИЗ РегистрНакопления.Р.Остатки КАК О";
КонецФункции
З = "ВЫБРАТЬ А,
|ИЗ Справочник.С";"""
    facts = read_module(source(), code.encode())
    first, second = facts.queries
    assert (first.owner, first.queries, first.form) == ("CommonModule.М.Ф", 2, "whole")
    assert first.tables == ("Catalog.С", "AccumulationRegister.Р")
    assert first.virtual_tables == ("AccumulationRegister.Р.Balance",)
    assert first.fields == ("Catalog.С.Код", "Catalog.С.Вид", "Catalog.С.Дата", "Catalog.С.А")
    assert first.values == ("Enum.В.EnumValue.Да", "Document.Д")
    assert (first.parameters, first.temporary_tables) == (("Дата",), ("ВТ",))
    assert (first.errors, first.error, first.error_line) == (0, "", None)
    assert second.error == "expected an expression, found 'ИЗ'"
    assert (second.errors, second.error_line, second.error_column) == (1, 9, 2)
    rows = [row for row in facts.references if row.kind.startswith("query_")]
    routine = "CommonModule.М.Ф"
    assert rows == [
        Reference(routine, "Catalog.С", "query_table", 4, ""),
        Reference(routine, "AccumulationRegister.Р", "query_table", 6, "Balance"),
        Reference(routine, "Catalog.С.Код", "query_field", 2, ""),
        Reference(routine, "Catalog.С.Вид", "query_field", 5, ""),
        Reference(routine, "Catalog.С.Дата", "query_field", 5, ""),
        Reference(routine, "Catalog.С.А", "query_field", 5, ""),
        Reference(routine, "Enum.В.EnumValue.Да", "query_value", 5, ""),
        Reference(routine, "Document.Д", "query_value", 5, "refs"),
    ]


@pytest.mark.parametrize(
    "text",
    ["ВЫБРАТЬ %1 ИЗ Т", "ВЫБРАТЬ А ИЗ Справочник.[Имя]", "ВЫБРАТЬ А ИЗ #Т", "ВЫБРАТЬ Т?.А ИЗ Т",
     "ВЫБРАТЬ А ИЗ Т ГДЕ &&У", "ВЫБРАТЬ Т.%1 ИЗ Т", "ВЫБРАТЬ А ИЗ @Таблица"],
)  # fmt: skip
def test_texts_with_gaps_are_templates(text: str) -> None:
    (query,) = read_module(source(), f'Т = "{text}";'.encode()).queries
    assert query.form == "template"


def test_a_percent_sign_in_a_pattern_is_no_gap() -> None:
    code = 'Т = "ВЫБРАТЬ А ИЗ Т ГДЕ А ПОДОБНО ""%[а]#1?""";'
    (query,) = read_module(source(), code.encode()).queries
    assert (query.form, query.errors) == ("whole", 0)
