"""What the sections of the report share: names, numbers and tables in its language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cai_assets.analysis.architecture.rows import Rows
from cai_assets.analysis.architecture.words import Language, words
from cai_assets.analysis.charts import number
from cai_assets.analysis.markdown import Linker, identifier, percent, subsystem_path, table
from cai_assets.onec.metadata.kinds import KINDS

MOST = 10
"""Rows that a table of the report shows."""

_RUSSIAN_TYPES = {kind.name: kind.russian_heading for kind in KINDS}


class Pieces:
    """Writes ids, numbers, names and tables; sections are methods of its subclasses."""

    def __init__(self, rows: Rows, language: Language, link: Linker | None) -> None:
        self._rows = rows
        self._language: Language = language
        self._words = words(language)
        self._link = link

    def _id(self, name: str) -> str:
        return identifier(name, self._link)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
        return table([self._words.get(head, head) for head in heads], rows, left)

    def _more(self, count: int) -> Iterator[str]:
        if count > 0:
            yield self._words["more"].format(count=number(count))

    def _percent(self, share: float | None, digits: int = 0) -> str:
        return percent(share, self._language, digits)

    def _type(self, name: str) -> str:
        return _RUSSIAN_TYPES.get(name, name) if self._language == "ru" else name

    def _subsystem(self, name: str | None) -> str:
        return subsystem_path(name) if name else self._words["none"]
