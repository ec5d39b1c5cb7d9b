"""Which routine a call means, as far as names decide it."""

from __future__ import annotations

from pathlib import Path

from cai_assets.knowledge.extract import extract
from cai_assets_tests.edt import EdtProject

_EXPORTED = "Процедура Открытая() Экспорт\nКонецПроцедуры\nПроцедура Закрытая()\nКонецПроцедуры\n"


def _resolved(root: Path, module: str) -> dict[str, tuple[str | None, str]]:
    calls = extract(root, workers=1).tables["calls"].to_pylist()
    return {
        f"{row['receiver']}.{row['name']}".lstrip("."): (row["callee"], row["resolution"])
        for row in calls
        if row["module"] == module
    }


def _module_calling(*calls: str) -> str:
    body = "\n".join(f"    {call};" for call in calls)
    return f"Процедура Вызовы()\n{body}\nКонецПроцедуры\n"


def test_names_are_compared_without_regard_to_case(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("Сервер", _EXPORTED)
    project.common_module("Клиент", _module_calling("СЕРВЕР.открытая()", "вызовы()"))
    assert _resolved(tmp_path, "CommonModule.Клиент.Module") == {
        "СЕРВЕР.открытая": ("CommonModule.Сервер.Открытая", "common_module"),
        "вызовы": ("CommonModule.Клиент.Вызовы", "local"),
    }


def test_a_hidden_or_missing_routine_of_a_common_module_is_said_so(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("Сервер", _EXPORTED)
    project.common_module("Клиент", _module_calling("Сервер.Закрытая()", "Сервер.Нет()"))
    assert _resolved(tmp_path, "CommonModule.Клиент.Module") == {
        "Сервер.Закрытая": (None, "not_exported"),
        "Сервер.Нет": (None, "missing_routine"),
    }


def test_exports_of_a_global_module_are_called_without_a_receiver(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    flags = "<global>true</global><clientManagedApplication>true</clientManagedApplication>"
    project.common_module("Глобальный", _EXPORTED, flags)
    project.common_module("Клиент", _module_calling("Открытая()", "Закрытая()", "Сообщить(1)"))
    assert _resolved(tmp_path, "CommonModule.Клиент.Module") == {
        "Открытая": ("CommonModule.Глобальный.Открытая", "global_module"),
        "Закрытая": (None, "not_in_configuration"),
        "Сообщить": (None, "not_in_configuration"),
    }


def test_a_call_on_a_value_waits_for_its_type(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("М", _module_calling("Запрос.Выполнить()", "А.Б().В()"))
    resolved = _resolved(tmp_path, "CommonModule.М.Module")
    assert resolved["Запрос.Выполнить"] == (None, "value")
    assert resolved["А.Б().В"] == (None, "value")


def test_this_object_is_the_module_itself(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("М", _EXPORTED + _module_calling("ЭтотОбъект.Закрытая()"))
    assert _resolved(tmp_path, "CommonModule.М.Module")["ЭтотОбъект.Закрытая"] == (
        "CommonModule.М.Закрытая",
        "local",
    )


def test_an_extension_sees_the_base_after_itself(tmp_path: Path) -> None:
    base = EdtProject(tmp_path / "base", "Основа")
    base.common_module("Сервер", _EXPORTED)
    extension = EdtProject(
        tmp_path / "ext", "Расширение", "  <objectBelonging>Adopted</objectBelonging>\n"
    )
    extension.common_module("Сервер", _module_calling("Закрытая()"))
    extension.common_module("Своё", _module_calling("Сервер.Открытая()"))
    assert _resolved(tmp_path, "CommonModule.Сервер.Module")["Закрытая"] == (
        "CommonModule.Сервер.Закрытая",
        "base_module",
    )
    assert _resolved(tmp_path, "CommonModule.Своё.Module")["Сервер.Открытая"] == (
        "CommonModule.Сервер.Открытая",
        "common_module",
    )
