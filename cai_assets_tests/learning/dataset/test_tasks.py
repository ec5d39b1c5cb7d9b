"""Examples by task: what is asked, what is answered, and what is left out."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from cai_assets.learning.dataset.bodies import Place, read_bodies
from cai_assets.learning.dataset.tasks import Query, tasks_of
from cai_assets.onec.bsl.analyse import analyse
from cai_assets_tests.learning.dataset.making import routines

CODE = """Функция Цена(Товар, Дата) Экспорт
    Результат = 0;
    Для Каждого Строка Из Товар.Цены Цикл
        Если Строка.Дата <= Дата Тогда
            Результат = Строка.Цена;
        Иначе
            Прервать;
        КонецЕсли;
    КонецЦикла;
    Результат = Результат * 2;
    Записать(Результат);
    Возврат Результат;
КонецФункции"""

SAID: dict[str, Any] = {
    "name": "Цена", "function": True, "body": CODE,
    "signature": "&НаСервере\nФункция Цена(Товар, Дата) Экспорт",
    "description": "Возвращает последнюю цену товара, действующую на указанный день.",
    "doc": "// Возвращает последнюю цену товара, действующую на указанный день.",
    "parameter_notes": ["Товар: СправочникСсылка.Товары – товар"], "returns": "Число - цена",
    "statements": 9,
}  # fmt: skip


def _stops(bodies: list[str]) -> pa.ListArray:
    found = [
        read_bodies(text, [Place(1, 1, text.count("\n") + 1)]).bodies[0].stops.tolist()
        for text in bodies
    ]
    return pa.array(found, pa.list_(pa.int32()))


def _tasks(*rows: dict[str, Any], queries: tuple[Query, ...] = ()) -> list[dict[str, Any]]:
    table = routines(*rows)
    found: list[dict[str, Any]] = tasks_of(
        table, _stops(table.column("body").to_pylist()), queries
    ).to_pylist()
    return found


def _only(rows: list[dict[str, Any]], task: str) -> dict[str, Any]:
    (found,) = (row for row in rows if row["task"] == task)
    return found


def test_an_instruction_asks_with_the_words_of_the_comment() -> None:
    row = _only(_tasks(SAID), "instruction")
    assert row["prompt"].splitlines() == [
        "Напиши функцию на языке 1С:",
        "Функция Цена(Товар, Дата) Экспорт",
        "",
        "Возвращает последнюю цену товара, действующую на указанный день.",
        "",
        "Параметры:",
        "- Товар: СправочникСсылка.Товары – товар",
        "",
        "Возвращает:",
        "Число - цена",
        "",
        "Модуль: CommonModule.М.Module",
    ]
    assert row["completion"] == f"&НаСервере\n{CODE}"
    assert row["id"] == "instruction/П/CommonModule.М.Р0:1"


def test_documentation_asks_for_the_comment_as_written() -> None:
    row = _only(_tasks(SAID), "documentation")
    assert row["prompt"].endswith(CODE)
    assert row["completion"] == SAID["doc"]


def test_without_a_real_comment_there_is_neither_instruction_nor_documentation() -> None:
    rows = _tasks(SAID | {"description": "См. ЦеныСервер.Цена", "doc": "// См. ЦеныСервер.Цена"})
    assert {row["task"] for row in rows} == {"completion"}


def test_a_trivial_routine_is_no_instruction() -> None:
    assert _tasks(SAID | {"statements": 1, "body": "Функция Ф()\n Возврат 1;\nКонецФункции"}) == []


def test_what_a_filter_dropped_is_in_no_task() -> None:
    assert _tasks(SAID | {"dropped": "vendor"}, SAID | {"dropped": "twin"}) == []


def test_a_completion_puts_together_is_the_routine() -> None:
    row = _only(_tasks(SAID), "completion")
    assert row["prompt"] + row["completion"] + row["suffix"] == CODE
    assert row["completion"].strip()
    assert row["prompt"].startswith("Функция Цена(Товар, Дата) Экспорт\n")
    assert row["suffix"].endswith("КонецФункции")


@pytest.mark.parametrize("line", range(1, 60))
def test_a_gap_holds_whole_statements(line: int) -> None:
    row = _only(_tasks(SAID | {"line": line}), "completion")
    for text in (row["completion"], row["prompt"] + row["suffix"]):
        code = text if text.startswith("Функция") else f"Процедура П()\n{text}КонецПроцедуры"
        assert not analyse(code).errors, text


def test_gaps_are_the_same_every_time_and_differ_between_routines() -> None:
    rows = [SAID | {"line": line} for line in range(1, 30)]
    gaps = [row["completion"] for row in _tasks(*rows) if row["task"] == "completion"]
    assert gaps == [row["completion"] for row in _tasks(*rows) if row["task"] == "completion"]
    assert len(set(gaps)) > 5


def test_a_text_too_long_for_a_model_is_left_out() -> None:
    body = "Процедура П()\n" + " А();\n" * 5000 + "КонецПроцедуры"
    assert _tasks(SAID | {"body": body}) == []


def _query(row: int, text: str) -> Query:
    return Query(row, text, ["Catalog.Товары"], ["Catalog.Товары.Код"], ["Код"])


def test_a_query_is_asked_for_by_its_tables_fields_and_parameters() -> None:
    text = "ВЫБРАТЬ Код ИЗ Справочник.Товары ГДЕ Код = &Код"
    row = _only(_tasks(SAID, queries=(_query(0, text),)), "query")
    assert row["prompt"].splitlines() == [
        "Напиши текст запроса 1С.",
        "Метод: CommonModule.М.Р0",
        "Возвращает последнюю цену товара, действующую на указанный день.",
        "Таблицы: Catalog.Товары",
        "Поля: Catalog.Товары.Код",
        "Параметры запроса: Код",
    ]
    assert (row["completion"], row["id"]) == (text, "query/П/CommonModule.М.Р0:1/1")


def test_of_queries_that_resemble_each_other_one_is_asked_for() -> None:
    text = "ВЫБРАТЬ Т.Код, Т.Цена ИЗ Справочник.Товары КАК Т ГДЕ Т.Код = &Код"
    rows = _tasks(
        SAID, SAID | {"split": "test"}, SAID | {"dropped": "vendor"},
        queries=(
            _query(1, text.upper()), _query(0, text), _query(0, "ВЫБРАТЬ 1 КАК Один"),
            _query(2, "ВЫБРАТЬ 2 КАК Два"),
        ),
    )  # fmt: skip
    found = [row["completion"] for row in rows if row["task"] == "query"]
    assert found == [text, "ВЫБРАТЬ 1 КАК Один"]


def test_english_code_is_asked_for_in_english() -> None:
    code = "Procedure P(A) Export\n A.B();\n A.C();\n A.D();\n A.E();\nEndProcedure"
    rows = _tasks({
        "body": code, "signature": "Procedure P(A) Export", "name": "P",
        "description": "Writes the balance of goods at the end of month.", "doc": "// Writes",
    })  # fmt: skip
    assert _only(rows, "instruction")["prompt"].startswith("Write a procedure")
    assert _only(rows, "documentation")["prompt"].startswith("Write a doc comment")


def test_no_routines_have_no_tasks() -> None:
    assert _tasks() == []
