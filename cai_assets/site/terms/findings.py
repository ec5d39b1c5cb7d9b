"""How severities, kinds and states of findings are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cai_assets.learning.model import Words
from cai_assets.rules.model import Kind, Scope, Severity
from cai_assets.site.model import Language

SEVERITIES: Final[Mapping[str, Words]] = {
    Severity.BLOCKER: Words("блокирующее", "blocker"),
    Severity.CRITICAL: Words("критичное", "critical"),
    Severity.MAJOR: Words("важное", "major"),
    Severity.MINOR: Words("незначительное", "minor"),
    Severity.INFO: Words("к сведению", "info"),
}
"""From the worst to the slightest."""

KINDS: Final[Mapping[str, Words]] = {
    Kind.BUG: Words("ошибка", "bug"),
    Kind.VULNERABILITY: Words("уязвимость", "vulnerability"),
    Kind.CODE_SMELL: Words("сопровождаемость", "maintainability"),
}

SCOPES: Final[Mapping[str, Words]] = {
    Scope.MODULE: Words("текст модуля", "the text of a module"),
    Scope.QUERY: Words("текст запроса", "the text of a query"),
    Scope.TABLES: Words("вся конфигурация", "the whole configuration"),
}

OPEN: Final = "open"
STATUSES: Final[Mapping[str, Words]] = {
    OPEN: Words("открыто", "open"),
    "suppressed": Words("отключено комментарием", "switched off by a comment"),
    "vendor": Words("на замке поставщика", "locked by the vendor"),
    "excluded": Words("исключено настройками", "excluded by settings"),
}
"""Why a finding counts, or why it does not."""


def rank(severity: str) -> int:
    """0 for the worst."""
    return list(SEVERITIES).index(severity)


def severity_name(severity: str, language: Language) -> str:
    """A severity in words."""
    return _said(SEVERITIES, severity, language)


def rule_kind_name(kind: str, language: Language) -> str:
    """What a rule is about in words."""
    return _said(KINDS, kind, language)


def rule_scope_name(scope: str, language: Language) -> str:
    """What a rule looks at in words."""
    return _said(SCOPES, scope, language)


def status_name(status: str, language: Language) -> str:
    """Whether a finding counts in words."""
    return _said(STATUSES, status, language)


def _said(names: Mapping[str, Words], value: str, language: Language) -> str:
    words = names.get(value)
    return value if words is None else words.ru if language == "ru" else words.en
