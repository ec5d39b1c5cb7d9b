"""What a model says now: the first of its answers, for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cai_assets.analysis.markdown import percent, subsystem_path
from cai_assets.site.model import NOT_IN_JSON, Context, Row, Words
from cai_assets.site.names import full_name
from cai_assets.site.pages.parts.labels import place_label


@dataclass(frozen=True, slots=True)
class Heads:
    """What the columns of a model's answers are called."""

    title: Words
    subject: Words
    answer: Words | None
    figure: Words
    why: Words


_WHY = Words("Почему", "Why")
HEADS: Final[Mapping[str, Heads]] = {
    "classification_model": Heads(
        Words("Объекты, которым подходит другая подсистема", "Objects that fit elsewhere"),
        Words("Объект", "Object"),
        Words("Подходит подсистема", "Suggested subsystem"),
        Words("Вероятность", "Chance"),
        _WHY,
    ),
    "regression_model": Heads(
        Words("Методы сложнее ожидаемого", "Routines more complex than expected"),
        Words("Метод", "Routine"),
        None,
        Words("Сложность", "Complexity"),
        _WHY,
    ),
    "clustering_model": Heads(
        Words("Самые большие области", "The largest areas"),
        Words("Область", "Area"),
        Words("Главная подсистема", "Main subsystem"),
        Words("Объектов", "Objects"),
        Words("Главный объект", "Leading object"),
    ),
    "recommendation_model": Heads(
        Words("Самые уверенные подсказки", "The surest hints"),
        Words("Модуль", "Module"),
        Words("Что ещё использовать", "What else to use"),
        Words("Вероятность", "Chance"),
        _WHY,
    ),
}
"""By model; a model that is missing here has no answers ready."""

_SHARES = frozenset({"classification_model", "recommendation_model"})
_AREAS = "clustering_model"


@dataclass(frozen=True, slots=True)
class Thing:
    """What an answer is about or names; `id` is empty for what has no page."""

    id: str
    label: str = field(metadata=NOT_IN_JSON)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: about what, what it says, how sure or how much, and why."""

    subject: Thing
    answer: Thing | None
    figure: str
    why: str
    leader: Thing | None


@dataclass(frozen=True, slots=True)
class Answers:
    """The first answers of `total`; `heads` name the columns, an empty one is not shown."""

    title: str
    heads: tuple[str, str, str, str]
    rows: tuple[Answer, ...]
    total: int


def answers_of(model: str, rows: Sequence[Row], context: Context) -> Answers | None:
    """The answers of a model, or None if it has none ready."""
    heads = HEADS.get(model)
    if heads is None or not rows:
        return None
    return Answers(
        context.say(*heads.title),
        (
            context.say(*heads.subject),
            context.say(*heads.answer) if heads.answer else "",
            context.say(*heads.figure),
            context.say(*heads.why),
        ),
        tuple(_answer(model, row, context) for row in sorted(rows, key=lambda row: row.rank)),
        rows[0].total,
    )


def _answer(model: str, row: Row, context: Context) -> Answer:
    why = context.say(row.why_ru or "", row.why_en or "")
    is_area = model == _AREAS
    return Answer(
        Thing("", row.subject) if is_area else _thing(row.subject, context),
        _thing(row.answer, context) if row.answer else None,
        percent(row.figure, context.language) if model in _SHARES else f"{row.figure:.0f}",
        "" if is_area else why,
        _thing(why, context) if is_area and why else None,
    )


def _thing(id_: str, context: Context) -> Thing:
    if id_.startswith("Subsystem."):
        return Thing(id_, subsystem_path(id_))
    if id_.count(".") == 1:
        return Thing(id_, full_name(id_, context.language))
    return Thing(id_, place_label(id_, "", context.language))
