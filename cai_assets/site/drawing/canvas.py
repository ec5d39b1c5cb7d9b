"""Text, boxes and the frame that every picture shares.

Colours are those of the page: elements have short classes and `style.STYLE` says what they look
like. Widths of text are estimated from the metrics of Arial, which the fonts named in the style
follow closely, with some room to spare.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

from cai_assets.analysis.charts import number
from cai_assets.site.drawing.model import Node

ROW = 24
"""Height of a box with one line of text."""
PAD = 8
SMALL, NORMAL = 11, 12

_SPARE = 1.05
_BOLD = 1.08
_OTHER = 0.6
_WIDE = 1.0
# Advance widths in hundredths of the font size, Arial and Liberation Sans.
_WIDTHS: dict[str, float] = {
    letter: width / 100
    for width, letters in (
        (22, "'ijl"),
        (28, " !,./:;I[\\]ft·|\u202f\u00a0"),
        (34, '()-`r{}"'),
        (37, "г*"),
        (45, "кзт"),
        (50, "Jcksvxyzсух^э"),
        (53, "чьв"),
        (55, "Гпян"),
        (56, "0123456789#$?L_abdeghnopquаеийорё«»–"),
        (58, "+<=>~Кдлбц"),
        (61, "FTZТЗъ"),
        (67, "&ABEKPSVXYАВЕРХЧЖЁБЛЬУжД"),
        (72, "CDHNRUwИЙНПСЭЯымЦю"),
        (78, "GOQОФЪ"),
        (83, "MmМшфщ"),
        (92, "%ЫЖШ"),
        (101, "WЩЮ@№…—→"),
    )
    for letter in letters
}
_STEPS = range(320, 2401, 80)
_THICKEST = 4.0
_HEAD = 0.62
_ROUNDING = 0.01


def text(value: str) -> str:
    """The text for content and attributes: escaped, control characters left out."""
    if not value.isprintable():
        value = "".join(
            letter if letter.isprintable() or letter in "\u202f\u00a0" else " " for letter in value
        )
    return escape(value)


def at(value: float) -> str:
    """A coordinate with at most one decimal."""
    rounded = round(value, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


def points(*values: float) -> str:
    """Coordinates one after another, as in the data of a path."""
    return " ".join(map(at, values))


def width_of(name: str, size: float = NORMAL, bold: bool = False) -> float:
    """About how wide the text is, in pixels."""
    total = sum([_WIDTHS.get(letter, _OTHER if letter < "\u2000" else _WIDE) for letter in name])
    return total * size * _SPARE * (_BOLD if bold else 1)


def fitted(name: str, room: float, size: float = NORMAL, bold: bool = False) -> str:
    """The name, with … in it where it would be wider than `room` pixels.

    Names of 1C differ at their ends as often as at their beginnings, so both are kept.
    """
    if len(name) * size * 1.1 <= room or width_of(name, size, bold) <= room + _ROUNDING:
        return name
    scale = size * _SPARE * (_BOLD if bold else 1)
    left = room / scale - _WIDTHS["…"]
    head = _most(name, left * _HEAD)
    tail = _most(name[::-1], left * (1 - _HEAD))
    return f"{name[:head].rstrip()}…{name[len(name) - tail :].lstrip()}"


def _most(name: str, room: float) -> int:
    """How many letters of the name have room, in units of the font size."""
    for position, letter in enumerate(name):
        room -= _WIDTHS.get(letter, _OTHER if letter < "\u2000" else _WIDE)
        if room < 0:
            return position
    return len(name)


def thickness(weight: float, most: float) -> float:
    """The width of a line from 1 to 5 pixels, by the logarithm of its weight."""
    if most <= 1:
        return 1.2
    share = math.log1p(max(weight, 0)) / math.log1p(most)
    return 1 + (_THICKEST - 1) * math.pow(share, 1.5)


def tone(value: int) -> str:
    """The class of a colour, with a space before it; nothing for none."""
    return f" d-t{value}" if value else ""


def link(href: str | None, content: str, title: str = "", classes: str = "") -> str:
    """The content as a link, or as a group if it leads nowhere; plain if it says nothing more."""
    told = f"<title>{text(title)}</title>" if title else ""
    named = f' class="{classes}"' if classes else ""
    if href is not None:
        return f'<a href="{text(href)}"{named}>{told}{content}</a>'
    return f"<g{named}>{told}{content}</g>" if told or named else content


def box(node: Node, x: float, y: float, width: float, height: float = ROW) -> str:
    """A box with the name of the node, cut to fit, and its note at the right end."""
    room = width - 2 * PAD - 2
    note = ""
    if node.note:
        short = fitted(node.note, room / 2, SMALL)
        room -= width_of(short, SMALL) + 6
        note = (
            f'<text class="d-q" x="{at(x + width - 6)}" y="{at(y + height / 2 + 4)}">'
            f"{text(short)}</text>"
        )
    shown = fitted(node.name, room)
    content = (
        f'<rect x="{at(x)}" y="{at(y)}" width="{at(width)}" height="{at(height)}" rx="3"/>'
        f'<text x="{at(x + PAD + 2)}" y="{at(y + height / 2 + 4)}">{text(shown)}</text>{note}'
    )
    classes = (tone(node.tone) + (" d-x" if node.warn else "")).strip()
    return link(node.href, content, node.name if shown != node.name else "", classes)


def strips(places: Iterable[tuple[float, float, float]]) -> str:
    """Marks of colour at the left end of boxes at (x, y) with a height, as one path."""
    way = "".join(f"M{points(x + 2, y + 1)}v{at(height - 2)}" for x, y, height in places)
    return f'<path class="d-k" d="{way}"/>' if way else ""


def curve(x: float, y: float, end_x: float, end_y: float) -> str:
    """The data of a path from left to right or back, level at both ends."""
    middle = (x + end_x) / 2
    return f"M{points(x, y)}C{points(middle, y, middle, end_y, end_x, end_y)}"


def arrow(x: float, y: float, back: bool = False) -> str:
    """The data of an arrowhead whose tip is at (x, y), to the right or back to the left."""
    return f"M{points(x, y)}l{6 if back else -6}-3.5v7z"


def more(template: str, count: int) -> str:
    """`template` says how many more there are, with {} for the number."""
    return template.replace("{}", number(count))


def picture(title: str, id_prefix: str, width: float, height: float, parts: Sequence[str]) -> str:
    """The `<svg>` element: named by its title, as wide as the page lets it.

    An image for assistive technology; a group if there are links in it, which an image would
    hide. A narrow window shrinks it by a fifth or so: after that its frame scrolls.
    """
    body = "".join(parts)
    role = "group" if "<a " in body else "img"
    least = max((step for step in _STEPS if step <= 0.85 * width), default=0)
    narrow = f" d-{least}" if least else ""
    # A pixel around it, for the borders of boxes at the edge.
    wide, tall, label = math.ceil(width) + 2, math.ceil(height) + 2, f"{text(id_prefix)}-t"
    return (
        f'<svg class="d{narrow}" role="{role}" aria-labelledby="{label}" width="{wide}" '
        f'height="{tall}" viewBox="-1 -1 {wide} {tall}"><title id="{label}">{text(title)}</title>'
        f"{body}</svg>"
    )


MINIMA = "".join(f".d-{step}{{min-width:{step}px}}" for step in _STEPS)
"""Style of the least widths of pictures."""
