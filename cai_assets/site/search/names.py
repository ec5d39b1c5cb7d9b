"""Full names as people type them: `Справочники.Товары.Найти`, `catalog.товары`, `общийМодуль.М`.

A document has a type (of its object), a path of names above its own, and its own name. Steps of
an id that say only what kind of part follows (`Form`, `ManagerModule`) are left out of paths, on
both sides.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cai_assets.onec.metadata.kinds import BY_NAME, KINDS
from cai_assets.site.search.model import Document

_NOT_WORD = re.compile(r"[\W_]+")
_PART_STEPS = frozenset(
    {
        *(member for kind in BY_NAME.values() for member in kind.members),
        *("Predefined", "Method", "Parameter", "Column", "EnumValue", "Subsystem"),
        *("Table", "Cube", "DimensionTable", "Function"),
    }
)
_TYPED_STEPS = (
    "форма формы form forms модуль module модульформы formmodule модульобъекта objectmodule "
    "модульменеджера managermodule модульнаборазаписей recordsetmodule модульменеджеразначения "
    "valuemanagermodule модулькоманды commandmodule команда команды command commands макет макеты "
    "template templates реквизит реквизиты attribute attributes табличнаячасть табличныечасти "
    "tabularsection tabularsections подсистема подсистемы subsystem subsystems"
)
_BASES = {"ref": "ссылка", "object": "объект", "manager": "менеджер"}


class Path(NamedTuple):
    """Where a document stands: type (empty if unknown), names above, joined by dots; own name."""

    type: str
    above: tuple[str, ...]
    name: str


def path_of(document: Document) -> Path:
    """The path of a document, by its id, else by its title and kind."""
    steps = document.id.split(".")
    if len(steps) > 1 and steps[0] in BY_NAME:
        names = _names(steps[1:])
        return Path(steps[0], tuple(names[:-1]), names[-1])
    type_ = document.kind if document.kind in BY_NAME else ""
    if any(letter.isspace() for letter in document.title):
        return Path(type_, (), document.title)
    *above, name = [step for step in document.title.split(".") if step] or [document.title]
    return Path(type_, tuple(above), name)


def _names(steps: list[str]) -> list[str]:
    """The names in an id without its type: every step but those that say what follows."""
    found = steps[:1]
    rest = iter(range(1, len(steps)))
    for at in rest:
        last = at == len(steps) - 1
        if not last and steps[at] in _PART_STEPS:
            found.append(steps[next(rest)])
        elif last or not steps[at].endswith("Module"):
            found.append(steps[at])
    return found


@lru_cache(maxsize=200_000)
def squashed(text: str) -> str:
    """A name as it is looked up: letters and digits only, lower case, ё as е."""
    return _NOT_WORD.sub("", text).lower().replace("ё", "е")


def typed_types() -> dict[str, str]:
    """What people write before the dot → the type: singular, plural, types of values."""
    found = {}
    for kind in KINDS:
        names = [kind.name, kind.group, kind.russian, kind.russian_plural]
        for english, russian in _BASES.items():
            if english.capitalize() in kind.type_suffixes:
                names += [kind.name + english, kind.russian + russian]
        found.update({squashed(name): kind.name for name in names})
    return found


def typed_steps() -> list[str]:
    """Steps of full names that say only what kind of part follows."""
    return _TYPED_STEPS.split()
