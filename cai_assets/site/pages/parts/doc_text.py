"""Doc comments as pages show them: parts in order, fields nested, names linked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cai_assets.onec.bsl.doc_comments import DocField, DocType, ParsedComment, parse_doc_comment
from cai_assets.onec.metadata.kinds import kind_by_bsl_name
from cai_assets.onec.metadata.names import MANAGERS, full_name_target, type_target

COMMON = "CommonModule"

_WORD = re.compile(r"(\b(?:см\.?|see:?)\s+)?([^\W\d]\w*(?:\.[^\W\d]\w*)*)", re.IGNORECASE)
_MARKED = re.compile(r"[-–—*•]\s|\d{1,2}[.)]\s|\w\)\s")
_SENTENCE = re.compile(r"[.!?](?=\s|$)|\n\n|\n(?=[-–—*•])")
_SHORT_WORDS = frozenset({"т.е", "т.к", "т.п", "т.д", "др", "см", "напр", "e.g", "i.e", "etc"})


@dataclass(frozen=True, slots=True)
class TypeView:
    """A type of a value as written, what is said of it, and its fields."""

    name: str
    text: str = ""
    fields: tuple[FieldView, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of a structure or a column of a table."""

    name: str
    text: str = ""
    types: tuple[TypeView, ...] = ()


@dataclass(frozen=True, slots=True)
class DocView:
    """What the comment above a routine says. `links` are the ids of names in its texts."""

    description: str = ""
    deprecated: bool = False
    deprecation: str = ""
    parameters: Mapping[str, FieldView] = field(default_factory=dict)
    """By folded name."""
    returns: tuple[TypeView, ...] = ()
    returns_text: str = ""
    """The description of the return value where no type is told."""
    examples: str = ""
    call_options: str = ""
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """What names in a comment may mean: routines of the same module, targets that are known."""

    routines: Mapping[str, str]
    """Ids of the module's routines by folded name."""
    known: Mapping[str, str]
    """Ids as they are spelt, by folded id."""


EMPTY = DocView()


def read_doc(doc: str, around: Around) -> DocView:
    """The parts of a doc comment."""
    if not doc:
        return EMPTY
    parsed = parse_doc_comment(doc.split("\n"))
    returns = tuple(map(_type, parsed.return_types))
    return DocView(
        description=flowing(parsed.description),
        deprecated=parsed.deprecated,
        deprecation=parsed.deprecation,
        parameters={item.name.casefold(): _field(item) for item in parsed.parameters},
        returns=returns,
        returns_text="" if returns else flowing(parsed.returns),
        examples=parsed.examples,
        call_options=parsed.call_options,
        links=_links(parsed, around),
    )


def flowing(text: str) -> str:
    """A description with its lines joined; paragraphs and items of lists keep their lines."""
    lines: list[str] = []
    joined = False
    for line in text.split("\n"):
        if not line:
            joined = False
            if lines and lines[-1]:
                lines.append("")
        elif joined and not _MARKED.match(line):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
            joined = True
        if line.endswith(":"):
            joined = False
    return "\n".join(lines).strip("\n")


def first_sentence(text: str, most: int = 160) -> str:
    """The first sentence of a description, for lists."""
    end = len(text)
    for found in _SENTENCE.finditer(text):
        before = text[: found.start()].rpartition(" ")[2].casefold()
        if before not in _SHORT_WORDS:
            end = found.start()
            break
    sentence = text[:end].replace("\n", " ")
    return sentence if len(sentence) <= most else sentence[: most - 1].rstrip() + "…"


def pieces(text: str, links: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """The text cut at the names that are linked: pairs of text and id, which may be empty."""
    if not links:
        return ((text, ""),)
    found: list[tuple[str, str]] = []
    end = 0
    for match in _WORD.finditer(text):
        word = match[2]
        if "." not in word and not match[1]:
            continue
        id_ = links.get(word)
        if id_:
            if match.start(2) > end:
                found.append((text[end : match.start(2)], ""))
            found.append((word, id_))
            end = match.end()
    if end < len(text):
        found.append((text[end:], ""))
    return found


def _type(item: DocType) -> TypeView:
    return TypeView(item.name, item.description, tuple(map(_field, item.fields)))


def _field(item: DocField) -> FieldView:
    return FieldView(item.name, item.description, tuple(map(_type, item.types)))


def _links(parsed: ParsedComment, around: Around) -> dict[str, str]:
    """Ids of what the comment names."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(parsed.text):
        word = match[2]
        if "." in word:
            target = _named(word, bool(match[1]))
            if target:
                found[word] = around.known.get(target.casefold(), target)
        elif match[1]:
            local = around.routines.get(word.casefold())
            if local:
                found[word] = local
    return found


@lru_cache(maxsize=1 << 14)
def _named(word: str, seen: bool) -> str | None:
    """The id that a name with dots means, if there is such a thing; None if it cannot be one.

    `seen`: behind `см.`, where the third step of `Справочник.Валюты.Имя` is a routine.
    """
    steps = word.split(".")
    if len(steps[0]) < 2 or not all(step[0].isupper() for step in steps):
        return None
    kind = MANAGERS.get(steps[0].casefold()) or kind_by_bsl_name(steps[0])
    if kind == COMMON:
        return ".".join([COMMON, *steps[1:]])
    target = type_target(word)
    if target:
        return target
    if kind and seen and len(steps) == 3:
        return ".".join([kind, steps[1], "ManagerModule", steps[2]])
    full = full_name_target(word, form=True)
    if full:
        return full.target
    return f"{kind}.{steps[1]}" if kind else f"{COMMON}.{word}"
