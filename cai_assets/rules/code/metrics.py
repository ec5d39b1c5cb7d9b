"""Routines are small enough to be understood; thresholds are those of the reference.

The figures are those of the tables: see `onec.bsl.metrics`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.metrics import (
    COGNITIVE_THRESHOLD,
    CYCLOMATIC_THRESHOLD,
    NESTING_THRESHOLD,
    OPTIONAL_PARAMETERS_THRESHOLD,
    PARAMETERS_THRESHOLD,
    SIZE_THRESHOLD,
)
from cai_assets.onec.bsl.nodes import For, ForEach, If, Node, RoutineNode, Try, While
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import code_of

_COMPOUND = (If, While, For, ForEach, Try)
_BODY = Text("Проверять код модуля вне методов", "Look at the module's body, too")
_THRESHOLD = Text("Наибольшее допустимое значение", "Largest value allowed")


@module_rule(
    "CognitiveComplexity",
    severity=Severity.CRITICAL,
    kind=Kind.CODE_SMELL,
    title=Text("Высокая когнитивная сложность", "High cognitive complexity"),
    description=Text(
        "Когнитивная сложность растет с каждым ветвлением и циклом, и тем больше, чем глубже они "
        "вложены: она говорит, трудно ли метод прочитать. Сложные методы меняют с ошибками.\n\n"
        "Вынесите вложенные части в отдельные методы, выходите раньше через `Возврат`, "
        "упростите условия.",
        "Cognitive complexity grows with each branch and loop, and the more so the deeper they are "
        "nested: it tells how hard a routine is to read. Complex routines are changed with "
        "mistakes.\n\nMove nested parts into routines of their own, return early, simplify "
        "conditions.",
    ),
    message=Text(
        "Когнитивная сложность «{name}» — {value}, допустимо {limit}",
        "The cognitive complexity of “{name}” is {value}, {limit} is allowed",
    ),
    parameters=(
        Parameter("complexityThreshold", COGNITIVE_THRESHOLD, _THRESHOLD),
        Parameter("checkModuleBody", True, _BODY),
    ),
)
def cognitive_complexity(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    figures = [routine.cognitive for routine in module.facts.routines]
    yield from _over(module, options, figures, module.facts.cognitive - sum(figures))


@module_rule(
    "CyclomaticComplexity",
    severity=Severity.CRITICAL,
    kind=Kind.CODE_SMELL,
    title=Text("Высокая цикломатическая сложность", "High cyclomatic complexity"),
    description=Text(
        "Цикломатическая сложность — число независимых путей через метод; столько нужно тестов, "
        "чтобы пройти каждый. Большое число означает, что проверить метод нельзя.\n\n"
        "Разделите метод: каждый должен решать одну задачу.",
        "Cyclomatic complexity is the number of independent paths through a routine: so many tests "
        "it takes to walk them all. A large number means that it cannot be tested.\n\nSplit it "
        "up: each routine should solve one task.",
    ),
    message=Text(
        "Цикломатическая сложность «{name}» — {value}, допустимо {limit}",
        "The cyclomatic complexity of “{name}” is {value}, {limit} is allowed",
    ),
    parameters=(
        Parameter("complexityThreshold", CYCLOMATIC_THRESHOLD, _THRESHOLD),
        Parameter("checkModuleBody", True, _BODY),
    ),
)
def cyclomatic_complexity(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    figures = [routine.cyclomatic for routine in module.facts.routines]
    yield from _over(module, options, figures, module.facts.cyclomatic - sum(figures))


def _over(
    module: ModuleView, options: Mapping[str, Any], figures: list[int], of_body: int
) -> Iterator[Found]:
    limit = options["complexityThreshold"]
    for routine, value in zip(module.tree.routines, figures, strict=True):
        if value > limit:
            yield _at_name(routine, value, limit)
    body = code_of(module.tree.body)
    if options["checkModuleBody"] and body and of_body > limit:
        values = {"name": "body", "value": of_body, "limit": limit}
        yield Found(body[0].start, body[0].start, values)


def _at_name(routine: RoutineNode, value: int, limit: int) -> Found:
    values = {"name": routine.name, "value": value, "limit": limit}
    return Found(routine.position, routine.position, values)


@module_rule(
    "MethodSize",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    title=Text("Слишком длинный метод", "Routine is too long"),
    description=Text(
        "Метод длиннее, чем можно удержать в голове. В таких методах смешаны несколько задач, "
        "и изменение одной задевает другие.\n\nРазделите метод на несколько с понятными именами.",
        "The routine is longer than one can keep in mind. Such routines mix several tasks, and a "
        "change to one touches the others.\n\nSplit it into several with telling names.",
    ),
    message=Text(
        "Строк в «{name}» — {value}, допустимо {limit}",
        "“{name}” has {value} lines, {limit} are allowed",
    ),
    parameters=(Parameter("maxMethodSize", SIZE_THRESHOLD, _THRESHOLD),),
)
def method_size(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    limit = options["maxMethodSize"]
    line_of = module.tokens.line_of
    for routine in module.tree.routines:
        if routine.body:
            size = line_of(routine.end - routine.closed) - line_of(routine.body_start)
            if size > limit:
                yield _at_name(routine, size, limit)


@module_rule(
    "NestedStatements",
    severity=Severity.CRITICAL,
    kind=Kind.CODE_SMELL,
    title=Text("Слишком глубокая вложенность", "Statements nested too deeply"),
    description=Text(
        "Условия, циклы и попытки вложены так глубоко, что не видно, при каких условиях код "
        "выполняется.\n\nВыходите раньше через `Возврат` и `Продолжить`, вынесите внутреннюю "
        "часть в метод.",
        "Conditions, loops and attempts are nested so deeply that one cannot see when the code "
        "runs.\n\nLeave early by `Return` and `Continue`, move the inner part into a routine.",
    ),
    message=Text(
        "Вложенность {value}, допустимо {limit}", "Nested {value} deep, {limit} is allowed"
    ),
    parameters=(Parameter("maxAllowedLevel", NESTING_THRESHOLD, _THRESHOLD),),
)
def nested_statements(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    limit = options["maxAllowedLevel"]
    depths: dict[int, int] = {}
    inner: dict[int, Node] = {}
    for node in sorted(module.find(*_COMPOUND), key=lambda node: node.start):
        above = next((x for x in module.ancestors(node) if isinstance(x, _COMPOUND)), None)
        depths[id(node)] = depths[id(above)] + 1 if above else 1
        inner[id(node)] = node
        inner.pop(id(above), None)
    for key, node in inner.items():
        if depths[key] > limit:
            yield Found(node.start, node.start, {"value": depths[key], "limit": limit})


@module_rule(
    "NumberOfParams",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    standards=(640,),
    title=Text("Слишком много параметров", "Too many parameters"),
    description=Text(
        "Вызов с длинным списком параметров трудно прочитать и легко перепутать их порядок.\n\n"
        "Соберите связанные параметры в структуру с конструктором или разделите метод.",
        "A call with a long list of parameters is hard to read, and their order is easily mixed "
        "up.\n\nPut related parameters into a structure with a constructor, or split the routine.",
    ),
    message=Text("Параметров {value}, допустимо {limit}", "{value} parameters, {limit} allowed"),
    parameters=(Parameter("maxParamsCount", PARAMETERS_THRESHOLD, _THRESHOLD),),
)
def number_of_params(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    limit = options["maxParamsCount"]
    for routine in module.tree.routines:
        if len(routine.parameters) > limit:
            yield _at_parameters(routine, {"value": len(routine.parameters), "limit": limit})


@module_rule(
    "NumberOfOptionalParams",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    standards=(640,),
    title=Text("Слишком много необязательных параметров", "Too many optional parameters"),
    description=Text(
        "При многих необязательных параметрах вызовы состоят из запятых, и не видно, что "
        "передано.\n\nСоберите необязательные параметры в структуру, которую создает отдельная "
        "функция.",
        "With many optional parameters calls consist of commas, and one cannot see what is "
        "passed.\n\nPut optional parameters into a structure that a function of its own makes.",
    ),
    message=Text(
        "Необязательных параметров {value}, допустимо {limit}",
        "{value} optional parameters, {limit} allowed",
    ),
    parameters=(Parameter("maxOptionalParamsCount", OPTIONAL_PARAMETERS_THRESHOLD, _THRESHOLD),),
)
def number_of_optional_params(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    limit = options["maxOptionalParamsCount"]
    for routine in module.tree.routines:
        value = sum(parameter.default is not None for parameter in routine.parameters)
        if value > limit:
            yield _at_parameters(routine, {"value": value, "limit": limit})


@module_rule(
    "OrderOfParams",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(640,),
    title=Text(
        "Необязательный параметр перед обязательным", "Optional parameter before a required one"
    ),
    description=Text(
        "За параметром со значением по умолчанию идет обязательный: в вызовах приходится "
        "пропускать параметры через запятую.\n\nСтавьте обязательные параметры первыми.",
        "A required parameter follows one with a default: calls have to skip parameters by "
        "commas.\n\nPut required parameters first.",
    ),
    message=Text(
        "Обязательные параметры должны стоять перед необязательными",
        "Required parameters must stand before optional ones",
    ),
)
def order_of_params(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for routine in module.tree.routines:
        optional = [parameter.default is not None for parameter in routine.parameters]
        if optional != sorted(optional):
            yield _at_parameters(routine, {})


def _at_parameters(routine: RoutineNode, values: dict[str, int]) -> Found:
    return Found(routine.parameters[0].start, routine.parameters[-1].end, values)
