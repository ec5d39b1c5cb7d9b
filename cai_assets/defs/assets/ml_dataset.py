"""The dataset of an upload: tables, files for training language models, a card."""

from __future__ import annotations

from cai_assets.defs.assets.group import Group, Outcome, Work, group_asset
from cai_assets.defs.automation import RETRY, TRAINING_POOL, when_updated
from cai_assets.defs.progress import progress_log
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.knowledge.storage import write_text
from cai_assets.learning.dataset.build import READS, build
from cai_assets.learning.dataset.card import card
from cai_assets.learning.dataset.checks import CHECKS, run_checks
from cai_assets.learning.dataset.filters import Filters
from cai_assets.learning.dataset.jsonl import write
from cai_assets.learning.dataset.schema import FIGURES, GROUP, TABLES, TASKS
from cai_assets.settings import Settings

VERSION = "1"

_FILES, _CARD = "jsonl", "card.md"


def compute(work: Work) -> Outcome:
    """Build the dataset; write its files and its card beside its tables."""
    dataset = build(
        work.content,
        {group: work.tables(group) for group in READS},
        filters=filters(work.settings),
        workers=work.settings.workers,
        progress=progress_log(work.context.log.info),
    )
    stats = dataset.stats
    for file, reason in stats.problems:
        work.context.log.warning(f"{file}: {reason}")
    folder = work.snapshot.folder / GROUP
    written = write(dataset.tables[TASKS.name], folder / _FILES)
    page = card(dataset.tables[FIGURES.name], work.language)
    write_text(folder / _CARD, page)
    return Outcome(
        dataset.tables,
        {
            "routines": {
                "card": work.page(page),
                "seconds": round(sum(stats.seconds.values()), 3),
                "peak_memory_bytes": stats.peak_bytes,
            },
            TASKS.name: {
                "files": str(folder / _FILES),
                "examples": sum(file.lines for file in written),
            },
        },
        run_checks(dataset.tables, folder / _FILES, work.earlier_own(FIGURES.name)),
    )


def filters(settings: Settings) -> Filters:
    """What the settings let into the tasks."""
    licenses = [name.strip() for name in settings.dataset_licenses.split(",") if name.strip()]
    return Filters(
        vendor=settings.dataset_vendor,
        licenses=tuple("" if name == _NONE else name for name in licenses) or None,
    )


_NONE = "none"
"""In the setting: routines without a stated licence."""


ml_dataset = group_asset(
    Group(
        name=GROUP,
        tables=TABLES,
        version=VERSION,
        reads=READS,
        checks=CHECKS,
        description="Describes every routine: text, context, category, quality; and makes "
        "examples of them for training language models.",
        pool=TRAINING_POOL,
        retry=RETRY,
        automation=when_updated(PARSED),
    ),
    compute,
)
