"""What the names in a query stand for."""

from __future__ import annotations

import pytest

from cai_assets.onec.query.meaning import Meaning, understand
from cai_assets.onec.query.parser import parse
from cai_assets.onec.query.relations import MAX_ORIGINS, MAX_PATH
from cai_assets.onec.query.tables import table_name, type_id, value_id


def meaning(text: str) -> Meaning:
    parsed = parse(text)
    assert parsed.errors == []
    return understand(parsed)


def fields(text: str) -> list[str]:
    return [f"{use.table}/{'.'.join(use.path)}" for use in meaning(text).fields]


# --- names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Справочник.Т", ("Catalog.Т", "")),
        ("Catalog.Т", ("Catalog.Т", "")),
        ("документ.Д.Товары", ("Document.Д.TabularSection.Товары", "")),
        ("Задача.З.Изменения", ("Task.З", "Changes")),
        ("ПланСчетов.П.ВидыСубконто", ("ChartOfAccounts.П.StandardTabularSection.ExtDimensionTypes",
                                      "")),
        ("РегистрНакопления.Р.ОстаткиИОбороты", ("AccumulationRegister.Р", "BalanceAndTurnovers")),
        ("AccumulationRegister.Р.Balance", ("AccumulationRegister.Р", "Balance")),
        ("РегистрБухгалтерии.Р.ДвиженияССубконто",
         ("AccountingRegister.Р", "RecordsWithExtDimensions")),
        ("РегистрРасчета.Р.БазаНачисления", ("CalculationRegister.Р", "BaseData")),
        ("РегистрРасчета.Р.Пересчет", ("CalculationRegister.Р.Recalculation.Пересчет", "")),
        ("БизнесПроцесс.Б.Точки", ("BusinessProcess.Б", "RoutePoints")),
        ("Последовательность.П.Границы", ("Sequence.П", "Boundaries")),
        ("ЖурналДокументов.Ж", ("DocumentJournal.Ж", "")),
        ("КритерийОтбора.К", ("FilterCriterion.К", "")),
        ("Константа.К", ("Constant.К", "")),
        ("Константы", ("Constants", "")),
        ("ВнешнийИсточникДанных.В.Таблица.Т", ("ExternalDataSource.В.Table.Т", "")),
        ("ExternalDataSource.В.Cube.К.DimensionTable.Т",
         ("ExternalDataSource.В.Cube.К.DimensionTable.Т", "")),
        ("ВТ", None), ("Отчет.О", None), ("Справочник.%1", None), ("ВнешнийИсточникДанных.В", None),
    ],
)  # fmt: skip
def test_names_of_tables(name: str, expected: tuple[str, str] | None) -> None:
    assert table_name(tuple(name.split("."))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Перечисление.П.Да", ("Enum.П.EnumValue.Да", "")),
        ("Catalog.C.Main", ("Catalog.C.Predefined.Main", "")),
        ("Справочник.С.ПустаяСсылка", ("Catalog.С", "EmptyRef")),
        ("Документ.Д.", ("Document.Д", "EmptyRef")),
        ("БизнесПроцесс.Б.ТочкаМаршрута.Т", ("BusinessProcess.Б.FlowchartPoint.Т", "")),
        ("ВидДвиженияНакопления.Приход", None),
        ("Справочник.[Имя].А", None),
    ],
)
def test_names_of_values(name: str, expected: tuple[str, str] | None) -> None:
    assert value_id(tuple(name.split("."))) == expected


def test_names_of_types() -> None:
    assert type_id(("Справочник", "С")) == "Catalog.С"
    assert type_id(("STRING",)) is None
    assert type_id(("&Тип",)) is None


# --- fields -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # aliases
        ("ВЫБРАТЬ Т.Код, т.Владелец.ИНН ИЗ Справочник.С КАК Т",
         ["Catalog.С/Код", "Catalog.С/Владелец.ИНН"]),
        ("ВЫБРАТЬ С.Код ИЗ Справочник.С", ["Catalog.С/Код"]),
        ("ВЫБРАТЬ Справочник.С.Код ИЗ Справочник.С", ["Catalog.С/Код"]),
        ("ВЫБРАТЬ РОстатки.А ИЗ РегистрНакопления.Р.Остатки", ["AccumulationRegister.Р/А"]),
        # without an alias
        ("ВЫБРАТЬ Код, Владелец.ИНН ИЗ Справочник.С", ["Catalog.С/Код", "Catalog.С/Владелец.ИНН"]),
        ("ВЫБРАТЬ Код ИЗ Справочник.С КАК А, Справочник.Д КАК Б", []),
        ("ВЫБРАТЬ Код, К ИЗ Справочник.С КАК А, (ВЫБРАТЬ 1 КАК К) КАК Б", ["Catalog.С/Код"]),
        # clauses
        ("ВЫБРАТЬ 1 ИЗ Справочник.С КАК Т ВНУТРЕННЕЕ СОЕДИНЕНИЕ Документ.Д КАК Д ПО Т.А = Д.Б"
         " ГДЕ Т.В1 = Д.Г СГРУППИРОВАТЬ ПО Т.Е ИМЕЮЩИЕ СУММА(Д.Ж) > 0 УПОРЯДОЧИТЬ ПО Т.З",
         ["Catalog.С/А", "Document.Д/Б", "Catalog.С/В1", "Document.Д/Г", "Catalog.С/Е",
          "Document.Д/Ж", "Catalog.С/З"]),
        ("ВЫБРАТЬ Т.А КАК Х ИЗ Справочник.С КАК Т УПОРЯДОЧИТЬ ПО Х.Код",
         ["Catalog.С/А", "Catalog.С/А.Код"]),
        ("ВЫБРАТЬ Т.А ИЗ Справочник.С КАК Т {ГДЕ Т.Б.* КАК Б}", ["Catalog.С/А", "Catalog.С/Б"]),
        # subqueries
        ("ВЫБРАТЬ П.К.ИНН, П.Сумма ИЗ (ВЫБРАТЬ Т.Контрагент КАК К, СУММА(Т.С) КАК Сумма"
         " ИЗ Документ.Д КАК Т) КАК П",
         ["Document.Д/Контрагент", "Document.Д/С", "Document.Д/Контрагент.ИНН"]),
        ("ВЫБРАТЬ П.А.Б ИЗ (ВЫБРАТЬ * ИЗ Справочник.С) КАК П", ["Catalog.С/А.Б"]),
        ("ВЫБРАТЬ П.А ИЗ (ВЫБРАТЬ Т.* ИЗ Справочник.С КАК Т, Документ.Д КАК Д) КАК П",
         ["Catalog.С/А"]),
        ("ВЫБРАТЬ П.АБ.Х ИЗ (ВЫБРАТЬ Т.А.Б ИЗ Справочник.С КАК Т) КАК П",
         ["Catalog.С/А.Б", "Catalog.С/А.Б.Х"]),
        ("ВЫБРАТЬ П.А.Б ИЗ (ВЫБРАТЬ ВЫРАЗИТЬ(Т.А КАК Справочник.Х) КАК А ИЗ Документ.Д Т) П",
         ["Document.Д/А", "Document.Д/А.Б"]),
        # correlated
        ("ВЫБРАТЬ 1 ИЗ Справочник.С КАК Т ГДЕ ИСТИНА В"
         " (ВЫБРАТЬ ИСТИНА ИЗ Документ.Д КАК Д ГДЕ Д.А = Т.Ссылка И Х)",
         ["Document.Д/А", "Catalog.С/Ссылка", "Document.Д/Х"]),
        # unions
        ("ВЫБРАТЬ П.А.Код ИЗ (ВЫБРАТЬ Т.Б КАК А ИЗ Справочник.С КАК Т ОБЪЕДИНИТЬ ВСЕ"
         " ВЫБРАТЬ Д.Э ИЗ Документ.Д КАК Д) КАК П",
         ["Catalog.С/Б", "Document.Д/Э", "Catalog.С/Б.Код", "Document.Д/Э.Код"]),
        # temporary tables
        ("ВЫБРАТЬ Т.А КАК Б ПОМЕСТИТЬ ВТ ИЗ Справочник.С КАК Т ИНДЕКСИРОВАТЬ ПО Б;"
         "ВЫБРАТЬ Х.Б.Код ИЗ вт КАК Х",
         ["Catalog.С/А", "Catalog.С/А", "Catalog.С/А.Код"]),
        ("ВЫБРАТЬ Х.Б.Код ИЗ ВТ КАК Х", []),
        ("ВЫБРАТЬ Т.А ПОМЕСТИТЬ ВТ ИЗ Справочник.С КАК Т; УНИЧТОЖИТЬ ВТ; ВЫБРАТЬ ВТ.А ИЗ ВТ",
         ["Catalog.С/А"]),
        # virtual tables: parameters name fields of the register; periods are no fields
        ("ВЫБРАТЬ О.Склад ИЗ РегистрНакопления.Р.Обороты(&Н, &К, Месяц, Товар.Вид В"
         " (ВЫБРАТЬ Т.Ссылка ИЗ Справочник.С КАК Т)) КАК О",
         ["AccumulationRegister.Р/Товар.Вид", "Catalog.С/Ссылка", "AccumulationRegister.Р/Склад"]),
        ("ВЫБРАТЬ НАЧАЛОПЕРИОДА(Дата, МЕСЯЦ), РАЗНОСТЬДАТ(Дата, Срок, ДЕНЬ) ИЗ Документ.Д",
         ["Document.Д/Дата", "Document.Д/Дата", "Document.Д/Срок"]),
        # tabular sections
        ("ВЫБРАТЬ Т.Товары.(Товар, Цена.Вид) ИЗ Документ.Д КАК Т",
         ["Document.Д/Товары.Товар", "Document.Д/Товары.Цена.Вид"]),
        ("ВЫБРАТЬ Т.Ссылка.Дата ИЗ Документ.Д.Товары КАК Т",
         ["Document.Д.TabularSection.Товары/Ссылка.Дата"]),
        # constants
        ("ВЫБРАТЬ Константы.Имя, К.Другая.Код ИЗ Константы КАК К, Константы КАК Константы",
         ["Constant.Имя/Value", "Constant.Другая/Value.Код"]),
        # gaps
        ("ВЫБРАТЬ Т.%1, Т.Код ИЗ Справочник.С КАК Т", ["Catalog.С/Код"]),
        ("ВЫБРАТЬ Т.Код ИЗ Справочник.%1 КАК Т, &Т КАК У", []),
    ],
)  # fmt: skip
def test_fields(text: str, expected: list[str]) -> None:
    assert fields(text) == expected


def test_a_field_that_comes_from_a_subquery_is_told_as_traced() -> None:
    found = meaning("ВЫБРАТЬ П.А ИЗ (ВЫБРАТЬ Т.А ИЗ РегистрСведений.Р.СрезПоследних КАК Т) КАК П")
    assert [(use.virtual, use.traced) for use in found.fields] == [
        ("SliceLast", False),
        ("SliceLast", True),
    ]


# --- the rest ---------------------------------------------------------------------------


def test_tables_values_and_types_with_their_tokens() -> None:
    text = """SELECT VALUE(Enum.E.Yes), TYPE(Catalog.C), CAST(D.A AS Catalog.B), TYPE(STRING)
    FROM Document.D AS D LEFT JOIN InformationRegister.R.SliceLast(, B = &P) AS R
    ON D.A REFS Document.X AND D.B = VALUE(Catalog.C.EmptyRef)"""
    parsed = parse(text)
    found = understand(parsed)
    values = parsed.tokens.values
    assert [(use.id, use.virtual, values[use.start]) for use in found.tables] == [
        ("Document.D", "", "Document"),
        ("InformationRegister.R", "SliceLast", "InformationRegister"),
    ]
    of_table = found.tables[1]
    assert values[of_table.end] == ")"
    # Conditions of joins are read before the list of fields.
    assert [(use.id, use.kind, use.note) for use in found.values] == [
        ("Document.X", "refs", ""),
        ("Catalog.C", "value", "EmptyRef"),
        ("Enum.E.EnumValue.Yes", "value", ""),
        ("Catalog.C", "type", ""),
        ("Catalog.B", "cast", ""),
    ]


def test_parameters_are_named_once_in_the_order_of_the_text() -> None:
    text = "ВЫБРАТЬ &Б ИЗ &Таблица КАК Т ГДЕ Т.А В (&а, &б) И Т.Э ССЫЛКА &Тип.Х"
    assert understand(parse(text)).parameters == ["Б", "Таблица", "а", "Тип"]


def test_temporary_tables_made_used_and_dropped() -> None:
    found = meaning(
        "ВЫБРАТЬ 1 КАК А ПОМЕСТИТЬ ВТ1; ВЫБРАТЬ * ИЗ ВТ1, ВТ2 КАК Ч, (ВЫБРАТЬ 1 ИЗ ВТ3) КАК П;"
        "УНИЧТОЖИТЬ ВТ1"
    )
    assert (found.made, found.used, found.dropped) == (["ВТ1"], ["ВТ1", "ВТ2", "ВТ3"], ["ВТ1"])


def test_a_temporary_table_may_be_added_to() -> None:
    text = (
        "ВЫБРАТЬ Т.А ПОМЕСТИТЬ ВТ ИЗ Справочник.С КАК Т; ВЫБРАТЬ Т.Б ДОБАВИТЬ ВТ ИЗ Документ.Д Т;"
        "ВЫБРАТЬ ВТ.А.Х ИЗ ВТ"
    )
    assert fields(text)[2:] == ["Catalog.С/А.Х", "Document.Д/Б.Х"]
    assert meaning(text).made == ["ВТ"]


def test_a_broken_query_gives_what_was_read_of_it() -> None:
    found = understand(
        parse("ВЫБРАТЬ Т.Код ИЗ Справочник.С КАК Т ГДЕ; ВЫБРАТЬ Д.А ИЗ Документ.Д КАК Д")
    )
    assert [use.id for use in found.tables] == ["Catalog.С", "Document.Д"]
    assert [use.path for use in found.fields] == [("Код",), ("А",)]


# --- hostile packages -------------------------------------------------------------------


def package(number: int, first: str, step: str, last: str) -> str:
    """Queries each of which reads the table that the one before has made."""
    steps = [step.format(now=at + 1, before=at) for at in range(number)]
    return ";".join([first, *steps, last.format(now=number)])


STARS = "ВЫБРАТЬ * ПОМЕСТИТЬ Т0 ИЗ Справочник.С КАК С"
NAME = "ВЫБРАТЬ С.А КАК А ПОМЕСТИТЬ Т0 ИЗ Справочник.С КАК С"
LAST = "ВЫБРАТЬ Т.А ИЗ Т{now} КАК Т"


def test_tables_that_take_all_of_a_table_twice_are_read_once() -> None:
    """Else the fields would double with each of the tables."""
    twice = "ВЫБРАТЬ * ПОМЕСТИТЬ Т{now} ИЗ Т{before} КАК Х, Т{before} КАК У"
    assert fields(package(60, STARS, twice, LAST))[-1] == "Catalog.С/А"


def test_a_long_chain_of_tables_is_no_recursion() -> None:
    once = "ВЫБРАТЬ * ПОМЕСТИТЬ Т{now} ИЗ Т{before} КАК Х"
    assert fields(package(3000, STARS, once, LAST)) == ["Catalog.С/А"]


def test_a_table_may_be_added_to_itself() -> None:
    assert fields("ВЫБРАТЬ * ПОМЕСТИТЬ Т ИЗ Справочник.С; ВЫБРАТЬ * ДОБАВИТЬ Т ИЗ Т;"
                  "ВЫБРАТЬ Т.А ИЗ Т") == ["Catalog.С/А"]  # fmt: skip


def test_fields_that_double_with_each_table_are_traced_up_to_a_number() -> None:
    union = (
        "ВЫБРАТЬ Х.А.Б КАК А ПОМЕСТИТЬ Т{now} ИЗ Т{before} КАК Х "
        "ОБЪЕДИНИТЬ ВСЕ ВЫБРАТЬ Х.А.В ИЗ Т{before} КАК Х"
    )
    assert len(fields(package(8, NAME, union, LAST))) == 1 + sum(2 * 2**n for n in range(8)) + 256
    found = meaning(package(40, NAME, union, LAST)).fields
    assert len([use for use in found if use.start == found[-1].start]) == MAX_ORIGINS


def test_paths_that_grow_with_each_table_are_followed_up_to_a_length() -> None:
    longer = "ВЫБРАТЬ Х.А.Б КАК А ПОМЕСТИТЬ Т{now} ИЗ Т{before} КАК Х"
    found = meaning(package(1000, NAME, longer, LAST)).fields
    assert max(len(use.path) for use in found) == MAX_PATH
