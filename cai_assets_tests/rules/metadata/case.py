"""A case of a rule: a small configuration with the fault, and one without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cai_assets.knowledge.extract import extract
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.engine import check_tables
from cai_assets.rules.metadata.contract import with_contract
from cai_assets_tests.edt import EdtProject

Build = Callable[[EdtProject], object]


class Expected(NamedTuple):
    """The end of the file's name, the line, and words of the English message."""

    file: str
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule finds in what `wrong` builds, and that it finds nothing in `right`."""

    key: str
    wrong: Build
    found: tuple[Expected, ...]
    right: Build
    about: str = ""

    @property
    def name(self) -> str:
        """How the test is called."""
        return f"{self.key}-{self.about}" if self.about else self.key


def findings(
    build: Build, root: Path, key: str, options: dict[str, object] | None = None
) -> list[tuple[str, int, str]]:
    """File, line and English message of what one rule finds in what `build` builds."""
    build(EdtProject(root))
    tables = with_contract(extract(root, workers=1).tables, root)
    raws = check_tables(tables, [all_rules()[key]], {key: options or {}})
    return [(raw.file, raw.line, raw.message.en) for raw in raws]


def procedure(name: str, *body: str, parameters: str = "", export: bool = True) -> str:
    """A procedure; the body begins in its second line."""
    lines = "".join(f"    {line}\n" for line in body)
    return f"Процедура {name}({parameters}){' Экспорт' if export else ''}\n{lines}КонецПроцедуры\n"


def function(name: str, *body: str, parameters: str = "", export: bool = True) -> str:
    """A function; the body begins in its second line."""
    text = procedure(name, *body, parameters=parameters, export=export)
    return text.replace("Процедура", "Функция").replace("КонецПроцедуры", "КонецФункции")


def form(body: str) -> str:
    """The text of a managed form."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<form:Form xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:form="http://g5.1c.ru/v8/dt/form">\n' + body + "</form:Form>\n"
    )


def common_form(project: EdtProject, body: str, module: str) -> None:
    """A common form `Форма` with its module."""
    project.object("CommonForm", "Форма")
    project.write("src/CommonForms/Форма/Form.form", form(body))
    project.module("CommonForm", "Форма", module)


def role(project: EdtProject, name: str, body: str = "", new_objects: bool = False) -> None:
    """A role; `body` has the rights of objects, from line 4."""
    project.object("Role", name)
    project.write(
        f"src/Roles/{name}/Rights.rights",
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Rights xmlns="http://v8.1c.ru/8.2/roles">\n'
        f"  <setForNewObjects>{str(new_objects).lower()}</setForNewObjects>\n{body}</Rights>\n",
    )


def right(object_: str, name: str, value: bool = True) -> str:
    """A right on an object, in one line."""
    return (
        f"  <object><name>{object_}</name><right><name>{name}</name>"
        f"<value>{str(value).lower()}</value></right></object>\n"
    )
