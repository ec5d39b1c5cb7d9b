"""Broken code: what an error costs, where it is told, and that nothing is lost or hangs."""

from __future__ import annotations

import pytest

from cai_assets.onec.bsl.analyse import analyse
from cai_assets.onec.bsl.expressions import MAX_DEPTH, MAX_ERRORS
from cai_assets.onec.bsl.parser import parse
from cai_assets.onec.facts import Problem
from cai_assets_tests.onec.bsl.sketch import body


def in_routine(code: str) -> tuple[list[str], list[Problem]]:
    """Statements and errors of a routine with this body, followed by a sound one."""
    parsed = parse(f"Процедура А()\n{code}\nКонецПроцедуры\nФункция Б()\n В();\nКонецФункции")
    assert [routine.name for routine in parsed.module.routines] == ["А", "Б"]
    assert body(parsed, 1) == ["В()"]
    assert not parsed.module.routines[1].has_errors
    assert parsed.module.routines[0].has_errors == bool(parsed.errors)
    return body(parsed), parsed.errors


@pytest.mark.parametrize(
    ("code", "shapes", "problem"),
    [
        ("Г = ;\nД();", ["BrokenStatement", "Д()"], (2, 5, "expected an expression, found ';'")),
        ("Г(;\nД();", ["BrokenStatement", "Д()"], (2, 3, "expected an expression, found ';'")),
        (
            "Г(1 2);\nД();",
            ["BrokenStatement", "Д()"],
            (2, 5, "expected ',' or ')', found '2'"),
        ),
        ("Г;\nД();", ["BrokenStatement", "Д()"], (2, 2, "expected '=' or a call, found ';'")),
        ("Г()\nД();", ["Г()", "Д()"], (3, 1, "expected ';', found 'Д'")),
        ("Г() Д();\nЕ();", ["Г()", "Е()"], (2, 5, "expected ';', found 'Д'")),
        (
            "Г(1,\nД = 2;",
            ["BrokenStatement"],
            (3, 6, "expected ',' or ')', found ';'"),
        ),
        (
            "Г(1\nД = 2;",
            ["BrokenStatement", "Д := 2"],
            (3, 1, "expected ',' or ')', found 'Д'"),
        ),
        ("@\nД();", ["BrokenStatement", "Д()"], (2, 1, "unexpected '@'")),
        (
            'Г = "раз\nД();',
            ["BrokenStatement"],
            (2, 5, "the string has no closing quote"),
        ),
        (
            "Г = А.;\nД();",
            ["BrokenStatement", "Д()"],
            (2, 7, "expected the name of a property or method, found ';'"),
        ),
        ("Перейти М;\nД();", ["BrokenStatement", "Д()"], (2, 9, "expected a label, found 'М'")),
        (
            "Если Г Тогда\n Д(;\n Е();\nКонецЕсли;",
            ["Если Г {BrokenStatement; Е()}"],
            (3, 4, "expected an expression, found ';'"),
        ),
        (
            "Если Г + Тогда\n Е();\nКонецЕсли;\nЖ();",
            ["Если BrokenExpression {Е()}", "Ж()"],
            (2, 10, "expected an expression, found 'Тогда'"),
        ),
        (
            "Если Г\n Е();\nКонецЕсли;\nЖ();",
            ["Если BrokenExpression {}", "Ж()"],
            (3, 2, "expected 'Тогда' (Then), found 'Е'"),
        ),
        (
            "Для = 1 По 2 Цикл\n Е();\nКонецЦикла;\nЖ();",
            ["Для  BrokenExpression BrokenExpression {Е()}", "Ж()"],
            (2, 5, "expected the loop's variable, found '='"),
        ),
        (
            "Если Г Тогда\n Е();\nЖ();",
            ["Если Г {Е(); Ж()}"],
            (5, 1, "expected 'КонецЕсли' (EndIf), found 'КонецПроцедуры'"),
        ),
        (
            "Пока Г Цикл\n Если Д Тогда\n  Е();\nКонецЦикла;\nЖ();",
            ["Пока Г {Если Д {Е()}}", "Ж()"],
            (5, 1, "expected 'КонецЕсли' (EndIf), found 'КонецЦикла'"),
        ),
        ("КонецЕсли;\nЖ();", ["BrokenStatement", "Ж()"], (2, 1, "unexpected 'КонецЕсли'")),
        (
            "Попытка\n Е();\nКонецПопытки;\nЖ();",
            ["Попытка {Е()} {}", "Ж()"],
            (4, 1, "expected 'Исключение' (Except), found 'КонецПопытки'"),
        ),
        (
            "Г();\nПерем Д;\nЖ();",
            ["Г()", "BrokenStatement", "Ж()"],
            (3, 1, "variables are declared before the first statement"),
        ),
        (
            "Г() = 1;\nЖ();",
            ["BrokenStatement", "Ж()"],
            (2, 1, "a value cannot be assigned to the result of a call"),
        ),
    ],
)  # fmt: skip
def test_a_broken_statement_costs_that_statement(
    code: str, shapes: list[str], problem: tuple[int, int, str]
) -> None:
    found, errors = in_routine(code)
    assert found == shapes
    assert errors == [Problem(*problem)]


@pytest.mark.parametrize(
    "text",
    [
        "Процедура А(\n Г();\nКонецПроцедуры\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А(1, 2)\n Г();\nКонецПроцедуры\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А\n Г();\nКонецПроцедуры\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\n Г();\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\n Г();\n&НаСервере\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\n Г();\nКонецФункции\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\n Если (((\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\nКонецПроцедуры\nКонецПроцедуры\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\nКонецПроцедуры\n)))\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\nКонецПроцедуры\n&(\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\nКонецПроцедуры\n&Вид(\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\nКонецПроцедуры\nПерем ;\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А() Перем 1; Г();\nКонецПроцедуры\nПроцедура Б()\nКонецПроцедуры",
        "Процедура А()\nКонецПроцедуры\nПроцедура\nПроцедура Б()\nКонецПроцедуры",
        'Процедура А()\n В = "\nКонецПроцедуры\nПроцедура Б()\nКонецПроцедуры',
        "Процедура А()\nКонецПроцедуры\nПроцедура Б()",
    ],
)
def test_a_broken_routine_costs_that_routine(text: str) -> None:
    facts = analyse(text)
    names = [routine.name for routine in facts.routines]
    assert names[0] == "А"
    assert names[-1] == "Б"
    assert facts.errors
    line = text[: text.index("Б()")].count("\n") + 1
    assert facts.routines[-1].line == line


def test_a_routine_named_by_a_keyword_is_kept() -> None:
    facts = analyse("Процедура Выполнить() Экспорт\nКонецПроцедуры")
    assert [routine.name for routine in facts.routines] == ["Выполнить"]
    assert facts.errors == [Problem(1, 11, "a routine cannot be named 'Выполнить'")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("#Область А", (1, 1, "#Область (#Region) without #КонецОбласти (#EndRegion)")),
        ("\n#КонецЕсли", (2, 1, "#КонецЕсли (#EndIf) without #Если (#If)")),
        (" #Иначе", (1, 2, "#Иначе (#Else) without #Если (#If)")),
        ("#Если Клиент\n#КонецЕсли", (1, 1, "expected 'Тогда' (Then) at the end of the condition")),
        ("#Неведомо", (1, 1, "unknown preprocessor instruction")),
    ],
)
def test_broken_preprocessor_lines_are_told(text: str, problem: tuple[int, int, str]) -> None:
    assert analyse(text).errors == [Problem(*problem)]


def test_errors_are_listed_up_to_a_number_and_counted_beyond() -> None:
    errors = analyse("А = ;\n" * 1000).errors
    assert len(errors) == MAX_ERRORS + 1
    assert errors[-1].message == "1000 syntax errors in all; the rest is not listed"


N = 20_000
HOSTILE = {
    "parentheses": "А = " + "(" * N,
    "balanced parentheses": "А = " + "(" * N + "1" + ")" * N + ";",
    "calls": "А = " + "Ф(" * N + ")" * N + ";",
    "indexes": "А = " + "Б[" * N,
    "НЕ": "А = " + "НЕ " * N,
    "signs": "А = " + "-" * N,
    "every precedence": "А = " + "А ИЛИ Б И НЕ В = Г + Д * Ф(" * N,
    "conditions": "Если А Тогда " * N + "КонецЕсли;" * N,
    "attempts": "Попытка " * N,
    "loops": "Для А = 1 По 2 Цикл " * N,
    "headers": "Процедура А() " * 2000,
    "annotations": "&А(" * N,
    "calls in a chain": "А" + ".Б()" * N + ";",
    "operands": "А = " + "Б + " * N + "1;",
    "operators": "Если " + "Б И " * N + "1 Тогда КонецЕсли;",
    "preprocessor conditions": "#Если А Тогда\n" * 2000 + "#КонецОбласти\n" * 2000,
    "alternatives": "#Если А Тогда\n" + "#Иначе\n А\n" * N + "#КонецЕсли",
    "raise": "ВызватьИсключение (" * N,
    "ends": "КонецЕсли " * N,
    "blank query": 'А = "ВЫБРАТЬ А\n' + "|\n" * N + '|";',
    "blank condition": "#Если А" + " " * N,
    "nested fields": "// Параметры:\n//  А - Б\n" + "//  * А - Б\n" * N + "Процедура А()",
    "stars": "// Параметры:\n//  П - Структура:\n"
    + "".join(f"//  {'*' * n} П - Т\n" for n in range(1, 2000))
    + "Процедура А(П)",
    "types": "// Параметры:\n//  А - " + "Б из Б, " * N + "Ж*\nПроцедура А(А)",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_neither_raises_nor_hangs(name: str) -> None:
    facts = analyse(HOSTILE[name])
    if name in {"parentheses", "calls", "conditions", "НЕ"}:
        assert f"nesting is deeper than {MAX_DEPTH} levels" in {e.message for e in facts.errors}


def test_code_behind_too_deep_nesting_is_read() -> None:
    facts = analyse("А = " + "(" * 500 + ";\nФ();\nПроцедура Б()\nКонецПроцедуры")
    assert [call.name for call in facts.calls] == ["Ф"]
    assert [routine.name for routine in facts.routines] == ["Б"]
