"""Derived tables about trained models: what lies in the registry beside the tables of uploads."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.registry import Card, ModelUnusable, Registry
from cai_assets.learning.schema import DECISIONS, EVALUATION, HISTORY, SCORES
from cai_assets.learning.weights import weights_of
from cai_assets.site.model import Source

SHOWN_WEIGHTS = 15
"""Features told of each model."""

SHOWN_ANSWERS = 25
"""Answers told of each model."""

_MODELS = pa.schema([(name, pa.string()) for name in ("model", "since", "card", "weights")])
_FIRST = pa.schema(
    [("model", pa.string()), ("rank", pa.int64()), ("total", pa.int64())]
    + [("subject", pa.string()), ("answer", pa.string()), ("figure", pa.float64())]
    + [("why_ru", pa.string()), ("why_en", pa.string())]
)
_SCORES = ("contender", "role", "metric", "value", "low", "high", "units", "groups")


def _models(source: Source) -> pa.Table:
    """A row per model that was trained or tried.

    `card` is the JSON of the champion's card, or of the newest experiment if there is no champion;
    `since` is when the champion became it, empty without one. `weights` is JSON: the kind, then
    pairs of name and weight, or empty.
    """
    folder = source.models
    rows = []
    for model in MODELS if folder is not None else ():
        assert folder is not None
        registry, configuration = Registry(folder.parent), folder.name
        champion = registry.champion(configuration, model.name)
        if champion is not None:
            with contextlib.suppress(ModelUnusable):
                card = registry.card(configuration, model.name, champion.experiment)
                rows.append(
                    (model.name, champion.since, _json(card.to_json()), _weights(registry, card))
                )
                continue
        for card in registry.cards(configuration, model.name)[-1:]:
            rows.append((model.name, "", _json(card.to_json()), ""))
    columns = zip(*rows, strict=True) if rows else ((),) * len(_MODELS)
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=_MODELS)


def _weights(registry: Registry, card: Card) -> str:
    try:
        data = registry.stored(card.configuration, card.model, card.experiment)
    except ModelUnusable:
        return ""
    found = weights_of(card.model, data)
    return _json([found.kind, found.features[:SHOWN_WEIGHTS]]) if found else ""


def _scores(source: Source) -> pa.Table:
    """The scores of all models on the newest upload that was learned from, with the model."""
    parts = []
    for model in MODELS:
        table = source.latest(model.name, SCORES.name, _SCORES)
        if table is not None:
            name = pa.array([model.name] * table.num_rows, pa.string())
            parts.append(table.append_column("model", name))
    if parts:
        return pa.concat_tables(parts).unify_dictionaries()
    fields = [SCORES.arrow_schema.field(name) for name in _SCORES]
    return pa.schema([*fields, pa.field("model", pa.string())]).empty_table()


@dataclass(frozen=True, slots=True)
class _Answers:
    """Which table a model answers with; columns that say what each answer is about.

    `order` is what comes first, by columns with `ascending` or `descending`.
    """

    table: str
    subject: str
    answer: str
    figure: str
    order: tuple[tuple[str, str], ...]
    why: tuple[str, str] = ("why_ru", "why_en")


_ANSWERS: Mapping[str, _Answers] = {
    "classification_model": _Answers(
        "suggested_subsystems", "object", "suggested", "probability",
        (("probability", "descending"), ("object", "ascending")),
    ),
    "regression_model": _Answers(
        "outliers", "routine", "", "cognitive",
        (("priority", "descending"), ("routine", "ascending"), ("line", "ascending")),
    ),
    "clustering_model": _Answers(
        "areas", "name", "main_subsystem", "objects",
        (("objects", "descending"), ("area", "ascending")), ("leader", "leader"),
    ),
    "recommendation_model": _Answers(
        "suggestions", "module", "item", "score",
        (("score", "descending"), ("module", "ascending"), ("rank", "ascending")),
    ),
}  # fmt: skip
"""Code search answers questions: nothing stands ready."""


def _answers(source: Source) -> pa.Table:
    """The first answers of each champion. `total` is how many there are."""
    folder = source.models
    parts = []
    for model, told in _ANSWERS.items() if folder is not None else ():
        assert folder is not None
        champion = Registry(folder.parent).champion(folder.name, model)
        names = {told.subject, told.figure, *told.why, *(name for name, _ in told.order)}
        names |= {"experiment", told.answer} - {""}
        table = source.latest(model, told.table, sorted(names))
        if champion is not None and table is not None:
            mine = pc.equal(table.column("experiment").cast(pa.string()), champion.experiment)
            parts.append(_first(model, told, table.filter(mine)))
    return pa.concat_tables([_FIRST.empty_table(), *parts])


def _first(model: str, told: _Answers, table: pa.Table) -> pa.Table:
    texts = [pa.types.is_dictionary(field.type) for field in table.schema]
    plain = pa.table(  # Arrow sorts no dictionaries
        {
            name: column.cast(pa.string()) if is_text else column
            for name, column, is_text in zip(table.column_names, table.columns, texts, strict=True)
        }
    )
    rows = plain.sort_by(list(told.order)).slice(0, SHOWN_ANSWERS)
    nothing = pa.nulls(rows.num_rows, pa.string())
    columns = {
        "model": [model] * rows.num_rows,
        "rank": range(rows.num_rows),
        "total": [table.num_rows] * rows.num_rows,
        "subject": rows.column(told.subject).to_pylist(),
        "answer": rows.column(told.answer).to_pylist() if told.answer else nothing,
        "figure": rows.column(told.figure).to_pylist(),
        "why_ru": rows.column(told.why[0]).to_pylist(),
        "why_en": rows.column(told.why[1]).to_pylist(),
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in _FIRST], schema=_FIRST)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "models": _models,
    "model_scores": _scores,
    "model_answers": _answers,
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {
    **{
        model.name: (
            SCORES.name,
            *(told.table for name, told in _ANSWERS.items() if name == model.name),
        )
        for model in MODELS
    },
    EVALUATION: (DECISIONS.name, HISTORY.name),
}
"""What the tables and the pages of models are made from, by group."""
