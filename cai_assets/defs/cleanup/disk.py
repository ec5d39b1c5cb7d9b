"""Files that nobody needs any more: uploads and tables beyond their number, and leftovers."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from functools import partial
from pathlib import Path

import dagster as dg

from cai_assets.defs.partitions import PARTITION_TAG, UPLOAD_TAG
from cai_assets.defs.resources import Uploads
from cai_assets.defs.sensors.inbox import upload_records
from cai_assets.defs.sensors.reconcile import GivenUp, Settled, plan
from cai_assets.intake.files import remove_tree
from cai_assets.intake.git.command import GitError
from cai_assets.intake.git.mirror import Mirror, MirrorBusy
from cai_assets.intake.git.source import GitSource
from cai_assets.intake.git.taking import mirrors_of
from cai_assets.intake.patience import patiently
from cai_assets.intake.uploads import DataRoot, list_uploads, slugs
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.cleanup import REMOVED, clean_up
from cai_assets.learning.registry import Registry

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def in_use(instance: dg.DagsterInstance) -> set[tuple[str, str]]:
    """(Configuration, upload) that a run under way is about."""
    runs = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
    return {
        (run.tags[PARTITION_TAG], run.tags[UPLOAD_TAG])
        for run in runs
        if PARTITION_TAG in run.tags and UPLOAD_TAG in run.tags
    }


def not_built(snapshots: Snapshots, uploads: Uploads) -> set[tuple[str, str]]:
    """(Configuration, upload) newer than all that is built of the configuration."""
    found = set()
    for slug in slugs(uploads.root):
        current = snapshots.current(slug)
        found |= {
            (slug, upload.id)
            for upload in uploads.since({}, slug)
            if current is None or upload.id > current.upload
        }
    return found


def prune_uploads(
    instance: dg.DagsterInstance,
    snapshots: Snapshots,
    uploads: Uploads,
    keep: int,
    attempts: int,
) -> tuple[int, int]:
    """Remove uploads beyond the newest `keep` of each configuration; how many, and of tables.

    Those that are built next, that a run is about and that is current stay. Uploads that were
    given up count like any other: a configuration that never builds fills no disk.
    """
    used = in_use(instance)
    sources = tables = 0
    for slug in slugs(uploads.root):
        current = snapshots.current(slug)
        newer = [
            upload
            for upload in uploads.since({}, slug)
            if current is None or upload.id > current.upload
        ]
        records = upload_records(instance, snapshots, newer, {})
        decisions = plan(records, max_attempts=attempts, cap=len(newer))
        over = {item.upload for item in decisions if isinstance(item, Settled | GivenUp)}
        protect = {upload.id for upload in newer} - over
        protect |= {upload for name, upload in used if name == slug}
        if current is not None:
            protect.add(current.upload)
        tables += len(snapshots.prune(slug, keep, protect))
        sources += len(patiently(partial(uploads.prune, slug, keep, protect)))
        kept = {upload.id for upload in list_uploads(uploads.root, slug)}
        tables += len(snapshots.prune_broken(slug, kept | protect))
    return sources, tables


def prune_experiments(models: Path, configurations: Collection[str], keep: int) -> int:
    """Remove experiments beyond the newest `keep` of each model and its champion; how many."""
    registry, names = Registry(models), [model.name for model in MODELS]
    statuses = [
        status
        for configuration in configurations
        for status in clean_up(registry, configuration, names, keep).column("status").to_pylist()
    ]
    return statuses.count(REMOVED)


def tidy_mirrors(root: DataRoot, sources: Collection[GitSource]) -> tuple[int, list[str]]:
    """Remove mirrors of branches that are no longer watched and pack the others.

    How many were removed, and a sentence on each that could not be packed.
    """
    base = mirrors_of(root)
    mirrors = {source.mirror_name: Mirror.of(source, base) for source in sources}
    removed, problems = 0, []
    with contextlib.suppress(FileNotFoundError):
        for folder in sorted(base.iterdir()):
            if folder.name not in mirrors:
                remove_tree(folder)
                removed += 1
    for name, mirror in mirrors.items():
        if not (base / name).is_dir():
            continue
        try:
            # One that is being fetched into is packed in another night.
            with contextlib.suppress(MirrorBusy), mirror.lock():
                mirror.tidy_up()
        except GitError as error:
            problems.append(f"{mirror.source.shown}: {error}")
    return removed, problems
