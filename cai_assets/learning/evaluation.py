"""Which model is the champion from now on: the new one, if it earns it.

A new model must beat the best baseline: the 95 % interval of the difference, on the same draws of
the test split, lies above zero. And it must not be worse than the champion: the interval of that
difference lies above `-MARGIN` (a test of non-inferiority, so that a small test split does not
let a worse model pass as "not significantly worse"). A champion that cannot be loaded, or that
another version of the code made, does not stand in the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from cai_assets.learning import scores
from cai_assets.learning.model import Metric, Model, Units, Words
from cai_assets.learning.registry import TRAINED, Card, Champion, ModelUnusable, Registry
from cai_assets.learning.schema import DECISIONS, HISTORY, RESULTS, SCORES
from cai_assets.learning.scores import Interval
from cai_assets.learning.training import BASELINE, CHAMPION, MODEL, rows_table, units_of

MARGIN = 0.02
"""By how much a new model may fall short of the champion, in the unit of the first metric."""

FIRST, PROMOTED, SAME = "first", "promoted", "same"
WORSE, NO_BETTER, UNTRAINED = "worse", "baseline", "untrained"
PROMOTIONS = frozenset({FIRST, PROMOTED})


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one model. Figures are None where there is nothing to compare."""

    model: str
    decision: str
    experiment: str | None
    champion_before: str | None
    champion: str | None
    metric: str
    score: Interval | None
    baseline: str | None
    baseline_score: Interval | None
    over_baseline: Interval | None
    over_champion: Interval | None
    note: Words


def judge(
    model: Model[Any],
    card: Card,
    tables: Mapping[str, pa.Table],
    champion: Champion | None,
) -> Decision:
    """Compare the new model of `card` with the baselines and the champion; changes nothing.

    `tables` are the `scores` and `results` of the training.
    """
    before = champion.experiment if champion else None
    metric = model.metrics[0]
    if card.status != TRAINED:
        return Decision(
            model.name, UNTRAINED, None, before, before, metric.name,
            None, None, None, None, None, card.reason,
        )  # fmt: skip
    score_of = _scores(tables[SCORES.name], metric.name)
    baseline = max(
        (name for name, (role, _) in score_of.items() if role == BASELINE),
        key=lambda name: (score_of[name][1].value, name),
    )
    units = _units(tables[RESULTS.name], MODEL)
    over_baseline = scores.difference(
        units, _units(tables[RESULTS.name], baseline), metric, seed=card.seed
    )
    rival = units_of(tables[RESULTS.name], CHAMPION)
    over_champion = (
        None if rival is None else scores.difference(units, rival, metric, seed=card.seed)
    )
    title = model.baseline_titles[baseline]
    decision, note = _decide(card.experiment, before, metric, title, over_baseline, over_champion)
    return Decision(
        model.name,
        decision,
        card.experiment,
        before,
        card.experiment if decision in PROMOTIONS else before,
        metric.name,
        score_of[MODEL][1],
        baseline,
        score_of[baseline][1],
        over_baseline,
        over_champion,
        note,
    )


def _decide(
    experiment: str,
    before: str | None,
    metric: Metric,
    baseline: Words,
    over_baseline: Interval,
    over_champion: Interval | None,
) -> tuple[str, Words]:
    name = metric.title
    if before == experiment:
        return SAME, Words(
            "та же модель: данные и код не изменились",
            "the same model: data and code are as before",
        )
    gap = _signed(over_baseline)
    if over_baseline.low <= 0:
        return NO_BETTER, Words(
            f"не лучше, чем {baseline.ru}: {name.ru} {gap.ru}",
            f"no better than {baseline.en}: {name.en} {gap.en}",
        )
    if over_champion is None:
        return FIRST if before is None else PROMOTED, Words(
            f"лучше, чем {baseline.ru}: {name.ru} {gap.ru}; сравнивать больше не с чем",
            f"better than {baseline.en}: {name.en} {gap.en}; nothing else to compare with",
        )
    gap = _signed(over_champion)
    if over_champion.low > -MARGIN:
        return PROMOTED, Words(
            f"не хуже прежней модели: {name.ru} {gap.ru}",
            f"not worse than the champion: {name.en} {gap.en}",
        )
    allowed = Words(f"{-MARGIN}".replace(".", ","), f"{-MARGIN}")
    return WORSE, Words(
        f"хуже прежней модели или сравнение неточно: {name.ru} {gap.ru}, допустимо от {allowed.ru}",
        f"worse than the champion or not known well enough: {name.en} {gap.en}, "
        f"allowed from {allowed.en}",
    )


def _signed(gap: Interval) -> Words:
    text = f"{gap.value:+.3f} ({gap.low:+.3f} … {gap.high:+.3f})"
    return Words(text.replace(".", ","), text)


def evaluate(
    models: Sequence[Model[Any]],
    tables: Mapping[str, Mapping[str, pa.Table]],
    registry: Registry,
    configuration: str,
    upload: str,
    earlier_history: pa.Table | None = None,
) -> dict[str, pa.Table]:
    """Judge every model trained on `upload` and promote those that earn it.

    `tables` are `scores` and `results` by group of the model. `earlier_history` is the table
    `history` of an earlier evaluation. Returns `decisions` and `history`.
    Raises ModelUnusable if the card of an experiment that was just made cannot be read.
    """
    decisions: list[tuple[Decision, Card]] = []
    for model in models:
        card = _card(model, registry, configuration, upload, tables[model.name])
        champion = registry.champion(configuration, model.name)
        if champion is not None and not _exists(registry, configuration, model.name, champion):
            champion = None
        decision = judge(model, card, tables[model.name], champion)
        if decision.decision in PROMOTIONS and decision.experiment is not None:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            registry.promote(
                configuration, model.name, Champion(decision.experiment, now, decision.decision)
            )
        decisions.append((decision, card))
    return {
        DECISIONS.name: rows_table(
            DECISIONS, [_row(decision, card) for decision, card in decisions]
        ),
        HISTORY.name: _history(decisions, registry, configuration, earlier_history),
    }


def _card(
    model: Model[Any],
    registry: Registry,
    configuration: str,
    upload: str,
    tables: Mapping[str, pa.Table],
) -> Card:
    """The card of the experiment that the tables are about: the one trained, else the latest."""
    scores_ = tables[SCORES.name]
    for row in scores_.select(["experiment", "role"]).to_pylist():
        if row["role"] == MODEL:
            return registry.card(configuration, model.name, row["experiment"])
    cards = [card for card in registry.cards(configuration, model.name) if card.upload == upload]
    if not cards:
        folder = registry.folder(configuration, model.name)
        raise ModelUnusable(
            Words(
                f"{folder}: нет эксперимента для выгрузки {upload}; обучите заново: cai train",
                f"{folder}: no experiment about the upload {upload}; train again: cai train",
            )
        )
    return cards[-1]


def _exists(registry: Registry, configuration: str, model: str, champion: Champion) -> bool:
    """Whether the champion's card is there; a champion without one is none."""
    try:
        registry.card(configuration, model, champion.experiment)
    except ModelUnusable:
        return False
    return True


def _scores(table: pa.Table, metric: str) -> dict[str, tuple[str, Interval]]:
    """Role and figure of each contender by one metric."""
    return {
        row["contender"]: (row["role"], Interval(row["value"], row["low"], row["high"]))
        for row in table.to_pylist()
        if row["metric"] == metric
    }


def _units(results: pa.Table, contender: str) -> Units:
    found = units_of(results, contender)
    if found is None:
        raise ValueError(f"the table of results has no contender {contender!r}")
    return found


def _row(decision: Decision, card: Card) -> dict[str, Any]:
    return {
        "model": decision.model,
        "experiment": decision.experiment,
        "decision": decision.decision,
        "champion_before": decision.champion_before,
        "champion": decision.champion,
        "metric": decision.metric,
        **_figure(("value", "low", "high"), decision.score),
        "baseline": decision.baseline,
        **_figure(_names("baseline", "_value"), decision.baseline_score),
        **_figure(_names("over_baseline"), decision.over_baseline),
        **_figure(_names("over_champion"), decision.over_champion),
        "seconds": card.seconds,
        "peak_bytes": card.peak_bytes,
        "note_ru": decision.note.ru,
        "note_en": decision.note.en,
    }


def _names(name: str, value: str = "") -> tuple[str, str, str]:
    return f"{name}{value}", f"{name}_low", f"{name}_high"


def _figure(names: tuple[str, str, str], figure: Interval | None) -> dict[str, float | None]:
    values = (figure.value, figure.low, figure.high) if figure else (None, None, None)
    return dict(zip(names, values, strict=True))


def _history(
    decisions: Sequence[tuple[Decision, Card]],
    registry: Registry,
    configuration: str,
    earlier: pa.Table | None,
) -> pa.Table:
    """One row per contender and metric of every experiment known, oldest first."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in [] if earlier is None else earlier.to_pylist():
        rows[_key(row)] = row
    promoted = {
        (decision.model, decision.experiment)
        for decision, _ in decisions
        if decision.decision in PROMOTIONS
    }
    for decision, _ in decisions:
        for card in registry.cards(configuration, decision.model):
            for contender, metrics in card.scores.items():
                for metric, figure in metrics.items():
                    row = {
                        "model": card.model,
                        "experiment": card.experiment,
                        "upload": card.upload,
                        "trained": card.trained,
                        "contender": contender,
                        "metric": metric,
                        "value": figure.value,
                        "low": figure.low,
                        "high": figure.high,
                        "promoted": (card.model, card.experiment) in promoted,
                    }
                    was = rows.get(_key(row))
                    row["promoted"] = row["promoted"] or bool(was and was["promoted"])
                    rows[_key(row)] = row
    ordered = sorted(
        rows.values(),
        key=lambda row: (row["model"], row["trained"], row["experiment"], *_key(row)),
    )
    return rows_table(HISTORY, ordered)


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in HISTORY.key)
