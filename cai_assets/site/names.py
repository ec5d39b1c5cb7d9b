"""How types, parts and references are called on pages, in the language of the site."""

from __future__ import annotations

import re

from cai_assets.knowledge.kind_names import KINDS_RU
from cai_assets.onec.metadata.kinds import BY_NAME
from cai_assets.site.model import Language

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def type_name(type_: str, language: Language) -> str:
    """A type of objects as BSL calls it: `Catalog` → `Справочник`."""
    kind = BY_NAME.get(type_)
    return kind.russian if kind and language == "ru" else type_


def type_heading(type_: str, language: Language) -> str:
    """The type in the plural: `Регистры сведений`, `Information registers`."""
    kind = BY_NAME.get(type_)
    if kind is None:
        return type_
    return kind.russian_heading if language == "ru" else _words(kind.group)


def kind_name(kind: str, language: Language) -> str:
    """A kind of part or of reference: `TabularSection` → `табличная часть`, `tabular section`."""
    if language == "ru":
        return KINDS_RU.get(kind, kind)
    return _words(kind).lower().replace("_", " ")


def full_name(id_: str, language: Language) -> str:
    """An id with the type as BSL calls it: `Catalog.Товары` → `Справочник.Товары`."""
    type_, dot, name = id_.partition(".")
    return f"{type_name(type_, language)}{dot}{name}"


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a Russian noun behind a number: 1 объект, 2 объекта, 5 объектов."""
    last, tens = count % 10, count % 100
    if last == 1 and tens != 11:
        return one
    return few if 2 <= last <= 4 and not 12 <= tens <= 14 else many


def told(synonym: str, name: str) -> str:
    """The synonym, if it says more than the name in words."""
    return "" if "".join(synonym.split()).casefold() == name.casefold() else synonym


def _words(name: str) -> str:
    first, *others = _CAPITAL.split(name)
    return " ".join([first, *(word if word.isupper() else word.lower() for word in others)])
