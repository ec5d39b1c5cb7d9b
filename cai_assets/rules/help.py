"""The help of a rule as Markdown: in reports and in `docs/rules.md` the same."""

from __future__ import annotations

from cai_assets.rules.config import Language
from cai_assets.rules.model import Rule, Text

_STANDARDS = Text("Стандарты", "Standards")
_PARAMETERS = Text("Параметры", "Parameters")


def said(text: Text, language: Language) -> str:
    """The text in a language."""
    return text.ru if language == "ru" else text.en


def standard_url(number: int) -> str:
    """The page of a standard of 1C."""
    return f"https://its.1c.ru/db/v8std/content/{number}/hdoc"


def standard_links(rule: Rule) -> str:
    """The rule's standards as Markdown links."""
    return ", ".join(f"[std{number}]({standard_url(number)})" for number in rule.standards)


def plain_default(value: int | bool | str) -> str:
    """A default as one writes it in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def parameter_lines(rule: Rule, language: Language) -> list[str]:
    """A line of a Markdown list for each parameter."""
    return [
        f"- `{parameter.name}` = `{plain_default(parameter.default)}`: "
        f"{said(parameter.meaning, language)}"
        for parameter in rule.parameters
    ]


def rule_help(rule: Rule, language: Language) -> str:
    """What is wrong, why and what to do; standards; parameters."""
    parts = [said(rule.description, language)]
    if rule.standards:
        parts.append(f"{said(_STANDARDS, language)}: {standard_links(rule)}")
    if rule.parameters:
        listed = "\n".join(parameter_lines(rule, language))
        parts.append(f"{said(_PARAMETERS, language)}:\n\n{listed}")
    return "\n\n".join(parts)
