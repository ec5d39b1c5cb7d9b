"""Which routine a call means, what else answers it, or why nothing is known to."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.knowledge import calls, resolutions
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
        "Закрытая": (None, "no_such_name"),
        "Сообщить": (None, "platform"),
    }


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


_UUID = 'uuid="00000000-0000-4000-8000-00000000ffff"'
_TYPED = (
    f"  <attributes {_UUID}>\n    <name>{{}}</name>\n"
    "    <type><types>{}</types></type>\n  </attributes>\n"
)
_SECTION = f"  <tabularSections {_UUID}>\n    <name>{{}}</name>\n{{}}  </tabularSections>\n"
_FORM = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<form:Form '
    'xmlns:form="http://g5.1c.ru/v8/dt/form">\n  <attributes>\n    <name>{name}</name>\n'
    "    <id>1</id>\n    <valueType><types>{type}</types></valueType>\n  </attributes>\n"
    "</form:Form>\n"
)


def _catalog(project: EdtProject, name: str = "Товары", body: str = "") -> None:
    project.object("Catalog", name, _TYPED.format("Поставщик", "CatalogRef.Товары") + body)
    manager = _EXPORTED.replace("Открытая", "ПоУмолчанию")
    project.module("Catalog", name, manager, "ManagerModule.bsl")
    project.module("Catalog", name, _EXPORTED, "ObjectModule.bsl")


def _calls_of(root: Path, text: str, name: str = "М") -> dict[str, tuple[str | None, str]]:
    EdtProject(root).common_module(name, text)
    return _resolved(root, f"CommonModule.{name}.Module")


_MANAGER = ("Catalog.Товары.ManagerModule.ПоУмолчанию", "manager_module")
_OBJECT = ("Catalog.Товары.ObjectModule.Открытая", "object_module")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("Справочники.Товары.ПоУмолчанию()", _MANAGER),
        ("Catalogs.товары.поУмолчанию()", _MANAGER),
        ("Справочники.Товары.СоздатьЭлемент().Открытая()", _OBJECT),
        ("Catalogs.Товары.CreateItem().Открытая()", _OBJECT),
        ("Справочники.Товары.НайтиПоКоду(1).ПолучитьОбъект().Открытая()", _OBJECT),
        ("Справочники.Товары.ПустаяСсылка().Поставщик.ПолучитьОбъект().Открытая()", _OBJECT),
        ("Справочники.Товары.СоздатьЭлемент().Записать()", (None, "platform")),
        ("Catalogs.Товары.CreateItem().Write()", (None, "platform")),
        ("Справочники.Товары.Закрытая()", (None, "not_exported")),
        ("Справочники[Имя].СоздатьЭлемент()", (None, "platform")),
        ("Справочники[Имя].ПоУмолчанию()", (None, "dynamic")),
        ("МодульДругойПрограммы.Сделать()", (None, "not_in_upload")),
    ],
)
def test_a_chain_leads_to_the_module_of_its_type(
    tmp_path: Path, call: str, expected: tuple[str | None, str]
) -> None:
    _catalog(EdtProject(tmp_path))
    found = _calls_of(tmp_path, f"Процедура П(Имя)\n    {call};\nКонецПроцедуры\n")
    name = call.rpartition(".")[2].partition("(")[0]
    assert [value for key, value in found.items() if key.endswith(f".{name}")] == [expected]


@pytest.mark.parametrize(
    "given",
    [
        "О = Справочники.Товары.СоздатьЭлемент();",
        "С = Справочники.Товары.ПустаяСсылка();\n    О = С.ПолучитьОбъект();",
        "О = ?(Истина, Справочники.Товары.СоздатьЭлемент(), Неопределено);",
        "Если Истина Тогда О = 1; Иначе О = Catalogs.Товары.CreateItem(); КонецЕсли;",
        'А = Новый Структура;\n А.Вставить("О", Справочники.Товары.СоздатьЭлемент());\n О = А.О;',
        "О = Новое();",
        "О = Описанное();",
        "О = По_Ссылке();",
    ],
)
def test_a_variable_has_the_types_that_it_is_given(tmp_path: Path, given: str) -> None:
    _catalog(EdtProject(tmp_path))
    text = (
        f"Процедура П()\n    {given}\n    О.Открытая();\n    О.Записать();\nКонецПроцедуры\n"
        "Функция Новое()\n    Возврат Справочники.Товары.СоздатьЭлемент();\nКонецФункции\n"
        "// Возвращаемое значение:\n//  СправочникОбъект.Товары - новый\n"
        "Функция Описанное()\n    Возврат Неизвестно;\nКонецФункции\n"
        "// Возвращаемое значение:\n//  см. М.Описанное\n"
        "Функция По_Ссылке()\n    Возврат Неизвестно;\nКонецФункции\n"
    )
    found = _calls_of(tmp_path, text)
    assert found["О.Открытая"] == _OBJECT
    assert found["О.Записать"] == (None, "platform")


def test_an_element_of_a_collection_has_its_type(tmp_path: Path) -> None:
    section = _SECTION.format("Состав", _TYPED.format("Товар", "CatalogRef.Товары"))
    _catalog(EdtProject(tmp_path), body=section)
    text = (
        "// Параметры:\n//  Ссылки - Массив из СправочникСсылка.Товары\n"
        "Процедура П(Ссылки)\n    Для Каждого Ссылка Из Ссылки Цикл\n"
        "        Объект = Ссылка.ПолучитьОбъект();\n        Объект.Открытая();\n"
        "        Для Каждого Строка Из Объект.Состав Цикл\n"
        "            Строка.Товар.ПолучитьОбъект().Открытая();\n"
        "        КонецЦикла;\n    КонецЦикла;\nКонецПроцедуры\n"
    )
    found = _calls_of(tmp_path, text)
    assert found["Объект.Открытая"] == _OBJECT
    assert found["Строка.Товар.ПолучитьОбъект().Открытая"] == _OBJECT


@pytest.mark.parametrize(
    "call",
    [
        'ОбщегоНазначения.ОбщийМодуль("Сервер").Открытая()',
        'CommonUse.CommonModule("сервер").Открытая()',
        'Вычислить("Сервер").Открытая()',
    ],
)
def test_a_common_module_is_found_by_the_literal_that_names_it(tmp_path: Path, call: str) -> None:
    EdtProject(tmp_path).common_module("Сервер", _EXPORTED)
    text = f"Процедура П()\n    {call};\n    Модуль = {call.rpartition('.')[0]};\n"
    found = _calls_of(tmp_path, text + "    Модуль.Открытая();\nКонецПроцедуры\n")
    expected = ("CommonModule.Сервер.Открытая", "common_module")
    assert found["Модуль.Открытая"] == expected
    assert found[call.removesuffix("()")] == expected


def test_a_common_module_of_a_computed_name_is_dynamic(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("Сервер", _EXPORTED)
    getter = (
        "// Возвращаемое значение:\n//  ОбщийМодуль\nФункция ОбщийМодуль(Имя) Экспорт\n"
        "    Возврат Вычислить(Имя);\nКонецФункции\n"
    )
    project.common_module("ОбщегоНазначения", getter)
    text = "Процедура П(Имя)\n    М = ОбщегоНазначения.ОбщийМодуль(Имя);\n    М.Открытая();\n"
    found = _calls_of(tmp_path, text + "КонецПроцедуры\n")
    assert found["М.Открытая"] == (None, "dynamic")
    assert found["ОбщегоНазначения.ОбщийМодуль"][1] == "common_module"


def test_a_function_whose_comment_refers_to_a_module_returns_it(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("Сервер", _EXPORTED)
    text = (
        "// Возвращаемое значение:\n//  ОбщийМодуль - Дальше, см. Сервер.\nФункция Дальше()\n"
        "    Возврат Неизвестно;\nКонецФункции\nПроцедура П()\n    Дальше().Открытая();\n"
        "КонецПроцедуры\n"
    )
    assert _calls_of(tmp_path, text)["Дальше().Открытая"][1] == "common_module"


def test_a_local_name_hides_a_common_module(tmp_path: Path) -> None:
    EdtProject(tmp_path).common_module("Сервер", _EXPORTED)
    text = "Процедура П()\n    Сервер = Новый Массив;\n    Сервер.Добавить(1);\nКонецПроцедуры\n"
    assert _calls_of(tmp_path, text)["Сервер.Добавить"] == (None, "platform")


@pytest.mark.parametrize(
    ("call", "resolution"),
    [
        ("Значение.НайтиСтроки(1)", "platform_by_name"),
        ("Value.FindRows(1)", "platform_by_name"),
        ("Значение.Открытая()", "unknown_type"),
        ("Значение.Записать()", "unknown_type"),
        ("Значение.Выдуманное()", "no_such_name"),
        ("Выдуманное()", "no_such_name"),
        ("Message(1)", "platform"),
    ],
)
def test_without_a_type_names_tell_what_they_can(
    tmp_path: Path, call: str, resolution: str
) -> None:
    project = EdtProject(tmp_path)
    project.common_module("Сервер", _EXPORTED + "Процедура Записать() Экспорт\nКонецПроцедуры\n")
    found = _calls_of(tmp_path, f"Процедура П(Значение, Value)\n    {call};\nКонецПроцедуры\n")
    assert list(found.values()) == [(None, resolution)]


def test_what_lies_outside_is_external(tmp_path: Path) -> None:
    text = (
        'Процедура П()\n    Word = Новый COMОбъект("Word.Application");\n    Word.Quit();\n'
        "    О = ВнешниеОбработки.Создать(1);\n    О.Печать();\nКонецПроцедуры\n"
    )
    found = _calls_of(tmp_path, text)
    assert found["Word.Quit"] == found["О.Печать"] == (None, "external")
    assert found["COMОбъект"] == (None, "constructor")


def test_several_possible_callees_are_said_to_be_ambiguous(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("Один", _EXPORTED)
    project.common_module("Два", _EXPORTED)
    text = "Процедура П(Х)\n    М = ?(Х, Один, Два);\n    М.Открытая();\nКонецПроцедуры\n"
    assert _calls_of(tmp_path, text)["М.Открытая"] == (None, "ambiguous")


def test_a_form_knows_its_attributes_methods_and_other_forms(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    forms = "".join(f"  <forms {_UUID}>\n    <name>{name}</name>\n  </forms>\n" for name in "АБ")
    _catalog(project, body=forms)
    folder = f"{project.folder('Catalog', 'Товары')}/Forms"
    for name in "АБ":
        project.write(f"{folder}/{name}/Form.form", _FORM.format(name="Список", type="ValueTable"))
    project.write(f"{folder}/Б/Module.bsl", _EXPORTED)
    text = (
        "Процедура П()\n    Закрыть();\n    Список.НайтиСтроки(1);\n    ЭтаФорма.Закрыть();\n"
        '    Ф = ПолучитьФорму("Справочник.Товары.Форма.Б");\n    Ф.Открытая();\n    Ф.Открыть();\n'
        "    Элементы.Добавить();\nКонецПроцедуры\n"
    )
    project.write(f"{folder}/А/Module.bsl", text)
    found = _resolved(tmp_path, "Catalog.Товары.Form.А.Module")
    assert found["Ф.Открытая"] == ("Catalog.Товары.Form.Б.Открытая", "form_module")
    del found["Ф.Открытая"]
    assert set(found.values()) == {(None, "platform")}


def test_handlers_are_given_what_the_platform_gives_them(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    _catalog(project, body=f"  <forms {_UUID}>\n    <name>А</name>\n  </forms>\n")
    folder = f"{project.folder('Catalog', 'Товары')}/Forms/А"
    form = _FORM.format(name="Объект", type="CatalogObject.Товары")
    project.write(f"{folder}/Form.form", form.replace("<id>1</id>", "<id>1</id><main>true</main>"))
    text = (
        "Процедура ПриЧтенииНаСервере(Прочитанный)\n    Прочитанный.Открытая();\nКонецПроцедуры\n"
        "Процедура AfterWriteAtServer(О, Параметры)\n    Параметры.Свойство(1);\nКонецПроцедуры\n"
    )
    project.write(f"{folder}/Module.bsl", text)
    project.common_module("М", text)
    assert _resolved(tmp_path, "Catalog.Товары.Form.А.Module") == {
        "Прочитанный.Открытая": _OBJECT,
        "Параметры.Свойство": (None, "platform"),
    }
    assert _resolved(tmp_path, "CommonModule.М.Module") == {
        "Прочитанный.Открытая": (None, "unknown_type"),
        "Параметры.Свойство": (None, "platform_by_name"),
    }


def test_record_sets_and_constants_have_modules_too(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.object("InformationRegister", "Цены")
    project.module("InformationRegister", "Цены", _EXPORTED, "RecordSetModule.bsl")
    project.object(
        "Constant", "Курс", "  <type>\n    <types>CatalogRef.Товары</types>\n  </type>\n"
    )
    project.module("Constant", "Курс", _EXPORTED, "ValueManagerModule.bsl")
    _catalog(project)
    text = (
        "Процедура П()\n    РегистрыСведений.Цены.СоздатьНаборЗаписей().Открытая();\n"
        "    К = Constants.Курс.CreateValueManager();\n    К.Открытая();\n"
        "    Константы.Курс.Получить().ПолучитьОбъект().Открытая();\nКонецПроцедуры\n"
    )
    found = set(_calls_of(tmp_path, text).values())
    assert ("InformationRegister.Цены.RecordSetModule.Открытая", "record_set_module") in found
    assert ("Constant.Курс.ValueManagerModule.Открытая", "value_manager_module") in found
    assert _OBJECT in found


def test_an_object_module_calls_methods_of_its_object(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    _catalog(project)
    text = _module_calling("Записать()", "Поставщик.ПолучитьОбъект().Записать()")
    project.module("Catalog", "Товары", text, "ObjectModule.bsl")
    found = _resolved(tmp_path, "Catalog.Товары.ObjectModule")
    assert set(found.values()) == {(None, "platform")}


def test_names_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    EdtProject(tmp_path).common_module("Сервер", _EXPORTED)
    text = (
        "Процедура П()\n    А = Б;\n    Б = А;\n    Б = Сервер;\n    А.Открытая();\n"
        "    Б.Открытая();\n    В = В.Дальше();\n    В.Дальше();\nКонецПроцедуры\n"
        "Функция Первая()\n    Возврат Вторая();\nКонецФункции\n"
        "Функция Вторая()\n    Возврат Первая();\nКонецФункции\n"
    )
    found = _calls_of(tmp_path, text)
    expected = ("CommonModule.Сервер.Открытая", "common_module")
    assert found["А.Открытая"] == found["Б.Открытая"] == expected


def test_a_continued_call_goes_to_the_routine_of_the_base(tmp_path: Path) -> None:
    base = EdtProject(tmp_path / "base", "Основа")
    base.common_module("Сервер", _EXPORTED)
    extension = EdtProject(
        tmp_path / "ext", "Расширение", "  <objectBelonging>Adopted</objectBelonging>\n"
    )
    text = (
        '&Вместо("Открытая")\nПроцедура Расш_Открытая()\n    ПродолжитьВызов();\nКонецПроцедуры\n'
    )
    extension.common_module("Сервер", text)
    assert _resolved(tmp_path, "CommonModule.Сервер.Module")["ПродолжитьВызов"] == (
        "CommonModule.Сервер.Открытая",
        "base_module",
    )


def test_a_callee_is_set_exactly_where_the_call_is_resolved(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    _catalog(project)
    project.common_module("Сервер", _EXPORTED)
    text = _module_calling("Сервер.Открытая()", "Справочники.Товары.ПоУмолчанию()", "Х.Й()", "Ц()")
    project.common_module("М", text)
    rows = extract(tmp_path, workers=1).tables["calls"].to_pylist()
    assert {row["resolution"] for row in rows if row["callee"]} <= calls.RESOLVED
    assert {row["resolution"] for row in rows if not row["callee"]} & calls.RESOLVED == set()


def test_resolutions_are_told_in_both_languages() -> None:
    assert len(set(resolutions.NAMES)) == len(resolutions.NAMES)
    assert all(one.english and one.russian for one in resolutions.CATALOGUE)
    assert {one.group for one in resolutions.CATALOGUE} == {
        "resolved",
        "platform",
        "reason",
        "unknown",
    }


def test_a_type_that_another_module_returns_is_followed_when_that_module_changes(
    tmp_path: Path,
) -> None:
    project = EdtProject(tmp_path)
    _catalog(project)
    _catalog(project, "Склады")
    source = (
        "Функция Новый_() Экспорт\n    Возврат Справочники.{}.СоздатьЭлемент();\nКонецФункции\n"
    )
    project.common_module("Фабрика", source.format("Товары"))
    project.common_module("М", _module_calling("Фабрика.Новый_().Открытая()"))
    first = extract(tmp_path, workers=1)
    project.module("CommonModule", "Фабрика", source.format("Склады"))
    second = extract(tmp_path, previous=first.tables, workers=1)
    assert second.stats.read == 1
    assert [
        [row["callee"] for row in tables["calls"].to_pylist() if row["name"] == "Открытая"]
        for tables in (first.tables, second.tables)
    ] == [["Catalog.Товары.ObjectModule.Открытая"], ["Catalog.Склады.ObjectModule.Открытая"]]
    inferred = {
        row["routine"]: row["inferred_types"] for row in second.tables["routines"].to_pylist()
    }
    assert inferred["CommonModule.Фабрика.Новый_"] == ["CatalogObject.Склады"]


def test_the_page_about_calls_lists_every_resolution() -> None:
    page = (Path(__file__).parents[2] / "docs/calls.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for one in resolutions.CATALOGUE:
        assert f"| `{one.name}` | {one.group} | {one.english} | {one.russian} |" in rows
