"""Queries of both languages give one tree."""

from __future__ import annotations

import pytest

from cai_assets.onec.query import nodes as n
from cai_assets.onec.query.parser import parse
from cai_assets.onec.query.reader import MAX_DEPTH
from cai_assets_tests.onec.query.written import package, written

CLAUSES = [
    ("ВЫБРАТЬ 1", "SELECT 1", "SELECT 1"),
    (
        "ВЫБРАТЬ РАЗРЕШЕННЫЕ РАЗЛИЧНЫЕ ПЕРВЫЕ 10 А КАК Б, Т.А Э ИЗ Т КАК Т",
        "SELECT TOP 10 DISTINCT ALLOWED А AS Б, Т.А AS Э FROM Т Т",
        "SELECT ALLOWED DISTINCT TOP 10 А AS Б, Т.А AS Э FROM Т AS Т",
    ),
    ("ВЫБРАТЬ *, Т.*, Т.Д.*", "SELECT *, Т.*, Т.Д.*", "SELECT *, Т.*, Т.Д.*"),
    (
        "ВЫБРАТЬ А ПОМЕСТИТЬ ВТ ИЗ &Т КАК Т ИНДЕКСИРОВАТЬ ПО А, Б",
        "SELECT А INTO ВТ FROM &Т AS Т INDEX BY А, Б",
        "SELECT А INTO ВТ FROM &Т AS Т INDEX BY А, Б",
    ),
    (
        "ВЫБРАТЬ А ПОМЕСТИТЬ Х ИЗ Т ИНДЕКСИРОВАТЬ ПО НАБОРАМ ((А, Б) УНИКАЛЬНО, (Э))",
        "SELECT А INTO Х FROM Т INDEX BY SETS ((А, Б) УНИКАЛЬНО, (Э))",
        "SELECT А INTO Х FROM Т INDEX BY SETS ((А, Б) UNIQUE, (Э))",
    ),
    ("ВЫБРАТЬ А ДОБАВИТЬ ВТ", "SELECT А ADD ВТ", "SELECT А ADD ВТ"),
    ("УНИЧТОЖИТЬ ВТ; ВЫБРАТЬ 1;", "DROP ВТ; SELECT 1;", "DROP ВТ; SELECT 1"),
    (
        "ВЫБРАТЬ А ИЗ Т ГДЕ Б СГРУППИРОВАТЬ ПО А, Э ИМЕЮЩИЕ СУММА(Г) > 0",
        "SELECT А FROM Т WHERE Б GROUP BY А, Э HAVING SUM(Г) > 0",
        "SELECT А FROM Т WHERE Б GROUP BY А, Э HAVING <SUM(Г) > 0>",
    ),
    (
        "ВЫБРАТЬ А ИЗ Т СГРУППИРОВАТЬ ПО ГРУППИРУЮЩИМ НАБОРАМ ((А, Б), (А), ())",
        "SELECT А FROM Т GROUP BY GROUPING SETS ((А, Б), (А), ())",
        "SELECT А FROM Т GROUP BY GROUPING SETS ((А, Б), (А), ())",
    ),
    (
        "ВЫБРАТЬ А ИЗ Т ДЛЯ ИЗМЕНЕНИЯ Справочник.А, РегистрНакопления.Б.Остатки",
        "SELECT А FROM Т FOR UPDATE Справочник.А, РегистрНакопления.Б.Остатки",
        "SELECT А FROM Т FOR UPDATE Справочник.А, РегистрНакопления.Б.Остатки",
    ),
    (
        "ВЫБРАТЬ А ИЗ Т УПОРЯДОЧИТЬ ПО А ВОЗР, Б УБЫВ, Э ИЕРАРХИЯ, Г ИЕРАРХИЯ УБЫВ "
        "АВТОУПОРЯДОЧИВАНИЕ",
        "SELECT А FROM Т AUTOORDER ORDER BY А ASC, Б DESC, Э HIERARCHY, Г HIERARCHY DESC",
        "SELECT А FROM Т ORDER BY А ASC, Б DESC, Э HIERARCHY, Г DESC HIERARCHY AUTOORDER",
    ),
    (
        "ВЫБРАТЬ А ИЗ Т ИТОГИ СУММА(Б) КАК Б, МАКСИМУМ(Э) ПО ОБЩИЕ, А ИЕРАРХИЯ КАК Г, "
        "Д ТОЛЬКО ИЕРАРХИЯ, Е ПЕРИОДАМИ(МЕСЯЦ, &Н, &К)",
        "SELECT А FROM Т TOTALS SUM(Б) AS Б, MAX(Э) BY OVERALL, А HIERARCHY AS Г, "
        "Д ONLY HIERARCHY, Е PERIODS(МЕСЯЦ, &Н, &К)",
        "SELECT А FROM Т TOTALS SUM(Б) AS Б, MAX(Э) BY OVERALL, А HIERARCHY AS Г, "
        "Д ONLY_HIERARCHY, Е PERIODS(МЕСЯЦ, &Н, &К)",
    ),
    (
        "ВЫБРАТЬ А ИЗ Т УПОРЯДОЧИТЬ ПО А ОБЪЕДИНИТЬ ВСЕ ВЫБРАТЬ Б ИЗ У ОБЪЕДИНИТЬ ВЫБРАТЬ Э",
        "SELECT А FROM Т ORDER BY А UNION ALL SELECT Б FROM У UNION SELECT Э",
        "SELECT А FROM Т ORDER BY А UNION ALL SELECT Б FROM У UNION SELECT Э",
    ),
]

SOURCES = [
    (
        "Т ЛЕВОЕ СОЕДИНЕНИЕ У ПО Т.А = У.А ПРАВОЕ ВНЕШНЕЕ СОЕДИНЕНИЕ Ф ПО ИСТИНА",
        "Т LEFT OUTER JOIN У ON Т.А = У.А RIGHT JOIN Ф BY TRUE",
        "Т LEFT JOIN У ON <Т.А = У.А> RIGHT JOIN Ф ON TRUE",
    ),
    (
        "Т ПОЛНОЕ СОЕДИНЕНИЕ У ПО А ВНУТРЕННЕЕ СОЕДИНЕНИЕ Ф ПО Б СОЕДИНЕНИЕ Х ПО Э, Ц",
        "Т FULL JOIN У ON А INNER JOIN Ф ON Б JOIN Х ON Э, Ц",
        "Т FULL JOIN У ON А INNER JOIN Ф ON Б INNER JOIN Х ON Э, Ц",
    ),
    (
        "Т ЛЕВОЕ СОЕДИНЕНИЕ У ВНУТРЕННЕЕ СОЕДИНЕНИЕ Ф ПО А ПО Б",
        "Т LEFT JOIN У INNER JOIN Ф ON А ON Б",
        "Т LEFT JOIN У INNER JOIN Ф ON А ON Б",
    ),
    (
        "(ВЫБРАТЬ А ИЗ Т ОБЪЕДИНИТЬ ВЫБРАТЬ Б) КАК П",
        "(SELECT А FROM Т UNION SELECT Б) П",
        "(SELECT А FROM Т UNION SELECT Б) AS П",
    ),
    ("(Т КАК У) КАК Ф", "(Т У) Ф", "Т AS Ф"),
    (
        "РегистрНакопления.Т.Остатки(&Дата, Склад В (&С)) КАК О",
        "AccumulationRegister.Т.Balance(&Дата, Склад IN (&С)) AS О",
        None,
    ),
    ("РегистрСведений.Т.СрезПоследних", "InformationRegister.Т.SliceLast", None),
    ("РегистрНакопления.Т.Обороты(, , День, )", "AccumulationRegister.Т.Turnovers(,,День,)", None),
    ("КритерийОтбора.К(&П) КАК К", "FilterCriterion.К(&П) AS К", None),
]  # fmt: skip

EXPRESSIONS = [
    ("А ИЛИ Б И НЕ Э = Г", "А OR Б AND NOT Э = Г", "<А OR <Б AND <NOT <Э = Г>>>>"),
    ("А + Б * -Э / 2 - Г", "А + Б * -Э / 2 - Г", "<<А + <<Б * <- Э>> / 2>> - Г>"),
    ("А - Б - Э", "А - Б - Э", "<<А - Б> - Э>"),
    ("А <> Б + 1 И Э >= 2", "А <> Б + 1 AND Э >= 2", "<<А <> <Б + 1>> AND <Э >= 2>>"),
    ("А ЕСТЬ NULL И Б ЕСТЬ НЕ NULL", "А IS NULL AND Б IS NOT NULL",
     "<<А IS NULL> AND <Б IS NOT NULL>>"),
    ("А МЕЖДУ 1 И 2 ИЛИ Б", "А BETWEEN 1 AND 2 OR Б", "<<А BETWEEN 1 AND 2> OR Б>"),
    ("А В (1, &Б)", "А IN (1, &Б)", "<А IN (1, &Б)>"),
    ("А НЕ В (ВЫБРАТЬ Б ИЗ Т)", "А NOT IN (SELECT Б FROM Т)", "<А NOT IN (SELECT Б FROM Т)>"),
    ("(А, Б) В (ВЫБРАТЬ Э, Г)", "(А, Б) IN (SELECT Э, Г)", "<(А, Б) IN (SELECT Э, Г)>"),
    ("А В ИЕРАРХИИ (&Б)", "А IN HIERARCHY (&Б)", "<А IN HIERARCHY (&Б)>"),
    ('А ПОДОБНО "%~_" СПЕЦСИМВОЛ "~"', 'А LIKE "%~_" ESCAPE "~"', "<А LIKE '%~_' ESCAPE '~'>"),
    ("А НЕ ПОДОБНО &Б + \"%\"", "А NOT LIKE &Б + \"%\"", "<А NOT LIKE <&Б + '%'>>"),
    ("А ССЫЛКА Документ.Д И Б", "А REFS Документ.Д AND Б", "<<А REFS Документ.Д> AND Б>"),
    ("ВЫБОР КОГДА А ТОГДА 1 КОГДА Б ТОГДА 2 ИНАЧЕ 3 КОНЕЦ",
     "CASE WHEN А THEN 1 WHEN Б THEN 2 ELSE 3 END",
     "CASE WHEN А THEN 1 WHEN Б THEN 2 ELSE 3 END"),
    ("ВЫБОР А КОГДА 1 ТОГДА ИСТИНА КОНЕЦ", "CASE А WHEN 1 THEN TRUE END",
     "CASE А WHEN 1 THEN TRUE END"),
    ("ВЫРАЗИТЬ(А КАК Справочник.С).Код", "CAST(А AS Справочник.С).Код",
     "CAST(А AS Справочник.С).Код"),
    ("ВЫРАЗИТЬ(А КАК СТРОКА(10))", "CAST(А AS STRING(10))", "CAST(А AS STRING(10))"),
    ("ВЫРАЗИТЬ(А КАК ЧИСЛО(15, 2))", "CAST(А AS NUMBER(15, 2))", "CAST(А AS NUMBER(15, 2))"),
    ("ЗНАЧЕНИЕ(Справочник.С.ПустаяСсылка)", "VALUE(Справочник.С.ПустаяСсылка)",
     "VALUE(Справочник.С.ПустаяСсылка)"),
    ("ЗНАЧЕНИЕ(Документ.Д.)", "VALUE(Документ.Д.)", "VALUE(Документ.Д.)"),
    ("ТИПЗНАЧЕНИЯ(А) = ТИП(ЧИСЛО)", "VALUETYPE(А) = TYPE(NUMBER)", "<VALUETYPE(А) = TYPE(NUMBER)>"),
    ("ЕСТЬNULL(А, 0)", "ISNULL(А, 0)", "ISNULL(А, 0)"),
    ("КОЛИЧЕСТВО(*) + КОЛИЧЕСТВО(РАЗЛИЧНЫЕ А)", "COUNT(*) + COUNT(DISTINCT А)",
     "<COUNT(*) + COUNT(DISTINCT А)>"),
    ("ДАТАВРЕМЯ(2020, 1, 1)", "DATETIME(2020, 1, 1)", "DATETIME(2020, 1, 1)"),
    ("РАЗНОСТЬДАТ(А, Б, ДЕНЬ)", "DATEDIFF(А, Б, ДЕНЬ)", "DATEDIFF(А, Б, ДЕНЬ)"),
    ("ЛЕВ(А, 2) + ПРАВ(А, 1)", "LEFT(А, 2) + RIGHT(А, 1)", "<LEFT(А, 2) + RIGHT(А, 1)>"),
    ("НЕОПРЕДЕЛЕНО", "UNDEFINED", "UNDEFINED"),
    ("NULL", "NULL", "NULL"),
    ('"а ""б"" // в"', '"а ""б"" // в"', "'а \"б\" // в'"),
    ("Товары.(Товар КАК Т, Цена.Вид)", "Товары.(Товар AS Т, Цена.Вид)",
     "Товары.(Товар AS Т, Цена.Вид)"),
    ("ПУСТАЯТАБЛИЦА.(А, Б)", "EMPTYTABLE.(А, Б)", None),
    ("((А))", "((А))", "((А))"),
    ("Т . А", "Т . А", "Т.А"),
    ("1.50", "1.50", "1.50"),
]  # fmt: skip


@pytest.mark.parametrize(("russian", "english", "expected"), CLAUSES)
def test_clauses(russian: str, english: str, expected: str) -> None:
    assert written(russian) == expected
    assert written(english) == expected
    assert written(russian.lower()).lower() == expected.lower()


@pytest.mark.parametrize(("russian", "english", "expected"), SOURCES)
def test_sources(russian: str, english: str, expected: str | None) -> None:
    of_both = [written(f"ВЫБРАТЬ А ИЗ {text}") for text in (russian, english)]
    if expected is not None:
        assert of_both == [f"SELECT А FROM {expected}"] * 2
    virtual = {text.partition(":")[2] for text in of_both}
    assert len(virtual) == 1


@pytest.mark.parametrize(("russian", "english", "expected"), EXPRESSIONS)
def test_expressions(russian: str, english: str, expected: str | None) -> None:
    of_both = [written(f"SELECT {text} КАК Х") for text in (russian, english)]
    if expected is not None:
        assert of_both == [f"SELECT {expected} AS Х"] * 2
    assert [written(f"ВЫБРАТЬ А ИЗ Т ГДЕ {text}") for text in (russian, english)] == [
        text.replace("SELECT", "SELECT А FROM Т WHERE", 1).removesuffix(" AS Х") for text in of_both
    ]


@pytest.mark.parametrize(
    "name",
    ["Количество", "Дата", "Сумма", "Ссылка", "Значение", "Тип", "Итоги", "Общие", "Order", "Left",
     "Index", "Group", "Год", "Первые", "Все", "Набор", "Представление", "Full", "Refs", "Value"],
)  # fmt: skip
def test_keywords_may_be_names(name: str) -> None:
    text = f"ВЫБРАТЬ {name}, Т.{name}, Т.{name} КАК {name} ИЗ Т КАК Т УПОРЯДОЧИТЬ ПО {name}"
    assert written(text) == (
        f"SELECT {name}, Т.{name}, Т.{name} AS {name} FROM Т AS Т ORDER BY {name}"
    )


@pytest.mark.parametrize("word", ["ИЗ", "Выбор", "Where", "И", "Null", "Конец"])
def test_any_word_is_a_name_behind_a_dot_and_as(word: str) -> None:
    text = f"ВЫБРАТЬ Т.{word} КАК {word} ИЗ Справочник.{word} КАК {word}"
    assert written(text) == f"SELECT Т.{word} AS {word} FROM Справочник.{word} AS {word}"


def test_data_composition_extends_every_part() -> None:
    text = """ВЫБРАТЬ О.Товар {ВЫБРАТЬ Товар.*, Склад.* КАК С}
    ИЗ РегистрНакопления.Т.Остатки({(&Период)}, А = 1 {(Товар).* КАК Товар} {Склад}) КАК О
    {ЛЕВОЕ СОЕДИНЕНИЕ У ПО О.А = У.А ЛЕВОЕ СОЕДИНЕНИЕ Ф ПО ИСТИНА}
    {ГДЕ О.Товар.* КАК Товар, (О.Б = &Б)}
    {УПОРЯДОЧИТЬ ПО Товар.*} {ИТОГИ ПО Товар.*}
    {ХАРАКТЕРИСТИКИ ТИП(Справочник.С) ВИДЫХАРАКТЕРИСТИК {А} ПОЛЕКЛЮЧА Ссылка}"""
    assert written(text) == (
        "SELECT О.Товар FROM РегистрНакопления.Т.Остатки:Balance"
        "({(&Период)}, <А = 1> {(Товар).* AS Товар} {Склад}) AS О"
        " {LEFT JOIN У ON <О.А = У.А>} {LEFT JOIN Ф ON TRUE}"
        " {SELECT Товар.*, Склад.* AS С} {WHERE О.Товар.* AS Товар, (<О.Б = &Б>)}"
        " {ORDER Товар.*} {TOTALS Товар.*} {CHARACTERISTICS}"
    )


def test_a_virtual_table_tells_missing_and_omitted_parameters() -> None:
    tables = {}
    for written_as in ("", "()", "(, )", "(&А, )"):
        query = parse(f"ВЫБРАТЬ 1 ИЗ РегистрСведений.Ц.СрезПоследних{written_as}").package.queries[
            0
        ]
        assert isinstance(query, n.Query)
        table = query.selects[0].sources[0].table
        assert isinstance(table, n.VirtualTable)
        parameters = table.parameters
        tables[written_as] = None if parameters is None else [p.omitted for p in parameters]
    assert tables == {"": None, "()": [], "(, )": [True, True], "(&А, )": [False, True]}


def test_gaps_that_code_fills_are_read() -> None:
    text = (
        "ВЫБРАТЬ %1, Т.%2, &&П, #Поле ПОМЕСТИТЬ ВТ#1 ИЗ Справочник.[Имя] КАК Т, %3.Товары КАК У, %4"
    )
    assert written(text) == (
        "SELECT %1, Т.%2, &&П, #Поле INTO ВТ#1 FROM Справочник.[Имя] AS Т, %3.Товары AS У, %4"
    )


def test_comments_are_left_out() -> None:
    assert written("// ВЫБРАТЬ\nВЫБРАТЬ // 1\n 2 // ;\n") == "SELECT 2"


def test_positions_are_those_of_tokens() -> None:
    parsed = parse("ВЫБРАТЬ\n\tТ.А.Б КАК Э // х\nИЗ\n\tСправочник.Т КАК Т\nГДЕ Т.А + 1 = &П")
    (query,) = parsed.package.queries
    assert isinstance(query, n.Query)
    (select,) = query.selects
    path = select.fields[0].value
    assert isinstance(path, n.Field)
    assert [parsed.tokens.place_of(path.start + at) for at in range(3)] == [(2, 2), (2, 3), (2, 5)]
    assert parsed.tokens.place_of(select.fields[0].alias_at) == (2, 12)
    assert parsed.tokens.place_of(select.from_at) == (3, 1)
    assert parsed.tokens.place_of(select.where_at) == (5, 1)
    assert isinstance(select.where, n.Binary)
    assert parsed.tokens.values[select.where.position] == "="
    assert (select.where.start, select.where.end) == (select.where_at + 1, len(parsed.tokens) - 1)
    assert (query.start, query.end) == (0, len(parsed.tokens) - 1)


# --- errors -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (1, 1), "expected 'ВЫБРАТЬ' (SELECT), found the end of the query"),
        ("ИЗ Т", (1, 1), "expected 'ВЫБРАТЬ' (SELECT), found 'ИЗ'"),
        ("ВЫБРАТЬ", (1, 8), "expected an expression, found the end of the query"),
        ("ВЫБРАТЬ\n  А,\nИЗ Т", (3, 1), "expected an expression, found 'ИЗ'"),
        ("ВЫБРАТЬ А ИЗ", (1, 13), "expected the name of a table, found the end of the query"),
        ("ВЫБРАТЬ (А", (1, 11), "expected ',' or ')', found the end of the query"),
        ("ВЫБРАТЬ А ИЗ Т ГДЕ А = ", (1, 24), "expected an expression, found the end of the query"),
        ("ВЫБРАТЬ А ГДЕ Б ИЗ Т", (1, 17), "expected ';' or the end of the query, found 'ИЗ'"),
        ("ВЫБРАТЬ А ИЗ Т ЛЕВОЕ СОЕДИНЕНИЕ У ГДЕ А", (1, 35), "expected 'ПО' (ON), found 'ГДЕ'"),
        ("ВЫБРАТЬ ВЫБОР КОГДА А ТОГДА 1", (1, 30),
         "expected 'КОГДА' (WHEN), found the end of the query"),
        ("ВЫБРАТЬ ВЫБОР А КОНЕЦ", (1, 17), "expected 'КОГДА' (WHEN), found 'КОНЕЦ'"),
        ("ВЫБРАТЬ Т.", (1, 11), "expected a name, '*' or '(', found the end of the query"),
        ("ВЫБРАТЬ А КАК", (1, 14), "expected a name, found the end of the query"),
        ('ВЫБРАТЬ "А', (1, 9), "the string has no closing quote"),
        ("ВЫБРАТЬ Фу(А)", (1, 9), "unknown function 'Фу'"),
        ("ВЫБРАТЬ А НЕ Б", (1, 14), "expected 'В' (IN), found 'Б'"),
        ("ВЫБРАТЬ А ОБЪЕДИНИТЬ Б", (1, 22), "expected 'ВЫБРАТЬ' (SELECT), found 'Б'"),
        ("ВЫБРАТЬ А ! Б", (1, 11), "expected ';' or the end of the query, found '!'"),
    ],
)  # fmt: skip
def test_an_error_tells_what_was_expected_where(
    text: str, place: tuple[int, int], message: str
) -> None:
    assert parse(text).errors == [(*place, message)]


def test_parsing_goes_on_behind_a_semicolon() -> None:
    parsed = parse("ВЫБРАТЬ А, ИЗ Т; УНИЧТОЖИТЬ; ВЫБРАТЬ Б; Х; ВЫБРАТЬ Э Г Д; ВЫБРАТЬ Е")
    assert [error[:2] for error in parsed.errors] == [(1, 12), (1, 28), (1, 41), (1, 56)]
    assert package(parsed.package) == ("SELECT; BROKEN; SELECT Б; BROKEN; SELECT Э AS Г; SELECT Е")
    broken = [query for query in parsed.package.queries if isinstance(query, n.Query)]
    assert [query.has_errors for query in broken] == [True, False, True, False]


def test_what_was_read_of_a_broken_query_stays() -> None:
    (query,) = parse("ВЫБРАТЬ А, Б ИЗ Т КАК Т ГДЕ").package.queries
    assert isinstance(query, n.Query)
    assert query.has_errors
    values = [field.value for field in query.selects[0].fields]
    assert [value.names for value in values if type(value) is n.Field] == [("А",), ("Б",)]
    assert len(query.selects[0].sources) == 1


@pytest.mark.parametrize("opening", ["(", "НЕ ", "- ", "ВЫБОР КОГДА ", "СУММА(", "(ВЫБРАТЬ "])
def test_nesting_has_a_limit(opening: str) -> None:
    (error,) = parse("ВЫБРАТЬ " + opening * 10_000).errors
    assert error.message == f"nesting is deeper than {MAX_DEPTH} levels"


def test_long_chains_of_operators_are_no_nesting() -> None:
    condition = " ИЛИ ".join(f"А = {number}" for number in range(5000))
    assert parse(f"ВЫБРАТЬ 1 ГДЕ {condition}").errors == []
