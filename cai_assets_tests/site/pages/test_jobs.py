"""The page of scheduled jobs: when they start, what they run, which meet."""

from __future__ import annotations

from typing import Any

from cai_assets.site.model import Page
from cai_assets.site.pages.jobs import Jobs, JobsView, Meeting
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered

_PAGE = Page("ScheduledJob", "jobs", "", "jobs")


def _object(name: str, **properties: str) -> dict[str, Any]:
    return {
        "project": "П",
        "object": f"ScheduledJob.{name}",
        "name": name,
        "synonym": name,
        "properties": list(properties.items()),
    }


def _schedule(name: str, **fields: Any) -> dict[str, Any]:
    return {"project": "П", "job": f"ScheduledJob.{name}", "days_repeat_period": 1, **fields}


def _view(**tables: list[dict[str, Any]]) -> JobsView:
    return Jobs().view(_PAGE, given(Jobs(), **tables), RUSSIAN)


def test_jobs_stand_by_the_clock_then_by_rhythm_then_those_without_a_time() -> None:
    view = _view(
        objects=[_object(name) for name in ("Ночью", "Часто", "Утром", "Никогда")],
        schedules=[
            _schedule("Утром", begin_time="08:00:00"),
            _schedule("Ночью", begin_time="01:00:00"),
            _schedule("Часто", repeat_period_in_day=300),
        ],
    )

    assert [line.name for line in view.clocked] == ["Ночью", "Утром"]
    assert [line.name for line in view.repeated] == ["Часто"]
    assert [line.name for line in view.untimed] == ["Никогда"]
    assert view.untimed[0].words == ""


def test_jobs_that_start_together_on_a_common_day_are_pointed_out() -> None:
    view = _view(
        objects=[_object("А", Use="true"), _object("Б"), _object("В")],
        schedules=[
            _schedule("А", begin_time="03:00:00", week_days=[1, 2]),
            _schedule("Б", begin_time="03:00:00", week_days=[2, 3]),
            _schedule("В", begin_time="03:00:00", week_days=[6]),
        ],
    )

    assert view.meetings == (Meeting("03:00", ("ScheduledJob.А", "ScheduledJob.Б"), 1),)


def test_detailed_times_of_a_day_take_the_place_of_the_schedules_own() -> None:
    daily = [
        {"project": "П", "job": "ScheduledJob.А", "order": order, "begin_time": time}
        for order, time in ((1, "14:00:00"), (0, "02:00:00"))
    ]
    view = _view(
        objects=[_object("А")], schedules=[_schedule("А", begin_time="01:00:00")], daily=daily
    )

    assert view.repeated[0].words == "каждый день в 02:00 и в 14:00"


def test_starts_are_counted_for_jobs_that_are_switched_on() -> None:
    view = _view(
        objects=[_object("А", Use="true"), _object("Б", Use="false")],
        schedules=[_schedule(name, repeat_period_in_day=3600) for name in "АБ"],
    )

    assert (view.used, view.starts) == (1, 24)


def test_a_method_that_is_missing_is_marked_and_names_are_escaped() -> None:
    odd = "<script>alert(1)</script>"
    rows = given(
        Jobs(),
        objects=[{**_object("А", Use="true"), "synonym": odd}],
        handlers=[{"object": "ScheduledJob.А", "target": "CommonModule.М.Нет", "resolved": False}],
        schedules=[_schedule("А", begin_time="08:00:00")],
    )

    text = rendered(Jobs(), _PAGE, rows).files["jobs.html"]

    assert odd not in text
    assert "&lt;script&gt;" in text
    assert "нет такого метода" in text
    assert "no such method" in rendered(Jobs(), _PAGE, rows, ENGLISH).files["jobs.html"]


def test_a_job_of_two_projects_stands_once() -> None:
    other = {**_object("А"), "project": "Р", "synonym": "другой"}

    view = _view(objects=[other, _object("А")], schedules=[_schedule("А", begin_time="08:00:00")])

    assert [line.synonym for line in view.jobs] == ["А"]
