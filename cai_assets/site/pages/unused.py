"""What nothing needs: objects, attributes, forms, routines that could go, with reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cai_assets.site.model import (
    NOT_IN_JSON,
    Context,
    Input,
    Page,
    Row,
    Rows,
    Section,
    Source,
    Words,
)
from cai_assets.site.pages.parts.labels import part_label

_SHOWN = 300
"""Findings of one kind and reason that the page has at most."""

KINDS: Final = {
    "object": Words("Объекты", "Objects"),
    "attribute": Words("Реквизиты и табличные части", "Attributes and tabular sections"),
    "form": Words("Формы", "Forms"),
    "routine": Words("Методы внутри модулей", "Routines within modules"),
    "exported_routine": Words("Экспортные методы", "Exported routines"),
}
"""In the order of the page."""

_CERTAIN = "certain"


@dataclass(frozen=True, slots=True)
class UnusedLine:
    """Something that nothing needs; `label` is what it is within its object."""

    id: str
    object: str = field(metadata=NOT_IN_JSON)
    label: str = field(metadata=NOT_IN_JSON)
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class UnusedGroup:
    """Findings with the same reason; `public_api`: another configuration may use them."""

    reason: str
    certain: bool
    public_api: bool
    count: int
    lines: tuple[UnusedLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class UnusedKind:
    """Findings of one kind. `certain` and `likely` leave out what belongs to a public API."""

    kind: str
    name: str
    certain: int
    likely: int
    public_api: int
    groups: tuple[UnusedGroup, ...]


@dataclass(frozen=True, slots=True)
class UnusedView:
    """All that nothing needs."""

    kinds: tuple[UnusedKind, ...]


class Unused(Section):
    """What nothing needs."""

    name = "unused"
    template = "unused.html"
    json = True
    inputs = {
        "unused": Input(
            "unused",
            ("kind", "id", "object", "file", "line", "confidence", "public_api", "reason")
            + ("reason_ru", "reason_en"),
            group="dependency_analysis",
        ),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "unused", "", "unused")]

    def view(self, page: Page, rows: Rows, context: Context) -> UnusedView:
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in rows["unused"]:
            by_kind[row.kind].append(row)
        order = [*KINDS, *sorted(by_kind.keys() - KINDS.keys())]
        return UnusedView(
            tuple(_kind(kind, by_kind[kind], context) for kind in order if by_kind.get(kind))
        )

    def title(self, view: UnusedView, context: Context) -> str:
        return context.say("Неиспользуемое", "Unused")


def _kind(kind: str, rows: Sequence[Row], context: Context) -> UnusedKind:
    groups: dict[tuple[bool, bool, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[bool(row.public_api), row.confidence != _CERTAIN, row.reason].append(row)
    own = [row.confidence for row in rows if not row.public_api]
    certain = own.count(_CERTAIN)
    return UnusedKind(
        kind=kind,
        name=context.say(*KINDS[kind]) if kind in KINDS else kind,
        certain=certain,
        likely=len(own) - certain,
        public_api=len(rows) - len(own),
        groups=tuple(_group(key, mine, context) for key, mine in sorted(groups.items())),
    )


def _group(key: tuple[bool, bool, str], rows: Sequence[Row], context: Context) -> UnusedGroup:
    public_api, doubtful, _ = key
    ordered = sorted(
        rows, key=lambda row: (row.object or "", row.id, row.file or "", row.line or 0)
    )
    return UnusedGroup(
        reason=context.say(ordered[0].reason_ru, ordered[0].reason_en),
        certain=not doubtful,
        public_api=public_api,
        count=len(ordered),
        lines=tuple(
            UnusedLine(
                row.id,
                row.object or "",
                part_label(row.id, row.object, context.language) if row.object else "",
                row.file or "",
                row.line or 0,
            )
            for row in ordered[:_SHOWN]
        ),
        more=max(0, len(ordered) - _SHOWN),
    )
