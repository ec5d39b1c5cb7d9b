"""Modules are divided into the regions that standard 455 names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.nodes import Directive, Raise, RoutineNode
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView, Place
from cai_assets.rules.syntax import code_of, last_with_semicolon, words

PUBLIC = words("ПрограммныйИнтерфейс", "Public")
_INTERNAL = words("СлужебныйПрограммныйИнтерфейс", "Internal")
_PRIVATE = words("СлужебныеПроцедурыИФункции", "Private")
_EVENTS = words("ОбработчикиСобытий", "EventHandlers")
_VARIABLES = words("ОписаниеПеременных", "Variables")
_INITIALIZE = words("Инициализация", "Initialize")
_FORM = words(
    "ОбработчикиСобытийФормы", "FormEventHandlers",
    "ОбработчикиСобытийЭлементовШапкиФормы", "FormHeaderItemsEventHandlers",
    "ОбработчикиКомандФормы", "FormCommandsEventHandlers",
)  # fmt: skip
_FORM_TABLE = ("обработчикисобытийэлементовтаблицыформы", "formtableitemseventhandlers")
"""The name of the table follows."""

_EXTENDING = words(
    "Перед", "Before", "После", "After", "Вместо", "Around", "ИзменениеИКонтроль",
    "ChangeAndValidate",
)  # fmt: skip
"""Annotations by which an extension changes a routine."""

_APPLICATION = _VARIABLES | PUBLIC | _EVENTS
_OBJECT = _VARIABLES | PUBLIC | _EVENTS | _INTERNAL | _INITIALIZE
_ALLOWED: dict[str, frozenset[str]] = {
    "FormModule": _VARIABLES | _FORM | _INITIALIZE,
    "ObjectModule": _OBJECT,
    "RecordSetModule": _OBJECT,
    "ValueManagerModule": _VARIABLES | PUBLIC | _EVENTS | _INTERNAL,
    "ManagerModule": PUBLIC | _EVENTS | _INTERNAL | _INITIALIZE,
    "CommonModule": PUBLIC | _INTERNAL,
    "ManagedApplicationModule": _APPLICATION,
    "OrdinaryApplicationModule": _APPLICATION,
    "ExternalConnectionModule": PUBLIC | _EVENTS,
    "CommandModule": _EVENTS,
    "SessionModule": _EVENTS,
    "HTTPServiceModule": _EVENTS,
    "WebServiceModule": _EVENTS,
}
"""Regions of each kind of module, beside the private one that any has."""


def outermost_region(module: ModuleView, routine: RoutineNode) -> str:
    """The folded name of the outermost region around a routine; empty for none."""
    path, _ = module.parsed.preprocessor.enclosing(routine.header)
    return path.partition("/")[0].casefold()


@module_rule(
    "NonStandardRegion",
    severity=Severity.INFO,
    kind=Kind.CODE_SMELL,
    standards=(455,),
    title=Text("Нестандартная область", "Region is not a standard one"),
    description=Text(
        "Область верхнего уровня не из тех, что стандарт называет для этого вида модуля. "
        "В привычной структуре нужное находят сразу, в своей — ищут.\n\n"
        "Переименуйте область или вложите ее в стандартную.",
        "A region of the top level is none of those that the standard names for this kind of "
        "module. In the usual structure things are found at once, in one's own they are looked "
        "for.\n\nRename the region, or put it into a standard one.",
    ),
    message=Text(
        "Область «{name}» не стандартная для модуля", "The region “{name}” is not standard here"
    ),
)
def non_standard_region(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    kind = module.context.kind
    if kind not in _ALLOWED:
        return
    for directive, _ in _top_regions(module):
        name = directive.text.casefold()
        form_table = kind == "FormModule" and name.startswith(_FORM_TABLE)
        if not form_table and name not in _ALLOWED[kind] | _PRIVATE:
            place = _place(module, directive)
            yield Found(directive.start, directive.start, {"name": directive.text}, None, place)


def _place(module: ModuleView, directive: Directive) -> Place:
    """Of a preprocessor line without its `#`."""
    last = directive.column + len(module.tokens.all.values[directive.index].rstrip())
    return Place(directive.line, directive.column + 1, directive.line, last)


def _top_regions(module: ModuleView) -> list[tuple[Directive, int]]:
    """Regions in no other region and in no routine, with the line of their end.

    A region that nothing closes, or that begins in a routine, is none.
    """
    routines = module.tree.routines
    found: list[tuple[Directive, int]] = []
    opened: list[Directive] = []
    for directive in module.parsed.preprocessor.directives:
        if directive.kind == "region":
            opened.append(directive)
        elif directive.kind == "endregion" and opened:
            start = opened.pop()
            inside = any(x.header < start.start <= x.end for x in routines)
            if not opened and not inside:
                found.append((start, directive.line))
    return sorted(found, key=lambda item: item[0].line)


@module_rule(
    "CodeOutOfRegion",
    severity=Severity.INFO,
    kind=Kind.CODE_SMELL,
    standards=(455,),
    title=Text("Код вне областей", "Code outside of regions"),
    description=Text(
        "Переменная, метод или код модуля стоит вне областей. По областям видно, что модуль "
        "обещает другим, а что служебное; без них этого не узнать.\n\n"
        "Разложите код по стандартным областям.",
        "A variable, a routine or the body of the module stands outside any region. Regions tell "
        "what a module promises to others and what is internal; without them nobody knows.\n\n"
        "Put the code into standard regions.",
    ),
    message=Text("Поместите код в область", "Put the code into a region"),
    parameters=(
        Parameter(
            "checkUnknownModuleType",
            False,
            Text("Проверять модули неизвестного вида", "Look at modules of unknown kinds"),
        ),
    ),
)
def code_out_of_region(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    if not module.context.kind and not options["checkUnknownModuleType"]:
        return
    lines = [(directive.line, end) for directive, end in _top_regions(module)]
    if lines:
        yield from (span for span in _pieces(module) if not _inside(module, span, lines))
        return
    variables = module.tree.variables
    if variables:
        yield Found(variables[0].start, last_with_semicolon(module, variables[-1]))
    else:
        yield from list(_pieces(module))[:1]


def _pieces(module: ModuleView) -> Iterator[Found]:
    """What has to stand in regions: variables, names of routines, statements of the body."""
    for variable in module.tree.variables:
        yield Found(variable.start, last_with_semicolon(module, variable))
    for routine in module.tree.routines:
        yield Found(routine.position, routine.position)
    for statement in code_of(module.tree.body):
        if not isinstance(statement, Raise):
            yield Found(statement.start, last_with_semicolon(module, statement))


def _inside(module: ModuleView, span: Found, regions: list[tuple[int, int]]) -> bool:
    first, last = module.tokens.line_of(span.first), module.tokens.line_of(span.last)
    return any(start <= first and last <= end for start, end in regions)


@module_rule(
    "NonExportMethodsInApiRegion",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(455,),
    title=Text("Неэкспортный метод в области интерфейса", "Routine of the API is not exported"),
    description=Text(
        "В области программного интерфейса стоит метод без `Экспорт`: либо его забыли "
        "экспортировать, либо служебный код выдан за интерфейс.\n\nДобавьте `Экспорт` или "
        "перенесите метод в «СлужебныеПроцедурыИФункции».",
        "A routine without `Export` stands in a region of the API: either the word was forgotten, "
        "or internal code poses as API.\n\nAdd `Export`, or move the routine to `Private`.",
    ),
    message=Text(
        "Метод «{name}» в области «{region}» не экспортный",
        "“{name}” in the region “{region}” is not exported",
    ),
    parameters=(
        Parameter(
            "skipAnnotatedMethods",
            False,
            Text(
                "Пропускать методы с аннотациями расширений",
                "Pass over routines with annotations of extensions",
            ),
        ),
    ),
)
def non_export_in_api(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for routine in module.tree.routines:
        if routine.export or (options["skipAnnotatedMethods"] and _is_annotated(routine)):
            continue
        if outermost_region(module, routine) in PUBLIC | _INTERNAL:
            path, _ = module.parsed.preprocessor.enclosing(routine.header)
            values = {"name": routine.name, "region": path.partition("/")[0]}
            yield Found(routine.position, routine.position, values)


def _is_annotated(routine: RoutineNode) -> bool:
    return any(annotation.name.casefold() in _EXTENDING for annotation in routine.annotations)


@module_rule(
    "CommonModuleMissingAPI",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    standards=(455,),
    title=Text("Общий модуль без программного интерфейса", "Common module without an API"),
    description=Text(
        "В общем модуле нет экспортных методов или нет области «ПрограммныйИнтерфейс» либо "
        "«СлужебныйПрограммныйИнтерфейс». Вызвать из него нечего, или не видно, что можно "
        "вызывать.\n\nВыделите интерфейс в область или удалите модуль.",
        "A common module exports nothing, or has no region `Public` or `Internal`. There is "
        "nothing to call in it, or one cannot see what may be called.\n\nPut the API into such a "
        "region, or delete the module.",
    ),
    message=Text("У общего модуля нет программного интерфейса", "The common module has no API"),
)
def common_module_missing_api(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    routines = module.tree.routines
    if module.context.kind != "CommonModule" or not routines:
        return
    names = {directive.text.casefold() for directive, _ in _top_regions(module)}
    if not any(x.export for x in routines) or not names & (PUBLIC | _INTERNAL):
        first = routines[0].start
        width = len(module.tokens.text_lines[0])
        yield Found(first, first, place=Place(1, 1, 1, width + 1), whole_module=True)
