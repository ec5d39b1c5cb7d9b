"""Checks of what was learned: was there enough, is it any good, is it not worse than before.

None is an error: a model that was not trained or not promoted leaves the champion in its place.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.checks import Check, CheckResult
from cai_assets.learning.evaluation import NO_BETTER, WORSE
from cai_assets.learning.registry import TRAINED, Card
from cai_assets.learning.schema import DECISIONS, EVALUATION, SCORES

BEATS_BASELINE = Check(
    "beats_baseline",
    DECISIONS.name,
    "Every model that was trained is better than the best simple means.",
    "Каждая обученная модель лучше лучшего из простых способов.",
    error=False,
    group=EVALUATION,
)
PROMOTIONS_KEPT = Check(
    "not_worse_than_champion",
    DECISIONS.name,
    "No new model is worse than the one in use.",
    "Ни одна новая модель не хуже той, что в работе.",
    error=False,
    group=EVALUATION,
)


def trained_check(model: str) -> Check:
    """The check that there was enough to learn from."""
    return Check(
        "enough_examples",
        SCORES.name,
        "There were enough examples to train and to measure the model.",
        "Примеров хватило, чтобы обучить и измерить модель.",
        error=False,
        group=model,
    )


def trained(card: Card) -> CheckResult:
    """Whether the model was trained; if not, how many examples there were."""
    return CheckResult(
        trained_check(card.model),
        card.status == TRAINED,
        card.reason.en or f"trained on {card.examples['train']} examples",
        {"train_examples": card.examples["train"], "test_units": card.examples["test"]},
    )


def beats_baseline(decisions: pa.Table) -> CheckResult:
    """Which of the trained models are no better than a baseline."""
    return _without(BEATS_BASELINE, decisions, NO_BETTER, "better than their baselines")


def promotions_kept(decisions: pa.Table) -> CheckResult:
    """Which new models are worse than their champions."""
    return _without(PROMOTIONS_KEPT, decisions, WORSE, "not worse than their champions")


def _without(check: Check, decisions: pa.Table, decision: str, good: str) -> CheckResult:
    bad = decisions.filter(pc.equal(decisions.column("decision").cast(pa.string()), decision))
    pairs = zip(bad.column("model").to_pylist(), bad.column("note_en").to_pylist(), strict=True)
    said = "; ".join(f"{model}: {note}" for model, note in pairs)
    return CheckResult(
        check,
        not bad.num_rows,
        said or f"models are {good}",
        {"models": decisions.num_rows, "failed": bad.num_rows},
        bad.select(["model", "experiment", "value", "baseline_value", "note_en"]),
    )
