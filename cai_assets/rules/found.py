"""What a rule found, with its place, its texts, and the text by which it is known again."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from cai_assets.rules.model import FoundAt, Rule, Text
from cai_assets.rules.module import Place

_DIGEST_SIZE = 16
_TOKENS = 24
"""So many tokens of a span count for its fingerprint: an edit far below does not change it."""


class RawFinding(NamedTuple):
    """A finding before severities, suppressions and support are applied.

    `anchor` is what its fingerprint is made of beside the ordinal among equals: see `anchor_of`.
    """

    rule: str
    project: str
    file: str
    place: Place
    object: str
    routine: str
    message: Text
    anchor: str

    @property
    def line(self) -> int:
        """The first line, from 1."""
        return self.place.line


def message_of(rule: Rule, message: Text | None, values: object) -> Text:
    """The rule's message, or the finding's own, with its placeholders filled in."""
    text = message or rule.message
    return text.format(values) if values else text  # type: ignore[arg-type]


def anchor_of(rule: str, project: str, owner: str, words: Iterable[str]) -> str:
    """A digest that survives moved lines, new comments, other indents and letter case.

    `owner` is the id of the routine, module or object; `words` the tokens of the span.
    """
    parts = [rule, project.casefold(), owner.casefold()]
    parts += [word.casefold() for _, word in zip(range(_TOKENS), words, strict=False)]
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=_DIGEST_SIZE).hexdigest()


def nth_fingerprint(anchor: str, ordinal: int) -> str:
    """The fingerprint of the finding that is number `ordinal`, from 0, of those with an anchor."""
    if ordinal == 0:
        return anchor
    return blake2b(f"{anchor}\0{ordinal}".encode(), digest_size=_DIGEST_SIZE).hexdigest()


def raw_of_place(rule: Rule, found: FoundAt) -> RawFinding:
    """What a table rule found. Numbers among the values do not count for the fingerprint."""
    words = [value for value in found.values.values() if isinstance(value, str)]
    if found.message is not None and not words:
        words = [found.message.en]
    end_line = found.end_line or found.line
    return RawFinding(
        rule.key,
        found.project,
        found.file,
        Place(found.line, found.column, end_line, found.end_column),
        found.object,
        found.routine,
        message_of(rule, found.message, found.values),
        anchor_of(rule.key, found.project, found.routine or found.object, words),
    )
