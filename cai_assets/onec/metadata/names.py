"""How code names metadata: `Справочники.Товары`, `Тип("CatalogRef.Goods")`, `Отчет.Продажи.Форма`.

Everything here turns text of BSL, in either language, into ids (`Catalog.Товары.Form.Список`).
Whether such an object exists is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from cai_assets.onec.metadata.kinds import BY_NAME, KINDS, kind_by_bsl_name, kind_by_type_head

_MANAGED: Final = (
    "AccountingRegister",
    "AccumulationRegister",
    "Bot",
    "BusinessProcess",
    "CalculationRegister",
    "Catalog",
    "ChartOfAccounts",
    "ChartOfCalculationTypes",
    "ChartOfCharacteristicTypes",
    "Constant",
    "DataProcessor",
    "Document",
    "DocumentJournal",
    "Enum",
    "ExchangePlan",
    "ExternalDataSource",
    "FilterCriterion",
    "InformationRegister",
    "IntegrationService",
    "Report",
    "Sequence",
    "SessionParameter",
    "SettingsStorage",
    "Task",
    "WSReference",
    "WebSocketClient",
)
"""Kinds whose objects code reaches through a global property of the kind's plural name."""

_OTHER_COLLECTIONS: Final = {
    "библиотекакартинок": "CommonPicture",
    "picturelib": "CommonPicture",
    "цветастиля": "StyleItem",
    "stylecolors": "StyleItem",
    "шрифтыстиля": "StyleItem",
    "stylefonts": "StyleItem",
    "рамкистиля": "StyleItem",
    "styleborders": "StyleItem",
}

MANAGERS: Final[dict[str, str]] = {
    **{
        name.casefold(): kind
        for kind in _MANAGED
        for name in (BY_NAME[kind].group, BY_NAME[kind].russian_plural)
    },
    **_OTHER_COLLECTIONS,
}
"""Folded names of global properties → the kind of the objects they hold."""

METADATA: Final = frozenset({"метаданные", "metadata"})
"""The global property that holds the descriptions of all objects."""

FULL_NAME_HEADS: Final = frozenset(
    name.casefold()
    for kind in KINDS
    if kind.name not in ("Configuration", "Language", "Interface", "Style")
    for name in (kind.name, kind.russian)
)
"""Folded first steps of the full names of objects: `справочник`, `catalog`."""

_PARTS: Final[dict[str, tuple[str, str, str, str]]] = {
    "Attribute": ("Attributes", "Attribute", "Реквизиты", "Реквизит"),
    "TabularSection": ("TabularSections", "TabularSection", "ТабличныеЧасти", "ТабличнаяЧасть"),
    "Dimension": ("Dimensions", "Dimension", "Измерения", "Измерение"),
    "Resource": ("Resources", "Resource", "Ресурсы", "Ресурс"),
    "EnumValue": ("EnumValues", "EnumValue", "ЗначенияПеречисления", "ЗначениеПеречисления"),
    "Form": ("Forms", "Form", "Формы", "Форма"),
    "Template": ("Templates", "Template", "Макеты", "Макет"),
    "Command": ("Commands", "Command", "Команды", "Команда"),
    "Column": ("Columns", "Column", "Графы", "Графа"),
    "Operation": ("Operations", "Operation", "Операции", "Операция"),
    "Method": ("Methods", "Method", "Методы", "Метод"),
    "Parameter": ("Parameters", "Parameter", "Параметры", "Параметр"),
    "URLTemplate": ("URLTemplates", "URLTemplate", "ШаблоныURL", "ШаблонURL"),
    "Recalculation": ("Recalculations", "Recalculation", "Перерасчеты", "Перерасчет"),
    "AccountingFlag": ("AccountingFlags", "AccountingFlag", "ПризнакиУчета", "ПризнакУчета"),
    "ExtDimensionAccountingFlag": (
        "ExtDimensionAccountingFlags",
        "ExtDimensionAccountingFlag",
        "ПризнакиУчетаСубконто",
        "ПризнакУчетаСубконто",
    ),
    "AddressingAttribute": (
        "AddressingAttributes",
        "AddressingAttribute",
        "РеквизитыАдресации",
        "РеквизитАдресации",
    ),
    "StandardAttribute": (
        "StandardAttributes",
        "StandardAttribute",
        "СтандартныеРеквизиты",
        "СтандартныйРеквизит",
    ),
    "StandardTabularSection": (
        "StandardTabularSections",
        "StandardTabularSection",
        "СтандартныеТабличныеЧасти",
        "СтандартнаяТабличнаяЧасть",
    ),
    "Subsystem": ("Subsystems", "Subsystem", "Подсистемы", "Подсистема"),
    "Table": ("Tables", "Table", "Таблицы", "Таблица"),
    "Cube": ("Cubes", "Cube", "Кубы", "Куб"),
    "DimensionTable": ("DimensionTables", "DimensionTable", "ТаблицыИзмерений", "ТаблицаИзмерения"),
    "Field": ("Fields", "Field", "Поля", "Поле"),
    "Function": ("Functions", "Function", "Функции", "Функция"),
    "IntegrationServiceChannel": (
        "IntegrationServiceChannels",
        "IntegrationServiceChannel",
        "КаналыСервисаИнтеграции",
        "КаналСервисаИнтеграции",
    ),
}
"""Kinds of parts: collection and full-name step, English and Russian."""

_PART_BY_NAME: Final = {
    name.casefold(): kind for kind, names in _PARTS.items() for name in names
} | {
    "точкимаршрута": "FlowchartPoint",
    "routepoints": "FlowchartPoint",
    "точкамаршрута": "FlowchartPoint",
    "routepoint": "FlowchartPoint",
}

_FORM_BY_DEFAULT: Final = {
    name.casefold(): english
    for english, russian in (
        ("ObjectForm", "ФормаОбъекта"),
        ("ListForm", "ФормаСписка"),
        ("ChoiceForm", "ФормаВыбора"),
        ("FolderForm", "ФормаГруппы"),
        ("FolderChoiceForm", "ФормаВыбораГруппы"),
        ("RecordForm", "ФормаЗаписи"),
        ("Form", "Форма"),
        ("SettingsForm", "ФормаНастроек"),
        ("VariantForm", "ФормаВарианта"),
        ("LoadForm", "ФормаЗагрузки"),
        ("SaveForm", "ФормаСохранения"),
        ("ConstantsForm", "ФормаКонстант"),
    )
    for name in (english, russian)
}
"""Last step of a form's name that means the form by default; a form may have that name too."""

_EMPTY: Final = frozenset({"пустаяссылка", "emptyref"})

_WITH_PREDEFINED: Final = frozenset(
    {"Catalog", "ChartOfAccounts", "ChartOfCharacteristicTypes", "ChartOfCalculationTypes"}
)

RUSSIAN_TYPE_SUFFIXES: Final = {
    "Ref": "Ссылка",
    "Object": "Объект",
    "Selection": "Выборка",
    "List": "Список",
    "Manager": "Менеджер",
    "TabularSection": "ТабличнаяЧасть",
    "TabularSectionRow": "СтрокаТабличнойЧасти",
    "RecordSet": "НаборЗаписей",
    "RecordManager": "МенеджерЗаписи",
    "RecordKey": "КлючЗаписи",
    "Record": "Запись",
    "ValueManager": "МенеджерЗначения",
    "ValueKey": "КлючЗначения",
}
"""Ends of the names of types that the platform makes for an object, in Russian."""

_RUSSIAN_HEADS: Final = {
    (kind.russian + RUSSIAN_TYPE_SUFFIXES[suffix]).casefold(): (kind.name, suffix)
    for kind in KINDS
    for suffix in kind.type_suffixes
    if suffix in RUSSIAN_TYPE_SUFFIXES
} | {
    "определяемыйтип": ("DefinedType", ""),
    "характеристика": ("ChartOfCharacteristicTypes", ""),
    "точкамаршрутабизнеспроцессассылка": ("BusinessProcess", "RoutePointRef"),
}
_ENGLISH_HEADS: Final = {
    (kind.name + suffix).casefold(): (kind.name, suffix)
    for kind in KINDS
    for suffix in kind.type_suffixes
} | {"definedtype": ("DefinedType", ""), "characteristic": ("ChartOfCharacteristicTypes", "")}


class FullName(NamedTuple):
    """What a text names: an id, and what it says beyond the id (the form by default it means)."""

    target: str
    note: str = ""


def type_target(text: str) -> str | None:
    """The object (or tabular section) of a type's name: `СправочникСсылка.Товары`.

    None for types of the platform and for types of any object (`СправочникСсылка`).
    """
    head, _, rest = text.partition(".")
    found = _type_head(head)
    if found is None or not rest:
        return None
    kind, suffix = found
    name, _, part = rest.partition(".")
    if part and suffix in ("TabularSection", "TabularSectionRow"):
        return f"{kind}.{name}.TabularSection.{part}"
    return f"{kind}.{name}"


def _type_head(head: str) -> tuple[str, str] | None:
    kind = kind_by_type_head(head)
    if kind is not None:
        return kind, head[len(kind) :] if head.startswith(kind) else ""
    folded = head.casefold()
    return _RUSSIAN_HEADS.get(folded) or _ENGLISH_HEADS.get(folded)


def manager_target(steps: Sequence[str], *, called: bool = False) -> str | None:
    """The id of `Справочники.Товары.Основной` given as steps; None without an object's name.

    `called`: the last step is a method, which names nothing of the object's own; only the empty
    reference, a value of the object, is kept.
    """
    kind = MANAGERS.get(steps[0].casefold())
    if kind is None or len(steps) < 2:
        return None
    object_ = f"{kind}.{steps[1]}"
    if len(steps) == 2:
        return None if called else object_
    third = steps[2]
    if third.casefold() in _EMPTY:
        return f"{object_}.EmptyRef"
    if called and len(steps) == 3:
        return object_
    if kind == "Enum":
        return f"{object_}.EnumValue.{third}"
    if kind in _WITH_PREDEFINED:
        return f"{object_}.Predefined.{third}"
    part = _PART_BY_NAME.get(third.casefold())
    if part in ("Table", "Cube", "FlowchartPoint") and len(steps) > 3 + called:
        return f"{object_}.{part}.{steps[3]}"
    return object_


def metadata_target(steps: Sequence[str]) -> str | None:
    """The id of `Метаданные.Справочники.Товары.Реквизиты.Цена` given as steps behind the first.

    Properties that are no collection (`.Имя`, `.Тип`) end the id.
    """
    kind = kind_by_bsl_name(steps[0]) if steps else None
    if kind is None or len(steps) < 2 or kind == "Configuration" or not steps[1]:
        return None
    found = f"{kind}.{steps[1]}"
    for collection, name in zip(steps[2::2], steps[3::2], strict=False):
        part = _PART_BY_NAME.get(collection.casefold())
        if part is None or not name:
            break
        found += f".{part}.{name}"
    return found


def full_name_target(text: str, *, form: bool = False) -> FullName | None:
    """What a full name in a string means: `Справочник.Товары.Форма.Список`, `Enum.E.Value`.

    Also the plural form (`Справочники.Товары`) and the names of types; a text that ends with a
    dot, to be continued, means the object; `form` where a form is meant, for a value of an
    enumeration may be named like one. None if the first step is no kind of metadata.
    """
    steps = [step for step in text.split(".") if step]
    if len(steps) < 2:
        return None
    kind = kind_by_bsl_name(steps[0])
    if kind is None:
        target = type_target(text.rstrip("."))
        return FullName(target) if target else None
    if kind == "Configuration":
        return None
    object_ = f"{kind}.{steps[1]}"
    if len(steps) == 2 or text.endswith("."):
        return FullName(object_)
    third = steps[2].casefold()
    if len(steps) == 3:
        if third in _EMPTY:
            return FullName(f"{object_}.EmptyRef")
        if third in _FORM_BY_DEFAULT and (form or kind != "Enum"):
            return FullName(object_, _FORM_BY_DEFAULT[third])
        if kind == "Enum":
            return FullName(f"{object_}.EnumValue.{steps[2]}")
        if kind in _WITH_PREDEFINED:
            return FullName(f"{object_}.Predefined.{steps[2]}")
        return FullName(object_)
    found = object_
    for step, name in zip(steps[2::2], steps[3::2], strict=False):
        part = _PART_BY_NAME.get(step.casefold())
        if part is None:
            break
        found += f".{part}.{name}"
    return FullName(found)


def form_name(object_: str, name: str) -> FullName:
    """The form of an object that `ПолучитьФорму` is given: by its name, or one by default."""
    default = _FORM_BY_DEFAULT.get(name.casefold())
    return FullName(object_, default) if default else FullName(f"{object_}.Form.{name}")
