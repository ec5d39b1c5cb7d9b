from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.metadata import braces


def test_values_lists_and_strings_are_read() -> None:
    text = '{6,\r\n{"Бета ""А"" и Ко",-1},{},0d29-11}\n'
    assert braces.parse(text) == ["6", ['Бета "А" и Ко', "-1"], [], "0d29-11"]


def test_a_string_may_hold_braces_commas_and_line_ends() -> None:
    assert braces.parse('{"{a,\n}"}') == ["{a,\n}"]


def test_an_omitted_value_is_empty() -> None:
    assert braces.parse("{1,,2,}") == ["1", "", "2", ""]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "no opening brace"),
        ("1,2", 1, "outside the braces"),
        ("{1,\n{2}", 2, "cut off"),
        ('{1,\n"a', 2, "closing quote"),
        ("{1}}", 1, "without an opening one"),
        ('{1 "a"}', 1, "a comma is expected"),
    ],
)
def test_damage_is_named_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(UnreadableFile, match=what) as caught:
        braces.parse(text)
    assert caught.value.line == line


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="deep"):
        braces.parse("{" * (braces.MAX_DEPTH + 1))


def test_bytes_that_are_no_text_are_refused_with_their_line() -> None:
    with pytest.raises(UnreadableFile, match="UTF-8") as caught:
        braces.decode(b"{1,\n\xff\xfe}")
    assert caught.value.line == 2


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert braces.decode(b"\xef\xbb\xbf{1}") == "{1}"


def _written(value: object) -> str:
    if isinstance(value, list):
        return "{" + ",".join(_written(item) for item in value) + "}"
    return '"' + str(value).replace('"', '""') + '"'


@given(st.recursive(st.lists(st.text()), lambda inner: st.lists(st.text() | inner)))
def test_what_was_written_is_read_back(value: list[object]) -> None:
    assert braces.parse(_written(value)) == value


@given(st.text(alphabet='{},"1 \n'))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        assert isinstance(braces.parse(text), list)
    except UnreadableFile as error:
        assert error.line is not None
