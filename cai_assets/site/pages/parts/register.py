"""Who writes and who reads a register, with the place that says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cai_assets.site.derived.data import CREATE, METHODS_RU, READ, REGISTERS, WRITE
from cai_assets.site.model import Context, Input, Language, Page, Row, Rows, Words
from cai_assets.site.pages.parts.labels import place_label
from cai_assets.site.pages.parts.model import Heading, Part

ACCESS_COLUMNS = ("way", "how", "detail", "source", "source_object", "file", "line")

INPUTS = {"data_access": Input("data_access", ACCESS_COLUMNS, "object", "site")}

SHOWN = 3
"""Places of an object that are told at once."""

HOW = {
    "recorder": Words("регистратор", "recorder"),
    "movement": Words("движения в коде", "movements in code"),
    "posting_query": Words("запрос движений", "query of movements"),
    "record_set": Words("набор записей", "record set"),
    "record_manager": Words("менеджер записи", "record manager"),
    "item": Words("создание в коде", "creation in code"),
    "query": Words("запрос", "query"),
    "virtual": Words("виртуальная таблица", "virtual table"),
    "list": Words("динамический список", "dynamic list"),
    "method": Words("метод менеджера", "method of the manager"),
}
"""What each kind of evidence is called."""


@dataclass(frozen=True, slots=True)
class AccessPlace:
    """A place that writes or reads. `how` is in words; no label says the object itself."""

    source: str
    label: str
    how: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Accessor:
    """An object that writes or reads, in how many places, by what means."""

    object: str
    how: tuple[str, ...]
    places: tuple[AccessPlace, ...]
    total: int

    @property
    def rest(self) -> int:
        """Places that are not told."""
        return self.total - len(self.places)


@dataclass(frozen=True, slots=True)
class RegisterView:
    """Who writes, who reads, and who creates record sets whose fate is not seen there."""

    writers: tuple[Accessor, ...]
    readers: tuple[Accessor, ...]
    creators: tuple[Accessor, ...]

    def headings(self) -> Sequence[Heading]:
        """Writers and readers."""
        found = []
        if self.writers or self.creators:
            found.append(("data-writers", Words("Кто пишет", "Who writes")))
        if self.readers:
            found.append(("data-readers", Words("Кто читает", "Who reads")))
        return found


def access_of(rows: Iterable[Row], language: Language, shown: int) -> RegisterView:
    """What rows of `data_access` with the columns `ACCESS_COLUMNS` say about one register.

    At most `shown` places of each object are told; their labels are as seen from that object.
    """
    by_way: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(set(rows)):
        by_way[row.way][row.source_object or row.source].append(row)
    return RegisterView(
        *(_accessors(by_way.get(way, {}), language, shown) for way in (WRITE, READ, CREATE))
    )


def _accessors(
    by_object: dict[str, list[Row]], language: Language, shown: int
) -> tuple[Accessor, ...]:
    found = []
    for object_, rows in by_object.items():
        # What a document declares has no code; a place in code tells more.
        ordered = sorted(rows, key=lambda row: (row.how == "recorder", row.file or "", row.line))
        places = tuple(
            AccessPlace(
                row.source,
                "" if row.source == object_ else place_label(row.source, object_, language),
                how_words(row.how, row.detail, language),
                row.file or "",
                row.line or 0,
            )
            for row in ordered[:shown]
        )
        hows = sorted({_short(row.how, language) for row in rows})
        found.append(Accessor(object_, tuple(hows), places, len(rows)))
    return tuple(sorted(found, key=lambda one: (-one.total, one.object)))


def how_words(how: str, detail: str, language: Language) -> str:
    """A kind of evidence in words, with the name of the virtual table or method."""
    name = METHODS_RU.get(detail, detail) if language == "ru" else detail
    words = _short(how, language)
    return f"{words} {name}" if name and how in ("virtual", "method") else words


def _short(how: str, language: Language) -> str:
    words = HOW.get(how)
    return how if words is None else words.ru if language == "ru" else words.en


def read(page: Page, rows: Rows, context: Context) -> RegisterView | None:
    """The view of a register's page; None for other objects and registers that nobody names."""
    if page.key.partition(".")[0] not in REGISTERS or not rows["data_access"]:
        return None
    return access_of(rows["data_access"], context.language, SHOWN * 4)


PART = Part("register", INPUTS, read)
