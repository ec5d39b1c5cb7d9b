"""When what is learned is made again: conditions, pools and retries, each in one place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dagster as dg

TRAINING_POOL = "training"
"""Steps that may use a core and a gigabyte for a minute; `dagster.yaml` says how many at once."""

RETRY = dg.RetryPolicy(
    max_retries=2, delay=10, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
"""For what a second try may mend: memory that was short, a file that somebody held."""

STALE, LATE = timedelta(hours=50), timedelta(hours=26)
FRESH = dg.FreshnessPolicy.time_window(fail_window=STALE, warn_window=LATE)
"""Models are compared every night: a day later is late, two days later is stale."""


def when_updated(*groups: str) -> dg.AutomationCondition[Any]:
    """Made again when what `groups` give is made anew, and once where it is missing.

    Unlike `eager()` this also takes partitions that were missing before the condition was first
    looked at. It waits for what is in progress and does not start without all it reads.
    """
    condition = dg.AutomationCondition
    updated = condition.any_deps_updated().allow(dg.AssetSelection.groups(*groups))
    missing = condition.newly_missing() | (condition.missing() & condition.initial_evaluation())
    # Not `since_last_handled()`: it forgets what was so at the first look.
    handled = condition.newly_requested() | condition.newly_updated()
    return (
        (updated | missing).since(handled)
        & ~condition.any_deps_missing()
        & ~condition.any_deps_in_progress()
        & ~condition.in_progress()
    ).with_label(f"when {', '.join(groups)} changed")


def automation_sensor() -> dg.AutomationConditionSensorDefinition:
    """The sensor that looks at the conditions; on unless somebody stops it."""
    return dg.AutomationConditionSensorDefinition(
        "retrain_when_changed",
        target=dg.AssetSelection.all(),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Makes the dataset and trains the models when an upload has changed them.",
    )
