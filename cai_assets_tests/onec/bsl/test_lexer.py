"""The lexer: every character has its place, every token its kind, line and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import NAME_IN, Tokens, tokenize

FRAGMENTS = st.sampled_from(
    [
        "Если", "Процедура А()", "КонецПроцедуры", '"', '""', "|", "//", "#", "#Если Клиент Тогда",
        "#Удаление\n", "#КонецУдаления\n", "&", "~", "'", ".", ".5", "1.", "\r", "\n", "\r\n",
        "\u00a0", "\u200b", "ё", "(", ")", "[", "]", ";", "=", "<", ">", "<>", "@", "\x00",
        "Имя", "😀", "\ud800",
    ]
)  # fmt: skip


def kinds_of(text: str) -> list[tuple[int, str]]:
    code = tokenize(text).code
    return list(zip(code.kinds, code.values, strict=True))


def restored(tokens: Tokens) -> str:
    """The text put together again from tokens and the gaps between them."""
    parts = []
    end = 0
    for value, offset in zip(tokens.all.values, tokens.all.offsets, strict=True):
        gap = tokens.text[end:offset]
        assert all(c.isspace() or c in "\u200b\u200c\u200d\u2060\ufeff\u00ad" for c in gap)
        parts += [gap, value]
        end = offset + len(value)
    return "".join(parts) + tokens.text[end:]


@given(st.one_of(st.text(), st.lists(FRAGMENTS).map("".join)))
def test_tokens_and_the_gaps_between_them_are_the_text(text: str) -> None:
    tokens = tokenize(text)
    assert restored(tokens) == tokens.text
    assert tokens.text == text.replace("\r\n", "\n").replace("\r", "\n")
    assert len(tokens.all.kinds) == len(tokens.all.values) == len(tokens.all.offsets)
    assert len(tokens.code.kinds) == len(tokens.code.values) == len(tokens.code.offsets)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_as_one(line_end: str) -> None:
    tokens = tokenize(line_end.join(["А = 1;", "", "  Б = 2;"]))
    assert [tokens.place_of(i) for i in range(5)] == [(1, 1), (1, 3), (1, 5), (1, 6), (3, 3)]


def test_mixed_line_ends_in_one_module() -> None:
    tokens = tokenize("А;\r\nБ;\rВ;\nГ;")
    assert [tokens.line_of(i) for i in range(0, 8, 2)] == [1, 2, 3, 4]


@pytest.mark.parametrize("spelling", ["если", "ЕСЛИ", "Если", "еСЛи", "if", "IF", "If", "iF"])
def test_keywords_fold_case_and_language(spelling: str) -> None:
    assert kinds_of(spelling) == [(k.IF, spelling)]


def test_a_keyword_after_a_dot_is_a_member() -> None:
    assert kinds_of("Обработчик.Процедура = Объект.если") == [
        (k.NAME, "Обработчик"),
        (k.MEMBER, ".Процедура"),
        (k.EQUAL, "="),
        (k.NAME, "Объект"),
        (k.MEMBER, ".если"),
    ]
    assert NAME_IN[".если"] == "если"


def test_a_dot_apart_from_its_word_is_a_token_of_its_own() -> None:
    assert kinds_of("А. Б.\nВ") == [
        (k.NAME, "А"),
        (k.DOT, "."),
        (k.NAME, "Б"),
        (k.DOT, "."),
        (k.NAME, "В"),
    ]


@pytest.mark.parametrize("number", ["1", "12.5", "1.", ".5", "007"])
def test_numbers(number: str) -> None:
    assert kinds_of(number) == [(k.NUMBER, number)]


@pytest.mark.parametrize(
    "date", ["'20240131'", "'20240131235959'", "'2024.01.31'", "'2024-01-31 23:59:59'", "''"]
)
def test_dates(date: str) -> None:
    assert kinds_of(date) == [(k.DATE, date)]


def test_an_open_date_is_no_date_and_ends_with_its_line() -> None:
    assert kinds_of("'2024\nА") == [(k.UNKNOWN, "'2024"), (k.NAME, "А")]


def test_strings_on_one_line() -> None:
    assert kinds_of('"" "а" "б""в" """"') == [
        (k.STRING, '""'),
        (k.STRING, '"а"'),
        (k.STRING, '"б""в"'),
        (k.STRING, '""""'),
    ]


def test_lines_of_a_string_with_comments_and_conditions_between() -> None:
    text = '"раз\n// заметка\n|два ""и""\n#Если Сервер Тогда\n |три // не заметка\n#КонецЕсли\n|"'
    assert kinds_of(text) == [
        (k.STRING_START, '"раз'),
        (k.STRING_PART, '|два ""и""'),
        (k.STRING_PART, "|три // не заметка"),
        (k.STRING_TAIL, '|"'),
    ]
    assert tokenize(text).comments()[1] == ["// заметка"]


def test_slashes_in_a_string_are_no_comment() -> None:
    assert kinds_of('"http://a" // б') == [(k.STRING, '"http://a"')]


def test_names_with_yo_underscores_and_digits() -> None:
    assert kinds_of("Счёт _а1 ёж Ё") == [(k.NAME, w) for w in ("Счёт", "_а1", "ёж", "Ё")]


def test_invisible_characters_separate_tokens_and_count_as_columns() -> None:
    tokens = tokenize("\ufeffА\u00a0=\u200b1;")
    assert tokens.code.values == ["А", "=", "1", ";"]
    assert [tokens.place_of(i)[1] for i in range(4)] == [2, 4, 6, 7]


def test_annotations_directives_and_labels_with_spaces() -> None:
    tokens = tokenize("& НаСервере\n# Область  А // зачем\n~ Метка:\n&\n")
    assert list(zip(tokens.all.kinds, tokens.all.values, strict=True)) == [
        (k.ANNOTATION, "& НаСервере"),
        (k.DIRECTIVE, "# Область  А "),
        (k.COMMENT, "// зачем"),
        (k.LABEL, "~ Метка"),
        (k.COLON, ":"),
        (k.UNKNOWN, "&"),
    ]


def test_operators() -> None:
    assert [kind for kind, _ in kinds_of("<=>=<>< > = + - * / %")] == [
        k.LESS_OR_EQUAL, k.GREATER_OR_EQUAL, k.NOT_EQUAL, k.LESS, k.GREATER, k.EQUAL,
        k.PLUS, k.MINUS, k.MULTIPLY, k.DIVIDE, k.MODULO,
    ]  # fmt: skip


@pytest.mark.parametrize("character", ["@", "$", "^", "\\", "{", "`", "№", "²", "\x00", "😀"])
def test_a_character_that_the_language_does_not_know_is_a_token(character: str) -> None:
    assert kinds_of(f"А {character} Б")[1] == (k.UNKNOWN, character)


def test_what_an_extension_deletes_is_no_code() -> None:
    tokens = tokenize("А;\n#Удаление\nЕсли ) // в\n#КонецУдаления\n#Вставка\nБ;\n#КонецВставки\n")
    assert tokens.code.values == ["А", ";", "Б", ";"]
    assert tokens.code_lines() == [1, 6]


def test_a_deletion_that_does_not_end_deletes_nothing() -> None:
    assert tokenize("#Удаление\nА;").code.values == ["А", ";"]


def test_lines_of_code_leave_out_comments_and_empty_lines() -> None:
    tokens = tokenize('А = "б\n// в\n\n  |г"; // д\n#Область Е\n\u200b\n&НаКлиенте\n')
    assert tokens.code_lines() == [1, 4, 5, 7]


def test_place_behind_the_last_token_is_the_end_of_the_text() -> None:
    tokens = tokenize("А\n\n ")
    assert tokens.place_of(1) == (3, 2)


def test_an_empty_text_has_no_tokens() -> None:
    tokens = tokenize("")
    assert tokens.all.values == []
    assert tokens.place_of(0) == (1, 1)
    assert tokens.code_lines() == []


def test_a_long_line_of_quotes_takes_no_time() -> None:
    assert len(tokenize('"' * 300_001).all.values) == 1
    assert len(tokenize("|" * 100_000).all.values) == 1
