"""Turn the bytes of a source file into text and say what that took.

EDT writes UTF-8 without a byte-order mark, Designer with one, and both have exceptions. Line
ends are normalised here once, so that every later stage counts lines in the same way.
"""

from __future__ import annotations

from typing import NamedTuple

from cai_assets.onec.errors import NotSupported
from cai_assets.onec.facts import Problem

PROTECTED_HEADER = b"\xff\xff\xff\x7f"
REPLACEMENT = "\ufffd"
DAMAGED_SHARE = 0.1
"""Up to this share of unreadable among non-ASCII characters a file is damaged UTF-8."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class SourceText(NamedTuple):
    """Text with LF line ends and without a byte-order mark.

    `encoding` is the codec that read it; `lossy` says that some bytes meant nothing in it and
    stand as U+FFFD in the text.
    """

    text: str
    encoding: str
    lossy: bool


def decode(data: bytes) -> SourceText:
    """Decode a source file. Never fails: the worst input is read with replacements."""
    text, encoding, lossy = _decoded(data)
    return SourceText(normalise_line_ends(text), encoding, lossy)


def normalise_line_ends(text: str) -> str:
    """CRLF, LF and a lone CR each become one LF."""
    if "\r" in text:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def decode_module(data: bytes) -> SourceText:
    """Decode a BSL module.

    Raises NotSupported for a module whose text the vendor withheld (compiled, protected).
    """
    if data.startswith(PROTECTED_HEADER):
        raise NotSupported("compiled module without source text (protected by the vendor)")
    return decode(data)


def encoding_problem(source: SourceText) -> Problem | None:
    """What to tell about a lossy decoding: the first place and the remedy."""
    if not source.lossy:
        return None
    at = source.text.find(REPLACEMENT)
    line = source.text.count("\n", 0, at) + 1
    column = at - source.text.rfind("\n", 0, at)
    return Problem(
        line, column, f"bytes that are not valid {source.encoding}; save the file as UTF-8"
    )


def _decoded(data: bytes) -> tuple[str, str, bool]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _with_replacements(data[len(mark) :], codec)
    try:
        return data.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        pass
    damaged = data.decode("utf-8", "replace")
    foreign = sum(not character.isascii() for character in damaged)
    if damaged.count(REPLACEMENT) <= DAMAGED_SHARE * foreign:
        return damaged, "utf-8", True
    return _with_replacements(data, "cp1251")


def _with_replacements(data: bytes, codec: str) -> tuple[str, str, bool]:
    try:
        return data.decode(codec), codec, False
    except UnicodeDecodeError:
        return data.decode(codec, "replace"), codec, True
