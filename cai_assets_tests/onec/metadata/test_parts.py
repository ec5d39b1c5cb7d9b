"""Configurations, extensions, and what stands beside an object's own file."""

from __future__ import annotations

import pytest

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import ValueType
from cai_assets.onec.metadata.readers import reader_for
from cai_assets.onec.sources import FileKind, Layout, SourceFile
from cai_assets_tests.onec.metadata.objects import (
    UUID,
    designer,
    edges,
    edt,
    member,
    member_of,
    predefined,
    read,
    rows,
)


def test_a_configuration_is_the_same_in_both_layouts_and_lists_its_content() -> None:
    in_edt = edt(
        "Configuration.Торговля",
        "<vendor>Мы</vendor><version>1.2</version><compatibilityMode>8.3.24</compatibilityMode>"
        "<usePurposes>PersonalComputer</usePurposes><defaultRoles>Role.Полная</defaultRoles>"
        "<defaultLanguage>Language.Русский</defaultLanguage>"
        "<usedMobileApplicationFunctionalities><functionality><use>true</use></functionality>"
        "<functionality><functionality>Camera</functionality><use>true</use></functionality>"
        "<functionality><functionality>Location</functionality></functionality>"
        "</usedMobileApplicationFunctionalities>"
        f'<languages uuid="{UUID}"><name>Русский</name><languageCode>ru</languageCode></languages>'
        "<roles>Role.Полная</roles><httpServices>HTTPService.Api</httpServices>",
    )
    listed = designer(
        "Configuration.Торговля",
        "<Vendor>Мы</Vendor><Version>1.2</Version>"
        "<CompatibilityMode>Version8_3_24</CompatibilityMode><ScriptVariant>English</ScriptVariant>"
        "<UsePurposes><v8:Value xsi:type='app:ApplicationUsePurpose'>PersonalComputer</v8:Value>"
        "</UsePurposes><DefaultRoles><xr:Item xsi:type='xr:MDObjectRef'>Role.Полная</xr:Item>"
        "</DefaultRoles><DefaultLanguage>Language.Русский</DefaultLanguage>"
        "<UsedMobileApplicationFunctionalities><app:functionality>"
        "<app:functionality>Biometrics</app:functionality><app:use>true</app:use>"
        "</app:functionality><app:functionality><app:functionality>Camera</app:functionality>"
        "<app:use>true</app:use></app:functionality></UsedMobileApplicationFunctionalities>",
        "<Language>Русский</Language><Role>Полная</Role><HTTPService>Api</HTTPService>",
    )
    language = designer("Language.Русский", "<LanguageCode>ru</LanguageCode>")
    assert rows(in_edt) == rows(listed, language)
    properties = in_edt.objects[0].properties
    assert properties["ScriptVariant"] == "English"
    assert properties["CompatibilityMode"] == "Version8_3_24"
    assert properties["UsedMobileApplicationFunctionalities"] == "Biometrics, Camera"
    assert ("Configuration.Торговля", "HTTPService.Api", "contains", "") in edges(in_edt)
    assert ("Configuration.Торговля", "Language.Русский", "contains", "") in edges(in_edt)


def test_the_name_of_the_configuration_is_the_one_it_states() -> None:
    facts = read(
        Layout.EDT,
        FileKind.CONFIGURATION,
        "",
        b'<m:Configuration xmlns:m="urn:m"><name>X</name></m:Configuration>',
    )
    assert [row.id for row in facts.objects] == ["Configuration.X"]


def test_predefined_items_are_read_with_their_folders() -> None:
    in_edt = edt(
        "Catalog.Валюты",
        f'<predefined><items id="{UUID}"><name>Основные</name><isFolder>true</isFolder>'
        f'<content id="{UUID}"><name>Рубль</name><description>Российский рубль</description>'
        '<code xsi:type="core:StringValue"><value>643</value></code></content>'
        f'<content id="{UUID}"><name>Доллар</name><code xsi:type="core:NumberValue">'
        "<value>840</value></code></content></items>"
        f'<items id="{UUID}"><name>Прочая</name><code>  </code></items></predefined>',
    )
    own = designer("Catalog.Валюты", "")
    beside = predefined(
        "Catalog.Валюты",
        f'<Item id="{UUID}"><Name>Основные</Name><Code/><Description/><IsFolder>true</IsFolder>'
        f'<ChildItems><Item id="{UUID}"><Name>Рубль</Name><Code>643</Code>'
        "<Description>Российский рубль</Description><IsFolder>false</IsFolder></Item>"
        f'<Item id="{UUID}"><Name>Доллар</Name><Code>840</Code><IsFolder>false</IsFolder></Item>'
        f'</ChildItems></Item><Item id="{UUID}"><Name>Прочая</Name><Code>  </Code>'
        "<IsFolder>false</IsFolder></Item>",
    )
    assert rows(in_edt) == rows(own, beside)
    rouble = member_of(in_edt, "Catalog.Валюты.Predefined.Рубль")
    assert rouble.parent == "Catalog.Валюты.Predefined.Основные"
    assert rouble.object == "Catalog.Валюты"
    assert rouble.properties == {
        "Code": "643",
        "Description": "Российский рубль",
        "IsFolder": "false",
    }
    assert member_of(in_edt, "Catalog.Валюты.Predefined.Доллар").order == 1
    assert member_of(in_edt, "Catalog.Валюты.Predefined.Прочая").order == 1


def test_predefined_characteristics_have_a_type() -> None:
    in_edt = edt(
        "ChartOfCharacteristicTypes.Свойства",
        f'<predefined><items id="{UUID}"><name>Цвет</name><type><types>CatalogRef.Цвета</types>'
        "</type></items></predefined>",
    )
    beside = predefined(
        "ChartOfCharacteristicTypes.Свойства",
        f'<Item id="{UUID}"><Name>Цвет</Name><Type><v8:Type>cfg:CatalogRef.Цвета</v8:Type></Type>'
        "<IsFolder>false</IsFolder></Item>",
    )
    own = designer("ChartOfCharacteristicTypes.Свойства", "")
    assert rows(in_edt) == rows(own, beside)
    assert beside.members[0].value_type == ValueType(("CatalogRef.Цвета",))
    assert edges(beside) == {
        ("ChartOfCharacteristicTypes.Свойства.Predefined.Цвет", "Catalog.Цвета", "type", "")
    }


def test_predefined_accounts_have_flags_and_ext_dimensions() -> None:
    in_edt = edt(
        "ChartOfAccounts.Основной",
        f'<predefined><items id="{UUID}"><name>Товары</name><code>41</code>'
        "<accountType>ActivePassive</accountType>"
        "<accountingFlags>ChartOfAccounts.Основной.AccountingFlag.Валютный</accountingFlags>"
        "<extDimensionTypes><characteristicType>ChartOfCharacteristicTypes.Субконто.Склад"
        "</characteristicType><turnover>true</turnover></extDimensionTypes>"
        "</items></predefined>",
    )
    beside = predefined(
        "ChartOfAccounts.Основной",
        f'<Item id="{UUID}"><Name>Товары</Name><Code>41</Code>'
        "<AccountType>ActivePassive</AccountType><OffBalance>false</OffBalance><AccountingFlags>"
        '<Flag ref="ChartOfAccounts.Основной.AccountingFlag.Валютный">true</Flag>'
        '<Flag ref="ChartOfAccounts.Основной.AccountingFlag.Количественный">false</Flag>'
        "</AccountingFlags><ExtDimensionTypes>"
        '<ExtDimensionType name="ChartOfCharacteristicTypes.Субконто.Склад">'
        "<Turnover>true</Turnover></ExtDimensionType></ExtDimensionTypes></Item>",
    )
    assert rows(in_edt) == rows(designer("ChartOfAccounts.Основной", ""), beside)
    account = "ChartOfAccounts.Основной.Predefined.Товары"
    assert edges(in_edt) == {
        (account, "ChartOfAccounts.Основной.AccountingFlag.Валютный", "accounting_flag", ""),
        (
            account,
            "ChartOfCharacteristicTypes.Субконто.Predefined.Склад",
            "ext_dimension_type",
            "TurnoversOnly",
        ),
    }


def test_predefined_calculation_types_name_each_other() -> None:
    in_edt = edt(
        "ChartOfCalculationTypes.Виды",
        f'<predefined><items id="{UUID}"><name>Премия</name>'
        "<base>ChartOfCalculationTypes.Виды.Оклад</base>"
        "<leading>ChartOfCalculationTypes.Виды.Оклад</leading>"
        "<displaced>ChartOfCalculationTypes.Виды.Отпуск</displaced></items></predefined>",
    )
    beside = predefined(
        "ChartOfCalculationTypes.Виды",
        f'<Item id="{UUID}"><Name>Премия</Name><ActionPeriodIsBase>false</ActionPeriodIsBase>'
        "<Displaced><CalculationType>ChartOfCalculationTypes.Виды.Отпуск</CalculationType>"
        "</Displaced><Base><CalculationType>ChartOfCalculationTypes.Виды.Оклад"
        "</CalculationType></Base><Leading><CalculationType>ChartOfCalculationTypes.Виды.Оклад"
        "</CalculationType></Leading></Item>",
    )
    assert rows(in_edt) == rows(designer("ChartOfCalculationTypes.Виды", ""), beside)
    assert edges(in_edt) == {
        (f"{PREFIX}.Премия", f"{PREFIX}.Оклад", "base_calculation_type", ""),
        (f"{PREFIX}.Премия", f"{PREFIX}.Оклад", "leading_calculation_type", ""),
        (f"{PREFIX}.Премия", f"{PREFIX}.Отпуск", "displaced_calculation_type", ""),
    }


PREFIX = "ChartOfCalculationTypes.Виды.Predefined"


def test_the_content_of_an_exchange_plan_is_the_same_in_both_layouts() -> None:
    in_edt = edt(
        "ExchangePlan.Обмен",
        "<distributedInfoBase>true</distributedInfoBase>"
        "<content><mdObject>Catalog.Товары</mdObject></content>"
        "<content><mdObject>Document.Заказ</mdObject><autoRecord>Allow</autoRecord></content>",
    )
    own = designer("ExchangePlan.Обмен", "<DistributedInfoBase>true</DistributedInfoBase>")
    beside = read(
        Layout.DESIGNER,
        FileKind.CONTENT,
        "ExchangePlan.Обмен",
        '<ExchangePlanContent xmlns="http://v8.1c.ru/8.3/xcf/extrnprops">'
        "<Item><Metadata>Catalog.Товары</Metadata><AutoRecord>Deny</AutoRecord></Item>"
        "<Item><Metadata>Document.Заказ</Metadata><AutoRecord>Allow</AutoRecord></Item>"
        "</ExchangePlanContent>",
    )
    assert rows(in_edt) == rows(own, beside)
    assert edges(beside) == {
        ("ExchangePlan.Обмен", "Catalog.Товары", "exchange_content", "Deny"),
        ("ExchangePlan.Обмен", "Document.Заказ", "exchange_content", "Allow"),
    }


def test_declarations_of_forms_and_templates_are_members_of_their_object() -> None:
    in_edt = edt(
        "Catalog.Товары",
        f'<forms uuid="{UUID}"><name>Список</name><synonym><key>ru</key><value>Все</value>'
        "</synonym><usePurposes>PersonalComputer</usePurposes></forms>"
        f'<templates uuid="{UUID}"><name>Ценник</name></templates>',
    )
    own = designer("Catalog.Товары", "", "<Template>Ценник</Template><Form>Список</Form>")
    form = designer(
        "Catalog.Товары.Form.Список",
        "<Synonym><v8:item><v8:lang>ru</v8:lang><v8:content>Все</v8:content></v8:item></Synonym>"
        "<FormType>Managed</FormType><IncludeHelpInContents>false</IncludeHelpInContents>"
        "<UsePurposes><v8:Value xsi:type='app:ApplicationUsePurpose'>PlatformApplication"
        "</v8:Value></UsePurposes>",
    )
    template = designer(
        "Catalog.Товары.Template.Ценник", "<TemplateType>SpreadsheetDocument</TemplateType>"
    )
    assert rows(in_edt) == rows(own, form, template)
    assert member_of(form, "Catalog.Товары.Form.Список").object == "Catalog.Товары"


def test_a_form_of_an_external_table_belongs_to_the_table() -> None:
    facts = designer("ExternalDataSource.Склад.Table.Товары.Form.Форма", "")
    assert facts.members[0].object == "ExternalDataSource.Склад.Table.Товары"


def test_a_recalculation_is_a_member_although_it_has_a_file_of_its_own() -> None:
    register = "CalculationRegister.Начисления"
    in_edt = edt(
        register,
        f'<recalculations uuid="{UUID}"><name>Пересчет</name>'
        "<dataLockControlMode>Managed</dataLockControlMode>"
        f'<dimensions uuid="{UUID}"><name>Кто</name>'
        f"<registerDimension>{register}.Dimension.Кто</registerDimension>"
        f"<leadingRegisterData>{register}.Attribute.Кто</leadingRegisterData></dimensions>"
        "</recalculations>",
    )
    own = designer(register, "", "<Recalculation>Пересчет</Recalculation>")
    beside = designer(
        f"{register}.Recalculation.Пересчет",
        "<DataLockControlMode>Managed</DataLockControlMode>",
        member(
            "Dimension",
            "Кто",
            f"<RegisterDimension>{register}.Dimension.Кто</RegisterDimension>"
            f"<LeadingRegisterData><xr:Item>{register}.Attribute.Кто</xr:Item>"
            "</LeadingRegisterData>",
        ),
    )
    assert rows(in_edt) == rows(own, beside)
    assert [item.id for item in beside.members] == [
        f"{register}.Recalculation.Пересчет",
        f"{register}.Recalculation.Пересчет.Dimension.Кто",
    ]


def test_a_function_of_an_external_source_may_have_a_file_of_its_own() -> None:
    source = "ExternalDataSource.Склад"
    in_edt = edt(source, f"<functions>{source}.Function.Сумма</functions>")
    own = designer(source, "", "<Function>Сумма</Function>")
    assert rows(in_edt) == rows(own)
    assert edges(own) == {(source, f"{source}.Function.Сумма", "contains", "")}
    function = f"{source}.Function.Сумма"
    body = "<returnValue>true</returnValue>"
    assert rows(edt(function, body)) == rows(designer(function, "<ReturnValue>true</ReturnValue>"))
    assert [item.id for item in edt(function, body).members] == [function]


BASE = "99999999-2222-3333-4444-555555555555"


def test_an_adopted_object_states_only_what_its_extension_controls() -> None:
    in_edt = edt(
        "Catalog.Товары",
        '<objectBelonging>Adopted</objectBelonging><extension xsi:type="x:CatalogExtension">'
        "<hierarchical>Checked</hierarchical><codeLength>Checked</codeLength></extension>"
        f"<extendedConfigurationObject>{BASE}</extendedConfigurationObject>"
        "<codeLength>9</codeLength><descriptionLength>25</descriptionLength>"
        f'<attributes uuid="{UUID}"><name>Вес</name><objectBelonging>Adopted</objectBelonging>'
        '<extension xsi:type="x:BasicFeatureExtension"><type>Checked</type></extension>'
        "<type><types>Boolean</types></type><fullTextSearch>Use</fullTextSearch></attributes>"
        f'<attributes uuid="{UUID}"><name>Доп</name><type><types>Boolean</types></type>'
        "</attributes>",
    )
    in_designer = designer(
        "Catalog.Товары",
        "<Comment/><ObjectBelonging>Adopted</ObjectBelonging>"
        f"<ExtendedConfigurationObject>{BASE}</ExtendedConfigurationObject>"
        "<Hierarchical>false</Hierarchical><CodeLength>9</CodeLength>",
        member(
            "Attribute",
            "Вес",
            "<ObjectBelonging>Adopted</ObjectBelonging><Type><v8:Type>xs:boolean</v8:Type></Type>",
        )
        + member("Attribute", "Доп", "<Type><v8:Type>xs:boolean</v8:Type></Type>"),
    )
    assert rows(in_edt) == rows(in_designer)
    (row,) = in_edt.objects
    assert (row.belonging, row.extended_uuid) == ("Adopted", BASE)
    assert row.properties == {"CodeLength": "9", "Hierarchical": "false"}
    assert member_of(in_edt, "Catalog.Товары.Attribute.Вес").properties == {}
    assert member_of(in_edt, "Catalog.Товары.Attribute.Доп").properties["Indexing"] == "DontIndex"


def test_an_adopted_attribute_keeps_the_type_that_it_checks() -> None:
    facts = edt(
        "Document.Расход",
        f'<attributes uuid="{UUID}" extendedConfigurationObject="{BASE}"><name>Сумма</name>'
        "<objectBelonging>Adopted</objectBelonging><extension><typeExtension><types>"
        "<state>Checked</state><type>Number</type></types><numberQualifiers>"
        "<precision>10</precision><scale>2</scale></numberQualifiers></typeExtension></extension>"
        "<type/></attributes>",
    )
    attribute = member_of(facts, "Document.Расход.Attribute.Сумма")
    assert attribute.value_type == ValueType(
        ("Number",), number_precision=10, number_scale=2, number_nonnegative=False
    )
    assert attribute.properties == {"ExtendedConfigurationObject": BASE}


def test_an_extension_states_its_purpose_and_prefix_and_what_it_changes() -> None:
    in_edt = edt(
        "Configuration.Доработка",
        "<objectBelonging>Adopted</objectBelonging><extension><defaultRunMode>Checked"
        "</defaultRunMode><defaultRoles>Extended</defaultRoles></extension>"
        "<configurationExtensionPurpose>Patch</configurationExtensionPurpose>"
        "<namePrefix>Доп_</namePrefix><defaultRunMode>ManagedApplication</defaultRunMode>"
        "<scriptVariant>Russian</scriptVariant><modalityUseMode>DontUse</modalityUseMode>",
    )
    in_designer = designer(
        "Configuration.Доработка",
        "<ConfigurationExtensionPurpose>Patch</ConfigurationExtensionPurpose>"
        "<ObjectBelonging>Adopted</ObjectBelonging><NamePrefix>Доп_</NamePrefix>"
        "<DefaultRunMode>ManagedApplication</DefaultRunMode>"
        "<ScriptVariant>Russian</ScriptVariant>",
        raw="<InternalInfo><xr:PropertyState><xr:Property>DefaultRoles</xr:Property>"
        "<xr:State>Extended</xr:State></xr:PropertyState></InternalInfo>",
    )
    assert rows(in_edt) == rows(in_designer)
    assert in_edt.objects[0].properties == {
        "ConfigurationExtensionPurpose": "Patch",
        "DefaultRunMode": "ManagedApplication",
        "ExtendedProperties": "DefaultRoles",
        "NamePrefix": "Доп_",
        "ScriptVariant": "Russian",
    }


def test_lines_are_those_of_the_file() -> None:
    facts = edt(
        "Catalog.Товары",
        f'\n<attributes uuid="{UUID}">\n<name>А</name>\n'
        "<type><types>CatalogRef.Виды</types></type>\n</attributes>",
    )
    assert facts.objects[0].line == 2
    assert facts.members[0].line == 3
    assert facts.references[0].line == 3


def test_what_is_not_understood_is_a_problem_with_its_name_and_line() -> None:
    facts = edt("Catalog.Товары", "\n<новинка>\n<часть>1</часть></новинка><simple>1</simple>")
    (problem,) = facts.problems
    assert "<новинка>" in problem.message
    assert problem.line == 3
    assert facts.objects[0].properties["Simple"] == "1"


@pytest.mark.parametrize(
    ("properties", "children", "name"),
    [
        ("<Novelty><Part>1</Part></Novelty>", "", "Novelty"),
        ("<Owners><xr:Item><xr:Part>1</xr:Part></xr:Item></Owners>", "", "Item"),
        ("", member("Novelty", "Х"), "Novelty"),
    ],
)
def test_what_a_dump_states_beyond_the_known_is_a_problem(
    properties: str, children: str, name: str
) -> None:
    facts = designer("Catalog.Товары", properties, children)
    (problem,) = facts.problems
    assert f"<{name}>" in problem.message
    assert [row.id for row in facts.objects] == ["Catalog.Товары"]


def test_a_constant_of_an_unknown_kind_keeps_its_text() -> None:
    body = '<fillValue xsi:type="core:NewValue"><a>1</a><b>2</b></fillValue>'
    facts = edt("Constant.Курс", body)
    assert facts.objects[0].properties["FillValue"] == "1, 2"


def test_an_object_whose_name_is_not_that_of_its_file_is_a_problem() -> None:
    facts = read(
        Layout.EDT,
        FileKind.OBJECT,
        "Catalog.Товары",
        b'<m:Catalog xmlns:m="urn:m"><name>Other</name></m:Catalog>',
    )
    assert "Other" in facts.problems[0].message
    assert facts.objects[0].id == "Catalog.Товары"


def test_a_part_without_a_name_is_a_problem_and_costs_only_itself() -> None:
    facts = edt(
        "Catalog.Товары",
        f'<attributes uuid="{UUID}"><type/></attributes>'
        f'<attributes uuid="{UUID}"><name>Код</name></attributes>',
    )
    assert [item.name for item in facts.members] == ["Код"]
    assert "no name" in facts.problems[0].message


def test_names_of_two_hundred_characters_are_kept() -> None:
    name = "Я" * 200
    assert edt(f"Catalog.{name}", "").objects[0].name == name
    assert designer(f"Catalog.{name}", "").objects[0].name == name


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        b"<MetaDataObject/>",
        b"<MetaDataObject><Document/></MetaDataObject>",
        b"<x:Document xmlns:x='urn:x'/>",
        b"<MetaDataObject><Catalog><Properties><Name>A",
        b'<!DOCTYPE a [<!ENTITY x "y">]><MetaDataObject><Catalog/></MetaDataObject>',
        b"<a>" * 300,
    ],
)
def test_a_damaged_file_is_refused(layout: Layout, data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read(layout, FileKind.OBJECT, "Catalog.A", data)


def test_a_damaged_configuration_is_refused() -> None:
    for layout in Layout:
        with pytest.raises(UnreadableFile):
            read(layout, FileKind.CONFIGURATION, "", b"<MetaDataObject><Role/></MetaDataObject>")


def test_a_declaration_in_the_wrong_place_is_refused() -> None:
    data = b"<MetaDataObject><Template/></MetaDataObject>"
    with pytest.raises(UnreadableFile, match="Template"):
        read(Layout.DESIGNER, FileKind.FORM_DECLARATION, "Catalog.A.Form.F", data)


def test_files_without_metadata_have_no_reader() -> None:
    source = SourceFile("a.png", "p", Layout.EDT, FileKind.PICTURE, "", "", 0)
    assert reader_for(source) is None
