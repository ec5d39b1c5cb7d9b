"""A value type is the same whichever layout wrote it."""

from __future__ import annotations

import pytest

from cai_assets.onec.facts import ValueType
from cai_assets.onec.metadata.kinds import (
    BY_NAME,
    KINDS,
    kind_by_bsl_name,
    kind_by_group,
    kind_by_type_head,
)
from cai_assets.onec.metadata.values import designer_type, edt_type, reference_target
from cai_assets.onec.metadata.xml import parse

NAMESPACES = (
    'xmlns:v8="http://v8.1c.ru/8.1/data/core" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:cfg="http://v8.1c.ru/8.1/data/enterprise/current-config" '
    'xmlns:v8ui="http://v8.1c.ru/8.1/data/ui" '
    'xmlns:dcsset="http://v8.1c.ru/8.1/data-composition-system/settings"'
)


def edt(body: str) -> ValueType:
    return edt_type(parse(f"<type>{body}</type>".encode()))


def designer(body: str) -> ValueType:
    return designer_type(parse(f"<Type {NAMESPACES}>{body}</Type>".encode()))


SAME = {
    "string": (
        "<types>String</types><stringQualifiers><length>10</length><fixed>true</fixed>"
        "</stringQualifiers>",
        "<v8:Type>xs:string</v8:Type><v8:StringQualifiers><v8:Length>10</v8:Length>"
        "<v8:AllowedLength>Fixed</v8:AllowedLength></v8:StringQualifiers>",
        ValueType(("String",), string_length=10, string_fixed=True),
    ),
    "string without limit": (
        "<types>String</types><stringQualifiers/>",
        "<v8:Type>xs:string</v8:Type><v8:StringQualifiers><v8:Length>0</v8:Length>"
        "<v8:AllowedLength>Variable</v8:AllowedLength></v8:StringQualifiers>",
        ValueType(("String",), string_length=0, string_fixed=False),
    ),
    "number": (
        "<types>Number</types><numberQualifiers><precision>15</precision><scale>2</scale>"
        "<nonNegative>true</nonNegative></numberQualifiers>",
        "<v8:Type>xs:decimal</v8:Type><v8:NumberQualifiers><v8:Digits>15</v8:Digits>"
        "<v8:FractionDigits>2</v8:FractionDigits><v8:AllowedSign>Nonnegative</v8:AllowedSign>"
        "</v8:NumberQualifiers>",
        ValueType(("Number",), number_precision=15, number_scale=2, number_nonnegative=True),
    ),
    "date and time": (
        "<types>Date</types><dateQualifiers/>",
        "<v8:Type>xs:dateTime</v8:Type><v8:DateQualifiers>"
        "<v8:DateFractions>DateTime</v8:DateFractions></v8:DateQualifiers>",
        ValueType(("Date",), date_fractions="DateTime"),
    ),
    "time": (
        "<types>Date</types><dateQualifiers><dateFractions>Time</dateFractions></dateQualifiers>",
        "<v8:Type>xs:dateTime</v8:Type><v8:DateQualifiers>"
        "<v8:DateFractions>Time</v8:DateFractions></v8:DateQualifiers>",
        ValueType(("Date",), date_fractions="Time"),
    ),
    "several": (
        "<types>Boolean</types><types>CatalogRef.Товары</types><types>DocumentRef</types>",
        "<v8:Type>xs:boolean</v8:Type><v8:Type>cfg:CatalogRef.Товары</v8:Type>"
        "<v8:TypeSet>cfg:DocumentRef</v8:TypeSet>",
        ValueType(("Boolean", "CatalogRef.Товары", "DocumentRef")),
    ),
    "sets": (
        "<types>DefinedType.Владелец</types><types>Characteristic.Свойства</types>"
        "<types>AnyRef</types>",
        "<v8:TypeSet>cfg:DefinedType.Владелец</v8:TypeSet>"
        "<v8:TypeSet>cfg:Characteristic.Свойства</v8:TypeSet><v8:TypeSet>cfg:AnyRef</v8:TypeSet>",
        ValueType(("DefinedType.Владелец", "Characteristic.Свойства", "AnyRef")),
    ),
    "platform": (
        "<types>ValueStorage</types><types>UUID</types><types>ValueList</types>"
        "<types>ValueTable</types><types>StandardPeriod</types><types>DynamicList</types>",
        "<v8:Type>v8:ValueStorage</v8:Type><v8:Type>v8:UUID</v8:Type>"
        "<v8:Type>v8:ValueListType</v8:Type><v8:Type>v8:ValueTable</v8:Type>"
        "<v8:Type>v8:StandardPeriod</v8:Type><v8:Type>cfg:DynamicList</v8:Type>",
        ValueType(
            ("ValueStorage", "UUID", "ValueList", "ValueTable", "StandardPeriod", "DynamicList")
        ),
    ),
    "prefixes of one element": (
        "<types>SpreadsheetDocument</types><types>Chart</types><types>GraphicalSchema</types>"
        "<types>CatalogRef.Товары</types>",
        '<v8:Type xmlns:mxl="http://v8.1c.ru/8.2/data/spreadsheet">mxl:SpreadsheetDocument'
        '</v8:Type><v8:Type xmlns:d5p1="http://v8.1c.ru/8.2/data/chart">d5p1:Chart</v8:Type>'
        '<v8:Type xmlns:fs="http://v8.1c.ru/8.2/data/graphscheme">fs:FlowchartContextType'
        '</v8:Type><v8:Type xmlns:d5p1="http://v8.1c.ru/8.1/data/enterprise/current-config">'
        "d5p1:CatalogRef.Товары</v8:Type>",
        ValueType(("SpreadsheetDocument", "Chart", "GraphicalSchema", "CatalogRef.Товары")),
    ),
    "composition": (
        "<types>DataCompositionSettingsComposer</types>"
        "<types>DataCompositionComparisonType</types>",
        "<v8:Type>dcsset:SettingsComposer</v8:Type>"
        "<v8:Type>dcsset:DataCompositionComparisonType</v8:Type>",
        ValueType(("DataCompositionSettingsComposer", "DataCompositionComparisonType")),
    ),
    "uuid": (
        "<types>89432067-978f-4e8e-a7dc-cb87badd9341</types>",
        "<v8:TypeId>89432067-978f-4e8e-a7dc-cb87badd9341</v8:TypeId>",
        ValueType(("89432067-978f-4e8e-a7dc-cb87badd9341",)),
    ),
    "nothing": ("", "", ValueType()),
}


@pytest.mark.parametrize("case", SAME)
def test_both_layouts_give_the_same_type(case: str) -> None:
    in_edt, in_designer, expected = SAME[case]
    assert edt(in_edt) == expected
    assert designer(in_designer) == expected


def test_a_type_that_is_absent_is_empty() -> None:
    assert edt_type(None) == designer_type(None) == ValueType()


def test_a_qualifier_that_is_no_number_is_zero() -> None:
    body = "<types>String</types><stringQualifiers><length>много</length></stringQualifiers>"
    assert edt(body).string_length == 0


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("CatalogRef.Товары", "Catalog.Товары"),
        ("DocumentObject.Заказ", "Document.Заказ"),
        ("InformationRegisterRecordSet.Цены", "InformationRegister.Цены"),
        ("ConstantValueManager.Курс", "Constant.Курс"),
        ("DefinedType.Владелец", "DefinedType.Владелец"),
        ("Characteristic.Свойства", "ChartOfCharacteristicTypes.Свойства"),
        ("BusinessProcessRoutePointRef.Согласование", "BusinessProcess.Согласование"),
        ("CatalogTabularSection.Товары.Цены", "Catalog.Товары.TabularSection.Цены"),
        ("ExternalDataSourceTableRef.Склад.Товары", "ExternalDataSource.Склад.Table.Товары"),
        (
            "ExternalDataSourceCubeDimensionTableRef.Склад.Куб.Месяцы",
            "ExternalDataSource.Склад.Cube.Куб.DimensionTable.Месяцы",
        ),
        ("CatalogRef", None),
        ("CatalogRef.", None),
        ("String", None),
        ("ExternalDataSourceTableRef.Склад", None),
        ("89432067-978f-4e8e-a7dc-cb87badd9341", None),
    ],
)
def test_a_type_names_its_object(name: str, target: str | None) -> None:
    assert reference_target(name) == target


def test_kinds_are_found_by_every_name() -> None:
    group = kind_by_group("ChartsOfAccounts")
    assert group is not None
    assert group.name == "ChartOfAccounts"
    assert kind_by_group("Tables") is None
    assert kind_by_type_head("CatalogRef") == "Catalog"
    assert kind_by_type_head("String") is None
    for name in ("Справочники", "справочник", "Catalogs", "CATALOG"):
        assert kind_by_bsl_name(name) == "Catalog"
    assert kind_by_bsl_name("Товары") is None


def test_names_of_kinds_are_unique() -> None:
    assert len(BY_NAME) == len({kind.name for kind in BY_NAME.values()})
    names = [name for kind in KINDS for name in {kind.russian, kind.russian_plural}]
    assert len(names) == len(set(names))
