"""Everything that the command line says, in Russian and English: the one catalogue.

A message is a member of `M`, so that a misspelt key is a type error. Both texts of a message
name the same placeholders; a test compares them. Counts stand after a colon (`объектов: 5`), which
spares both languages their plural forms.
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from cai_assets.knowledge.kind_names import KINDS_RU
from cai_assets.messages.texts import M, Text

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")


class Spoken(Protocol):
    """A text in both languages."""

    @property
    def ru(self) -> str: ...

    @property
    def en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Messages:
    """Speaks one language: `say(M.NOT_FOUND, path=path)`."""

    language: Language

    def __call__(self, message: M, /, **values: object) -> str:
        """The text of `message` with `values` for its placeholders."""
        text: str = getattr(message.value, self.language)
        return text.format(**values) if values else text

    def of(self, words: Spoken) -> str:
        """What a lower layer says in both languages."""
        return words.ru if self.language == "ru" else words.en

    def kind(self, kind: str) -> str:
        """The kind of a part or of a reference, `TabularSection`, `based_on`, in words."""
        return KINDS_RU.get(kind, kind) if self.language == "ru" else kind.replace("_", " ")

    def number(self, value: int) -> str:
        """A whole number with its thousands set apart."""
        return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}" if self.language == "ru" else ",")

    def decimal(self, value: float, digits: int = 1) -> str:
        """A number with the decimal mark of the language."""
        text = f"{value:.{digits}f}"
        return text.replace(".", ",") if self.language == "ru" else text


def choose_language(
    wanted: str | None = None, environment: Mapping[str, str] | None = None
) -> Language:
    """The language asked for, else that of `CAI_LANG`, else the system's; English if unknown."""
    environment = os.environ if environment is None else environment
    for name in (wanted, environment.get("CAI_LANG")):
        if name in LANGUAGES:
            return name
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return "ru" if environment[variable].lower().startswith("ru") else "en"
    return "ru" if _system_speaks_russian() else "en"


def _system_speaks_russian() -> bool:
    """Ask Windows or macOS, where the locale variables are rarely set."""
    if sys.platform == "win32":
        import ctypes

        primary_language = 0x3FF
        russian = 0x19
        code: int = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return code & primary_language == russian
    else:  # noqa: RET505 - a type checker for one platform must not call this unreachable
        return (locale.getlocale()[0] or "").lower().startswith("ru")


__all__ = ["LANGUAGES", "M", "Language", "Messages", "Text", "choose_language"]
