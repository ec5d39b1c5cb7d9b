"""The sensor of an inbox in an object store: what lies below `CAI_INBOX_URL` becomes uploads.

It asks for no runs: the inbox sensor builds whatever was accepted, in order.
"""

from __future__ import annotations

import time

import dagster as dg

from cai_assets.defs.resources import Uploads
from cai_assets.intake.store_inbox import Prefix, Store, visit
from cai_assets.knowledge.storage import place
from cai_assets.settings import Settings

STORE_SENSOR = "inbox_in_store"
INTERVAL_SECONDS = 30

_TICK_SECONDS = 30.0
"""Nothing more is fetched or begun after this; Dagster gives a tick 60 s."""


def store_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor that looks at the store. On unless somebody stops it.

    Raises ValueError if `CAI_INBOX_URL` cannot be used.
    """
    prefix = prefix_of(settings)

    @dg.sensor(
        name=STORE_SENSOR,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            f"Takes archives below {prefix.url}; the sensor of the inbox builds their "
            "configuration. What cannot be taken goes to quarantine there, with the reason."
        ),
    )
    def inbox_in_store(
        context: dg.SensorEvaluationContext,
        settings: dg.ResourceParam[Settings],
        uploads: dg.ResourceParam[Uploads],
    ) -> dg.SensorResult:
        uploads.root.prepare()
        store = Store(
            prefix,
            uploads.root,
            settings.unpack_limits(),
            settings.inbox_accepted,
            time.monotonic() + _TICK_SECONDS,
        )
        # A store that cannot be listed raises: the tick fails, where an empty one would pass.
        done = visit(store, context.cursor, settings.settle_seconds, time.time())
        for message in done.messages:
            context.log.info(message)
        return dg.SensorResult(
            skip_reason="; ".join(done.messages) or "nothing is there", cursor=done.cursor
        )

    return inbox_in_store


def prefix_of(settings: Settings) -> Prefix:
    """The place that `CAI_INBOX_URL` names. Raises ValueError that says what is wrong with it."""
    try:
        path = place(settings.inbox_url, settings.s3_endpoint)
        if "://" not in settings.inbox_url:
            raise ValueError("use s3://bucket/prefix")
    except ValueError as error:
        raise ValueError(f"CAI_INBOX_URL: {error}") from error
    files = getattr(path, "fs")  # noqa: B009 - of a remote place only
    return Prefix(files, str(getattr(path, "path", path)).rstrip("/"), settings.inbox_url)
