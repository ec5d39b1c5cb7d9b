"""Names that are also used where what they name must not be imported: it is heavy."""

from __future__ import annotations

BUILD_CONFIGURATION = "build_configuration"
TRAIN_MODELS = "train_models"
CLEAN_UP = "clean_up"

AD_HOC = "__ASSET_JOB"
"""Dagster's own name of the job behind "Materialize" and behind automation."""

JOBS = (BUILD_CONFIGURATION, TRAIN_MODELS, CLEAN_UP, AD_HOC)

OPEN = "open_"
"""Metadata of the table of findings: `open_blocker`, `open_major` … say how many are open."""
