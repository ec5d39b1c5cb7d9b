"""Decoding of source files."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cai_assets.onec.errors import NotSupported
from cai_assets.onec.facts import Problem
from cai_assets.onec.text import SourceText, decode, decode_module, encoding_problem

TEXT = "Процедура Счёт()\nКонецПроцедуры\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1251"), "cp1251"),
    ],
)
def test_encodings_are_recognised(data: bytes, encoding: str) -> None:
    assert decode(data) == SourceText(TEXT, encoding, False)


@pytest.mark.parametrize("data", [b"", codecs.BOM_UTF8])
def test_an_empty_file_is_an_empty_text(data: bytes) -> None:
    assert decode(data).text == ""


def test_line_ends_become_one_kind() -> None:
    assert decode(b"a\r\nb\rc\nd\r").text == "a\nb\nc\nd\n"


def test_a_damaged_byte_does_not_turn_utf8_into_another_alphabet() -> None:
    data = bytearray((TEXT * 3).encode())
    data[len(TEXT.encode()) + 2] = 0xFF
    source = decode(bytes(data))
    assert (source.encoding, source.lossy) == ("utf-8", True)
    assert "Счёт" in source.text
    assert encoding_problem(source) == Problem(
        3, 2, "bytes that are not valid utf-8; save the file as UTF-8"
    )


def test_a_byte_without_meaning_in_cp1251_is_told() -> None:
    source = decode("Счёт".encode("cp1251") + b"\x98")
    assert (source.text, source.encoding, source.lossy) == ("Счёт\ufffd", "cp1251", True)


def test_half_a_utf16_character_is_told() -> None:
    source = decode(codecs.BOM_UTF16_LE + "А".encode("utf-16-le") + b"\x10")
    assert (source.text, source.lossy) == ("А\ufffd", True)


def test_a_clean_text_has_no_problem() -> None:
    assert encoding_problem(decode(TEXT.encode())) is None


def test_a_protected_module_is_not_supported() -> None:
    with pytest.raises(NotSupported, match="compiled module"):
        decode_module(b"\xff\xff\xff\x7f\x00\x02\x00\x00")


@given(st.binary())
def test_any_bytes_become_text_without_carriage_returns(data: bytes) -> None:
    assert "\r" not in decode(data).text
