"""Words that changes are told in: Russian agreement, names of types, signatures.

Russian participles agree with their noun: «добавлена табличная часть», «добавлено измерение».
"""

from __future__ import annotations

from collections.abc import Mapping

from cai_assets.onec.metadata.kinds import BY_NAME
from cai_assets.site.model import Language
from cai_assets.site.names import kind_name
from cai_assets.site.terms import type_text

_FEMININE = ("роль", "последовательность", "часть", "опция")
_ADJECTIVES = ("ый", "ий", "ой", "ая", "яя", "ое", "ее")

_PARTICIPLES: Mapping[str, str] = {
    "added": "добавлен",
    "removed": "удалён",
    "changed": "изменён",
    "renamed": "переименован",
    "moved": "перенесён",
}
_ENDINGS = {"m": "", "f": "а", "n": "о"}
# «перенесён» and the like lose the point of ё before an ending only in the stress: удалена.
_STEMS = {"удалён": "удален", "изменён": "изменен", "перенесён": "перенесен"}


def gender(noun: str) -> str:
    """`m`, `f` or `n`: that of the head of a Russian noun phrase."""
    words = noun.split()
    head = words[0]
    if len(words) > 1 and head.endswith(_ADJECTIVES) and head != "критерий":
        head = words[1]
    head = head.rpartition("-")[2]
    if head in _FEMININE or head.endswith(("а", "я")):
        return "f"
    return "n" if head.endswith(("о", "е")) else "m"


def participle(change: str, noun: str) -> str:
    """What happened, in the gender of the noun: `добавлена` for `форма`."""
    word = _PARTICIPLES[change]
    ending = _ENDINGS[gender(noun)]
    return _STEMS.get(word, word) + ending if ending else word


_ABBREVIATED = {
    "HTTPService": "HTTP service",
    "WSReference": "WS reference",
    "XDTOPackage": "XDTO package",
}


def type_words(type_: str, language: Language) -> str:
    """A type of objects in the singular, in words: `регистр сведений`, `information register`."""
    kind = BY_NAME.get(type_)
    if language == "ru":
        words = kind.russian_words if kind else type_
        return words if words[:1].isascii() else words[:1].lower() + words[1:]
    return _ABBREVIATED.get(type_) or kind_name(type_, "en")


def happened(change: str, noun: str, language: Language) -> str:
    """`Добавлен справочник`, `Added catalog`."""
    words = f"{participle(change, noun) if language == 'ru' else change} {noun}"
    return words[:1].upper() + words[1:]


_DIRECTIVES = {
    "AtClient": "НаКлиенте",
    "AtServer": "НаСервере",
    "AtServerNoContext": "НаСервереБезКонтекста",
    "AtClientAtServer": "НаКлиентеНаСервере",
    "AtClientAtServerNoContext": "НаКлиентеНаСервереБезКонтекста",
}
_ENGLISH = (
    ("Асинх ", "Async "),
    ("Процедура ", "Procedure "),
    ("Функция ", "Function "),
    ("(Знач ", "(Val "),
    (", Знач ", ", Val "),
)


def signature(text: str | None, language: Language) -> str:
    """A signature as `changes` tells it, in the words of the language."""
    text = text or ""
    if language == "ru":
        if text.startswith("&"):
            directive, _, rest = text[1:].partition(" ")
            return f"&{_DIRECTIVES.get(directive, directive)} {rest}"
        return text
    for russian, english in _ENGLISH:
        text = text.replace(russian, english)
    return text.removesuffix(" Экспорт") + " Export" if text.endswith(" Экспорт") else text


def types(text: str, language: Language) -> str:
    """Types with qualifiers as `changes` tells them, as BSL calls them."""
    if language != "ru":
        return text
    found = []
    for one in _split_types(text):
        name, bracket, rest = one.partition("(")
        found.append(type_text(name, language) + bracket + rest)
    return ", ".join(found)


def _split_types(text: str) -> list[str]:
    """At commas that stand in no brackets."""
    found, depth, begin = [], 0, 0
    for position, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            found.append(text[begin:position].strip())
            begin = position + 1
    return [*found, text[begin:].strip()]
