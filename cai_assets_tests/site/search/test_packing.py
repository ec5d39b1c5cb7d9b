"""Numbers and sorted texts survive the way into a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cai_assets.site.search.packing import (
    LETTERS,
    letters,
    numbers,
    script_order,
    sorted_texts,
    widths,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT = letters(np.arange(LETTERS))


def _numbers(text: str) -> Iterator[int]:
    value, unit = 0, 1
    for place in map(_TEXT.index, text):
        value += place % 45 * unit
        unit *= 45
        if place < 45:
            yield value
            value, unit = 0, 1


def _texts(text: str, separator: str) -> Iterator[str]:
    before = ""
    for item in text.split(separator):
        before = before[: _TEXT.index(item[0])] + item[1:]
        yield before


def test_numbers_of_any_size_come_back() -> None:
    values = [0, 1, 44, 45, 2024, 2025, 91_124, 91_125, 10**9, 0]
    assert list(_numbers(numbers(values))) == values
    assert widths(np.array(values)).sum() == len(numbers(values))
    assert numbers([]) == ""


def test_letters_stand_in_quotes_without_escapes() -> None:
    assert len(set(_TEXT)) == LETTERS
    assert not set(_TEXT) & set('"\\ \n')
    assert letters(np.array([-1, LETTERS + 5])) == _TEXT[0] + _TEXT[-1]


def test_sorted_texts_come_back() -> None:
    texts = ["", "а", "аб", "абв", "абг", "б", "б" * 200, "б" * 201, "a\U00010400b", "a\U00010400c"]
    packed = sorted_texts(texts, "\n")
    assert list(_texts(packed, "\n")) == texts
    assert len(packed) < sum(map(len, texts))


def test_the_order_is_that_of_scripts() -> None:
    assert sorted(["\uff21", "\U00010400"], key=script_order) == ["\U00010400", "\uff21"]
