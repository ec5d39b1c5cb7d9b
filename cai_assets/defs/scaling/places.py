"""What a step needs of the machine that takes it, said in tags; other executors ignore them.

The figures are those of `docs/benchmarks.md` and `docs/models.md` for a million lines of code,
rounded up: a request is what such a step was seen to use, a limit twice that.
"""

from __future__ import annotations

from typing import Any

QUEUE, TRAINING_QUEUE = "dagster", "training"
"""Queues of Celery: of all steps, and of those that learn. The first is dagster-celery's own."""

QUEUES = (QUEUE, TRAINING_QUEUE)

_QUEUE_TAG = "dagster-celery/queue"
_POD_TAG = "dagster-k8s/config"


def step_tags(*, learns: bool = False) -> dict[str, Any]:
    """Tags of a step; `learns`: it may use gigabytes for minutes."""
    return {
        _QUEUE_TAG: TRAINING_QUEUE if learns else QUEUE,
        _POD_TAG: {"container_config": {"resources": _pod("2Gi", "4Gi") if learns else _pod()}},
    }


def _pod(request: str = "1536Mi", limit: str = "3Gi") -> dict[str, dict[str, str]]:
    # No limit of processors: one that nobody else needs may as well be used.
    return {"requests": {"cpu": "1", "memory": request}, "limits": {"memory": limit}}
