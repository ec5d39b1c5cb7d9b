"""How the executor of a run and the workers talk: one configuration for both sides.

A worker acknowledges a step when it is done. If the worker dies before, the step is delivered to
another one: RabbitMQ sees the connection go; Redis does not, so there a step is leased and the
lease is renewed while the worker lives (`celery_worker.py`).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import dagster as dg

from cai_assets.defs.scaling.missing import NotPrepared, require_extra

if TYPE_CHECKING:
    from cai_assets.settings import Settings

_SCHEMES = {"redis": ("redis", "rediss"), "amqp": ("amqp", "amqps", "pyamqp")}
_RESULTS_SECONDS = 3600
"""What a step returns is fetched within a second; after this it is forgotten."""

_STEPS_PER_CHILD = 50
"""A process of a worker is replaced after so many steps, which bounds what it may hold."""


def celery_steps(settings: Settings) -> dg.ExecutorDefinition:
    """The executor that hands steps to workers. Raises NotPrepared that says what is missing."""
    arguments = app_arguments(settings)
    from dagster_celery import celery_executor

    # It makes its one task anew for each step it hands out.
    warnings.filterwarnings("ignore", message="Task name 'execute_plan' is already registered")
    return celery_executor.configured(arguments, name="celery_steps")


def app_arguments(settings: Settings) -> dict[str, Any]:
    """Broker, backend and configuration of the Celery application. Raises NotPrepared."""
    require_extra("celery", "celery", "dagster_celery")
    broker = settings.celery_broker.get_secret_value() if settings.celery_broker else ""
    kind = _kind(broker)
    if kind == "redis":
        require_extra("celery", "redis")
    backend = settings.celery_backend.get_secret_value() if settings.celery_backend else ""
    return {
        "broker": broker,
        "backend": backend or (broker if kind == "redis" else "rpc://"),
        "config_source": _configuration(settings, kind),
    }


def _kind(broker: str) -> str:
    scheme = broker.partition("://")[0]
    for kind, schemes in _SCHEMES.items():
        if scheme in schemes and "://" in broker:
            return kind
    # The address itself is not shown: it may hold a password.
    raise NotPrepared(
        "steps on Celery need CAI_CELERY_BROKER, the address of the broker, "
        "redis://host:6379/0 or amqp://user:password@host:5672//"
        + (f", it begins with {scheme}://" if "://" in broker else "")
    )


def _configuration(settings: Settings, kind: str) -> dict[str, Any]:
    lease = settings.celery_lease
    transport: dict[str, Any] = {"max_retries": 3, "interval_start": 0, "interval_step": 0.2}
    if kind == "redis":
        transport |= {
            "visibility_timeout": lease,
            "unacked_restore_interval": max(lease // 6, 1),
            "unacked_restore_throttle": 1,
        }
    return {
        "accept_content": ["json"],
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": transport,
        "result_expires": _RESULTS_SECONDS,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_track_started": True,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_concurrency": settings.steps,
        "worker_deduplicate_successful_tasks": True,
        "worker_hijack_root_logger": False,
        "worker_max_tasks_per_child": _STEPS_PER_CHILD,
        "worker_pool": "prefork",
        "worker_prefetch_multiplier": 1,
        "worker_send_task_events": False,
    }
