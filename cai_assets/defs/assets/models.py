"""The five models, a step each; then which of them are champions, and clean-up.

Each step trains one model on the tables of an upload and measures it with the champion and the
baselines. All of them can run side by side; nothing here knows how a model works.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from cai_assets.defs.assets.group import Group, Outcome, Work, group_asset
from cai_assets.defs.automation import FRESH, RETRY, TRAINING_POOL, when_updated
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.cleanup import clean_up
from cai_assets.learning.dataset.schema import GROUP as DATASET
from cai_assets.learning.evaluation import evaluate
from cai_assets.learning.gates import (
    BEATS_BASELINE,
    PROMOTIONS_KEPT,
    beats_baseline,
    promotions_kept,
    trained,
    trained_check,
)
from cai_assets.learning.model import Model
from cai_assets.learning.registry import Registry
from cai_assets.learning.report import comparison, metadata_of, model_card
from cai_assets.learning.schema import (
    CLEANUP,
    CLEANUP_TABLES,
    EVALUATION,
    EVALUATION_TABLES,
    EXPERIMENTS,
    RESULTS,
    SCORES,
)
from cai_assets.learning.training import Place, tables_of, train_model

VERSION = "1"

_MEASURED = [SCORES.name, RESULTS.name]
_ANEW = "anew"


def _model_asset(model: Model[Any]) -> dg.AssetsDefinition:
    def compute(work: Work) -> Outcome:
        training = train_model(
            model,
            {group: work.tables(group) for group in model.reads},
            Registry(work.settings.models),
            Place(work.configuration, work.snapshot.upload),
            earlier=work.own(),
            anew=work.context.op_config[_ANEW],
            language=work.language,
        )
        for note in training.notes:
            work.context.log.warning(note.en)
        card = work.page(model_card(model, training, work.language))
        return Outcome(
            training.tables,
            {SCORES.name: {"card": card, **metadata_of(training)}},
            [trained(training.card)],
        )

    return group_asset(
        Group(
            name=model.name,
            tables=tables_of(model),
            version=model.version,
            reads=model.reads,
            checks=(trained_check(model.name),),
            description=model.question.en,
            kinds=frozenset({"1c", "scikitlearn"}),
            config={
                _ANEW: dg.Field(
                    bool, default_value=False, description="Train also if nothing has changed"
                )
            },
            pool=TRAINING_POOL,
            retry=RETRY,
            # A model that does not read the dataset learns from the tables themselves.
            automation=when_updated(DATASET if DATASET in model.reads else PARSED),
        ),
        compute,
    )


def _evaluate(work: Work) -> Outcome:
    """Decide about the champions."""
    history = work.own("history") or work.earlier_own("history")
    found = evaluate(
        MODELS,
        {model.name: work.tables(model.name) for model in MODELS},
        Registry(work.settings.models),
        work.configuration,
        work.snapshot.upload,
        history["history"] if history else None,
    )
    page = work.page(comparison(MODELS, found["decisions"], found["history"], work.language))
    return Outcome(
        found,
        {"decisions": {"report": page}},
        [beats_baseline(found["decisions"]), promotions_kept(found["decisions"])],
    )


def _clean_up(work: Work) -> Outcome:
    """Remove the experiments that nobody needs."""
    found = clean_up(
        Registry(work.settings.models),
        work.configuration,
        [model.name for model in MODELS],
        work.settings.keep_experiments,
    )
    statuses = found.column("status").to_pylist()
    return Outcome(
        {EXPERIMENTS.name: found},
        {EXPERIMENTS.name: {name: statuses.count(name) for name in ("kept", "removed")}},
    )


model_assets = [_model_asset(model) for model in MODELS]

model_evaluation = group_asset(
    Group(
        name=EVALUATION,
        tables=EVALUATION_TABLES,
        version=VERSION,
        reads={model.name: _MEASURED for model in MODELS},
        checks=(BEATS_BASELINE, PROMOTIONS_KEPT),
        description="Compares each new model with the champion and the baselines; promotes it "
        "if it is better than these and not worse than that.",
        retry=RETRY,
        automation=when_updated(*(model.name for model in MODELS)),
        freshness=FRESH,
    ),
    _evaluate,
)

experiment_cleanup = group_asset(
    Group(
        name=CLEANUP,
        tables=CLEANUP_TABLES,
        version=VERSION,
        reads={EVALUATION: ["decisions"]},
        description="Keeps the champion and the last experiments of each model.",
        automation=when_updated(EVALUATION),
    ),
    _clean_up,
)
