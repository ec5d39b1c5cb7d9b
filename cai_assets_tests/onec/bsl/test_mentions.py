"""What code names: metadata, forms, procedures in strings, in both languages."""

from __future__ import annotations

import pytest

from cai_assets.onec.bsl.analyse import analyse


def _named(code: str, *, module: str = "") -> list[tuple[str, str, str]]:
    facts = analyse(f"Процедура П()\n{code}\nКонецПроцедуры\n{module}")
    assert not facts.errors
    return [(row.kind, row.target, row.note) for row in facts.named]


def _mentioned(code: str) -> list[tuple[str, str]]:
    facts = analyse(f"Процедура П()\n{code}\nКонецПроцедуры\n")
    assert not facts.errors
    return [(row.context, row.text) for row in facts.mentions]


@pytest.mark.parametrize(
    ("expression", "target"),
    [
        ("Справочники.Товары", "Catalog.Товары"),
        ("Catalogs.Goods", "Catalog.Goods"),
        ("справочники.Товары.НайтиПоКоду(1)", "Catalog.Товары"),
        ("Справочники.Товары.Услуга", "Catalog.Товары.Predefined.Услуга"),
        ("Catalogs.Goods.Service.Code", "Catalog.Goods.Predefined.Service"),
        ("Справочники.Товары.ПустаяСсылка()", "Catalog.Товары.EmptyRef"),
        ("Catalogs.Goods.EmptyRef()", "Catalog.Goods.EmptyRef"),
        ('Справочники["Товары"].ПустаяСсылка()', "Catalog.Товары.EmptyRef"),
        ("Перечисления.Статусы.Новый", "Enum.Статусы.EnumValue.Новый"),
        ("Enums.States.New", "Enum.States.EnumValue.New"),
        ("Документы.Заказ.СоздатьДокумент()", "Document.Заказ"),
        ("AccumulationRegisters.Stock.CreateRecordSet()", "AccumulationRegister.Stock"),
        ("РегистрыСведений.Цены.СрезПоследних()", "InformationRegister.Цены"),
        ("Константы.Валюта.Получить()", "Constant.Валюта"),
        ("Constants.Currency.Get()", "Constant.Currency"),
        ("ПараметрыСеанса.Текущий", "SessionParameter.Текущий"),
        ("SessionParameters.Current", "SessionParameter.Current"),
        ("ПланыОбмена.Полный.ЭтотУзел()", "ExchangePlan.Полный"),
        (
            "ПланыВидовХарактеристик.Свойства.Цвет",
            "ChartOfCharacteristicTypes.Свойства.Predefined.Цвет",
        ),
        ("ChartsOfAccounts.Main.Cash", "ChartOfAccounts.Main.Predefined.Cash"),
        ("БиблиотекаКартинок.Логотип", "CommonPicture.Логотип"),
        ("PictureLib.Logo", "CommonPicture.Logo"),
        ("ЦветаСтиля.Ошибка", "StyleItem.Ошибка"),
        ("КритерииОтбора.Связи.Найти(1)", "FilterCriterion.Связи"),
        ("Последовательности.Партии.СоздатьНаборЗаписей()", "Sequence.Партии"),
        ("Обработки.Загрузка.Создать()", "DataProcessor.Загрузка"),
        ("Reports.Sales.Create()", "Report.Sales"),
        (
            "БизнесПроцессы.Задание.ТочкиМаршрута.Старт",
            "BusinessProcess.Задание.FlowchartPoint.Старт",
        ),
        (
            "ВнешниеИсточникиДанных.Касса.Таблицы.Чеки.СоздатьНаборЗаписей()",
            "ExternalDataSource.Касса.Table.Чеки",
        ),
        ('Справочники.Товары.ПолучитьМакет("Ценник")', "Catalog.Товары.Template.Ценник"),
        ('DataProcessors.Load.GetTemplate("Rules")', "DataProcessor.Load.Template.Rules"),
        ("Метаданные.Справочники.Товары.Реквизиты.Цена.Тип", "Catalog.Товары.Attribute.Цена"),
        (
            "Metadata.Documents.Order.TabularSections.Goods.Attributes.Price",
            "Document.Order.TabularSection.Goods.Attribute.Price",
        ),
        (
            "Метаданные.РегистрыНакопления.Остатки.Измерения.Склад",
            "AccumulationRegister.Остатки.Dimension.Склад",
        ),
        ("Метаданные.Подсистемы.Продажи.Подсистемы.Опт", "Subsystem.Продажи.Subsystem.Опт"),
        ('Метаданные.Справочники.Найти("Товары")', "Catalog.Товары"),
        ('Метаданные.Справочники.Товары.Реквизиты.Найти("Цена")', "Catalog.Товары.Attribute.Цена"),
        ("Метаданные.Справочники.Товары.ПолноеИмя()", "Catalog.Товары"),
        ('Метаданные.НайтиПоПолномуИмени("Справочник.Товары")', "Catalog.Товары"),
        ('Metadata.FindByFullName("Catalog.Goods")', "Catalog.Goods"),
        ('Тип("СправочникСсылка.Товары")', "Catalog.Товары"),
        ('Type("DocumentRef.Order")', "Document.Order"),
        ('Тип("СправочникТабличнаяЧасть.Товары.Цены")', "Catalog.Товары.TabularSection.Цены"),
        ('Новый("СправочникСсылка.Товары")', "Catalog.Товары"),
        ('Новый ОписаниеТипов("ПеречислениеСсылка.Статусы")', "Enum.Статусы"),
        (
            'ПредопределенноеЗначение("Справочник.Товары.Услуга")',
            "Catalog.Товары.Predefined.Услуга",
        ),
        ('PredefinedValue("Enum.States.New")', "Enum.States.EnumValue.New"),
        ('PredefinedValue("Catalog.Goods.EmptyRef")', "Catalog.Goods.EmptyRef"),
        ('ПолучитьОбщийМакет("Ценник")', "CommonTemplate.Ценник"),
        ('GetCommonTemplate("Label")', "CommonTemplate.Label"),
        ('ОбщегоНазначения.ОбщийМодуль("Продажи")', "CommonModule.Продажи"),
        ('Common.CommonModule("Sales")', "CommonModule.Sales"),
    ],
)
def test_code_names_a_metadata_object(expression: str, target: str) -> None:
    assert _named(f"А = {expression};") == [("manager", target, "")]


@pytest.mark.parametrize(
    "expression",
    [
        "Справочники.ТипВсеСсылки()",
        "Catalogs.AllRefsType()",
        "Метаданные.Имя",
        "Метаданные.Справочники.Содержит(Б)",
        "Metadata.Catalogs.Count()",
        'Тип("Строка")',
        'Type("CatalogRef")',
        'Новый ОписаниеТипов("Число, Строка")',
        "Объект.Справочники.Товары",
    ],
)
def test_what_names_no_object_makes_no_edge(expression: str) -> None:
    assert _named(f"А = {expression};") == []
    assert _mentioned(f"А = {expression};") == []


def test_a_variable_is_no_global_property() -> None:
    code = (
        "Процедура П(Документы)\n А = Документы.Первый;\n Отчеты = 1; Б = Отчеты.Х;\nКонецПроцедуры"
    )
    assert analyse(code).named == []


def test_types_and_constants_come_in_lists() -> None:
    assert _named('А = Новый ОписаниеТипов("СправочникСсылка.А, Строка, DocumentRef.B");') == [
        ("manager", "Catalog.А", ""),
        ("manager", "Document.B", ""),
    ]
    assert _named('А = New TypeDescription(Прежнее, "CatalogRef.A,\n|CatalogRef.B");') == [
        ("manager", "Catalog.A", ""),
        ("manager", "Catalog.B", ""),
    ]
    assert _named('А = Константы.СоздатьНабор("А, Б");') == [
        ("manager", "Constant.А", ""),
        ("manager", "Constant.Б", ""),
    ]


@pytest.mark.parametrize(
    ("code", "edge"),
    [
        ('ОткрытьФорму("Справочник.Товары.Форма.Список");', ("Catalog.Товары.Form.Список", "")),
        ('OpenForm("Catalog.Goods.ObjectForm", А);', ("Catalog.Goods", "ObjectForm")),
        ('OpenForm("Enum.States.ChoiceForm");', ("Enum.States", "ChoiceForm")),
        ('Ф = ПолучитьФорму("Обработка.Загрузка.Форма");', ("DataProcessor.Загрузка", "Form")),
        ('ОткрытьФормуМодально("ОбщаяФорма.Вопрос");', ("CommonForm.Вопрос", "")),
        ('Ф = GetCommonForm("Question");', ("CommonForm.Question", "")),
        ('Ф = Документы.Заказ.ПолучитьФорму("ФормаСписка");', ("Document.Заказ", "ListForm")),
        ('Ф = Documents.Order.GetForm("Wizard");', ("Document.Order.Form.Wizard", "")),
        ('ОткрытьФорму("Отчет.Продажи.Форма." + Имя);', ("Report.Продажи", "part of the name")),
    ],
)
def test_code_opens_a_form(code: str, edge: tuple[str, str]) -> None:
    assert _named(code) == [("open_form", *edge)]


_PROCEDURE = "Процедура Готово() Экспорт\nКонецПроцедуры\n"


@pytest.mark.parametrize(
    "code",
    [
        'А = Новый ОписаниеОповещения("Готово", ЭтотОбъект);',
        'А = New NotifyDescription("Готово", ThisObject);',
        'А = New CallbackDescription("Готово", ThisForm);',
        'А = Новый ОписаниеОповещения(Имя, ЭтаФорма, , "Готово", ЭтаФорма);',
        'ПодключитьОбработчикОжидания("Готово", 1);',
        'ThisObject.AttachIdleHandler("Готово", 1);',
        'Команда.Действие = "Готово";',
        'Command.Action = "Готово";',
        'Элемент.УстановитьДействие("ПриИзменении", "Готово");',
        'Item.SetAction("OnChange", "Готово");',
        "ДобавитьОбработчик Объект.Событие, Готово;",
        "AddHandler Object.Event, ThisObject.Готово;",
    ],
)
def test_code_names_a_procedure_of_its_own_module_to_be_called_later(code: str) -> None:
    assert _named(code, module=_PROCEDURE) == [("notification", ".Готово", "")]


@pytest.mark.parametrize(
    ("code", "mention"),
    [
        (
            'А = Новый ОписаниеОповещения("Готово", ПродажиКлиент);',
            ("notification", "ПродажиКлиент.Готово"),
        ),
        ('А = Новый ОписаниеОповещения("Готово", Форма.Модуль);', ("notification", "Готово")),
        ("ДобавитьОбработчик Объект.Событие, Продажи.Готово;", ("notification", "Продажи.Готово")),
        ('Форма.ПодключитьОбработчикОжидания("Готово", 1);', ("idle_handler", "Готово")),
        ("Движения.Остатки.Записать();", ("movement", "Остатки")),
        ("RegisterRecords.Stock.Write = Истина;", ("movement", "Stock")),
        ("ЭтотОбъект.Движения.Остатки.Очистить();", ("movement", "Остатки")),
        ('А = "Продажи.Провести";', ("", "Продажи.Провести")),
        ('Выполнить("Продажи.Провести(А)");', ("", "Продажи.Провести")),
        ('А = "Справочник.Товары";', ("", "Справочник.Товары")),
        ('А = "e1cib/list/Справочник.Товары";', ("", "Справочник.Товары")),
        ('А = "СОЕДИНЕНИЕ Справочник.Товары КАК Т";', ("", "Справочник.Товары")),
    ],
)
def test_what_other_files_decide_is_a_mention(code: str, mention: tuple[str, str]) -> None:
    assert _mentioned(code) == [mention]
    assert _named(code) == []


def test_texts_for_people_name_nothing() -> None:
    assert _mentioned("А = НСтр(\"ru = 'Откройте Справочник.Товары'\");") == []


def test_a_string_with_the_name_of_a_routine_of_the_module_names_it() -> None:
    assert _named('Вызвать("Готово");', module=_PROCEDURE) == [("routine_name", ".Готово", "")]
    assert _named('Сообщить("П");') == []


def test_roles_and_functional_options_are_asked_for_by_name() -> None:
    assert _named('А = РольДоступна("Продавец");') == [("role_check", "Role.Продавец", "")]
    assert _named('A = IsInRole("Seller");') == [("role_check", "Role.Seller", "")]
    assert _named('А = Пользователи.РолиДоступны("А, Б");') == [
        ("role_check", "Role.А", ""),
        ("role_check", "Role.Б", ""),
    ]
    assert _named('А = ПолучитьФункциональнуюОпцию("Склады");') == [
        ("functional_option", "FunctionalOption.Склады", "")
    ]
    assert _named('A = GetFunctionalOption("Stores");') == [
        ("functional_option", "FunctionalOption.Stores", "")
    ]


def test_an_own_template_is_a_part_of_the_modules_object() -> None:
    assert _named('А = ПолучитьМакет("Схема");') == [("manager", "#Template.Схема", "")]
    assert _named('А = ЭтотОбъект.GetTemplate("Схема");') == [("manager", "#Template.Схема", "")]


def test_a_query_is_left_to_those_who_read_queries() -> None:
    code = 'А = Новый Запрос("ВЫБРАТЬ Ссылка ИЗ Справочник.Товары");'
    assert _named(code) == []
    assert _mentioned(code) == []


def test_edges_know_their_routine_and_line() -> None:
    facts = analyse(
        "Процедура П()\n\n А = Справочники.Товары;\nКонецПроцедуры\nБ = Документы.Заказ;"
    )
    assert [(row.routine, row.line, row.target) for row in facts.named] == [
        (0, 3, "Catalog.Товары"),
        (-1, 5, "Document.Заказ"),
    ]
