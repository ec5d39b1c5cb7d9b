"""Jobs: what is materialized together for one configuration."""

from __future__ import annotations

from typing import Any

import dagster as dg

from cai_assets.defs import names
from cai_assets.defs.partitions import UPLOAD_TAG
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.dataset.schema import GROUP as DATASET
from cai_assets.learning.schema import CLEANUP, EVALUATION
from cai_assets.site.schema import GROUP as DOCUMENTATION

BUILD_CONFIGURATION = names.BUILD_CONFIGURATION
TRAIN_MODELS = names.TRAIN_MODELS

GROUPS = (
    "parsed_configuration",
    "dependency_analysis",
    "architecture_analysis",
    "best_practices",
    "changes",
)
"""The groups of assets that an upload becomes at once, before its documentation."""

LEARNED_GROUPS = (DATASET, *(model.name for model in MODELS), EVALUATION, CLEANUP)
"""The groups that are learned from an upload afterwards, and every night."""


def build_configuration(executor: dg.ExecutorDefinition) -> Any:
    """Everything that one upload of a configuration becomes at once."""
    return dg.define_asset_job(
        BUILD_CONFIGURATION,
        selection=dg.AssetSelection.groups(*GROUPS, DOCUMENTATION),
        executor_def=executor,
        description=(
            "Main job: an upload of a configuration becomes checked tables, then analyses of "
            "them side by side, then a documentation site. "
            f"The run's tag `{UPLOAD_TAG}` names the upload; without it the latest accepted "
            "one is taken."
        ),
    )


def train_models(executor: dg.ExecutorDefinition) -> Any:
    """The dataset, the models side by side, their evaluation, clean-up."""
    return dg.define_asset_job(
        TRAIN_MODELS,
        selection=dg.AssetSelection.groups(*LEARNED_GROUPS, DOCUMENTATION),
        executor_def=executor,
        description=(
            "Learns from the current tables of a configuration: dataset, five models side by "
            "side, evaluation against the champions, clean-up, then the documentation that shows "
            "them. What has not changed is not trained anew."
        ),
    )
