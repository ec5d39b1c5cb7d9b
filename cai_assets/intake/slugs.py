"""Partition keys: safe, readable slugs from names of configurations.

A slug holds `A-Z a-z 0-9 _ -` only, at most 80 characters, and is fit for a partition key
and a folder on every system. Cyrillic is transliterated letter by letter. Where the name can
be read back from the slug, the slug is just that: `БиблиотекаСтандартныхПодсистем` becomes
`BibliotekaStandartnykhPodsistem`. Where it cannot (a soft sign, mixed alphabets, a cut), a
dash and eight digits of the name's SHA-256 follow. So two Cyrillic names never share a slug.
A Latin name may equal the transliteration of a Cyrillic one; `slug_among` sees that and gives
the later one the suffix.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping

from cai_assets.intake.names import is_windows_reserved

MAX_LENGTH = 80
_HASH_DIGITS = 8

_PLAIN = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_-]{{0,{MAX_LENGTH - 1}}}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh",
    "з": "z", "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
    "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ы": "y", "ю": "yu", "я": "ya",
}  # fmt: skip
_LOSSY_LETTERS = {
    "ъ": "", "ь": "", "э": "e", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u",
    "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h",
}  # fmt: skip
_VOWELS = frozenset("aeiouy")


def slug(name: str) -> str:
    """Slug of a name, regardless of other names. Idempotent: `slug(slug(x)) == slug(x)`."""
    text = unicodedata.normalize("NFC", name)
    if _is_safe(text):
        return text
    latin = _transliterate(text)
    if _is_safe(latin) and _read_back(latin) == text:
        return latin
    return _with_hash(latin, text, _HASH_DIGITS)


def slug_among(name: str, known: Mapping[str, str]) -> str:
    """Slug of a name next to others; `known` maps slugs in use to the names they stand for.

    Names that differ in letter case only are one name, as in 1C, and keep their slug. A slug
    held by another name, in whatever letter case (folders may ignore it), gets the suffix.
    """
    text = unicodedata.normalize("NFC", name)
    holders = {key.casefold(): unicodedata.normalize("NFC", held) for key, held in known.items()}
    for key, held in known.items():
        if unicodedata.normalize("NFC", held).casefold() == text.casefold():
            return key
    candidate = slug(text)
    digits = _HASH_DIGITS
    while candidate.casefold() in holders:
        candidate = _with_hash(_transliterate(text), text, digits)
        digits += _HASH_DIGITS
    return candidate


def _is_safe(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and not is_windows_reserved(text)


def _with_hash(latin: str, name: str, digits: int) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
    readable = _UNSAFE.sub("_", latin).strip("_-") or "configuration"
    return f"{readable[: MAX_LENGTH - digits - 1]}-{digest}"


def _transliterate(text: str) -> str:
    return "".join(_latin_letter(char) for char in text)


def _latin_letter(char: str) -> str:
    if char.isascii():
        return char
    lower = char.lower()
    latin = _LETTERS.get(lower)
    if latin is None:
        latin = _LOSSY_LETTERS.get(lower)
    if latin is None:
        plain = unicodedata.normalize("NFKD", char)
        return plain.encode("ascii", "ignore").decode() or "_"
    return latin.capitalize() if char != lower else latin


_BACK = {latin: cyrillic for cyrillic, latin in _LETTERS.items() if cyrillic != "й"}
_LONGEST = max(map(len, _BACK))


def _read_back(latin: str) -> str:
    """Read a transliteration as Cyrillic, longest match first; `y` after a vowel is `й`."""
    letters: list[str] = []
    position = 0
    while position < len(latin):
        for length in range(_LONGEST, 0, -1):
            piece = latin[position : position + length]
            cyrillic = _BACK.get(piece.lower())
            if cyrillic is not None and piece in (piece.lower(), piece.capitalize()):
                break
        else:
            length, piece, cyrillic = 1, latin[position], latin[position].lower()
        if piece.lower() == "y" and position and latin[position - 1].lower() in _VOWELS:
            cyrillic = "й"
        letters.append(cyrillic.upper() if piece[0].isupper() else cyrillic)
        position += length
    return "".join(letters)
