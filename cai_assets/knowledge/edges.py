"""The kinds of edges in the table `references`: what each means, and whether it is a dependency.

An edge runs from what names to what is named, so that it points from the dependent to what it
depends on. `contains` and `subsystem` say where something stands; a change of the target does
not reach the source through them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What an edge is evidence of."""

    STRUCTURE = "structure"
    DATA = "data"
    INTERFACE = "interface"
    CODE = "code"
    QUERY = "query"
    ACCESS = "access"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class EdgeKind:
    """One kind of edge.

    `dependency`: a change of the target may break the source. `usage`: the edge shows that
    somebody needs the target, which a right of a role, a place in a subsystem or in the content
    of an exchange plan does not.
    """

    name: str
    family: Family
    meaning: str
    meaning_ru: str
    dependency: bool = True
    usage: bool = True


_LISTS = frozenset({"common_attribute", "exchange_content", "subscription_source"})
"""Kinds by which something lists what it applies to: no sign that anybody needs the target."""


def _kinds(family: Family, *rows: tuple[str, str, str]) -> list[EdgeKind]:
    return [
        EdgeKind(name, family, meaning, russian, usage=name not in _LISTS)
        for name, meaning, russian in rows
    ]


EDGE_KINDS: tuple[EdgeKind, ...] = (
    EdgeKind(
        "contains", Family.STRUCTURE, "Lists its child", "Перечисляет подчинённый", False, False
    ),
    EdgeKind(
        "subsystem", Family.STRUCTURE, "Content of a subsystem", "Состав подсистемы", False, False
    ),
    EdgeKind(
        "standalone_role",
        Family.ACCESS,
        "Limits the standalone configuration",
        "Ограничивает автономную конфигурацию",
        True,
        False,
    ),
    EdgeKind("right", Family.ACCESS, "A role states rights", "Права роли", True, False),
    *_kinds(
        Family.DATA,
        ("type", "Allows values of the type", "Допускает значения типа"),
        ("owner", "Subordinate to", "Подчинён"),
        ("based_on", "Is entered based on", "Вводится на основании"),
        ("register_record", "A document is a recorder of the register", "Документ — регистратор"),
        ("movement", "Code of a document writes the register", "Код документа пишет движения"),
        ("registered_document", "A journal lists documents", "Журнал включает документ"),
        ("journal_column", "A column of a journal shows a field", "Графа журнала"),
        ("common_attribute", "Content of a common attribute", "Состав общего реквизита"),
        ("data_separation", "Separates data by", "Разделение данных"),
        ("characteristic", "Source of additional characteristics", "Характеристики"),
        ("characteristic_values", "Values of characteristics", "Значения характеристик"),
        ("choice_link", "Link of a choice parameter", "Связь параметров выбора"),
        ("choice_parameter", "Parameter of a choice", "Параметр выбора"),
        ("type_link", "Type is linked to a field", "Связь по типу"),
        ("fill_value", "Filled with a value", "Значение заполнения"),
        ("input_by_string", "Field of input by string", "Поле ввода по строке"),
        ("data_lock_field", "Field of data locks", "Поле блокировки данных"),
        ("filter_criterion", "Content of a filter criterion", "Состав критерия отбора"),
        ("chart_of_accounts", "Chart of accounts", "План счетов"),
        ("chart_of_calculation_types", "Chart of calculation types", "План видов расчёта"),
        ("ext_dimension_types", "Types of extra dimensions", "Виды субконто"),
        ("accounting_flag", "Accounting flag", "Признак учёта"),
        ("addressing", "Addressing of tasks", "Адресация задач"),
        ("task", "Tasks of a business process", "Задачи бизнес-процесса"),
        ("addressing_value", "Value of addressing", "Значение адресации"),
        ("sub_process", "Nested business process", "Вложенный бизнес-процесс"),
        ("numerator", "Numerator of a document", "Нумератор документа"),
        ("schedule", "Schedule of a calculation register", "График регистра расчёта"),
        ("ext_dimension_type", "Extra dimension of an account", "Субконто счёта"),
        (
            "base_calculation_types",
            "Charts of base calculation types",
            "Базовые планы видов расчёта",
        ),
        ("base_calculation_type", "Base calculation type", "Базовый вид расчёта"),
        ("leading_calculation_type", "Leading calculation type", "Ведущий вид расчёта"),
        ("displaced_calculation_type", "Displacing calculation type", "Вытесняющий вид расчёта"),
        ("leading_register_data", "Leading data of a recalculation", "Ведущие данные перерасчёта"),
        ("register_dimension", "Dimension of a recalculation", "Измерение перерасчёта"),
        ("sequence_document", "Document of a sequence", "Документ последовательности"),
        ("document_map", "Field of a document in a sequence", "Реквизит в последовательности"),
        ("register_records_map", "Field of records in a sequence", "Движения в последовательности"),
        ("key_field", "Key field of an external table", "Поле ключа внешней таблицы"),
        ("data_version_field", "Field of the data version", "Поле версии данных"),
        ("presentation_field", "Field of the presentation", "Поле представления"),
        ("full_text_search_dictionary", "Dictionary of full-text search", "Словарь поиска"),
        ("transition", "Transition on a route map", "Переход карты маршрута"),
        ("xdto_package", "Uses an XDTO package", "Использует пакет XDTO"),
    ),
    *_kinds(
        Family.INTERFACE,
        ("handler", "Names a procedure that handles an event", "Обработчик"),
        ("command", "Runs a command", "Выполняет команду"),
        ("command_group", "Stands in a group of commands", "Группа команд"),
        ("command_parameter", "Type of a command's parameter", "Параметр команды"),
        ("default_form", "Form by default", "Форма по умолчанию"),
        ("auxiliary_form", "Auxiliary form by default", "Дополнительная форма"),
        ("choice_form", "Form of choice of a field", "Форма выбора реквизита"),
        ("default_interface", "Interface by default", "Основной интерфейс"),
        ("default_style", "Style by default", "Основной стиль"),
        ("default_template", "Appearance template by default", "Макет оформления"),
        ("main_table", "Main table of a dynamic list", "Основная таблица списка"),
        ("main_schema", "Main data composition schema", "Основная схема компоновки"),
        ("settings_storage", "Storage of settings", "Хранилище настроек"),
        ("picture", "Shows a picture", "Картинка"),
        ("functional_option", "Is shown by a functional option", "Функциональная опция"),
        ("functional_option_location", "Where an option is kept", "Хранение опции"),
        ("functional_option_parameter", "Use of an option's parameter", "Параметр опции"),
        ("default_role", "Role by default", "Роль по умолчанию"),
        ("default_language", "Language by default", "Основной язык"),
    ),
    *_kinds(
        Family.EXCHANGE,
        ("exchange_content", "Content of an exchange plan", "Состав плана обмена"),
        ("subscription_source", "Source of an event subscription", "Источник подписки"),
    ),
    *_kinds(
        Family.CODE,
        ("call", "Calls a routine", "Вызов процедуры или функции"),
        ("manager", "Code names a metadata object", "Обращение к объекту метаданных"),
        ("notification", "Code names a procedure to be called later", "Описание оповещения"),
        ("routine_name", "A text literal names a routine", "Имя процедуры в строке"),
        ("role_check", "Code asks whether the user has the role", "Проверка роли"),
        ("open_form", "Code opens a form by name", "Открытие формы"),
        ("doc_type", "A doc comment names a type", "Тип в описании процедуры"),
        ("extends", "An extension changes a routine or object", "Расширение меняет"),
    ),
    *_kinds(
        Family.QUERY,
        ("query_table", "A query reads the table", "Таблица запроса"),
        ("query_field", "A query reads the field", "Поле запроса"),
        ("query_value", "A query names a value or type", "Значение или тип в запросе"),
    ),
)
"""Every kind; a test holds the real configurations' kinds against it."""

EDGE_KIND = {kind.name: kind for kind in EDGE_KINDS}
"""Kinds by name."""
