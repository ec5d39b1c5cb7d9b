"""How parts of objects, modules and places are called in running text."""

from __future__ import annotations

from cai_assets.knowledge.kind_names import KINDS_RU
from cai_assets.site.model import Language, Words
from cai_assets.site.names import full_name, kind_name

MODULES = {
    "BotModule": Words("модуль бота", "bot module"),
    "CommandModule": Words("модуль команды", "command module"),
    "CommonModule": Words("общий модуль", "common module"),
    "ExternalConnectionModule": Words("модуль внешнего соединения", "external connection module"),
    "FormModule": Words("модуль формы", "form module"),
    "HTTPServiceModule": Words("модуль HTTP-сервиса", "HTTP service module"),
    "IntegrationServiceModule": Words("модуль сервиса интеграции", "integration service module"),
    "ManagedApplicationModule": Words("модуль приложения", "managed application module"),
    "ManagerModule": Words("модуль менеджера", "manager module"),
    "Module": Words("модуль", "module"),
    "ObjectModule": Words("модуль объекта", "object module"),
    "OrdinaryApplicationModule": Words("модуль обычного приложения", "ordinary application module"),
    "RecordSetModule": Words("модуль набора записей", "record set module"),
    "SessionModule": Words("модуль сеанса", "session module"),
    "ValueManagerModule": Words("модуль менеджера значения", "value manager module"),
    "WebServiceModule": Words("модуль веб-сервиса", "web service module"),
    "WebSocketClientModule": Words("модуль WebSocket-клиента", "WebSocket client module"),
}
"""Kinds of modules, in the singular."""

_PARTS = frozenset(KINDS_RU) | {"Item"}
_ITEM = Words("элемент", "item")


def module_kind(kind: str, language: Language) -> str:
    """The kind of a module in words: `ObjectModule` → `модуль объекта`."""
    words = MODULES.get(kind)
    return kind if words is None else words.ru if language == "ru" else words.en


def part_label(id_: str, object_: str, language: Language) -> str:
    """What a part of an object is: `Catalog.X.Form.F.Attribute.A` → `форма F · реквизит A`.

    Empty for the object itself; a full name for what is no part of it.
    """
    if id_ == object_:
        return ""
    if not id_.startswith(object_ + "."):
        return full_name(id_, language)
    steps = id_[len(object_) + 1 :].split(".")
    labels: list[str] = []
    while steps:
        step = steps.pop(0)
        if step in MODULES:
            # A form or command has one module: its name says enough before a routine's.
            if not steps or step not in ("Module", "CommandModule"):
                labels.append(module_kind(step, language))
        elif step in _PARTS and steps:
            kind = _ITEM if step == "Item" else Words(kind_name(step, "ru"), kind_name(step, "en"))
            labels.append(f"{kind.ru if language == 'ru' else kind.en} {steps.pop(0)}")
        else:
            labels.append(step)
    return " · ".join(labels)


def place_label(id_: str, home: str, language: Language) -> str:
    """A routine or part as seen from an object's page: short at home, with its object elsewhere.

    Routines of common modules are called as code calls them: `ОбщегоНазначения.Имя`.
    """
    if id_.startswith(home + "."):
        return part_label(id_, home, language)
    type_, _, rest = id_.partition(".")
    if type_ == "CommonModule":
        return rest
    name, _, part = rest.partition(".")
    object_ = f"{type_}.{name}"
    label = part_label(id_, object_, language) if part else ""
    return full_name(object_, language) + (f" · {label}" if label else "")
