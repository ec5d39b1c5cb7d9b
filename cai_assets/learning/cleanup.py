"""Experiments that are no longer needed: all but the champion and the last few of each model."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from cai_assets.learning.registry import Registry
from cai_assets.learning.schema import EXPERIMENTS
from cai_assets.learning.training import rows_table

CHAMPION, KEPT, REMOVED = "champion", "kept", "removed"


def clean_up(registry: Registry, configuration: str, models: Iterable[str], keep: int) -> pa.Table:
    """Keep the champion and the newest `keep` experiments of each model; remove the others.

    An experiment whose card cannot be read counts as the oldest. Returns the table `experiments`.
    """
    rows = [row for model in models for row in _clean_model(registry, configuration, model, keep)]
    return rows_table(EXPERIMENTS, rows)


def _clean_model(
    registry: Registry, configuration: str, model: str, keep: int
) -> list[dict[str, Any]]:
    cards = {card.experiment: card for card in registry.cards(configuration, model)}
    unreadable = [name for name in registry.experiments(configuration, model) if name not in cards]
    order = [*unreadable, *cards]
    newest = set(order[len(order) - keep :]) if keep else set()
    champion = registry.champion(configuration, model)
    rows = []
    for name in order:
        size = registry.size(configuration, model, name)
        if champion is not None and name == champion.experiment:
            status = CHAMPION
        else:
            status = KEPT if name in newest else REMOVED
        if status == REMOVED:
            registry.remove(configuration, model, name)
        else:
            registry.tidy(configuration, model, name, time.time())
        card = cards.get(name)
        rows.append(
            {
                "model": model,
                "experiment": name,
                "upload": card.upload if card else "",
                "trained": card.trained if card else "",
                "status": status,
                "bytes": size,
            }
        )
    return rows
