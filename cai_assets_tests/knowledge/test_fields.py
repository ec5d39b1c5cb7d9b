"""Paths of fields in queries, followed from a table through types."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.fields import FieldPaths
from cai_assets.onec.metadata.standard_fields import STANDARD_FIELDS, standard_field
from cai_assets_tests.edt import EdtProject


def _attribute(tag: str, name: str, *types: str) -> str:
    stated = "".join(f"<types>{type_}</types>" for type_ in types)
    return f"  <{tag}><name>{name}</name><type>{stated}</type></{tag}>\n"


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> FieldPaths:
    project = EdtProject(tmp_path_factory.mktemp("fields"))
    project.object(
        "Catalog",
        "Товары",
        "  <owners>Catalog.Поставщики</owners>\n"
        + _attribute("attributes", "Поставщик", "CatalogRef.Поставщики", "String")
        + _attribute("attributes", "Вид", "DefinedType.Вид")
        + _attribute("attributes", "Любой", "AnyRef")
        + "  <tabularSections><name>Цены</name>"
        + _attribute("attributes", "Цена", "Number")
        + "</tabularSections>\n",
    )
    project.object("Catalog", "Поставщики", _attribute("attributes", "ИНН", "String"))
    project.object("Catalog", "Виды", _attribute("attributes", "Ставка", "Number"))
    project.object("DefinedType", "Вид", "  <type><types>CatalogRef.Виды</types></type>\n")
    project.object("CommonAttribute", "Область", "  <type><types>Number</types></type>\n")
    project.object("Constant", "Валюта", "  <type><types>CatalogRef.Виды</types></type>\n")
    for type_ in ("AccumulationRegister", "AccountingRegister"):
        project.object(
            type_,
            "Остатки",
            _attribute("dimensions", "Товар", "CatalogRef.Товары")
            + _attribute("resources", "Количество", "Number"),
        )
    project.object(
        "Document",
        "Заказ",
        "  <registerRecords>AccumulationRegister.Остатки</registerRecords>\n"
        + _attribute("attributes", "Комментарий", "String"),
    )
    return FieldPaths(extract(project.root, workers=1).tables)


@pytest.mark.parametrize(
    ("path", "virtual"),
    [
        ("Catalog.Товары.Поставщик", ""),
        ("catalog.товары.ПОСТАВЩИК.инн", ""),
        ("Catalog.Товары.Поставщик.Наименование", ""),
        ("Catalog.Товары.Поставщик.Description", ""),
        ("Catalog.Товары.Владелец.ИНН", ""),
        ("Catalog.Товары.Parent.Code", ""),
        ("Catalog.Товары.Ссылка.Вид.Ставка", ""),
        ("Catalog.Товары.Любой.Ссылка", ""),
        ("Catalog.Товары.Область", ""),
        ("Catalog.Товары.Цены.Цена", ""),
        ("Catalog.Товары.TabularSection.Цены.Цена", ""),
        ("Catalog.Товары.TabularSection.Цены.Ссылка.Поставщик", ""),
        ("Catalog.Товары.TabularSection.Цены.НомерСтроки", ""),
        ("Catalog.Товары.Узел", "Changes"),
        ("Constants.Валюта.Ставка", ""),
        ("Constant.Валюта.Значение", ""),
        ("Document.Заказ.Проведен", ""),
        ("Document.Заказ.Number", ""),
        ("AccumulationRegister.Остатки.Товар.Поставщик", ""),
        ("AccumulationRegister.Остатки.Регистратор.Комментарий", ""),
        ("AccumulationRegister.Остатки.КоличествоОстаток", "Balance"),
        ("AccumulationRegister.Остатки.КоличествоReceipt", "Turnovers"),
        ("AccumulationRegister.Остатки.КоличествоНачальныйОстаток", "BalanceAndTurnovers"),
        ("AccumulationRegister.Остатки.КоличествоClosingBalance", "BalanceAndTurnovers"),
        ("AccumulationRegister.Остатки.ПериодМесяц", "Turnovers"),
        ("AccumulationRegister.Остатки.MonthPeriod", "BalanceAndTurnovers"),
        ("AccountingRegister.Остатки.Субконто1", "Balance"),
        ("AccountingRegister.Остатки.ExtDimensionDr2", ""),
        ("AccountingRegister.Остатки.СчетДт", ""),
        ("AccountingRegister.Остатки.КоличествоОборотКт", "Turnovers"),
        ("AccountingRegister.Остатки.ТоварДт.Поставщик", ""),
    ],
)
def test_a_path_is_followed_through_types(paths: FieldPaths, path: str, virtual: str) -> None:
    assert paths.reason(path, virtual) == ""


@pytest.mark.parametrize(
    ("path", "virtual", "reason"),
    [
        ("Catalog.Нет.Код", "", "not in this upload"),
        ("Catalog.Товары.Нет", "", "no such field"),
        ("Catalog.Товары.Проведен", "", "no such field"),
        ("Catalog.Товары.Поставщик.Нет", "", "no such field"),
        ("Catalog.Товары.Код.Нет", "", "no such field"),
        ("Catalog.Товары.Узел", "", "no such field"),
        ("Catalog.Товары.Любой.Код", "", "the type of a step is not known"),
        ("Catalog.Товары.#Поле", "", "known only at run time"),
        ("AccumulationRegister.Остатки.КоличествоОстаток", "", "no such field"),
        ("AccumulationRegister.Остатки.ПериодМесяц", "Balance", "no such field"),
        ("Constants.Нет", "", "no such field"),
    ],
)
def test_a_path_that_breaks_off_says_why(
    paths: FieldPaths, path: str, virtual: str, reason: str
) -> None:
    assert paths.reason(path, virtual) == reason


def test_a_path_names_the_parts_that_it_goes_through(paths: FieldPaths) -> None:
    assert paths.members("Catalog.Товары.Ссылка.Поставщик.ИНН") == [
        "Catalog.Товары.Attribute.Поставщик",
        "Catalog.Поставщики.Attribute.ИНН",
    ]
    assert paths.members("Catalog.Товары.Область") == ["CommonAttribute.Область"]
    assert paths.members("AccumulationRegister.Остатки.КоличествоОстаток", "Balance") == [
        "AccumulationRegister.Остатки.Resource.Количество"
    ]


def test_standard_fields_have_a_name_in_each_language() -> None:
    for kind, fields in STANDARD_FIELDS.items():
        assert len(fields) == 2 * len({field.name for field in fields.values()}), kind
    field = standard_field("Catalog", "ПОМЕТКАУДАЛЕНИЯ")
    assert field is not None
    assert field.name == "DeletionMark"
    assert standard_field("Catalog", "Posted") is None


def test_standard_attributes_in_rights_and_links_are_resolved(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.object(
        "Catalog",
        "Товары",
        "  <inputByString>Catalog.Товары.StandardAttribute.Code</inputByString>\n"
        "  <inputByString>Catalog.Товары.StandardAttribute.Posted</inputByString>\n",
    )
    rows = extract(tmp_path, workers=1).tables["references"].to_pylist()
    assert [row["reason"] for row in rows if row["kind"] == "input_by_string"] == [
        "",
        "a standard part of the platform",
    ]
