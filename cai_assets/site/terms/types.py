"""Names of types."""

from __future__ import annotations

from functools import cache

from cai_assets.knowledge.type_names import split
from cai_assets.onec.metadata.kinds import BY_NAME, kind_by_type_head
from cai_assets.onec.metadata.names import RUSSIAN_TYPE_SUFFIXES
from cai_assets.onec.platform.catalogue import catalogue
from cai_assets.site.model import Language

_RUSSIAN = {
    "Boolean": "Булево",
    "Characteristic": "Характеристика",
    "ConstantsSet": "КонстантыНабор",
    "Date": "Дата",
    "DateTime": "Дата и время",
    "DefinedType": "ОпределяемыйТип",
    "Dendrogram": "Дендрограмма",
    "DynamicList": "ДинамическийСписок",
    "FillChecking": "ПроверкаЗаполнения",
    "Null": "Null",
    "Number": "Число",
    "PDFDocument": "PDFДокумент",
    "RoutePointRef": "ТочкаМаршрутаБизнесПроцессаСсылка",
    "String": "Строка",
    "Time": "Время",
    "VerticalAlign": "ВертикальноеПоложение",
    "DataCompositionComparisonType": "ВидСравненияКомпоновкиДанных",
    "DataCompositionFieldPlacement": "РасположениеПоляКомпоновкиДанных",
    "DataCompositionGroupType": "ТипГруппировкиКомпоновкиДанных",
    "DataCompositionPeriodAdditionType": "ТипДополненияПериодаКомпоновкиДанных",
    "DataCompositionSortDirection": "НаправлениеСортировкиКомпоновкиДанных",
}


@cache
def type_text(type_: str, language: Language) -> str:
    """A canonical type as BSL calls it: `CatalogRef.Товары` → `СправочникСсылка.Товары`."""
    if language != "ru":
        return type_
    head, argument = split(type_)
    russian = _head(head)
    if type_.endswith(">"):
        return f"{russian}<{type_text(argument, language)}>"
    return f"{russian}.{argument}" if argument else russian


def _head(head: str) -> str:
    named = _RUSSIAN.get(head)
    if named:
        return named
    kind = kind_by_type_head(head)
    if kind is not None:
        suffix = RUSSIAN_TYPE_SUFFIXES.get(head.removeprefix(kind))
        if suffix:
            return BY_NAME[kind].russian + suffix
    entry = catalogue().types.get(head)
    return entry.russian if entry else head
