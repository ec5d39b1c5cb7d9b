"""Why something counts as unused, in both languages: the catalogue, and a finding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from typing import Any, NamedTuple


class Text(NamedTuple):
    """A sentence in both languages."""

    ru: str
    en: str


@unique
class Reason(Enum):
    """The reasons; the key in the tables is the name in lower case."""

    OBJECT_NOT_REFERENCED = Text(
        "Ни один другой объект на него не ссылается, его имени нет ни в коде, ни в запросах.",
        "No other object refers to it; its name is neither in code nor in queries.",
    )
    OBJECT_NAME_WRITTEN = Text(
        "Ни один другой объект на него не ссылается, но его имя встречается в коде или запросах.",
        "No other object refers to it, but its name is written in code or queries.",
    )
    OBJECT_NOT_IN_SECTIONS = Text(
        "Ни один другой объект на него не ссылается, и в разделах интерфейса его нет.",
        "No other object refers to it and no section of the interface offers it.",
    )
    EXPORT_NOT_CALLED = Text(
        "Экспортный метод никто не вызывает, его имени нет в текстовых литералах.",
        "Nobody calls the exported routine; its name is in no text literal.",
    )
    EXPORT_NAME_CALLED = Text(
        "Вызовов не найдено, но метод с таким именем вызывают у значения неизвестного типа.",
        "No call was found, but a method of this name is called on a value of unknown type.",
    )
    EXPORT_NAME_IN_TEXT = Text(
        "Вызовов не найдено, но имя есть в текстовом литерале: возможен вызов по имени.",
        "No call was found, but its name is in a text literal: it may be called by name.",
    )
    ROUTINE_NOT_CALLED = Text(
        "Метод не экспортный, и в модуле его никто не вызывает.",
        "The routine is not exported and nobody in its module calls it.",
    )
    ROUTINE_CALLED_BY_UNUSED = Text(
        "Метод вызывают только методы, которые сами никто не вызывает.",
        "Only routines that nobody calls call it.",
    )
    ROUTINE_NAME_IN_TEXT = Text(
        "Метод не экспортный, вызовов не найдено, но его имя есть в текстовом литерале.",
        "The routine is not exported and no call was found, but its name is in a text literal.",
    )
    ROUTINE_MAY_BE_COMPUTED = Text(
        "Метод не экспортный, вызовов не найдено, но модуль выполняет код из строк.",
        "The routine is not exported and no call was found, but its module runs texts as code.",
    )
    ATTRIBUTE_NOT_NAMED = Text(
        "Имени нет ни в коде, ни в запросах, ни на формах, и метаданные на него не ссылаются.",
        "Its name is in no code, query or form, and no metadata refers to it.",
    )
    ATTRIBUTE_ON_AUTOMATIC_FORM = Text(
        "Имени нет ни в коде, ни в запросах; реквизит виден только на автоматической форме.",
        "Its name is in no code or query; only the automatic form shows it.",
    )
    ATTRIBUTE_NAMED_ELSEWHERE = Text(
        "Имя встречается только в модулях объектов, никак не связанных с владельцем.",
        "Its name is written only in modules of objects that have nothing to do with its owner.",
    )
    FORM_NOT_OPENED = Text(
        "Форма не основная, её никто не открывает, её имени нет в текстовых литералах.",
        "The form is no default form, nobody opens it, its name is in no text literal.",
    )
    FORM_NAME_WRITTEN = Text(
        "Форма не основная, открытий не найдено, но её имя встречается в коде.",
        "The form is no default form and nobody opens it, but its name is written in code.",
    )


PUBLIC_API = Text(
    "Объявлен в программном интерфейсе: может вызываться из других конфигураций.",
    "It is declared in the public interface: other configurations may call it.",
)
"""Added to the reason where it applies."""

_LIKELY = frozenset(
    {
        Reason.OBJECT_NAME_WRITTEN,
        Reason.EXPORT_NAME_CALLED,
        Reason.EXPORT_NAME_IN_TEXT,
        Reason.ROUTINE_NAME_IN_TEXT,
        Reason.ROUTINE_MAY_BE_COMPUTED,
        Reason.ATTRIBUTE_NAMED_ELSEWHERE,
        Reason.ATTRIBUTE_ON_AUTOMATIC_FORM,
        Reason.FORM_NAME_WRITTEN,
    }
)


@dataclass(frozen=True, slots=True)
class Unused:
    """A thing that seems to be unused."""

    kind: str
    project: str
    id: str
    object: str
    file: str
    line: int | None
    reason: Reason
    public_api: bool = False

    def columns(self) -> dict[str, Any]:
        """The row of the table `unused`."""
        ru, en = self.reason.value
        if self.public_api:
            ru, en = f"{ru} {PUBLIC_API.ru}", f"{en} {PUBLIC_API.en}"
        return {
            "kind": self.kind,
            "project": self.project,
            "id": self.id,
            "object": self.object,
            "file": self.file,
            "line": self.line,
            "confidence": "likely" if self.reason in _LIKELY else "certain",
            "public_api": self.public_api,
            "reason": self.reason.name.lower(),
            "reason_ru": ru,
            "reason_en": en,
        }
