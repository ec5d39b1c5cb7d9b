"""A finding is known again as long as it is the same finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from cai_assets.onec.bsl.nodes import Call, RoutineNode
from cai_assets.rules.engine import check_text
from cai_assets.rules.found import anchor_of, nth_fingerprint, raw_of_place
from cai_assets.rules.model import Found, FoundAt, Scope, Text
from cai_assets.rules.module import ModuleContext, ModuleView
from cai_assets_tests.rules.making import defined, make_rule

CONTEXT = ModuleContext("Проект", "CommonModule.М.Module", "CommonModule.М")
BEFORE = """
Процедура Первая(А) Экспорт
    Если А Тогда
        Плохо(А, 1);
    КонецЕсли;
КонецПроцедуры
"""


def _calls(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for call in module.find(Call):
        if call.name.lower() == "плохо":
            yield Found(call.start, call.start)


def _names(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for routine in module.find(RoutineNode):
        yield Found(routine.position, routine.position)


def _anchors(text: str, key: str = "Calls", context: ModuleContext = CONTEXT) -> list[str]:
    with defined(make_rule("Calls", _calls), make_rule("Names", _names)):
        return [raw.anchor for raw in check_text(text, [key], context)]


@pytest.mark.parametrize(
    "after",
    [
        "// Новое\n\nПерем Ы;\n" + BEFORE,
        "Процедура Нулевая()\n    Хорошо();\nКонецПроцедуры\n" + BEFORE,
        BEFORE.replace("        ", "\t"),
        BEFORE.replace("Плохо(А, 1)", "Плохо(\n            А,\n            1)"),
        BEFORE.replace("Плохо(А, 1);", "Плохо(А, 1); // так надо"),
        BEFORE.replace("Плохо(А", "ПЛОХО(а"),
        BEFORE.replace("КонецПроцедуры", "    Хорошо();\nКонецПроцедуры"),
        BEFORE.replace("Первая(А)", "Первая(А, Б = 1)"),
        BEFORE.replace("\n", "\r\n"),
    ],
    ids=["above", "routine above", "indent", "broken line", "comment", "case", "below",
         "parameter", "line ends"],
)  # fmt: skip
def test_it_survives_what_does_not_touch_it(after: str) -> None:
    assert _anchors(after) == _anchors(BEFORE)


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace("Первая", "Вторая"),
        BEFORE.replace("Плохо(А, 1)", "Плохо(Б, 1)"),
        BEFORE.replace("Если А Тогда", "Если Б Тогда\n    Хорошо();"),
    ],
    ids=["routine", "argument", "statement before"],
)
def test_another_finding_has_another(after: str) -> None:
    assert _anchors(after) != _anchors(BEFORE)


def test_a_rule_about_a_routine_follows_its_name_alone() -> None:
    after = BEFORE.replace("(А) Экспорт", "(Знач А, Б)").replace("Плохо(А, 1)", "Хорошо()")
    assert _anchors(after, "Names") == _anchors(BEFORE, "Names")
    assert _anchors(after.replace("Первая", "Вторая"), "Names") != _anchors(BEFORE, "Names")


def test_a_finding_about_a_module_does_not_hang_on_its_first_line() -> None:
    text = "// Обработчики.\n\nПроцедура А()\nКонецПроцедуры\n"
    anchors = _anchors(text, "CommonModuleMissingAPI")
    assert anchors == _anchors("\n// Сдвиг\n" + text, "CommonModuleMissingAPI")
    assert len(anchors) == 1


def test_rule_project_and_module_tell_findings_apart() -> None:
    there = ModuleContext("Проект", "CommonModule.Н.Module", "CommonModule.Н")
    other = ModuleContext("Расширение", "CommonModule.М.Module", "CommonModule.М")
    marks = {_anchors(BEFORE, context=context)[0] for context in (CONTEXT, there, other)}
    assert len(marks) == 3
    assert anchor_of("А", "П", "М", ["x"]) != anchor_of("Б", "П", "М", ["x"])


def test_the_file_does_not_matter() -> None:
    rule = make_rule("T", _calls, Scope.TABLES, Text("Нет {name}", "No {name}"))
    here = raw_of_place(rule, FoundAt("П", "a.mdo", 3, "Catalog.А", values={"name": "Б"}))
    there = raw_of_place(rule, FoundAt("П", "b/a.mdo", 90, "catalog.а", values={"name": "Б"}))
    assert here.anchor == there.anchor


def test_figures_in_a_message_do_not_matter_but_names_do() -> None:
    rule = make_rule("T", _calls, Scope.TABLES, Text("{count} {name}", "{count} {name}"))

    def anchor(count: int, name: str) -> str:
        values = {"count": count, "name": name}
        return raw_of_place(rule, FoundAt("П", "a", 1, "Catalog.А", values=values)).anchor

    assert anchor(1, "Б") == anchor(2, "Б") != anchor(1, "В")


def test_equal_findings_are_numbered() -> None:
    text = BEFORE.replace("Плохо(А, 1);", "А();Плохо(1);Б();Плохо(1);В();")
    first, second = _anchors(text.replace("А()", "Т()").replace("Б()", "Т()").replace("В()", "Т()"))
    assert first == second
    assert len({nth_fingerprint(first, number) for number in range(3)}) == 3
    assert nth_fingerprint(first, 0) == first
