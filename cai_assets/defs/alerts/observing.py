"""What is wrong, as Dagster's history and the disk tell it: read into the book of problems.

Runs are read where they end, each once. A failed check counts with its run: whether it blocks or
its severity is an error. How old results are, and what waits for how long, is looked at anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import dagster as dg
from dagster._core.scheduler.instigation import TickStatus

from cai_assets.defs.alerts.book import Book, Weight
from cai_assets.defs.automation import STALE
from cai_assets.defs.keys import table_key
from cai_assets.defs.names import AD_HOC, BUILD_CONFIGURATION, TRAIN_MODELS
from cai_assets.defs.partitions import PARTITION_TAG
from cai_assets.defs.run import first_failure
from cai_assets.defs.sensors.reconcile import GivenUp
from cai_assets.intake.quarantine import REASON_SUFFIX
from cai_assets.intake.uploads import DataRoot, Upload
from cai_assets.learning.schema import EVALUATION
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    from cai_assets.knowledge.snapshots import Snapshots

RUN, CHECK, GIVEN_UP, WAITING, MODELS, TICK = (
    "run", "check", "given up", "waiting", "models", "tick",
)  # fmt: skip
"""Kinds of problems; the key of one begins with its kind."""

MOST_RUNS = 50
FAILED_TICKS = 3
"""So many failed ticks in a row are a problem; one may be a server that was started anew."""

_LONGEST_REASON = 300
_DONE = [TickStatus.SUCCESS, TickStatus.SKIPPED, TickStatus.FAILURE]
_ENDS: tuple[Literal[dg.DagsterEventType.RUN_FAILURE], Literal[dg.DagsterEventType.RUN_SUCCESS]] = (
    dg.DagsterEventType.RUN_FAILURE,
    dg.DagsterEventType.RUN_SUCCESS,
)


@dataclass(frozen=True, slots=True)
class Words:
    """How problems are told: in a language, with links into the web page if its address is known.

    `names` are the names of configurations by slug.
    """

    say: Messages
    ui_url: str
    names: dict[str, str]

    def name(self, slug: str) -> str:
        """What people call a configuration."""
        return self.names.get(slug, slug)

    def run(self, run_id: str) -> str:
        """The link to a run, or its id."""
        return f"{self.ui_url.rstrip('/')}/runs/{run_id}" if self.ui_url else f"run {run_id}"

    def partition(self, slug: str, key: dg.AssetKey) -> str:
        """The link to an asset of a configuration; empty if the address is not known."""
        if not self.ui_url:
            return ""
        path = "/".join(quote(part) for part in key.path)
        return f"{self.ui_url.rstrip('/')}/assets/{path}?partition={quote(slug)}"

    def job(self, job: str) -> str:
        """What a job does, in words."""
        known = {
            BUILD_CONFIGURATION: M.ALERT_JOB_BUILD,
            TRAIN_MODELS: M.ALERT_JOB_TRAIN,
            AD_HOC: M.ALERT_JOB_AD_HOC,
        }
        return self.say(known[job]) if job in known else self.say(M.ALERT_JOB_OTHER, job=job)


def one_line(*parts: str) -> str:
    """Parts as one line."""
    return " — ".join(filter(None, (" ".join(part.split()) for part in parts)))


# --- runs -----------------------------------------------------------------------------------


def newest_event(instance: dg.DagsterInstance) -> int:
    """The place in the history from which runs are read on."""
    found = (instance.fetch_run_status_changes(kind, limit=1).records for kind in _ENDS)
    return max((records[0].storage_id for records in found if records), default=0)


def ended_runs(instance: dg.DagsterInstance, after: int) -> list[dg.EventLogRecord]:
    """How runs ended after that place, in order; at most `MOST_RUNS` of them."""
    records = [
        record
        for kind in _ENDS
        for record in instance.fetch_run_status_changes(
            dg.RunStatusChangeRecordsFilter(kind, after_storage_id=after),
            limit=MOST_RUNS,
            ascending=True,
        ).records
    ]
    # Of one kind there may be more behind the last one that was read of the other.
    return sorted(records, key=lambda record: record.storage_id)[:MOST_RUNS]


def observe_run(
    instance: dg.DagsterInstance, record: dg.EventLogRecord, book: Book, words: Words, now: float
) -> None:
    """Put into the book how a run ended, and how its checks came out."""
    run = instance.get_run_by_id(record.run_id)
    if run is None:  # cleaned up meanwhile
        return
    slug = run.tags.get(PARTITION_TAG, "")
    key = f"{RUN}/{run.job_name}/{slug}"
    event = record.event_log_entry.dagster_event
    if event is not None and event.event_type is dg.DagsterEventType.RUN_FAILURE:
        reason = failure_reason(instance, run.run_id) or (event.message or "")
        shown = reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON] + "…"
        what = words.say(M.ALERT_RUN_FAILED, what=words.job(run.job_name))
        line = one_line(words.name(slug), what, shown, words.run(run.run_id))
        over = one_line(words.name(slug), words.say(M.ALERT_RUN_WELL, what=words.job(run.job_name)))
        book.wrong(key, line, over, now)
    else:
        book.well(key, now)
    for check in _checks(instance, run.run_id):
        _observe_check(check, slug, run.run_id, book, words, now)


def failure_reason(instance: dg.DagsterInstance, run_id: str) -> str:
    """What a step of ours raised first, else why the run could not be started; empty if unknown."""
    failures = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    events = (entry.dagster_event for entry in failures)
    text = first_failure(event for event in events if event is not None)
    if not text:
        for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
            event = entry.dagster_event
            error = None if event is None else event.engine_event_data.error
            text = error.message if error is not None else text
    return text.strip().split("\n", 1)[0]


def _checks(instance: dg.DagsterInstance, run_id: str) -> Iterator[dg.AssetCheckEvaluation]:
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        if entry.dagster_event is not None:
            yield entry.dagster_event.asset_check_evaluation_data


def _observe_check(
    check: dg.AssetCheckEvaluation, slug: str, run_id: str, book: Book, words: Words, now: float
) -> None:
    name = f"{check.asset_key.to_user_string()}: {check.check_name}"
    key = f"{CHECK}/{slug}/{name}"
    if check.passed:
        book.well(key, now)
    elif check.blocking or check.severity is dg.AssetCheckSeverity.ERROR:
        kind = M.ALERT_BLOCKING_CHECK_FAILED if check.blocking else M.ALERT_CHECK_FAILED
        said = (check.description or "")[:_LONGEST_REASON]
        book.wrong(
            key,
            one_line(words.name(slug), words.say(kind, check=name), said, words.run(run_id)),
            one_line(words.name(slug), words.say(M.ALERT_CHECK_WELL, check=name)),
            now,
        )


# --- what waits, what is old ----------------------------------------------------------------


def observe_given_up(given_up: Sequence[GivenUp], book: Book, words: Words, now: float) -> None:
    """Uploads on which the inbox sensor has given up."""
    keys = []
    for item in given_up:
        key = f"{GIVEN_UP}/{item.partition}"
        keys.append(key)
        link = words.partition(item.partition, table_key("projects"))
        line = words.say(M.ALERT_GIVEN_UP, upload=item.upload, reason=item.reason)
        book.wrong(
            key,
            one_line(words.name(item.partition), line, link),
            one_line(words.name(item.partition), words.say(M.ALERT_BUILT)),
            now,
            reminded=True,
        )
    book.only(GIVEN_UP, keys, now)


def observe_waiting(
    latest: Sequence[Upload],
    snapshots: Snapshots,
    hours: float,
    book: Book,
    words: Words,
    now: float,
) -> None:
    """Configurations whose newest upload has no tables `hours` after it came."""
    keys = []
    for upload in latest:
        age = (now - datetime.fromisoformat(upload.received).timestamp()) / 3600
        if age < hours or snapshots.is_complete(upload.slug, upload.id):
            continue
        key = f"{WAITING}/{upload.slug}"
        keys.append(key)
        link = words.partition(upload.slug, table_key("projects"))
        line = words.say(M.ALERT_WAITING, upload=upload.id, hours=int(age))
        book.wrong(
            key,
            one_line(words.name(upload.slug), line, link),
            one_line(words.name(upload.slug), words.say(M.ALERT_BUILT)),
            now,
            weight=Weight.WARNING,
            reminded=True,
        )
    book.only(WAITING, keys, now)


def observe_models(
    instance: dg.DagsterInstance, snapshots: Snapshots, book: Book, words: Words, now: float
) -> None:
    """Configurations whose models were not compared within the window of their freshness."""
    limit = STALE.total_seconds()
    asset = table_key("decisions", EVALUATION)
    keys = []
    for slug in snapshots.configurations():
        found = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=asset, asset_partitions=[slug]), limit=1
        ).records
        when = found[0].timestamp if found else _built(snapshots, slug, now)
        if now - when < limit:
            continue
        key = f"{MODELS}/{slug}"
        keys.append(key)
        line = words.say(M.ALERT_MODELS_STALE, hours=int((now - when) / 3600))
        book.wrong(
            key,
            one_line(words.name(slug), line, words.partition(slug, asset)),
            one_line(words.name(slug), words.say(M.ALERT_MODELS_WELL)),
            now,
            weight=Weight.WARNING,
            reminded=True,
        )
    book.only(MODELS, keys, now)


def _built(snapshots: Snapshots, slug: str, now: float) -> float:
    """When the tables were first there that models could be made of."""
    uploads = snapshots.uploads(slug)
    if not uploads:
        return now
    published = str(snapshots.read(slug, uploads[0]).info.get("published", ""))
    return datetime.fromisoformat(published).timestamp() if published else now


def observe_ticks(instance: dg.DagsterInstance, book: Book, words: Words, now: float) -> None:
    """Sensors and schedules that only fail: the inbox is away, a git server does not answer."""
    if instance.schedule_storage is None:  # a history in memory
        return
    keys = []
    for state in instance.all_instigator_state():
        ticks = instance.get_ticks(
            state.instigator_origin_id, state.selector_id, limit=FAILED_TICKS, statuses=_DONE
        )
        if len(ticks) < FAILED_TICKS or any(
            tick.status is not TickStatus.FAILURE for tick in ticks
        ):
            continue
        key = f"{TICK}/{state.instigator_name}"
        keys.append(key)
        said = (ticks[0].error.message if ticks[0].error else "").strip()[:_LONGEST_REASON]
        line = words.say(M.ALERT_TICKS_FAIL, name=state.instigator_name)
        book.wrong(
            key,
            one_line(line, said),
            one_line(words.say(M.ALERT_TICKS_WELL, name=state.instigator_name)),
            now,
            reminded=True,
        )
    book.only(TICK, keys, now)


def observe_refused(root: DataRoot, since: float, book: Book, words: Words, now: float) -> None:
    """What went to quarantine after `since`. It is told once and has no end."""
    place = 0 if words.say.language == "ru" else 1
    for reason in sorted(root.quarantine.glob(f"*{REASON_SUFFIX}")):
        try:
            if not since < reason.stat().st_mtime <= now:
                continue
            text = reason.read_text("utf-8", "replace").split("\n\n")
        except OSError:  # cleaned up meanwhile
            continue
        name = reason.name.removesuffix(REASON_SUFFIX)
        said = text[place] if len(text) > 1 else text[0]
        line = one_line(words.say(M.ALERT_REFUSED, name=name), said[: 2 * _LONGEST_REASON])
        book.tell(line, Weight.WARNING)
