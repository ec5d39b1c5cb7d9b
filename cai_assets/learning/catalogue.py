"""The five models in one list: training, evaluation, Dagster, the command line go over it."""

from __future__ import annotations

from typing import Any

from cai_assets.learning.model import Model
from cai_assets.learning.models import (
    classification,
    clustering,
    ranking,
    recommendation,
    regression,
)

MODELS: tuple[Model[Any], ...] = (
    classification.MODEL,
    regression.MODEL,
    clustering.MODEL,
    ranking.MODEL,
    recommendation.MODEL,
)
"""All models, in the order in which they are listed."""
