"""Rules of the tests' own, and tables of small configurations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.model import RULES, Kind, Parameter, Rule, Scope, Severity, Text

NOTHING = Text("", "")


def make_rule(
    key: str,
    check: Callable[..., Iterable[Any]],
    scope: Scope = Scope.MODULE,
    message: Text = NOTHING,
    parameters: tuple[Parameter, ...] = (),
    enabled: bool = True,
) -> Rule:
    """A rule with nothing but what a test is about."""
    return Rule(
        key=key,
        scope=scope,
        severity=Severity.MAJOR,
        kind=Kind.BUG,
        title=Text(f"Правило {key}", f"Rule {key}"),
        description=Text("Почему так", "Why so"),
        message=message,
        check=check,
        parameters=parameters,
        enabled=enabled,
    )


@contextmanager
def defined(*rules: Rule) -> Iterator[None]:
    """These rules are known as long as the test runs."""
    all_rules()
    for rule in rules:
        RULES.add(rule)
    try:
        yield
    finally:
        for rule in rules:
            del RULES.rules[rule.key]
