"""What other modules call is described above its header (standard 453)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.doc_comments import DocField
from cai_assets.onec.bsl.nodes import RoutineNode
from cai_assets.rules.code.regions import PUBLIC, outermost_region
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView

_LINKS = ("см.", "see ")
_ONLY_EXPORT = Parameter(
    "checkOnlyExport",
    False,
    Text("Проверять только экспортные методы", "Look at exported routines only"),
)


@module_rule(
    "PublicMethodsDescription",
    severity=Severity.INFO,
    kind=Kind.CODE_SMELL,
    standards=(453,),
    title=Text("Метод программного интерфейса без описания", "API routine without a description"),
    description=Text(
        "Экспортный метод в области «ПрограммныйИнтерфейс» не описан. Кто его вызывает, "
        "вынужден читать код и полагается на то, чего метод не обещал.\n\nОпишите назначение, "
        "параметры и возвращаемое значение в комментарии над методом.",
        "An exported routine in the region `Public` has no description. Who calls it has to read "
        "its code and relies on what was never promised.\n\nDescribe purpose, parameters and "
        "returned value in a comment above the routine.",
    ),
    message=Text("Добавьте описание метода «{name}»", "Add a description of “{name}”"),
    parameters=(
        Parameter(
            "checkAllRegion",
            False,
            Text("Проверять методы всех областей", "Look at routines in all regions"),
        ),
    ),
)
def public_methods(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for routine, comment in zip(module.tree.routines, module.comments, strict=True):
        if (
            routine.export
            and comment is None
            and (options["checkAllRegion"] or outermost_region(module, routine) in PUBLIC)
        ):
            yield Found(routine.position, routine.position, {"name": routine.name})


@module_rule(
    "MissingParameterDescription",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(453,),
    title=Text("Параметры описаны не полностью", "Parameters are not fully described"),
    description=Text(
        "Описание метода и его заголовок расходятся: параметр не описан, описан лишний или "
        "порядок другой. Такому описанию нельзя верить, и типы параметров из него не узнать.\n\n"
        "Опишите каждый параметр строкой `Имя - Тип - назначение` в порядке заголовка.",
        "A routine's description and its header differ: a parameter is missing, too many, or in "
        "another order. Such a description cannot be trusted, and types are not to be had from "
        "it.\n\nDescribe each parameter by a line `Name - Type - purpose`, in the header's order.",
    ),
    message=Text("Опишите параметр «{name}»", "Describe the parameter “{name}”"),
    parameters=(_ONLY_EXPORT,),
)
def missing_parameters(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for routine, comment in zip(module.tree.routines, module.comments, strict=True):
        if comment is None or not (routine.parameters or comment.parameters):
            continue
        if options["checkOnlyExport"] and not routine.export:
            continue
        if not comment.parameters:
            if not _refers(comment.text):
                yield _at_name(routine, _NO_PARAMETERS)
            continue
        yield from _compared(routine, comment.parameters)


_NO_PARAMETERS = Text("Опишите все параметры метода", "Describe all parameters of the routine")
_NO_TYPE = Text(
    "Укажите тип параметра «{name}» в описании", "State the type of “{name}” in the description"
)
_UNKNOWN = Text(
    "Описаны параметры, которых нет: «{names}»", "Described, but no parameters: “{names}”"
)
_ORDER = Text(
    "Порядок описаний отличается от порядка параметров",
    "Descriptions are in another order than parameters",
)


def _compared(routine: RoutineNode, described: list[DocField]) -> Iterator[Found]:
    by_name: dict[str, DocField] = {}
    for item in described:
        by_name.setdefault(item.name.casefold(), item)
    used: list[DocField] = []
    complete = True
    for parameter in routine.parameters:
        found = by_name.get(parameter.name.casefold())
        place = parameter.position, parameter.position, {"name": parameter.name}
        if found is None:
            complete = False
            yield Found(*place)
            continue
        used.append(found)
        if not found.types and not _refers(found.description):
            yield Found(*place, _NO_TYPE)
    unknown = [item.name for item in described if not any(item is other for other in used)]
    if unknown:
        yield _at_name(routine, _UNKNOWN, {"names": ", ".join(unknown)})
    elif complete and [x.name.casefold() for x in described] != [
        x.name.casefold() for x in routine.parameters
    ]:
        yield _at_name(routine, _ORDER)


@module_rule(
    "MissingReturnedValueDescription",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(453,),
    title=Text("Возвращаемое значение не описано", "Returned value is not described"),
    description=Text(
        "У функции с описанием нет раздела «Возвращаемое значение», или он есть у процедуры. "
        "Кто вызывает метод, не узнает, что получит.\n\nДобавьте раздел с типом и смыслом "
        "значения; у процедуры уберите его.",
        "A described function has no section “Returns”, or a procedure has one. Who calls it does "
        "not learn what comes back.\n\nAdd the section with type and meaning of the value; remove "
        "it from a procedure.",
    ),
    message=Text(
        "Опишите возвращаемое значение функции", "Describe the value that the function returns"
    ),
    parameters=(
        Parameter(
            "allowShortDescriptionReturnValues",
            True,
            Text("Достаточно назвать тип", "It is enough to name the type"),
        ),
        _ONLY_EXPORT,
    ),
)
def missing_returned_value(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for routine, comment in zip(module.tree.routines, module.comments, strict=True):
        if comment is None or (options["checkOnlyExport"] and not routine.export):
            continue
        if not routine.is_function:
            if comment.return_types:
                yield _at_name(routine, _IS_PROCEDURE)
        elif not comment.return_types:
            if not _refers(comment.text):
                yield Found(routine.position, routine.position)
        elif not options["allowShortDescriptionReturnValues"]:
            bare = [x.name for x in comment.return_types if not (x.description or x.fields)]
            if bare:
                yield _at_name(routine, _BARE_TYPES, {"names": ", ".join(bare)})


_IS_PROCEDURE = Text(
    "У процедуры описано возвращаемое значение", "A returned value is described for a procedure"
)
_BARE_TYPES = Text(
    "Опишите смысл возвращаемых типов «{names}»", "Describe what the types “{names}” stand for"
)


def _at_name(
    routine: RoutineNode, message: Text, values: Mapping[str, object] | None = None
) -> Found:
    return Found(routine.position, routine.position, values or {}, message)


def _refers(text: str) -> bool:
    """A reference to another description counts as a full one."""
    folded = text.casefold()
    return any(link in folded for link in _LINKS)
