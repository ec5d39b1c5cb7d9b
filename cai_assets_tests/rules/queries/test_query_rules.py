"""Each rule about queries: a query with the finding and one without, by the words it marks."""

from __future__ import annotations

import pytest

from cai_assets.onec.query.parser import parse
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.model import Scope
from cai_assets.rules.query import QueryView

FOUND: dict[str, list[tuple[str, list[str]]]] = {
    "QueryParseError": [
        ("ВЫБРАТЬ Код ИЗ ГДЕ", ["ВЫБРАТЬ Код ИЗ ГДЕ"]),
        ("SELECT 1; SELECT FROM Catalog.Goods", ["SELECT FROM Catalog.Goods"]),
    ],
    "UnionAll": [
        ("ВЫБРАТЬ 1 ОБЪЕДИНИТЬ ВЫБРАТЬ 2", ["ОБЪЕДИНИТЬ"]),
        ("SELECT 1 UNION SELECT 2 UNION ALL SELECT 3", ["UNION"]),
    ],
    "SelectTopWithoutOrderBy": [
        ("ВЫБРАТЬ ПЕРВЫЕ 10 Код ИЗ Справочник.Товары", ["ПЕРВЫЕ 10"]),
        (
            "SELECT TOP 1 Code FROM Catalog.Goods UNION ALL SELECT TOP 5 Code FROM Catalog.Goods",
            ["TOP 1", "TOP 5"],
        ),
    ],
    "VirtualTableCallWithoutParameters": [
        (
            "ВЫБРАТЬ 1 ИЗ РегистрНакопления.Запасы.Остатки()",
            ["РегистрНакопления.Запасы.Остатки()"],
        ),
        (
            "SELECT 1 FROM AccumulationRegister.Stock.Balance(&Period,) AS S",
            ["AccumulationRegister.Stock.Balance(&Period,)"],
        ),
    ],
    "IncorrectUseLikeInQuery": [
        (
            "ВЫБРАТЬ 1 ИЗ Справочник.Товары КАК Т ГДЕ Т.Код ПОДОБНО Т.Артикул",
            ["Т.Код ПОДОБНО Т.Артикул"],
        ),
    ],
    "LogicalOrInTheWhereSectionOfQuery": [
        (
            "ВЫБРАТЬ 1 ИЗ Справочник.Товары КАК Т ГДЕ Т.Код = 1 ИЛИ Т.Цена > 2 И (Т.А ИЛИ Т.Б)",
            ["ИЛИ", "ИЛИ"],
        ),
    ],
    "LogicalOrInJoinQuerySection": [
        (
            "ВЫБРАТЬ 1 ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ ВТ2 КАК Б "
            "ПО А.К = Б.К И (Б.Цена > 1 ИЛИ Б.Сумма > 1)",
            ["ИЛИ"],
        ),
        ("SELECT 1 FROM TT AS A INNER JOIN T2 AS B ON A.X = B.X OR A.Y = B.Y", ["OR"]),
    ],
    "FullOuterJoinQuery": [
        (
            "ВЫБРАТЬ 1 ИЗ ВТ КАК А ПОЛНОЕ ВНЕШНЕЕ СОЕДИНЕНИЕ ВТ2 КАК Б ПО А.К = Б.К",
            ["ПОЛНОЕ ВНЕШНЕЕ СОЕДИНЕНИЕ"],
        ),
    ],
    "JoinWithSubQuery": [
        (
            "ВЫБРАТЬ 1 ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ (ВЫБРАТЬ 1 КАК К) КАК Б ПО А.К = Б.К",
            ["ВЫБРАТЬ 1 КАК К"],
        ),
        ("SELECT 1 FROM (SELECT 2 AS K) AS A LEFT JOIN TT AS B ON A.K = B.K", ["SELECT 2 AS K"]),
    ],
    "JoinWithVirtualTable": [
        (
            "ВЫБРАТЬ 1 ИЗ ВТ КАК А "
            "ЛЕВОЕ СОЕДИНЕНИЕ РегистрСведений.Цены.СрезПоследних(&Д, ) КАК Б ПО А.К = Б.К",
            ["РегистрСведений.Цены.СрезПоследних(&Д, )"],
        ),
    ],
    "QueryNestedFieldsByDot": [
        (
            "ВЫБРАТЬ Т.Поставщик.Наименование ИЗ Справочник.Товары КАК Т",
            ["Т.Поставщик.Наименование"],
        ),
        (
            "ВЫБРАТЬ 1 ИЗ РегистрНакопления.Запасы.Остатки(, Товар.Вид = &Вид) КАК Т",
            ["Товар.Вид"],
        ),
    ],
    "RefOveruse": [
        ("ВЫБРАТЬ Т.Поставщик.Ссылка ИЗ Справочник.Товары КАК Т", ["Т.Поставщик.Ссылка"]),
        ("ВЫБРАТЬ Т.Ссылка.Код ИЗ Справочник.Товары КАК Т", ["Т.Ссылка.Код"]),
    ],
    "FieldsFromJoinsWithoutIsNull": [
        (
            "ВЫБРАТЬ Б.Сумма ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ ВТ2 КАК Б ПО А.К = Б.К",
            ["ЛЕВОЕ СОЕДИНЕНИЕ ВТ2 КАК Б ПО А.К = Б.К"],
        ),
    ],
    "TemporaryTableWithoutIndex": [
        (
            "ВЫБРАТЬ Т.Код КАК К ПОМЕСТИТЬ ВТ ИЗ Справочник.Товары КАК Т; "
            "ВЫБРАТЬ 1 ИЗ Справочник.Цены КАК Ц ВНУТРЕННЕЕ СОЕДИНЕНИЕ вт КАК А ПО А.К = Ц.К; "
            "ВЫБРАТЬ 1 ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ Справочник.Цены КАК Ц ПО А.К = Ц.К",
            ["ПОМЕСТИТЬ ВТ"],
        ),
        (
            "SELECT TOP 5 G.Ref AS K INTO TT FROM Catalog.Goods AS G "
            "UNION ALL SELECT G.Ref FROM Catalog.Other AS G; "
            "SELECT 1 FROM Catalog.Goods AS G WHERE (G.Ref, 1) IN (SELECT T.K, 1 FROM TT AS T)",
            ["INTO TT"],
        ),
    ],
}

NOT_FOUND: dict[str, list[str]] = {
    "QueryParseError": ["ВЫБРАТЬ Код ИЗ Справочник.Товары; УНИЧТОЖИТЬ ВТ"],
    "UnionAll": ["ВЫБРАТЬ 1 ОБЪЕДИНИТЬ ВСЕ ВЫБРАТЬ 2"],
    "SelectTopWithoutOrderBy": [
        "ВЫБРАТЬ ПЕРВЫЕ 1 Код ИЗ Справочник.Товары",
        "ВЫБРАТЬ ПЕРВЫЕ 10 Код ИЗ Справочник.Товары УПОРЯДОЧИТЬ ПО Код",
    ],
    "VirtualTableCallWithoutParameters": [
        "ВЫБРАТЬ 1 ИЗ РегистрНакопления.Запасы.Остатки(, Товар = &Товар)",
        "ВЫБРАТЬ 1 ИЗ РегистрНакопления.Запасы.Остатки(, {Товар.* КАК Товар})",
    ],
    "IncorrectUseLikeInQuery": [
        'ВЫБРАТЬ 1 ИЗ Справочник.Товары КАК Т ГДЕ Т.Код ПОДОБНО &Код ИЛИ Т.Код ПОДОБНО "1%"',
    ],
    "LogicalOrInTheWhereSectionOfQuery": [
        "ВЫБРАТЬ Т.А ИЛИ Т.Б ИЗ Справочник.Товары КАК Т ГДЕ Т.Код = 1 И Т.Цена > 2",
    ],
    "LogicalOrInJoinQuerySection": [
        "ВЫБРАТЬ 1 ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ ВТ2 КАК Б "
        "ПО А.К = Б.К И (Б.Цена = 1 ИЛИ Б.Цена = 3)",
    ],
    "FullOuterJoinQuery": ["ВЫБРАТЬ 1 ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ ВТ2 КАК Б ПО А.К = Б.К"],
    "JoinWithSubQuery": ["ВЫБРАТЬ 1 ИЗ (ВЫБРАТЬ 2 КАК К) КАК А"],
    "JoinWithVirtualTable": ["ВЫБРАТЬ 1 ИЗ РегистрСведений.Цены.СрезПоследних(&Д, ) КАК Б"],
    "QueryNestedFieldsByDot": [
        "ВЫБРАТЬ Т.Поставщик, Справочник.Товары.Код ИЗ Справочник.Товары КАК Т",
    ],
    "RefOveruse": [
        "ВЫБРАТЬ Т.Ссылка, Т.Поставщик ИЗ Справочник.Товары КАК Т",
        "ВЫБРАТЬ Т.Ссылка.Дата ИЗ Документ.Заказ.Товары КАК Т",
        "ВЫБРАТЬ Т.Ссылка.Код ИЗ Справочник.",
    ],
    "FieldsFromJoinsWithoutIsNull": [
        "ВЫБРАТЬ ЕСТЬNULL(Б.Сумма, 0) ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ ВТ2 КАК Б ПО А.К = Б.К",
        "ВЫБРАТЬ Б.Сумма ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ ВТ2 КАК Б ПО А.К = Б.К ГДЕ НЕ Б.К ЕСТЬ NULL",
    ],
    "TemporaryTableWithoutIndex": [
        "ВЫБРАТЬ Т.Код КАК К ПОМЕСТИТЬ ВТ ИЗ Справочник.Товары КАК Т ИНДЕКСИРОВАТЬ ПО К; "
        "ВЫБРАТЬ 1 ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ Справочник.Цены КАК Ц ПО А.К = Ц.К",
        "ВЫБРАТЬ Т.Код КАК К ПОМЕСТИТЬ ВТ ИЗ Справочник.Товары КАК Т; "
        "ВЫБРАТЬ 1 ИЗ ВТ КАК А ГДЕ А.К В (ВЫБРАТЬ Ц.К ИЗ Справочник.Цены КАК Ц)",
        "ВЫБРАТЬ Т.Код КАК К ПОМЕСТИТЬ ВТ ИЗ Справочник.Товары КАК Т; УНИЧТОЖИТЬ ВТ; "
        "ВЫБРАТЬ 1 ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ Справочник.Цены КАК Ц ПО А.К = Ц.К",
        "ВЫБРАТЬ ПЕРВЫЕ 999 Т.Код КАК К ПОМЕСТИТЬ ВТ ИЗ Справочник.Товары КАК Т; "
        "ВЫБРАТЬ 1 КАК К ПОМЕСТИТЬ ВТ2; "
        "ВЫБРАТЬ 1 ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ ВТ2 КАК Б ПО А.К = Б.К",
    ],
}


def marked(key: str, text: str, form: str = "whole") -> list[str]:
    """The parts of the query that the rule marks."""
    parsed = parse(text)
    rule = all_rules()[key]
    tokens = parsed.tokens
    return [
        text[tokens.offsets[f.first] : tokens.offsets[f.last] + len(tokens.values[f.last])]
        for f in rule.check(QueryView(parsed, form=form), rule.options())
    ]


def test_every_query_rule_has_both_examples() -> None:
    keys = {rule.key for rule in all_rules().values() if rule.scope is Scope.QUERY}
    assert keys == set(FOUND) == set(NOT_FOUND)


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [(key, text, words) for key, cases in FOUND.items() for text, words in cases],
)
def test_finding(key: str, text: str, words: list[str]) -> None:
    assert marked(key, text) == words


@pytest.mark.parametrize(
    ("key", "text"), [(key, text) for key, texts in NOT_FOUND.items() for text in texts]
)
def test_no_finding(key: str, text: str) -> None:
    assert marked(key, text) == []


def test_parts_of_queries_are_not_held_to_be_queries() -> None:
    assert marked("QueryParseError", "ВЫБРАТЬ Код ИЗ Справочник.", form="fragment") == []


def test_top_one_is_reported_where_a_team_wants_it() -> None:
    rule = all_rules()["SelectTopWithoutOrderBy"]
    view = QueryView(parse("ВЫБРАТЬ ПЕРВЫЕ 1 Код ИЗ Справочник.Товары"))
    assert not list(rule.check(view, rule.options()))
    assert list(rule.check(view, rule.options({"skipSelectTopOne": False})))


def test_how_small_a_temporary_table_may_be_without_an_index() -> None:
    rule = all_rules()["TemporaryTableWithoutIndex"]
    view = QueryView(
        parse(
            "ВЫБРАТЬ ПЕРВЫЕ 50 Т.Код КАК К ПОМЕСТИТЬ ВТ ИЗ Справочник.Товары КАК Т; "
            "ВЫБРАТЬ 1 ИЗ ВТ КАК А ЛЕВОЕ СОЕДИНЕНИЕ Справочник.Цены КАК Ц ПО А.К = Ц.К"
        )
    )
    assert not list(rule.check(view, rule.options()))
    assert list(rule.check(view, rule.options({"smallTable": 10})))
