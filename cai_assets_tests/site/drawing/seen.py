"""What is to be seen in a picture: its texts, links, boxes and lines, read back from the SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree


@dataclass(frozen=True)
class Seen:
    """A picture as its reader meets it."""

    root: Any

    @property
    def title(self) -> str:
        """The name of the whole picture, by way of `aria-labelledby`."""
        (found,) = self.root.xpath("//*[@id=$id]", id=self.root.get("aria-labelledby"))
        return str(found.text)

    @property
    def texts(self) -> list[str]:
        """What is written in it, in order."""
        return ["".join(text.itertext()) for text in self.root.iter("text")]

    @property
    def told(self) -> list[str]:
        """What is told when the pointer rests on something."""
        return [str(title.text) for title in self.root.iter("title")][1:]

    @property
    def links(self) -> dict[str, str]:
        """Addresses of links by their text."""
        return {
            "|".join(link.xpath("text/text()")): link.get("href") for link in self.root.iter("a")
        }

    def all(self, name: str, kind: str = "") -> list[Any]:
        """The elements of a name, or those of them in a class."""
        return [
            element
            for element in self.root.iter(name)
            if not kind or kind in (element.get("class") or "").split()
        ]

    def spans(self) -> list[tuple[float, float, float, float]]:
        """Left, top, right and bottom of every rectangle."""
        numbers = [
            [float(rect.get(side)) for side in ("x", "y", "width", "height")]
            for rect in self.root.iter("rect")
        ]
        return [(x, y, x + width, y + height) for x, y, width, height in numbers]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the view."""
        _, _, width, height = self.root.get("viewBox").split()
        return float(width), float(height)


def see(svg: str) -> Seen:
    """Read a picture: it must be well-formed, with one root, unique ids, a name and a role.

    Everything drawn as a rectangle must be inside its view.
    """
    root = etree.fromstring(svg)
    assert root.tag == "svg"
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    seen = Seen(root)
    assert seen.title
    assert root.get("role") == ("group" if list(root.iter("a")) else "img")
    width, height = seen.size
    for left, top, right, bottom in seen.spans():
        assert left >= -0.1 and top >= -0.1 and right <= width + 0.1 and bottom <= height + 0.1
        assert right >= left and bottom >= top
    return seen


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two rectangles share more than their border."""
    return (
        one[0] < other[2] - 0.1
        and other[0] < one[2] - 0.1
        and one[1] < other[3] - 0.1
        and other[1] < one[3] - 0.1
    )
