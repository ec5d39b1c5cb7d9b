"""Kinds of tokens of the query language, its keywords in both languages, and their descriptions.

A word is a keyword only where the grammar asks for it: 1C allows most of them as names of fields
and tables, and any word behind a dot or `КАК`. `HARD` are those that never begin an expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Final

_number = count()

END: Final = next(_number)
"""Behind the last token, so that a parser may look ahead without asking where the text ends."""
NAME: Final = next(_number)
MEMBER: Final = next(_number)  # `.Имя`
DOT: Final = next(_number)  # before `*`, `(` or nothing
NUMBER: Final = next(_number)
STRING: Final = next(_number)
OPEN_STRING: Final = next(_number)  # without its closing quote
PARAMETER: Final = next(_number)
PLACEHOLDER: Final = next(_number)
COMMENT: Final = next(_number)
UNKNOWN: Final = next(_number)

COMMA: Final = next(_number)
SEMICOLON: Final = next(_number)
LEFT_PAREN: Final = next(_number)
RIGHT_PAREN: Final = next(_number)
LEFT_BRACE: Final = next(_number)
RIGHT_BRACE: Final = next(_number)
STAR: Final = next(_number)
SLASH: Final = next(_number)
PLUS: Final = next(_number)
MINUS: Final = next(_number)
COMPARISON: Final = next(_number)

ALLOWED: Final = next(_number)
AND: Final = next(_number)
AS: Final = next(_number)
ASC: Final = next(_number)
AUTOORDER: Final = next(_number)
BETWEEN: Final = next(_number)
BY: Final = next(_number)
CASE: Final = next(_number)
DESC: Final = next(_number)
DISTINCT: Final = next(_number)
ELSE: Final = next(_number)
END_CASE: Final = next(_number)
ESCAPE: Final = next(_number)
FALSE: Final = next(_number)
FROM: Final = next(_number)
HAVING: Final = next(_number)
IN: Final = next(_number)
INTO: Final = next(_number)
IS: Final = next(_number)
LIKE: Final = next(_number)
NOT: Final = next(_number)
NULL: Final = next(_number)
OR: Final = next(_number)
SELECT: Final = next(_number)
THEN: Final = next(_number)
TRUE: Final = next(_number)
UNDEFINED: Final = next(_number)
WHEN: Final = next(_number)
WHERE: Final = next(_number)
_FIRST_SOFT: Final = next(_number)

ADD: Final = _FIRST_SOFT
ALL: Final = next(_number)
CAST: Final = next(_number)
CHARACTERISTICS: Final = next(_number)
DROP: Final = next(_number)
EMPTY_TABLE: Final = next(_number)
FOR: Final = next(_number)
FULL: Final = next(_number)
FUNCTION: Final = next(_number)
GROUP: Final = next(_number)
GROUPING: Final = next(_number)
HIERARCHY: Final = next(_number)
INDEX: Final = next(_number)
INNER: Final = next(_number)
JOIN: Final = next(_number)
LEFT: Final = next(_number)
ONLY: Final = next(_number)
ORDER: Final = next(_number)
OUTER: Final = next(_number)
OVERALL: Final = next(_number)
PERIODS: Final = next(_number)
REFS: Final = next(_number)
RIGHT: Final = next(_number)
SETS: Final = next(_number)
TOP: Final = next(_number)
TOTALS: Final = next(_number)
TYPE: Final = next(_number)
UNION: Final = next(_number)
UNIQUE: Final = next(_number)
UPDATE: Final = next(_number)
VALUE: Final = next(_number)
COUNT: Final = next(_number)

KEYWORDS: Final[Mapping[int, tuple[str, ...]]] = {
    ADD: ("добавить", "add"),
    ALL: ("все", "all"),
    ALLOWED: ("разрешенные", "разрешённые", "allowed"),
    AND: ("и", "and"),
    AS: ("как", "as"),
    ASC: ("возр", "asc"),
    AUTOORDER: ("автоупорядочивание", "autoorder"),
    BETWEEN: ("между", "between"),
    BY: ("по", "by", "on"),
    CASE: ("выбор", "case"),
    CAST: ("выразить", "cast"),
    CHARACTERISTICS: ("характеристики", "characteristics"),
    DESC: ("убыв", "desc"),
    DISTINCT: ("различные", "distinct"),
    DROP: ("уничтожить", "drop"),
    ELSE: ("иначе", "else"),
    EMPTY_TABLE: ("пустаятаблица", "emptytable"),
    END_CASE: ("конец", "end"),
    ESCAPE: ("спецсимвол", "escape"),
    FALSE: ("ложь", "false"),
    FOR: ("для", "for"),
    FROM: ("из", "from"),
    FULL: ("полное", "full"),
    GROUP: ("сгруппировать", "group"),
    GROUPING: ("группирующим", "grouping"),
    HAVING: ("имеющие", "having"),
    HIERARCHY: ("иерархия", "иерархии", "hierarchy"),
    IN: ("в", "in"),
    INDEX: ("индексировать", "index"),
    INNER: ("внутреннее", "inner"),
    INTO: ("поместить", "into"),
    IS: ("есть", "is"),
    JOIN: ("соединение", "join"),
    LEFT: ("левое", "left"),
    LIKE: ("подобно", "like"),
    NOT: ("не", "not"),
    NULL: ("null",),
    ONLY: ("только", "only"),
    OR: ("или", "or"),
    ORDER: ("упорядочить", "order"),
    OUTER: ("внешнее", "outer"),
    OVERALL: ("общие", "overall"),
    PERIODS: ("периодами", "periods"),
    REFS: ("ссылка", "refs"),
    RIGHT: ("правое", "right"),
    SELECT: ("выбрать", "select"),
    SETS: ("наборам", "sets"),
    THEN: ("тогда", "then"),
    TOP: ("первые", "top"),
    TOTALS: ("итоги", "totals"),
    TRUE: ("истина", "true"),
    TYPE: ("тип", "type"),
    UNDEFINED: ("неопределено", "undefined"),
    UNION: ("объединить", "union"),
    UNIQUE: ("уникально", "unique"),
    UPDATE: ("изменения", "update"),
    VALUE: ("значение", "value"),
    WHEN: ("когда", "when"),
    WHERE: ("где", "where"),
}

FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "ACOS": ("acos",),
    "ASIN": ("asin",),
    "ATAN": ("atan",),
    "AVG": ("среднее", "avg"),
    "BEGINOFPERIOD": ("началопериода", "beginofperiod"),
    "COS": ("cos",),
    "COUNT": ("количество", "count"),
    "DATEADD": ("добавитькдате", "dateadd"),
    "DATEDIFF": ("разностьдат", "datediff"),
    "DATETIME": ("датавремя", "datetime"),
    "DAY": ("день", "day"),
    "DAYOFYEAR": ("деньгода", "dayofyear"),
    "ENDOFPERIOD": ("конецпериода", "endofperiod"),
    "EXP": ("exp",),
    "GROUPEDBY": ("сгруппированопо", "groupedby"),
    "HOUR": ("час", "hour"),
    "INT": ("цел", "int"),
    "ISNULL": ("естьnull", "isnull"),
    "LEFT": ("лев", "left"),
    "LOG": ("log",),
    "LOG10": ("log10",),
    "LOWER": ("нрег", "lower"),
    "MAX": ("максимум", "max"),
    "MIN": ("минимум", "min"),
    "MINUTE": ("минута", "minute"),
    "MONTH": ("месяц", "month"),
    "POW": ("pow",),
    "PRESENTATION": ("представление", "presentation"),
    "QUARTER": ("квартал", "quarter"),
    "RECORDAUTONUMBER": ("автономерзаписи", "recordautonumber"),
    "REFPRESENTATION": ("представлениессылки", "refpresentation"),
    "RIGHT": ("прав", "right"),
    "ROUND": ("окр", "round"),
    "SECOND": ("секунда", "second"),
    "SIN": ("sin",),
    "SQRT": ("sqrt",),
    "STOREDDATASIZE": ("размерхранимыхданных", "storeddatasize"),
    "STRFIND": ("стрнайти", "strfind"),
    "STRING": ("строка", "string"),
    "STRINGLENGTH": ("длинастроки", "stringlength"),
    "STRREPLACE": ("стрзаменить", "strreplace"),
    "SUBSTRING": ("подстрока", "substring"),
    "SUM": ("сумма", "sum"),
    "TAN": ("tan",),
    "TRIMALL": ("сокрлп", "trimall"),
    "TRIML": ("сокрл", "triml"),
    "TRIMR": ("сокрп", "trimr"),
    "UPPER": ("врег", "upper"),
    "UUID": ("уникальныйидентификатор", "uuid"),
    "VALUETYPE": ("типзначения", "valuetype"),
    "WEEK": ("неделя", "week"),
    "WEEKDAY": ("деньнедели", "weekday"),
    "YEAR": ("год", "year"),
}
"""Functions of the language by their English name; a word is one only before `(`."""

FUNCTION_OF: Final = {word: name for name, words in FUNCTIONS.items() for word in words}

SIMPLE_TYPES: Final[Mapping[str, str]] = {
    "строка": "STRING",
    "string": "STRING",
    "число": "NUMBER",
    "number": "NUMBER",
    "булево": "BOOLEAN",
    "boolean": "BOOLEAN",
    "дата": "DATE",
    "date": "DATE",
}

SYMBOLS: Final[Mapping[str, int]] = {
    "": END,
    ".": DOT,
    ",": COMMA,
    ";": SEMICOLON,
    "(": LEFT_PAREN,
    ")": RIGHT_PAREN,
    "{": LEFT_BRACE,
    "}": RIGHT_BRACE,
    "*": STAR,
    "/": SLASH,
    "+": PLUS,
    "-": MINUS,
    "=": COMPARISON,
    "<>": COMPARISON,
    "<": COMPARISON,
    "<=": COMPARISON,
    ">": COMPARISON,
    ">=": COMPARISON,
}

WORDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(FUNCTION_OF, FUNCTION),
    **{word: kind for kind, words in KEYWORDS.items() for word in words},
}
"""Lower-case word → its kind. `LEFT` and `RIGHT`, also functions in English, are joins here."""


def flags(chosen: Iterable[int]) -> bytes:
    """A table that tells for each kind whether it is one of `chosen`."""
    table = bytearray(COUNT)
    for kind in chosen:
        table[kind] = 1
    return bytes(table)


SOFT: Final = flags((NAME, *range(_FIRST_SOFT, COUNT)))
"""Whether a token of this kind may be a name where an expression or a table is expected."""

WORD: Final = flags((NAME, *range(ALLOWED, COUNT)))
"""Whether a token of this kind is a word at all: what may follow `КАК`."""

_DESCRIPTIONS: Final[Mapping[int, str]] = {
    END: "the end of the query",
    NAME: "a name",
    STRING: "a string",
    NUMBER: "a number",
    PARAMETER: "a parameter",
}


def description(kind: int) -> str:
    """How a kind of token is called in an error."""
    if kind in KEYWORDS:
        words = KEYWORDS[kind]
        russian = f"'{words[0].upper()}'"
        return f"{russian} ({words[-1].upper()})" if len(words) > 1 else russian
    for text, of_text in SYMBOLS.items():
        if of_text == kind and text:
            return f"'{text}'"
    return _DESCRIPTIONS[kind]
