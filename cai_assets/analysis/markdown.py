"""Pieces of Markdown that the reports of analyses are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from cai_assets.analysis.charts import number

Language = Literal["ru", "en"]
Linker = Callable[[str], str | None]
"""Gives the address of the page about an id, or None if there is none."""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table; the first `left` columns are aligned to the left, the others to the right."""
    marks = [":--" if position < left else "--:" for position in range(len(heads))]
    lines = [_row(heads), _row(marks), *(_row(cells) for cells in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def identifier(name: str, link: Linker | None = None) -> str:
    """An id as code, with a link if there is a page about it."""
    address = link(name) if link else None
    return f"[`{name}`]({address})" if address else f"`{name}`"


def place(file: str | None, line: int | None) -> str:
    """File and line as code; empty without a file."""
    if not file:
        return ""
    return f"`{file}:{line}`" if line else f"`{file}`"


def percent(share: float | None, language: Language, digits: int = 0) -> str:
    """A share from 0 to 1 as per cent; a dash for none."""
    if share is None:
        return "–"
    text = f"{100 * share:.{digits}f}"
    return f"{text.replace('.', ',')} %" if language == "ru" else f"{text} %"


def decimal(value: float, language: Language, digits: int = 1) -> str:
    """A number with a fraction."""
    whole, _, fraction = f"{value:.{digits}f}".partition(".")
    return f"{number(int(whole))}{',' if language == 'ru' else '.'}{fraction}"


def subsystem_path(name: str) -> str:
    """`Subsystem.A.Subsystem.B` → `A / B`."""
    return " / ".join(name.split(".")[1::2]) if name.startswith("Subsystem.") else name
