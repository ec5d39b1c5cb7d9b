"""Where a position in a query's text stands in its file.

A text is made of pieces: the lines of literals of a module, or the lines of an XML element. What
the file writes in more characters than the text has (`""`, `&amp;`) is counted back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple


class Piece(NamedTuple):
    """A run of the text without a line end: its offset in the text, its place in the file.

    `raw` is how the file writes it, and what follows on the line.
    """

    offset: int
    line: int
    column: int
    raw: str


class QueryPlaces:
    """Maps offsets in a query's text to lines and columns of its file, from 1.

    `width` tells how many characters of the file the first character of a raw text takes.
    """

    __slots__ = ("_offsets", "_pieces", "_width")

    def __init__(self, pieces: list[Piece], width: Callable[[str, int], int]) -> None:
        self._pieces = pieces
        self._offsets = [piece.offset for piece in pieces]
        self._width = width

    def line(self, offset: int) -> int:
        """The line of an offset in the text."""
        return self._pieces[max(bisect_right(self._offsets, offset) - 1, 0)].line

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset in the text."""
        piece, at = self._find(offset)
        return piece.line, piece.column + at

    def place_behind(self, offset: int) -> tuple[int, int]:
        """The line, and the column behind, of the character before an offset."""
        piece, at = self._find(max(offset - 1, 0))
        return piece.line, piece.column + at + self._width(piece.raw, at)

    def _find(self, offset: int) -> tuple[Piece, int]:
        """The piece that holds an offset, and the position in its raw text."""
        piece = self._pieces[max(bisect_right(self._offsets, offset) - 1, 0)]
        raw, width = piece.raw, self._width
        at = 0
        for _ in range(offset - piece.offset):
            at += width(raw, at)
        return piece, at


def literal_width(raw: str, at: int) -> int:
    """A quote in a string literal is written twice."""
    return 2 if raw.startswith('""', at) else 1


def xml_width(raw: str, at: int) -> int:
    """An entity such as `&amp;` stands for one character."""
    if not raw.startswith("&", at):
        return 1
    end = raw.find(";", at)
    return end - at + 1 if end > 0 else 1


def xml_places(text: str, line: int, column: int, raw: Callable[[int], str]) -> QueryPlaces:
    """Places of an element's text whose first character stands at `line` and `column`.

    `raw` gives a line of the file by its number, or an empty text.
    """
    pieces = []
    offset = 0
    for number, part in enumerate(text.split("\n")):
        first = number == 0
        start = column if first else 1
        pieces.append(Piece(offset, line + number, start, raw(line + number)[start - 1 :]))
        offset += len(part) + 1
    return QueryPlaces(pieces, xml_width)
