"""The catalogue of the platform: its global functions and properties, its types, their members.

Written by hand, in both languages of 1C, in text files beside this module: `globals.txt`,
`collections.txt` (the format is told there), `metadata.txt`, `forms.txt`, `handlers.txt`. It tells
calls of the platform from calls that nothing answers, and what a chain of calls leads to. It holds
what configurations use, not all of the platform: a name that is missing is to be added there.

Names are folded by letter case; types have their English names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

Types = frozenset[str]
"""Types that a value may have; empty if nothing is known."""

UNKNOWN: Types = frozenset()
SELF, ELEMENT, VALUE, MAIN = "self", "?", "value", "main"
"""Types that depend on the owner: itself, its element, the value of a constant, a form's object."""

_TYPE_FILES = ("collections.txt", "metadata.txt", "forms.txt")


@dataclass(slots=True)
class PlatformType:
    """A type: methods and properties by folded name, with the types of what they give.

    `each` is what iteration yields, `at` what an index does; `wildcard` any other property.
    A type with `*` in it takes the name of the metadata object.
    """

    name: str
    russian: str
    each: Types = UNKNOWN
    at: Types = UNKNOWN
    wildcard: Types = UNKNOWN
    methods: dict[str, Types] = field(default_factory=dict)
    properties: dict[str, Types] = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class Catalogue:
    """All that is known of the platform. `type_names` has the names of both languages.

    `handlers` has the types of the parameters of procedures that the platform calls by name.
    """

    functions: dict[str, Types]
    properties: dict[str, Types]
    types: dict[str, PlatformType]
    type_names: dict[str, str]
    methods: frozenset[str]
    handlers: dict[str, tuple[Types, ...]]


class CatalogueError(ValueError):
    """A line of the catalogue that is not understood."""


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once."""
    functions: dict[str, Types] = {}
    properties: dict[str, Types] = {}
    for line in _lines("globals.txt"):
        _add_entries(line, functions, properties)
    types = _read_types()
    names = {
        name.casefold(): entry.name
        for entry in types.values()
        for name in (entry.russian, entry.name)
    }
    methods = frozenset(name for entry in types.values() for name in entry.methods)
    return Catalogue(functions, properties, types, names, methods, _read_handlers())


def _lines(name: str) -> list[str]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read_types() -> dict[str, PlatformType]:
    types: dict[str, PlatformType] = {}
    current: PlatformType | None = None
    for name in _TYPE_FILES:
        for line in _lines(name):
            if line.startswith("type "):
                current = _declared(line, types)
                types[current.name] = current
            elif current is None:
                raise CatalogueError(f"{name}: a member before the first type: {line}")
            else:
                _add_entries(line, current.methods, current.properties)
                current.wildcard = current.properties.pop("*", current.wildcard)
    return types


def _read_handlers() -> dict[str, tuple[Types, ...]]:
    handlers: dict[str, tuple[Types, ...]] = {}
    for line in _lines("handlers.txt"):
        names, _, parameters = line.partition(":")
        types = tuple(UNKNOWN if one == "-" else _types_of(one) for one in parameters.split())
        handlers.update((name.casefold(), types) for name in names.split("/"))
    return handlers


def _declared(line: str, types: dict[str, PlatformType]) -> PlatformType:
    """`type Russian/English : Parent each Type at Type`."""
    _, names, *rest = line.split()
    russian, _, english = names.partition("/")
    if not english or english in types:
        raise CatalogueError(f"a type without a name of its own: {line}")
    stated = dict(zip(rest[::2], rest[1::2], strict=True))
    entry = PlatformType(english, russian)
    parent = stated.get(":")
    if parent:
        inherited = types[parent]
        entry.each, entry.at = inherited.each, inherited.at
        entry.wildcard = inherited.wildcard
        entry.methods = dict(inherited.methods)
        entry.properties = dict(inherited.properties)
    if "each" in stated:
        entry.each = entry.at = _types_of(stated["each"])
    if "at" in stated:
        entry.at = UNKNOWN if stated["at"] == "-" else _types_of(stated["at"])
    return entry


def _add_entries(line: str, methods: dict[str, Types], properties: dict[str, Types]) -> None:
    """Entries `Russian/English:Type` divided by commas; a leading dot marks properties."""
    into = methods
    if line.startswith(". "):
        into, line = properties, line[2:]
    for item in line.rstrip(",").split(", "):
        names, _, result = item.partition(":")
        types = _types_of(result)
        for name in names.split("/"):
            if not name or " " in name:
                raise CatalogueError(f"an entry without a name: {line}")
            into[name.casefold()] = types


def _types_of(text: str) -> Types:
    return frozenset(text.split("|")) if text else UNKNOWN
