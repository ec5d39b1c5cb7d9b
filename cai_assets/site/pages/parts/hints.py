"""What trained models say of an object, quietly and with the sureness that they state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cai_assets.analysis.markdown import subsystem_path
from cai_assets.site.model import NOT_IN_JSON, Context, Input, Language, Page, Row, Rows, Words
from cai_assets.site.pages.parts.labels import part_label, place_label
from cai_assets.site.pages.parts.model import Heading, Part

INPUTS = {
    "suggested_subsystems": Input(
        "suggested_subsystems",
        ("project", "declared", "declared_probability", "suggested", "probability")
        + ("why_ru", "why_en"),
        "object",
        "classification_model",
        optional=True,
    ),
    "outliers": Input(
        "object_outliers",
        ("routine", "line", "cognitive", "expected", "upper", "priority", "why_ru", "why_en"),
        "object",
        "site",
    ),
    "suggestions": Input(
        "object_suggestions",
        ("module", "rank", "item", "score", "why_ru", "why_en"),
        "object",
        "site",
    ),
}

OUTLIERS, SUGGESTIONS = 10, 8
"""Rows that are shown."""
_LIKELY = 0.1
"""What is less likely to be missing is not worth a reader's time."""


@dataclass(frozen=True, slots=True)
class Subsystem:
    """Where the object may belong. Chances from 0 to 1; `declared` is empty if it has no home."""

    declared: str
    declared_probability: float
    suggested: str
    probability: float
    why: str

    @property
    def name(self) -> str:
        """The suggested subsystem as a path of names."""
        return subsystem_path(self.suggested)


@dataclass(frozen=True, slots=True)
class Outlier:
    """A routine that is more complex than routines like it; nine of ten stay below `upper`."""

    routine: str
    label: str = field(metadata=NOT_IN_JSON)
    line: int
    cognitive: int
    expected: int
    upper: int
    why: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a module may want to use, with the chance that it is what is missing."""

    module: str
    module_label: str = field(metadata=NOT_IN_JSON)
    item: str
    label: str = field(metadata=NOT_IN_JSON)
    chance: float
    why: str


@dataclass(frozen=True, slots=True)
class HintsView:
    """All hints about one object; `more_outliers` are not shown."""

    subsystems: tuple[Subsystem, ...]
    outliers: tuple[Outlier, ...]
    more_outliers: int
    suggestions: tuple[Suggestion, ...]

    def headings(self) -> Sequence[Heading]:
        """One."""
        return [("part-hints", Words("Модели подсказывают", "Hints of models"))]


def read(page: Page, rows: Rows, context: Context) -> HintsView | None:
    """What the models say; None if they are silent."""
    language = context.language
    subsystems = tuple(
        Subsystem(
            row.declared or "",
            round(row.declared_probability or 0, 3),
            row.suggested,
            round(row.probability, 3),
            _why(row, language),
        )
        for row in sorted(rows["suggested_subsystems"], key=lambda row: row.project)
    )
    ordered = sorted(rows["outliers"], key=lambda row: (-row.priority, row.routine, row.line))
    outliers = tuple(
        Outlier(
            row.routine,
            part_label(row.routine, page.key, language),
            row.line,
            row.cognitive,
            round(row.expected),
            round(row.upper),
            _why(row, language),
        )
        for row in ordered[:OUTLIERS]
    )
    suggestions = _suggestions(rows["suggestions"], page.key, language)
    if not subsystems and not outliers and not suggestions:
        return None
    return HintsView(subsystems, outliers, len(ordered) - len(outliers), suggestions)


def _suggestions(rows: Iterable[Row], object_: str, language: Language) -> tuple[Suggestion, ...]:
    """The likeliest, each item once for the module that wants it most."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (-row.score, row.rank, row.module, row.item)):
        if row.score >= _LIKELY:
            found.setdefault(row.item, row)
    return tuple(
        Suggestion(
            row.module,
            part_label(row.module, object_, language),
            row.item,
            place_label(row.item, object_, language),
            round(row.score, 2),
            _why(row, language),
        )
        for row in list(found.values())[:SUGGESTIONS]
    )


def _why(row: Row, language: Language) -> str:
    why: str = row.why_ru if language == "ru" else row.why_en
    return why


PART = Part("hints", INPUTS, read)
