"""Secrets and personal data in code and comments, replaced by typed placeholders.

Two kinds of evidence. By shape, in literals and comments: e-mails, phone numbers, tax and
insurance numbers with valid check digits, addresses of computers, credentials in URLs and
connection strings, keys. By name, in code: a literal that is assigned to, compared with or passed
beside `Пароль`, `token` and the like. A placeholder stands inside the quotes of the literal, so
the code parses as before. Names of people are not looked for: nothing tells them from others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cai_assets.learning.words import parts
from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import NAME_IN, TokenList

EMAIL, PHONE, INN, SNILS, ADDRESS = "<EMAIL>", "<PHONE>", "<INN>", "<SNILS>", "<IP>"
CREDENTIALS, PASSWORD, KEY = "<CREDENTIALS>", "<PASSWORD>", "<KEY>"
PLACEHOLDERS = (EMAIL, PHONE, INN, SNILS, ADDRESS, CREDENTIALS, PASSWORD, KEY)

_DIGITS = re.compile(r"\d[\d\-(). ]{6}")
_VERSIONS = re.compile("верси|релиз|редакци|version|release|build", re.IGNORECASE)
_LOOPBACK = ("127.", "0.", "255.")
_LEAST_OCTET = 10
"""`3.1.10.295` is a version of a configuration; addresses that begin so are the rarer meaning."""


def _valid_inn(digits: str) -> bool:
    """Tax number of a Russian organisation (10 digits) or person (12), by its check digits."""
    if len(set(digits)) < 3:
        return False
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)

    def check(length: int) -> bool:
        pairs = zip(weights[-length:], digits[:length], strict=True)
        return sum(weight * int(digit) for weight, digit in pairs) % 11 % 10 == int(digits[length])

    return check(9) if len(digits) == 10 else check(10) and check(11)


def _valid_snils(text: str) -> bool:
    """Insurance number of a person in Russia, by its control number."""
    digits = [int(character) for character in text if character.isdecimal()]
    if len(set(digits)) < 3:
        return False
    control = sum((9 - place) * digit for place, digit in enumerate(digits[:9])) % 101 % 100
    return control == digits[9] * 10 + digits[10]


def _is_address(text: str, whole: str) -> bool:
    octets = [int(part) for part in text.split(".")]
    return (
        max(octets) < 256
        and octets[0] >= _LEAST_OCTET
        and not text.startswith(_LOOPBACK)
        and not _VERSIONS.search(whole)
    )


def _is_sequence(digits: str) -> bool:
    """`1234567890` and its like: an alphabet, not a number of somebody."""
    return digits in "01234567890123" or digits in "98765432109876"


def _is_phone(text: str) -> bool:
    """From 11 to 13 digits, written apart: a run of digits may be any number."""
    return 11 <= sum(map(str.isdecimal, text)) <= 13 and not text.isdecimal()


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What a secret looks like. Group 1, if there is one, stands before it and is kept.

    `signs`: a text without any of them, letter case aside, does not match; empty for numbers.
    """

    regex: re.Pattern[str]
    placeholder: str
    signs: tuple[str, ...] = ()
    judge: Callable[[str, str], bool] = lambda found, whole: True

    def masked(self, text: str) -> tuple[str, int]:
        """The text with placeholders, and how many there are."""
        count = 0

        def replaced(match: re.Match[str]) -> str:
            nonlocal count
            before = match[1] if self.regex.groups else ""
            if not self.judge(match[0][len(before) :], text):
                return match[0]
            count += 1
            return before + self.placeholder

        return self.regex.sub(replaced, text), count


_VALUE = r"[^;\"'\s|%&{}<>]"
_PATTERNS: tuple[_Pattern, ...] = (
    _Pattern(
        re.compile(r"(://)(?!<)[^\s/@:\"<>%&]+:[^\s/@\"<>%&]+(?=@)"), CREDENTIALS, ("://",)
    ),
    _Pattern(
        re.compile(r"(?<![\w.+-])[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?!\w)", re.I),
        EMAIL,
        ("@",),
    ),
    _Pattern(
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
            r"|\bAKIA[0-9A-Z]{16}\b"
            r"|\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]+)?"
            r"|\bgh[pousr]_\w{20,}"
        ),
        KEY,
        ("private key", "akia", "eyj", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    ),
    _Pattern(
        re.compile(r"\b(bearer |basic )[\w.~+/-]{16,}=*", re.I), KEY, ("bearer ", "basic "),
        lambda found, whole: any(map(str.isdecimal, found)),
    ),
    _Pattern(
        re.compile(
            r"\b((?:client_id|client_secret|api_?key|access_token|token|secret)=)[\w.-]{12,}", re.I
        ),
        KEY,
        ("client_id=", "secret=", "apikey=", "api_key=", "token="),
    ),
    _Pattern(
        re.compile(rf"((?:pwd|password|пароль)=(?:\"\"|')?){_VALUE}{{3,}}", re.I),
        PASSWORD,
        ("pwd=", "password=", "пароль="),
    ),
    _Pattern(
        re.compile(r"(?<![\w.+-])\d{3}-\d{3}-\d{3}[- ]\d{2}(?![\w-])"), SNILS,
        judge=lambda found, whole: _valid_snils(found),
    ),
    _Pattern(
        re.compile(r"(?<![\w.+-])(?:\d{12}|\d{10})(?![\w-]|\.\d)"), INN,
        judge=lambda found, whole: _valid_inn(found) and not _is_sequence(found),
    ),
    _Pattern(
        re.compile(
            r"(?<![\w.+-])(?:\+\d{1,3}[ -]?|8[ -]?)(?:\(\d{3,5}\)|\d{3,5})[ -]?\d{1,3}"
            r"[ -]?\d{2}[ -]?\d{2}(?![\w-])"
        ),
        PHONE,
        judge=lambda found, whole: _is_phone(found),
    ),
    _Pattern(
        re.compile(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)"), ADDRESS,
        judge=_is_address,
    ),
)  # fmt: skip
_SIGNS = re.compile("|".join(sorted({re.escape(s) for one in _PATTERNS for s in one.signs})))


def is_suspect(text: str) -> bool:
    """Whether any of the patterns may match; most texts end here."""
    return _DIGITS.search(text) is not None or _SIGNS.search(text.lower()) is not None


def mask_text(text: str) -> tuple[str, int]:
    """A literal, a comment or any other text with placeholders, and how many there are."""
    if not is_suspect(text):
        return text, 0
    folded = text.lower()
    digits = _DIGITS.search(text) is not None
    count = 0
    for pattern in _PATTERNS:
        if any(sign in folded for sign in pattern.signs) or (digits and not pattern.signs):
            text, times = pattern.masked(text)
            count += times
    return text, count


# --- by the name beside a literal ---------------------------------------------------------

_WORDS = "пароль пароля password passwd pwd passphrase токен token secret секрет"
_SECRET_WORDS = frozenset(_WORDS.split())
_SECRET_PAIRS = frozenset(
    {
        ("api", "key"), ("access", "key"), ("secret", "key"), ("private", "key"),
        ("ключ", "api"), ("ключ", "доступа"), ("секретный", "ключ"), ("закрытый", "ключ"),
        ("client", "secret"),
    }
)  # fmt: skip
_ABOUT = """
имя имени имена текст заголовок подсказка вид тип режим путь поле элемент элемента форма страница
страницы картинка сообщение сообщения представление шаблон маска формат событие настройка настройки
вариант способ сохранение адрес
name title text hint kind type mode path field item form page picture message template mask format
event caption placeholder option url
"""
_NOT_SECRET = frozenset(_ABOUT.split())
"""A name with one of these says something about a secret, but holds none."""

_WORDS_ONLY = re.compile(r"[^\W\d]+(?: [^\W\d]+)*")
_NAMES_AFTER = frozenset({k.EQUAL, k.NOT_EQUAL, k.COMMA})
_LONGEST_KEY = 200


@lru_cache(maxsize=100_000)
def is_secret_name(name: str) -> bool:
    """Whether a variable, property or key of this name holds a secret."""
    if not name.isidentifier():
        return False
    found = parts(name)
    if _NOT_SECRET.intersection(found):
        return False
    return bool(_SECRET_WORDS.intersection(found)) or any(
        pair in _SECRET_PAIRS for pair in zip(found, found[1:], strict=False)
    )


def secret_literals(code: TokenList, first: int, last: int) -> list[int]:
    """Positions in `code` of literals, from `first` up to `last`, that hold a secret by name."""
    kinds, values = code.kinds, code.values
    found = []
    at = kinds.find(k.STRING, first, last)
    while at >= 0:
        if kinds[at - 1] in _NAMES_AFTER and at > first + 2 and _is_secret(kinds, values, at):
            found.append(at)
        at = kinds.find(k.STRING, at + 1, last)
    return found


def _is_secret(kinds: bytes, values: Sequence[str], at: int) -> bool:
    value = values[at][1:-1]
    if not value.strip("*. ") or value.startswith(("<", "%", "/")):  # none, a frame, a path
        return False
    if not any(map(is_secret_name, _names_beside(kinds, values, at))):
        return False
    # A caption, or a name that stands for the field: `Вставить("Пароль", "НовыйПароль")`.
    return not (_WORDS_ONLY.fullmatch(value) and any(map(_names_secret, value.split())))


def _names_secret(word: str) -> bool:
    return bool(_SECRET_WORDS.intersection(parts(word)))


def _names_beside(kinds: bytes, values: Sequence[str], at: int) -> Iterator[str]:
    """The name that the literal at `at` is assigned to, or the key it is passed with."""
    before = at - 2
    if kinds[at - 1] != k.COMMA:
        if kinds[before] == k.RIGHT_BRACKET and kinds[before - 1] == k.STRING:
            before -= 1
        if kinds[before] == k.NAME:
            yield values[before]
        elif kinds[before] == k.MEMBER:
            yield NAME_IN[values[before]]
        elif kinds[before] == k.STRING:
            yield values[before][1:-1]
        return
    position = 1
    while before > 0 and kinds[before] not in {k.LEFT_PARENTHESIS, k.SEMICOLON}:
        if kinds[before] == k.RIGHT_PARENTHESIS:
            return
        if kinds[before] == k.COMMA:
            position += 1
        before -= 1
    if kinds[before + 1] == k.STRING and len(values[before + 1]) < _LONGEST_KEY:
        keys = values[before + 1][1:-1].split(",")
        if len(keys) == 1 and position == 1:
            yield keys[0].strip()
        elif len(keys) >= position > 0 and len(keys) > 1:
            yield keys[position - 1].strip()
