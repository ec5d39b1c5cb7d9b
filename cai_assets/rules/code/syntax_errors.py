"""A module that does not parse is told at the place where reading stopped."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.russian import in_russian
from cai_assets.rules.model import Found, Kind, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView, Place


@module_rule(
    "ParseError",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    standards=(439,),
    title=Text("Синтаксическая ошибка", "Syntax error"),
    description=Text(
        "Модуль не разбирается: платформа не примет такую конфигурацию, а до исправления "
        "остальные проверки этого места неполны.\n\nИсправьте текст. Часто это след "
        "неудачного слияния веток.",
        "The module cannot be parsed: the platform does not accept such a configuration, and the "
        "other rules are incomplete here until it is corrected.\n\nCorrect the text. Often it is "
        "the trace of a merge that went wrong.",
    ),
    message=Text("Ошибка разбора", "Parse error"),
)
def parse_error(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    tokens = module.tokens
    for problem in module.parsed.errors:
        offset = tokens.line_starts[problem.line - 1] + problem.column - 1
        at = max(bisect_right(tokens.code.offsets, offset) - 1, 0)
        place = None
        if not tokens.code.values or tokens.offset_of(at) != offset:
            place = Place(problem.line, problem.column, problem.line, problem.column + 1)
        message = Text(
            f"Ошибка разбора: {in_russian(problem.message)}", f"Parse error: {problem.message}"
        )
        yield Found(at, at, message=message, place=place)
