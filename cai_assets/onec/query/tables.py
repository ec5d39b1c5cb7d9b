"""Names of tables and values in queries → ids of metadata, in either language.

Nothing is looked up: whether an id exists is for `knowledge` to find out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from cai_assets.onec.metadata.kinds import kind_by_bsl_name
from cai_assets.onec.query.sources import VIRTUAL_TABLES

CONSTANTS: Final = "Constants"
"""The table `Константы`, whose fields are the constants; no id of metadata."""

_WITH_SECTIONS = frozenset(
    {
        "BusinessProcess",
        "Catalog",
        "ChartOfAccounts",
        "ChartOfCalculationTypes",
        "ChartOfCharacteristicTypes",
        "Document",
        "ExchangePlan",
        "Task",
    }
)
_TABLES = _WITH_SECTIONS | {
    "AccountingRegister",
    "AccumulationRegister",
    "CalculationRegister",
    "Constant",
    "DocumentJournal",
    "Enum",
    "ExternalDataSource",
    "FilterCriterion",
    "InformationRegister",
    "Sequence",
}
_OTHER_VIRTUAL = {
    "изменения": "Changes",
    "changes": "Changes",
    "точки": "RoutePoints",
    "points": "RoutePoints",
    "routepoints": "RoutePoints",
}
_STANDARD_SECTIONS = {
    word: name
    for name, russian in {
        "BaseCalculationTypes": "БазовыеВидыРасчета",
        "DisplacingCalculationTypes": "ВытесняющиеВидыРасчета",
        "ExtDimensionTypes": "ВидыСубконто",
        "LeadingCalculationTypes": "ВедущиеВидыРасчета",
    }.items()
    for word in (name.casefold(), russian.casefold())
}
_SOURCE_PARTS = {
    "таблица": "Table",
    "table": "Table",
    "куб": "Cube",
    "cube": "Cube",
    "таблицаизмерения": "DimensionTable",
    "dimensiontable": "DimensionTable",
}
_EMPTY = frozenset({"", "пустаяссылка", "emptyref"})
_ROUTE_POINTS = frozenset({"точкамаршрута", "routepoint", "точки"})
GAPS: Final = frozenset("%#[]&@?")
"""Characters that no name has: where code puts names into a text."""


class TableName(NamedTuple):
    """An id of metadata, and what is read of it: `Balance`, `SliceLast`, `Changes`, or nothing."""

    id: str
    virtual: str


@lru_cache(maxsize=16384)
def table_name(names: tuple[str, ...]) -> TableName | None:
    """What a table's name in a query means; None for a temporary table or a name with a gap."""
    kind = kind_by_bsl_name(names[0])
    if len(names) == 1:
        of_constants = kind == "Constant" and names[0].casefold() in ("константы", "constants")
        return TableName(CONSTANTS, "") if of_constants else None
    if kind not in _TABLES or any(not GAPS.isdisjoint(name) for name in names):
        return None
    object_id = f"{kind}.{names[1]}"
    if kind == "ExternalDataSource":
        return _of_external_source(object_id, names[2:])
    if len(names) == 2:
        return TableName(object_id, "")
    third = names[2].casefold()
    virtual = VIRTUAL_TABLES.get(third) or _OTHER_VIRTUAL.get(third)
    if virtual:
        return TableName(object_id, virtual)
    if third in _STANDARD_SECTIONS:
        return TableName(f"{object_id}.StandardTabularSection.{_STANDARD_SECTIONS[third]}", "")
    if kind in _WITH_SECTIONS:
        return TableName(f"{object_id}.TabularSection.{names[2]}", "")
    if kind == "CalculationRegister":
        if third.startswith(("база", "base")):
            return TableName(object_id, "BaseData")
        return TableName(f"{object_id}.Recalculation.{names[2]}", "")
    return TableName(object_id, names[2])


def _of_external_source(object_id: str, steps: tuple[str, ...]) -> TableName | None:
    """`Таблица.Т`, `Куб.К`, `Куб.К.ТаблицаИзмерения.Т` of a source."""
    for position in range(0, len(steps) - 1, 2):
        kind = _SOURCE_PARTS.get(steps[position].casefold())
        if kind is None:
            return None
        object_id = f"{object_id}.{kind}.{steps[position + 1]}"
    return TableName(object_id, "") if len(steps) % 2 == 0 and steps else None


@lru_cache(maxsize=16384)
def type_id(names: tuple[str, ...]) -> str | None:
    """The object whose references a type names (`Справочник.X`); None for any other type."""
    kind = kind_by_bsl_name(names[0]) if len(names) > 1 else None
    if kind not in _TABLES or any(not GAPS.isdisjoint(name) for name in names):
        return None
    if kind == "ExternalDataSource":
        table = _of_external_source(f"{kind}.{names[1]}", names[2:])
        return table.id if table else None
    return f"{kind}.{names[1]}"


@lru_cache(maxsize=16384)
def value_id(names: tuple[str, ...]) -> tuple[str, str] | None:
    """What `ЗНАЧЕНИЕ(…)` names and a note: `EmptyRef`, or nothing for a value with a name.

    None for values of system enumerations and names with a gap.
    """
    if len(names) < 3:
        return None
    owner = type_id(names)
    if owner is None:
        return None
    kind = owner.partition(".")[0]
    last = names[-1]
    if last.casefold() in _EMPTY:
        return owner, "EmptyRef"
    if len(names) == 4 and kind == "BusinessProcess" and names[2].casefold() in _ROUTE_POINTS:
        return f"{owner}.FlowchartPoint.{last}", ""
    if len(names) != 3:
        return None
    return f"{owner}.{'EnumValue' if kind == 'Enum' else 'Predefined'}.{last}", ""
