"""Trained models: how good they are beside simple means, which one is used and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cai_assets.analysis.markdown import decimal
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.model import Model
from cai_assets.learning.registry import Card
from cai_assets.learning.report import DECISION_NAMES, MEBIBYTE
from cai_assets.learning.schema import DECISIONS, EVALUATION, HISTORY
from cai_assets.learning.training import CHAMPION, MODEL
from cai_assets.site.derived import GROUP as DERIVED
from cai_assets.site.drawing import Line, Range, Value, bars, line_chart, ranges
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Section, Source, Words
from cai_assets.site.pages.parts.model_answers import Answers, answers_of

_TREND = 12
"""Experiments that a trend has at most."""

_BY_NAME: Mapping[str, Model[Any]] = {model.name: model for model in MODELS}
_WHO: Mapping[str, Words] = {
    MODEL: Words("модель", "model"),
    CHAMPION: Words("прежняя лучшая модель", "champion until now"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model in the comparison; figures are None if nothing was trained."""

    model: str
    title: str
    question: str
    metric: str
    figure: Figure | None
    baseline: str
    baseline_figure: Figure | None
    gain: Figure | None
    decision: str
    note: str
    used: bool


@dataclass(frozen=True, slots=True)
class ModelsView:
    """All models beside each other."""

    lines: tuple[ModelLine, ...]


def _said(words: Words, context: Context) -> str:
    return context.say(words.ru, words.en)


_OWN = ("value", "low", "high")
_BASELINE = ("baseline_value", "baseline_low", "baseline_high")
_GAIN = ("over_baseline", "over_baseline_low", "over_baseline_high")


def _figure(row: Any, names: tuple[str, str, str]) -> Figure | None:
    """The columns of a row that hold a value and the ends of its interval."""
    value, low, high = (getattr(row, name) for name in names)
    return None if value is None else Figure(value, low, high)


def _who(model: Model[Any], contender: str, context: Context) -> str:
    words = _WHO.get(contender) or model.baseline_titles.get(contender)
    return _said(words, context) if words else contender


_DECIDED = (
    ("model", "decision", "metric", "baseline", "note_ru", "note_en") + _OWN + _BASELINE + _GAIN
)


class Models(Section):
    """The comparison of all models."""

    name = "models"
    template = "models.html"
    json = True
    inputs = {
        "models": Input("models", ("model", "since"), group=DERIVED),
        "decisions": Input(DECISIONS.name, _DECIDED, group=EVALUATION, optional=True),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "models", "models", "index")] if _trained(source) else []

    def view(self, page: Page, rows: Rows, context: Context) -> ModelsView:
        decided = {row.model: row for row in rows["decisions"]}
        tried = {row.model: row for row in rows["models"]}
        return ModelsView(
            tuple(
                _line(model, decided.get(model.name), bool(tried[model.name].since), context)
                for model in MODELS
                if model.name in tried
            )
        )

    def title(self, view: ModelsView, context: Context) -> str:
        return context.say("Модели", "Models")

    def pictures(self, view: ModelsView, context: Context, href: Href) -> Mapping[str, str]:
        found = []
        for line in view.lines:
            if line.figure:
                address = href(f"model:{line.model}") or None
                found.append(_range(line.title, line.figure, True, address))
            if line.baseline_figure:
                found.append(_range(line.baseline, line.baseline_figure))
        title = context.say(
            "Главный показатель моделей и лучших простых способов",
            "The first figure of models and of the best simple means",
        )
        return {"figures": _ranges(found, title, "m", context)} if found else {}


def _trained(source: Source) -> list[str]:
    table = source.table(DERIVED, "models", ["model"])
    return [] if table is None else sorted(table.column("model").to_pylist())


def _line(model: Model[Any], row: Row | None, used: bool, context: Context) -> ModelLine:
    metric = next((m for m in model.metrics if row and m.name == row.metric), model.metrics[0])
    decision = DECISION_NAMES.get(row.decision) if row else None
    return ModelLine(
        model=model.name,
        title=_said(model.title, context),
        question=_said(model.question, context),
        metric=_said(metric.title, context),
        figure=_figure(row, _OWN) if row else None,
        baseline=_who(model, row.baseline, context) if row and row.baseline else "",
        baseline_figure=_figure(row, _BASELINE) if row else None,
        gain=_figure(row, _GAIN) if row else None,
        decision=_said(decision, context) if decision else "",
        note=context.say(row.note_ru, row.note_en) if row else "",
        used=used,
    )


def _range(name: str, figure: Figure, own: bool = False, href: str | None = None) -> Range:
    return Range(name, figure.value, figure.low, figure.high, own, href)


def _ranges(rows: Sequence[Range], title: str, prefix: str, context: Context) -> str:
    def written(value: float) -> str:
        return _number(value, context)

    return ranges(rows, title=title, id_prefix=prefix, written=written)


def _number(value: float, context: Context, digits: int = 3) -> str:
    """A figure with its sign; `decimal` would lose that of −0.3."""
    text = decimal(abs(value), context.language, digits)
    return f"−{text}" if value < 0 and text.strip("0.,") else text


# --- A model ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contender:
    """Who was measured; `figures` are in the order of the metrics, None where not measured."""

    name: str
    own: bool
    figures: tuple[Figure | None, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A setting or a further figure, as the card has it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What counts in the model, by its name in the code."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Point:
    """The first figure of an experiment; `time` is ISO without seconds."""

    time: str
    value: float


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model: what it is asked, how it was trained, what it reaches, what it is not for."""

    model: str
    question: str
    limits: str
    unit: str
    used: bool
    since: str
    note: str
    baseline: str
    gain: Figure | None
    reason: str
    experiment: str
    upload: str
    trained: str
    train_examples: int
    test_units: int
    seconds: float
    mebibytes: int
    metrics: tuple[str, ...]
    contenders: tuple[Contender, ...]
    weights_kind: str
    weights: tuple[Weight, ...]
    answers: Answers | None
    notes: tuple[Fact, ...]
    parameters: tuple[Fact, ...]
    versions: tuple[Fact, ...]
    seed: int
    data: str
    trend: tuple[Point, ...]


class ModelPages(Section):
    """A page per model."""

    name = "models"
    template = "model.html"
    json = True
    inputs = {
        "models": Input("models", ("since", "card", "weights"), "model", DERIVED),
        "scores": Input(
            "model_scores",
            ("contender", "role", "metric", "value", "low", "high"),
            "model",
            DERIVED,
        ),
        "answers": Input(
            "model_answers",
            ("rank", "total", "subject", "answer", "figure", "why_ru", "why_en"),
            "model",
            DERIVED,
        ),
        "decisions": Input(DECISIONS.name, _DECIDED, "model", EVALUATION, optional=True),
        "history": Input(
            HISTORY.name,
            ("experiment", "trained", "contender", "metric", "value"),
            "model",
            EVALUATION,
            optional=True,
        ),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page(name, f"model:{name}", "models", name) for name in _trained(source)]

    def view(self, page: Page, rows: Rows, context: Context) -> ModelView:
        model = _BY_NAME[page.key]
        row: Row = rows.one("models")
        card = Card.from_json(json.loads(row.card))
        decided = rows.one("decisions")
        kind, weights = json.loads(row.weights) if row.weights else ("", ())
        return ModelView(
            model=model.name,
            question=_said(model.question, context),
            limits=_said(model.limits, context),
            unit=_said(model.unit, context),
            used=bool(row.since),
            since=row.since[:10],
            note=context.say(decided.note_ru, decided.note_en) if decided else "",
            baseline=_who(model, decided.baseline, context) if decided and decided.baseline else "",
            gain=_figure(decided, _GAIN) if decided else None,
            reason=_said(card.reason, context),
            experiment=card.experiment,
            upload=card.upload,
            trained=_time(card.trained),
            train_examples=card.examples.get("train", 0),
            test_units=card.examples.get("test", 0),
            seconds=card.seconds,
            mebibytes=round(card.peak_bytes / MEBIBYTE),
            metrics=tuple(_said(metric.title, context) for metric in model.metrics),
            contenders=_contenders(model, rows["scores"], card, context),
            weights_kind=kind,
            weights=tuple(Weight(name, weight) for name, weight in weights),
            answers=answers_of(model.name, rows["answers"], context),
            notes=_facts(card.notes, context),
            parameters=_facts(card.parameters, context),
            versions=_facts(card.versions, context),
            seed=card.seed,
            data=card.data,
            trend=_trend(model, rows["history"]),
        )

    def title(self, view: ModelView, context: Context) -> str:
        return _said(_BY_NAME[view.model].title, context)

    def pictures(self, view: ModelView, context: Context, href: Href) -> Mapping[str, str]:
        found = {}
        for position, metric in enumerate(view.metrics):
            rows = [
                _range(contender.name, figure, contender.own)
                for contender in view.contenders
                if (figure := contender.figures[position]) is not None
            ]
            if rows:
                found[str(position)] = _ranges(rows, metric, f"f{position}", context)
        if view.weights:
            title = context.say("Что весит больше всего", "What counts most")
            values = [
                Value(one.name, abs(one.weight), text=_weight(one, view.weights_kind, context))
                for one in view.weights
            ]
            found["weights"] = bars(values, title=title, id_prefix="w")
        if len(view.trend) > 1:
            found["trend"] = line_chart(
                [point.time for point in view.trend],
                [Line(view.metrics[0], [point.value for point in view.trend])],
                title=context.say("По экспериментам", "Over experiments"),
                id_prefix="t",
                written=lambda value: _number(value, context),
            )
        return found


def _weight(one: Weight, kind: str, context: Context) -> str:
    if kind == "trees":
        return f"{decimal(100 * one.weight, context.language)}\u202f%"
    sign = "+" if one.weight > 0 else ""
    return sign + _number(one.weight, context, 2)


def _contenders(
    model: Model[Any], rows: Sequence[Row], card: Card, context: Context
) -> tuple[Contender, ...]:
    """Those measured on the newest upload; those of the card if that was not measured."""
    scores: dict[str, dict[str, Figure]] = {}
    for row in rows:
        scores.setdefault(row.contender, {})[row.metric] = Figure(row.value, row.low, row.high)
    if not scores:
        scores = {
            who: {name: Figure(one.value, one.low, one.high) for name, one in figures.items()}
            for who, figures in card.scores.items()
        }
    first = model.metrics[0].name

    def order(who: str) -> tuple[bool, bool, float, str]:
        figure = scores[who].get(first)
        return who != MODEL, who != CHAMPION, -figure.value if figure else 0.0, who

    return tuple(
        Contender(
            _who(model, who, context),
            who == MODEL,
            tuple(scores[who].get(metric.name) for metric in model.metrics),
        )
        for who in sorted(scores, key=order)
    )


def _facts(values: Mapping[str, object], context: Context) -> tuple[Fact, ...]:
    def told(value: object) -> str:
        if isinstance(value, float):
            text = f"{value:.4g}"
            return text.replace(".", ",") if context.language == "ru" else text
        return str(value)

    return tuple(Fact(name, told(value)) for name, value in sorted(values.items()))


def _time(iso: str) -> str:
    return iso[:16].replace("T", " ")


def _trend(model: Model[Any], rows: Sequence[Row]) -> tuple[Point, ...]:
    metric = model.metrics[0].name
    points = {
        (row.trained, row.experiment): Point(_time(row.trained), row.value)
        for row in rows
        if row.contender == MODEL and row.metric == metric and row.value is not None
    }
    return tuple(points[key] for key in sorted(points)[-_TREND:])
