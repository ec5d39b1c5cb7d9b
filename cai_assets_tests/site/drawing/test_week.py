from typing import Any

import pytest

from cai_assets.site.drawing import Job, Run, week
from cai_assets_tests.site.drawing.seen import Seen, see

_DAYS = ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"]


def _seen(*jobs: Job, **options: Any) -> Seen:
    return see(
        week(
            jobs,
            title="Расписание",
            id_prefix="w",
            day_names=_DAYS,
            load_text="заданий в час",
            more_text="ещё {}",
            **options,
        )
    )


def _load(seen: Seen) -> dict[int, int]:
    """Jobs that start in each hour."""
    parts = [told.split(": ") for told in seen.told if "–" in told]
    return {int(hours[:2]): int(count) for hours, count in parts}


def test_a_single_start_is_a_dot_at_its_hour() -> None:
    seen = _seen(Job("Ночное", [Run(60)]), Job("Вечернее", [Run(20 * 60)]))
    early, late = (float(dot.get("d")[1:].split()[0]) for dot in seen.all("path", "d-b"))
    assert late - early == pytest.approx(19 * 15)
    assert _load(seen) == {1: 1, 20: 1}


def test_starts_close_together_are_a_band_and_far_apart_are_dots() -> None:
    seen = _seen(Job("Часто", [Run(0, None, 60)]))
    assert not seen.all("path", "d-b")
    assert len(seen.all("rect", "d-s6")) == 1
    assert _load(seen) == dict.fromkeys(range(24), 1)
    (dots,) = _seen(Job("Редко", [Run(0, None, 6 * 3600)])).all("path", "d-b")
    assert dots.get("d").count("M") == 4


def test_rare_repetition_counts_only_in_the_hours_it_starts_in() -> None:
    assert _load(_seen(Job("Редко", [Run(60, 600, 3 * 3600)]))) == {1: 1, 4: 1, 7: 1, 10: 1}


def test_a_window_over_midnight_has_two_parts() -> None:
    seen = _seen(Job("Ночью", [Run(20 * 60, 8 * 60)]))
    spans = [float(rect.get("width")) for rect in seen.all("rect", "d-s2")]
    assert spans == [4 * 15, 8 * 15]


def test_repetition_over_midnight_counts_on_both_sides() -> None:
    assert sorted(_load(_seen(Job("Ночью", [Run(23 * 60, 60, 1800)])))) == [0, 1, 23]


def test_days_are_squares_filled_where_it_runs() -> None:
    seen = _seen(Job("Выходные", [Run(0)], frozenset({6, 7})))
    (on,) = seen.all("path", "d-v")
    (off,) = seen.all("path", "d-n")
    assert (on.get("d").count("M"), off.get("d").count("M")) == (2, 5)
    assert all(day in seen.texts for day in _DAYS)


def test_jobs_that_are_off_or_have_no_day_start_nothing() -> None:
    seen = _seen(Job("Выключено", [Run(0)], off=True), Job("Никогда", [Run(0)], frozenset()))
    assert _load(seen) == {}
    assert len(seen.all("g", "d-u")) == 1
    assert len(seen.all("path", "d-b")) == 1


def test_several_runs_a_day_count_once_in_an_hour() -> None:
    assert _load(_seen(Job("Дважды", [Run(60), Run(90), Run(14 * 60)]))) == {1: 1, 14: 1}


def test_jobs_beyond_the_most_are_counted_and_noted() -> None:
    jobs = [Job(f"З{n}", [Run(n)], href=f"{n}.html", note="раз в день") for n in range(9)]
    seen = _seen(*jobs, most=4, more_href="#all")
    assert seen.links["ещё 5"] == "#all"
    assert seen.texts.count("раз в день") == 4
    assert _load(seen) == {0: 9}


def test_a_week_without_jobs_is_an_empty_scale() -> None:
    assert "24" in _seen().texts
