"""Rules about names of metadata objects and of their attributes (standard 474)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from cai_assets.rules.metadata.lookup import Item, Tables, members, objects
from cai_assets.rules.model import FoundAt, Kind, Parameter, Severity, Text, table_rule

_STANDARDS = (474,)
_NEEDS = ("objects", "members")

_TABLES = {
    "AccountingRegister": "AccountingRegisters РегистрБухгалтерии РегистрыБухгалтерии",
    "AccumulationRegister": "AccumulationRegisters РегистрНакопления РегистрыНакопления",
    "BusinessProcess": "BusinessProcesses БизнесПроцесс БизнесПроцессы",
    "CalculationRegister": "CalculationRegisters РегистрРасчета РегистрыРасчета",
    "Catalog": "Catalogs Справочник Справочники",
    "ChartOfAccounts": "ChartsOfAccounts ПланСчетов ПланыСчетов",
    "ChartOfCalculationTypes": "ChartsOfCalculationTypes ПланВидовРасчета ПланыВидовРасчета",
    "ChartOfCharacteristicTypes": (
        "ChartsOfCharacteristicTypes ПланВидовХарактеристик ПланыВидовХарактеристик"
    ),
    "Constant": "Constants Константа Константы",
    "Document": "Documents Документ Документы",
    "DocumentJournal": "DocumentJournals ЖурналДокументов ЖурналыДокументов",
    "Enum": "Enums Перечисление Перечисления",
    "ExchangePlan": "ExchangePlans ПланОбмена ПланыОбмена",
    "FilterCriterion": "FilterCriteria КритерийОтбора КритерииОтбора",
    "InformationRegister": "InformationRegisters РегистрСведений РегистрыСведений",
    "Task": "Tasks Задача Задачи",
}
"""Types whose objects are tables of queries, with the other words for them."""

_FORBIDDEN = frozenset(
    word.casefold() for type_, others in _TABLES.items() for word in (type_, *others.split())
)
_FIELDS = (
    "Attribute", "Dimension", "Resource", "AccountingFlag", "ExtDimensionAccountingFlag",
    "AddressingAttribute",
)  # fmt: skip


@table_rule(
    "ForbiddenMetadataName",
    severity=Severity.BLOCKER,
    kind=Kind.BUG,
    title=Text("Запрещенное имя объекта или реквизита", "Forbidden name of an object or attribute"),
    description=Text(
        "Имена, которыми язык запросов называет виды таблиц («Справочник», «Документы»), нельзя "
        "давать объектам, реквизитам и табличным частям: такие запросы не разбираются или "
        "читают не ту таблицу.\n\nПереименуйте объект или реквизит.",
        "Words by which the query language calls kinds of tables (Catalog, Documents) must not "
        "be names of objects, attributes or tabular sections: queries with them do not parse, or "
        "read another table.\n\nRename the object or the attribute.",
    ),
    message=Text(
        "Имя «{name}» объекта «{id}» запрещено: так язык запросов называет вид таблиц",
        "{id} must not be named {name}: the query language calls a kind of tables so",
    ),
    needs=_NEEDS,
    standards=_STANDARDS,
)
def forbidden_metadata_name(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Objects that are tables, their fields and tabular sections."""
    stored = members(tables, *_FIELDS, "TabularSection")
    for item in chain(objects(tables, *_TABLES), stored):
        if item.name.casefold() in _FORBIDDEN and item.owner.partition(".")[0] in _TABLES:
            yield item.found(name=item.name, id=item.id)


@table_rule(
    "SameMetadataObjectAndChildNames",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    title=Text(
        "Имя реквизита совпадает с именем владельца", "An attribute has the name of its owner"
    ),
    description=Text(
        "Если реквизит назван так же, как его справочник, документ или табличная часть, запрос "
        "к таблице без псевдонима читает не то, что ждет автор, или не выполняется.\n\n"
        "Переименуйте реквизит.",
        "If an attribute is named as its catalog, document or tabular section, a query of the "
        "table without an alias reads something else, or fails.\n\nRename the attribute.",
    ),
    message=Text(
        "Имя «{id}» совпадает с именем владельца «{name}»",
        "{id} has the name of its owner {name}",
    ),
    needs=_NEEDS,
    standards=_STANDARDS,
)
def same_metadata_object_and_child_names(
    tables: Tables, options: Mapping[str, Any]
) -> Iterator[FoundAt]:
    """Attributes, dimensions and resources, against the object or tabular section around them."""
    owners = _TABLES.keys() - {"Constant", "DocumentJournal", "Enum", "FilterCriterion"}
    for item in members(tables, *_FIELDS):
        around = item.id[: -len(item.name) - len(item.kind) - 2].rpartition(".")[2]
        if item.name.casefold() == around.casefold() and item.owner.partition(".")[0] in owners:
            yield item.found(name=around, id=item.id)


@table_rule(
    "MetadataObjectNameLength",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    title=Text("Слишком длинное имя объекта", "The name of an object is too long"),
    description=Text(
        "Имена длиннее 80 символов не выгружаются в файлы под Windows из-за длины пути и мешают "
        "читать код.\n\nСократите имя.",
        "Names of over 80 characters cannot be dumped to files on Windows because of the length "
        "of paths, and make code hard to read.\n\nShorten the name.",
    ),
    message=Text(
        "Имя «{id}» длиной {length} символов, допустимо {limit}",
        "The name of {id} has {length} characters, {limit} are allowed",
    ),
    needs=_NEEDS,
    standards=_STANDARDS,
    parameters=(
        Parameter(
            "maxMetadataObjectNameLength",
            80,
            Text("Наибольшая длина имени", "Greatest length of a name"),
        ),
    ),
)
def metadata_object_name_length(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Objects, and their forms, templates and commands, that are named with too many characters."""
    limit = int(options["maxMetadataObjectNameLength"])
    parts = members(tables, "Form", "Template", "Command")
    for item in chain(objects(tables), parts):
        if len(item.name) > limit:
            yield item.found(id=item.id, length=len(item.name), limit=limit)


_REFERENCES = (
    "CatalogRef", "DocumentRef", "EnumRef", "ChartOfCharacteristicTypesRef", "ChartOfAccountsRef",
    "ChartOfCalculationTypesRef", "ExchangePlanRef", "BusinessProcessRef", "TaskRef",
)  # fmt: skip


@table_rule(
    "AnyReferenceType",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    title=Text("Реквизит любого ссылочного типа", "A field of any reference type"),
    description=Text(
        "Хранимый реквизит типа `ЛюбаяСсылка`, `СправочникСсылка` или `ДокументСсылка` без "
        "указания объекта принимает все объекты, и каждый новый справочник утяжеляет соединения "
        "в запросах к нему.\n\nПеречислите нужные типы, удобнее всего определяемым типом.",
        "A stored field of the type `AnyRef`, or `CatalogRef`, `DocumentRef` without an object, "
        "takes all objects, and every new catalog makes joins in queries to it heavier.\n\nList "
        "the types that are needed, best in a defined type.",
    ),
    message=Text(
        "Тип «{type}» реквизита «{id}» допускает все объекты",
        "{id} has the type {type}, which allows all objects",
    ),
    needs=(*_NEEDS, "types"),
    standards=(728,),
    enabled=False,
)
def any_reference_type(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Fields of tables that allow every object of a kind."""
    for item, types in _typed_fields(tables):
        for type_ in types:
            if type_ == "AnyRef" or type_ in _REFERENCES:
                yield item.found(id=item.id, type=type_)


@table_rule(
    "MixedReferenceType",
    severity=Severity.INFO,
    kind=Kind.CODE_SMELL,
    title=Text(
        "Составной тип из ссылок и примитивных типов", "References and plain values in one type"
    ),
    description=Text(
        "Измерение, в котором рядом со ссылками допустимы строка, число или дата, хранится в "
        "нескольких колонках; отборы и соединения по нему медленны.\n\nОставьте в составном "
        "типе только ссылки.",
        "A dimension that allows strings, numbers or dates beside references is stored in "
        "several columns; filters and joins by it are slow.\n\nLeave only references in the type.",
    ),
    message=Text(
        "В типе измерения «{id}» рядом со ссылками есть {types}",
        "{id} allows {types} beside references",
    ),
    needs=(*_NEEDS, "types"),
    standards=(728,),
    enabled=False,
)
def mixed_reference_type(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Dimensions, by which tables are always filtered and joined."""
    for item, types in _typed_fields(tables, "Dimension"):
        plain = sorted(
            {type_ for type_ in types if type_ in {"String", "Number", "Date", "Boolean", "UUID"}}
        )
        if plain and any(type_.partition(".")[0].endswith("Ref") for type_ in types):
            yield item.found(id=item.id, types=", ".join(plain))


def _typed_fields(tables: Tables, *kinds: str) -> Iterator[tuple[Item, list[str]]]:
    """Fields of tables with their types."""
    types: dict[tuple[str, str], list[str]] = defaultdict(list)
    stored = tables["types"]
    for project, owner, type_ in zip(
        stored.column("project").to_pylist(),
        stored.column("owner").to_pylist(),
        stored.column("type").to_pylist(),
        strict=True,
    ):
        types[project, owner].append(type_)
    for item in members(tables, *(kinds or _FIELDS)):
        if not item.adopted and item.owner.partition(".")[0] in _TABLES:
            yield item, types.get((item.project, item.id), [])
