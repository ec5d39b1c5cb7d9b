"""A pod per step, started by the run's own pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from cai_assets.defs.scaling.missing import require_extra

if TYPE_CHECKING:
    from cai_assets.settings import Settings


def pod_steps(settings: Settings) -> dg.ExecutorDefinition:
    """The executor that starts up to `CAI_STEPS` pods of a run at a time.

    Image, namespace and environment are those of the run's pod, which Dagster's `K8sRunLauncher`
    started. Raises NotPrepared that says what is missing.
    """
    require_extra("kubernetes", "kubernetes", "dagster_k8s")
    from dagster_k8s import k8s_job_executor

    return k8s_job_executor.configured(
        {"max_concurrent": settings.steps, "enable_owner_references": True}, name="pod_steps"
    )
