"""The parser: the tree of every construct of the language."""

from __future__ import annotations

import pytest

from cai_assets.onec.bsl import nodes as n
from cai_assets.onec.bsl.parser import parse
from cai_assets_tests.onec.bsl.sketch import body, draw, expression, parse_clean, statements


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("А ИЛИ Б И В", "[А ИЛИ [Б И В]]"),
        ("А И Б ИЛИ В", "[[А И Б] ИЛИ В]"),
        ("НЕ А = Б", "[НЕ [А = Б]]"),
        ("НЕ А = Б И В", "[[НЕ [А = Б]] И В]"),
        ("А И НЕ Б > В ИЛИ Г", "[[А И [НЕ [Б > В]]] ИЛИ Г]"),
        ("НЕ НЕ А", "[НЕ [НЕ А]]"),
        ("А = НЕ Б", "[А = [НЕ Б]]"),
        ("А = Б <> В", "[[А = Б] <> В]"),
        ("А + Б * В - Г", "[[А + [Б * В]] - Г]"),
        ("А / Б % В", "[[А / Б] % В]"),
        ("-А + Б", "[[- А] + Б]"),
        ("-А * Б", "[[- А] * Б]"),
        ("А - -1", "[А - [- 1]]"),
        ("+А", "[+ А]"),
        ("(А + Б) * В", "[([А + Б]) * В]"),
        ("А < Б + 1", "[А < [Б + 1]]"),
        ("Not A And B Or C", "[[[НЕ A] И B] ИЛИ C]"),
    ],
)
def test_precedence(code: str, shape: str) -> None:
    assert expression(code) == shape


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("Истина", "Истина"),
        ("False", "Ложь"),
        ("Неопределено", "Undefined"),
        ("NULL", "Null"),
        (".5", ".5"),
        ("'20240101'", "'20240101'"),
        ('"а""б"', "'а\"б'"),
        ('"а" "б"', "'а\\nб'"),
        ('"а\n  |б\n\t// нет\n|в"', "'а\\nб\\nв'"),
        ("?(А, Б, В)", "?(А, Б, В)"),
        ("? (А, ?(Б, 1, 2), 3)", "?(А, ?(Б, 1, 2), 3)"),
        ("?(А, Б, В).Г", "?(А, Б, В).Г"),
        ("Новый Массив", "Новый Массив"),
        ("Новый Массив(1, , 2)", "Новый Массив(1, _, 2)"),
        ('Новый("Имя", П)', "Новый ('Имя', П)"),
        ("Новый Х().У", "Новый Х().У"),
        ("Новый Х().У(1).З", "Новый Х().У(1).З"),
        ("А.Б.В", "А.Б.В"),
        ("А.Процедура.Если(Иначе.Б)".replace("Иначе", "И_"), "А.Процедура.Если(И_.Б)"),
        ("А[0][Б + 1].В", "А<0><[Б + 1]>.В"),
        ("А()[0]", "А()<0>"),
        ("Ф()", "Ф()"),
        ("Ф(,)", "Ф(_, _)"),
        ("Ф(А,)", "Ф(А, _)"),
        ("Ф(,А)", "Ф(_, А)"),
        ("(А).Б", "(А).Б"),
        ("А.\n  Б()", "А.Б()"),
        ("А\n  .Б()\n  .В()", "А.Б().В()"),
        ("А. // почему\n Если", "А.Если"),
        ("Ждать", "Ждать"),
        ("Ждать(1)", "Ждать(1)"),
        ("Асинх", "Асинх"),
    ],
)
def test_operands(code: str, shape: str) -> None:
    assert expression(code) == shape


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("А.Б[0] = 1;", "А.Б<0> := 1"),
        ("Обработчик.Процедура = 1;", "Обработчик.Процедура := 1"),
        ("А = Б = В;", "А := [Б = В]"),
        ("А().Б = 1;", "А().Б := 1"),
        ("Ф(1);", "Ф(1)"),
        ("А.Ф();", "А.Ф()"),
        ("Новый Х().Ф();", "Новый Х().Ф()"),
        ("Если А Тогда Ф() КонецЕсли;", "Если А {Ф()}"),
        (
            "Если А Тогда ИначеЕсли Б Тогда Ф(); Иначе Г(); КонецЕсли;",
            "Если А {} Б {Ф()} _ {Г()}",
        ),
        ("Пока А Цикл Прервать; Продолжить; КонецЦикла;", "Пока А {Break; Continue}"),
        ("Для А = 1 По Ф(2) Цикл КонецЦикла;", "Для А 1 Ф(2) {}"),
        ("Для Каждого А Из Б.В Цикл КонецЦикла;", "Каждого А Б.В {}"),
        ("For Each A In B Do EndDo;", "Каждого A B {}"),
        ("Попытка Ф(); Исключение КонецПопытки;", "Попытка {Ф()} {}"),
        ("Возврат;", "Возврат _"),
        ("Возврат А И Б;", "Возврат [А И Б]"),
        ("ВызватьИсключение;", "Вызвать _"),
        ("ВызватьИсключение А + Б;", "Вызвать [А + Б]"),
        ("ВызватьИсключение(А, , Б);", "Вызвать _(А, _, Б)"),
        ("ВызватьИсключение (А) + Б;", "Вызвать [(А) + Б]"),
        ("ВызватьИсключение (А).Б();", "Вызвать (А).Б()"),
        ("Перейти ~М;", "Перейти М"),
        ("~М: А = 1;", "~М"),
        ("Выполнить А;", "Выполнить(А)"),
        ("Выполнить(А);", "Выполнить(А)"),
        ('Выполнить ("А" + Б) + В;', "Выполнить([(['А' + Б]) + В])"),
        ("ДобавитьОбработчик А.Б, В.Г;", "+А.Б, В.Г"),
        ("RemoveHandler A.B, C;", "-A.B, C"),
        (";", "Empty"),
    ],
)
def test_statements(code: str, shape: str) -> None:
    assert statements(code)[0] == shape


def test_the_last_statement_of_a_block_needs_no_semicolon() -> None:
    assert statements("Если А Тогда Возврат КонецЕсли") == ["Если А {Возврат _}"]


def test_a_label_before_a_statement_is_a_statement_of_its_own() -> None:
    assert statements("~М:\nФ();\n~Н: ;") == ["~М", "Ф()", "~Н"]


def test_await_belongs_to_asynchronous_routines() -> None:
    parsed = parse_clean(
        "Асинх Процедура А()\n Ждать Б();\n В = Ждать Г.Д() + 1;\nКонецПроцедуры\n"
        "Процедура Ж()\n Ждать(1);\n Ждать = 2;\nКонецПроцедуры"
    )
    assert body(parsed) == ["Ждать Б()", "В := [Ждать Г.Д() + 1]"]
    assert body(parsed, 1) == ["Ждать(1)", "Ждать := 2"]
    assert [r.asynchronous for r in parsed.module.routines] == [True, False]


def test_header_of_a_routine() -> None:
    parsed = parse_clean(
        '&НаКлиенте\n&Перед("Ф")\n'
        'Функция А(Знач Б, В = -1, Г = "", Знач Д = Неопределено) Экспорт\n'
        "КонецФункции"
    )
    routine = parsed.module.routines[0]
    assert (routine.name, routine.is_function, routine.export) == ("А", True, True)
    assert [item.name for item in routine.annotations] == ["НаКлиенте", "Перед"]
    assert [(p.name, p.by_value, draw(parsed.tokens, p.default)) for p in routine.parameters] == [
        ("Б", True, "_"),
        ("В", False, "[- 1]"),
        ("Г", False, "''"),
        ("Д", True, "Undefined"),
    ]
    assert parsed.tokens.place_of(routine.header) == (3, 1)
    assert parsed.tokens.place_of(routine.position) == (3, 9)
    assert parsed.tokens.place_of(routine.end) == (4, 1)


def test_annotations_with_named_values_and_on_parameters() -> None:
    parsed = parse_clean(
        '&Тест(Имя = "а", Порядок = 5, Флаг, &Внутри("б"))\n'
        "Процедура А(&Вид П, &Б(1) Знач В)\nКонецПроцедуры"
    )
    routine = parsed.module.routines[0]
    arguments = routine.annotations[0].arguments
    assert arguments is not None
    assert [item.name for item in arguments] == ["Имя", "Порядок", "Флаг", ""]
    assert isinstance(arguments[3].value, n.Annotation)
    assert [p.annotations[0].name for p in routine.parameters] == ["Вид", "Б"]


def test_variables_of_module_and_routine() -> None:
    parsed = parse_clean(
        "&НаКлиенте\nПерем А, Б Экспорт;\nПерем В Экспорт;\n"
        "Процедура Г()\n Перем Д;\n Перем Е, Ж;\n Ф();\nКонецПроцедуры\n"
    )
    assert [
        [(v.name, v.export) for v in declaration.variables]
        for declaration in parsed.module.variables
    ] == [[("А", False), ("Б", True)], [("В", True)]]
    routine = parsed.module.routines[0]
    assert [[v.name for v in d.variables] for d in routine.variables] == [["Д"], ["Е", "Ж"]]
    assert body(parsed) == ["Ф()"]


def test_module_body_stands_behind_routines() -> None:
    parsed = parse_clean("Процедура А()\nКонецПроцедуры\nБ = 1;\nВ();")
    assert [draw(parsed.tokens, item) for item in parsed.module.body] == ["Б := 1", "В()"]


def test_nodes_know_their_first_and_last_token() -> None:
    parsed = parse_clean("Если А.Б(1) И В Тогда\n Ф(Г);\nКонецЕсли;")
    values = parsed.tokens.code.values
    spans = {
        type(node).__name__: " ".join(values[node.start : node.end + 1])
        for node in n.walk(parsed.module)
    }
    assert spans["If"] == "Если А .Б ( 1 ) И В Тогда Ф ( Г ) ; КонецЕсли"
    assert spans["Binary"] == "А .Б ( 1 ) И В"
    assert spans["Chain"] == "А .Б ( 1 )"
    assert spans["CallStatement"] == "Ф ( Г )"


def test_walk_meets_every_node_in_the_order_of_the_source() -> None:
    parsed = parse_clean(
        "Перем А;\nПроцедура Б(В = 1)\n Если Г[Д].Е(Ж) + З Тогда И_ = К; Иначе Л(); КонецЕсли;\n"
        "КонецПроцедуры\nМ();"
    )
    names = [
        node.name
        for node in n.walk(parsed.module)
        if isinstance(node, n.Name | n.Property | n.MethodCall | n.Call | n.DeclaredVariable)
    ]
    assert names == ["А", "Г", "Д", "Е", "Ж", "З", "И_", "К", "Л", "М"]


def test_walk_of_ten_thousand_operands_does_not_recurse() -> None:
    parsed = parse_clean("А = " + " + ".join(["Б"] * 10_000) + ";")
    assert sum(isinstance(node, n.Name) for node in n.walk(parsed.module)) == 10_001


# --- preprocessor -----------------------------------------------------------------------


def test_condition_inside_an_expression() -> None:
    assert statements("А = Б\n#Если Сервер Тогда\n + В\n#КонецЕсли\n;") == ["А := [Б + В]"]


def test_condition_inside_a_string() -> None:
    code = 'А = "ВЫБРАТЬ\n|Б\n#Если Сервер Тогда\n|В\n#КонецЕсли\n|Г";'
    assert statements(code) == ["А := 'ВЫБРАТЬ\\nБ\\nВ\\nГ'"]


def test_alternative_operands_keep_the_first() -> None:
    code = (
        "Ф(А,\n#Если Сервер Тогда\n Б\n#ИначеЕсли Клиент Тогда\n В\n#Иначе\n Г\n#КонецЕсли\n, Д);"
    )
    assert statements(code) == ["Ф(А, Б, Д)"]


def test_alternative_condition_of_a_statement_keeps_the_first() -> None:
    code = "Если\n#Если Сервер Тогда\n А\n#Иначе\n Б\n#КонецЕсли\nТогда\n Ф();\nКонецЕсли;\nГ();"
    assert statements(code) == ["Если А {Ф()}", "Г()"]


def test_alternative_beginnings_of_a_block_keep_the_first() -> None:
    code = (
        "#Если Сервер Тогда\nЕсли А Тогда\n#Иначе\nЕсли Б Тогда\n#КонецЕсли\n"
        " Ф();\nКонецЕсли;\nГ();"
    )
    parsed = parse_clean(f"Процедура П()\n{code}\nКонецПроцедуры")
    assert body(parsed) == ["#if Сервер", "Если А {Ф()}", "Г()"]


@pytest.mark.parametrize("other", ["Процедура Б() Экспорт", "&НаСервере\nФункция Б()"])
def test_alternative_headers_keep_the_first(other: str) -> None:
    parsed = parse_clean(
        f"#Если Сервер Тогда\nПроцедура А(П)\n#Иначе\n{other}\n#КонецЕсли\n В();\nКонецПроцедуры\n"
        "Процедура Г()\nКонецПроцедуры"
    )
    assert [routine.name for routine in parsed.module.routines] == ["А", "Г"]
    assert body(parsed) == ["В()"]


def test_a_part_of_a_header_may_be_conditional() -> None:
    parsed = parse_clean(
        "Процедура А()\n#Если Сервер Тогда\nЭкспорт\n#КонецЕсли\n Б();\nКонецПроцедуры"
    )
    assert parsed.module.routines[0].export
    assert body(parsed)[-1] == "Б()"


def test_alternative_ends_of_a_routine() -> None:
    parsed = parse_clean(
        "Функция А()\n Возврат 1;\n#Если Сервер Тогда\nКонецФункции\n#Иначе\nКонецФункции\n"
        "#КонецЕсли\nФункция Б()\nКонецФункции"
    )
    assert [routine.name for routine in parsed.module.routines] == ["А", "Б"]


def test_whole_routines_in_branches_are_all_kept() -> None:
    parsed = parse_clean(
        "#Если Сервер Тогда\nПроцедура А()\nКонецПроцедуры\n#Иначе\nПроцедура А()\nКонецПроцедуры\n"
        "#КонецЕсли"
    )
    assert [routine.name for routine in parsed.module.routines] == ["А", "А"]


def test_whole_statements_in_branches_are_all_kept() -> None:
    assert statements("#Если Сервер Тогда\nА();\n#Иначе\nБ();\n#КонецЕсли\nВ();") == [
        "А()",
        "#else",
        "Б()",
        "#endif",
        "В()",
    ]


def test_extension_marks() -> None:
    parsed = parse_clean(
        '&ИзменениеИКонтроль("А")\nПроцедура Р_А()\n Б();\n#Удаление\n Если ( Тогда\n'
        "#КонецУдаления\n#Вставка\n В();\n#КонецВставки\nКонецПроцедуры"
    )
    assert [shape for shape in body(parsed) if "#" not in shape] == ["Б()", "В()"]


def test_lines_about_the_whole_module_are_no_statements() -> None:
    parsed = parse_clean("#!/usr/bin/oscript\n#Использовать cmdline\n#native\nА = 1;\n")
    assert [line.kind for line in parsed.module.directives] == ["shebang", "use", "native"]
    assert [draw(parsed.tokens, item) for item in parsed.module.body] == ["А := 1"]


def test_empty_modules() -> None:
    for text in ("", "\ufeff", "\n\n", "// одна заметка\n", "#Область А\n#КонецОбласти"):
        module = parse_clean(text).module
        assert (module.routines, module.body, module.variables) == ([], [], [])


def test_parsing_twice_gives_the_same_errors() -> None:
    text = "Процедура А()\n Если (\nКонецПроцедуры"
    assert parse(text).errors == parse(text).errors
