"""Jobs: what is materialized together for one configuration."""

from __future__ import annotations

from typing import Any

import dagster as dg

from cai_assets.defs.partitions import UPLOAD_TAG

BUILD_CONFIGURATION = "build_configuration"

GROUPS = (
    "parsed_configuration",
    "dependency_analysis",
    "architecture_analysis",
    "best_practices",
    "changes",
)
"""The groups of assets that an upload becomes."""


def build_configuration(executor: dg.ExecutorDefinition) -> Any:
    """Everything that one upload of a configuration becomes."""
    return dg.define_asset_job(
        BUILD_CONFIGURATION,
        selection=dg.AssetSelection.groups(*GROUPS),
        executor_def=executor,
        description=(
            "Main job: an upload of a configuration becomes checked tables, then analyses of "
            "them side by side. "
            f"The run's tag `{UPLOAD_TAG}` names the upload; without it the latest accepted "
            "one is taken."
        ),
    )
