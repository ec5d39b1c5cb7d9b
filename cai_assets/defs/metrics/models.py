"""Models: how good the latest experiment, the champion and the best baseline are. Pure files.

Cards are read as the JSON they are: the registry of models would bring numpy with it. A test
holds this against cards that the registry has written.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cai_assets.defs.metrics.catalogue import MODEL_CHAMPION, MODEL_SCORE, MODEL_TRAINED, MODELS
from cai_assets.defs.metrics.samples import SLOW, Gauges, Growing, bounded

_CARD, _CHAMPION = "card.json", "champion.json"
_MOST_MODELS = 20
LATEST, CHAMPION, BASELINE = "latest", "champion", "baseline"

Scores = Mapping[str, float]
"""Figures of one contender by metric."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """What the card of an experiment says: when it was trained, figures by contender."""

    name: str
    trained: float
    status: str
    scores: Mapping[str, Scores]

    @classmethod
    def of(cls, card: Mapping[str, Any]) -> Experiment:
        """From the JSON of a card. Raises KeyError, TypeError or ValueError if it is none."""
        return cls(
            str(card["experiment"]),
            _moment(card["trained"]),
            str(card["status"]),
            {
                contender: {metric: float(one["value"]) for metric, one in figures.items()}
                for contender, figures in card["scores"].items()
            },
        )


class Models:
    """The part `models`. A card is read once: an experiment does not change."""

    name, lane, every = MODELS, SLOW, 30.0

    def __init__(self, base: Path) -> None:
        self.growing = Growing(MODELS)
        self._base = base
        self._cards: dict[Path, tuple[float, Experiment]] = {}

    def read(self) -> Gauges:
        """Look at all models of all configurations."""
        gauges = Gauges()
        seen: set[Path] = set()
        for configuration in bounded(_folders(self._base)):
            folder = self._base / configuration
            for model in _folders(folder)[:_MOST_MODELS]:
                self._one(gauges, folder / model, (configuration, model), seen)
        self._cards = {path: card for path, card in self._cards.items() if path in seen}
        return gauges

    def _one(self, gauges: Gauges, folder: Path, labels: tuple[str, str], seen: set[Path]) -> None:
        experiments = list(self._experiments(folder, seen))
        trained = [one for one in experiments if one.status == "trained"]
        latest = max(trained, key=lambda one: (one.trained, one.name), default=None)
        champion = _champion(folder)
        if champion is not None:
            gauges.set(MODEL_CHAMPION, champion[1], *labels)
        if latest is not None:
            gauges.set(MODEL_TRAINED, latest.trained, *labels)
            named = {one.name: one for one in trained}
            best = named.get(champion[0]) if champion is not None else None
            for contender, scores in contenders(latest, best).items():
                for metric, value in scores.items():
                    gauges.set(MODEL_SCORE, value, *labels, metric, contender)

    def _experiments(self, folder: Path, seen: set[Path]) -> Iterator[Experiment]:
        for name in _folders(folder):
            path = folder / name / _CARD
            with contextlib.suppress(OSError, KeyError, TypeError, ValueError):
                changed = path.stat().st_mtime
                known = self._cards.get(path)
                if known is None or known[0] != changed:
                    card = json.loads(path.read_text(encoding="utf-8"))
                    known = self._cards[path] = (changed, Experiment.of(card))
                seen.add(path)
                yield known[1]


def contenders(latest: Experiment, champion: Experiment | None) -> dict[str, Scores]:
    """The figures of the latest experiment, the champion, and the best baseline of each metric.

    Where the latest experiment was measured side by side with another champion, that figure is
    taken: it is of the same test split.
    """
    model = latest.scores.get("model", {})
    found: dict[str, Scores] = {LATEST: model, BASELINE: {}}
    baselines = [
        scores for name, scores in latest.scores.items() if name not in ("model", CHAMPION)
    ]
    found[BASELINE] = {
        metric: max(values)
        for metric in model
        if (values := [scores[metric] for scores in baselines if metric in scores])
    }
    if champion is not None:
        own = champion.scores.get("model", {})
        found[CHAMPION] = own if champion is latest else latest.scores.get(CHAMPION, own)
    return found


def _champion(folder: Path) -> tuple[str, float] | None:
    """The experiment that is the champion, and since when."""
    with contextlib.suppress(OSError, KeyError, TypeError, ValueError):
        note = json.loads((folder / _CHAMPION).read_text(encoding="utf-8"))
        return str(note["experiment"]), _moment(note["since"])
    return None


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _folders(folder: Path) -> list[str]:
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        return sorted(
            entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")
        )
    return []
