"""Metrics count as BSL Language Server does."""

from __future__ import annotations

import pytest

from cai_assets.onec.bsl.analyse import analyse
from cai_assets.onec.facts import Routine
from cai_assets_tests.onec.bsl.real import corpus


def routine(code: str) -> Routine:
    facts = analyse(f"Процедура П(А)\n{code}\nКонецПроцедуры")
    assert facts.errors == []
    return facts.routines[0]


@pytest.mark.parametrize(
    ("code", "cyclomatic"),
    [
        ("", 1),
        ("Если А Тогда КонецЕсли;", 2),
        ("Если А Тогда ИначеЕсли Б Тогда Иначе КонецЕсли;", 4),
        ("Пока А Цикл КонецЦикла;", 2),
        ("Для К = 1 По 2 Цикл КонецЦикла;", 2),
        ("Для Каждого К Из А Цикл КонецЦикла;", 2),
        ("Попытка Исключение КонецПопытки;", 2),
        ("Б = ?(А, 1, ?(В, 2, 3));", 3),
        ("Перейти ~М; ~М:", 2),
        ("Б = А И В ИЛИ Г;", 3),
        ("Б = НЕ А = В;", 1),
        ("П(1);", 2),
        ("п(1);", 2),
        ("Модуль.П(1);", 1),
        ("#Если Сервер Тогда\nБ();\n#КонецЕсли", 1),
    ],
)
def test_cyclomatic_complexity(code: str, cyclomatic: int) -> None:
    assert routine(code).cyclomatic == cyclomatic


@pytest.mark.parametrize(
    ("expression", "score"),
    [
        ("А И (Б ИЛИ В)", 3),
        ("(А И Б)", 2),
        ("((А И Б))", 3),
        ("А И (Б ИЛИ (В И Г))", 6),
        ("НЕ (А И Б)", 2),
        ("(А + Б) > 0 И В", 1),
        ("Ф(А И Б) И В", 2),
        ("А[Б И В] И Г", 2),
        ("(А И Б).В", 2),
    ],
)
def test_operators_in_parentheses_count_once_for_each_group_around(
    expression: str, score: int
) -> None:
    assert routine(f"Х = {expression};").cyclomatic == 1 + score


@pytest.mark.parametrize(
    ("code", "cognitive"),
    [
        ("", 0),
        ("Если А Тогда Если Б Тогда КонецЕсли; КонецЕсли;", 3),
        ("Если А Тогда ИначеЕсли Б Тогда Иначе КонецЕсли;", 3),
        ("Если А Тогда Иначе Пока Б Цикл КонецЦикла; КонецЕсли;", 4),
        ("Для К = 1 По 2 Цикл Для Каждого М Из А Цикл КонецЦикла; КонецЦикла;", 3),
        ("Попытка Если А Тогда КонецЕсли; Исключение КонецПопытки;", 2),
        ("Попытка Исключение Если А Тогда КонецЕсли; КонецПопытки;", 3),
        ("Б = ?(А, 1, ?(В, 2, 3));", 3),
        ("Если ?(А, Б, В) Тогда КонецЕсли;", 3),
        ("Перейти ~М; ~М:", 1),
        ("П(1);", 1),
    ],
)
def test_cognitive_complexity(code: str, cognitive: int) -> None:
    assert routine(code).cognitive == cognitive


@pytest.mark.parametrize(
    ("expression", "score"),
    [
        ("А И Б И В", 1),
        ("А И Б ИЛИ В", 2),
        ("А И (Б И В)", 1),
        ("А И (Б ИЛИ В) И Г", 3),
        ("А И НЕ (Б И В) И Г", 3),
        ("А И НЕ (Б) И В", 1),
        ("А И НЕ Б И В", 1),
        ("А И НЕ (Б И В) = Г И Д", 3),
        ("А И НЕ (Ф(Б ИЛИ В)) И Г", 2),
        ("А И Ф(Б И В) И Г", 2),
    ],
)
def test_a_change_of_operator_costs_one(expression: str, score: int) -> None:
    assert routine(f"Х = {expression};").cognitive == score


@pytest.mark.parametrize(
    ("code", "statements"),
    [
        ("", 0),
        ("А = 1; Б();", 2),
        ("А = 1;;", 2),
        ("Если А Тогда Б(); Иначе В(); Г(); КонецЕсли;", 4),
        ("~М: А = 1;", 1),
        ("~М:", 1),
        ("~М: ~Н: А = 1;", 2),
        ("#Область О\nА = 1;\n#КонецОбласти", 3),
        ("#Область О\n;\n#КонецОбласти", 2),
        ("Перем В;\nА = 1;", 1),
        ("#Если Сервер Тогда\nПерем В;\n#КонецЕсли\nА = 1;", 2),
        ("А = 1\n#Если Сервер Тогда\n + 2\n#КонецЕсли\n;", 1),
        ("#Вставка\nА = 1;\n#КонецВставки", 1),
    ],
)
def test_statements(code: str, statements: int) -> None:
    assert routine(code).statements == statements


def test_nesting() -> None:
    assert routine("А = 1;").nesting == 0
    assert routine("Если А Тогда Попытка Исключение Пока Б Цикл КонецЦикла; КонецПопытки; "
                   "КонецЕсли; Если А Тогда КонецЕсли;").nesting == 3  # fmt: skip


def test_lines_of_a_routine() -> None:
    found = analyse(
        '// над\n&НаКлиенте\nФункция Ф() // в\n\n\t// в\n\tА = "раз\n\t// в\n\t|два";\n'
        "КонецФункции // в\n// под\n"
    ).routines[0]
    assert (found.line, found.end_line, found.ncloc, found.comment_lines) == (3, 9, 4, 4)


def test_lines_of_a_module() -> None:
    facts = analyse("\n// а\n#Область О\nБ(); // в\n#КонецОбласти\n\n")
    assert (facts.lines, facts.ncloc, facts.comment_lines) == (7, 3, 2)


@pytest.mark.parametrize("text", ["", "\ufeff"])
def test_an_empty_module_has_zeros(text: str) -> None:
    facts = analyse(text.lstrip("\ufeff"))
    assert (facts.lines, facts.ncloc, facts.comment_lines, facts.statements) == (0, 0, 0, 0)
    assert (facts.cyclomatic, facts.cognitive) == (0, 0)


def test_a_module_adds_up_its_routines_and_its_body() -> None:
    facts = analyse(
        "Процедура А()\n Если Б Тогда\n  В();\n КонецЕсли;\nКонецПроцедуры\n"
        "#Область О\nЕсли Г Тогда\n Д();\nКонецЕсли;\n#КонецОбласти"
    )
    assert (facts.cyclomatic, facts.cognitive) == (3, 2)
    assert (facts.statements, facts.body_statements) == (6, 4)


def test_lines_between_routines_are_no_statements_but_those_behind_the_last_are() -> None:
    facts = analyse(
        "#Область А\nПроцедура П()\nКонецПроцедуры\n#КонецОбласти\n#Область Б\n"
        "Процедура Р()\nКонецПроцедуры\n#КонецОбласти"
    )
    assert facts.statements == 1


def test_golden_values_of_the_reference() -> None:
    folder = corpus("bsl-language-server") / "src/test/resources/context/computer"

    def facts(name: str) -> list[Routine]:
        return analyse((folder / name).read_text("utf-8-sig")).routines

    cyclomatic = facts("CyclomaticComplexityComputerTest.bsl")
    assert [item.cyclomatic for item in cyclomatic] == [12, 11, 1, 15]
    cognitive = facts("CognitiveComplexityComputerTest.bsl")
    assert [item.cognitive for item in cognitive] == [19, 33, 20, 15]
