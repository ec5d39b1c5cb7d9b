"""Rows of the code of one common module."""

from __future__ import annotations

from typing import Any

from cai_assets.site.model import Context, Page, Rows
from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.parts import code
from cai_assets.site.pages.parts.code import CodeView, ModuleView, RoutineView
from cai_assets_tests.site.pages.given import RUSSIAN, given

ID = "CommonModule.Продажи"
PAGE = Page(ID, ID, "CommonModule", "Продажи")


def module_row(module: str = f"{ID}.Module", **columns: Any) -> dict[str, Any]:
    """A module with what tables always have."""
    return {
        "project": "Торговля",
        "module": module,
        "kind": "CommonModule",
        "client": False,
        "server": True,
        "lines": 40,
        "ncloc": 30,
        "cyclomatic": 5,
        "cognitive": 3,
        "body_statements": 0,
        "syntax_errors": 0,
        "file": "src/Продажи/Module.bsl",
        **columns,
    }


def routine_row(name: str, module: str = f"{ID}.Module", **columns: Any) -> dict[str, Any]:
    """An exported procedure; of a common or form module its id has no step for the module."""
    return {
        "project": "Торговля",
        "module": module,
        "routine": f"{module.removesuffix('.Module')}.{name}",
        "name": name,
        "function": False,
        "export": True,
        "asynchronous": False,
        "directive": "",
        "annotations": [],
        "region": "",
        "line": 1,
        "lines": 5,
        "cyclomatic": 1,
        "cognitive": 0,
        "doc": "",
        "description": "",
        **columns,
    }


def parameter_row(routine: str, order: int, name: str, **columns: Any) -> dict[str, Any]:
    """A parameter of a routine on line 1."""
    return {
        "routine": f"{ID}.{routine}",
        "routine_line": 1,
        "order": order,
        "name": name,
        "by_value": False,
        "default": None,
        **columns,
    }


def rows_of(**tables: list[dict[str, Any]]) -> Rows:
    """The module and what is given."""
    variants = [{"project": "Торговля", "script_variant": "Russian"}]
    defaults: dict[str, list[dict[str, Any]]] = {
        "objects": [
            {"project": "Торговля", "type": "CommonModule", "belonging": "Own", "file": "x"}
        ],
        "projects": [{"project": "Торговля", "kind": "configuration"}],
        "code_modules": [module_row()],
        "script": variants,
    }
    return given(Objects(), **{**defaults, **tables})


def code_view(context: Context = RUSSIAN, **tables: list[dict[str, Any]]) -> CodeView:
    """The code of the module."""
    view = code.read(PAGE, rows_of(**tables), context)
    assert view is not None
    return view


def only_module(**tables: list[dict[str, Any]]) -> ModuleView:
    """The one module of the view."""
    (module,) = code_view(RUSSIAN, **tables).modules
    return module


def only_routine(**tables: list[dict[str, Any]]) -> RoutineView:
    """The one exported routine."""
    (group,) = only_module(**tables).groups
    (routine,) = group.routines
    return routine
