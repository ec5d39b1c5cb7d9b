"""Kinds of BSL tokens and the words of both languages that stand for them.

Plain integers, because a kind is compared several times for each of millions of tokens.
"""

from __future__ import annotations

from typing import Final

END_OF_FILE: Final = 0

COMMENT: Final = 1  # // to the end of the line
DIRECTIVE: Final = 2  # a preprocessor line: #Область, #Если, #Вставка …
UNKNOWN: Final = 3  # a character that the language does not know

NAME: Final = 4
MEMBER: Final = 5  # .Имя, whatever word stands after the dot
NUMBER: Final = 6
DATE: Final = 7
STRING: Final = 8  # "…"
STRING_START: Final = 9  # "… without a closing quote on its line
STRING_PART: Final = 10  # |… without a closing quote
STRING_TAIL: Final = 11  # |…"
LABEL: Final = 12  # ~Метка
ANNOTATION: Final = 13  # &НаСервере

LEFT_PARENTHESIS: Final = 14
RIGHT_PARENTHESIS: Final = 15
LEFT_BRACKET: Final = 16
RIGHT_BRACKET: Final = 17
COMMA: Final = 18
SEMICOLON: Final = 19
COLON: Final = 20
DOT: Final = 21  # a dot without a word after it
QUESTION: Final = 22

EQUAL: Final = 23  # also assigns
NOT_EQUAL: Final = 24
LESS: Final = 25
LESS_OR_EQUAL: Final = 26
GREATER: Final = 27
GREATER_OR_EQUAL: Final = 28
PLUS: Final = 29
MINUS: Final = 30
MULTIPLY: Final = 31
DIVIDE: Final = 32
MODULO: Final = 33

AND: Final = 34
OR: Final = 35
NOT: Final = 36
TRUE: Final = 37
FALSE: Final = 38
UNDEFINED: Final = 39
NULL: Final = 40
NEW: Final = 41

PROCEDURE: Final = 42
FUNCTION: Final = 43
END_PROCEDURE: Final = 44
END_FUNCTION: Final = 45
EXPORT: Final = 46
VAL: Final = 47
VAR: Final = 48
ASYNC: Final = 49  # a name unless a header follows
AWAIT: Final = 50  # a name outside an asynchronous routine

IF: Final = 51
THEN: Final = 52
ELSIF: Final = 53
ELSE: Final = 54
END_IF: Final = 55
FOR: Final = 56
EACH: Final = 57
IN: Final = 58
TO: Final = 59
WHILE: Final = 60
DO: Final = 61
END_DO: Final = 62
TRY: Final = 63
EXCEPT: Final = 64
END_TRY: Final = 65
RETURN: Final = 66
CONTINUE: Final = 67
BREAK: Final = 68
RAISE: Final = 69
GOTO: Final = 70
EXECUTE: Final = 71
ADD_HANDLER: Final = 72
REMOVE_HANDLER: Final = 73

COUNT: Final = 74

TRIVIA: Final = bytes((COMMENT, DIRECTIVE))

KEYWORDS: Final[dict[int, tuple[str, str]]] = {
    AND: ("И", "And"),
    OR: ("ИЛИ", "Or"),
    NOT: ("НЕ", "Not"),
    TRUE: ("Истина", "True"),
    FALSE: ("Ложь", "False"),
    UNDEFINED: ("Неопределено", "Undefined"),
    NULL: ("Null", "Null"),
    NEW: ("Новый", "New"),
    PROCEDURE: ("Процедура", "Procedure"),
    FUNCTION: ("Функция", "Function"),
    END_PROCEDURE: ("КонецПроцедуры", "EndProcedure"),
    END_FUNCTION: ("КонецФункции", "EndFunction"),
    EXPORT: ("Экспорт", "Export"),
    VAL: ("Знач", "Val"),
    VAR: ("Перем", "Var"),
    ASYNC: ("Асинх", "Async"),
    AWAIT: ("Ждать", "Await"),
    IF: ("Если", "If"),
    THEN: ("Тогда", "Then"),
    ELSIF: ("ИначеЕсли", "ElsIf"),
    ELSE: ("Иначе", "Else"),
    END_IF: ("КонецЕсли", "EndIf"),
    FOR: ("Для", "For"),
    EACH: ("Каждого", "Each"),
    IN: ("Из", "In"),
    TO: ("По", "To"),
    WHILE: ("Пока", "While"),
    DO: ("Цикл", "Do"),
    END_DO: ("КонецЦикла", "EndDo"),
    TRY: ("Попытка", "Try"),
    EXCEPT: ("Исключение", "Except"),
    END_TRY: ("КонецПопытки", "EndTry"),
    RETURN: ("Возврат", "Return"),
    CONTINUE: ("Продолжить", "Continue"),
    BREAK: ("Прервать", "Break"),
    RAISE: ("ВызватьИсключение", "Raise"),
    GOTO: ("Перейти", "Goto"),
    EXECUTE: ("Выполнить", "Execute"),
    ADD_HANDLER: ("ДобавитьОбработчик", "AddHandler"),
    REMOVE_HANDLER: ("УдалитьОбработчик", "RemoveHandler"),
}
"""Kind of a keyword → its Russian and its English word."""

SYMBOLS: Final[dict[str, int]] = {
    "(": LEFT_PARENTHESIS,
    ")": RIGHT_PARENTHESIS,
    "[": LEFT_BRACKET,
    "]": RIGHT_BRACKET,
    ",": COMMA,
    ";": SEMICOLON,
    ":": COLON,
    ".": DOT,
    "?": QUESTION,
    "=": EQUAL,
    "<>": NOT_EQUAL,
    "<": LESS,
    "<=": LESS_OR_EQUAL,
    ">": GREATER,
    ">=": GREATER_OR_EQUAL,
    "+": PLUS,
    "-": MINUS,
    "*": MULTIPLY,
    "/": DIVIDE,
    "%": MODULO,
}

FOLDED: Final[dict[str, int]] = {
    word.lower(): kind for kind, words in KEYWORDS.items() for word in words
}
"""A keyword in lower case, of either language → its kind."""

_DESCRIPTIONS: Final[dict[int, str]] = {
    END_OF_FILE: "the end of the module",
    NAME: "a name",
    MEMBER: "a property or method",
    NUMBER: "a number",
    DATE: "a date",
    STRING: "a string",
    LABEL: "a label",
    ANNOTATION: "an annotation",
    **{kind: f"'{text}'" for text, kind in SYMBOLS.items()},
    **{
        kind: f"'{russian}' ({english})" if russian != english else f"'{russian}'"
        for kind, (russian, english) in KEYWORDS.items()
    },
}


def describe(kind: int) -> str:
    """What to call a token of this kind in a message."""
    return _DESCRIPTIONS.get(kind, "another token")


def is_word(kind: int) -> bool:
    """Whether a token of this kind is a name or a keyword."""
    return kind == NAME or kind >= AND
