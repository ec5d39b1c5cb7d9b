"""Changes between uploads in words, as a good changelog says them: «Добавлен реквизит Вес: Число».

A note has a link in its middle: text before, what it is about, text behind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace

from cai_assets.analysis.changes.schema import BREAKING
from cai_assets.onec.metadata.kinds import BY_NAME
from cai_assets.site.change_grammar import happened, signature, type_words, types
from cai_assets.site.model import Language, Row
from cai_assets.site.names import full_name, kind_name
from cai_assets.site.schedule import DAILY_COLUMNS, Schedule, in_words
from cai_assets.site.terms import event_name, property_name, property_value, right_name


@dataclass(frozen=True, slots=True)
class Difference:
    """A property that changed."""

    name: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Note:
    """A change in words. `was` and `now` are code, `names` parts that it is about.

    `why` tells why it breaks what relied on the old, `users` how many did.
    """

    id: str
    before: str
    label: str
    after: str = ""
    names: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    was: str = ""
    now: str = ""
    breaking: bool = False
    public: bool = False
    why: str = ""
    users: int | None = None
    file: str = ""
    line: int = 0


def is_exported(row: Row) -> bool:
    """Whether a routine that came or went is exported."""
    return (row.new or row.old or "").endswith(" Экспорт")


def note(row: Row, language: Language) -> Note:
    """A row of `release_changes` in words."""
    made = _MAKERS[row.what](row, language)
    return Note(
        **{name: getattr(made, name) for name in _OWN},
        breaking=bool(row.breaking),
        public=bool(row.public_api),
        why=_why(row, language),
        users=row.users,
        file=row.file or "",
        line=row.line or 0,
    )


_OWN = ("id", "before", "label", "after", "names", "differences", "was", "now")


def _why(row: Row, language: Language) -> str:
    if row.change != "changed":
        return ""  # that it is gone, or is called otherwise, has been said
    position = 0 if language == "ru" else 1
    keys = [key for key in (row.why or "").split(", ") if key]
    return "; ".join(BREAKING[key][position] for key in keys if key in BREAKING)


def _object(row: Row, language: Language) -> Note:
    type_, _, name = row.id.partition(".")
    before = happened(row.change, type_words(type_, language), language)
    if row.change == "renamed":
        was = (row.old or "").partition(".")[2]
        return Note(row.id, f"{before} {was} →", name)
    if row.change == "changed":
        return Note(row.id, before, name, differences=differences(row, language))
    return Note(row.id, before, name, f" — {row.synonym}" if _tells(row.synonym, name) else "")


def _tells(synonym: str | None, name: str) -> bool:
    """Whether a synonym says more than the name."""
    return bool(synonym) and "".join((synonym or "").split()).casefold() != name.casefold()


def _member(row: Row, language: Language) -> Note:
    kinds = row.id.split(".")[2::2]
    noun = kind_name(kinds[-1] if kinds else "Attribute", language)
    if noun == "предопределённый":
        noun = "предопределённый элемент"
    before = happened(row.change, noun, language)
    label, inside = row.id.rpartition(".")[2], _inside(row.id, language)
    if row.change in ("renamed", "moved"):
        was = (row.old or "").rpartition(".")[2]
        origin = _inside(row.old or "", language) if row.change == "moved" else ""
        return Note(row.id, f"{before} {was}{origin} →", label, inside)
    if row.change == "changed":
        return Note(row.id, before, label, inside, differences=differences(row, language))
    after = inside
    if _tells(row.synonym, label):
        after += f" — {row.synonym}"
    if row.types:
        after += ": " + types(row.types, language)
    return Note(row.id, before, label, after)


def _inside(id_: str, language: Language) -> str:
    """What encloses a nested part: ` (табличная часть Товары)`."""
    parts = id_.split(".")
    if len(parts) < 6:
        return ""
    return f" ({kind_name(parts[-4], language)} {parts[-3]})"


_COLUMNS = {
    "synonym": ("синоним", "synonym"),
    "comment": ("комментарий", "comment"),
    "belonging": ("принадлежность", "belonging"),
    "kind": ("вид", "kind"),
    "Type": ("тип", "type"),
}


_CUT_OFF = 1000
"""Texts of `changes` so long have lost their end."""


def differences(row: Row, language: Language) -> tuple[Difference, ...]:
    """The properties of a changed object or part; one without a name if they cannot be told apart.

    `changes` has them as `Name: value; Name: value`, the same names on both sides.
    """
    was, now = _told(row.old or "", row.new or ""), _told(row.new or "", row.old or "")
    cut_off = any(len(text or "") >= _CUT_OFF for text in (row.old, row.new))
    if cut_off or not was or list(was) != list(now):
        return (Difference("", row.old or "", row.new or ""),)
    return tuple(
        Difference(
            _called(name, language), *(_value(name, of[name], language) for of in (was, now))
        )
        for name in was
    )


def _told(text: str, other: str) -> dict[str, str]:
    """Values by name; what looks like a name but is none of the other side belongs to a value."""
    names = {part.partition(": ")[0] for part in other.split("; ") if ": " in part}
    found: dict[str, str] = {}
    last = ""
    for part in text.split("; "):
        name, colon, value = part.partition(": ")
        if colon and name in names and name.replace(".", "_").isidentifier():
            last = name
            found[name] = value
        elif last:
            found[last] += f"; {part}"
        else:
            return {}
    return found


def _called(name: str, language: Language) -> str:
    words = _COLUMNS.get(name)
    if words:
        return words[0 if language == "ru" else 1]
    return property_name(name, language)


def _value(name: str, value: str, language: Language) -> str:
    if name == "Type":
        return types(value, language)
    if name == "kind":
        return kind_name(value, language)
    if name in ("synonym", "comment"):
        return value
    if value.partition(".")[0] in BY_NAME:
        return full_name(value, language)
    return property_value(name, value, language)


def _routine(row: Row, language: Language) -> Note:
    label = row.id.rpartition(".")[2]
    where = _module(row.id, language)
    if row.change in ("renamed", "moved"):
        noun = "метод" if language == "ru" else "routine"
        was = row.old or ""
        old = was.rpartition(".")[2] if row.change == "renamed" else full_name(was, language)
        return Note(row.id, f"{happened(row.change, noun, language)} {old} →", label, where)
    if row.change == "changed":
        before = "Изменён код метода" if language == "ru" else "Changed code of"
        return Note(row.id, before, label, where)
    text = row.new or row.old or ""
    function, exported = "Функция " in text.partition("(")[0] + " ", is_exported(row)
    if language == "ru":
        noun = "функция" if function else "процедура"
        noun = f"экспортная {noun}" if exported else noun
    else:
        noun = ("exported " if exported else "") + ("function" if function else "procedure")
    code, gone = signature(text, language), row.change == "removed"
    return Note(
        row.id,
        happened(row.change, noun, language),
        label,
        where,
        was=code if gone else "",
        now="" if gone else code,
    )


def _module(id_: str, language: Language) -> str:
    """Which module of the object: ` (форма ФормаЭлемента)`; empty for that of a common module."""
    parts = id_.split(".")
    if len(parts) > 4 and parts[2] in ("Form", "Command"):
        return f" ({kind_name(parts[2], language)} {parts[3]})"
    if len(parts) == 4:
        return f" ({_MODULES.get(parts[2], (parts[2], parts[2]))[0 if language == 'ru' else 1]})"
    return ""


_MODULES = {
    "ObjectModule": ("модуль объекта", "object module"),
    "ManagerModule": ("модуль менеджера", "manager module"),
    "RecordSetModule": ("модуль набора записей", "record set module"),
    "ValueManagerModule": ("модуль менеджера значения", "value manager module"),
    "CommandModule": ("модуль команды", "command module"),
    "Module": ("модуль", "module"),
}


def _signature(row: Row, language: Language) -> Note:
    same = _between(row.old) == _between(row.new)
    words = (
        ("Изменено объявление метода", "Changed declaration of")
        if same
        else ("Изменены параметры метода", "Changed parameters of")
    )
    before = words[0 if language == "ru" else 1]
    return Note(
        row.id,
        before,
        row.id.rpartition(".")[2],
        _module(row.id, language),
        was=signature(row.old, language),
        now=signature(row.new, language),
    )


def _between(text: str | None) -> str:
    """The parameters of a signature."""
    return (text or "").partition("(")[2].rpartition(")")[0]


def _right(row: Row, language: Language) -> Note:
    rights = ", ".join(right_name(one, language) for one in (row.new or row.old or "").split(", "))
    words = {
        ("right", "added"): ("Дано право", "Granted"),
        ("right", "removed"): ("Снято право", "Revoked"),
        ("restriction", "changed"): ("Изменено ограничение доступа", "Changed restriction of"),
    }[row.what, row.change]
    before = words[0 if language == "ru" else 1]
    on = "на" if language == "ru" else "on"
    return Note(row.id, f"{before}: {rights} {on}", full_name(row.id, language))


_SETTINGS = {
    "set_for_new_objects": (
        "Устанавливать права для новых объектов",
        "Set rights for new objects",
    ),
    "set_for_attributes": (
        "Устанавливать права для реквизитов и табличных частей по умолчанию",
        "Set rights for attributes and tabular sections by default",
    ),
    "independent_rights": (
        "Независимые права подчинённых объектов",
        "Independent rights of subordinate objects",
    ),
}


def _setting(row: Row, language: Language) -> Note:
    position = 0 if language == "ru" else 1
    name = _SETTINGS.get(row.id, (row.id, row.id))[position]
    words = {"true": ("да", "yes"), "false": ("нет", "no")}
    was, now = (words.get(text or "", ("", ""))[position] for text in (row.old, row.new))
    before = "Изменена настройка роли" if language == "ru" else "Changed setting of role"
    return Note(
        row.object,
        before,
        row.object.partition(".")[2],
        differences=(Difference(name, was, now),),
    )


def _template(row: Row, language: Language) -> Note:
    noun = "шаблон ограничения" if language == "ru" else "restriction template"
    return Note(row.object, happened(row.change, noun, language), row.id)


_FORM_PARTS = {
    "form_item": ("элементы", "items"),
    "form_attribute": ("реквизиты", "attributes"),
    "form_command": ("команды", "commands"),
    "form_handler": ("обработчики событий", "event handlers"),
}
_PLURAL = {
    "added": ("Добавлены", "Added"),
    "removed": ("Удалены", "Removed"),
    "changed": ("Изменены", "Changed"),
}


def _form(row: Row, language: Language) -> Note:
    position = 0 if language == "ru" else 1
    names = tuple((row.new or row.old or "").split("\n"))
    if row.what == "form_handler":
        names = tuple(_event(name, language) for name in names)
    words = f"{_PLURAL[row.change][position]} {_FORM_PARTS[row.what][position]}"
    on = "формы" if language == "ru" else "of form"
    return Note(row.id, f"{words} {on}", row.id.rpartition(".")[2], names=names)


def _event(name: str, language: Language) -> str:
    item, dot, event = name.rpartition(".")
    return item + dot + event_name(event, language)


def _schedule(row: Row, language: Language) -> Note:
    noun = "расписание задания" if language == "ru" else "schedule of job"
    was, now = (_schedule_words(text, language) for text in (row.old, row.new))
    name = "расписание" if language == "ru" else "schedule"
    return Note(
        row.id,
        happened(row.change, noun, language),
        row.id.partition(".")[2],
        differences=(Difference(name, was, now),),
    )


def _schedule_words(text: str | None, language: Language) -> str:
    if not text:
        return ""
    fields, daily = json.loads(text)
    times = [SimpleNamespace(**dict(zip(DAILY_COLUMNS, one, strict=True))) for one in daily]
    return in_words(Schedule.of(SimpleNamespace(**fields), times), language)


def _type(row: Row, language: Language) -> Note:
    position = 0 if language == "ru" else 1
    parts = [
        f"{words[position]} {types(text, language)}"
        for words, text in (
            (("добавлено", "added"), row.new),
            (("убрано", "removed"), row.old),
        )
        if text
    ]
    type_, _, name = row.id.partition(".")
    before = "Изменён состав типов:" if language == "ru" else "Changed types of"
    noun = type_words(type_, language)
    return Note(row.id, f"{before} {noun}", name, ": " + "; ".join(parts))


_LISTS = {
    "based_on": ("Вводится на основании", "Based on"),
    "common_attribute": ("Состав общего реквизита", "Content of common attribute"),
    "exchange_content": ("Состав плана обмена", "Content of exchange plan"),
    "filter_criterion": ("Состав критерия отбора", "Content of filter criterion"),
    "functional_option": ("Состав функциональной опции", "Content of functional option"),
    "owner": ("Владельцы справочника", "Owners of catalog"),
    "register_record": ("Движения документа", "Register records of document"),
    "registered_document": ("Документы журнала", "Documents of journal"),
    "sequence_document": ("Документы последовательности", "Documents of sequence"),
    "subscription_source": ("Источники подписки на событие", "Sources of event subscription"),
}
"""What lists of other objects are called, by the kind of reference."""


def _list(row: Row, language: Language) -> Note:
    position = 0 if language == "ru" else 1
    kind, *names = (row.new or row.old or "").split("\n")
    change = {"added": (", добавлено", ", added"), "removed": (", убрано", ", removed")}
    return Note(
        row.id,
        _LISTS[kind][position],
        row.id.partition(".")[2],
        change[row.change][position],
        names=tuple(full_name(name, language) for name in names),
    )


def _content(row: Row, language: Language) -> Note:
    words = {
        "added": ("Включён в подсистему", "Put into subsystem"),
        "removed": ("Исключён из подсистемы", "Taken out of subsystem"),
    }[row.change]
    return Note(row.id, words[0 if language == "ru" else 1], " / ".join(row.id.split(".")[1::2]))


def _finding(row: Row, language: Language) -> Note:
    words = {
        "added": ("Новое замечание", "New finding"),
        "removed": ("Исправлено замечание", "Finding gone"),
    }[row.change]
    text = row.text_ru if language == "ru" else row.text_en
    return Note(f"rule:{row.id}", words[0 if language == "ru" else 1], row.id, f": {text}")


_MAKERS: Mapping[str, Callable[[Row, Language], Note]] = {
    "object": _object,
    "member": _member,
    "routine": _routine,
    "signature": _signature,
    "finding": _finding,
    "right": _right,
    "restriction": _right,
    "role_setting": _setting,
    "restriction_template": _template,
    "form_item": _form,
    "form_attribute": _form,
    "form_command": _form,
    "form_handler": _form,
    "schedule": _schedule,
    "type": _type,
    "list": _list,
    "content": _content,
}
