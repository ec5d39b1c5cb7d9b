"""The table `references` as the one table of edges: those of code, and those that are derived."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cai_assets.knowledge.edges import EDGE_KIND
from cai_assets.knowledge.extension_edges import extended
from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.reasons import REASONS
from cai_assets.knowledge.schema import TABLES
from cai_assets.onec.metadata import properties
from cai_assets_tests.edt import EdtProject

_TRADE = Path(__file__).parents[2] / "examples" / "trade"

Edge = tuple[str, str, str, str]
"""Source, target, note, reason."""


@pytest.fixture
def project(tmp_path: Path) -> EdtProject:
    return EdtProject(tmp_path / "upload")


def _edges(root: Path, kind: str) -> list[Edge]:
    rows = extract(root, workers=1).tables["references"].to_pylist()
    return [
        (row["source"], row["target"], row["note"], row["reason"])
        for row in rows
        if row["kind"] == kind
    ]


def _module(body: str) -> str:
    return f"Процедура П() Экспорт\n{body}\nКонецПроцедуры\n"


_SOURCE = "CommonModule.М.П"


def test_a_call_is_an_edge_from_the_caller_once_a_line(project: EdtProject) -> None:
    project.common_module("М", _module("А = Н.Ф() + Н.ф();\n Н.Ф();"))
    project.common_module("Н", "Функция Ф() Экспорт\nКонецФункции\n Ф();\n")
    rows = extract(project.root, workers=1).tables["references"].to_pylist()
    calls = [row for row in rows if row["kind"] == "call"]
    assert [(row["source"], row["target"], row["line"]) for row in calls] == [
        (_SOURCE, "CommonModule.Н.Ф", 2),
        (_SOURCE, "CommonModule.Н.Ф", 3),
        ("CommonModule.Н.Module", "CommonModule.Н.Ф", 3),
    ]
    assert {
        (row["extractor"], row["resolved"], row["source_object"], row["target_object"])
        for row in calls
        if row["source"] == _SOURCE
    } == {("calls", True, "CommonModule.М", "CommonModule.Н")}


def test_what_code_names_is_resolved_or_says_why_not(project: EdtProject) -> None:
    project.object("Catalog", "Товары")
    project.object("CommonPicture", "Логотип")
    project.common_module(
        "М",
        _module(
            "А = Справочники.товары.ПустаяСсылка();\n"
            "А = Справочники.Нет;\n"
            "А = Справочники.Товары.Нет;\n"
            "А = БиблиотекаКартинок.Логотип;\n"
            "А = БиблиотекаКартинок.Информация;\n"
        ),
    )
    assert _edges(project.root, "manager") == [
        (_SOURCE, "Catalog.товары.EmptyRef", "", ""),
        (_SOURCE, "Catalog.Нет", "", "not in this upload"),
        (_SOURCE, "Catalog.Товары.Predefined.Нет", "", "no such part of the object"),
        (_SOURCE, "CommonPicture.Логотип", "", ""),
        (_SOURCE, "CommonPicture.Информация", "", "the platform's own, or missing"),
    ]


def test_a_text_that_names_a_routine_is_an_edge_to_it(project: EdtProject) -> None:
    project.common_module(
        "М",
        _module(
            'А("Н.ф"); А("Н.Нет"); А("Нет.Ф"); А("Документы.Заказ.Печать");\n'
            'А("Documents.Заказ.Печать(1)");'
        ),
    )
    project.common_module("Н", "Функция Ф() Экспорт\nКонецФункции\n")
    project.object("Document", "Заказ")
    project.module(
        "Document", "Заказ", "Процедура Печать() Экспорт\nКонецПроцедуры", "ManagerModule.bsl"
    )
    printing = "Document.Заказ.ManagerModule.Печать"
    assert _edges(project.root, "routine_name") == [
        (_SOURCE, "CommonModule.Н.Ф", "", ""),
        (_SOURCE, printing, "", ""),
        (_SOURCE, printing, "", ""),
    ]


def test_a_text_that_names_an_object_is_an_edge_where_there_is_one(project: EdtProject) -> None:
    project.object("Catalog", "Товары")
    project.common_module(
        "М", _module('А("Справочник.товары"); А("Catalog.Нет"); А("CatalogRef.Товары");')
    )
    assert _edges(project.root, "manager") == [(_SOURCE, "Catalog.Товары", "literal", "")]
    assert _edges(project.root, "open_form") == []


def test_a_notification_names_a_routine_of_its_module_or_a_common_module(
    project: EdtProject,
) -> None:
    project.common_module(
        "М",
        _module(
            'А = Новый ОписаниеОповещения("П", ЭтотОбъект);\n'
            'А = Новый ОписаниеОповещения("Готово", Н);\n'
            'А = Новый ОписаниеОповещения("Нет", Н);\n'
            'А = Новый ОписаниеОповещения("Готово", Форма);\n'
        ),
    )
    project.common_module("Н", "Процедура Готово() Экспорт\nКонецПроцедуры\n")
    assert _edges(project.root, "notification") == [
        (_SOURCE, _SOURCE, "", ""),
        (_SOURCE, "CommonModule.Н.Готово", "", ""),
        (_SOURCE, "CommonModule.Н.Нет", "", "no such routine"),
        (_SOURCE, "Форма.Готово", "", "known only at run time"),
    ]


def test_a_handler_of_waiting_is_found_in_global_and_application_modules(
    project: EdtProject,
) -> None:
    project.common_module(
        "М",
        _module(
            'ПодключитьОбработчикОжидания("Общий", 1);\n'
            'ПодключитьОбработчикОжидания("Приложения", 1);\n'
            'ПодключитьОбработчикОжидания("Нет", 1);'
        ),
    )
    project.common_module(
        "Г", "Процедура Общий() Экспорт\nКонецПроцедуры\n", "<global>true</global>"
    )
    project.write(
        "src/Configuration/ManagedApplicationModule.bsl",
        "Процедура Приложения() Экспорт\nКонецПроцедуры\n",
    )
    assert _edges(project.root, "notification") == [
        (_SOURCE, "CommonModule.Г.Общий", "", ""),
        (_SOURCE, "Configuration.Пример.ManagedApplicationModule.Приложения", "", ""),
        (_SOURCE, "Нет", "", "known only at run time"),
    ]


def _document(project: EdtProject, module: str, file: str = "ObjectModule.bsl") -> None:
    project.object("AccumulationRegister", "Остатки")
    project.object("InformationRegister", "Остатки")
    project.object("InformationRegister", "Цены")
    project.object(
        "Document",
        "Заказ",
        "  <registerRecords>InformationRegister.Остатки</registerRecords>\n",
    )
    project.module("Document", "Заказ", module, file)


def test_movements_lead_to_the_register_that_the_document_records(project: EdtProject) -> None:
    _document(
        project,
        _module("Движения.остатки.Записать();\nRegisterRecords.Цены.Write = 1; Движения.Нет.А();"),
    )
    source = "Document.Заказ.ObjectModule.П"
    assert _edges(project.root, "movement") == [
        (source, "InformationRegister.Остатки", "", ""),
        (source, "InformationRegister.Цены", "", ""),
        (source, "Document.Заказ.RegisterRecords.Нет", "", "no such register"),
    ]


def test_a_temporary_table_named_as_a_register_of_the_document_is_a_movement(
    project: EdtProject,
) -> None:
    query = '"ВЫБРАТЬ 1 КАК А ПОМЕСТИТЬ {} ИЗ Документ.Заказ КАК Т"'
    _document(
        project,
        _module(f"А({query.format('Остатки')});\nА({query.format('Цены')});"),
        "ManagerModule.bsl",
    )
    assert _edges(project.root, "movement") == [
        ("Document.Заказ.ManagerModule.П", "InformationRegister.Остатки", "temporary table", "")
    ]


def test_doc_comments_name_types_and_routines(project: EdtProject) -> None:
    project.object("Catalog", "Товары")
    project.common_module(
        "М",
        "// Параметры:\n"
        "//  А - СправочникСсылка.товары, Строка - первый\n"
        "//  Б - Массив из CatalogRef.Нет - второй\n"
        "//  В - см. Н.Ф.Значение - третий\n"
        "//  Г - см. Н.Нет - четвёртый\n"
        "//  Д - см. П - пятый\n"
        "// Возвращаемое значение:\n"
        "//  СправочникОбъект.Товары\n"
        "Функция П(А, Б, В, Г, Д) Экспорт\nКонецФункции\n",
    )
    project.common_module("Н", "Функция Ф() Экспорт\nКонецФункции\n")
    assert _edges(project.root, "doc_type") == [
        (_SOURCE, "Catalog.Товары", "", ""),
        (_SOURCE, "Catalog.Нет", "", "not in this upload"),
        (_SOURCE, "CommonModule.Н.Ф", "", ""),
        (_SOURCE, "CommonModule.Н.Нет", "", "no such routine"),
        (_SOURCE, _SOURCE, "", ""),
        (_SOURCE, "Catalog.Товары", "returned", ""),
    ]


def test_a_type_taken_and_returned_on_one_line_makes_two_edges(project: EdtProject) -> None:
    project.object("Catalog", "Товары")
    project.common_module(
        "М",
        "// Параметры:\n"
        "//  А - СправочникСсылка.Товары - первый\n"
        "// Возвращаемое значение:\n"
        "//  СправочникСсылка.Товары\n"
        "Функция П(А) Экспорт\nКонецФункции\n",
    )
    assert _edges(project.root, "doc_type") == [
        (_SOURCE, "Catalog.Товары", "", ""),
        (_SOURCE, "Catalog.Товары", "returned", ""),
    ]


@pytest.mark.parametrize(
    ("annotation", "change"),
    [
        ('Перед("Имя")', ("Before", "Имя")),
        ('After("Name")', ("After", "Name")),
        ('Вместо ( "Имя" )', ("Around", "Имя")),
        ('ChangeAndValidate("Name")', ("ChangeAndValidate", "Name")),
        ('ИзменениеИКонтроль("Имя")', ("ChangeAndValidate", "Имя")),
        ("НаСервере", None),
        ("Перед()", None),
    ],
)
def test_an_annotation_says_what_an_extension_changes(
    annotation: str, change: tuple[str, str] | None
) -> None:
    assert extended(annotation) == change


def test_an_extension_points_at_what_it_changes(tmp_path: Path) -> None:
    shutil.copytree(_TRADE / "edt", tmp_path / "edt")
    shutil.copytree(_TRADE / "extension", tmp_path / "extension")
    edges = _edges(tmp_path, "extends")
    assert (
        "Document.РеализацияТоваров.ObjectModule.Дост_ЗакрытьЗаказ",
        "Document.РеализацияТоваров.ObjectModule.ЗакрытьЗаказ",
        "ChangeAndValidate",
        "",
    ) in edges
    assert ("Configuration.ДоставкаТоваров", "Document.РеализацияТоваров", "Adopted", "") in edges
    assert {reason for _, _, _, reason in edges} == {""}


def test_an_extension_without_its_base_says_that_the_base_is_not_here() -> None:
    edges = _edges(_TRADE / "extension", "extends")
    reasons = {note: reason for _, _, note, reason in edges}
    assert reasons == {
        "Adopted": "not in this upload",
        "Before": "no such routine",
        "After": "no such routine",
        "Around": "no such routine",
        "ChangeAndValidate": "no such routine",
    }


def test_derived_edges_are_made_anew_when_files_change(tmp_path: Path) -> None:
    shutil.copytree(_TRADE / "edt", tmp_path / "edt")
    shutil.copytree(_TRADE / "extension", tmp_path / "extension")
    first = extract(tmp_path, workers=1)
    assert extract(tmp_path, previous=first.tables, workers=1).stats.read == 0
    module = next(tmp_path.rglob("CommonModules/ПродажиСервер/Module.bsl"))
    text = module.read_text("utf-8")
    module.write_text(text.replace("ЗаполнитьЦены", "ЗаполнитьВсеЦены") + "\n", "utf-8")
    next(tmp_path.rglob("Catalogs/Склады/Склады.mdo")).unlink()
    second = extract(tmp_path, previous=first.tables, workers=1)
    fresh = extract(tmp_path, workers=1)
    assert second.stats.reused > 0
    for name in TABLES:
        assert second.tables[name].to_pylist() == fresh.tables[name].to_pylist(), name
    third = extract(tmp_path, previous=second.tables, workers=1)
    assert third.stats.read == 0
    assert third.tables["references"].to_pylist() == fresh.tables["references"].to_pylist()


def test_both_layouts_give_the_same_edges() -> None:
    def edges(layout: str) -> list[tuple[object, ...]]:
        rows = extract(_TRADE / layout, workers=1).tables["references"].to_pylist()
        columns = ("source", "target", "kind", "note", "reason", "source_object", "target_object")
        return sorted(tuple(row[column] for column in columns) for row in rows)

    assert edges("edt") == edges("designer")


def test_kinds_and_reasons_are_those_that_are_listed() -> None:
    rows = extract(_TRADE, workers=1).tables["references"].to_pylist()
    assert {row["kind"] for row in rows} <= set(EDGE_KIND)
    assert {row["reason"] for row in rows} <= set(REASONS)
    assert all(row["resolved"] == (row["reason"] == "") for row in rows)


def test_every_kind_that_a_property_makes_is_listed() -> None:
    roles = [*properties._BY_KIND.values(), *properties._ACTIONS.values()]
    kinds = {role.reference for role in roles if role.reference}
    kinds |= {*properties._REFERENCE.values(), *properties._REFERENCES.values()}
    assert kinds <= set(EDGE_KIND)
    assert "default_style" in kinds


def test_every_reason_is_explained_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "references.md").read_text("utf-8")
    assert all(f"| {reason} |" in page for reason in REASONS if reason)
    assert all(f"`{kind}`" in page for kind in EDGE_KIND)
