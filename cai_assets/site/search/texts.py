"""Texts of the search, and what kinds of results are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cai_assets.onec.metadata.kinds import BY_NAME, KINDS
from cai_assets.site.model import Language, Words
from cai_assets.site.names import type_heading

KINDS_OF_RESULTS: Final[Mapping[str, Words]] = {
    "http_service": Words("HTTP-сервисы", "HTTP services"),
    "role": Words("Роли", "Roles"),
    "subsystem": Words("Подсистемы", "Subsystems"),
    "page": Words("Страницы", "Pages"),
    "form": Words("Формы", "Forms"),
    "routine": Words("Процедуры и функции", "Routines"),
    "rule": Words("Правила проверки", "Rules"),
    "member": Words("Части объектов", "Parts of objects"),
}
"""Kinds that are not types of metadata, in the order in which equals are shown."""

SINGULAR: Final[Mapping[str, Words]] = {
    "http_service": Words("HTTP-сервис", "HTTP service"),
    "role": Words("роль", "role"),
    "subsystem": Words("подсистема", "subsystem"),
    "form": Words("форма", "form"),
    "rule": Words("правило", "rule"),
}
"""What one of them is called, which is searched, too: `роль бухгалтера`."""

TEXTS: Final[Mapping[str, Words]] = {
    "results": Words("Результаты поиска", "Search results"),
    "none": Words("Ничего не найдено", "Nothing found"),
    "one": Words("Найден {n} результат", "{n} result"),
    "few": Words("Найдено {n} результата", "{n} results"),
    "many": Words("Найдено {n} результатов", "{n} results"),
    "some": Words(
        "Нет результатов со всеми словами; показаны те, где есть часть слов",
        "No result has all words; these have some of them",
    ),
    "layout": Words("Показано для «{q}»", "Shown for “{q}”"),
    "all": Words("Все результаты", "All results"),
    "every": Words("Все", "All"),
    "more": Words("Показать ещё", "Show more"),
    "kinds": Words("Виды результатов", "Kinds of results"),
    "empty": Words(
        "Введите имя объекта или процедуры либо слова из описания",
        "Type a name of an object or routine, or words of a description",
    ),
}
"""What `search.js` says."""


def kind_label(kind: str, language: Language) -> str:
    """The heading of a group of results."""
    words = KINDS_OF_RESULTS.get(kind)
    if words is not None:
        return words.ru if language == "ru" else words.en
    return type_heading(kind, language)


def kind_words(kind: str) -> str:
    """What one thing of a kind is called, in both languages."""
    type_ = BY_NAME.get(kind)
    if type_ is not None:
        return f"{type_.russian} {type_.name}"
    return " ".join(SINGULAR.get(kind, ()))


def kind_order(kind: str) -> tuple[int, str]:
    """Where a kind stands among equals: types of metadata, then the others."""
    if kind in BY_NAME:
        return (0, f"{_PLACES.get(kind, len(KINDS)):03d}")
    others = list(KINDS_OF_RESULTS)
    return (1 + (others.index(kind) if kind in others else len(others)), kind)


_FIRST = (
    "Catalog Document InformationRegister AccumulationRegister AccountingRegister "
    "CalculationRegister CommonModule Report DataProcessor ChartOfCharacteristicTypes "
    "ChartOfAccounts ChartOfCalculationTypes Enum Constant Subsystem Role ExchangePlan "
    "BusinessProcess Task DocumentJournal HTTPService WebService ScheduledJob EventSubscription"
)
_PLACES = {
    name: place
    for place, name in enumerate(dict.fromkeys([*_FIRST.split(), *(kind.name for kind in KINDS)]))
}
