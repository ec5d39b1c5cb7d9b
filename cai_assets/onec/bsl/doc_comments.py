"""Parse the comment above a routine by 1C standard 453.

Sections in Russian or English: description, parameters, return value, call options, examples,
and the mark "Устарела". Types, nested fields (`* Поле - Тип - описание`), further types of one
value (`- Тип - описание`) and continued lines are told apart by marks and by indentation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

_SECTIONS = {
    "параметры": "parameters",
    "parameters": "parameters",
    "возвращаемое значение": "returns",
    "возвращаемые значения": "returns",
    "returns": "returns",
    "return value": "returns",
    "пример": "examples",
    "примеры": "examples",
    "example": "examples",
    "examples": "examples",
    "варианты вызова": "call_options",
    "call options": "call_options",
}
_DEPRECATED = re.compile(r"(?:устарела|deprecated?)(?:\.\s*|\s+-\s+|\s+|$)(.*)", re.IGNORECASE)
_RETURNS_INLINE = re.compile(r"(?:возвращаемое значение|returns|return value):\s+(\S.*)", re.I)
_RETURNS_INITIALS = frozenset("ВвRr")
_MARKS = frozenset("/-=*_#@")
_RULER = re.compile(r"[/\-=*_#]{4,}$")
_DASH = re.compile(r"\s+[-–—]\s*|(?<!\w)[-–—]\s+|(?<=\w)[-–—]\s+")
_STARS = re.compile(r"(\*+)\s*(.*)")
_LINK = r"(?:см\.?|see)\s+[\w.]+(?:\([^)]*\))?"
_ONE_TYPE = rf"(?:{_LINK}|[^\W\d][\w.]*)"
_TYPE = rf"{_ONE_TYPE}(?:\s+(?:из|of|contains)\s+{_ONE_TYPE})*"
_TYPES = re.compile(rf"{_TYPE}(?:\s*,\s*{_TYPE})*\s*,?\s*:?", re.IGNORECASE)
_SPLIT_TYPES = re.compile(r"\s*,\s*(?![^(]*\))")
_NAME = re.compile(r"[^\W\d]\w*$")
_DEEPEST_FIELD = 20


@dataclass(slots=True)
class DocType:
    """One type that a value may have. `name` as written: `Массив из Строка`, `см. Модуль.Имя`."""

    name: str
    description: str = ""
    fields: list[DocField] = field(default_factory=list)


@dataclass(slots=True)
class DocField:
    """A described parameter, or a field of a structure with its depth in stars."""

    name: str
    types: list[DocType] = field(default_factory=list)
    description: str = ""
    """What is said without naming a type."""
    level: int = 0

    @property
    def type_names(self) -> tuple[str, ...]:
        """Names of the types, each once."""
        return tuple(dict.fromkeys(item.name for item in self.types))

    @property
    def full_description(self) -> str:
        """Descriptions of all types, one to a line, and the fields below."""
        return "\n".join(_describe(self))


@dataclass(slots=True)
class ParsedComment:
    """A doc comment in its parts. Texts keep their lines, without the comment marks."""

    text: str
    description: str = ""
    parameters: list[DocField] = field(default_factory=list)
    returns: str = ""
    return_types: list[DocType] = field(default_factory=list)
    examples: str = ""
    call_options: str = ""
    deprecated: bool = False
    deprecation: str = ""

    def parameter(self, name: str) -> DocField | None:
        """The description of a parameter, whatever the case of its name."""
        folded = name.lower()
        for item in self.parameters:
            if item.name.lower() == folded:
                return item
        return None


class _Line(NamedTuple):
    """A line without its comment mark."""

    text: str
    indent: int


def parse_doc_comment(comments: Sequence[str]) -> ParsedComment:
    """Parse the comment lines above a routine, as written."""
    parsed = ParsedComment("\n".join(comments))
    sections: dict[str, list[_Line]] = {}
    lines = sections["description"] = []
    deprecation_open = False
    for comment in comments:
        body = comment.lstrip("/").rstrip()
        text = body.lstrip()
        line = _Line(text, len(body) - len(text))
        if text.endswith(":"):
            section = _SECTIONS.get(text[:-1].rstrip().lower())
            if section is not None:
                lines = sections.setdefault(section, [])
                deprecation_open = False
                continue
        elif text[:1] in _RETURNS_INITIALS and (inline := _RETURNS_INLINE.match(text)):
            lines = sections.setdefault("returns", [])
            lines.append(_Line(inline[1], line.indent))
            continue
        if _is_deprecation(text, lines, sections):
            match = _DEPRECATED.match(text)
            parsed.deprecated = True
            parsed.deprecation = match[1] if match else ""
            deprecation_open = bool(parsed.deprecation) and not parsed.deprecation.endswith(".")
            continue
        if deprecation_open and text:
            parsed.deprecation += f" {text}"
            deprecation_open = not text.endswith(".")
            continue
        deprecation_open = False
        if (not text or text[0] in _MARKS) and (
            _RULER.match(comment) or text.startswith("@skip-check")
        ):
            continue
        lines.append(line)
    parsed.description = _prose(sections["description"])
    parsed.examples = _code(sections.get("examples", []))
    parsed.call_options = _code(sections.get("call_options", []))
    if "parameters" in sections:
        parsed.parameters = _fields(sections["parameters"])
    if "returns" in sections:
        parsed.returns = _prose(sections["returns"])
        parsed.return_types = _returned(sections["returns"])
    return parsed


def _is_deprecation(text: str, lines: list[_Line], sections: dict[str, list[_Line]]) -> bool:
    if text[:8].lower() not in {"устарела", "deprecat"} or not _DEPRECATED.match(text):
        return False
    first = lines is sections["description"] and not any(line.text for line in lines)
    return first or text[8:9] in {"", "."} or text.lower().startswith(("deprecate.", "deprecated."))


def _prose(lines: list[_Line]) -> str:
    return "\n".join(line.text for line in lines).strip("\n")


def _code(lines: list[_Line]) -> str:
    """Lines with the indentation they have among themselves."""
    least = min((line.indent for line in lines if line.text), default=0)
    return "\n".join(
        " " * max(line.indent - least, 0) + line.text if line.text else "" for line in lines
    ).strip("\n")


# --- fields and types -------------------------------------------------------------------


def _fields(lines: list[_Line]) -> list[DocField]:
    """The section of parameters."""
    root = DocField("")
    base = _base_indent(lines)
    reader = _FieldReader(root)
    for line in lines:
        if not line.text or reader.marked(line.text):
            continue
        name, types, description = _split_field(line.text)
        if name and line.indent <= base + 1 and (types or description or line.text.endswith("-")):
            reader.open(DocField(name), types, description)
        elif _NAME.match(line.text) and line.indent <= base:
            reader.open(DocField(line.text), (), "")
        else:
            reader.continued(line.text)
    return reader.opened


def _returned(lines: list[_Line]) -> list[DocType]:
    """The section of the return value."""
    root = DocField("")
    base = _base_indent(lines)
    reader = _FieldReader(root)
    for line in lines:
        if not line.text or reader.marked(line.text):
            continue
        head, *rest = _DASH.split(line.text, maxsplit=1)
        types = _type_names(head)
        bare = not rest and (not root.types or not root.types[-1].description)
        if types and line.indent <= base + 1 and (rest or bare or not root.types):
            reader.at_top(types, rest[0] if rest else "")
        else:
            reader.continued(line.text)
    return root.types


def _base_indent(lines: list[_Line]) -> int:
    return next((line.indent for line in lines if line.text), 0)


class _FieldReader:
    """Puts lines where they belong: to a new field, a further type, or the last description."""

    def __init__(self, root: DocField) -> None:
        self.opened: list[DocField] = []
        self._stack = [root]

    def marked(self, text: str) -> bool:
        """Take a line that says by its mark what it is: `* Поле …` or `- Тип …`."""
        if text[0] == "*":
            stars = _STARS.match(text)
            if stars is None:
                return False
            name, types, description = _split_field(stars[2])
            if not name:
                name, types, description = stars[2].rstrip(":"), (), ""
            level = min(len(stars[1]), _DEEPEST_FIELD)
            self._nest(DocField(name, level=level), types, description)
            return True
        if text[0] in "-–—" and text[1:2].isspace():
            head, *rest = _DASH.split(text[1:].lstrip(), maxsplit=1)
            types = _type_names(head)
            if types:
                self.add_types(self._stack[-1], types, rest[0] if rest else "")
                return True
        return False

    def open(self, item: DocField, types: tuple[str, ...], description: str) -> None:
        """A new field at the top."""
        self.opened.append(item)
        self._stack = [item]
        self._describe(item, types, description)

    def at_top(self, types: tuple[str, ...], description: str) -> None:
        """Further types of the root."""
        del self._stack[1:]
        self.add_types(self._stack[0], types, description)

    def add_types(self, item: DocField, types: tuple[str, ...], description: str) -> None:
        """Further types of a field; the description belongs to the last of them."""
        item.types.extend(DocType(name) for name in types)
        item.types[-1].description = description.strip()

    def continued(self, text: str) -> None:
        """A line that goes on with what was said last."""
        item = self._stack[-1]
        if item.types:
            last = item.types[-1]
            last.description = f"{last.description} {text}".strip()
        else:
            item.description = f"{item.description} {text}".strip()

    def _nest(self, item: DocField, types: tuple[str, ...], description: str) -> None:
        while len(self._stack) > 1 and self._stack[-1].level >= item.level:
            self._stack.pop()
        parent = self._stack[-1]
        if not parent.types:
            parent.types.append(DocType(""))
        parent.types[-1].fields.append(item)
        self._stack.append(item)
        self._describe(item, types, description)

    def _describe(self, item: DocField, types: tuple[str, ...], description: str) -> None:
        if types:
            self.add_types(item, types, description)
        else:
            item.description = description.strip()


def _split_field(text: str) -> tuple[str, tuple[str, ...], str]:
    """Name, types and description of `Имя - Тип - описание`; no name if it is not that."""
    name, *rest = _DASH.split(text, maxsplit=2)
    if not rest or not _NAME.match(name):
        return "", (), ""
    types = _type_names(rest[0])
    if types:
        return name, types, rest[1] if len(rest) > 1 else ""
    return name, (), " - ".join(rest)


@lru_cache(maxsize=4096)
def _type_names(text: str) -> tuple[str, ...]:
    """The types that a text lists, none if it is no list of types. Few lists, often repeated."""
    text = text.strip()
    if not _TYPES.fullmatch(text):
        return ()
    return tuple(
        " ".join(name.split()) for name in _SPLIT_TYPES.split(text.rstrip(":, ")) if name.strip()
    )


def _describe(item: DocField) -> list[str]:
    lines = [item.description] if item.description else []
    for item_type in item.types:
        if item_type.description:
            lines.append(item_type.description)
        for nested in item_type.fields:
            own = [nested.description, *(one.description for one in nested.types)]
            parts = (nested.name, ", ".join(nested.type_names), " ".join(filter(None, own)))
            lines.append(f"{'*' * nested.level} {' - '.join(filter(None, parts))}")
            for one in nested.types:
                lines.extend(_describe(DocField("", [DocType("", "", one.fields)])))
    return lines
