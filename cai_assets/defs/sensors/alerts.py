"""The sensor that tells people what went wrong, and that it is well again.

It keeps what it has told in its cursor: a message that did not arrive is tried again in a later
tick, and a tick that is cut off repeats itself at worst. Where messages go is up to `CAI_ALERTS`.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

import dagster as dg

from cai_assets.defs.alerts.book import Book
from cai_assets.defs.alerts.delivery import Delivery
from cai_assets.defs.alerts.observing import (
    Words,
    ended_runs,
    newest_event,
    observe_given_up,
    observe_models,
    observe_refused,
    observe_run,
    observe_ticks,
    observe_waiting,
)
from cai_assets.defs.alerts.outbox import Outbox, parse_targets
from cai_assets.defs.resources import Uploads
from cai_assets.defs.sensors.inbox import RUNS_PER_TICK, upload_records
from cai_assets.defs.sensors.reconcile import GivenUp, news, plan, settled
from cai_assets.intake.uploads import known_names
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.messages import Messages
from cai_assets.settings import Settings

ALERTS_SENSOR = "alerts"
INTERVAL_SECONDS = 30
SLOW_SECONDS = 600.0
"""How often it is looked at what grows old: that takes queries for each configuration."""

_RUN_SECONDS = 20.0
"""No further run is read after this; Dagster gives a tick 60 s, and delivery takes up to 30."""


@dataclass(slots=True)
class Memory:
    """What the sensor keeps from tick to tick; times are in epoch seconds."""

    after: int
    """The place in the history up to which runs were read."""
    refused: float
    """When the quarantine was last looked at."""
    slow: float = 0.0
    """When it was last looked at what grows old."""
    settled: dict[str, str] = field(default_factory=dict)
    book: Book = field(default_factory=Book)
    outbox: Outbox = field(default_factory=Outbox)

    @classmethod
    def parse(cls, text: str | None) -> Memory | None:
        """The memory in a cursor; None if there is none that can be read."""
        try:
            data = json.loads(text or "")
            return cls(
                int(data["after"]),
                float(data["refused"]),
                float(data["slow"]),
                dict(data["settled"]),
                Book.from_json(data["book"]),
                Outbox.from_json(data["outbox"]),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def text(self) -> str:
        """The memory as Dagster keeps it."""
        data = {
            "after": self.after,
            "refused": self.refused,
            "slow": self.slow,
            "settled": self.settled,
            "book": self.book.to_json(),
            "outbox": self.outbox.to_json(),
        }
        return json.dumps(data, ensure_ascii=False)


def alerts_sensor(settings: Settings) -> dg.SensorDefinition:
    """The sensor that sends alerts. On unless somebody stops it.

    Raises ValueError if `CAI_ALERTS` cannot be read.
    """
    targets = parse_targets(settings.alerts.get_secret_value())

    @dg.sensor(
        name=ALERTS_SENSOR,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=(
            "Tells the addresses in CAI_ALERTS of failed runs and checks, uploads given up or "
            "refused, and results that grow old."
        ),
    )
    def alerts(
        context: dg.SensorEvaluationContext,
        settings: dg.ResourceParam[Settings],
        uploads: dg.ResourceParam[Uploads],
        snapshots: dg.ResourceParam[Snapshots],
    ) -> dg.SensorResult:
        uploads.root.prepare()
        now = time.time()
        memory = Memory.parse(context.cursor)
        if memory is None:
            # What happened before alerts were set up is not told.
            memory = Memory(newest_event(context.instance), now)
        look(context.instance, settings, uploads, snapshots, memory, now)
        notices = memory.book.due(now)
        say = Messages(settings.lang or "ru")
        missed = memory.outbox.send(notices, targets, now, Delivery(say))
        for sentence in missed:
            context.log.warning(sentence)
        told = [notice.line for notice in notices]
        return dg.SensorResult(
            skip_reason="; ".join([*told, *missed]) or "nothing to tell", cursor=memory.text()
        )

    return alerts


def look(
    instance: dg.DagsterInstance,
    settings: Settings,
    uploads: Uploads,
    snapshots: Snapshots,
    memory: Memory,
    now: float,
) -> None:
    """Bring the book up to what is wrong at this moment."""
    root, book = uploads.root, memory.book
    words = Words(Messages(settings.lang or "ru"), settings.ui_url, known_names(root))
    deadline = time.monotonic() + _RUN_SECONDS
    for record in ended_runs(instance, memory.after):
        if time.monotonic() > deadline:
            break
        observe_run(instance, record, book, words, now)
        memory.after = record.storage_id
    observe_refused(root, memory.refused, book, words, now)
    memory.refused = now

    records = upload_records(instance, snapshots, uploads.since(memory.settled), memory.settled)
    decisions = plan(records, max_attempts=settings.attempts, cap=RUNS_PER_TICK)
    memory.settled = settled(decisions)
    given_up = [item for item in news(decisions) if isinstance(item, GivenUp)]
    observe_given_up(given_up, book, words, now)
    if not 0 <= now - memory.slow < SLOW_SECONDS:
        memory.slow = now
        observe_waiting(uploads.latest(), snapshots, settings.stale_hours, book, words, now)
        observe_models(instance, snapshots, book, words, now)
        observe_ticks(instance, book, words, now)
