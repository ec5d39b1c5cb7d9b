"""What a rule is and what it says: the vocabulary of all rules.

A rule is one small definition: a function with a decorator that states its key, severity,
standard and texts in both languages. Keys are those of BSL Language Server, so that a team
keeps its suppressions. There are three scopes:

- `module_rule`: looks at the syntax tree of one module, through `ModuleView`;
- `query_rule`: looks at one parsed query, wherever it stands (literal, schema, dynamic list);
- `table_rule`: looks at the tables of the whole configuration: metadata, calls, references.

A function yields what it found; the engine turns that into rows of the table `findings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from cai_assets.rules.module import Place


class Severity(StrEnum):
    """How bad it is; the order is from worst to slightest."""

    BLOCKER = "blocker"
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Kind(StrEnum):
    """What is wrong: behaviour, safety, or only the reading of the code."""

    BUG = "bug"
    VULNERABILITY = "vulnerability"
    CODE_SMELL = "code_smell"


class Scope(StrEnum):
    """What a rule looks at."""

    MODULE = "module"
    QUERY = "query"
    TABLES = "tables"


class Text(NamedTuple):
    """A text in both languages. Messages may have `{placeholders}`."""

    ru: str
    en: str

    def format(self, values: Mapping[str, object]) -> Text:
        """Both texts with the placeholders filled in."""
        return Text(self.ru.format(**values), self.en.format(**values))


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a team may change in a rule; its type is that of the default."""

    name: str
    default: int | bool | str
    meaning: Text


class Found(NamedTuple):
    """What a module or query rule found: a node or token span, and values for the message.

    `first` and `last` are positions in `tokens.code` (in the query's tokens for a query rule).
    """

    first: int
    last: int
    values: Mapping[str, Any] = {}
    message: Text | None = None
    """Instead of the rule's own message."""
    place: Place | None = None
    """Instead of the tokens' place: for what stands in a comment or a preprocessor line."""
    whole_module: bool = False
    """It is known again by the module alone, whatever stands at its place."""


class FoundAt(NamedTuple):
    """What a table rule found: a place in a file and what it is about.

    Lines and columns count from 1; `end_column` is behind the last character. Without columns
    the whole line is meant. `object` and `routine` are ids; `routine` may be empty.
    """

    project: str
    file: str
    line: int
    object: str
    routine: str = ""
    column: int = 1
    end_line: int = 0
    end_column: int = 0
    values: Mapping[str, Any] = {}
    message: Text | None = None


@dataclass(frozen=True)
class Rule:
    """One rule. `standards` are numbers of 1C's development standards ("std")."""

    key: str
    scope: Scope
    severity: Severity
    kind: Kind
    title: Text
    description: Text
    """What is wrong, why, and what to do: Markdown, a paragraph or two."""
    message: Text
    check: Callable[..., Iterable[Any]]
    standards: tuple[int, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    enabled: bool = True
    needs: tuple[str, ...] = ()
    """For a table rule: the tables it reads."""

    def options(self, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The parameters' values: defaults, replaced by `overrides`."""
        return {p.name: (overrides or {}).get(p.name, p.default) for p in self.parameters}


@dataclass
class Registry:
    """Rules by key, in the order of definition."""

    rules: dict[str, Rule] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        """Raises ValueError if the key is taken."""
        if rule.key in self.rules:
            raise ValueError(f"two rules with the key {rule.key}")
        self.rules[rule.key] = rule


RULES = Registry()
"""All rules; `rules.catalogue` imports the modules that define them."""

Check = Callable[..., Iterable[Any]]


def _define(scope: Scope, key: str, **traits: Any) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        RULES.add(Rule(key=key, scope=scope, check=check, **traits))
        return check

    return register


def module_rule(
    key: str,
    *,
    severity: Severity,
    kind: Kind,
    title: Text,
    description: Text,
    message: Text,
    standards: tuple[int, ...] = (),
    parameters: tuple[Parameter, ...] = (),
    enabled: bool = True,
) -> Callable[[Check], Check]:
    """Define a rule `check(module: ModuleView, options: dict) -> Iterable[Found]`."""
    return _define(
        Scope.MODULE, key, severity=severity, kind=kind, title=title, description=description,
        message=message, standards=standards, parameters=parameters, enabled=enabled,
    )  # fmt: skip


def query_rule(
    key: str,
    *,
    severity: Severity,
    kind: Kind,
    title: Text,
    description: Text,
    message: Text,
    standards: tuple[int, ...] = (),
    parameters: tuple[Parameter, ...] = (),
    enabled: bool = True,
) -> Callable[[Check], Check]:
    """Define a rule `check(query: QueryView, options: dict) -> Iterable[Found]`."""
    return _define(
        Scope.QUERY, key, severity=severity, kind=kind, title=title, description=description,
        message=message, standards=standards, parameters=parameters, enabled=enabled,
    )  # fmt: skip


def table_rule(
    key: str,
    *,
    severity: Severity,
    kind: Kind,
    title: Text,
    description: Text,
    message: Text,
    needs: tuple[str, ...],
    standards: tuple[int, ...] = (),
    parameters: tuple[Parameter, ...] = (),
    enabled: bool = True,
) -> Callable[[Check], Check]:
    """Define a rule `check(tables: Mapping[str, pa.Table], options) -> Iterable[FoundAt]`."""
    return _define(
        Scope.TABLES, key, severity=severity, kind=kind, title=title, description=description,
        message=message, standards=standards, parameters=parameters, enabled=enabled, needs=needs,
    )  # fmt: skip
