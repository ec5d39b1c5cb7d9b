"""Whatever a text holds, tokens keep their order and the parser comes back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cai_assets.onec.bsl.nodes import Node, walk
from cai_assets.onec.query.kinds import KEYWORDS
from cai_assets.onec.query.lexer import tokenize
from cai_assets.onec.query.meaning import understand
from cai_assets.onec.query.parser import ParsedQuery, parse

WORDS = [
    *(words[0] for words in KEYWORDS.values()),
    *("Справочник.Т", "Т.А", "&П", "1", '"с"', "(", ")", "{", "}", ",", ";", ".", "*", "=", "-"),
    *("СУММА(", "ЗНАЧЕНИЕ(", "ВЫРАЗИТЬ(", "РегистрСведений.Р.СрезПоследних(", "%1", "#А", "[Б]"),
    *("//", "\n", '"', "Т", "&&"),
]
SOUND = (
    "ВЫБРАТЬ РАЗЛИЧНЫЕ Т.А КАК А, ВЫБОР КОГДА Т.Б ЕСТЬ NULL ТОГДА 1 ИНАЧЕ СУММА(Т.Д) КОНЕЦ "
    "ПОМЕСТИТЬ ВТ ИЗ Справочник.С КАК Т ЛЕВОЕ СОЕДИНЕНИЕ РегистрСведений.Р.СрезПоследних(&П, "
    "А В (ВЫБРАТЬ 1)) КАК Р ПО Т.А = Р.А ГДЕ НЕ Т.А МЕЖДУ 1 И 2 {ГДЕ Т.А.* КАК А} "
    "СГРУППИРОВАТЬ ПО Т.А ОБЪЕДИНИТЬ ВСЕ ВЫБРАТЬ 1, 2 УПОРЯДОЧИТЬ ПО А ИТОГИ СУММА(Д) ПО ОБЩИЕ; "
    "УНИЧТОЖИТЬ ВТ"
)


def check(text: str) -> ParsedQuery:
    parsed = parse(text)
    tokens = parsed.tokens
    count = len(tokens)
    ends = [tokens.end_offset(index) for index in range(count)]
    assert all(a <= b for a, b in zip(ends, tokens.offsets[1:], strict=False))
    assert all(
        text.startswith(value, offset)
        for value, offset in zip(tokens.values, tokens.offsets, strict=True)
    )
    for node in walk(parsed.package):
        assert isinstance(node, Node)
        assert 0 <= node.start <= max(count, 1)
        assert node.start <= node.end + 1 <= count + 1
    lines = text.split("\n")
    for error in parsed.errors:
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
    understand(parsed)
    return parsed


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    check(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_words(words: list[str]) -> None:
    check(" ".join(words))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SOUND)), st.integers(0, 30), st.sampled_from(["", *WORDS]))
def test_a_sound_query_with_a_piece_replaced(at: int, length: int, piece: str) -> None:
    check(f"{SOUND[:at]}{piece}{SOUND[at + length :]}")


def test_the_sound_query_is_sound() -> None:
    assert check(SOUND).errors == []


def test_tokens_with_what_is_between_them_are_the_text() -> None:
    text = 'ВЫБРАТЬ Т . А, "а//""б" // в "\n, 1.5 <> -2 { & П }'
    tokens = tokenize(text)
    assert tokens.values[: len(tokens)] == [
        *("ВЫБРАТЬ", "Т", ". А", ",", '"а//""б"', ",", "1.5", "<>", "-", "2", "{", "& П", "}"),
    ]  # fmt: skip
    assert tokens.place_of(5) == (2, 1)
    assert tokens.place_of(len(tokens)) == (2, 20)
