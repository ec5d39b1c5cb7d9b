"""One daemon works at a time, and sensors go on when the clock is set back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
)

from cai_assets.defs.daemon import FolderPlace, Place, mend_ticks, place_of, wait_for, watch

NOW = 1_000_000.0


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as opened:
        yield opened


def add_state(
    instance: dg.DagsterInstance, name: str, data: SensorInstigatorData | ScheduleInstigatorData
) -> None:
    code = RegisteredCodeLocationOrigin("cai_assets")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(code, "__repository__"), name)
    sensor = isinstance(data, SensorInstigatorData)
    kind = InstigatorType.SENSOR if sensor else InstigatorType.SCHEDULE
    instance.add_instigator_state(InstigatorState(origin, kind, InstigatorStatus.RUNNING, data))


def ticks(instance: dg.DagsterInstance) -> dict[str, object]:
    return {state.name: state.instigator_data for state in instance.all_instigator_state()}


def test_a_sensor_that_last_ticked_in_the_future_is_looked_at_now(
    instance: dg.DagsterInstance,
) -> None:
    hour = SensorInstigatorData(NOW + 3600, "key", 5, "cursor", NOW + 3601, 3.0)
    fine = SensorInstigatorData(NOW - 5, None, 5, "other", NOW - 4)
    daily = ScheduleInstigatorData("0 2 * * *", NOW + 3600)
    for name, data in (("ahead", hour), ("fine", fine), ("daily", daily), ("new", None)):
        add_state(instance, name, data or SensorInstigatorData())
    assert mend_ticks(instance, NOW) == ["ahead"]
    assert ticks(instance) == {
        "ahead": SensorInstigatorData(NOW, "key", 5, "cursor", NOW, 3.0),
        "fine": fine,
        "daily": daily,
        "new": SensorInstigatorData(),
    }
    assert mend_ticks(instance, NOW) == []


def test_clocks_of_two_machines_may_differ_a_little(instance: dg.DagsterInstance) -> None:
    add_state(instance, "near", SensorInstigatorData(NOW + 30, last_tick_start_timestamp=NOW + 31))
    assert mend_ticks(instance, NOW) == []


def test_a_second_daemon_waits_says_so_once_and_takes_over(tmp_path: Path) -> None:
    first, second = FolderPlace(tmp_path), FolderPlace(tmp_path)
    assert first.take()
    said: list[str] = []

    class Second(FolderPlace):
        tries = 0

        def take(self) -> bool:
            self.tries += 1
            if self.tries == 3:
                first.leave()
            return second.take()

    wait_for(Second(tmp_path), said.append, pause=0.0)
    assert len(said) == 2
    assert "another daemon works on this history" in said[0]
    assert not first.take()
    second.leave()


def test_the_place_of_a_history_in_files_lies_beside_it(instance: dg.DagsterInstance) -> None:
    place = place_of(instance)
    assert isinstance(place, FolderPlace)
    assert place.take()
    assert not FolderPlace(Path(instance.root_directory)).take()
    place.leave()


def test_a_daemon_whose_place_was_taken_ends(instance: dg.DagsterInstance) -> None:
    class Lost:
        def take(self) -> bool:
            return False

        def held(self) -> bool:
            return False

    ended: list[float] = []
    place: Place = Lost()
    watch(instance, place, lambda: ended.append(time.time()))
    assert len(ended) == 1
