"""The git sensor: each new commit of the branches that `CAI_GIT` names becomes an upload.

It asks for no runs: the inbox sensor builds whatever was accepted, in order. Commits come no
faster than they are built, so that none is dropped before its turn.
"""

from __future__ import annotations

import time

import dagster as dg

from cai_assets.defs.resources import Uploads
from cai_assets.defs.sensors.inbox import upload_records
from cai_assets.defs.sensors.reconcile import GivenUp, Settled, plan
from cai_assets.intake.errors import Postponed
from cai_assets.intake.git.source import GitSource
from cai_assets.intake.git.taking import Look, Taking, ask, look
from cai_assets.intake.uploads import Upload
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.settings import Settings

GIT_SENSOR = "git"
COMMITS_PER_TICK = 10

_TICK_SECONDS = 35.0
"""No further commit is begun after this, no transfer is waited for; Dagster gives a tick 60 s."""

_FETCH_SECONDS = 20.0


def git_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor that watches the branches of the settings. On unless somebody stops it."""

    @dg.sensor(
        name=GIT_SENSOR,
        minimum_interval_seconds=settings.git_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Takes each new commit of the branches in CAI_GIT as an upload; the sensor of the "
            "inbox builds it."
        ),
    )
    def git(
        context: dg.SensorEvaluationContext,
        settings: dg.ResourceParam[Settings],
        uploads: dg.ResourceParam[Uploads],
        snapshots: dg.ResourceParam[Snapshots],
    ) -> dg.SkipReason:
        uploads.root.prepare()
        looks = _look_at_all(context, settings, uploads, snapshots)
        messages = [message for found in looks for message in found.messages]
        for message in messages:
            context.log.info(message)
        if any(found.error for found in looks):
            # All branches were looked at; the failed tick is what a person sees.
            raise dg.Failure("; ".join(messages))
        return dg.SkipReason("; ".join(messages) or "no new commits")

    return git


def _look_at_all(
    context: dg.SensorEvaluationContext,
    settings: Settings,
    uploads: Uploads,
    snapshots: Snapshots,
) -> list[Look]:
    deadline = time.monotonic() + _TICK_SECONDS
    looks = []
    for source, head in ask(settings.git_sources).items():
        waiting = unbuilt(source, context.instance, snapshots, uploads, settings.attempts)
        taking = Taking(
            uploads.root,
            settings.unpack_limits(),
            max(0, min(settings.keep_uploads - len(waiting), COMMITS_PER_TICK)),
            deadline,
            settings.git_newest_only,
        )
        try:
            looks.append(look(source, head, taking, _FETCH_SECONDS))
        except Postponed as reason:
            looks.append(Look(source, error=str(reason)))
            looks[-1].say(reason.text("en"))
    return looks


def unbuilt(
    source: GitSource,
    instance: dg.DagsterInstance,
    snapshots: Snapshots,
    uploads: Uploads,
    attempts: int,
) -> list[Upload]:
    """Uploads of a branch whose turn to be built has not come, or is not over.

    What is on disk tells most of it; Dagster is asked only about those not built yet.
    """
    kept = [upload for upload in uploads.since({}) if _is_of(upload, source)]
    current = {slug: snapshots.current(slug) for slug in {upload.slug for upload in kept}}
    newer = [
        upload
        for upload in kept
        if (built := current[upload.slug]) is None or upload.id > built.upload
    ]
    records = upload_records(instance, snapshots, newer, {})
    decisions = plan(records, max_attempts=attempts, cap=len(newer))
    over = {item.upload for item in decisions if isinstance(item, Settled | GivenUp)}
    return [upload for upload in newer if upload.id not in over]


def _is_of(upload: Upload, source: GitSource) -> bool:
    origin = upload.origin
    return (
        origin is not None
        and origin.kind == "git"
        and (origin.place, origin.folder) == (source.url, source.folder)
    )
