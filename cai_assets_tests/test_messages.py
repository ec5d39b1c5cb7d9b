"""The catalogue of messages speaks two languages and says the same in both."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from string import Formatter

import pytest

import cai_assets
from cai_assets.knowledge.edges import EDGE_KIND
from cai_assets.messages import LANGUAGES, M, Messages, choose_language
from cai_assets.onec.metadata.kinds import KINDS, PART_KINDS

PACKAGE = Path(cai_assets.__file__).parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("message", list(M), ids=lambda message: message.name)
def test_both_languages_have_a_text_with_the_same_placeholders(message: M) -> None:
    assert message.value.ru.strip()
    assert message.value.en.strip()
    assert placeholders(message.value.ru) == placeholders(message.value.en)


def test_no_member_hides_behind_another_with_equal_texts() -> None:
    assert set(M.__members__) == {message.name for message in M}


def test_russian_texts_are_russian_and_english_texts_are_not() -> None:
    def cyrillic(text: str) -> bool:
        return any("а" <= char <= "я" for char in text.lower())

    without_words = {M.BAD_USE, M.MORE_ROWS}
    for message in set(M) - without_words:
        assert cyrillic(message.value.ru), message
    for message in set(M) - {M.HELP_OBJECT}:
        assert not cyrillic(message.value.en), message


def test_every_message_is_used() -> None:
    used: Counter[str] = Counter()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "M"
            ):
                used[node.attr] += 1
    assert set(M.__members__) - set(used) == set()


def test_values_are_put_into_the_text() -> None:
    assert Messages("en")(M.NOT_FOUND, path="x") == "there is no such path: x"
    assert Messages("ru")(M.NOT_FOUND, path="x").endswith("x")


def test_a_missing_value_is_an_error_rather_than_a_brace_on_the_screen() -> None:
    with pytest.raises(KeyError):
        Messages("en")(M.NOT_FOUND, wrong="x")


def test_numbers_follow_the_language() -> None:
    assert Messages("en").number(1234567) == "1,234,567"
    assert Messages("ru").number(1234567) == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"
    assert Messages("en").decimal(1.25) == "1.2"
    assert Messages("ru").decimal(7.31) == "7,3"


def test_kinds_of_parts_are_translated_and_unknown_ones_shown_as_they_are() -> None:
    assert Messages("ru").kind("TabularSection") == "табличная часть"
    assert Messages("ru").kind("SomethingNew") == "SomethingNew"
    assert Messages("en").kind("based_on") == "based on"


@pytest.mark.parametrize(
    ("wanted", "environment", "language"),
    [
        ("ru", {"CAI_LANG": "en"}, "ru"),
        (None, {"CAI_LANG": "en", "LANG": "ru_RU.UTF-8"}, "en"),
        (None, {"LANG": "ru_RU.UTF-8"}, "ru"),
        (None, {"LC_ALL": "en_US.UTF-8", "LANG": "ru_RU.UTF-8"}, "en"),
        (None, {"LANG": "C"}, "en"),
        ("de", {"CAI_LANG": "ru"}, "ru"),
        (None, {"CAI_LANG": "de", "LANG": "ru_RU"}, "ru"),
    ],
)
def test_the_language_is_that_of_the_option_then_the_setting_then_the_system(
    wanted: str | None, environment: dict[str, str], language: str
) -> None:
    assert choose_language(wanted, environment) == language


def test_there_are_exactly_two_languages() -> None:
    assert LANGUAGES == ("ru", "en")


def test_every_kind_of_part_of_the_object_model_has_a_russian_name() -> None:
    kinds = {part for kind in (*KINDS, *PART_KINDS) for part in kind.members}
    assert {kind for kind in kinds if Messages("ru").kind(kind) == kind} == set()


def test_every_kind_of_edge_has_a_russian_name() -> None:
    assert [kind for kind in EDGE_KIND if Messages("ru").kind(kind) == kind] == []
