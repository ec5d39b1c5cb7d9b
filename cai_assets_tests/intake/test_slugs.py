"""Partition keys are safe, readable, and never shared by two names."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cai_assets.intake.names import is_windows_reserved
from cai_assets.intake.slugs import slug, slug_among

RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
RUSSIAN_NAMES = st.text(st.sampled_from(RUSSIAN + "019_"), max_size=30)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("БиблиотекаСтандартныхПодсистем", "BibliotekaStandartnykhPodsistem"),
        ("УправлениеТорговлей", "UpravlenieTorgovley"),
        ("Торговый_Дом2", "Torgovyy_Dom2"),
        ("IRP", "IRP"),
        ("my-config_2", "my-config_2"),
    ],
)
def test_names_stay_readable(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("УправлениеНебольшойФирмой", "UpravlenieNebolshoyFirmoy-"),  # the soft sign is lost
        ("Зарплата КОРП", "Zarplata_KORP-"),
        ("a/b,c", "a_b_c-"),
        ("x" * 90, "x" * 71 + "-"),
        ("CON", "CON-"),
        ("-rf", "rf-"),
        ("", "configuration-"),
        ("日本", "configuration-"),
    ],
)
def test_where_something_is_lost_a_hash_tells_names_apart(name: str, start: str) -> None:
    assert re.fullmatch(re.escape(start) + "[0-9a-f]{8}", slug(name))


@given(st.text(max_size=120))
def test_any_name_gives_a_safe_slug_and_slugs_are_their_own(name: str) -> None:
    key = slug(name)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}", key)
    assert not is_windows_reserved(key)
    assert slug(key) == key


@given(RUSSIAN_NAMES, RUSSIAN_NAMES)
def test_two_russian_names_never_share_a_slug(first: str, second: str) -> None:
    assert (slug(first) == slug(second)) == (first == second)


@pytest.mark.parametrize(("first", "second"), [("Цех", "Тсех"), ("ёж", "йож"), ("Схема", "Сцхема")])
def test_names_that_sound_alike_get_different_slugs(first: str, second: str) -> None:
    assert slug(first) != slug(second)


@given(st.lists(st.one_of(RUSSIAN_NAMES, RUSSIAN_NAMES.map(slug), st.text(max_size=9)), max_size=8))
def test_known_names_never_share_a_slug_nor_a_folder(names: list[str]) -> None:
    known: dict[str, str] = {}
    for name in names:
        key = slug_among(name, known)
        same = [held for held in known if held.casefold() == key.casefold()]
        assert all(
            unicodedata.normalize("NFC", known[held]).casefold()
            == unicodedata.normalize("NFC", name).casefold()
            for held in same
        )
        known.setdefault(key, name)
        assert slug_among(name, known) == key


def test_a_latin_name_equal_to_a_transliteration_gets_its_own_slug() -> None:
    known = {slug("Цех"): "Цех"}
    assert slug_among("Tsekh", known) not in known
    assert slug_among("Tsekh", known).startswith("Tsekh-")


def test_slugs_that_differ_by_case_only_would_share_a_folder_and_are_told_apart() -> None:
    assert slug("TSEKH") == "TSEKH"
    assert slug_among("TSEKH", {"Tsekh": "Цех"}).startswith("TSEKH-")


def test_letter_case_does_not_make_a_new_configuration() -> None:
    assert slug_among("ЦЕХ", {"Tsekh": "Цех"}) == "Tsekh"


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    assert slug("Торговый") == slug(unicodedata.normalize("NFD", "Торговый"))
