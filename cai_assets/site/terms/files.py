"""How kinds of files and what became of them are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cai_assets.learning.model import Words
from cai_assets.onec.sources import FileKind
from cai_assets.site.model import Language

FILE_KINDS: Final[Mapping[str, Words]] = {
    FileKind.CONFIGURATION: Words("свойства конфигурации", "properties of the configuration"),
    FileKind.OBJECT: Words("объекты метаданных", "metadata objects"),
    FileKind.FORM: Words("формы", "forms"),
    FileKind.FORM_DECLARATION: Words("описания форм", "declarations of forms"),
    FileKind.TEMPLATE_DECLARATION: Words("описания макетов", "declarations of templates"),
    FileKind.MODULE: Words("модули", "modules"),
    FileKind.RIGHTS: Words("права ролей", "rights of roles"),
    FileKind.SCHEDULE: Words("расписания", "schedules"),
    FileKind.FLOWCHART: Words("карты маршрута", "flowcharts"),
    FileKind.PREDEFINED: Words("предопределённые данные", "predefined data"),
    FileKind.CONTENT: Words("составы планов обмена", "contents of exchange plans"),
    FileKind.COMPOSITION: Words("схемы компоновки данных", "data composition schemas"),
    FileKind.SUPPORT: Words("состояние поддержки", "vendor support"),
    FileKind.BASE_COPY: Words("копии форм расширяемой конфигурации", "copies of the base's forms"),
    FileKind.UNPACKED: Words("распакованные копии обычных форм", "unpacked ordinary forms"),
    FileKind.TEMPLATE: Words("макеты", "templates"),
    FileKind.HELP: Words("справка", "help"),
    FileKind.PICTURE: Words("картинки", "pictures"),
    FileKind.SERVICE: Words("служебные файлы EDT", "service files of EDT"),
    FileKind.OTHER: Words("прочие файлы", "other files"),
    FileKind.OUTSIDE: Words("файлы вне проектов", "files outside of projects"),
}

STATUSES: Final[Mapping[str, Words]] = {
    "parsed": Words("целиком", "whole"),
    "partly": Words("частично", "in part"),
    "failed": Words("с ошибкой", "failed"),
    "unsupported": Words("не читаются", "not read"),
}
"""What became of files, as heads of columns."""


def file_kind_name(kind: str, language: Language) -> str:
    """A kind of files in words."""
    words = FILE_KINDS.get(kind)
    return kind if words is None else words.ru if language == "ru" else words.en
