"""What is not in the upload, or could not be read, is not called missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cai_assets_tests.edt import EdtProject
from cai_assets_tests.rules.metadata.case import common_form, findings, function, procedure

_ADOPTED = "  <objectBelonging>Adopted</objectBelonging>\n"
_FORM = (
    "  <handlers>\n    <event>OnOpen</event>\n    <name>ПриОткрытии</name>\n  </handlers>\n"
    '  <items xsi:type="form:FormField">\n    <name>Поле</name>\n'
    '    <dataPath xsi:type="form:DataPath"><segments>Нет.Цена</segments></dataPath>\n  </items>\n'
)
_HANDLER = "  <handler>CommonModule.Общий.Запретить</handler>\n"
_METHOD = "  <methodName>CommonModule.Общий.Запретить</methodName>\n"
_COMPILED = b"\x01\x02compiled"


def _names_what_is_missing(project: EdtProject) -> None:
    """One fault for each rule that could tell it."""
    project.object("EventSubscription", "Запрет", _HANDLER)
    project.object("ScheduledJob", "Обмен", _METHOD)
    project.common_module("Свой", procedure("А", "Общий.Запретить();") + _query())
    common_form(project, _FORM, "")


def _query() -> str:
    return procedure("Б", 'Запрос = Новый Запрос("ВЫБРАТЬ Т.Ссылка ИЗ Справочник.Нет КАК Т");')


def _extension_alone(project: EdtProject) -> None:
    _names_what_is_missing(project)
    project.object("CommonModule", "Общий", _ADOPTED)
    project.module("CommonModule", "Общий", "")
    EdtProject(project.root, "Доработки", _ADOPTED)


def _configuration(project: EdtProject) -> None:
    _names_what_is_missing(project)
    project.common_module("Общий", "")


_KEYS = (
    "MissingEventSubscriptionHandler",
    "ScheduledJobHandler",
    "MissingCommonModuleMethod",
    "MissingFormHandler",
    "WrongDataPathForFormElements",
    "QueryToMissingMetadata",
)


@pytest.mark.parametrize("key", _KEYS)
def test_an_extension_may_name_what_its_configuration_has(tmp_path: Path, key: str) -> None:
    assert findings(_extension_alone, tmp_path, key) == []


@pytest.mark.parametrize("key", _KEYS)
def test_the_same_in_a_configuration_is_a_fault(tmp_path: Path, key: str) -> None:
    assert len(findings(_configuration, tmp_path, key)) == 1


def _compiled(project: EdtProject) -> None:
    _names_what_is_missing(project)
    project.common_module("Общий", "")
    for path in ("CommonModules/Общий", "CommonForms/Форма"):
        project.write(f"src/{path}/Module.bsl", _COMPILED)


def _broken(project: EdtProject) -> None:
    _configuration(project)
    project.module("CommonModule", "Общий", "Процедура Запретить( Экспорт\n")
    project.module("CommonForm", "Форма", "Процедура ПриОткрытии(\n")


@pytest.mark.parametrize("build", [_compiled, _broken])
@pytest.mark.parametrize("key", _KEYS[:4])
def test_a_module_that_was_not_read_whole_may_have_the_routine(
    tmp_path: Path, key: str, build: Callable[[EdtProject], None]
) -> None:
    assert findings(build, tmp_path, key) == []


def _extension_with_its_base(project: EdtProject) -> None:
    base = EdtProject(project.root / "base", "Основа")
    base.common_module("Общий", procedure("Запретить", "Ж();"))
    extension = EdtProject(project.root / "extension", "Доработки", _ADOPTED)
    extension.object("CommonModule", "Общий", _ADOPTED)
    extension.object("EventSubscription", "Запрет", _HANDLER)
    extension.common_module("Свой", procedure("А", "Общий.Запретить();", "Общий.Нет();"))


def test_an_extension_uses_what_its_base_has(tmp_path: Path) -> None:
    handlers = findings(_extension_with_its_base, tmp_path / "1", "MissingEventSubscriptionHandler")
    calls = findings(_extension_with_its_base, tmp_path / "2", "MissingCommonModuleMethod")
    assert handlers == []
    assert [message for *_, message in calls] == ["Общий has no routine Нет"]


def test_options_are_those_of_the_reference(tmp_path: Path) -> None:
    def build(project: EdtProject) -> None:
        project.common_module("Общий", function("Мой_А", export=False))

    key, options = "UnusedLocalMethod", {"attachableMethodPrefixes": "Мой_"}
    assert len(findings(build, tmp_path / "1", key)) == 1
    assert findings(build, tmp_path / "2", key, dict(options)) == []
