"""Groups of work in worker processes, or here."""

from __future__ import annotations

import gc
import os

import pytest

from cai_assets.knowledge.working import Laps, Working, grouped, without_collection


def _total(group: list[int]) -> tuple[int, int]:
    return sum(group), os.getpid()


def _exit(group: list[int]) -> int:
    os._exit(len(group))


def test_units_are_grouped_by_weight_and_a_heavy_one_stands_alone() -> None:
    assert grouped([1, 1, 1, 9, 1, 2], float, 3) == [[1, 1, 1], [9], [1, 2]]
    assert grouped([], float, 3) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_every_group_has_its_result(workers: int) -> None:
    with Working([[1, 2], [3], [4, 5]], _total, workers=workers, weigh=float) as working:
        results = dict(working.results())
    assert {number: total for number, (total, _) in results.items()} == {0: 3, 1: 3, 2: 9}
    here = {process for _, process in results.values()} == {os.getpid()}
    assert here is (workers == 1)


def test_with_one_worker_the_work_of_this_process_is_done() -> None:
    with Working([[1]], _exit, workers=1, weigh=float, here=len) as working:
        assert list(working.results()) == [(0, 1)]


def test_a_worker_that_ends_is_told_with_what_to_do() -> None:
    with (
        Working([[1]], _exit, workers=2, weigh=float) as working,
        pytest.raises(RuntimeError, match="CAI_WORKERS"),
    ):
        list(working.results())


def test_no_groups_have_no_results() -> None:
    with Working([], _total, workers=2, weigh=float) as working:
        assert list(working.results()) == []


def test_laps_tell_seconds_by_stage() -> None:
    lap = Laps()
    lap("one")
    lap("two")
    assert list(lap.seconds) == ["one", "two"]
    assert all(0 <= seconds < 1 for seconds in lap.seconds.values())


def test_collection_goes_on_after_a_fault() -> None:
    with pytest.raises(ValueError, match="x"), without_collection():
        assert not gc.isenabled()
        raise ValueError("x")
    assert gc.isenabled()
