"""Functions return a value whichever way they are left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cai_assets.onec.bsl.nodes import (
    Boolean,
    Directive,
    Empty,
    For,
    ForEach,
    Goto,
    If,
    Raise,
    Return,
    Statement,
    Try,
    While,
)
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import within


@module_rule(
    "AllFunctionPathMustHaveReturn",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    title=Text("Путь функции без «Возврат»", "A path of a function without Return"),
    description=Text(
        "Функция возвращает значение не на всех путях: на остальных вызывающий молча получает "
        "`Неопределено` и ошибается позже и в другом месте.\n\nДобавьте `Возврат` в конец функции "
        "или вызовите исключение там, где значения нет.",
        "A function does not return a value on all paths: on the others the caller silently gets "
        "`Undefined` and fails later, elsewhere.\n\nAdd `Return` at the end of the function, or "
        "raise where there is no value.",
    ),
    message=Text(
        "Функция «{name}» не на всех путях возвращает значение",
        "The function “{name}” does not return a value on all paths",
    ),
    parameters=(
        Parameter(
            "loopsExecutedAtLeastOnce",
            True,
            Text("Циклы выполняются хотя бы раз", "Loops run at least once"),
        ),
        Parameter(
            "ignoreMissingElseOnExit",
            False,
            Text("Не требовать «Иначе» в конце функции", "Demand no Else at the end"),
        ),
    ),
)
def all_paths_return(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for routine in module.tree.routines:
        if not routine.is_function or not routine.closed or not any(within(routine, Return)):
            continue
        paths = _Paths(options["loopsExecutedAtLeastOnce"], options["ignoreMissingElseOnExit"])
        if paths.leaves(routine.body):
            yield Found(routine.position, routine.position, {"name": routine.name})


@dataclass
class _Paths:
    """Whether statements can be left at their end in a way that is told.

    As in the reference, neither an empty block nor a lone `Если` without `Иначе` is told, but a
    chain with `ИначеЕсли` and without `Иначе` is.
    """

    loops_run: bool
    ignore_missing_else: bool

    def leaves(self, statements: Sequence[Statement]) -> bool:
        """Whether the end of these statements can be reached."""
        steps = [item for item in statements if not isinstance(item, Empty)]
        while steps and _closes_outer(steps):
            steps.pop()
        if not steps:
            return False
        last = steps[-1]
        if isinstance(last, Directive):
            return self._after_condition(steps)
        return self._leaves_by(last)

    def _leaves_by(self, last: Statement) -> bool:
        if isinstance(last, (Return, Raise, Goto)):
            return False
        if isinstance(last, If):
            return any(self.leaves(branch.body) for branch in last.branches) or (
                last.branches[-1].condition is not None
                and len(last.branches) > 1
                and not self.ignore_missing_else
            )
        if isinstance(last, While) and isinstance(last.condition, Boolean) and last.condition.value:
            return False
        if isinstance(last, (While, For, ForEach)):
            return not self.loops_run
        if isinstance(last, Try):
            return self.leaves(last.body) or self.leaves(last.handler)
        return True

    def _after_condition(self, steps: Sequence[Statement]) -> bool:
        """The end of `#Если … #КонецЕсли`: any branch may be left, and all passed over."""
        depth = 0
        branches: list[list[Statement]] = [[]]
        has_else = False
        for at in range(len(steps) - 1, -1, -1):
            step = steps[at]
            kind = step.kind if isinstance(step, Directive) else ""
            if kind == "endif":
                depth += 1
            if depth == 1 and kind in {"elsif", "else", "if"}:
                has_else = has_else or kind == "else"
                if kind == "if":
                    before = list(steps[:at])
                    missing = not has_else and (not before or self.leaves(before))
                    return missing or any(self.leaves(branch[::-1]) for branch in branches)
                branches.append([])
            elif depth and not (depth == 1 and kind == "endif"):
                branches[-1].append(step)
            if kind == "if":
                depth -= 1
        return self.leaves([step for step in steps if not isinstance(step, Directive)])


def _closes_outer(steps: Sequence[Statement]) -> bool:
    """The last step is a line that says nothing about paths, or closes what is not in the list."""
    last = steps[-1]
    if not isinstance(last, Directive):
        return False
    if last.kind != "endif":
        return True
    opened = 0
    for step in reversed(steps):
        if isinstance(step, Directive):
            opened += (step.kind == "endif") - (step.kind == "if")
            if not opened:
                return False
    return True
