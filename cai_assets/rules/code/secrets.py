"""Passwords do not stand in the code (standard 740)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.nodes import (
    Assignment,
    Chain,
    Expression,
    Index,
    MethodCall,
    New,
    Node,
    Property,
    String,
)
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import (
    alternatives,
    argument,
    last_with_semicolon,
    literal,
    statement_of,
    words,
)

_CONNECTIONS = words("FTPСоединение", "FTPConnection", "HTTPСоединение", "HTTPConnection")
_COLLECTIONS = words("Структура", "Structure", "Соответствие", "Map")
_INSERT = words("Вставить", "Insert")
_PASSWORD_POSITION = 3


@module_rule(
    "UsingHardcodeSecretInformation",
    severity=Severity.CRITICAL,
    kind=Kind.VULNERABILITY,
    standards=(740,),
    title=Text("Пароль в коде", "Password in the code"),
    description=Text(
        "Пароль записан литералом. Его видит каждый, у кого есть конфигурация или ее история, "
        "и сменить его можно только обновлением.\n\nХраните пароли в безопасном хранилище "
        "или запрашивайте у пользователя.",
        "A password is written as a literal. Everyone who has the configuration or its history "
        "sees it, and only an update can change it.\n\nKeep passwords in the secure storage, or "
        "ask the user for them.",
    ),
    message=Text("Уберите пароль из кода", "Remove the password from the code"),
    parameters=(
        Parameter(
            "searchWords",
            "Пароль|Password",
            Text("Имена, под которыми хранят пароли", "Names that passwords are kept under"),
        ),
    ),
)
def hardcoded_secret(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    names = alternatives(options["searchWords"])
    for assignment in module.find(Assignment):
        if _is_secret(module, assignment.value) and _key_of(module, assignment.target) in names:
            yield Found(assignment.start, assignment.end)
    for call in module.find(MethodCall):
        if (
            call.name.casefold() in _INSERT
            and _key(module, argument(call.arguments, 0)) in names
            and _is_secret(module, argument(call.arguments, 1))
        ):
            statement = statement_of(module, call)
            yield Found(statement.start, last_with_semicolon(module, statement))
    for new in module.find(New):
        if _passes_secret(module, new, names):
            above = next((x for x in module.ancestors(new) if isinstance(x, Assignment)), None)
            node: Node = above or new
            yield Found(node.start, node.end)


def _key_of(module: ModuleView, target: Expression) -> str:
    """The name that a value is assigned to: a variable's, a property's or a key's."""
    if not isinstance(target, Chain):
        return getattr(target, "name", "").casefold()
    last = target.links[-1]
    if isinstance(last, Property):
        return last.name.casefold()
    return _key(module, last.index) if isinstance(last, Index) else ""


def _key(module: ModuleView, node: Expression | None) -> str:
    return (literal(module, node) or "").replace(" ", "").casefold()


def _is_secret(module: ModuleView, node: Expression | None) -> bool:
    """A literal that is neither empty nor a row of stars."""
    if not isinstance(node, String) or node.start != node.end:
        return False
    value = module.tokens.code.values[node.start]
    return module.tokens.code.kinds[node.start] == k.STRING and bool(value[1:-1].strip("*"))


def _passes_secret(module: ModuleView, new: New, names: frozenset[str]) -> bool:
    type_name = new.type_name.casefold()
    if type_name in _CONNECTIONS:
        return _is_secret(module, argument(new.arguments, _PASSWORD_POSITION))
    if type_name not in _COLLECTIONS:
        return False
    keys = (literal(module, argument(new.arguments, 0)) or "").split(",")
    return any(
        key.replace(" ", "").casefold() in names
        and _is_secret(module, argument(new.arguments, position))
        for position, key in enumerate(keys, 1)
    )
