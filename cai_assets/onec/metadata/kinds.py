"""Every type of metadata object: its folder, its names in BSL, its types, its parts.

The one place that knows how the kinds are called. Readers, the resolver of BSL names and
the documentation ask here; a new kind of the platform is one new entry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class ObjectKind:
    """A type of metadata object.

    `group` is its folder and its English name in BSL (`Catalogs`); the Russian names are those
    of BSL (`Справочники.Товары`, `Справочник.Товары`). `type_suffixes` make the names of the
    types that the platform generates (`CatalogRef.Товары`); `members` are the kinds of parts.
    """

    name: str
    group: str
    russian: str
    russian_plural: str
    type_suffixes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def russian_heading(self) -> str:
        """The Russian plural as words: `Регистры сведений`, `HTTP-сервисы`, `Пакеты XDTO`."""
        return _in_words(self.russian_plural)

    @property
    def russian_words(self) -> str:
        """The Russian name as words: `Регистр сведений`, `HTTP-сервис`, `Пакет XDTO`."""
        return _in_words(self.russian)


def _in_words(name: str) -> str:
    found = ""
    for word in re.findall("[А-Я][а-я]+|[A-Za-z]+", name):
        if not found:
            found = word
        elif word.isascii():
            found += f" {word}"
        else:
            found += ("-" if found.isascii() or found == "Бизнес" else " ") + word.lower()
    return found


_REFERENCE = ("Ref", "Object", "Selection", "List", "Manager")
_TABULAR = ("TabularSection", "TabularSectionRow")
_REGISTER = ("RecordSet", "RecordManager", "RecordKey", "Record", "Selection", "List", "Manager")
_TOOL = ("Object", "Manager")

_FORMS = ("Form", "Template", "Command")
_DATA = ("StandardAttribute", "Attribute", "TabularSection", *_FORMS)
_REGISTER_PARTS = ("StandardAttribute", "Dimension", "Resource", "Attribute", *_FORMS)

KINDS: tuple[ObjectKind, ...] = (
    ObjectKind(
        "AccountingRegister",
        "AccountingRegisters",
        "РегистрБухгалтерии",
        "РегистрыБухгалтерии",
        (*_REGISTER, "ExtDimensions"),
        _REGISTER_PARTS,
    ),
    ObjectKind(
        "AccumulationRegister",
        "AccumulationRegisters",
        "РегистрНакопления",
        "РегистрыНакопления",
        _REGISTER,
        _REGISTER_PARTS,
    ),
    ObjectKind("Bot", "Bots", "Бот", "Боты"),
    ObjectKind(
        "BusinessProcess",
        "BusinessProcesses",
        "БизнесПроцесс",
        "БизнесПроцессы",
        (*_REFERENCE, *_TABULAR, "RoutePointRef", "RoutePoints"),
        _DATA,
    ),
    ObjectKind(
        "CalculationRegister",
        "CalculationRegisters",
        "РегистрРасчета",
        "РегистрыРасчета",
        _REGISTER,
        (*_REGISTER_PARTS, "Recalculation"),
    ),
    ObjectKind(
        "Catalog",
        "Catalogs",
        "Справочник",
        "Справочники",
        (*_REFERENCE, *_TABULAR),
        (*_DATA, "Predefined"),
    ),
    ObjectKind(
        "ChartOfAccounts",
        "ChartsOfAccounts",
        "ПланСчетов",
        "ПланыСчетов",
        (*_REFERENCE, *_TABULAR, "ExtDimensionTypes", "ExtDimensionTypesRow"),
        (
            *_DATA,
            "StandardTabularSection",
            "AccountingFlag",
            "ExtDimensionAccountingFlag",
            "Predefined",
        ),
    ),
    ObjectKind(
        "ChartOfCalculationTypes",
        "ChartsOfCalculationTypes",
        "ПланВидовРасчета",
        "ПланыВидовРасчета",
        (
            *_REFERENCE,
            *_TABULAR,
            "DisplacingCalculationTypes",
            "DisplacingCalculationTypesRow",
            "BaseCalculationTypes",
            "BaseCalculationTypesRow",
            "LeadingCalculationTypes",
            "LeadingCalculationTypesRow",
        ),
        (*_DATA, "StandardTabularSection", "Predefined"),
    ),
    ObjectKind(
        "ChartOfCharacteristicTypes",
        "ChartsOfCharacteristicTypes",
        "ПланВидовХарактеристик",
        "ПланыВидовХарактеристик",
        (*_REFERENCE, *_TABULAR),
        (*_DATA, "Predefined"),
    ),
    ObjectKind("CommandGroup", "CommandGroups", "ГруппаКоманд", "ГруппыКоманд"),
    ObjectKind("CommonAttribute", "CommonAttributes", "ОбщийРеквизит", "ОбщиеРеквизиты"),
    ObjectKind("CommonCommand", "CommonCommands", "ОбщаяКоманда", "ОбщиеКоманды"),
    ObjectKind("CommonForm", "CommonForms", "ОбщаяФорма", "ОбщиеФормы"),
    ObjectKind("CommonModule", "CommonModules", "ОбщийМодуль", "ОбщиеМодули"),
    ObjectKind("CommonPicture", "CommonPictures", "ОбщаяКартинка", "ОбщиеКартинки"),
    ObjectKind("CommonTemplate", "CommonTemplates", "ОбщийМакет", "ОбщиеМакеты"),
    ObjectKind("Configuration", "Configuration", "Конфигурация", "Конфигурация"),
    ObjectKind(
        "Constant",
        "Constants",
        "Константа",
        "Константы",
        ("ValueManager", "ValueKey", "Manager"),
        ("StandardAttribute",),
    ),
    ObjectKind(
        "DataProcessor",
        "DataProcessors",
        "Обработка",
        "Обработки",
        (*_TOOL, *_TABULAR),
        ("Attribute", "TabularSection", *_FORMS),
    ),
    ObjectKind("DefinedType", "DefinedTypes", "ОпределяемыйТип", "ОпределяемыеТипы"),
    ObjectKind("Document", "Documents", "Документ", "Документы", (*_REFERENCE, *_TABULAR), _DATA),
    ObjectKind(
        "DocumentJournal",
        "DocumentJournals",
        "ЖурналДокументов",
        "ЖурналыДокументов",
        ("Selection", "List", "Manager"),
        ("StandardAttribute", "Column", *_FORMS),
    ),
    ObjectKind(
        "DocumentNumerator", "DocumentNumerators", "НумераторДокументов", "НумераторыДокументов"
    ),
    ObjectKind(
        "Enum",
        "Enums",
        "Перечисление",
        "Перечисления",
        ("Ref", "Manager", "List"),
        ("StandardAttribute", "EnumValue", *_FORMS),
    ),
    ObjectKind("EventSubscription", "EventSubscriptions", "ПодпискаНаСобытие", "ПодпискиНаСобытия"),
    ObjectKind(
        "ExchangePlan",
        "ExchangePlans",
        "ПланОбмена",
        "ПланыОбмена",
        (*_REFERENCE, *_TABULAR),
        _DATA,
    ),
    ObjectKind(
        "ExternalDataProcessor",
        "ExternalDataProcessors",
        "ВнешняяОбработка",
        "ВнешниеОбработки",
        (*_TOOL, *_TABULAR),
        ("Attribute", "TabularSection", *_FORMS),
    ),
    ObjectKind(
        "ExternalDataSource",
        "ExternalDataSources",
        "ВнешнийИсточникДанных",
        "ВнешниеИсточникиДанных",
        ("Manager", "TablesManager", "CubesManager"),
        ("Table", "Cube", "Function"),
    ),
    ObjectKind(
        "ExternalReport",
        "ExternalReports",
        "ВнешнийОтчет",
        "ВнешниеОтчеты",
        (*_TOOL, *_TABULAR),
        ("Attribute", "TabularSection", *_FORMS),
    ),
    ObjectKind(
        "FilterCriterion",
        "FilterCriteria",
        "КритерийОтбора",
        "КритерииОтбора",
        ("List", "Manager"),
        ("Form", "Command"),
    ),
    ObjectKind(
        "FunctionalOption", "FunctionalOptions", "ФункциональнаяОпция", "ФункциональныеОпции"
    ),
    ObjectKind(
        "FunctionalOptionsParameter",
        "FunctionalOptionsParameters",
        "ПараметрФункциональныхОпций",
        "ПараметрыФункциональныхОпций",
    ),
    ObjectKind("HTTPService", "HTTPServices", "HTTPСервис", "HTTPСервисы", (), ("URLTemplate",)),
    ObjectKind(
        "InformationRegister",
        "InformationRegisters",
        "РегистрСведений",
        "РегистрыСведений",
        _REGISTER,
        _REGISTER_PARTS,
    ),
    ObjectKind(
        "IntegrationService",
        "IntegrationServices",
        "СервисИнтеграции",
        "СервисыИнтеграции",
        ("Manager",),
        ("IntegrationServiceChannel",),
    ),
    ObjectKind("Interface", "Interfaces", "Интерфейс", "Интерфейсы"),
    ObjectKind("Language", "Languages", "Язык", "Языки"),
    ObjectKind("PaletteColor", "PaletteColors", "ЦветПалитры", "ЦветаПалитры"),
    ObjectKind(
        "Report",
        "Reports",
        "Отчет",
        "Отчеты",
        (*_TOOL, *_TABULAR),
        ("Attribute", "TabularSection", *_FORMS),
    ),
    ObjectKind("Role", "Roles", "Роль", "Роли"),
    ObjectKind("ScheduledJob", "ScheduledJobs", "РегламентноеЗадание", "РегламентныеЗадания"),
    ObjectKind(
        "Sequence",
        "Sequences",
        "Последовательность",
        "Последовательности",
        ("RecordSet", "Record", "Manager"),
        ("Dimension",),
    ),
    ObjectKind("SessionParameter", "SessionParameters", "ПараметрСеанса", "ПараметрыСеанса"),
    ObjectKind(
        "SettingsStorage",
        "SettingsStorages",
        "ХранилищеНастроек",
        "ХранилищаНастроек",
        ("Manager",),
        ("Form", "Template"),
    ),
    ObjectKind("Style", "Styles", "Стиль", "Стили"),
    ObjectKind("StyleItem", "StyleItems", "ЭлементСтиля", "ЭлементыСтиля"),
    ObjectKind("Subsystem", "Subsystems", "Подсистема", "Подсистемы"),
    ObjectKind(
        "Task",
        "Tasks",
        "Задача",
        "Задачи",
        (*_REFERENCE, *_TABULAR),
        (*_DATA, "AddressingAttribute"),
    ),
    ObjectKind("WebService", "WebServices", "WebСервис", "WebСервисы", (), ("Operation",)),
    ObjectKind(
        "WebSocketClient", "WebSocketClients", "WebSocketКлиент", "WebSocketКлиенты", ("Manager",)
    ),
    ObjectKind("WSReference", "WSReferences", "WSСсылка", "WSСсылки", ("Manager",)),
    ObjectKind("XDTOPackage", "XDTOPackages", "ПакетXDTO", "ПакетыXDTO"),
)

PART_KINDS: tuple[ObjectKind, ...] = (
    ObjectKind(
        "Table",
        "Tables",
        "Таблица",
        "Таблицы",
        (),
        ("Field", *_FORMS),
    ),
    ObjectKind(
        "Cube",
        "Cubes",
        "Куб",
        "Кубы",
        (),
        ("DimensionTable", "Dimension", "Resource", *_FORMS),
    ),
    ObjectKind(
        "DimensionTable",
        "DimensionTables",
        "ТаблицаИзмерения",
        "ТаблицыИзмерений",
        (),
        ("Field", *_FORMS),
    ),
    ObjectKind("Function", "Functions", "Функция", "Функции"),
)
"""Parts of an external data source that have files of their own and are objects."""

BY_NAME: dict[str, ObjectKind] = {kind.name: kind for kind in (*KINDS, *PART_KINDS)}
_BY_GROUP = {kind.group: kind for kind in KINDS if kind.name != "Configuration"}
_BY_TYPE_HEAD = {
    kind.name + suffix: kind.name for kind in KINDS for suffix in kind.type_suffixes
} | {"DefinedType": "DefinedType", "Characteristic": "ChartOfCharacteristicTypes"}
_BY_BSL_NAME = {
    name.casefold(): kind.name
    for kind in KINDS
    for name in (kind.name, kind.group, kind.russian, kind.russian_plural)
}

_SOURCE = "ExternalDataSource"
_TABLE_TYPES = (*_REFERENCE, "RecordSet", "RecordManager", "RecordKey", "Record")
SOURCE_TYPE_HEADS: dict[str, tuple[str, ...]] = {
    **{f"{_SOURCE}Table{suffix}": (_SOURCE, "Table") for suffix in _TABLE_TYPES},
    **{f"{_SOURCE}Cube{suffix}": (_SOURCE, "Cube") for suffix in _TABLE_TYPES},
    **{
        f"{_SOURCE}CubeDimensionTable{suffix}": (_SOURCE, "Cube", "DimensionTable")
        for suffix in _TABLE_TYPES
    },
}
"""Types of an external source's parts → the kinds of the name's steps, outermost first."""


def kind_by_group(folder: str) -> ObjectKind | None:
    """The kind of the objects that stand in this top-level folder: `Catalogs` → `Catalog`."""
    return _BY_GROUP.get(folder)


def kind_by_type_head(head: str) -> str | None:
    """The type of the object that a value type names: `CatalogRef` → `Catalog`."""
    return _BY_TYPE_HEAD.get(head)


def kind_by_bsl_name(name: str) -> str | None:
    """The type that a name of BSL means, in either language, singular or plural, any case."""
    return _BY_BSL_NAME.get(name.casefold())
