"""Routines of forms say where they run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.nodes import RoutineNode
from cai_assets.rules.model import Found, Kind, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import directive_of, words

_AT_CLIENT = words("НаКлиенте", "AtClient")


@module_rule(
    "ServerSideExportFormMethod",
    severity=Severity.BLOCKER,
    kind=Kind.BUG,
    title=Text(
        "Экспортный метод формы выполняется на сервере", "Exported routine of a form runs on server"
    ),
    description=Text(
        "Экспортный метод формы без `&НаКлиенте` вызывают как обычный метод, а выполняется он "
        "на сервере: чужой код незаметно отправляет туда всю форму. Форму, переданную в "
        "серверный модуль, он связывает с этим модулем.\n\n"
        "Сделайте экспортным клиентский метод, а серверную часть вызывайте из него; общий "
        "серверный код вынесите в модуль.",
        "An exported routine of a form without `&AtClient` is called like any other, but runs on "
        "the server: foreign code sends the whole form there and does not see it. A form that is "
        "passed to a module of the server is tied to that module by it.\n\n"
        "Export a routine of the client and call the server's part from there; move shared code of "
        "the server to a module.",
    ),
    message=Text(
        "Экспортный метод «{name}» должен быть клиентским",
        "The exported “{name}” must run on the client",
    ),
)
def server_side_export(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    if module.context.kind == "FormModule" and not module.context.ordinary_form:
        for routine in module.tree.routines:
            if routine.export and directive_of(routine) not in _AT_CLIENT:
                yield _at_name(routine)


@module_rule(
    "CompilationDirectiveLost",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(439,),
    title=Text("Нет директивы компиляции", "Compilation directive is missing"),
    description=Text(
        "Метод формы или команды без директивы выполняется на сервере с передачей всей формы. "
        "Это редко задумано и замедляет работу.\n\nУкажите директиву: `&НаКлиенте`, `&НаСервере` "
        "или `&НаСервереБезКонтекста`.",
        "A routine of a form or command without a directive runs on the server, and the whole form "
        "is sent there. That is seldom meant, and slow.\n\nState the directive: `&AtClient`, "
        "`&AtServer` or `&AtServerNoContext`.",
    ),
    message=Text(
        "Укажите директиву компиляции метода «{name}»",
        "State the compilation directive of “{name}”",
    ),
)
def directive_lost(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    context = module.context
    if context.kind in {"", "FormModule", "CommandModule"} and not context.ordinary_form:
        for routine in module.tree.routines:
            if not directive_of(routine):
                yield _at_name(routine)


def _at_name(routine: RoutineNode) -> Found:
    return Found(routine.position, routine.position, {"name": routine.name})
