"""Where a text stands in an XML file, to the character: libxml2 knows lines only."""

from __future__ import annotations

from cai_assets.onec.metadata.xml import Element
from cai_assets.onec.query.places import QueryPlaces, xml_places

_BOM = b"\xef\xbb\xbf"


class TextPlaces:
    """Finds the first character of elements' texts; splits the file only when first asked."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines: list[bytes] | None = None

    def of(self, element: Element) -> tuple[int, int]:
        """Return line and column, from 1, of the first character after the start tag.

        The column is 1 where the start tag cannot be found on its line.
        """
        line = element.sourceline or 0
        raw = self._raw(line)
        tag = str(element.tag)
        name = tag[tag.rfind("}") + 1 :]
        opening = f"<{element.prefix}:{name}" if element.prefix else f"<{name}"
        at = raw.find(opening.encode())
        end = raw.find(b">", at) if at >= 0 else -1
        if end < 0:
            return line, 1
        return line, len(raw[: end + 1].decode(errors="replace")) + 1

    def within(self, element: Element, text: str) -> QueryPlaces:
        """Places of the characters of an element's text, line ends normalised to LF."""
        return xml_places(text, *self.of(element), self._line)

    def _raw(self, line: int) -> bytes:
        """A line of the file by its number; empty if there is none."""
        if self._lines is None:
            self._lines = self._data.removeprefix(_BOM).split(b"\n")
        return self._lines[line - 1] if 0 < line <= len(self._lines) else b""

    def _line(self, line: int) -> str:
        return self._raw(line).decode(errors="replace")
