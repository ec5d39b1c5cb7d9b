"""Which comments are questions, and what answers them."""

from __future__ import annotations

import pytest

from cai_assets.learning.search.questions import (
    MOST_ROUTINES,
    Question,
    first_sentence,
    is_reference,
    questions_of,
)
from cai_assets.learning.splits import TEST, TRAIN, part_of


def _asked(
    *descriptions: str, names: list[str] | None = None, objects: list[str] | None = None
) -> list[Question]:
    count = len(descriptions)
    return questions_of(
        descriptions,
        names or [f"Имя{row}" for row in range(count)],
        objects or ["Catalog.А"] * count,
        [""] * count,
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Возвращает курс. Подробнее ниже.", "Возвращает курс."),
        ("Возвращает курс,\nесли он есть.\nИначе ноль.", "Возвращает курс, если он есть."),
        (
            "Берёт данные (см. ОбщийМодуль.Имя) из базы. Второе.",
            "Берёт данные (см. ОбщийМодуль.Имя) из базы.",
        ),
        ("Читает файл, т. е. поток. Второе.", "Читает файл, т. е. поток."),
        ("Читает *.xml файл целиком", "Читает *.xml файл целиком"),
        ("Первый абзац\n\nВторой абзац", "Первый абзац"),
        ("Get rate. Returns a number.", "Get rate."),
        ("", ""),
        ("...", "..."),
    ],
)
def test_the_first_sentence_ends_where_a_sentence_ends(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "См. ОбщийМодуль.Имя",
        "Смотрите описание в модуле объекта",
        "See Role.Template for the parameters",
        "Продолжение процедуры ПроверитьПодпись.",
        "Для функции Имя и процедуры Другое.",
        "Завершение процедур ПодписатьФайл и ДобавитьПодпись.",
        "Описание процедуры см. в модуле Другое.",
    ],
)
def test_a_sentence_that_refers_elsewhere_is_no_question(sentence: str) -> None:
    assert is_reference(sentence)
    assert _asked(sentence) == []


def test_a_sentence_about_a_continuation_of_something_else_is_a_question() -> None:
    assert not is_reference("Продолжает загрузку данных из файла.")
    assert not is_reference("Для каждого товара считает остаток.")
    assert not is_reference("Seeks the last row of a table.")


def test_a_short_sentence_and_a_bare_name_are_no_questions() -> None:
    assert _asked("Обработчик события.", "ПолучитьКурсВалютыНаДату", "По и для на.") == []


def test_a_name_said_in_words_is_a_question_that_goes_not_beyond_the_name() -> None:
    (said, beyond) = _asked(
        "Get exchange rate.",
        "Get exchange rate of a day.",
        names=["GetExchangeRate", "GetExchangeRate"],
    )
    assert not said.beyond
    assert beyond.beyond


def test_a_sentence_of_several_routines_is_asked_once_and_any_answers() -> None:
    (question,) = _asked("Считает курс валюты.", "", "Считает курс валюты!")
    assert question.routines == (0, 2)


def test_a_sentence_of_many_routines_tells_nothing_apart() -> None:
    assert len(_asked(*["Считает курс валюты."] * MOST_ROUTINES)) == 1
    assert _asked(*["Считает курс валюты."] * (MOST_ROUTINES + 1)) == []


def test_a_copy_without_a_comment_answers_too() -> None:
    (question,) = questions_of(
        ["Считает курс валюты.", ""], ["Курс", "Курс"], ["Catalog.А", "Catalog.А"], ["x", "x"]
    )
    assert question.routines == (0, 1)


def test_a_sentence_from_both_sides_of_the_split_is_dropped() -> None:
    ids = [f"Catalog.О{number}" for number in range(200)]
    mine = next(id_ for id_ in ids if part_of(id_) == TRAIN)
    other = next(id_ for id_ in ids if part_of(id_) == TEST)
    text = "Считает курс валюты."
    assert _asked(text, text, objects=[mine, other]) == []
    (question,) = _asked(text, text, objects=[mine, mine])
    assert question.part == TRAIN
