"""What a routine is for: the first rule that holds, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cai_assets.learning.dataset.bodies import NO_SYNTAX
from cai_assets.learning.dataset.categories import (
    BY_NAME,
    CATEGORIES,
    NO_RULE,
    RULES,
    Facts,
    categorise,
)
from cai_assets.learning.words import parts

PLAIN = Facts(
    name="", words=(), module_kind="CommonModule", object_type="CommonModule", function=False,
    event="", command=False, marks=frozenset(), queries=0, syntax=NO_SYNTAX, statements=5,
    parameters=1, types=frozenset(), form_parameter=False, client=False,
)  # fmt: skip


def _facts(name: str, **changes: object) -> Facts:
    return replace(PLAIN, name=name.casefold(), words=tuple(parts(name)), **changes)  # type: ignore[arg-type]


def _marks(*marks: str) -> frozenset[str]:
    return frozenset(marks)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (_facts("ОбработкаПроведения", module_kind="ObjectModule", object_type="Document"),
         "posting_handler"),
        (_facts("Posting", module_kind="ObjectModule", object_type="Document"), "posting_handler"),
        (_facts("ОбработкаПроверкиЗаполнения", module_kind="ObjectModule", object_type="Catalog"),
         "fill_check_handler"),
        (_facts("ТоварПриИзменении", module_kind="FormModule", event="OnChange"), "form_event"),
        (_facts("Заполнить", module_kind="FormModule", command=True), "form_command"),
        (_facts("ОбработкаКоманды", module_kind="CommandModule"), "form_command"),
        (_facts("ПроверитьОстатки", queries=1), "checks_by_name"),
        (_facts("ValidateCode"), "checks_by_name"),
        (_facts("ЭтоУслуга", function=True), "asks_by_name"),
        (_facts("IsService", function=True, types=frozenset({"boolean"})), "asks_by_name"),
        (_facts("ПланОбменаСуществует", function=True), "asks_by_name"),
        (_facts("РассчитатьСумму"), "calculates_by_name"),
        (_facts("КоличествоСтрок", syntax=NO_SYNTAX._replace(additions=1)), "calculates_by_name"),
        (_facts("ЗаписатьДвижения"), "posts_by_name"),
        (_facts("ПровестиДокументы"), "posts_by_name"),
        (_facts("МассивВСтроку", function=True), "converts_by_shapes"),
        (_facts("JSONToStructure", function=True), "converts_by_shapes"),
        (_facts("ПолучитьЦены", queries=1), "query_text"),
        (_facts("GetPrices", marks=_marks("made:query")), "query_object"),
        (_facts("Списать", marks=_marks("named:movements")), "writes_movements"),
        (_facts("Списать", marks=_marks("manager:AccumulationRegister")), "writes_movements"),
        (_facts("ПреобразоватьДанные"), "converts_by_name"),
        (_facts("Загрузить", marks=_marks("made:markup")), "markup"),
        (_facts("Обновить", module_kind="FormModule"), "form_module"),
        (_facts("Обновить", form_parameter=True), "form_parameter"),
        (_facts("Начать", client=True, marks=_marks("called:forms")), "user_interface"),
        (_facts("Печать", module_kind="ManagerModule", object_type="Document"), "document_module"),
        (_facts("ПередЗаписью", module_kind="ObjectModule", object_type="Catalog"),
         "reference_module"),
        (_facts("Доступ", function=True, types=frozenset({"boolean"})), "boolean"),
        (_facts("Скидка", function=True, syntax=NO_SYNTAX._replace(products=3)), "arithmetic"),
        (_facts("ПередЗаписьюНабора", marks=_marks("named:refusal"),
                syntax=NO_SYNTAX._replace(branches=1)), "refuses"),
        (_facts("Ключ", marks=_marks("called:serialization")), "serialization"),
        (_facts("Отменить", marks=_marks("manager:Document")), "documents"),
        (_facts("Курс", marks=_marks("manager:Catalog")), "references"),
        (_facts("Страна", marks=_marks("called:finding")), "references"),
        (_facts("Остатки", function=True, marks=_marks("called:filling")), "reshapes"),
        (_facts("ЗаполнитьСписок", marks=_marks("called:adding"),
                syntax=NO_SYNTAX._replace(loops=1)), "collects"),
        (_facts("Отбор", function=True, marks=_marks("made:collections", "called:adding")),
         "constructs"),
        (_facts("Домен", marks=_marks("called:texts")), "edits_text"),
        (_facts("УдалитьВременныеФайлы"), "no_rule"),
        (_facts(""), "no_rule"),
    ],
)  # fmt: skip
def test_the_first_rule_that_holds_decides(facts: Facts, rule: str) -> None:
    assert categorise(facts).name == rule


@pytest.mark.parametrize(
    "facts",
    [
        _facts("ПровестиПроверкуСвязи"),  # «провести» is to carry out, too
        _facts("КоличествоПопыток", function=True),  # counts nothing
        _facts("УдалитьСтрокиВТаблице"),  # moves rows, converts nothing
        _facts("СкопироватьФайл"),
        _facts("ВычислитьВыражениеXPath", function=True),
        _facts("ПолучитьДоступна", function=True),
        _facts("НайтиЭлемент", function=True, marks=_marks("called:adding"),
               syntax=NO_SYNTAX._replace(loops=1)),
        _facts("ЗапуститьОбмен", marks=_marks("manager:Constant", "manager:ExchangePlan")),
        _facts("ЕстьНастройки", function=True, types=frozenset({"structure"})),
        _facts("ЗаполнитьНастройки", marks=_marks("called:texts"), statements=60),
        _facts("НайтиДругое", marks=_marks("named:forms")),  # runs on the server
        _facts("ЗаписатьОшибку", marks=_marks("called:messages"),
               syntax=NO_SYNTAX._replace(branches=1)),
        _facts("Словарь", function=True, marks=_marks("made:collections", "called:adding"),
               syntax=NO_SYNTAX._replace(literals=20)),
    ],
)  # fmt: skip
def test_what_only_resembles_is_other(facts: Facts) -> None:
    assert categorise(facts) is NO_RULE


def test_every_rule_has_a_category_and_a_reason_in_both_languages() -> None:
    assert len(BY_NAME) == len(RULES) + 1
    for rule in BY_NAME.values():
        assert rule.category in CATEGORIES
        assert rule.reason.ru and rule.reason.en


def test_every_category_but_other_has_a_rule() -> None:
    assert {rule.category for rule in BY_NAME.values()} == set(CATEGORIES)
