"""A scrape answers whatever happens behind it, and asks no more often than it may."""

from __future__ import annotations

import threading
import time

from prometheus_client.core import Metric as Family

from cai_assets.defs.metrics.catalogue import INBOX_ENTRIES, INTAKE, UPLOADS
from cai_assets.defs.metrics.collector import PlatformCollector
from cai_assets.defs.metrics.samples import QUICK, SLOW, Gauges, Growing
from cai_assets_tests.defs.metrics.reading import value_in


class FakePart:
    """A part that fails or hangs when told to."""

    def __init__(self, lane: str = QUICK, every: float = 0.0) -> None:
        self.name, self.lane, self.every = INTAKE, lane, every
        self.growing = Growing(INTAKE)
        self.fault: Exception | None = None
        self.hold: threading.Event | None = None
        self.reads = 0

    def read(self) -> Gauges:
        self.reads += 1
        if self.hold is not None:
            self.hold.wait(10)
        if self.fault is not None:
            raise self.fault
        self.growing.add(UPLOADS, "accepted")
        gauges = Gauges()
        gauges.set(INBOX_ENTRIES, self.reads)
        return gauges


def scrape(collector: PlatformCollector) -> list[Family]:
    return list(collector.collect())


def test_a_part_that_cannot_be_read_is_counted_and_told_and_mends_itself() -> None:
    part = FakePart()
    collector = PlatformCollector([part])
    assert value_in(scrape(collector), "cai_inbox_entries") == 1
    part.fault = OSError("the disk is gone")
    families = scrape(collector)
    assert value_in(families, "cai_scrape_errors_total", part=INTAKE) == 1
    assert value_in(families, "cai_inbox_entries") is None
    assert value_in(families, "cai_uploads_total", result="accepted") == 1
    read_at = value_in(families, "cai_read_timestamp_seconds", part=INTAKE)
    assert read_at is not None and read_at <= time.time()
    part.fault = None
    families = scrape(collector)
    assert value_in(families, "cai_inbox_entries") == 3
    assert value_in(families, "cai_scrape_errors_total", part=INTAKE) == 1


def test_a_part_that_hangs_holds_up_no_scrape() -> None:
    part = FakePart()
    part.hold = threading.Event()
    collector = PlatformCollector([part], patience=0.2)
    began = time.monotonic()
    families = scrape(collector)
    assert time.monotonic() - began < 2
    assert value_in(families, "cai_inbox_entries") is None
    part.hold.set()
    assert collector.settle(5)
    assert value_in(scrape(collector), "cai_inbox_entries") is not None


def test_nobody_waits_for_a_slow_part() -> None:
    slow = FakePart(SLOW)
    slow.hold = threading.Event()
    collector = PlatformCollector([slow], patience=5)
    began = time.monotonic()
    scrape(collector)
    assert time.monotonic() - began < 2
    slow.hold.set()
    assert collector.settle(5)


def test_a_part_is_read_no_more_often_than_it_says() -> None:
    now = [0.0]
    part = FakePart(every=5.0)
    collector = PlatformCollector([part], clock=lambda: now[0])
    for _ in range(20):
        scrape(collector)
    assert part.reads == 1
    now[0] = 5.0
    scrape(collector)
    assert part.reads == 2


def test_scrapes_at_the_same_time_read_once() -> None:
    part = FakePart(every=100.0)
    collector = PlatformCollector([part])
    threads = [threading.Thread(target=scrape, args=(collector,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert part.reads == 1


def test_it_says_what_runs() -> None:
    (family,) = (one for one in scrape(PlatformCollector([])) if one.name == "cai_build_info")
    assert set(family.samples[0].labels) == {"version", "dagster", "python"}
