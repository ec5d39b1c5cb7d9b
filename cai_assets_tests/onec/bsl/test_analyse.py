"""The facts of a module and of a file."""

from __future__ import annotations

import pytest

from cai_assets.onec.bsl.analyse import analyse, module_id, read_module
from cai_assets.onec.errors import NotSupported
from cai_assets.onec.facts import Block, Call, Chain, ModuleFacts, Parameter, QueryText, Variable
from cai_assets.onec.sources import FileKind, Layout, SourceFile


def clean(text: str) -> ModuleFacts:
    facts = analyse(text)
    assert facts.errors == []
    return facts


def calls(code: str) -> list[tuple[str, str, int]]:
    return [(call.receiver, call.name, call.arguments) for call in clean(code).calls]


def module_file(owner: str, module_kind: str) -> SourceFile:
    return SourceFile("a.bsl", "p", Layout.EDT, FileKind.MODULE, owner, module_kind, 0)


# --- routines ---------------------------------------------------------------------------


def test_a_routine_with_everything() -> None:
    facts = clean(
        "#Область Внешняя\n#Область Внутренняя\n#Если Сервер Или Клиент Тогда\n\n"
        "// Считает.\n//\n// Параметры:\n//  П - Число - сколько\n//\n"
        "// Возвращаемое значение:\n//  Строка\n//\n"
        '&НаСервереБезКонтекста\n&Перед("Имя")\n& Своя\n'
        "Асинх Функция Ф(Знач П, В = -1) Экспорт\n Возврат П;\nКонецФункции\n"
        "#КонецЕсли\n#КонецОбласти\n#КонецОбласти"
    )
    routine = facts.routines[0]
    assert (routine.name, routine.is_function, routine.export) == ("Ф", True, True)
    assert routine.asynchronous
    assert (routine.line, routine.column, routine.end_line) == (16, 1, 18)
    assert routine.directive == "НаСервереБезКонтекста"
    assert routine.annotations == ('Перед("Имя")', "Своя")
    assert routine.region == "Внешняя/Внутренняя"
    assert routine.preprocessor == "Сервер Или Клиент"
    assert (routine.parameters, routine.optional_parameters) == (2, 1)
    assert not routine.has_errors
    assert routine.doc is not None
    assert (routine.doc.description, routine.doc.return_types) == ("Считает.", ("Строка",))
    assert facts.parameters == [
        Parameter(0, 0, "П", True, None, ("Число",), "сколько", 16, 22),
        Parameter(0, 1, "В", False, "-1", (), "", 16, 25),
    ]


def test_conditions_around_a_routine_say_what_holds_there() -> None:
    facts = clean(
        "#Если А Или Б Тогда\n#Если В Тогда\nПроцедура П1()\nКонецПроцедуры\n"
        "#ИначеЕсли Г Тогда\nПроцедура П2()\nКонецПроцедуры\n#Иначе\nПроцедура П3()\n"
        "КонецПроцедуры\n#КонецЕсли\n#Иначе\nПроцедура П4()\nКонецПроцедуры\n#КонецЕсли\n"
        "Процедура П5()\nКонецПроцедуры"
    )
    assert [routine.preprocessor for routine in facts.routines] == [
        "(А Или Б) И В",
        "(А Или Б) И НЕ (В) И Г",
        "(А Или Б) И НЕ (В) И НЕ (Г)",
        "НЕ (А Или Б)",
        "",
    ]


def test_a_comment_is_a_doc_comment_only_directly_above() -> None:
    def doc(text: str) -> str | None:
        found = clean(text).routines[-1].doc
        return found.text if found else None

    routine = "Процедура А()\nКонецПроцедуры"
    assert doc(f"// раз\n  // два\n{routine}") == "// раз\n// два"
    assert doc(f"// раз\n\n// два\n{routine}") == "// два"
    assert doc(f"// раз\n\n{routine}") is None
    assert doc(f"Перем Б; // раз\n{routine}") is None
    assert doc(f"// раз\n&НаКлиенте\n{routine}") == "// раз"
    assert doc(f"// раз\n#Область О\n{routine}\n#КонецОбласти") is None


def test_body_digest_ignores_comments_spaces_and_the_name() -> None:
    def digest(text: str) -> str:
        return clean(text).routines[0].body_digest

    base = digest("Процедура А(П)\n Б = П.В;\nКонецПроцедуры")
    assert len(base) == 16
    assert digest("Процедура Я(П) // г\n\n\tБ=П. В; // д\nКонецПроцедуры") == base
    assert digest("Процедура А(П)\r\n Б = П.В;\r\nКонецПроцедуры") == base
    assert digest("Процедура А(П)\n Б = П.Г;\nКонецПроцедуры") != base
    assert digest("Процедура А(П, Р)\n Б = П.В;\nКонецПроцедуры") != base


def test_a_syntax_error_marks_its_routine_alone() -> None:
    facts = analyse("Процедура А()\n Б = ;\nКонецПроцедуры\nПроцедура В()\nКонецПроцедуры\nГ = ;")
    assert [routine.has_errors for routine in facts.routines] == [True, False]
    assert [(error.line, error.column) for error in facts.errors] == [(2, 6), (6, 5)]


# --- blocks and variables ---------------------------------------------------------------


def test_regions_and_branches() -> None:
    facts = clean(
        "#Область А // зачем\n#Если Сервер Тогда\n#ИначеЕсли Клиент Тогда\n#Иначе\n#КонецЕсли\n"
        "#Область Б\n#Вставка\n#КонецВставки\n#Удаление\n(((\n#КонецУдаления\n#КонецОбласти\n"
        "#КонецОбласти"
    )
    assert facts.blocks == [
        Block("region", "А", "", 1, 13),
        Block("if", "Сервер", "А", 2, 3),
        Block("elsif", "Клиент", "А", 3, 4),
        Block("else", "", "А", 4, 5),
        Block("region", "Б", "А", 6, 12),
        Block("insert", "", "А/Б", 7, 8),
        Block("delete", "", "А/Б", 9, 11),
    ]


def test_variables() -> None:
    facts = clean(
        "// Общий кэш.\n&НаКлиенте\nПерем Кэш Экспорт;\nПерем Счёт; // сколько\n"
        "Процедура А(П)\n Перем Л;\n Л = 1; П = 2; Кэш = 3; Н = 4; н = 5; О.Р = 6;\n"
        " Для К = 1 По 2 Цикл\n  М = К;\n КонецЦикла;\n"
        " Для Каждого С Из Н Цикл КонецЦикла;\nКонецПроцедуры\nТ = 7;"
    )
    assert sorted(facts.variables, key=lambda item: (item.line, item.column)) == [
        Variable(-1, "Кэш", "module", True, "НаКлиенте", 3, 7, "Общий кэш."),
        Variable(-1, "Счёт", "module", False, "", 4, 7, "сколько"),
        Variable(0, "Л", "declared", False, "", 6, 8, ""),
        Variable(0, "Н", "assigned", False, "", 7, 25, ""),
        Variable(0, "К", "loop", False, "", 8, 6, ""),
        Variable(0, "М", "assigned", False, "", 9, 3, ""),
        Variable(0, "С", "loop", False, "", 11, 14, ""),
        Variable(-1, "Т", "assigned", False, "", 13, 1, ""),
    ]


# --- calls and chains -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Ф();", [("", "Ф", 0)]),
        ("Ф(1, , 2);", [("", "Ф", 3)]),
        ("Ф(,);", [("", "Ф", 2)]),
        ("А.Б.Ф(1);", [("А.Б", "Ф", 1)]),
        (
            "Р = Запрос.Выполнить().Выбрать();",
            [("Запрос", "Выполнить", 0), ("Запрос.Выполнить()", "Выбрать", 0)],
        ),
        ("А[0].Б[В(1)].Г();", [("", "В", 1), ("А[].Б[]", "Г", 0)]),
        ("Ф(Г(1)).Х();", [("", "Ф", 1), ("", "Г", 1), ("Ф()", "Х", 0)]),
        ("А = Новый Массив;", [("", "Массив", 0)]),
        (
            "А = Новый Структура(Б()).В();",
            [("", "Структура", 1), ("", "Б", 0), ("Новый Структура()", "В", 0)],
        ),
        ('А = Новый("Имя", П);', [("", "Имя", 2)]),
        ("А = Новый(Т);", [("", "", 1)]),
        ("А = ?(Б(), В(), Г()) + -Д();", [("", n, 0) for n in "БВГД"]),
        ("А = (Б + В).Г();", [("(…)", "Г", 0)]),
        (
            "Если НЕ А() И (Б() ИЛИ В()) Тогда Г(); Иначе Д(); КонецЕсли;",
            [("", n, 0) for n in "АБВГД"],
        ),
        ("Пока А() Цикл Б(); КонецЦикла;", [("", "А", 0), ("", "Б", 0)]),
        ("Для И_ = А() По Б() Цикл В(); КонецЦикла;", [("", n, 0) for n in "АБВ"]),
        ("Для Каждого И_ Из А() Цикл Б(); КонецЦикла;", [("", n, 0) for n in "АБ"]),
        ("Попытка А(); Исключение Б(); КонецПопытки;", [("", n, 0) for n in "АБ"]),
        ("Возврат А();", [("", "А", 0)]),
        ("ВызватьИсключение А();", [("", "А", 0)]),
        ("ВызватьИсключение(А(), Б());", [("", n, 0) for n in "АБ"]),
        ("Выполнить(А());", [("", "А", 0)]),
        ("ДобавитьОбработчик А().Б, В();", [("", n, 0) for n in "АВ"]),
        ("А[Б()] = В();", [("", n, 0) for n in "БВ"]),
    ],
)  # fmt: skip
def test_every_call_site_is_found(code: str, expected: list[tuple[str, str, int]]) -> None:
    assert calls(code) == expected


def test_place_and_kind_of_calls() -> None:
    facts = clean(
        "Процедура А()\n  Б.  В(1);\n  Г = Д(Новый Е(), Б\n    .Ж());\nКонецПроцедуры\nЗ();"
    )
    assert facts.calls == [
        Call(0, 2, 7, "Б", "В", 1, False, True),
        Call(0, 3, 7, "", "Д", 2, False, False),
        Call(0, 3, 15, "", "Е", 0, True, False),
        Call(0, 4, 6, "Б", "Ж", 0, False, False),
        Call(-1, 6, 1, "", "З", 0, False, True),
    ]


def test_a_call_inside_a_dropped_chain_is_not_dropped_itself() -> None:
    assert [call.statement for call in clean("А.Б().В();").calls] == [False, True]


def test_a_call_is_in_a_loop_if_every_turn_runs_it() -> None:
    facts = clean(
        "Для Каждого А Из Один() Цикл Два(); Если Три() Тогда Четыре(); КонецЕсли; КонецЦикла;"
        "Для А = Пять() По Шесть() Цикл Семь(Восемь()); КонецЦикла;"
        "Пока Девять() Цикл КонецЦикла; Десять();"
    )
    assert [call.name for call in facts.calls if call.in_loop] == [
        "Два", "Три", "Четыре", "Семь", "Восемь", "Девять",
    ]  # fmt: skip


def test_an_awaited_call_is_a_statement() -> None:
    facts = clean("Асинх Процедура А()\n Ждать Б.В();\nКонецПроцедуры")
    assert facts.calls == [Call(0, 2, 10, "Б", "В", 0, False, True)]


def test_property_chains() -> None:
    facts = clean(
        "А = Справочники.Товары;\nБ.В = Г.Д[0].Е;\nЖ = З.И_()[1].К.Л[2];\nМ = Н[0]; О.П(Р.С);\n"
        "Т = У.Ф();"
    )
    assert facts.chains == [
        Chain(-1, 1, 5, "Справочники.Товары"),
        Chain(-1, 2, 1, "Б.В"),
        Chain(-1, 2, 7, "Г.Д[].Е"),
        Chain(-1, 3, 5, "З.И_()[].К.Л"),
        Chain(-1, 4, 15, "Р.С"),
    ]


# --- queries ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('"ВЫБРАТЬ 1"', "ВЫБРАТЬ 1"),
        ('"Select A.B From Catalog.C As A"', "Select A.B From Catalog.C As A"),
        ('"УНИЧТОЖИТЬ ВТ"', "УНИЧТОЖИТЬ ВТ"),
        ('"DROP T;"', "DROP T;"),
        ('"ВЫБРАТЬ\n  |\t""а"" КАК Б\n\t// нет\n  |ИЗ В"', 'ВЫБРАТЬ\n\t"а" КАК Б\nИЗ В'),
        ('"\n|// заметка\n|ВЫБРАТЬ А ИЗ Б"', "\n// заметка\nВЫБРАТЬ А ИЗ Б"),
        ('"ВЫБРАТЬ А" "ИЗ Б"', "ВЫБРАТЬ А\nИЗ Б"),
    ],
)
def test_query_literals(literal: str, text: str) -> None:
    facts = clean(f"Процедура А()\n Б(В, {literal});\nКонецПроцедуры\nГ = {literal};")
    last_line = facts.lines - literal.count("\n")
    written = [query[:4] for query in facts.queries]
    assert written == [(0, 2, 7, text), (-1, last_line, 5, text)]


@pytest.mark.parametrize(
    "literal",
    ['"Выбрать"', '"Выбрать файл"', '"ВЫБРАТЬ РАЗРЕШЕННЫЕ "', '"ВЫБРАТЬ ПЕРВЫЕ "', '"select?a=1"',
     '"Выборка 1"', '"НЕ ВЫБРАТЬ 1"', '"Уничтожить все следы"', '""'],
)  # fmt: skip
def test_captions_and_beginnings_are_no_queries(literal: str) -> None:
    assert clean(f"А = {literal};").queries == []


# --- files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "kind", "expected"),
    [
        ("CommonModule.М", "Module", "CommonModule.М"),
        ("Catalog.К", "ObjectModule", "Catalog.К.ObjectModule"),
        ("Catalog.К.Form.Ф", "FormModule", "Catalog.К.Form.Ф.FormModule"),
    ],
)
def test_what_routine_ids_begin_with(owner: str, kind: str, expected: str) -> None:
    assert module_id(module_file(owner, kind)) == expected


def test_a_file_gives_its_module_and_queries_with_owners() -> None:
    text = 'Процедура А()\n Б = "ВЫБРАТЬ 1";\nКонецПроцедуры\nВ = "ВЫБРАТЬ 2";'
    facts = read_module(module_file("Catalog.К", "ManagerModule"), text.encode("utf-8-sig"))
    assert facts.module is not None
    assert facts.problems == []
    assert facts.queries == [
        QueryText("Catalog.К.ManagerModule.А", "literal", "", 2, 6, "ВЫБРАТЬ 1", queries=1),
        QueryText("Catalog.К.ManagerModule", "literal", "", 4, 5, "ВЫБРАТЬ 2", queries=1),
    ]


def test_broken_bytes_and_broken_code_are_problems() -> None:
    data = "А = ; // Счёт и ещё много русских букв в заметке".encode() + b"\xff"
    problems = read_module(module_file("CommonModule.М", "Module"), data).problems
    assert [problem.message.split(";")[0] for problem in problems] == [
        "bytes that are not valid utf-8",
        "expected an expression, found '",
    ]


def test_a_protected_module_is_not_supported() -> None:
    with pytest.raises(NotSupported):
        read_module(module_file("CommonModule.М", "Module"), b"\xff\xff\xff\x7f\x00")
