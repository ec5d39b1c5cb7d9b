"""What a team has settled about rules: on and off, severities, parameters, what is left out.

`RuleConfig` is what the engine works with; `settings_file` reads it from files.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cai_assets.rules.model import Rule, Severity, Text

Language = Literal["ru", "en"]


class ConfigError(Exception):
    """Settings that cannot be used: each problem in both languages, with the file's name."""

    def __init__(self, file: str, problems: Iterable[Text]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__(self.text("en"))

    def text(self, language: Language) -> str:
        """The problems, one in a line."""
        lines = [problem.ru if language == "ru" else problem.en for problem in self.problems]
        return "\n".join(f"{self.file}: {line}" for line in lines)


@dataclass(frozen=True)
class RuleConfig:
    """Which rules run, how, and what becomes of their findings.

    `enabled` says yes or no where it differs from the rule's default; `only`, if not None,
    names all rules that run. `vendor`: code on support counts like one's own. Globs match the
    whole path or object id in any letter case; `*` also crosses slashes.
    """

    enabled: Mapping[str, bool] = field(default_factory=dict)
    only: frozenset[str] | None = None
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    exclude_paths: tuple[str, ...] = ()
    exclude_objects: tuple[str, ...] = ()
    vendor: bool = False
    language: Language | None = None
    fail_on: Severity | None = None
    baseline: str | None = None
    """Path of the baseline, relative to the folder of the settings file."""
    notes: tuple[Text, ...] = ()
    """What of the settings has no effect here."""

    def chosen(self, rules: Mapping[str, Rule]) -> list[Rule]:
        """The rules that run, in the order of their definition."""
        return [rule for rule in rules.values() if self.runs(rule)]

    def runs(self, rule: Rule) -> bool:
        """Whether the rule runs."""
        if self.only is not None:
            return rule.key in self.only
        return self.enabled.get(rule.key, rule.enabled)

    def severity(self, rule: Rule) -> Severity:
        """The rule's severity, or what the team has put in its place."""
        return self.severities.get(rule.key, rule.severity)


class Globs:
    """Whether a text matches one of several patterns, in any letter case."""

    def __init__(self, patterns: Iterable[str]) -> None:
        expression = "|".join(fnmatch.translate(p.casefold()) for p in patterns)
        self._match = re.compile(expression).match if expression else None

    def __bool__(self) -> bool:
        return self._match is not None

    def match(self, text: str) -> bool:
        """Whether any pattern matches the whole text."""
        return self._match is not None and self._match(text.casefold()) is not None
