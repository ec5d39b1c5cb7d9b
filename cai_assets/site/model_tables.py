"""Derived tables about trained models: what lies in the registry beside the tables of uploads."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping

import pyarrow as pa

from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.registry import Card, ModelUnusable, Registry
from cai_assets.learning.schema import DECISIONS, EVALUATION, HISTORY, SCORES
from cai_assets.learning.weights import weights_of
from cai_assets.site.model import Source

SHOWN_WEIGHTS = 15
"""Features told of each model."""

_MODELS = pa.schema([(name, pa.string()) for name in ("model", "since", "card", "weights")])
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


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "models": _models,
    "model_scores": _scores,
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {
    **{model.name: (SCORES.name,) for model in MODELS},
    EVALUATION: (DECISIONS.name, HISTORY.name),
}
"""What the tables and the pages of models are made from, by group."""
