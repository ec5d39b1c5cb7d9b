"""The list of rules: complete, in both languages, and the same in `docs/rules.md`."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.describe import describe
from cai_assets.rules.help import rule_help
from cai_assets.rules.model import Rule

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
RULES = sorted(all_rules().values(), key=lambda rule: rule.key)


def test_the_page_is_what_the_definitions_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe(), (
        "python -m cai_assets.rules.describe > docs/rules.md"
    )


@pytest.mark.parametrize("rule", RULES, ids=[rule.key for rule in RULES])
def test_a_rule_says_all_in_both_languages(rule: Rule) -> None:
    for text in (rule.title, rule.description, rule.message, *(p.meaning for p in rule.parameters)):
        assert text.ru.strip(), text
        assert text.en.strip(), text
    assert _placeholders(rule.message.ru) == _placeholders(rule.message.en)
    assert not rule.title.ru.endswith(".")
    assert not rule.title.en.endswith(".")


def _placeholders(text: str) -> set[str]:
    """The names of a message; `right_en` may stand in English for what is `right` in Russian."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {name.removesuffix("_en").removesuffix("_ru") for name in names}


def test_help_names_standards_and_parameters() -> None:
    rule = all_rules()["CyclomaticComplexity"]
    for language in ("ru", "en"):
        text = rule_help(rule, language)
        assert f"`{rule.parameters[0].name}` = `{rule.parameters[0].default}`" in text
    assert "its.1c.ru/db/v8std/content/783" in rule_help(
        all_rules()["BeginTransactionBeforeTryCatch"], "ru"
    )
