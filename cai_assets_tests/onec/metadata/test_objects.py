"""Every type of object: the same rows from both layouts, and the rows that are meant."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cai_assets.onec.facts import FileFacts
from cai_assets_tests.onec.metadata.objects import UUID, designer, edges, edt, member, rows

STRING_EDT = (
    "<type><types>String</types><stringQualifiers><length>10</length></stringQualifiers></type>"
)
STRING_DESIGNER = (
    "<Type><v8:Type>xs:string</v8:Type><v8:StringQualifiers><v8:Length>10</v8:Length>"
    "<v8:AllowedLength>Variable</v8:AllowedLength></v8:StringQualifiers></Type>"
)


def ref_edt(name: str) -> str:
    return f"<type><types>{name}</types></type>"


def ref_designer(name: str) -> str:
    return f"<Type><v8:Type>cfg:{name}</v8:Type></Type>"


def items(element: str, *names: str) -> str:
    inner = "".join(f'<xr:Item xsi:type="xr:MDObjectRef">{name}</xr:Item>' for name in names)
    return f"<{element}>{inner}</{element}>"


@dataclass(frozen=True)
class Case:
    """An object in both layouts and what must be found in it."""

    owner: str
    edt: str
    properties: str
    children: str = ""
    expected: tuple[tuple[str, str], ...] = ()
    edges: tuple[tuple[str, str, str], ...] = ()
    members: tuple[str, ...] = ()

    def both(self) -> tuple[FileFacts, FileFacts]:
        return edt(self.owner, self.edt), designer(self.owner, self.properties, self.children)


CASES = [
    Case(
        "AccountingRegister.Хозрасчетный",
        "<chartOfAccounts>ChartOfAccounts.Основной</chartOfAccounts>"
        "<correspondence>true</correspondence>"
        f'<resources uuid="{UUID}"><name>Сумма</name>{STRING_EDT}<balance>true</balance>'
        "<accountingFlag>ChartOfAccounts.Основной.AccountingFlag.Валютный</accountingFlag>"
        "</resources>",
        "<Correspondence>true</Correspondence>"
        "<ChartOfAccounts>ChartOfAccounts.Основной</ChartOfAccounts>",
        member(
            "Resource",
            "Сумма",
            f"{STRING_DESIGNER}<Balance>true</Balance>"
            "<AccountingFlag>ChartOfAccounts.Основной.AccountingFlag.Валютный</AccountingFlag>",
        ),
        (("Correspondence", "true"), ("DataLockControlMode", "Automatic")),
        (
            (
                "AccountingRegister.Хозрасчетный",
                "ChartOfAccounts.Основной",
                "chart_of_accounts",
            ),
            (
                "AccountingRegister.Хозрасчетный.Resource.Сумма",
                "ChartOfAccounts.Основной.AccountingFlag.Валютный",
                "accounting_flag",
            ),
        ),
        ("AccountingRegister.Хозрасчетный.Resource.Сумма",),
    ),
    Case(
        "AccumulationRegister.Остатки",
        "<registerType>Turnovers</registerType>"
        f'<dimensions uuid="{UUID}"><name>Товар</name>{ref_edt("CatalogRef.Товары")}'
        "<useInTotals>true</useInTotals></dimensions>",
        "<RegisterType>Turnovers</RegisterType>",
        member(
            "Dimension",
            "Товар",
            f"{ref_designer('CatalogRef.Товары')}<UseInTotals>true</UseInTotals>",
        ),
        (("RegisterType", "Turnovers"),),
        (("AccumulationRegister.Остатки.Dimension.Товар", "Catalog.Товары", "type"),),
    ),
    Case(
        "Bot.Помощник",
        "<predefined>true</predefined>",
        "<Predefined>true</Predefined>",
        expected=(("Predefined", "true"),),
    ),
    Case(
        "BusinessProcess.Согласование",
        "<task>Task.Задача</task><numberLength>9</numberLength><basedOn>Catalog.Товары</basedOn>",
        "<NumberLength>9</NumberLength><Task>Task.Задача</Task>"
        f"{items('BasedOn', 'Catalog.Товары')}",
        expected=(("NumberPeriodicity", "Nonperiodical"), ("NumberType", "Number")),
        edges=(
            ("BusinessProcess.Согласование", "Task.Задача", "task"),
            ("BusinessProcess.Согласование", "Catalog.Товары", "based_on"),
        ),
    ),
    Case(
        "CalculationRegister.Начисления",
        "<chartOfCalculationTypes>ChartOfCalculationTypes.Виды</chartOfCalculationTypes>"
        "<periodicity>Month</periodicity><schedule>InformationRegister.График</schedule>",
        "<Periodicity>Month</Periodicity><Schedule>InformationRegister.График</Schedule>"
        "<ChartOfCalculationTypes>ChartOfCalculationTypes.Виды</ChartOfCalculationTypes>",
        expected=(("ActionPeriod", "false"), ("Periodicity", "Month")),
        edges=(
            (
                "CalculationRegister.Начисления",
                "ChartOfCalculationTypes.Виды",
                "chart_of_calculation_types",
            ),
            ("CalculationRegister.Начисления", "InformationRegister.График", "schedule"),
        ),
    ),
    Case(
        "Catalog.Товары",
        "<synonym><key>ru</key><value>Товары и услуги</value></synonym>"
        "<hierarchical>true</hierarchical><owners>Catalog.Виды</owners>"
        "<objectPresentation><key>ru</key><value>Товар</value></objectPresentation>"
        "<inputByString>Catalog.Товары.StandardAttribute.Code</inputByString>"
        "<dataLockFields>Catalog.Товары.StandardAttribute.Ref</dataLockFields>"
        "<defaultListForm>Catalog.Товары.Form.Список</defaultListForm>"
        f'<attributes uuid="{UUID}"><name>Артикул</name>{STRING_EDT}'
        "<comment>заводской</comment><indexing>Index</indexing>"
        '<fillValue xsi:type="core:StringValue"><value>б/н</value></fillValue></attributes>'
        f'<attributes uuid="{UUID}"><name>Активен</name>{ref_edt("Boolean")}'
        '<fillValue xsi:type="core:BooleanValue"/></attributes>'
        f'<tabularSections uuid="{UUID}"><name>Цены</name><attributes uuid="{UUID}">'
        f"<name>Валюта</name>{ref_edt('CatalogRef.Валюты')}"
        '<fillValue xsi:type="core:ReferenceValue"><value>Catalog.Валюты.Рубль</value>'
        "</fillValue></attributes></tabularSections>"
        f'<commands uuid="{UUID}"><name>Печать</name><group>CommandGroup.Печать</group>'
        "<commandParameterType><types>CatalogRef.Товары</types></commandParameterType>"
        '<picture xsi:type="core:PictureRef"><picture>CommonPicture.Принтер</picture></picture>'
        "</commands>",
        "<Synonym><v8:item><v8:lang>ru</v8:lang><v8:content>Товары и услуги</v8:content>"
        "</v8:item></Synonym><Comment/><Hierarchical>true</Hierarchical>"
        f"{items('Owners', 'Catalog.Виды')}"
        "<ObjectPresentation><v8:item><v8:lang>ru</v8:lang><v8:content>Товар</v8:content>"
        "</v8:item></ObjectPresentation><InputByString>"
        "<xr:Field>Catalog.Товары.StandardAttribute.Code</xr:Field></InputByString>"
        "<DataLockFields><xr:Field>Catalog.Товары.StandardAttribute.Ref</xr:Field>"
        "</DataLockFields><DefaultListForm>Catalog.Товары.Form.Список</DefaultListForm>"
        "<DefaultObjectForm/>",
        member(
            "Attribute",
            "Артикул",
            f"<Comment>заводской</Comment>{STRING_DESIGNER}<Indexing>Index</Indexing>"
            '<FillValue xsi:type="xs:string">б/н</FillValue>',
        )
        + member(
            "Attribute",
            "Активен",
            "<Type><v8:Type>xs:boolean</v8:Type></Type>"
            '<FillValue xsi:type="xs:boolean">false</FillValue><MinValue xsi:nil="true"/>',
        ).replace("<v8:Type>xs:boolean</v8:Type>", "<v8:Type>xs:boolean</v8:Type>")
        + member(
            "TabularSection",
            "Цены",
            "",
            member(
                "Attribute",
                "Валюта",
                f"{ref_designer('CatalogRef.Валюты')}"
                '<FillValue xsi:type="xr:DesignTimeRef">Catalog.Валюты.Рубль</FillValue>',
            ),
        )
        + member(
            "Command",
            "Печать",
            "<Group>CommandGroup.Печать</Group><CommandParameterType>"
            "<v8:Type>cfg:CatalogRef.Товары</v8:Type></CommandParameterType><Picture>"
            "<xr:Ref>CommonPicture.Принтер</xr:Ref><xr:LoadTransparent>true</xr:LoadTransparent>"
            "</Picture>",
        )
        + "<Form>Список</Form><Template>Ценник</Template>",
        (
            ("Hierarchical", "true"),
            ("CodeSeries", "WholeCatalog"),
            ("ObjectPresentation.ru", "Товар"),
            ("DefaultListForm", "Catalog.Товары.Form.Список"),
        ),
        (
            ("Catalog.Товары", "Catalog.Виды", "owner"),
            ("Catalog.Товары", "Catalog.Товары.Form.Список", "default_form"),
            ("Catalog.Товары", "Catalog.Товары.StandardAttribute.Code", "input_by_string"),
            ("Catalog.Товары", "Catalog.Товары.StandardAttribute.Ref", "data_lock_field"),
            (
                "Catalog.Товары.TabularSection.Цены.Attribute.Валюта",
                "Catalog.Валюты.Predefined.Рубль",
                "fill_value",
            ),
            ("Catalog.Товары.Command.Печать", "CommandGroup.Печать", "command_group"),
            ("Catalog.Товары.Command.Печать", "Catalog.Товары", "command_parameter"),
            ("Catalog.Товары.Command.Печать", "CommonPicture.Принтер", "picture"),
        ),
        (
            "Catalog.Товары.Attribute.Артикул",
            "Catalog.Товары.Attribute.Активен",
            "Catalog.Товары.TabularSection.Цены",
            "Catalog.Товары.TabularSection.Цены.Attribute.Валюта",
            "Catalog.Товары.Command.Печать",
        ),
    ),
    Case(
        "ChartOfAccounts.Основной",
        "<extDimensionTypes>ChartOfCharacteristicTypes.Субконто</extDimensionTypes>"
        "<maxExtDimensionCount>3</maxExtDimensionCount>"
        f'<accountingFlags uuid="{UUID}"><name>Валютный</name></accountingFlags>'
        f'<extDimensionAccountingFlags uuid="{UUID}"><name>Суммовой</name>'
        "</extDimensionAccountingFlags><standardTabularSections><name>ExtDimensionTypes</name>"
        "<standardAttributes><name>TurnoversOnly</name><dataHistory>Use</dataHistory>"
        "<fullTextSearch>Use</fullTextSearch><fillChecking>ShowError</fillChecking>"
        "</standardAttributes></standardTabularSections>",
        "<ExtDimensionTypes>ChartOfCharacteristicTypes.Субконто</ExtDimensionTypes>"
        "<MaxExtDimensionCount>3</MaxExtDimensionCount><StandardTabularSections>"
        '<xr:StandardTabularSection name="ExtDimensionTypes"><xr:StandardAttributes>'
        '<xr:StandardAttribute name="TurnoversOnly"><xr:FillChecking>ShowError</xr:FillChecking>'
        "</xr:StandardAttribute></xr:StandardAttributes></xr:StandardTabularSection>"
        "</StandardTabularSections>",
        member("AccountingFlag", "Валютный") + member("ExtDimensionAccountingFlag", "Суммовой"),
        (("MaxExtDimensionCount", "3"), ("AutoOrderByCode", "false")),
        (
            (
                "ChartOfAccounts.Основной",
                "ChartOfCharacteristicTypes.Субконто",
                "ext_dimension_types",
            ),
        ),
        (
            "ChartOfAccounts.Основной.AccountingFlag.Валютный",
            "ChartOfAccounts.Основной.ExtDimensionAccountingFlag.Суммовой",
            "ChartOfAccounts.Основной.StandardTabularSection.ExtDimensionTypes"
            ".StandardAttribute.TurnoversOnly",
        ),
    ),
    Case(
        "ChartOfCalculationTypes.Виды",
        "<dependenceOnCalculationTypes>OnActionPeriod</dependenceOnCalculationTypes>"
        "<baseCalculationTypes>ChartOfCalculationTypes.Другие</baseCalculationTypes>",
        "<DependenceOnCalculationTypes>OnActionPeriod</DependenceOnCalculationTypes>"
        f"{items('BaseCalculationTypes', 'ChartOfCalculationTypes.Другие')}",
        expected=(("DependenceOnCalculationTypes", "OnActionPeriod"),),
        edges=(
            (
                "ChartOfCalculationTypes.Виды",
                "ChartOfCalculationTypes.Другие",
                "base_calculation_types",
            ),
        ),
    ),
    Case(
        "ChartOfCharacteristicTypes.Свойства",
        f"{ref_edt('CatalogRef.Значения')}"
        "<characteristicExtValues>Catalog.Значения</characteristicExtValues>",
        f"{ref_designer('CatalogRef.Значения')}"
        "<CharacteristicExtValues>Catalog.Значения</CharacteristicExtValues>",
        expected=(("CodeSeries", "WholeCharacteristicKind"),),
        edges=(
            ("ChartOfCharacteristicTypes.Свойства", "Catalog.Значения", "type"),
            ("ChartOfCharacteristicTypes.Свойства", "Catalog.Значения", "characteristic_values"),
        ),
    ),
    Case(
        "CommandGroup.Печать",
        "<representation>Auto</representation><category>FormCommandBar</category>",
        "<Representation>Auto</Representation><Category>FormCommandBar</Category>",
        expected=(("Category", "FormCommandBar"),),
    ),
    Case(
        "CommonAttribute.Организация",
        f"{STRING_EDT}<content><metadata>Catalog.Товары</metadata><use>Use</use></content>"
        "<content><metadata>Document.Заказ</metadata><conditionalSeparation>Constant.Раздельно"
        "</conditionalSeparation></content>"
        "<dataSeparationValue>SessionParameter.Область</dataSeparationValue>",
        f"{STRING_DESIGNER}<Content><xr:Item><xr:Metadata>Catalog.Товары</xr:Metadata>"
        "<xr:Use>Use</xr:Use><xr:ConditionalSeparation/></xr:Item><xr:Item>"
        "<xr:Metadata>Document.Заказ</xr:Metadata><xr:Use>Auto</xr:Use>"
        "<xr:ConditionalSeparation>Constant.Раздельно</xr:ConditionalSeparation></xr:Item>"
        "</Content><DataSeparationValue>SessionParameter.Область</DataSeparationValue>",
        expected=(("DataSeparation", "Separate"),),
        edges=(
            ("CommonAttribute.Организация", "Catalog.Товары", "common_attribute"),
            ("CommonAttribute.Организация", "Constant.Раздельно", "data_separation"),
            ("CommonAttribute.Организация", "SessionParameter.Область", "data_separation"),
        ),
    ),
    Case(
        "CommonCommand.Открыть",
        "<group>ActionsPanelTools</group><shortcut>F5</shortcut>"
        "<commandParameterType><types>DefinedType.Предмет</types></commandParameterType>",
        "<Group>ActionsPanelTools</Group><Shortcut>F5</Shortcut><CommandParameterType>"
        "<v8:TypeSet>cfg:DefinedType.Предмет</v8:TypeSet></CommandParameterType>",
        expected=(("Group", "ActionsPanelTools"), ("ParameterUseMode", "Single")),
        edges=(("CommonCommand.Открыть", "DefinedType.Предмет", "command_parameter"),),
    ),
    Case(
        "CommonForm.Вход",
        "<usePurposes>PersonalComputer</usePurposes><usePurposes>MobileDevice</usePurposes>",
        '<FormType>Managed</FormType><UsePurposes><v8:Value xsi:type="app:ApplicationUsePurpose">'
        'PlatformApplication</v8:Value><v8:Value xsi:type="app:ApplicationUsePurpose">'
        "MobilePlatformApplication</v8:Value></UsePurposes>",
        expected=(
            ("FormType", "Managed"),
            ("UsePurposes", "PlatformApplication, MobilePlatformApplication"),
        ),
    ),
    Case(
        "CommonModule.Общий",
        "<server>true</server><returnValuesReuse>DuringSession</returnValuesReuse>",
        "<Global>false</Global><Server>true</Server>"
        "<ReturnValuesReuse>DuringSession</ReturnValuesReuse>",
        expected=(
            ("Server", "true"),
            ("Global", "false"),
            ("Privileged", "false"),
            ("ReturnValuesReuse", "DuringSession"),
        ),
    ),
    Case("CommonPicture.Принтер", "", "<AvailabilityForChoice>false</AvailabilityForChoice>"),
    Case(
        "CommonTemplate.Письмо",
        "<templateType>TextDocument</templateType>",
        "<TemplateType>TextDocument</TemplateType>",
        expected=(("TemplateType", "TextDocument"),),
    ),
    Case(
        "Constant.Курс",
        f"{STRING_EDT}<defaultForm>CommonForm.Курс</defaultForm>"
        '<minValue xsi:type="core:NumberValue"><value>1</value></minValue>',
        f"{STRING_DESIGNER}<DefaultForm>CommonForm.Курс</DefaultForm><MinValue xsi:type="
        '"xs:decimal">1</MinValue>',
        expected=(("MinValue", "1"),),
        edges=(("Constant.Курс", "CommonForm.Курс", "default_form"),),
    ),
    Case(
        "DataProcessor.Загрузка",
        f'<attributes uuid="{UUID}"><name>Таблица</name>{ref_edt("ValueTable")}'
        "<choiceParameters><name>Отбор.Вид</name>"
        '<value xsi:type="core:FixedArrayValue"><values xsi:type="core:ReferenceValue">'
        '<value>Enum.Виды.EnumValue.Товар</value></values><values xsi:type="core:ReferenceValue">'
        "<value>Catalog.Виды.EmptyRef</value></values></value></choiceParameters>"
        "<choiceParameterLinks><name>Отбор.Владелец</name>"
        "<field>DataProcessor.Загрузка.Attribute.Вид</field></choiceParameterLinks>"
        "<linkByType><field>DataProcessor.Загрузка.Attribute.Свойство</field></linkByType>"
        "</attributes>",
        "",
        member(
            "Attribute",
            "Таблица",
            "<Type><v8:Type>v8:ValueTable</v8:Type></Type><ChoiceParameterLinks><xr:Link>"
            "<xr:Name>Отбор.Владелец</xr:Name><xr:DataPath xsi:type='xs:string'>"
            "DataProcessor.Загрузка.Attribute.Вид</xr:DataPath></xr:Link></ChoiceParameterLinks>"
            "<ChoiceParameters><app:item name='Отбор.Вид'><app:value xsi:type='v8:FixedArray'>"
            "<v8:Value xsi:type='xr:DesignTimeRef'>Enum.Виды.EnumValue.Товар</v8:Value>"
            "<v8:Value xsi:type='xr:DesignTimeRef'>Catalog.Виды.EmptyRef</v8:Value>"
            "</app:value></app:item></ChoiceParameters><LinkByType>"
            "<xr:DataPath>DataProcessor.Загрузка.Attribute.Свойство</xr:DataPath>"
            "<xr:LinkItem>0</xr:LinkItem></LinkByType>",
        ),
        edges=(
            (
                "DataProcessor.Загрузка.Attribute.Таблица",
                "Enum.Виды.EnumValue.Товар",
                "choice_parameter",
            ),
            (
                "DataProcessor.Загрузка.Attribute.Таблица",
                "DataProcessor.Загрузка.Attribute.Вид",
                "choice_link",
            ),
            (
                "DataProcessor.Загрузка.Attribute.Таблица",
                "DataProcessor.Загрузка.Attribute.Свойство",
                "type_link",
            ),
        ),
    ),
    Case(
        "DefinedType.Владелец",
        ref_edt("DocumentRef.Заказ"),
        ref_designer("DocumentRef.Заказ"),
        edges=(("DefinedType.Владелец", "Document.Заказ", "type"),),
    ),
    Case(
        "Document.Заказ",
        "<posting>Deny</posting><numerator>DocumentNumerator.Заказы</numerator>"
        "<registerRecords>AccumulationRegister.Остатки</registerRecords>"
        "<characteristics><characteristicTypes>Catalog.Наборы</characteristicTypes>"
        "<characteristicValues>InformationRegister.Сведения</characteristicValues>"
        "<dataPathField>-1</dataPathField></characteristics>"
        "<standardAttributes><name>Number</name><dataHistory>Use</dataHistory>"
        "<fullTextSearch>Use</fullTextSearch></standardAttributes>"
        "<standardAttributes><name>Date</name><dataHistory>Use</dataHistory>"
        "<fullTextSearch>Use</fullTextSearch><fillChecking>ShowError</fillChecking>"
        "</standardAttributes>",
        "<Numerator>DocumentNumerator.Заказы</Numerator><StandardAttributes>"
        '<xr:StandardAttribute name="Number"><xr:FillChecking>DontCheck</xr:FillChecking>'
        "<xr:FullTextSearch>Use</xr:FullTextSearch></xr:StandardAttribute>"
        '<xr:StandardAttribute name="Date"><xr:FillChecking>ShowError</xr:FillChecking>'
        "</xr:StandardAttribute></StandardAttributes><Posting>Deny</Posting>"
        "<Characteristics><xr:Characteristic><xr:CharacteristicTypes from='Catalog.Наборы'>"
        "<xr:KeyField>x</xr:KeyField></xr:CharacteristicTypes>"
        "<xr:CharacteristicValues from='InformationRegister.Сведения'/></xr:Characteristic>"
        f"</Characteristics>{items('RegisterRecords', 'AccumulationRegister.Остатки')}",
        expected=(("Posting", "Deny"), ("RealTimePosting", "Allow")),
        edges=(
            ("Document.Заказ", "DocumentNumerator.Заказы", "numerator"),
            ("Document.Заказ", "AccumulationRegister.Остатки", "register_record"),
            ("Document.Заказ", "Catalog.Наборы", "characteristic"),
            ("Document.Заказ", "InformationRegister.Сведения", "characteristic"),
        ),
        members=("Document.Заказ.StandardAttribute.Date",),
    ),
    Case(
        "DocumentJournal.Продажи",
        "<registeredDocuments>Document.Заказ</registeredDocuments>"
        f'<columns uuid="{UUID}"><name>Клиент</name><references>Document.Заказ.Attribute.Клиент'
        "</references></columns>",
        items("RegisteredDocuments", "Document.Заказ"),
        member("Column", "Клиент", items("References", "Document.Заказ.Attribute.Клиент")),
        edges=(
            ("DocumentJournal.Продажи", "Document.Заказ", "registered_document"),
            (
                "DocumentJournal.Продажи.Column.Клиент",
                "Document.Заказ.Attribute.Клиент",
                "journal_column",
            ),
        ),
    ),
    Case(
        "DocumentNumerator.Заказы",
        "<numberLength>9</numberLength>",
        "<NumberLength>9</NumberLength>",
        expected=(("NumberLength", "9"), ("NumberPeriodicity", "Nonperiodical")),
    ),
    Case(
        "Enum.Виды",
        f'<enumValues uuid="{UUID}"><name>Товар</name></enumValues>'
        f'<enumValues uuid="{UUID}"><name>Услуга</name></enumValues>',
        "",
        member("EnumValue", "Товар") + member("EnumValue", "Услуга"),
        members=("Enum.Виды.EnumValue.Товар", "Enum.Виды.EnumValue.Услуга"),
    ),
    Case(
        "EventSubscription.ПередЗаписью",
        "<source><types>CatalogObject.Товары</types><types>DocumentObject</types></source>"
        "<event>BeforeWrite</event><handler>CommonModule.Общий.ПередЗаписью</handler>",
        "<Source><v8:Type>cfg:CatalogObject.Товары</v8:Type>"
        "<v8:TypeSet>cfg:DocumentObject</v8:TypeSet></Source><Event>BeforeWrite</Event>"
        "<Handler>CommonModule.Общий.ПередЗаписью</Handler>",
        expected=(
            ("Event", "BeforeWrite"),
            ("Handler", "CommonModule.Общий.ПередЗаписью"),
        ),
        edges=(
            ("EventSubscription.ПередЗаписью", "Catalog.Товары", "subscription_source"),
            ("EventSubscription.ПередЗаписью", "DocumentObject", "subscription_source"),
            (
                "EventSubscription.ПередЗаписью",
                "CommonModule.Общий.ПередЗаписью",
                "handler",
            ),
        ),
    ),
    Case(
        "ExternalDataProcessor.Обмен",
        "<defaultForm>ExternalDataProcessor.Обмен.Form.Форма</defaultForm>",
        "<DefaultForm>ExternalDataProcessor.Обмен.Form.Форма</DefaultForm>",
        edges=(
            (
                "ExternalDataProcessor.Обмен",
                "ExternalDataProcessor.Обмен.Form.Форма",
                "default_form",
            ),
        ),
    ),
    Case(
        "ExternalReport.Сводка",
        "<mainDataCompositionSchema>ExternalReport.Сводка.Template.Схема"
        "</mainDataCompositionSchema>",
        "<MainDataCompositionSchema>ExternalReport.Сводка.Template.Схема"
        "</MainDataCompositionSchema>",
        edges=(("ExternalReport.Сводка", "ExternalReport.Сводка.Template.Схема", "main_schema"),),
    ),
    Case(
        "ExternalDataSource.Склад",
        "<tables>ExternalDataSource.Склад.Table.Товары</tables>"
        "<cubes>ExternalDataSource.Склад.Cube.Продажи</cubes>"
        f'<functions uuid="{UUID}"><name>Сумма</name>{STRING_EDT}<returnValue>true</returnValue>'
        "<expressionInDataSource>sum(&amp;1)</expressionInDataSource></functions>",
        "",
        "<Table>Товары</Table><Cube>Продажи</Cube>"
        + member(
            "Function",
            "Сумма",
            f"<ReturnValue>true</ReturnValue>{STRING_DESIGNER}"
            "<ExpressionInDataSource>sum(&amp;1)</ExpressionInDataSource>",
        ),
        edges=(
            ("ExternalDataSource.Склад", "ExternalDataSource.Склад.Table.Товары", "contains"),
            ("ExternalDataSource.Склад", "ExternalDataSource.Склад.Cube.Продажи", "contains"),
        ),
        members=("ExternalDataSource.Склад.Function.Сумма",),
    ),
    Case(
        "ExternalDataSource.Склад.Table.Товары",
        "<parentDataSource>ExternalDataSource.Склад</parentDataSource>"
        "<nameInDataSource>goods</nameInDataSource>"
        "<keyFields>ExternalDataSource.Склад.Table.Товары.Field.Код</keyFields>"
        f'<tableFields uuid="{UUID}"><name>Код</name>{STRING_EDT}'
        "<nameInDataSource>code</nameInDataSource></tableFields>",
        "<NameInDataSource>goods</NameInDataSource><KeyFields><xr:Field>"
        "ExternalDataSource.Склад.Table.Товары.Field.Код</xr:Field></KeyFields>",
        member("Field", "Код", f"{STRING_DESIGNER}<NameInDataSource>code</NameInDataSource>"),
        (("NameInDataSource", "goods"), ("TableDataType", "ObjectData")),
        (
            (
                "ExternalDataSource.Склад.Table.Товары",
                "ExternalDataSource.Склад.Table.Товары.Field.Код",
                "key_field",
            ),
        ),
        ("ExternalDataSource.Склад.Table.Товары.Field.Код",),
    ),
    Case(
        "ExternalDataSource.Склад.Cube.Продажи",
        "<dimensionTables>ExternalDataSource.Склад.Cube.Продажи.DimensionTable.Месяцы"
        f'</dimensionTables><dimensions uuid="{UUID}"><name>Месяц</name>'
        f"{ref_edt('ExternalDataSourceCubeDimensionTableRef.Склад.Продажи.Месяцы')}</dimensions>"
        f'<resources uuid="{UUID}"><name>Сумма</name>{STRING_EDT}</resources>',
        "",
        "<DimensionTable>Месяцы</DimensionTable>"
        + member(
            "Dimension",
            "Месяц",
            ref_designer("ExternalDataSourceCubeDimensionTableRef.Склад.Продажи.Месяцы"),
        )
        + member("Resource", "Сумма", STRING_DESIGNER),
        edges=(
            (
                "ExternalDataSource.Склад.Cube.Продажи.Dimension.Месяц",
                "ExternalDataSource.Склад.Cube.Продажи.DimensionTable.Месяцы",
                "type",
            ),
        ),
    ),
    Case(
        "ExternalDataSource.Склад.Cube.Продажи.DimensionTable.Месяцы",
        f'<hierarchical>true</hierarchical><fields uuid="{UUID}"><name>Номер</name>{STRING_EDT}'
        "</fields>",
        "<Hierarchical>true</Hierarchical>",
        member("Field", "Номер", STRING_DESIGNER),
        (("Hierarchical", "true"),),
        members=("ExternalDataSource.Склад.Cube.Продажи.DimensionTable.Месяцы.Field.Номер",),
    ),
    Case(
        "FilterCriterion.Связи",
        f"{ref_edt('DocumentRef.Заказ')}<content>Document.Счет.Attribute.Заказ</content>",
        f"{ref_designer('DocumentRef.Заказ')}{items('Content', 'Document.Счет.Attribute.Заказ')}",
        edges=(
            ("FilterCriterion.Связи", "Document.Заказ", "type"),
            ("FilterCriterion.Связи", "Document.Счет.Attribute.Заказ", "filter_criterion"),
        ),
    ),
    Case(
        "FunctionalOption.ВестиЗаказы",
        "<location>Constant.ВестиЗаказы</location><content>Document.Заказ</content>",
        "<Location>Constant.ВестиЗаказы</Location><Content><xr:Object>Document.Заказ</xr:Object>"
        "</Content>",
        edges=(
            (
                "FunctionalOption.ВестиЗаказы",
                "Constant.ВестиЗаказы",
                "functional_option_location",
            ),
            ("FunctionalOption.ВестиЗаказы", "Document.Заказ", "functional_option"),
        ),
    ),
    Case(
        "FunctionalOptionsParameter.Организация",
        "<use>Catalog.Организации</use>",
        items("Use", "Catalog.Организации"),
        edges=(
            (
                "FunctionalOptionsParameter.Организация",
                "Catalog.Организации",
                "functional_option_parameter",
            ),
        ),
    ),
    Case(
        "HTTPService.Api",
        "<rootURL>api</rootURL><reuseSessions>Use</reuseSessions>"
        f'<urlTemplates uuid="{UUID}"><name>Товары</name><template>/goods/{{id}}</template>'
        f'<methods uuid="{UUID}"><name>Получить</name><handler>ТоварыПолучить</handler></methods>'
        f'<methods uuid="{UUID}"><name>Записать</name><httpMethod>PUT</httpMethod>'
        "<handler>ТоварыЗаписать</handler></methods></urlTemplates>",
        "<RootURL>api</RootURL><ReuseSessions>Use</ReuseSessions>",
        member(
            "URLTemplate",
            "Товары",
            "<Template>/goods/{id}</Template>",
            member(
                "Method",
                "Получить",
                "<HTTPMethod>GET</HTTPMethod><Handler>ТоварыПолучить</Handler>",
            )
            + member(
                "Method",
                "Записать",
                "<HTTPMethod>PUT</HTTPMethod><Handler>ТоварыЗаписать</Handler>",
            ),
        ),
        (("RootURL", "api"), ("ReuseSessions", "Use")),
        (
            (
                "HTTPService.Api.URLTemplate.Товары.Method.Получить",
                "HTTPService.Api.ТоварыПолучить",
                "handler",
            ),
        ),
        ("HTTPService.Api.URLTemplate.Товары.Method.Записать",),
    ),
    Case(
        "InformationRegister.Цены",
        "<informationRegisterPeriodicity>Day</informationRegisterPeriodicity>"
        f'<dimensions uuid="{UUID}"><name>Товар</name>{ref_edt("CatalogRef.Товары")}'
        "<master>true</master></dimensions>",
        "<InformationRegisterPeriodicity>Day</InformationRegisterPeriodicity>",
        member("Dimension", "Товар", f"{ref_designer('CatalogRef.Товары')}<Master>true</Master>"),
        (("InformationRegisterPeriodicity", "Day"), ("WriteMode", "Independent")),
    ),
    Case(
        "IntegrationService.Шина",
        f'<integrationServiceChannels uuid="{UUID}"><name>Входящий</name>'
        "<messageDirection>Receive</messageDirection><transactioned>true</transactioned>"
        "<receiveMessageProcessing>Принять</receiveMessageProcessing>"
        "</integrationServiceChannels>",
        "",
        member(
            "IntegrationServiceChannel",
            "Входящий",
            "<MessageDirection>Receive</MessageDirection><Transactioned>true</Transactioned>"
            "<ReceiveMessageProcessing>Принять</ReceiveMessageProcessing>",
        ),
        edges=(
            (
                "IntegrationService.Шина.IntegrationServiceChannel.Входящий",
                "IntegrationService.Шина.Принять",
                "handler",
            ),
        ),
    ),
    Case("Interface.Полный", "<switchable>true</switchable>", "<Switchable>true</Switchable>"),
    Case("PaletteColor.Акцент", "", ""),
    Case(
        "Report.Продажи",
        "<variantsStorage>SettingsStorage.Варианты</variantsStorage>",
        "<VariantsStorage>SettingsStorage.Варианты</VariantsStorage><SettingsStorage/>",
        edges=(("Report.Продажи", "SettingsStorage.Варианты", "settings_storage"),),
    ),
    Case("Role.Менеджер", "<comment>основная</comment>", "<Comment>основная</Comment>"),
    Case(
        "ScheduledJob.Обмен",
        "<methodName>CommonModule.Общий.Обменяться</methodName><use>true</use><key>1</key>",
        "<MethodName>CommonModule.Общий.Обменяться</MethodName><Description/><Key>1</Key>"
        "<Use>true</Use>",
        expected=(("Use", "true"), ("Key", "1"), ("Predefined", "false")),
        edges=(("ScheduledJob.Обмен", "CommonModule.Общий.Обменяться", "handler"),),
    ),
    Case(
        "Sequence.Партии",
        "<documents>Document.Заказ</documents>"
        "<registerRecords>AccumulationRegister.Остатки</registerRecords>"
        f'<dimensions uuid="{UUID}"><name>Товар</name>{STRING_EDT}'
        "<documentMap>Document.Заказ.Attribute.Товар</documentMap></dimensions>",
        f"{items('Documents', 'Document.Заказ')}"
        f"{items('RegisterRecords', 'AccumulationRegister.Остатки')}",
        member(
            "Dimension",
            "Товар",
            f"{STRING_DESIGNER}{items('DocumentMap', 'Document.Заказ.Attribute.Товар')}",
        ),
        (("MoveBoundaryOnPosting", "Move"),),
        (
            ("Sequence.Партии", "Document.Заказ", "sequence_document"),
            ("Sequence.Партии", "AccumulationRegister.Остатки", "register_record"),
            ("Sequence.Партии.Dimension.Товар", "Document.Заказ.Attribute.Товар", "document_map"),
        ),
    ),
    Case("SessionParameter.Область", STRING_EDT, STRING_DESIGNER),
    Case(
        "SettingsStorage.Варианты",
        "<defaultSaveForm>SettingsStorage.Варианты.Form.Сохранить</defaultSaveForm>",
        "<DefaultSaveForm>SettingsStorage.Варианты.Form.Сохранить</DefaultSaveForm>",
    ),
    Case("Style.Основной", "", ""),
    Case(
        "StyleItem.Шрифт",
        '<type>Font</type><value xsi:type="core:FontValue"><value/></value>',
        '<Type>Font</Type><Value xsi:type="v8ui:Font" height="10" xmlns:v8ui="urn:ui"/>',
        expected=(("Type", "Font"),),
    ),
    Case(
        "Subsystem.Продажи",
        "<includeInCommandInterface>true</includeInCommandInterface>"
        "<content>Catalog.Товары</content><content>0f4c7a70-0000-4000-8000-000000000000</content>"
        "<subsystems>Розница</subsystems>",
        "<IncludeInCommandInterface>true</IncludeInCommandInterface>"
        f"{items('Content', 'Catalog.Товары', '0f4c7a70-0000-4000-8000-000000000000')}",
        "<Subsystem>Розница</Subsystem>",
        (("IncludeInCommandInterface", "true"), ("UseOneCommand", "false")),
        (
            ("Subsystem.Продажи", "Catalog.Товары", "subsystem"),
            ("Subsystem.Продажи", "0f4c7a70-0000-4000-8000-000000000000", "subsystem"),
            ("Subsystem.Продажи", "Subsystem.Продажи.Subsystem.Розница", "contains"),
        ),
    ),
    Case(
        "Subsystem.Продажи.Subsystem.Розница",
        "<parentSubsystem>Subsystem.Продажи</parentSubsystem><content>Report.Чеки</content>"
        "<subsystems>Кассы</subsystems>",
        items("Content", "Report.Чеки"),
        "<Subsystem>Кассы</Subsystem>",
        edges=(
            ("Subsystem.Продажи.Subsystem.Розница", "Report.Чеки", "subsystem"),
            (
                "Subsystem.Продажи.Subsystem.Розница",
                "Subsystem.Продажи.Subsystem.Розница.Subsystem.Кассы",
                "contains",
            ),
        ),
    ),
    Case(
        "Task.Задача",
        "<addressing>InformationRegister.Исполнители</addressing>"
        "<mainAddressingAttribute>Task.Задача.AddressingAttribute.Роль</mainAddressingAttribute>"
        "<currentPerformer>SessionParameter.Пользователь</currentPerformer>"
        f'<addressingAttributes uuid="{UUID}"><name>Роль</name>{ref_edt("CatalogRef.Роли")}'
        "<addressingDimension>InformationRegister.Исполнители.Dimension.Роль"
        "</addressingDimension></addressingAttributes>",
        "<Addressing>InformationRegister.Исполнители</Addressing>"
        "<MainAddressingAttribute>Task.Задача.AddressingAttribute.Роль</MainAddressingAttribute>"
        "<CurrentPerformer>SessionParameter.Пользователь</CurrentPerformer>",
        member(
            "AddressingAttribute",
            "Роль",
            f"{ref_designer('CatalogRef.Роли')}<AddressingDimension>"
            "InformationRegister.Исполнители.Dimension.Роль</AddressingDimension>",
        ),
        (("TaskNumberAutoPrefix", "BusinessProcessNumber"),),
        (
            ("Task.Задача", "InformationRegister.Исполнители", "addressing"),
            (
                "Task.Задача.AddressingAttribute.Роль",
                "InformationRegister.Исполнители.Dimension.Роль",
                "addressing",
            ),
        ),
    ),
    Case(
        "WebService.Обмен",
        "<namespace>urn:обмен</namespace>"
        '<xdtoPackages xsi:type="core:ReferenceValue"><value>XDTOPackage.Обмен</value>'
        '</xdtoPackages><xdtoPackages xsi:type="core:StringValue"><value>urn:core</value>'
        f'</xdtoPackages><operations uuid="{UUID}"><name>Ping</name><xdtoReturningValueType>'
        "<name>string</name><nsUri>http://www.w3.org/2001/XMLSchema</nsUri>"
        "</xdtoReturningValueType><procedureName>Пинг</procedureName>"
        f'<parameters uuid="{UUID}"><name>Кому</name><xdtoValueType><name>Адрес</name>'
        "<nsUri>urn:обмен</nsUri></xdtoValueType><transferDirection>InOut</transferDirection>"
        "</parameters></operations>",
        "<Namespace>urn:обмен</Namespace><XDTOPackages><xr:Item><xr:Presentation/>"
        '<xr:CheckState>0</xr:CheckState><xr:Value xsi:type="xr:MDObjectRef">XDTOPackage.Обмен'
        '</xr:Value></xr:Item><xr:Item><xr:Value xsi:type="xs:string">urn:core</xr:Value>'
        "</xr:Item></XDTOPackages>",
        member(
            "Operation",
            "Ping",
            "<XDTOReturningValueType>xs:string</XDTOReturningValueType>"
            "<Nillable>false</Nillable><ProcedureName>Пинг</ProcedureName>",
            member(
                "Parameter",
                "Кому",
                '<XDTOValueType xmlns:d8p1="urn:обмен">d8p1:Адрес</XDTOValueType>'
                "<TransferDirection>InOut</TransferDirection>",
            ),
        ),
        (("XDTOPackages", "XDTOPackage.Обмен, urn:core"), ("Namespace", "urn:обмен")),
        (
            ("WebService.Обмен", "XDTOPackage.Обмен", "xdto_package"),
            ("WebService.Обмен.Operation.Ping", "WebService.Обмен.Пинг", "handler"),
        ),
        ("WebService.Обмен.Operation.Ping.Parameter.Кому",),
    ),
    Case(
        "WebSocketClient.Биржа",
        "<serverURL>wss://пример</serverURL><timeout>30</timeout>",
        "<ServerURL>wss://пример</ServerURL><Timeout>30</Timeout>",
        expected=(("ServerURL", "wss://пример"), ("AutoConnect", "false")),
    ),
    Case(
        "WSReference.Погода",
        "<locationURL>http://пример</locationURL>",
        "<LocationURL>http://пример</LocationURL>",
        expected=(("LocationURL", "http://пример"),),
    ),
    Case(
        "XDTOPackage.Обмен",
        "<namespace>urn:обмен</namespace>",
        "<Namespace>urn:обмен</Namespace>",
        expected=(("Namespace", "urn:обмен"),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.owner)
def test_both_layouts_give_the_same_rows(case: Case) -> None:
    in_edt, in_designer = case.both()
    assert rows(in_edt) == rows(in_designer)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.owner)
def test_the_object_has_its_identity_and_properties(case: Case) -> None:
    facts, _ = case.both()
    (row,) = facts.objects
    assert row.id == case.owner
    assert [row.type, row.name] == case.owner.split(".")[-2:]
    assert row.uuid == UUID
    assert row.parent == (".".join(case.owner.split(".")[:-2]) or None)
    assert list(row.properties) == sorted(row.properties)
    for name, value in case.expected:
        assert row.properties[name] == value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.owner)
def test_the_edges_and_members_are_found(case: Case) -> None:
    facts, _ = case.both()
    assert set(case.edges) <= {edge[:3] for edge in edges(facts)}
    assert set(case.members) <= {item.id for item in facts.members}
    assert all(item.object == case.owner for item in facts.members)


def test_every_type_has_a_case() -> None:
    from cai_assets.onec.metadata.kinds import BY_NAME

    read_elsewhere = {"Configuration", "Language", "ExchangePlan", "Function"}
    assert {case.owner.split(".")[-2] for case in CASES} | read_elsewhere == set(BY_NAME)
