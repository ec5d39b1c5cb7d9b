"""What code may do: text executed as code, privileged and safe mode, roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.nodes import (
    Assignment,
    Boolean,
    Branch,
    Call,
    Chain,
    Execute,
    If,
    Name,
    Node,
    walk,
)
from cai_assets.rules.model import Found, Kind, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import calls_of, outermost_expression, text_of, within, words

_EVALUATE = words("Вычислить", "Eval")
_ON_CLIENT = words("НаКлиенте", "AtClient")
_SERVER_MODULES = frozenset(
    {
        "",
        "CommandModule",
        "ExternalConnectionModule",
        "FormModule",
        "HTTPServiceModule",
        "ObjectModule",
        "OrdinaryApplicationModule",
        "RecordSetModule",
        "SessionModule",
        "ValueManagerModule",
        "WebServiceModule",
    }
)
_SERVER_FLAGS = ("Server", "ClientOrdinaryApplication", "ExternalConnection")
_PRIVILEGED = words("УстановитьПривилегированныйРежим", "SetPrivilegedMode")
_SAFE = words("УстановитьБезопасныйРежим", "SetSafeMode")
_UNSAFE = words("УстановитьОтключениеБезопасногоРежима", "SetSafeModeDisabled")
_IN_ROLE = words("РольДоступна", "IsInRole")
_IS_PRIVILEGED = words("ПривилегированныйРежим", "PrivilegedMode")

_EXECUTED = Text(
    "Код из строки выполняется на сервере", "Code from a string is executed on the server"
)
_EXECUTED_WHY = Text(
    "`Выполнить` или `Вычислить` исполняет на сервере текст, который может прийти извне: с "
    "клиента, из данных, из файла. Так в базу попадает чужой код с полными правами.\n\n"
    "Замените исполнение строки обычным вызовом или, если без него нельзя, проверяйте текст "
    "и включайте безопасный режим (`РаботаВБезопасномРежиме` БСП).",
    "`Execute` or `Eval` runs text on the server that may come from outside: from the client, from "
    "data, from a file. Foreign code gets into the infobase that way, with full rights.\n\n"
    "Call a routine instead; where that is not possible, check the text and switch safe mode on.",
)


@module_rule(
    "ExecuteExternalCode",
    severity=Severity.CRITICAL,
    kind=Kind.VULNERABILITY,
    standards=(770,),
    title=_EXECUTED,
    description=_EXECUTED_WHY,
    message=_EXECUTED,
)
def execute_external_code(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    if module.context.kind in _SERVER_MODULES:
        for node in _executing(module):
            routine = module.routine_of(node)
            annotations = routine.annotations if routine else []
            if not any(x.name.casefold() in _ON_CLIENT for x in annotations):
                yield Found(node.start, node.end)


@module_rule(
    "ExecuteExternalCodeInCommonModule",
    severity=Severity.CRITICAL,
    kind=Kind.VULNERABILITY,
    standards=(770,),
    title=Text(
        "Код из строки выполняется в общем модуле", "Code from a string is run in a common module"
    ),
    description=_EXECUTED_WHY,
    message=_EXECUTED,
)
def execute_in_common_module(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    flags = dict(module.context.properties)
    if module.context.kind == "CommonModule" and any(flags.get(x) == "true" for x in _SERVER_FLAGS):
        for node in _executing(module):
            yield Found(node.start, node.end)


def _executing(module: ModuleView) -> list[Node]:
    nodes: list[Node] = [*module.find(Execute), *calls_of(module, _EVALUATE)]
    return sorted(nodes, key=lambda node: node.start)


@module_rule(
    "SetPrivilegedMode",
    severity=Severity.MAJOR,
    kind=Kind.VULNERABILITY,
    standards=(485, 669),
    title=Text("Включение привилегированного режима", "Privileged mode is switched on"),
    description=Text(
        "В привилегированном режиме права пользователя не проверяются. Включенный не там или "
        "надолго, он открывает данные, которых пользователь видеть не должен.\n\nПроверьте, что "
        "режим нужен, что до него проверены права и что он выключается сразу после нужного "
        "действия.",
        "In privileged mode the user's rights are not checked. Switched on in the wrong place, or "
        "for long, it opens data that the user must not see.\n\nCheck that it is needed, that "
        "rights are checked before it, and that it is switched off right afterwards.",
    ),
    message=Text(
        "Проверьте включение привилегированного режима", "Check why privileged mode is switched on"
    ),
)
def set_privileged_mode(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for call in calls_of(module, _PRIVILEGED):
        if not _passes(call, value=False):
            yield Found(call.start, call.start)


@module_rule(
    "DisableSafeMode",
    severity=Severity.MAJOR,
    kind=Kind.VULNERABILITY,
    standards=(669, 678),
    title=Text("Отключение безопасного режима", "Safe mode is switched off"),
    description=Text(
        "Вне безопасного режима внешний код получает файлы сервера, COM-объекты, внешние "
        "компоненты и привилегированный режим.\n\nОтключайте безопасный режим только там, где "
        "исполняется свой код, и включайте его снова сразу после.",
        "Outside safe mode foreign code gets at the server's files, COM objects, add-ins and "
        "privileged mode.\n\nSwitch safe mode off only around code of your own, and on again "
        "right afterwards.",
    ),
    message=Text("Проверьте отключение безопасного режима", "Check why safe mode is switched off"),
)
def disable_safe_mode(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for call in calls_of(module, _SAFE | _UNSAFE):
        if not _passes(call, value=call.name.casefold() in _SAFE):
            yield Found(call.start, call.start)


def _passes(call: Call, *, value: bool) -> bool:
    first = call.arguments[0] if len(call.arguments) == 1 else None
    return isinstance(first, Boolean) and first.value is value


@module_rule(
    "IsInRoleMethod",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(737,),
    title=Text("Права проверяются через «РольДоступна»", "Rights are checked by IsInRole"),
    description=Text(
        "Набор ролей у внедрения свой, а имя роли не говорит, что она разрешает; в "
        "привилегированном режиме проверка роли ложна.\n\nПроверяйте право: "
        "`ПравоДоступа(…)`, а роль — вместе с `ПривилегированныйРежим()`.",
        "Each deployment has roles of its own, a role's name does not tell what it allows, and in "
        "privileged mode the check of a role is wrong.\n\nCheck the right: `AccessRight(…)`; check "
        "a role only together with `PrivilegedMode()`.",
    ),
    message=Text("Проверяйте право доступа вместо роли", "Check an access right instead of a role"),
)
def is_in_role(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    scopes = {id(x): x for x in map(module.routine_of, calls_of(module, _IN_ROLE))}
    for routine in scopes.values():
        nodes = [routine] if routine else module.tree.body
        for node in _role_checks(module, nodes):
            yield Found(node.start, node.end)


def _role_checks(module: ModuleView, nodes: list[Any]) -> Iterator[Node]:
    """Conditions on a role, also through a variable, follow the order of the source."""
    roles: set[str] = set()
    privileged: set[str] = set()
    for node in (item for top in nodes for item in walk(top)):
        if isinstance(node, Assignment):
            target = text_of(module, node.target)
            for names, found in ((_IN_ROLE, roles), (_IS_PRIVILEGED, privileged)):
                if any(call.name.casefold() in names for call in within(node.value, Call)):
                    found.add(target)
                else:
                    found.discard(target)
        elif isinstance(node, Branch) and node.condition is not None:
            for variable in within(node.condition, Name, Chain):
                if text_of(module, variable) in roles and not _minds_privileges(
                    module, node.condition, privileged
                ):
                    yield variable
        elif isinstance(node, Call) and node.name.casefold() in _IN_ROLE:
            above = next((x for x in module.ancestors(node) if isinstance(x, (If, Assignment))), 0)
            whole = outermost_expression(module, node)
            if isinstance(above, If) and not _minds_privileges(module, whole, privileged):
                yield node


def _minds_privileges(module: ModuleView, expression: Node, variables: set[str]) -> bool:
    return any(call.name.casefold() in _IS_PRIVILEGED for call in within(expression, Call)) or any(
        text_of(module, item) in variables for item in within(expression, Name, Chain)
    )
