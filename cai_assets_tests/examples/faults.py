"""The deliberate faults as `examples/README.md` lists them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

_README = Path(__file__).parents[2] / "examples" / "README.md"


class Fault(NamedTuple):
    """A row of the README: a key, the object, and the routine if one is named."""

    key: str
    object: str
    routine: str


def faults() -> list[Fault]:
    """The rows that name a key of a rule; a row with two keys is two faults."""
    text = _README.read_text("utf-8").partition("## Умышленные ошибки")[2]
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 3 or not cells[0].isascii() or cells[0].startswith("-"):
            continue
        spans = cells[1].split("`")[1::2]
        routine = spans[-1] if len(spans) > 1 else ""
        found += [Fault(key, spans[0], routine) for key in cells[0].split(", ")]
    return found
